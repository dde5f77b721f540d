/* conformal.c -- order statistics of scores, row by row */
#include <math.h>
#include <stdlib.h>

#include <pz/conformal.h>
#include <pz/error.h>
#include <pz/pdf.h>

#include "../base/order.h"
#include "group.h"

#define EXACT 1e-9 /* products of shares and counts that are whole miss it by less */

double pz_conformal_score(const struct pz_grid *grid, const double *p, double z, double level)
{
	double low = pz_pdf_quantile(grid, p, (1 - level) / 2);
	double high = pz_pdf_quantile(grid, p, (1 + level) / 2);

	return fmax(low - z, z - high);
}

void pz_conformal_interval(const struct pz_conformal *c, const struct pz_grid *grid,
			   const double *p, int row, int level, double *low, double *high)
{
	double margin = c->margin[row * c->levels + level], share = c->level[level];

	*low = pz_pdf_quantile(grid, p, (1 - share) / 2) - margin;
	*high = pz_pdf_quantile(grid, p, (1 + share) / 2) + margin;
	if (*low > *high)
		*low = *high = (*low + *high) / 2;
}

/* Which of n scores, counted from 1, is the margin; above n where they are too few. */
static double order_of(double level, size_t n)
{
	return ceil(((double)n + 1) * level - EXACT);
}

/* Galaxies that a margin needs for all levels. */
static size_t least_galaxies(const double *level, int levels)
{
	size_t least = 1;

	for (int l = 0; l < levels; l++) {
		double needed = ceil(level[l] / (1 - level[l]) - EXACT);

		if (needed > (double)least)
			least = (size_t)needed;
	}
	return least;
}

/* The first row behind the group that begins at `row`; needed: galaxies. */
static int end_group(const struct group *g, int row, int rows, size_t needed)
{
	size_t least = needed > PZ_CONFORMAL_LEAST ? needed : PZ_CONFORMAL_LEAST;
	size_t n = 0, rest = 0;

	for (int r = row; r < rows; r++)
		rest += pz_group_size(g, (size_t)r);
	while (row < rows && n < least) {
		n += pz_group_size(g, (size_t)row);
		rest -= pz_group_size(g, (size_t)row++);
	}
	return rest < least ? rows : row;
}

/* Margins of rows from..to - 1, together. work: n doubles. */
static void fit_group(struct pz_conformal *c, const struct group *g, int from, int to,
		      const double *score, double *work)
{
	const size_t *galaxy = g->galaxy + g->first[from];
	size_t n = g->first[to] - g->first[from];

	for (int l = 0; l < c->levels; l++) {
		size_t k = (size_t)order_of(c->level[l], n) - 1;
		double margin;

		for (size_t i = 0; i < n; i++)
			work[i] = score[galaxy[i] * (size_t)c->levels + (size_t)l];
		margin = pz_order_select(work, n, k);
		for (int r = from; r < to; r++) {
			c->margin[r * c->levels + l] = margin;
			c->count[r] = n;
		}
	}
}

static int check_levels(int rows, const double *level, int levels)
{
	if (rows < 1 || levels < 1)
		return pz_fail(PZ_EARG, "conformal: expected rows and levels, found %d and %d",
			       rows, levels);
	for (int l = 0; l < levels; l++)
		if (!(level[l] > 0 && level[l] < 1))
			return pz_fail(PZ_EARG, "conformal: expected a level in 0 to 1, found %g",
				       level[l]);
	return 0;
}

static int make_room(struct pz_conformal *c, int rows, const double *level, int levels)
{
	size_t n = (size_t)levels;

	*c = (struct pz_conformal){ .rows = rows, .levels = levels };
	c->level = malloc(n * sizeof *c->level);
	c->margin = calloc((size_t)rows * n, sizeof *c->margin);
	c->count = calloc((size_t)rows, sizeof *c->count);
	if (!c->level || !c->margin || !c->count)
		return pz_fail(PZ_ENOMEM, "no memory for intervals of %d rows", rows);
	for (size_t l = 0; l < n; l++)
		c->level[l] = level[l];
	return 0;
}

int pz_conformal_fit(struct pz_conformal *c, int rows, const double *level, int levels,
		     const int *row, const double *score, size_t n)
{
	struct group group = { 0 };
	double *work = NULL;
	long *key = NULL;
	size_t least;
	int rc = check_levels(rows, level, levels);

	*c = (struct pz_conformal){ 0 };
	if (rc < 0)
		return rc;
	least = least_galaxies(level, levels);
	if (n < least)
		return pz_fail(PZ_EDATA,
			       "intervals: expected at least %zu galaxies to find them on, found "
			       "%zu",
			       least, n);
	key = malloc(n * sizeof *key);
	work = malloc(n * sizeof *work);
	rc = make_room(c, rows, level, levels);
	if (rc == 0 && (!key || !work))
		rc = pz_fail(PZ_ENOMEM, "no memory for the scores of %zu galaxies", n);
	for (size_t i = 0; i < n && rc == 0; i++)
		key[i] = row[i];
	if (rc == 0 && (rc = pz_group_init(&group, n, key, (size_t)rows)) == 0)
		for (int from = 0, to; from < rows; from = to) {
			to = end_group(&group, from, rows, least);
			fit_group(c, &group, from, to, score, work);
		}
	pz_group_release(&group);
	free(key);
	free(work);
	if (rc < 0)
		pz_conformal_release(c);
	return rc;
}

void pz_conformal_release(struct pz_conformal *c)
{
	free(c->level);
	free(c->margin);
	free(c->count);
	*c = (struct pz_conformal){ 0 };
}
