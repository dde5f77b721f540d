/* cells.c -- how far from uniform the PITs of cells of magnitude and estimate are, and how many
 * true values lie in their intervals, by magnitude
 */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>
#include <pz/quantiles.h>

#include "grouped.h"

/* The row of a galaxy that has a score. */
static int row_of(const struct report *r, const struct pz_score *s)
{
	return pz_rows_row(&r->rows, r->galaxies.mag[s->galaxy]);
}

/* The cells of one row; x: room for an estimate of each score. */
static int sort_row(const struct report *r, const struct pz_scored *of, int row, double *x,
		    int *cell)
{
	double edge[REPORT_LOCAL];
	int rc;

	for (size_t k = 0; k < of->n; k++) {
		bool in = !isnan(of->score[k].pit) && row_of(r, &of->score[k]) == row;

		x[k] = in ? r->galaxies.zphot[of->score[k].galaxy] : NAN;
	}
	if ((rc = pz_quantile_edges(x, of->weight, of->n, REPORT_LOCAL, edge)) < 0)
		return rc;
	for (size_t k = 0; k < of->n; k++)
		if (!isnan(x[k]))
			cell[k] = row * REPORT_LOCAL + pz_quantile_bin(edge, REPORT_LOCAL, x[k]);
	return 0;
}

/* Takes galaxies out of cells that have too few, and fills the mean estimate of each cell. */
static int weed_cells(struct report *r, const struct pz_scored *of, int *cell)
{
	double *sum = calloc((size_t)r->cells, sizeof *sum);
	double *all = calloc((size_t)r->cells, sizeof *all);
	size_t *count = calloc((size_t)r->cells, sizeof *count);

	if (!sum || !all || !count) {
		free(sum);
		free(all);
		free(count);
		return pz_fail(PZ_ENOMEM, "no memory for %d cells", r->cells);
	}
	for (size_t k = 0; k < of->n; k++)
		if (cell[k] >= 0)
			count[cell[k]]++;
	for (size_t k = 0; k < of->n; k++) {
		double w = of->weight ? of->weight[k] : 1;

		if (cell[k] >= 0 && count[cell[k]] < REPORT_RMS_MIN)
			cell[k] = -1;
		if (cell[k] < 0)
			continue;
		sum[cell[k]] += w * r->galaxies.zphot[of->score[k].galaxy];
		all[cell[k]] += w;
	}
	for (int c = 0; c < r->cells; c++)
		r->cell_zphot[c] = sum[c] / all[c];
	free(sum);
	free(all);
	free(count);
	return 0;
}

int cells_measure(struct report *r, struct pz_scored *of, struct pz_scores *value,
		  struct pz_scores *error)
{
	double *x = malloc((of->n + 1) * sizeof *x);
	int *cell = malloc((of->n + 1) * sizeof *cell), rc = 0;

	r->cells = of->cells = pz_rows_count(&r->rows) * REPORT_LOCAL;
	r->cell = calloc((size_t)r->cells, sizeof *r->cell);
	r->cell_zphot = calloc((size_t)r->cells, sizeof *r->cell_zphot);
	if (!x || !cell || !r->cell || !r->cell_zphot)
		rc = pz_fail(PZ_ENOMEM, "no memory for the cells of %zu galaxies", of->n);
	for (size_t k = 0; k < of->n && rc == 0; k++)
		cell[k] = -1;
	of->cell = cell;
	for (int row = 0; row < pz_rows_count(&r->rows) && rc == 0; row++)
		rc = sort_row(r, of, row, x, cell);
	free(x);
	if (rc == 0)
		rc = weed_cells(r, of, cell);
	if (rc == 0)
		rc = pz_scores_summary(of, r->options.bootstrap, r->options.seed, r->score_each,
				       value, error);
	if (rc == 0)
		rc = pz_scores_cells(of, r->cell);
	free(cell);
	return rc;
}

/* Sums of the galaxies of a row that have an interval. */
struct inside {
	size_t count;
	double all, in, mag, square;
};

/* The share of a row with the error of a weighted mean of zeros and ones; without weights that of
 * the binomial distribution. */
static struct pz_by_mag share_of(const struct inside *s)
{
	double p = s->in / s->all;

	return (struct pz_by_mag){
		.count = s->count,
		.mag = s->mag / s->all,
		.value = p,
		.boot = { NAN, sqrt(p * (1 - p) * s->square) / s->all },
	};
}

static int measure_inside(const struct report *r, const double *weight, bool of_95,
			  struct pz_by_mag *out)
{
	int rows = pz_rows_count(&r->rows);
	struct inside *s = calloc((size_t)rows, sizeof *s);

	if (!s)
		return pz_fail(PZ_ENOMEM, "no memory for %d rows", rows);
	for (size_t k = 0; k < r->n_score; k++) {
		const struct pz_score *score = &r->score[k];
		struct inside *of_row = &s[row_of(r, score)];
		double w = weight ? weight[k] : 1, mag = r->galaxies.mag[score->galaxy];
		signed char in = of_95 ? score->in_95 : score->in_68;

		if (in < 0)
			continue;
		of_row->count++;
		of_row->all += w;
		of_row->square += w * w;
		of_row->in += w * in;
		of_row->mag += w * (mag < 0 ? NAN : mag);
	}
	for (int row = 0; row < rows; row++)
		out[row] = share_of(&s[row]);
	free(s);
	return 0;
}

int intervals_measure(struct report *r, const double *weight)
{
	size_t rows = (size_t)pz_rows_count(&r->rows);
	int rc;

	r->inside_68 = malloc(rows * sizeof *r->inside_68);
	r->inside_95 = malloc(rows * sizeof *r->inside_95);
	if (!r->inside_68 || !r->inside_95)
		return pz_fail(PZ_ENOMEM, "no memory for %zu rows", rows);
	rc = measure_inside(r, weight, false, r->inside_68);
	return rc < 0 ? rc : measure_inside(r, weight, true, r->inside_95);
}
