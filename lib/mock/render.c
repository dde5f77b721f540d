/* render.c -- galaxies to pixels
 *
 * A profile is a sum of Gaussians, an ellipse and the seeing are Gaussians too,
 * so a galaxy on a frame is a sum of Gaussians in closed form: each is drawn in
 * the ellipse where it is above a small part of the sky's noise. No pixel grid is
 * convolved and none is oversampled.
 */
#include <math.h>
#include <string.h>

#include "parts.h"

#define BEYOND 16    /* pixels around a stamp from which the light of neighbours comes in */
#define FLOOR  0.003 /* of the sky noise: light below is not drawn, half a per cent in all */

/* exp(x) for -80 <= x <= 0, to 3e-7: 2^k times a polynomial (Cephes). */
static inline float exp_fast(float x)
{
	const float round = 12582912.0f; /* 1.5 2^23: adding it leaves an integer */
	float k = x * 1.44269504089f + round - round, y;
	uint32_t bits;

	x = x - k * 0.693359375f + k * 2.12194440e-4f;
	y = 1.9875691500e-4f;
	y = y * x + 1.3981999507e-3f;
	y = y * x + 8.3334519073e-3f;
	y = y * x + 4.1665795894e-2f;
	y = y * x + 1.6666665459e-1f;
	y = y * x + 5.0000001201e-1f;
	y = y * x * x + x + 1;
	memcpy(&bits, &y, sizeof bits);
	bits += (uint32_t)(int32_t)k << 23;
	memcpy(&y, &bits, sizeof y);
	return y;
}

/* row[i] += peak exp(-(a (i - x)^2 + rest)), i from 0 to n - 1. */
static void add_row(float *row, int n, float peak, float a, float x, float rest)
{
	for (int i = 0; i < n; i++) {
		float d = (float)i - x;

		row[i] += peak * exp_fast(-(a * d * d + rest));
	}
}

/* The first and one past the last whole number in [lo, hi], within [0, n). */
static int range(double lo, double hi, int n, int *end)
{
	int first = (int)ceil(fmin(fmax(lo, 0), n));

	*end = (int)floor(fmin(fmax(hi, -1), n - 1)) + 1;
	return first;
}

void pz_mock_draw_gaussian(const struct mock_canvas *to, double flux, const double at[2],
			   const double cov[3], double floor)
{
	double det = cov[0] * cov[2] - cov[1] * cov[1];
	double peak = flux / (2 * M_PI * sqrt(det));
	double reach = peak > floor ? log(peak / floor) : 0; /* exponent at the floor */
	/* exponent = a (dx - tilt dy)^2 + dy^2/(2 cov_yy) */
	double a = cov[2] / (2 * det), tilt = cov[1] / cov[2];
	double half = sqrt(2 * cov[2] * reach), y = at[1];
	int last, first = range(y - half, y + half, to->height, &last);

	if (reach <= 0)
		return;
	for (int j = first; j < last; j++) {
		double dy = j - y, rest = dy * dy / (2 * cov[2]);
		double x = at[0] + tilt * dy, wide = sqrt(fmax(reach - rest, 0) / a);
		int right, left = range(x - wide, x + wide, to->width, &right);

		if (left < right)
			add_row(to->pixels + (size_t)j * (size_t)to->width + left, right - left,
				(float)peak, (float)a, (float)(x - left), (float)rest);
	}
}

/* The knots of the disk, which share its orientation. */
static void draw_knots(const struct mock_canvas *to, const struct pz_mock_survey *survey,
		       const struct pz_mock_galaxy *g, double flux, const double at[2],
		       double seeing, double floor)
{
	double c = cos(g->angle) / survey->pixscale, s = sin(g->angle) / survey->pixscale;

	for (int k = 0; k < g->knots; k++) {
		const struct pz_mock_knot *knot = &g->knot[k];
		double v = pow(knot->sigma / survey->pixscale, 2) + seeing;
		const double cov[3] = { v, 0, v };
		const double here[2] = { at[0] + c * knot->x - s * knot->y,
					 at[1] + s * knot->x + c * knot->y };

		pz_mock_draw_gaussian(to, flux * knot->share, here, cov, floor);
	}
}

void pz_mock_draw(const struct mock_canvas *to, const struct pz_mock *sky,
		  const struct pz_mock_galaxy *g, int b, const double at[2], double seeing)
{
	const struct pz_mock_survey *survey = sky->survey;
	double dimmed = pow(10, -0.4 * survey->extinction[b] * g->ebv);
	double floor = FLOOR * survey->sky[b], knots = g->knots ? g->knots_flux[b] : 0;
	double c = cos(g->angle), s = sin(g->angle);

	for (int p = 0; p < 2; p++) {
		const struct mock_profile *profile = &pz_mock_profiles[p];
		double r = g->part[p].radius / survey->pixscale, q = g->part[p].axis;
		double smooth = g->part[p].flux[b] - (p == 1 ? knots : 0);
		double flux = dimmed * smooth / profile->total;

		for (int k = 0; k < profile->n; k++) {
			double sigma = r * profile->gaussian[k][1];
			double u = sigma * sigma, v = u * q * q; /* along and across */
			double cov[3] = { u * c * c + v * s * s + seeing, (u - v) * c * s,
					  u * s * s + v * c * c + seeing };

			pz_mock_draw_gaussian(to, flux * profile->gaussian[k][0], at, cov, floor);
		}
	}
	draw_knots(to, survey, g, dimmed * knots, at, seeing, floor);
}

double pz_mock_seeing(const struct pz_mock *sky, const char *purpose, uint64_t number, int b)
{
	struct pz_random r;
	double night, band = 0, sigma;

	pz_random_init(&r, sky->seed, pz_random_stream(purpose, number));
	night = 0.095 * pz_random_normal(&r);
	for (int i = 0; i <= b; i++)
		band = 0.03 * pz_random_normal(&r);
	sigma = sky->survey->fwhm[b] * exp(night + band) / sqrt(8 * M_LN2) / sky->survey->pixscale;
	return sigma * sigma;
}

void pz_mock_stamp(const struct pz_mock *sky, uint64_t i, const struct pz_mock_galaxy *g, int size,
		   float *stamp)
{
	const double from[2] = { -BEYOND, -BEYOND }, to[2] = { size + BEYOND, size + BEYOND };
	size_t n = (size_t)size * (size_t)size;
	struct pz_random r;
	double at[2];

	pz_random_init(&r, sky->seed, pz_random_stream("mock stamp", i));
	for (int k = 0; k < 2; k++)
		at[k] = (size - 1) / 2.0 + pz_random_uniform(&r) - 0.5;
	memset(stamp, 0, PZ_MOCK_BANDS * n * sizeof *stamp);
	for (int b = 0; b < PZ_MOCK_BANDS; b++) {
		struct mock_canvas canvas = { stamp + (size_t)b * n, size, size };
		uint64_t noise =
			pz_random_stream("mock stamp noise", i * PZ_MOCK_BANDS + (uint64_t)b);

		double seeing = pz_mock_seeing(sky, "mock stamp seeing", i, b), here[2];
		struct pz_mock_galaxy other;
		struct mock_field beside;

		pz_mock_draw(&canvas, sky, g, b, at, seeing);
		pz_mock_field_begin(&beside, sky, "mock field of stamp", i, from, to);
		while (pz_mock_field_next(&beside, &other, here))
			pz_mock_draw(&canvas, sky, &other, b, here, seeing);
		pz_mock_noise(sky, b, noise, canvas.pixels, n);
	}
}
