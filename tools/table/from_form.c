/* from_form.c -- turns the numbers of a p(z), whatever they are, into probabilities of bins */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/pdf.h>

#include "from_form.h"

/* -- what the numbers are */

static int fail_count(const struct form *f, size_t n, const char *expected)
{
	return pz_fail(PZ_EMISMATCH,
		       "p(z): expected %s, found %zu numbers in a row and %zu in "
		       "--pz-grid",
		       expected, n, f->places.n);
}

static bool ascends(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]) || (i > 0 && x[i] <= x[i - 1]))
			return false;
	return true;
}

/* Heights at points, or of bins. */
static int open_heights(struct form *f, size_t n)
{
	const struct places *p = &f->places;
	bool points = f->own_x || p->kind == PLACES_POINTS ||
		      (p->kind == PLACES_GIVEN && p->n == n);

	f->shape = points ? PZ_DENSITY_POINTS : PZ_DENSITY_BINS;
	f->k = f->own_x ? n / 2 : n;
	if (f->own_x)
		return 0;
	if (points && f->is == LIKELIHOOD_PROBABILITY)
		return pz_fail(PZ_EUSAGE, "--pz-grid has points: expected --pz-is density, loglike "
					  "or chi2, as a probability belongs to a bin, found "
					  "probability");
	if (p->n != n + !points)
		return fail_count(f, n,
				  p->kind == PLACES_POINTS  ? "a number for each point"
				  : p->kind == PLACES_EDGES ? "a number for each bin"
							    : "as many points as numbers, or one "
							      "more edge of bins");
	return ascends(p->x, p->n)
		       ? 0
		       : pz_fail(PZ_EDATA,
				 "--pz-grid: expected redshifts that ascend, found others");
}

static int open_quantiles(struct form *f, size_t n)
{
	const double *q = f->places.x;

	f->shape = PZ_DENSITY_QUANTILES;
	f->k = n;
	if (f->places.kind != PLACES_GIVEN)
		return pz_fail(PZ_EUSAGE,
			       "--pz-is quantiles: expected the cumulated probabilities "
			       "in --pz-grid, as 0.05,0.5,0.95, found %s",
			       f->places.kind == PLACES_NONE ? "none" : "redshifts");
	if (f->places.n != n || n < 2)
		return fail_count(f, n,
				  "two or more quantiles, and a cumulated probability for "
				  "each");
	if (!ascends(q, n) || q[0] < 0 || q[n - 1] > 1)
		return pz_fail(PZ_EUSAGE, "--pz-grid: expected cumulated probabilities from 0 to 1 "
					  "that ascend, found others");
	f->omitted = 1 - (q[n - 1] - q[0]);
	return 0;
}

static int open_normals(struct form *f, size_t n, int items)
{
	f->shape = PZ_DENSITY_NORMALS;
	if (items == 2 || n == 2)
		f->k = n % 2 ? 0 : n / 2;
	else
		f->k = n % 3 ? 0 : n / 3;
	return f->k ? 0
		    : pz_fail(PZ_EMISMATCH,
			      "--pz-is normal: expected a mean and a standard deviation, or K "
			      "means, K standard deviations and K weights, found %zu numbers",
			      n);
}

int form_open(struct form *f, size_t n, int items)
{
	bool heights = f->is <= LIKELIHOOD_CHI2;
	int rc = 0;

	f->n = f->k = n;
	f->shape = PZ_DENSITY_SAMPLES;
	f->of_grid = heights && f->places.kind == PLACES_NONE && !f->own_x;
	if (!heights && f->is != FORM_QUANTILES && f->places.kind != PLACES_NONE)
		return pz_fail(PZ_EUSAGE, "--pz-grid: normal distributions and samples have none");
	if (heights && !f->of_grid)
		rc = open_heights(f, n);
	else if (f->is == FORM_QUANTILES)
		rc = open_quantiles(f, n);
	else if (f->is == FORM_NORMAL)
		rc = open_normals(f, n, items);
	if (rc == 0 && !(f->work = malloc((n + 1) * sizeof *f->work)))
		rc = pz_fail(PZ_ENOMEM, "no memory for a p(z) of %zu numbers", n);
	return rc;
}

void form_release(struct form *f)
{
	free(f->work);
	places_release(&f->places);
}

/* -- a galaxy */

static double integral_of(const struct pz_density *d)
{
	double sum = 0;

	for (size_t i = 0; d->form == PZ_DENSITY_BINS && i < d->n; i++)
		sum += d->y[i] * (d->x[i + 1] - d->x[i]);
	for (size_t i = 1; d->form == PZ_DENSITY_POINTS && i < d->n; i++)
		sum += 0.5 * (d->y[i] + d->y[i - 1]) * (d->x[i] - d->x[i - 1]);
	return sum;
}

static int take_heights(struct form *f, double tiny, double *v, struct pz_density *d)
{
	double *y = f->own_x ? v + f->k : v, sum;
	bool any_sum = f->any_sum || f->scale || f->is > LIKELIHOOD_DENSITY;
	enum likelihood_fault fault =
		likelihood_to_heights((enum likelihood)f->is, any_sum, tiny, (int)f->k, y);

	if (fault)
		return (int)fault;
	d->x = f->own_x ? v : f->places.x;
	if (f->own_x && !ascends(v, f->k))
		return LIKELIHOOD_DESCENDS;
	for (size_t i = 0; i < f->k && f->is == LIKELIHOOD_PROBABILITY; i++)
		y[i] /= d->x[i + 1] - d->x[i];
	d->y = y;
	sum = integral_of(d);
	if (!any_sum && !(fabs(sum - 1) <= PZ_PDF_SUM))
		return pz_fail(PZ_EDATA, "p(z): expected the integral 1 over --pz-grid, found %.6g",
			       sum);
	return LIKELIHOOD_FINE;
}

static int take_quantiles(struct form *f, const double *v, struct pz_density *d)
{
	enum likelihood_fault fault = likelihood_check_nan((int)f->k, v);

	for (size_t i = 0; i < f->k && !fault; i++)
		if (!isfinite(v[i]))
			fault = LIKELIHOOD_INFINITE;
		else if (i > 0 && v[i] < v[i - 1])
			fault = LIKELIHOOD_DESCENDS;
	d->x = v;
	d->y = f->places.x;
	return (int)fault;
}

/* Components of no weight, and those that are NaN throughout, which fill up rows of fewer, do not
 * count. */
static int take_normals(struct form *f, double *v, struct pz_density *d)
{
	size_t k = f->k, n = 0;
	double *mean = v, *sigma = v + k, *weight = f->n == 3 * k ? v + 2 * k : NULL;

	for (size_t i = 0; i < k; i++) {
		double w = weight ? weight[i] : 1;

		if (w == 0 || (isnan(mean[i]) && isnan(sigma[i]) && (!weight || isnan(w))))
			continue;
		if (isnan(mean[i]) || isnan(sigma[i]) || isnan(w))
			return LIKELIHOOD_NAN;
		if (isinf(mean[i]) || isinf(sigma[i]) || isinf(w))
			return LIKELIHOOD_INFINITE;
		if (sigma[i] <= 0)
			return LIKELIHOOD_WIDTH;
		if (w < 0)
			return LIKELIHOOD_NEGATIVE;
		mean[n] = mean[i];
		sigma[n] = sigma[i];
		f->work[n++] = w;
	}
	*d = (struct pz_density){ f->shape, n, mean, sigma, f->work };
	return n ? LIKELIHOOD_FINE : LIKELIHOOD_ABSENT;
}

/* NaN fills up rows of fewer samples. */
static int take_samples(double *v, struct pz_density *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++) {
		if (isinf(v[i]))
			return LIKELIHOOD_INFINITE;
		if (!isnan(v[i]))
			v[n++] = v[i];
	}
	d->n = n;
	d->x = v;
	return n ? LIKELIHOOD_FINE : LIKELIHOOD_ABSENT;
}

/* What lies beyond the grid's ends is refused, or p is divided by the rest. */
static int cut_outside(struct form *f, const struct pz_grid *g, double outside, double *p)
{
	double width = pz_grid_width(g);

	if (!f->scale && outside > PZ_PDF_SUM)
		return pz_fail(
			PZ_EDATA,
			"p(z): expected all of it within the grid, from %g to %g, found %.3g "
			"of it outside: give another --grid, or --scale-pz, which divides "
			"by what lies within",
			g->min - g->left * width, g->max + g->right * width, outside);
	if (1 - outside < PZ_PDF_SUM)
		return LIKELIHOOD_OUTSIDE;
	f->cut += outside > FORM_CUT;
	f->worst = fmax(f->worst, outside);
	for (int i = 0; i < pz_grid_total(g) && f->scale; i++)
		p[i] /= 1 - outside;
	return LIKELIHOOD_FINE;
}

int form_to_pz(struct form *f, const struct pz_grid *grid, double tiny, double *v, double *p)
{
	struct pz_density d = { .form = f->shape, .n = f->k };
	double outside;
	int fault;

	if (f->of_grid) {
		memcpy(p, v, f->n * sizeof *p);
		return (int)likelihood_to_pz((enum likelihood)f->is, f->scale, grid, tiny, p);
	}
	if (f->shape == PZ_DENSITY_NORMALS)
		fault = take_normals(f, v, &d);
	else if (f->shape == PZ_DENSITY_SAMPLES)
		fault = take_samples(v, &d);
	else if (f->shape == PZ_DENSITY_QUANTILES)
		fault = take_quantiles(f, v, &d);
	else
		fault = take_heights(f, tiny, v, &d);
	if (fault)
		return fault;
	if (pz_density_integrate(&d, grid, p, &outside) < 0)
		return LIKELIHOOD_ZERO;
	return cut_outside(f, grid, outside, p);
}
