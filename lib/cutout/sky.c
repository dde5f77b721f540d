/* sky.c -- the clipped median of a ring */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>

#include "sky.h"

#define FEWEST 20   /* pixels that make a sky                               */
#define SHARE  0.1  /* of the ring, at least                                */
#define CLIP   4.45 /* median deviations: three sigma of a Gaussian         */
#define ROUNDS 20

/* The median of x[n], n > 0, which it reorders (Hoare's selection); of an even number the
 * lower one. */
static float median_of(float *x, size_t n)
{
	size_t low = 0, high = n - 1, k = (n - 1) / 2;

	while (low < high) {
		float pivot = x[low + (high - low) / 2];
		size_t i = low, j = high;

		for (;;) {
			float t;

			while (x[i] < pivot)
				i++;
			while (x[j] > pivot)
				j--;
			if (i >= j)
				break;
			t = x[i];
			x[i++] = x[j];
			x[j--] = t;
		}
		if (k <= j)
			high = j;
		else
			low = j + 1;
	}
	return x[k];
}

/* The ring's pixels with data into x, unless NULL; returns how many, and in *all how many
 * the ring has with or without. */
static size_t gather_ring(const struct window *w, const struct stamp_map *m, double inner,
			  double outer, float *x, size_t *all)
{
	const double(*c)[6] = m->c;
	double area = c[0][1] * c[1][2] - c[0][2] * c[1][1];
	double reach[2] = { outer * hypot(c[0][1], c[0][2]), outer * hypot(c[1][1], c[1][2]) };
	size_t n = 0;

	*all = 0;
	for (double y = ceil(c[1][0] - reach[1]); y <= c[1][0] + reach[1]; y++)
		for (double px = ceil(c[0][0] - reach[0]); px <= c[0][0] + reach[0]; px++) {
			double dx = px - c[0][0], dy = y - c[1][0];
			double u = (c[1][2] * dx - c[0][2] * dy) / area;
			double v = (c[0][1] * dy - c[1][1] * dx) / area;
			double r2 = u * u + v * v;
			float p;

			if (!(r2 >= inner * inner && r2 < outer * outer))
				continue;
			++*all;
			if (!(px >= 0 && px < (double)w->width && y >= (double)w->y0 &&
			      y < (double)(w->y0 + w->rows)))
				continue;
			p = w->pixels[((long)y - w->y0) * w->width + (long)px];
			if (fabsf(p) < NO_DATA)
				x[n++] = p;
		}
	return n;
}

/* Keeps the values within CLIP median deviations of the median, again and again. */
static float clipped_median(float *x, float *scratch, size_t n)
{
	float median = median_of(x, n);

	for (int round = 0; round < ROUNDS; round++) {
		size_t kept = 0;
		float limit;

		for (size_t i = 0; i < n; i++)
			scratch[i] = fabsf(x[i] - median);
		limit = (float)CLIP * median_of(scratch, n);
		for (size_t i = 0; i < n; i++)
			if (fabsf(x[i] - median) <= limit)
				x[kept++] = x[i];
		if (kept == n)
			break;
		n = kept;
		median = median_of(x, n);
	}
	return median;
}

int pz_sky_annulus(const struct window *w, const struct stamp_map *m, double inner, double outer,
		   float *sky)
{
	double box = 4 * outer * outer * hypot(m->c[0][1], m->c[0][2]) *
		     hypot(m->c[1][1], m->c[1][2]);
	size_t room, all, n;
	float *x;
	int rc = 0;

	if (!(box < SKY_RING_MAX))
		return STAMP_RING;
	room = (size_t)box + 4 * (size_t)sqrt(box) + 16;
	if (!(x = malloc(2 * room * sizeof *x)))
		return pz_fail(PZ_ENOMEM, "no memory for the sky of %zu pixels", room);
	n = gather_ring(w, m, inner, outer, x, &all);
	if (n >= FEWEST && (double)n >= SHARE * (double)all) {
		*sky = clipped_median(x, x + room, n);
		rc = 1;
	}
	free(x);
	return rc;
}
