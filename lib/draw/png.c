/* png.c -- the one place that knows libpng */
#include <errno.h>
#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>

#include "png_write.h"

#define SIDE_MAX 65535 /* what common viewers take */

/* libpng's error handler: leaves the text and jumps back. */
static void on_error(png_structp png, png_const_charp text)
{
	pz_fail(PZ_EIO, "%s", text);
	png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp text)
{
	(void)png;
	(void)text;
}

/* libpng's own does not say why. */
static void put_bytes(png_structp png, png_bytep bytes, png_size_t size)
{
	char why[128];

	if (fwrite(bytes, 1, size, png_get_io_ptr(png)) == size)
		return;
	snprintf(why, sizeof why, "cannot write: %s", strerror(errno));
	png_error(png, why);
}

/* Only this function is jumped back into: it holds nothing that a jump would lose. */
static int encode(png_structp png, png_infop info, FILE *to, const unsigned char *rgb, int width,
		  int height)
{
	if (setjmp(png_jmpbuf(png)))
		return PZ_EIO;
	png_set_write_fn(png, to, put_bytes, NULL);
	png_set_IHDR(png, info, (png_uint_32)width, (png_uint_32)height, 8, PNG_COLOR_TYPE_RGB,
		     PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_write_info(png, info);
	for (int y = 0; y < height; y++)
		png_write_row(png, rgb + (size_t)y * (size_t)width * 3);
	png_write_end(png, NULL);
	return 0;
}

int pz_png_write(const char *path, const unsigned char *rgb, int width, int height)
{
	struct pz_file file = { 0 };
	png_structp png = NULL;
	png_infop info = NULL;
	int rc;

	if (width < 1 || height < 1 || width > SIDE_MAX || height > SIDE_MAX)
		return pz_fail(PZ_EARG,
			       "%s: expected a picture of 1 to %d pixels a side, found %d x %d",
			       path, SIDE_MAX, width, height);
	if ((rc = pz_file_begin(&file, path)) < 0)
		return rc;
	png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, on_warning);
	if (png)
		info = png_create_info_struct(png);
	rc = info ? encode(png, info, file.stream, rgb, width, height)
		  : pz_fail(PZ_ENOMEM, "no memory for a picture");
	png_destroy_write_struct(&png, &info);
	if (rc < 0) {
		pz_file_abandon(&file);
		return pz_fail_in(rc, "%s", path);
	}
	return pz_file_commit(&file);
}
