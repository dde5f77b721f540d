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
static void ask_for_tiles(fitsfile *file, int *status)
{
	fits_set_compression_type(file, RICE_1, status);
	fits_set_quantize_level(file, ROUNDED, status);
	fits_set_quantize_method(file, SUBTRACTIVE_DITHER_2, status);
	fits_set_dither_seed(file, 1, status);
}

/* The image as a FITS file in memory of *size bytes, which the caller frees. */
static int make_image(const char *path, const float *pixels, size_t width, size_t height,
		      const struct pz_fits_card *cards, int n, void **bytes, size_t *size)
{
	long axes[2] = { (long)width, (long)height };
	LONGLONG end = 0;
	fitsfile *file = NULL;
	int status = 0, ignored = 0, rc = 0;

	fits_create_memfile(&file, bytes, size, FITS_BLOCK, realloc, &status);
	if (!status && pz_text_ends(path, ".fz"))
		ask_for_tiles(file, &status);
	fits_create_img(file, FLOAT_IMG, 2, axes, &status);
	if (!status)
		rc = pz_fits_write_cards(file, path, cards, n);
	if (rc == 0)
		fits_write_img(file, TFLOAT, 1, (LONGLONG)(width * height),
			       (void *)(uintptr_t)pixels, &status);
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

int pz_fits_write_image(const char *path, const float *pixels, size_t width, size_t height,
			const struct pz_fits_card *cards, int n)
{
	void *bytes = NULL;
	size_t size = FITS_BLOCK;
	int rc = PZ_ENOMEM;

	if (width == 0 || height == 0 || width > PZ_FITS_PIXELS_MAX / height)
		return pz_fail(PZ_EARG, "%s: an image of %zu x %zu pixels", path, width, height);
	if (pz_text_ends(path, ".fz") && !can_be_tiled(pixels, width * height))
		return pz_fail(PZ_EARG, "%s: pixels that are not finite cannot go into tiles",
			       path);
	/* zeros: CFITSIO looks at the end of a header before it has written it */
	if ((bytes = calloc(1, size)))
		rc = make_image(path, pixels, width, height, cards, n, &bytes, &size);
	else
		pz_fail(PZ_ENOMEM, "%s: no memory for the image", path);
	if (rc == 0)
		rc = write_bytes(path, bytes, size);
	free(bytes);
	return rc;
}
