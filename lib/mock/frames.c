/* frames.c -- where galaxies stand, and the pixels of whole frames */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "parts.h"

#define DEGREE    (M_PI / 180)
#define MARGIN_PX 16   /* kept free along the edges: stamps are whole in all bands */
#define JITTER    0.15 /* of a cell, either way                                    */
#define ACROSS    100  /* fields side by side before the next row of them          */
#define GAP       1.05 /* distance of fields in units of their size                */

int pz_mock_layout(struct pz_mock_layout *l, const struct pz_mock *sky, uint64_t galaxies,
		   int density)
{
	const struct pz_mock_survey *s = sky->survey;
	double ratio = (double)(s->width - 2 * MARGIN_PX) / (s->height - 2 * MARGIN_PX);
	uint64_t fields;

	if (density == 0)
		density = (int)fmin(fmax(PZ_MOCK_DENSITY * sky->finer * sky->finer, 1),
				    PZ_MOCK_DENSITY_MAX);
	if (galaxies > PZ_MOCK_GALAXIES_MAX)
		return pz_fail(PZ_EARG, "galaxies: expected at most %d, found %llu",
			       PZ_MOCK_GALAXIES_MAX, (unsigned long long)galaxies);
	if (density < 1 || density > PZ_MOCK_DENSITY_MAX)
		return pz_fail(PZ_EARG, "density: expected 1 to %d, found %d", PZ_MOCK_DENSITY_MAX,
			       density);
	fields = (galaxies + (uint64_t)density - 1) / (uint64_t)density;
	if (fields > PZ_MOCK_FIELDS_MAX)
		return pz_fail(
			PZ_EARG,
			"%llu galaxies at density %d: expected at most %d frames, found %llu",
			(unsigned long long)galaxies, density, PZ_MOCK_FIELDS_MAX,
			(unsigned long long)fields);
	l->galaxies = galaxies;
	l->density = density;
	l->fields = (int)fields;
	l->columns = (int)ceil(sqrt(density * ratio));
	l->rows = (density + l->columns - 1) / l->columns;
	return 0;
}

void pz_mock_wcs_sky(const struct pz_mock_wcs *w, const double pixel[2], double radec[2])
{
	double dx = pixel[0] - w->crpix[0], dy = pixel[1] - w->crpix[1];
	double xi = (w->cd[0] * dx + w->cd[1] * dy) * DEGREE;
	double eta = (w->cd[2] * dx + w->cd[3] * dy) * DEGREE;
	double sd = sin(w->crval[1] * DEGREE), cd = cos(w->crval[1] * DEGREE);
	double ra = w->crval[0] + atan2(xi, cd - eta * sd) / DEGREE;

	radec[0] = ra - 360 * floor(ra / 360);
	radec[1] = atan2(sd + eta * cd, hypot(xi, cd - eta * sd)) / DEGREE;
}

void pz_mock_wcs_pixel(const struct pz_mock_wcs *w, const double radec[2], double pixel[2])
{
	double da = (radec[0] - w->crval[0]) * DEGREE, d = radec[1] * DEGREE;
	double sd = sin(w->crval[1] * DEGREE), cd = cos(w->crval[1] * DEGREE);
	double depth = sd * sin(d) + cd * cos(d) * cos(da);
	double xi = cos(d) * sin(da) / depth / DEGREE;
	double eta = (cd * sin(d) - sd * cos(d) * cos(da)) / depth / DEGREE;
	double det = w->cd[0] * w->cd[3] - w->cd[1] * w->cd[2];

	pixel[0] = w->crpix[0] + (w->cd[3] * xi - w->cd[1] * eta) / det;
	pixel[1] = w->crpix[1] + (w->cd[0] * eta - w->cd[2] * xi) / det;
}

/* Of coadded images: x to the west, y to the north, the same for all bands. */
static void set_aligned(struct pz_mock_wcs *w, const struct pz_mock_survey *s, int field)
{
	double scale = s->pixscale / 3600;

	w->crpix[0] = s->width / 2 + 1;
	w->crpix[1] = s->height / 2 + 1;
	w->crval[1] = field / ACROSS * s->height * scale * GAP;
	w->crval[0] = 120 + field % ACROSS * s->width * scale * GAP / cos(w->crval[1] * DEGREE);
	w->cd[0] = -scale;
	w->cd[1] = w->cd[2] = 0;
	w->cd[3] = scale;
}

/* CD matrix with x to the north, y to the east, turned and stretched a little. */
static void set_axes(struct pz_mock_wcs *w, double scale, double turn_deg)
{
	double c = scale * cos(turn_deg * DEGREE), s = scale * sin(turn_deg * DEGREE);

	w->cd[0] = s;
	w->cd[1] = c;
	w->cd[2] = c;
	w->cd[3] = -s;
}

void pz_mock_wcs(const struct pz_mock *sky, int field, int b, struct pz_mock_wcs *w)
{
	/* Bands off r, pixels; u lies as in real SDSS frames. */
	static const double off[PZ_MOCK_BANDS][2] = {
		{ 4, 8 }, { -3, 5 }, { 0, 0 }, { 2, -4 }, { -5, -2 }
	};
	const struct pz_mock_survey *s = sky->survey;
	double scale = s->pixscale / 3600, turn, pixel[2];
	struct pz_random r;

	if (sky->aligned) {
		set_aligned(w, s, field);
		return;
	}
	pz_random_init(&r, sky->seed, pz_random_stream("mock pointing", (uint64_t)field));
	turn = 0.02 * pz_random_normal(&r);
	w->crpix[0] = s->width / 2 + 1;
	w->crpix[1] = s->height / 2 + 1;
	w->crval[1] = field / ACROSS * s->width * scale * GAP;
	w->crval[0] = 120 + field % ACROSS * s->height * scale * GAP / cos(w->crval[1] * DEGREE);
	set_axes(w, scale, turn);
	if (b == MOCK_R)
		return;
	pz_random_init(&r, sky->seed,
		       pz_random_stream("mock band", (uint64_t)(field * PZ_MOCK_BANDS + b)));
	for (int k = 0; k < 2; k++)
		pixel[k] = w->crpix[k] - off[b][k] - (pz_random_uniform(&r) - 0.5);
	pz_mock_wcs_sky(w, pixel, w->crval);
	turn += 0.01 * pz_random_normal(&r);
	set_axes(w, scale * (1 + 1e-4 * pz_random_normal(&r)), turn);
}

/* Where galaxy i is on the r frame of its field. */
static void pixel_of(const struct pz_mock *sky, const struct pz_mock_layout *l, uint64_t i,
		     double pixel[2])
{
	int inside[2] = { sky->survey->width - 2 * MARGIN_PX, sky->survey->height - 2 * MARGIN_PX };
	int cell = (int)(i % (uint64_t)l->density), cells[2] = { l->columns, l->rows };
	int place[2] = { cell % l->columns, cell / l->columns };
	struct pz_random r;

	pz_random_init(&r, sky->seed, pz_random_stream("mock place", i));
	for (int k = 0; k < 2; k++) {
		double moved = place[k] + 0.5 + JITTER * (2 * pz_random_uniform(&r) - 1);

		pixel[k] = 0.5 + MARGIN_PX + moved * inside[k] / cells[k];
	}
}

void pz_mock_place(const struct pz_mock *sky, const struct pz_mock_layout *l, uint64_t i,
		   double radec[2])
{
	struct pz_mock_wcs w;
	double pixel[2];

	pz_mock_wcs(sky, (int)(i / (uint64_t)l->density), MOCK_R, &w);
	pixel_of(sky, l, i, pixel);
	pz_mock_wcs_sky(&w, pixel, radec);
}

/* From a pixel of the r frame, counted from 1 as in FITS, to that of another band, from 0. */
static void move_to_band(const struct pz_mock_wcs *r, const struct pz_mock_wcs *band, double at[2])
{
	double radec[2];

	pz_mock_wcs_sky(r, at, radec);
	pz_mock_wcs_pixel(band, radec, at);
	at[0] -= 1;
	at[1] -= 1;
}

int pz_mock_frame(const struct pz_mock *sky, const struct pz_mock_layout *l, int field, int b,
		  pz_mock_source *source, const void *context, float *pixels)
{
	struct mock_canvas canvas = { pixels, sky->survey->width, sky->survey->height };
	size_t width = (size_t)canvas.width, height = (size_t)canvas.height;
	uint64_t number = (uint64_t)(field * PZ_MOCK_BANDS + b);
	uint64_t first = (uint64_t)field * (uint64_t)l->density, end = first + (uint64_t)l->density;
	double seeing = pz_mock_seeing(sky, "mock frame seeing", (uint64_t)field, b);
	/* Light comes in from beyond the edges, too. */
	const double from[2] = { -MARGIN_PX, -MARGIN_PX };
	const double to[2] = { canvas.width + MARGIN_PX, canvas.height + MARGIN_PX };
	struct pz_mock_wcs w, reference;
	struct mock_field beside;
	struct pz_mock_galaxy g;
	double at[2];
	int rc;

	pz_mock_wcs(sky, field, b, &w);
	pz_mock_wcs(sky, field, MOCK_R, &reference);
	memset(pixels, 0, width * height * sizeof *pixels);
	for (uint64_t i = first; i < end && i < l->galaxies; i++) {
		if ((rc = source(context, i, &g)) < 0)
			return rc;
		pixel_of(sky, l, i, at);
		move_to_band(&reference, &w, at);
		pz_mock_draw(&canvas, sky, &g, b, at, seeing);
	}
	pz_mock_field_begin(&beside, sky, "mock field of frame", (uint64_t)field, from, to);
	while (pz_mock_field_next(&beside, &g, at)) {
		move_to_band(&reference, &w, at);
		pz_mock_draw(&canvas, sky, &g, b, at, seeing);
	}
	for (size_t y = 0; y < height; y++)
		pz_mock_noise(sky, b, pz_random_stream("mock frame noise", number << 16 | y),
			      pixels + y * width, width);
	return 0;
}
