/* pixels.c -- rows of an image, as floats or whole numbers */
#include <stdint.h>

#include <pz/error.h>

#include "plain.h"

#define CACHED ((size_t)1 << 16) /* pixels that a core's cache holds */

size_t pz_fits_width(const struct pz_fits *f)
{
	return (size_t)f->size[0];
}

size_t pz_fits_height(const struct pz_fits *f)
{
	return (size_t)f->size[1];
}

int pz_fits_check_rows(const struct pz_fits *f, size_t y, size_t n)
{
	if (f->partial || f->walks)
		return pz_fail(PZ_EARG, "%s: its pixels were not unpacked", f->where);
	if (y > (size_t)f->size[1] || n > (size_t)f->size[1] - y)
		return pz_fail(PZ_EARG, "%s: rows %zu to %zu of an image of %ld", f->where, y,
			       y + n, f->size[1]);
	return 0;
}

/* n rows of plain pixels, as CFITSIO's type. */
static int read_rows(struct pz_fits *f, size_t y, size_t n, int type, void *undefined, void *pixels)
{
	LONGLONG first[FITS_AXES_MAX] = { 1, (LONGLONG)y + 1, 1, 1, 1, 1, 1, 1, 1 };
	int status = 0, any;

	if (n == 0)
		return 0;
	if (f->planes > 1)
		first[f->deep] = f->plane + 1;
	fits_read_pixll(f->file, type, first, (LONGLONG)n * f->size[0], undefined, pixels, &any,
			&status);
	return status ? pz_fits_fail(f->where, status, "reading pixels") : 0;
}

size_t pz_fits_planes(const struct pz_fits *f)
{
	return (size_t)f->planes;
}

int pz_fits_choose_plane(struct pz_fits *f, size_t plane)
{
	if (plane >= (size_t)f->planes)
		return pz_fail(PZ_EDATA, "%s: expected a plane from 0 to %ld, found %zu", f->where,
			       f->planes - 1, plane);
	f->plane = (long)plane;
	return 0;
}

long pz_fits_plane(const struct pz_fits *f)
{
	return f->plane;
}

int pz_fits_read_plane(struct pz_fits *f, size_t plane, float *pixels)
{
	LONGLONG first[FITS_AXES_MAX] = { 1, 1, 1, 1, 1, 1, 1, 1, 1 };
	float undefined = __builtin_nanf("");
	int status = 0, any;

	if (plane >= (size_t)f->planes)
		return pz_fail(PZ_EARG, "%s: plane %zu of %ld", f->where, plane, f->planes);
	if (f->planes > 1)
		first[f->deep] = (LONGLONG)plane + 1;
	if (f->planes == 1)
		return pz_fits_read_rows(f, 0, (size_t)f->size[1], pixels);
	if (f->tiles)
		return pz_fits_tiles_floats(f, plane * (size_t)f->size[1], (size_t)f->size[1],
					    pixels);
	fits_read_pixll(f->file, TFLOAT, first, (LONGLONG)f->size[0] * f->size[1],
			f->bitpix < 0 ? NULL : &undefined, pixels, &any, &status);
	return status ? pz_fits_fail(f->where, status, "reading pixels") : 0;
}

int pz_fits_read_rows(struct pz_fits *f, size_t y, size_t n, float *pixels)
{
	/* The bytes of what was read are turned while the cache has them. */
	size_t width = (size_t)f->size[0], most = CACHED / width + 1, i = 0;
	size_t row = (size_t)(f->plane * f->size[1]) + y;
	float undefined = __builtin_nanf("");
	/* Plain floats hold their NaN already; a look at each would cost as much as reading. */
	void *blank = f->bitpix < 0 ? NULL : &undefined;
	struct fits_band plain;
	int rc = pz_fits_check_rows(f, y, n);
	bool floats;

	if (rc < 0)
		return rc;
	if (f->tiles)
		return pz_fits_tiles_floats(f, row, n, pixels);
	floats = f->bitpix == -32 && pz_fits_plain_describe(f, &plain);
	do {
		size_t m = n - i < most ? n - i : most;

		rc = floats ? pz_fits_plain_floats(f, (row + i) * (uint64_t)width, m * width,
						   pixels + i * width)
			    : read_rows(f, y + i, m, TFLOAT, blank, pixels + i * width);
		i += most;
	} while (i < n && rc == 0);
	return rc;
}

int pz_fits_check_integers(const struct pz_fits *f, size_t y, size_t n)
{
	int rc = pz_fits_check_rows(f, y, n);

	if (rc == 0 && (f->scaled || f->bitpix < 0))
		return pz_fail(PZ_EDATA, "%s: expected an image of whole numbers, found %s",
			       f->where,
			       f->scaled ? "numbers scaled by BSCALE and BZERO" : "floats");
	return rc;
}

int pz_fits_read_rows_integers(struct pz_fits *f, size_t y, size_t n, int64_t *pixels)
{
	LONGLONG undefined = -1;
	int rc = pz_fits_check_integers(f, y, n);

	if (rc < 0)
		return rc;
	if (f->tiles)
		return pz_fits_tiles_integers(f, (size_t)(f->plane * f->size[1]) + y, n, pixels);
	return read_rows(f, y, n, TLONGLONG, &undefined, pixels);
}

int pz_fits_is_float(const struct pz_fits *f)
{
	return f->bitpix < 0;
}
