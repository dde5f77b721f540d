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
	for (size_t i = 0; t->band && i < t->across; i++) {
		free(t->band[i].pixels.any);
		free(t->band[i].skip);
	}
	free(t->band);
	free(t->scale.each);
	free(t->zero.each);
	free(t->blank.each);
	free(t->data.place);
	free(t->gzipped.place);
	free(t->as_is.place);
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

/* Memory for the pixels of a tile. */
static int make_room(const struct pz_fits *f, struct fits_band *b)
{
	const struct fits_tiles *t = f->tile;
	size_t n = t->side[0] * t->side[1];
	bool skips = t->bits && t->codec == FITS_RICE;

	if (!b->pixels.any)
		b->pixels.any = malloc(n * pixel_size(t));
	if (skips && !b->skip)
		b->skip = malloc(n / t->block + 1);
	if (b->pixels.any && (b->skip || !skips))
		return 0;
	return pz_fail(PZ_ENOMEM, "%s: no memory for %zu x %zu pixels", f->where, t->side[0],
		       t->side[1]);
}

/* Unpacks the tiles of a row, where they are not those of the call before. bits: what has none of
 * them may be left out; 0: nothing. */
static int load_tiles(struct pz_fits *f, size_t row, uint64_t bits)
{
	struct fits_tiles *t = f->tile;
	size_t height = side_of((size_t)f->size[1], t->side[1], row % t->down);
	int rc = 0;

	if (t->row == row && (t->bits == bits || t->bits == 0))
		return 0;
	t->row = SIZE_MAX;
	t->bits = bits;
	for (size_t i = 0; i < t->across && rc == 0; i++) {
		size_t width = side_of((size_t)f->size[0], t->side[0], i);
		struct fits_band *b = &t->band[i];

		if ((rc = make_room(f, b)) == 0)
			rc = pz_fits_tile_unpack(f, row * t->across + i, width, height, b);
		if (rc == 0)
			rc = pz_fits_tile_scale(f, row * t->across + i, b);
	}
	t->row = rc == 0 ? row : SIZE_MAX;
	return rc;
}

/* Where the rows of an image go. */
struct target {
	float *floats;
	int64_t *integers;
	const struct pz_fits_bad *bad; /* these become NaN in floats; NULL: floats are read */
};

/* m pixels of a band from `first` on, to those from `at` on. */
static int take_pixels(struct pz_fits *f, const struct fits_band *b, size_t first, size_t m,
		       const struct target *to, size_t at)
{
	if (to->integers)
		return pz_fits_tile_integers(f, b, first, m, to->integers + at);
	if (to->bad)
		return pz_fits_tile_blank(f, b, first, m, to->bad, to->floats + at);
	pz_fits_tile_floats(f, b, first, m, to->floats + at);
	return 0;
}

/* n rows from y on. */
static int read_rows(struct pz_fits *f, size_t y, size_t n, const struct target *to)
{
	struct fits_tiles *t = f->tile;
	size_t width = (size_t)f->size[0];
	uint64_t bits = to->bad && to->bad->how == PZ_FITS_BITS ? to->bad->bits : 0;
	int rc = 0;

	for (size_t k = 0; k < n && rc == 0; k++) {
		size_t plane = (y + k) / (size_t)f->size[1], below = (y + k) % (size_t)f->size[1];
		size_t row = plane * t->down + below / t->side[1], inside = below % t->side[1];

		rc = load_tiles(f, row, bits);
		for (size_t i = 0; i < t->across && rc == 0; i++) {
			size_t m = side_of(width, t->side[0], i);

			rc = take_pixels(f, &t->band[i], inside * m, m, to,
					 k * width + i * t->side[0]);
		}
	}
	return rc;
}

int pz_fits_tiles_floats(struct pz_fits *f, size_t y, size_t n, float *pixels)
{
	return read_rows(f, y, n, &(struct target){ .floats = pixels });
}

int pz_fits_tiles_integers(struct pz_fits *f, size_t y, size_t n, int64_t *pixels)
{
	return read_rows(f, y, n, &(struct target){ .integers = pixels });
}

int pz_fits_tiles_blank(struct pz_fits *f, size_t y, size_t n, const struct pz_fits_bad *bad,
			float *pixels)
{
	return read_rows(f, y, n, &(struct target){ .floats = pixels, .bad = bad });
}
