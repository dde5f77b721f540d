/* density.c -- p(z) of any form as probabilities of a grid's bins
 *
 * Each form gives the share of its integral below a redshift; a bin has the difference between
 * its edges.
 */
#include <math.h>
#include <stdbool.h>

#include <pz/density.h>
#include <pz/error.h>

/* -- what is a density */

static int fail_number(size_t i, const char *expected, double found)
{
	return pz_fail(PZ_EDATA, "p(z): number %zu: expected %s, found %g", i + 1, expected, found);
}

/* x[0..n-1] that ascend, or do not descend. */
static int check_order(const double *x, size_t n, bool strictly)
{
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(x[i]))
			return fail_number(i, "a redshift", x[i]);
		if (i > 0 && (strictly ? x[i] <= x[i - 1] : x[i] < x[i - 1]))
			return fail_number(i, "redshifts that ascend", x[i]);
	}
	return 0;
}

static int check_weights(const double *y, size_t n, const char *expected)
{
	for (size_t i = 0; i < n && y; i++)
		if (!(y[i] >= 0 && y[i] < INFINITY))
			return fail_number(i, expected, y[i]);
	return 0;
}

static int check_finite(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isfinite(x[i]))
			return fail_number(i, "a redshift", x[i]);
	return 0;
}

static int check_quantiles(const struct pz_density *d)
{
	int rc = check_order(d->x, d->n, false);

	for (size_t i = 0; i < d->n && rc == 0; i++)
		if (!(d->y[i] >= 0 && d->y[i] <= 1) || (i > 0 && d->y[i] <= d->y[i - 1]))
			rc = fail_number(i, "cumulated probabilities that ascend", d->y[i]);
	return rc;
}

static int check_widths(const double *y, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!(y[i] > 0 && y[i] < INFINITY))
			return fail_number(i, "a standard deviation above 0", y[i]);
	return 0;
}

static int check_density(const struct pz_density *d)
{
	int rc = 0;

	switch (d->form) {
	case PZ_DENSITY_BINS:
		rc = check_order(d->x, d->n + 1, true);
		return rc < 0 ? rc : check_weights(d->y, d->n, "a density of at least 0");
	case PZ_DENSITY_POINTS:
		rc = check_order(d->x, d->n, true);
		return rc < 0 ? rc : check_weights(d->y, d->n, "a density of at least 0");
	case PZ_DENSITY_QUANTILES:
		return check_quantiles(d);
	case PZ_DENSITY_NORMALS:
		if ((rc = check_finite(d->x, d->n)) < 0 || (rc = check_widths(d->y, d->n)) < 0)
			return rc;
		return check_weights(d->w, d->n, "a weight of at least 0");
	default:
		rc = check_finite(d->x, d->n);
		return rc < 0 ? rc : check_weights(d->w, d->n, "a weight of at least 0");
	}
}

/* -- forms that are made of pieces in ascending order */

/* Pieces up to a redshift: how far they have been added, and what of them lies below. */
struct walk {
	const struct pz_density *d;
	size_t piece;
	double below;
};

static size_t pieces(const struct pz_density *d)
{
	return d->form == PZ_DENSITY_BINS ? d->n : d->n ? d->n - 1 : 0;
}

/* The integral of piece i from its lower end to z, which lies in it. */
static double part(const struct pz_density *d, size_t i, double z)
{
	double width = d->x[i + 1] - d->x[i], at = z - d->x[i];

	switch (d->form) {
	case PZ_DENSITY_BINS:
		return d->y[i] * at;
	case PZ_DENSITY_POINTS:
		return at * (d->y[i] + 0.5 * (d->y[i + 1] - d->y[i]) * at / width);
	default:
		return width > 0 ? (d->y[i + 1] - d->y[i]) * at / width : d->y[i + 1] - d->y[i];
	}
}

/* The integral below z; of one walk, z never descends. */
static double walk_to(struct walk *w, double z)
{
	const struct pz_density *d = w->d;

	/* two quantiles at z itself: that share lies at z, not below */
	for (; w->piece < pieces(d) && d->x[w->piece + 1] <= z && d->x[w->piece] < z; w->piece++)
		w->below += part(d, w->piece, d->x[w->piece + 1]);
	if (w->piece == pieces(d) || d->x[w->piece] >= z)
		return w->below;
	return w->below + part(d, w->piece, z);
}

static double edge(const struct pz_grid *g, int i)
{
	return g->min + (i - g->left) * pz_grid_width(g);
}

/* Integrals of the bins into p, what lies beyond the grid into *beyond. */
static void integrate_pieces(const struct pz_density *d, const struct pz_grid *g, double *p,
			     double *beyond)
{
	struct walk w = { .d = d };
	double before = walk_to(&w, edge(g, 0)), first = before;

	for (int i = 0; i < pz_grid_total(g); i++) {
		double below = walk_to(&w, edge(g, i + 1));

		p[i] = below - before;
		before = below;
	}
	*beyond = first + walk_to(&w, INFINITY) - before;
}

/* -- the others */

/* The share of a standard normal distribution between a and b, exact in both tails. */
static double normal_between(double a, double b)
{
	if (a > 0)
		return 0.5 * (erfc(a * M_SQRT1_2) - erfc(b * M_SQRT1_2));
	return 0.5 * (erfc(-b * M_SQRT1_2) - erfc(-a * M_SQRT1_2));
}

static void integrate_normals(const struct pz_density *d, const struct pz_grid *g, double *p,
			      double *beyond)
{
	int bins = pz_grid_total(g);

	for (size_t k = 0; k < d->n; k++) {
		double weight = d->w ? d->w[k] : 1, from = (edge(g, 0) - d->x[k]) / d->y[k], to;

		*beyond += weight * normal_between(-INFINITY, from);
		for (int i = 0; i < bins; i++, from = to) {
			to = (edge(g, i + 1) - d->x[k]) / d->y[k];
			p[i] += weight * normal_between(from, to);
		}
		*beyond += weight * normal_between(from, INFINITY);
	}
}

static void count_samples(const struct pz_density *d, const struct pz_grid *g, double *p,
			  double *beyond)
{
	for (size_t k = 0; k < d->n; k++) {
		int bin = pz_grid_extended(g, d->x[k]);

		*(bin < 0 ? beyond : &p[bin]) += d->w ? d->w[k] : 1;
	}
}

int pz_density_integrate(const struct pz_density *d, const struct pz_grid *grid, double *p,
			 double *outside)
{
	double beyond = 0, sum = 0;
	int bins = pz_grid_total(grid), rc = check_density(d);

	if (rc < 0)
		return rc;
	for (int i = 0; i < bins; i++)
		p[i] = 0;
	if (d->form == PZ_DENSITY_NORMALS)
		integrate_normals(d, grid, p, &beyond);
	else if (d->form == PZ_DENSITY_SAMPLES)
		count_samples(d, grid, p, &beyond);
	else
		integrate_pieces(d, grid, p, &beyond);
	for (int i = 0; i < bins; i++)
		sum += p[i];
	if (!(sum + beyond > 0 && sum + beyond < INFINITY))
		return pz_fail(PZ_EDATA, "p(z): expected an integral above 0, found %g",
			       sum + beyond);
	for (int i = 0; i < bins; i++)
		p[i] /= sum + beyond;
	if (outside)
		*outside = beyond / (sum + beyond);
	return 0;
}
