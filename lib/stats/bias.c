/* bias.c -- sums of residuals and of galaxies in every bin, and their smoothed ratio */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "bias.h"
#include "gauss.h"

/* Working memory for one channel after the other. */
struct sums {
	struct gauss gauss;
	int *row;             /* of each galaxy                                     */
	double *left, *count; /* residuals and galaxies of true bin j; [n]          */
	double *near;         /* count, smoothed; [n]                               */
};

static void release_sums(struct sums *s)
{
	pz_gauss_release(&s->gauss);
	free(s->row);
	free(s->left);
	free(s->count);
	free(s->near);
}

static int init_sums(struct sums *s, const struct pz_grid *grid, const struct pz_rows *rows,
		     const struct pz_galaxies *g)
{
	size_t n = (size_t)grid->bins;
	int rc;

	*s = (struct sums){ 0 };
	if ((rc = pz_gauss_init(&s->gauss, grid->bins)) < 0)
		return rc;
	s->row = pz_galaxies_rows(g, rows);
	s->left = malloc(n * sizeof *s->left);
	s->count = malloc(n * sizeof *s->count);
	s->near = malloc(n * sizeof *s->near);
	if (s->row && s->left && s->count && s->near)
		return 0;
	release_sums(s);
	return pz_fail(PZ_ENOMEM, "no memory for the residuals of %zu galaxies", g->n);
}

static void add_residuals(struct sums *s, const struct pz_grid *grid, const struct pz_galaxies *g,
			  int channel)
{
	double width = pz_grid_width(grid);

	memset(s->left, 0, (size_t)grid->bins * sizeof *s->left);
	memset(s->count, 0, (size_t)grid->bins * sizeof *s->count);
	for (size_t i = 0; i < g->n; i++) {
		int bin = pz_grid_bin(grid, g->z[i]);

		if (bin < 0 || !pz_rows_in_channel(s->row[i], channel))
			continue;
		s->left[bin] += pz_galaxies_weight(g, i) * (g->zphot[i] - g->z[i]) / width;
		s->count[bin] += pz_galaxies_weight(g, i);
	}
}

/* The smoothed residuals into r[n]. */
static void smooth_sums(struct sums *s, int n, double sigma, double *r)
{
	pz_gauss_set(&s->gauss, sigma);
	memset(r, 0, (size_t)n * sizeof *r);
	memset(s->near, 0, (size_t)n * sizeof *s->near);
	for (int j = 0; j < n; j++)
		if (s->count[j] > 0) {
			pz_gauss_add(&s->gauss, j, s->left[j], r, n);
			pz_gauss_add(&s->gauss, j, s->count[j], s->near, n);
		}
	for (int b = 0; b < n; b++)
		r[b] = s->near[b] > 0 ? r[b] / s->near[b] : 0;
}

int pz_bias_measure(const struct pz_grid *grid, const struct pz_rows *rows,
		    const struct pz_galaxies *g, const double *sigma, double *r)
{
	struct sums s;
	int rc = pz_galaxies_check(g);

	if (rc < 0 || (rc = init_sums(&s, grid, rows, g)) < 0)
		return rc;
	for (int k = 0; k < rows->channels; k++) {
		add_residuals(&s, grid, g, k);
		smooth_sums(&s, grid->bins, sigma[k], r + (size_t)k * (size_t)grid->bins);
	}
	release_sums(&s);
	return 0;
}
