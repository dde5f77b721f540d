/* write.c -- keywords and images into FITS files
 *
 * An image is made in memory and written in one go: so one path serves plain,
 * .gz and .fz, and the file appears whole (file.h).
 */
#include <errno.h>
#include <fitsio2.h> /* compress2file_from_mem, by which CFITSIO writes .gz itself */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>
#include <pz/text.h>

#include "open.h"

#define ROUNDED 16 /* tiles keep steps of noise / 16                */

/* Significant digits that bring x back: 15 as a rule, 17 at most. */
static int digits_of(double x)
{
	char text[32];
	int n = 15;

	for (; n < 17; n++) {
		snprintf(text, sizeof text, "%.*G", n, x);
		if (strtod(text, NULL) == x)
			break;
	}
	return n;
}

/* A header is ASCII. */
static bool is_ascii(const char *text)
{
	for (; *text; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}

int pz_fits_write_cards(fitsfile *file, const char *path, const struct pz_fits_card *cards, int n)
{
	int status = 0;

	for (int i = 0; i < n; i++) {
		const struct pz_fits_card *c = &cards[i];

		if (c->text && !is_ascii(c->text))
			return pz_fail(
				PZ_EARG,
				"%s: keyword %s: '%s' cannot stand in a FITS header, which is "
				"ASCII",
				path, c->key, c->text);
		if (c->text && !strcmp(c->key, "HISTORY"))
			fits_write_history(file, c->text, &status);
		else if (c->text && !strcmp(c->key, "COMMENT"))
			fits_write_comment(file, c->text, &status);
		else if (c->text)
			fits_update_key_longstr(file, c->key, c->text, c->comment, &status);
		else if (!isfinite(c->number))
			return pz_fail(PZ_EARG, "%s: keyword %s: %g cannot stand in a FITS header",
				       path, c->key, c->number);
		else if (c->number == floor(c->number) && fabs(c->number) < 0x1p53)
			fits_update_key_lng(file, c->key, (LONGLONG)c->number, c->comment, &status);
		else
			fits_update_key_dbl(file, c->key, c->number, -digits_of(c->number),
					    c->comment, &status);
		if (status)
			return pz_fits_fail(path, status, c->key);
	}
	return 0;
}

/* Tiles of a row each; zeros stay zeros, and the dither always begins at the same
 * number, so that the same image gives the same bytes. */
static void ask_for_tiles(fitsfile *file, bool tiled, int *status)
{
	fits_set_compression_type(file, tiled ? RICE_1 : 0, status);
	fits_set_quantize_level(file, ROUNDED, status);
	fits_set_quantize_method(file, SUBTRACTIVE_DITHER_2, status);
	fits_set_dither_seed(file, 1, status);
}

static int add_image(fitsfile *file, const char *path, const struct pz_fits_image *image)
{
	static const int stored[] = { FLOAT_IMG, SHORT_IMG, LONG_IMG };
	long axes[2] = { (long)image->width, (long)image->height };
	int status = 0, rc;

	ask_for_tiles(file, image->tiled, &status);
	fits_create_img(file, image->pixels ? stored[image->type] : BYTE_IMG, image->pixels ? 2 : 0,
			axes, &status);
	if (image->name)
		fits_update_key_str(file, "EXTNAME", image->name, NULL, &status);
	if (status)
		return pz_fits_fail(path, status, "writing the image");
	if ((rc = pz_fits_write_cards(file, path, image->cards, image->n)) < 0)
		return rc;
	if (image->pixels)
		fits_write_img(file, image->type == PZ_FITS_F4 ? TFLOAT : TINT, 1,
			       (LONGLONG)(image->width * image->height),
			       (void *)(uintptr_t)image->pixels, &status);
	return status ? pz_fits_fail(path, status, "writing the image") : 0;
}

/* The images as a FITS file in memory of *size bytes, which the caller frees. */
static int make_images(const char *path, const struct pz_fits_image *images, int count,
		       void **bytes, size_t *size)
{
	LONGLONG end = 0;
	fitsfile *file = NULL;
	int status = 0, ignored = 0, rc = 0;

	fits_create_memfile(&file, bytes, size, FITS_BLOCK, realloc, &status);
	for (int i = 0; i < count && rc == 0 && !status; i++)
		rc = add_image(file, path, &images[i]);
	fits_flush_file(file, &status);
	fits_get_hduaddrll(file, NULL, NULL, &end, &status);
	if (file)
		fits_close_file(file, status ? &ignored : &status);
	*size = (size_t)end; /* the memory is larger than the file */
	return rc < 0 ? rc : status ? pz_fits_fail(path, status, "writing the image") : 0;
}

static int write_bytes(const char *path, void *bytes, size_t size)
{
	struct pz_file file;
	int status = 0, rc = pz_file_begin(&file, path);

	if (rc < 0)
		return rc;
	file.many = true;
	if (pz_text_ends(path, ".gz"))
		compress2file_from_mem(bytes, size, file.stream, NULL, &status);
	else if (fwrite(bytes, 1, size, file.stream) != size)
		rc = pz_fail(PZ_EIO, "%s: cannot write: %s", path, strerror(errno));
	if (status)
		rc = pz_fits_fail(path, status, "compressing the image");
	if (rc == 0)
		return pz_file_commit(&file);
	pz_file_abandon(&file);
	return rc;
}

/* CFITSIO rounds NaN to some number when it makes tiles. */
static bool can_be_tiled(const float *pixels, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(pixels[i]))
			return false;
	return true;
}

static bool fits_shorts(const int32_t *pixels, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pixels[i] < INT16_MIN || pixels[i] > INT16_MAX)
			return false;
	return true;
}

static int check_image(const char *path, const struct pz_fits_image *image)
{
	size_t width = image->width, height = image->height;

	if (!image->pixels)
		return 0;
	if (width == 0 || height == 0 || width > PZ_FITS_PIXELS_MAX / height)
		return pz_fail(PZ_EARG, "%s: an image of %zu x %zu pixels", path, width, height);
	if (image->tiled && image->type == PZ_FITS_F4 &&
	    !can_be_tiled(image->pixels, width * height))
		return pz_fail(PZ_EARG, "%s: pixels that are not finite cannot go into tiles",
			       path);
	if (image->type == PZ_FITS_I2 && !fits_shorts(image->pixels, width * height))
		return pz_fail(PZ_EARG, "%s: pixels outside of -32768 to 32767 in 16 bits", path);
	return 0;
}

int pz_fits_write_images(const char *path, const struct pz_fits_image *images, int count)
{
	void *bytes = NULL;
	size_t size = FITS_BLOCK;
	int rc = 0;

	for (int i = 0; i < count && rc == 0; i++)
		rc = check_image(path, &images[i]);
	if (rc < 0)
		return rc;
	/* zeros: CFITSIO looks at the end of a header before it has written it */
	if ((bytes = calloc(1, size)))
		rc = make_images(path, images, count, &bytes, &size);
	else
		rc = pz_fail(PZ_ENOMEM, "%s: no memory for the image", path);
	if (rc == 0)
		rc = write_bytes(path, bytes, size);
	free(bytes);
	return rc;
}

int pz_fits_write_image(const char *path, const float *pixels, size_t width, size_t height,
			const struct pz_fits_card *cards, int n)
{
	const struct pz_fits_image image = { .type = PZ_FITS_F4,
					     .pixels = pixels,
					     .width = width,
					     .height = height,
					     .tiled = pz_text_ends(path, ".fz"),
					     .cards = cards,
					     .n = n };

	return pz_fits_write_images(path, &image, 1);
}
