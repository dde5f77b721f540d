/* aperture.c -- shares of pixels inside of a circle */
#include <math.h>
#include <stdlib.h>

#include <pz/aperture.h>
#include <pz/error.h>

#include "../base/order.h"

struct pz_aperture {
	int size, first, side; /* of the stamp; the square around the circle   */
	double radius;
	float *share; /* (side, side)                                          */
};

/* Integral of sqrt(r^2 - t^2) from 0 to t <= r. */
static double arc(double r, double t)
{
	return (t * sqrt(fmax(r * r - t * t, 0)) + r * r * asin(t / r)) / 2;
}

/* Area of the circle around 0 within the rectangle from 0 to (x, y), signed as x y is. */
static double corner(double r, double x, double y)
{
	double a = fmin(fabs(x), r), b = fmin(fabs(y), r), sign = (x < 0) == (y < 0) ? 1 : -1, cut;

	if (a * a + b * b <= r * r)
		return sign * a * b;
	cut = sqrt(r * r - b * b); /* left of it the rectangle's top is below the circle */
	return sign * (b * cut + arc(r, a) - arc(r, cut));
}

/* The share of the pixel centred on (x, y). */
static double share_of(double r, double x, double y)
{
	double x1 = x - 0.5, x2 = x + 0.5, y1 = y - 0.5, y2 = y + 0.5;

	return corner(r, x2, y2) - corner(r, x1, y2) - corner(r, x2, y1) + corner(r, x1, y1);
}

int pz_aperture_new(struct pz_aperture **out, int size, double radius)
{
	struct pz_aperture *a;
	double centre = (size - 1) / 2.0;

	*out = NULL;
	if (!(radius > 0) || radius > size / 2.0)
		return pz_fail(PZ_EARG,
			       "aperture: expected a radius up to %g pixels, half of the stamp, "
			       "found %g",
			       size / 2.0, radius);
	if (!(a = malloc(sizeof *a)))
		return pz_fail(PZ_ENOMEM, "no memory for an aperture");
	*a = (struct pz_aperture){ .size = size, .radius = radius };
	a->first = (int)(size / 2.0 - radius);
	a->side = size - 2 * a->first;
	if (!(a->share = malloc((size_t)a->side * (size_t)a->side * sizeof *a->share))) {
		free(a);
		return pz_fail(PZ_ENOMEM, "no memory for an aperture of %d pixels", size);
	}
	for (int y = 0; y < a->side; y++)
		for (int x = 0; x < a->side; x++)
			a->share[y * a->side + x] = (float)share_of(radius, a->first + x - centre,
								    a->first + y - centre);
	*out = a;
	return 0;
}

void pz_aperture_free(struct pz_aperture *a)
{
	if (!a)
		return;
	free(a->share);
	free(a);
}

double pz_aperture_sum(const struct pz_aperture *a, const float *x)
{
	const float *share = a->share;
	double sum = 0;

	x += a->first * a->size + a->first;
	for (int row = 0; row < a->side; row++, x += a->size, share += a->side)
		for (int i = 0; i < a->side; i++)
			sum += (double)(share[i] * x[i]);
	return sum;
}

double pz_aperture_area(const struct pz_aperture *a)
{
	return M_PI * a->radius * a->radius;
}

double pz_aperture_noise(int size, const float *x, double *level, double *work)
{
	size_t last = (size_t)size - 1, row = (size_t)size, n = 0;
	double middle;

	for (size_t i = 0; i <= last; i++) {
		const float border[] = { x[i], x[last * row + i], x[i * row], x[i * row + last] };

		for (size_t k = 0; k < 4; k++)
			if (isfinite(border[k]))
				work[n++] = (double)border[k];
	}
	middle = pz_order_median(work, n);
	for (size_t i = 0; i < n; i++)
		work[i] = fabs(work[i] - middle);
	if (level)
		*level = middle;
	return 1.4826 * pz_order_median(work, n);
}
