/* recalibrate.c -- a chain of maps of the PIT: of all, of a row, of cells along the row */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/pdf.h>
#include <pz/recalibrate.h>

#include "group.h"
#include "pit_map.h"

/* Of the maps. The fewer galaxies a map has, the fewer: finer ones follow the noise of the training
 * galaxies, and p(z) get a larger log loss for it than calibration saves. */
#define INTERVALS_ALL  100
#define INTERVALS_ROW  10
#define INTERVALS_CELL 5

struct row {
	struct pit_map map;
	int cells;
	double *middle; /* rising */
	struct pit_map *cell;
};

struct pz_recalibration {
	int rows;
	struct pit_map all;
	struct row *row;
};

static void release_row(struct row *row)
{
	pz_pit_map_release(&row->map);
	for (int i = 0; i < row->cells && row->cell; i++)
		pz_pit_map_release(&row->cell[i]);
	free(row->cell);
	free(row->middle);
}

void pz_recalibrate_free(struct pz_recalibration *r)
{
	if (!r)
		return;
	for (int i = 0; i < r->rows && r->row; i++)
		release_row(&r->row[i]);
	pz_pit_map_release(&r->all);
	free(r->row);
	free(r);
}

/* Where x lies among the middles: cell *i, and the share of the next one. */
static double find_place(const struct row *row, double x, int *i)
{
	int low = 0, high = row->cells - 1;

	*i = low;
	if (high == 0 || x <= row->middle[0])
		return 0;
	*i = high;
	if (x >= row->middle[high])
		return 0;
	while (high - low > 1) {
		int half = (low + high) / 2;

		if (x < row->middle[half])
			high = half;
		else
			low = half;
	}
	*i = low;
	return (x - row->middle[low]) / (row->middle[high] - row->middle[low]);
}

/* The chain, below a row's place. */
static double map_pit(const struct pz_recalibration *r, const struct row *row, int i, double share,
		      double u)
{
	double v = pz_pit_map_value(&row->map, pz_pit_map_value(&r->all, u));
	double of_cell = pz_pit_map_value(&row->cell[i], v);

	if (share > 0)
		of_cell += share * (pz_pit_map_value(&row->cell[i + 1], v) - of_cell);
	return of_cell;
}

/* ---- fitting ---- */

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Middles at equal shares of the sorted x[n]; those that coincide become one. */
static int place_middles(struct row *row, const double *x, size_t n, size_t cell)
{
	size_t cells = n / cell + (n % cell >= cell - cell / 2);
	int found = 0;

	if (cells < 1)
		cells = 1;
	if (!(row->middle = calloc(cells, sizeof *row->middle)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu cells", cells);
	for (size_t i = 0; i < cells && n; i++) {
		double at = ((double)i + 0.5) / (double)cells * (double)(n - 1);
		size_t low = (size_t)at, high = low + 1 < n ? low + 1 : low;
		double middle = x[low] + (at - (double)low) * (x[high] - x[low]);

		if (found == 0 || middle > row->middle[found - 1])
			row->middle[found++] = middle;
	}
	row->cells = found ? found : 1;
	return 0;
}

static int make_maps(struct row *row)
{
	int rc = pz_pit_map_init(&row->map, INTERVALS_ROW);

	if (!(row->cell = calloc((size_t)row->cells, sizeof *row->cell)))
		rc = pz_fail(PZ_ENOMEM, "no memory for %d cells", row->cells);
	for (int i = 0; i < row->cells && rc == 0; i++)
		rc = pz_pit_map_init(&row->cell[i], INTERVALS_CELL);
	return rc;
}

/* The galaxies of a row: u[n] are their PITs behind the map of all, at[n] their medians. */
static void fill_row(struct row *row, size_t n, double *u, const double *at)
{
	for (size_t k = 0; k < n; k++)
		pz_pit_map_add(&row->map, u[k], 1);
	pz_pit_map_finish(&row->map, PZ_PIT_SHRINK);
	for (size_t k = 0; k < n; k++) {
		double v = pz_pit_map_value(&row->map, u[k]), share;
		int i;

		share = find_place(row, at[k], &i);
		pz_pit_map_add(&row->cell[i], v, 1 - share);
		if (share > 0)
			pz_pit_map_add(&row->cell[i + 1], v, share);
	}
	for (int i = 0; i < row->cells; i++)
		pz_pit_map_finish(&row->cell[i], PZ_PIT_SHRINK);
}

/* work: 3 n doubles. */
static int fit_row(struct row *row, const struct pz_pits *p, const double *u, const size_t *galaxy,
		   size_t n, size_t cell, double *work)
{
	double *own = work, *at = own + n, *sorted = at + n;
	int rc;

	for (size_t k = 0; k < n; k++) {
		own[k] = u[galaxy[k]];
		sorted[k] = at[k] = p->at[galaxy[k]];
	}
	qsort(sorted, n, sizeof *sorted, compare_doubles);
	if ((rc = place_middles(row, sorted, n, cell)) == 0 && (rc = make_maps(row)) == 0)
		fill_row(row, n, own, at);
	return rc;
}

static int check_pits(const struct pz_pits *p, int rows, size_t cell)
{
	if (rows < 1 || cell < 1)
		return pz_fail(PZ_EARG, "recalibrate: expected rows and galaxies in a cell, found "
					"none");
	if (p->n < PZ_PIT_LEAST)
		return pz_fail(PZ_EDATA,
			       "expected at least %d galaxies with redshift and p(z), found %zu",
			       PZ_PIT_LEAST, p->n);
	for (size_t i = 0; i < p->n; i++)
		if (!(p->pit[i] >= 0 && p->pit[i] <= 1) || !isfinite(p->at[i]) || p->row[i] < 0 ||
		    p->row[i] >= rows)
			return pz_fail(PZ_EDATA,
				       "galaxy %zu: expected a PIT in 0 to 1, a median and a row, "
				       "found %g, %g, %d",
				       i, p->pit[i], p->at[i], p->row[i]);
	return 0;
}

/* u[n]: PITs, mapped here by the map of all. work: 3 n doubles. */
static int fit_maps(struct pz_recalibration *r, const struct pz_pits *p, const struct group *g,
		    size_t cell, double *u, double *work)
{
	int rc = pz_pit_map_init(&r->all, INTERVALS_ALL);

	for (size_t i = 0; i < p->n && rc == 0; i++)
		pz_pit_map_add(&r->all, p->pit[i], 1);
	if (rc == 0)
		pz_pit_map_finish(&r->all, PZ_PIT_SHRINK);
	for (size_t i = 0; i < p->n && rc == 0; i++)
		u[i] = pz_pit_map_value(&r->all, p->pit[i]);
	for (int k = 0; k < r->rows && rc == 0; k++)
		rc = fit_row(&r->row[k], p, u, g->galaxy + g->first[k], pz_group_size(g, (size_t)k),
			     cell, work);
	return rc;
}

int pz_recalibrate_fit(struct pz_recalibration **out, int rows, const struct pz_pits *p,
		       size_t cell)
{
	struct pz_recalibration *r = NULL;
	struct group group = { 0 };
	double *work = NULL;
	long *key = NULL;
	int rc = check_pits(p, rows, cell);

	*out = NULL;
	if (rc < 0)
		return rc;
	r = calloc(1, sizeof *r);
	key = malloc(p->n * sizeof *key);
	work = malloc(4 * p->n * sizeof *work);
	if (r)
		*r = (struct pz_recalibration){ .rows = rows,
						.row = calloc((size_t)rows, sizeof *r->row) };
	if (!r || !r->row || !key || !work) {
		rc = pz_fail(PZ_ENOMEM, "no memory for the PITs of %zu galaxies", p->n);
		goto done;
	}
	for (size_t i = 0; i < p->n; i++)
		key[i] = p->row[i];
	if ((rc = pz_group_init(&group, p->n, key, (size_t)rows)) == 0)
		rc = fit_maps(r, p, &group, cell, work, work + p->n);
done:
	pz_group_release(&group);
	free(key);
	free(work);
	if (rc == 0)
		*out = r;
	else
		pz_recalibrate_free(r);
	return rc;
}

/* ---- using ---- */

double pz_recalibrate_value(const struct pz_recalibration *r, int row, double at, double u)
{
	const struct row *of = &r->row[row];
	double share;
	int i;

	share = find_place(of, at, &i);
	return map_pit(r, of, i, share, u);
}

void pz_recalibrate_pdf(const struct pz_recalibration *r, const struct pz_grid *grid, int row,
			const double *p, double *out)
{
	const struct row *of = &r->row[row];
	int n = pz_grid_total(grid), i;
	double share = find_place(of, pz_pdf_median(grid, p), &i);
	double sum = 0, below = 0, before = 0;

	for (int k = 0; k < n; k++)
		sum += p[k];
	for (int k = 0; k < n; k++) {
		double after = before;

		below += p[k];
		if (p[k] > 0)
			after = map_pit(r, of, i, share, below / sum);
		out[k] = fmax(after - before, 0);
		before = fmax(after, before);
	}
	for (int k = 0; k < n; k++) /* 1 but for the rounding of sums */
		out[k] /= before;
}

int pz_recalibrate_cells(const struct pz_recalibration *r, int row)
{
	return r->row[row].cells;
}

double pz_recalibrate_middle(const struct pz_recalibration *r, int row, int i, double *galaxies)
{
	*galaxies = r->row[row].cell[i].weight;
	return r->row[row].middle[i];
}
