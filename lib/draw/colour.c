/* colour.c -- Lupton's asinh colours, and a scale for them from the stamps themselves */
#include <math.h>
#include <stdlib.h>

#include <pz/colour.h>
#include <pz/error.h>

#define SAMPLE    100000 /* pixels that the sky is measured on                      */
#define SKY_SHARE 0.6    /* of the pixels that are taken to be sky                  */
#define CORES     0.8    /* quantile of the stamps' peaks that is white             */
#define NEUTRAL   0.7    /* of the mean colour that the weights take away           */

static int by_value(const void *a, const void *b)
{
	float x = *(const float *)a, y = *(const float *)b;

	return (x > y) - (x < y);
}

/* Of x[n], sorted here; 0 where there is none. */
static double quantile(float *x, size_t n, double q)
{
	if (n == 0)
		return 0;
	qsort(x, n, sizeof *x, by_value);
	return x[(size_t)(q * (double)(n - 1) + 0.5)];
}

/* Mean of the weighted bands at a pixel, above black; NaN where one is not finite. */
static double intensity(const struct pz_colour *c, const float *planes, size_t pixels, size_t i)
{
	double sum = 0;

	for (int b = 0; b < 3; b++)
		sum += c->weight[b] * (planes[(size_t)b * pixels + i] - c->black[b]);
	return isfinite(sum) ? sum / 3 : NAN;
}

/* Sky of band b: the median of the fainter share of the pixels that is sky. */
static double sky_of(const float *planes, size_t n, size_t pixels, int b, float *work)
{
	size_t total = n * pixels, step = total / SAMPLE + 1, kept = 0;

	for (size_t k = 0; k < total; k += step) {
		float x = planes[(3 * (k / pixels) + (size_t)b) * pixels + k % pixels];

		if (isfinite(x))
			work[kept++] = x;
	}
	return quantile(work, kept, 0.5 * SKY_SHARE);
}

/* Noise of the intensity, from the fainter half of its sky. */
static double noise_of(const struct pz_colour *c, const float *planes, size_t n, size_t pixels,
		       float *work)
{
	size_t total = n * pixels, step = total / SAMPLE + 1, kept = 0;

	for (size_t k = 0; k < total; k += step) {
		double x = intensity(c, planes + k / pixels * 3 * pixels, pixels, k % pixels);

		if (!isnan(x))
			work[kept++] = (float)x;
	}
	return quantile(work, kept, 0.5 * SKY_SHARE) - quantile(work, kept, 0.159 * SKY_SHARE);
}

static double peak_of(const struct pz_colour *c, const float *planes, size_t pixels)
{
	double peak = 0;

	/* Not fmax: as the end of a loop, gcc 12 for arm64 has no code for it. */
	for (size_t i = 0; i < pixels; i++) {
		double x = intensity(c, planes, pixels, i);

		peak = x > peak ? x : peak;
	}
	return peak;
}

/* How much brighter than the mean of the bands band b is in the galaxy's bright half. */
static double ratio_of(const struct pz_colour *c, const float *planes, size_t pixels, int b)
{
	double half = 0.5 * peak_of(c, planes, pixels), band = 0, all = 0;

	for (size_t i = 0; i < pixels; i++) {
		double x = intensity(c, planes, pixels, i);

		if (x > half) {
			band += planes[(size_t)b * pixels + i] - c->black[b];
			all += x;
		}
	}
	return band / all; /* NaN where there is no light */
}

/* Weights from the median colour of the stamps. */
static void fit_weights(struct pz_colour *c, const float *planes, size_t n, size_t pixels,
			float *work)
{
	double weight[3];

	for (int b = 0; b < 3; b++) {
		size_t kept = 0;
		double median;

		for (size_t k = 0; k < n; k++) {
			double ratio = ratio_of(c, planes + k * 3 * pixels, pixels, b);

			if (ratio > 0)
				work[kept++] = (float)ratio;
		}
		median = quantile(work, kept, 0.5);
		weight[b] = median > 0 ? pow(median, -NEUTRAL) : 1;
	}
	for (int b = 0; b < 3; b++)
		c->weight[b] = weight[b];
}

int pz_colour_fit(struct pz_colour *c, const float *planes, size_t n, size_t pixels)
{
	float *work = malloc((SAMPLE + n) * sizeof *work);
	double noise, peak;

	*c = (struct pz_colour){ .weight = { 1, 1, 1 }, .soft = 1, .white = 1 };
	if (!work)
		return pz_fail(PZ_ENOMEM, "no memory for a colour scale");
	for (int b = 0; b < 3; b++)
		c->black[b] = sky_of(planes, n, pixels, b, work);
	fit_weights(c, planes, n, pixels, work);
	noise = noise_of(c, planes, n, pixels, work);
	for (size_t k = 0; k < n; k++)
		work[k] = (float)peak_of(c, planes + k * 3 * pixels, pixels);
	peak = quantile(work, n, CORES);
	free(work);

	/* Stamps without noise or without light still get a scale. */
	c->white = peak > 0 ? peak + noise : noise > 0 ? 5 * noise : 1;
	c->soft = noise > 1e-3 * c->white ? 2 * noise : 0.02 * c->white;
	for (int b = 0; b < 3; b++)
		c->black[b] -= noise / c->weight[b];
	return 0;
}

void pz_colour_apply(const struct pz_colour *c, const float *planes, size_t pixels,
		     unsigned char *rgb)
{
	const double full = asinh(c->white / c->soft);

	for (size_t i = 0; i < pixels; i++) {
		double mean = intensity(c, planes, pixels, i);
		double gain = mean > 0 ? asinh(mean / c->soft) / full / mean : 0;
		double x[3], most = 1;

		for (int b = 0; b < 3; b++) {
			x[b] = gain * c->weight[b] * (planes[(size_t)b * pixels + i] - c->black[b]);
			most = fmax(most, x[b]);
		}
		for (int b = 0; b < 3; b++)
			rgb[3 * i + (size_t)b] =
				(unsigned char)(fmax(gain > 0 ? x[b] / most : 0, 0) * 255 + 0.5);
	}
}
