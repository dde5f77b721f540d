/* tiles.c -- the rows of a compressed image */
#include <stdlib.h>

#include <pz/error.h>

#include "tiles.h"

int pz_fits_tiles_open(struct pz_fits *f)
{
	struct fits_tiles *t = f->tile = calloc(1, sizeof *t);
	int rc;

	if (!t)
		return pz_fail(PZ_ENOMEM, "%s: no memory", f->where);
	t->row = SIZE_MAX;
	if ((rc = pz_fits_tiles_describe(f, t)) < 0)
		return rc;
	t->band = calloc(t->across, sizeof *t->band);
	return t->band ? 0 : pz_fail(PZ_ENOMEM, "%s: no memory for its tiles", f->where);
}

void pz_fits_tiles_close(struct pz_fits *f)
{
	struct fits_tiles *t = f->tile;

	if (!t)
		return;
	for (size_t i = 0; t->band && i < t->across; i++)
		free(t->band[i].pixels.any);
	free(t->band);
	free(t->scale.each);
	free(t->zero.each);
	free(t->blank.each);
	free(t->packed);
	free(t->plain);
	free(t);
	f->tile = NULL;
}

/* Bytes that a pixel takes while it is unpacked. */
static size_t pixel_size(const struct fits_tiles *t)
{
	return t->bitpix == 64 || t->bitpix == -64 ? 8 : 4;
}

static size_t side_of(size_t image, size_t side, size_t i)
{
	return image - i * side < side ? image - i * side : side;
}

/* Unpacks the tiles of a row, where they are not those of the call before. */
static int load_tiles(struct pz_fits *f, size_t row)
{
	struct fits_tiles *t = f->tile;
	size_t height = side_of((size_t)f->size[1], t->side[1], row % t->down);
	int rc = 0;

	if (t->row == row)
		return 0;
	t->row = SIZE_MAX;
	for (size_t i = 0; i < t->across && rc == 0; i++) {
		size_t width = side_of((size_t)f->size[0], t->side[0], i);
		struct fits_band *b = &t->band[i];

		if (!b->pixels.any)
			b->pixels.any = malloc(t->side[0] * t->side[1] * pixel_size(t));
		if (!b->pixels.any)
			return pz_fail(PZ_ENOMEM, "%s: no memory for %zu x %zu pixels", f->where,
				       width, height);
		rc = pz_fits_tile_unpack(f, row * t->across + i, width, height, b);
		if (rc == 0)
			rc = pz_fits_tile_scale(f, row * t->across + i, b);
	}
	t->row = rc == 0 ? row : SIZE_MAX;
	return rc;
}

/* n rows from y on, as floats or, where those are NULL, as integers. */
static int read_rows(struct pz_fits *f, size_t y, size_t n, float *floats, int64_t *integers)
{
	struct fits_tiles *t = f->tile;
	size_t width = (size_t)f->size[0];
	int rc = 0;

	for (size_t k = 0; k < n && rc == 0; k++) {
		size_t plane = (y + k) / (size_t)f->size[1], below = (y + k) % (size_t)f->size[1];
		size_t row = plane * t->down + below / t->side[1], inside = below % t->side[1];

		rc = load_tiles(f, row);
		for (size_t i = 0; i < t->across && rc == 0; i++) {
			size_t m = side_of(width, t->side[0], i), at = k * width + i * t->side[0];

			if (floats)
				pz_fits_tile_floats(f, &t->band[i], inside * m, m, floats + at);
			else
				rc = pz_fits_tile_integers(f, &t->band[i], inside * m, m,
							   integers + at);
		}
	}
	return rc;
}

int pz_fits_tiles_floats(struct pz_fits *f, size_t y, size_t n, float *pixels)
{
	return read_rows(f, y, n, pixels, NULL);
}

int pz_fits_tiles_integers(struct pz_fits *f, size_t y, size_t n, int64_t *pixels)
{
	return read_rows(f, y, n, NULL, pixels);
}
