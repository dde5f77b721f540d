/* dispersion.c -- the width of each channel by maximum likelihood */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "dispersion.h"
#include "gauss.h"

#define SCAN      97  /* widths tried between SIGMA_MIN and SIGMA_MAX        */
#define SIGMA_MIN 0.1 /* bins                                                */
#define SIGMA_MAX 1000
#define LN_EXACT  1e-8 /* the search ends at this width of ln sigma           */
#define CLIP      1e-5

/* One channel on its way to a width. */
struct channel {
	int n;           /* bins                                                */
	double *x, *y;   /* normalised histograms of zphot and of z             */
	double *blurred; /* x blurred                                           */
	double *room;    /* what the three point into                           */
	struct gauss gauss;
};

static void release(struct channel *c)
{
	free(c->room);
	pz_gauss_release(&c->gauss);
}

static int init_channel(struct channel *c, int n)
{
	int rc;

	*c = (struct channel){ .n = n };
	rc = pz_gauss_init(&c->gauss, n);
	if (rc)
		return rc;
	c->room = malloc(3 * (size_t)n * sizeof *c->room);
	if (!c->room) {
		release(c);
		return pz_fail(PZ_ENOMEM, "no memory for histograms of %d bins", n);
	}
	c->x = c->room;
	c->y = c->x + n;
	c->blurred = c->y + n;
	return 0;
}

/* Sets h[i] to the share of the channel's galaxies whose value lies in bin i; false: none of them
 * lies in any bin. */
static bool fill_histogram(const struct pz_grid *grid, const int *row, int channel,
			   const struct pz_galaxies *g, const double *value, double *h)
{
	double inside = 0;

	memset(h, 0, (size_t)grid->bins * sizeof *h);
	for (size_t i = 0; i < g->n; i++) {
		int bin = pz_rows_in_channel(row[i], channel) ? pz_grid_bin(grid, value[i]) : -1;

		if (bin >= 0) {
			h[bin] += pz_galaxies_weight(g, i);
			inside += pz_galaxies_weight(g, i);
		}
	}
	for (int i = 0; i < grid->bins && inside > 0; i++)
		h[i] /= inside;
	return inside > 0;
}

static double evaluate_objective(struct channel *c, double sigma)
{
	double sum = 0;

	pz_gauss_set(&c->gauss, sigma);
	memset(c->blurred, 0, (size_t)c->n * sizeof *c->blurred);
	for (int j = 0; j < c->n; j++)
		if (c->x[j] > 0)
			pz_gauss_add(&c->gauss, j, c->x[j], c->blurred, c->n);
	for (int i = 0; i < c->n; i++)
		if (c->y[i] > 0)
			sum -= c->y[i] * log(fmin(fmax(c->blurred[i], CLIP), 1 - CLIP));
	return sum;
}

static double at_ln(struct channel *c, double ln_sigma)
{
	return evaluate_objective(c, exp(ln_sigma));
}

/* Golden-section search for the least value between lo and hi. */
static double golden_search(struct channel *c, double lo, double hi)
{
	const double golden = (sqrt(5) - 1) / 2;
	double a = hi - golden * (hi - lo), b = lo + golden * (hi - lo);
	double at_a = at_ln(c, a), at_b = at_ln(c, b);

	while (hi - lo > LN_EXACT) {
		if (at_a < at_b) {
			hi = b;
			b = a;
			at_b = at_a;
			at_a = at_ln(c, a = hi - golden * (hi - lo));
		} else {
			lo = a;
			a = b;
			at_a = at_b;
			at_b = at_ln(c, b = lo + golden * (hi - lo));
		}
	}
	return (lo + hi) / 2;
}

/* The least of O over the scan, then refined between its neighbours. O has
 * kinks where the clipping acts, so the better of the two is kept. */
static double minimise_objective(struct channel *c, double *least)
{
	const double first = log(SIGMA_MIN), step = log(SIGMA_MAX / SIGMA_MIN) / (SCAN - 1);
	double refined, at_refined;
	int best = 0;

	*least = INFINITY;
	for (int i = 0; i < SCAN; i++) {
		double value = at_ln(c, first + i * step);

		if (value < *least) {
			*least = value;
			best = i;
		}
	}
	refined = golden_search(c, first + (best > 0 ? best - 1 : 0) * step,
				first + (best < SCAN - 1 ? best + 1 : best) * step);
	at_refined = at_ln(c, refined);
	if (at_refined >= *least)
		return exp(first + best * step);
	*least = at_refined;
	return exp(refined);
}

static int fit_channel(const struct pz_grid *grid, const int *row, const struct pz_galaxies *g,
		       int channel, double *sigma, double *least)
{
	struct channel c;
	bool any;

	if (init_channel(&c, grid->bins))
		return PZ_ENOMEM;
	any = fill_histogram(grid, row, channel, g, g->zphot, c.x);
	any = fill_histogram(grid, row, channel, g, g->z, c.y) && any;
	*least = 0;
	*sigma = any ? minimise_objective(&c, least) : 1;
	release(&c);
	return 0;
}

/* The fits of all channels. */
struct fits {
	const struct pz_grid *grid;
	const int *row;
	const struct pz_galaxies *g;
	double *sigma, *least; /* of each channel; least may be NULL */
	struct pz_failure failure;
};

static void fit_job(void *arg, size_t k, size_t thread)
{
	struct fits *f = arg;
	double least;
	int rc = fit_channel(f->grid, f->row, f->g, (int)k, &f->sigma[k], &least);

	(void)thread;
	if (rc < 0)
		pz_failure_note(&f->failure, k, rc);
	else if (f->least)
		f->least[k] = least;
}

int pz_dispersion_fit(const struct pz_grid *grid, const struct pz_rows *rows,
		      const struct pz_galaxies *g, double *sigma, double *objective_min)
{
	int *row, rc = pz_galaxies_check(g);
	struct fits f = { .grid = grid, .g = g, .sigma = sigma, .least = objective_min };

	if (rc)
		return rc;
	row = pz_galaxies_rows(g, rows);
	if (!row)
		return PZ_ENOMEM;
	f.row = row;
	pz_team_run((size_t)pz_threads(), (size_t)rows->channels, fit_job, &f);
	free(row);
	return pz_failure_raise(&f.failure);
}

int pz_dispersion_objective(const struct pz_grid *grid, const struct pz_rows *rows,
			    const struct pz_galaxies *g, int channel, const double *sigma,
			    int count, double *value)
{
	struct channel c;
	int *row, rc = pz_galaxies_check(g);

	if (rc)
		return rc;
	row = pz_galaxies_rows(g, rows);
	if (!row)
		return PZ_ENOMEM;
	rc = init_channel(&c, grid->bins);
	if (rc == 0) {
		fill_histogram(grid, row, channel, g, g->zphot, c.x);
		fill_histogram(grid, row, channel, g, g->z, c.y);
		for (int i = 0; i < count; i++)
			value[i] = evaluate_objective(&c, sigma[i]);
		release(&c);
	}
	free(row);
	return rc;
}
