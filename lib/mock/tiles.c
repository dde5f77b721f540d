/* tiles.c -- a frame of the sky as two tiles of an archive, with bad pixels and masks that tell
 * them
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "archive.h"

#define TILES     2
#define OVERLAP   20    /* a tile reaches beyond the middle by a 20th of the width */
#define SPOTS     20000 /* pixels for each spot of bad ones                        */
#define SPOT      3.0   /* largest radius of one                                   */
#define STREAMS   6     /* bands of a tile whose bad pixels differ                 */
#define ABSURD    1e4   /* of a bad pixel, in units of the noise                   */
#define BRIGHT    5     /* units of the noise, of a pixel with the harmless bit    */
#define BSOFTEN   12.5  /* of Pan-STARRS, in counts                                */
#define BOFFSET   3.25
#define EXPOSURE  43.0 /* seconds of its first band, and more of the others        */
#define PATH_SIZE 4096

/* A part of a frame. */
struct tile {
	const struct archive *a;
	const struct mock_job *job;
	int field, k, number;
	size_t from, width, height; /* columns of the frame; size */
	float *pixels;              /* (height, width), in the sky's unit, then the archive's */
	float *weights;             /* 1 / variance, 0 of bad ones; or the variance           */
	int32_t *bits;
	double zeropoint, exposure;
};

static size_t area_of(const struct tile *t)
{
	return t->width * t->height;
}

static double noise_of(const struct tile *t)
{
	return t->job->sky->survey->sky[t->a->band[t->k].of];
}

/* What 1 in the sky's unit is in the archive's. */
static double unit_of(const struct tile *t)
{
	return pow(10, 0.4 * (t->zeropoint - t->job->sky->survey->zeropoint));
}

/* -- pixels */

static void cut_tile(struct tile *t, const float *frame, size_t width)
{
	for (size_t y = 0; y < t->height; y++)
		memcpy(t->pixels + y * t->width, frame + y * width + t->from,
		       t->width * sizeof *t->pixels);
}

static void mark_bright(struct tile *t)
{
	for (size_t i = 0; i < area_of(t); i++)
		t->bits[i] = t->a->harmless >= 0 && (double)t->pixels[i] > BRIGHT * noise_of(t)
				     ? 1 << t->a->harmless
				     : 0;
}

/* A bad pixel has an absurd value, or none where the archive writes such. */
static void spoil_pixel(struct tile *t, size_t x, size_t y)
{
	size_t i = y * t->width + x;

	t->bits[i] |= 1 << t->a->bad;
	t->pixels[i] = t->a->border && !t->a->zeros ? NAN : (float)(ABSURD * noise_of(t));
}

static void spoil_spot(struct tile *t, const double at[2], double radius)
{
	for (size_t y = 0; y < t->height; y++) {
		if (fabs((double)y - at[1]) > radius)
			continue;
		for (size_t x = 0; x < t->width; x++)
			if (hypot((double)x - at[0], (double)y - at[1]) <= radius)
				spoil_pixel(t, x, y);
	}
}

/* Spots everywhere, and a piece of a column. Where bands share a mask they share the bad pixels. */
static void spoil_tile(struct tile *t)
{
	uint64_t number = (uint64_t)t->number * STREAMS + (t->a->shared ? 0 : (uint64_t)t->k);
	struct pz_random r;
	size_t column, begin;

	pz_random_init(&r, t->job->sky->seed, pz_random_stream("mock bad pixels", number));
	for (size_t i = area_of(t) / SPOTS + 1; i > 0; i--) {
		double at[2] = { pz_random_uniform(&r) * (double)t->width,
				 pz_random_uniform(&r) * (double)t->height };

		spoil_spot(t, at, SPOT * pz_random_uniform(&r));
	}
	column = (size_t)pz_random_below(&r, t->width);
	begin = (size_t)pz_random_below(&r, t->height);
	for (size_t y = begin; y < t->height && y < begin + t->height / 4; y++)
		spoil_pixel(t, column, y);
}

static bool is_border(const struct tile *t, size_t i)
{
	size_t x = i % t->width, y = i / t->width, border = (size_t)t->a->border;

	return x < border || y < border || x + border >= t->width || y + border >= t->height;
}

/* From the sky's unit into the archive's. */
static void scale_pixels(struct tile *t)
{
	double factor = unit_of(t);

	for (size_t i = 0; i < area_of(t); i++) {
		double flux = factor * (double)t->pixels[i];

		if (t->a->unit == UNIT_PS1)
			flux = 2.5 / M_LN10 * asinh((flux - BOFFSET) / (2 * BSOFTEN));
		t->pixels[i] = !t->a->border || !is_border(t, i) ? (float)flux
			       : t->a->zeros                     ? 0
								 : NAN;
	}
}

/* -- headers */

static void add_unit(struct mock_cards *c, const struct tile *t)
{
	switch (t->a->unit) {
	case UNIT_NANOMAGGY:
		pz_mock_cards_text(c, "BUNIT", "nanomaggy", NULL);
		break;
	case UNIT_NJY:
		pz_mock_cards_text(c, "BUNIT", "nJy", NULL);
		break;
	case UNIT_MAGZERO:
		pz_mock_cards_number(c, "MAGZERO", t->zeropoint, "AB magnitude of 1");
		break;
	case UNIT_PS1:
		pz_mock_cards_number(c, "BSOFTEN", BSOFTEN, "of asinh pixels");
		pz_mock_cards_number(c, "BOFFSET", BOFFSET, "of asinh pixels");
		pz_mock_cards_number(c, "EXPTIME", t->exposure, "seconds");
		break;
	default:
		break;
	}
}

static void add_matrix(struct mock_cards *c, const struct archive *a, const struct pz_mock_wcs *w)
{
	static const char *const pv[] = { "PV1_0", "PV1_1", "PV1_2", "PV2_0", "PV2_1", "PV2_2" };

	if (a->wcs == WCS_PC) {
		pz_mock_cards_projection(c, w, "TAN");
		pz_mock_cards_number(c, "CDELT1", w->cd[0], NULL);
		pz_mock_cards_number(c, "CDELT2", w->cd[3], NULL);
		pz_mock_cards_number(c, "PC001001", 1, NULL);
		pz_mock_cards_number(c, "PC001002", 0, NULL);
		pz_mock_cards_number(c, "PC002001", 0, NULL);
		pz_mock_cards_number(c, "PC002002", 1, NULL);
		return;
	}
	pz_mock_cards_projection(c, w, a->wcs == WCS_TPV ? "TPV" : "TAN");
	pz_mock_cards_matrix(c, w);
	for (size_t i = 0; a->wcs != WCS_CD && i < sizeof pv / sizeof *pv; i++)
		pz_mock_cards_number(c, pv[i], i % 3 == 1, NULL);
}

/* Bits have names, which a reader looks for: MP_BAD = 0. */
static void add_planes(struct mock_cards *c, const char *planes, char key[][24])
{
	size_t n = 0;

	for (const char *at = planes; at && *at && n < MOCK_PLANES; n++) {
		size_t size = strcspn(at, " ");

		snprintf(key[n], sizeof key[n], "MP_%.*s", (int)size, at);
		pz_mock_cards_number(c, key[n], (double)n, NULL);
		at += size + (at[size] == ' ');
	}
}

/* What the header of one HDU holds; texts of key[] are borrowed. */
static void describe_hdu(struct mock_cards *c, const struct tile *t, const struct archive_hdu *hdu,
			 char key[][24])
{
	struct pz_mock_wcs w;

	c->n = 0;
	if (hdu->part == PART_NOTHING) {
		if (t->a->unit == UNIT_FLUXMAG0)
			pz_mock_cards_number(c, "FLUXMAG0", pow(10, 0.4 * t->zeropoint),
					     "flux of AB magnitude 0");
		pz_mock_cards_origin(c, t->job);
		return;
	}
	pz_mock_wcs(t->job->sky, t->field, MOCK_R, &w);
	w.crpix[0] -= (double)t->from;
	if (hdu->part == PART_PIXELS) {
		add_unit(c, t);
		pz_mock_cards_text(c, "FILTER", t->a->band[t->k].name, NULL);
	}
	add_matrix(c, t->a, &w);
	if (hdu->part == PART_BITS)
		add_planes(c, t->a->planes, key);
	pz_mock_cards_origin(c, t->job);
}

/* -- files */

/* A bad pixel weighs nothing, and has the variance of the others. */
static void fill_weights(struct tile *t, bool variance)
{
	float square = (float)pow(noise_of(t) * unit_of(t), 2);

	for (size_t i = 0; i < area_of(t); i++)
		if (variance)
			t->weights[i] = square;
		else
			t->weights[i] = t->bits[i] >> t->a->bad & 1 ||
							(t->a->zeros && is_border(t, i))
						? 0
						: 1 / square;
}

static int write_file(struct tile *t, const struct archive_file *file)
{
	struct pz_fits_image image[ARCHIVE_HDUS];
	struct mock_cards cards[ARCHIVE_HDUS];
	char key[MOCK_PLANES][24], tile[16], name[160], path[PATH_SIZE];

	for (int i = 0; i < file->hdus; i++) {
		const struct archive_hdu *hdu = &file->hdu[i];
		const void *const values[] = { NULL, t->pixels, t->bits, t->weights, t->weights };

		describe_hdu(&cards[i], t, hdu, key);
		if (hdu->part == PART_WEIGHTS || hdu->part == PART_VARIANCE)
			fill_weights(t, hdu->part == PART_VARIANCE);
		image[i] = (struct pz_fits_image){ .name = hdu->name,
						   .type = hdu->type,
						   .pixels = values[hdu->part],
						   .width = t->width,
						   .height = t->height,
						   .tiled = hdu->tiled,
						   .cards = cards[i].card,
						   .n = cards[i].n };
	}
	snprintf(tile, sizeof tile, "%05d", t->number);
	pz_mock_archive_name(file->name, t->a->band[t->k].name, tile, name, sizeof name);
	if (snprintf(path, sizeof path, "%s/%s", t->job->to->directory, name) >= (int)sizeof path)
		return pz_fail(PZ_EUSAGE, "%s: the name of the directory is too long",
			       t->job->to->directory);
	return pz_fits_write_images(path, image, file->hdus);
}

static int write_tile(struct tile *t, const float *frame, size_t width)
{
	int rc;

	cut_tile(t, frame, width);
	mark_bright(t);
	if (t->a->bad >= 0)
		spoil_tile(t);
	scale_pixels(t);
	rc = write_file(t, &t->a->frame);
	if (rc == 0 && t->a->mask.name && (t->k == 0 || !t->a->shared))
		rc = write_file(t, &t->a->mask);
	if (rc == 0 && t->a->weights.name)
		rc = write_file(t, &t->a->weights);
	return rc;
}

/* The zero point of a tile; that of Pan-STARRS follows from the exposure, that in MAGZERO differs
 * from tile to tile. */
static void set_zeropoint(struct tile *t)
{
	t->exposure = EXPOSURE * (1 + t->k);
	t->zeropoint = t->a->band[t->k].zeropoint;
	if (t->a->unit == UNIT_PS1)
		t->zeropoint = 25 + 2.5 * log10(t->exposure);
	if (t->a->unit == UNIT_MAGZERO)
		t->zeropoint += 0.01 * (t->number % 5);
}

int pz_mock_archive_write(const struct mock_job *job, int field, int k, const float *pixels)
{
	const struct pz_mock_survey *s = job->sky->survey;
	size_t width = (size_t)s->width, half = width / 2, over = width / OVERLAP;
	struct tile t = {
		.a = job->archive, .job = job, .field = field, .k = k, .height = (size_t)s->height
	};
	size_t most = (half + 1 + over) * t.height;
	int rc = 0;

	t.pixels = malloc(most * sizeof *t.pixels);
	t.weights = malloc(most * sizeof *t.weights);
	t.bits = malloc(most * sizeof *t.bits);
	if (!t.pixels || !t.weights || !t.bits)
		rc = pz_fail(PZ_ENOMEM, "no memory for a tile");
	for (int side = 0; side < TILES && rc == 0; side++) {
		t.number = TILES * field + side + 1;
		t.from = side ? half - over : 0;
		t.width = side ? width - t.from : half + over;
		set_zeropoint(&t);
		rc = write_tile(&t, pixels, width);
	}
	free(t.pixels);
	free(t.weights);
	free(t.bits);
	return rc;
}
