/* calibrate.c -- plan, draw, table, correction */
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <pz/calibrate.h>
#include <pz/error.h>
#include <pz/random.h>

#include "group.h"

/* Counts of the values of each cell (row, bin); NULL: no memory. */
static size_t *count_cells(const struct pz_grid *grid, const struct pz_rows *rows,
			   const double *value, const double *mag, size_t n)
{
	size_t bins = (size_t)grid->bins;
	size_t *count = calloc((size_t)pz_rows_count(rows) * bins, sizeof *count);

	for (size_t i = 0; i < n && count; i++) {
		int bin = pz_grid_bin(grid, value[i]);

		if (bin >= 0)
			count[(size_t)pz_rows_row(rows, mag[i]) * bins + (size_t)bin]++;
	}
	if (!count)
		pz_fail(PZ_ENOMEM, "no memory for cells of %d bins and %d rows", grid->bins,
			pz_rows_count(rows));
	return count;
}

/* The bin nearest to i that has any galaxy, of two the lower; -1: none has. */
static int nearest(const size_t *count, int bins, int i)
{
	for (int d = 0; d < bins; d++) {
		if (i - d >= 0 && count[i - d])
			return i - d;
		if (i + d < bins && count[i + d])
			return i + d;
	}
	return -1;
}

/* Appends the cells of a row: draws of the counts of train for those of test. */
static int plan_row(struct pz_plan *p, int row, int bins, const size_t *train, const size_t *test,
		    double factor)
{
	for (int i = 0; i < bins; i++) {
		int from = test[i] ? nearest(train, bins, i) : -1;
		double number = floor((double)test[i] * factor + 0.5);

		if (from < 0 || number < 1)
			continue;
		if (number > PZ_DRAWN_MAX - (double)p->drawn)
			return pz_fail(PZ_EARG, "size: expected at most %d galaxies to be drawn",
				       PZ_DRAWN_MAX);
		p->cell[p->count++] = (struct pz_plan_cell){ row, i, from, (size_t)number };
		p->drawn += (size_t)number;
	}
	return 0;
}

int pz_calibrate_plan(struct pz_plan *p, const struct pz_grid *grid, const struct pz_rows *rows,
		      const struct pz_galaxies *train, const struct pz_galaxies *test, size_t size)
{
	size_t *of_train = NULL, *of_test = NULL;
	int rc = pz_galaxies_check(train), count = pz_rows_count(rows), n = grid->bins;

	*p = (struct pz_plan){ 0 };
	if (rc)
		return pz_fail_in(rc, "training set");
	if (test->n == 0)
		return pz_fail(PZ_EDATA, "calibrate: no galaxies to correct");
	of_train = count_cells(grid, rows, train->z, train->mag, train->n);
	of_test = count_cells(grid, rows, test->zphot, test->mag, test->n);
	/* No more cells than test galaxies have anything in them. */
	p->cell = malloc(test->n * sizeof *p->cell);
	if (!of_train || !of_test || !p->cell)
		rc = pz_fail(PZ_ENOMEM, "no memory to plan for %zu galaxies", test->n);
	for (int j = 0; j < count && rc == 0; j++)
		rc = plan_row(p, j, n, of_train + (size_t)j * (size_t)n,
			      of_test + (size_t)j * (size_t)n, (double)size / (double)test->n);
	free(of_train);
	free(of_test);
	if (rc)
		pz_plan_release(p);
	return rc;
}

void pz_plan_release(struct pz_plan *p)
{
	free(p->cell);
	*p = (struct pz_plan){ 0 };
}

/* The training galaxies by cell row * bins + bin of their true redshift. */
static int group_by_cell(struct group *group, const struct pz_grid *grid,
			 const struct pz_rows *rows, const struct pz_galaxies *train)
{
	long *key = malloc((train->n + !train->n) * sizeof *key);
	int rc;

	if (!key)
		return pz_fail(PZ_ENOMEM, "no memory for the cells of %zu galaxies", train->n);
	for (size_t i = 0; i < train->n; i++) {
		int bin = pz_grid_bin(grid, train->z[i]);

		key[i] = bin < 0 ? -1 : (long)pz_rows_row(rows, train->mag[i]) * grid->bins + bin;
	}
	rc = pz_group_init(group, train->n, key, (size_t)pz_rows_count(rows) * (size_t)grid->bins);
	free(key);
	return rc;
}

/* Draws number of the c galaxies of a cell into out; order[c] is shuffled. */
static void draw_cell(struct pz_random *r, size_t *order, size_t c, size_t number, size_t *out)
{
	pz_random_shuffle(r, order, c);
	for (size_t i = 0; i < number; i++)
		out[i] = order[i < c ? i : pz_random_below(r, c)];
}

size_t *pz_calibrate_draw(const struct pz_plan *p, const struct pz_grid *grid,
			  const struct pz_rows *rows, const struct pz_galaxies *train,
			  uint64_t seed)
{
	struct group group;
	size_t *drawn, *out, *order;

	if (group_by_cell(&group, grid, rows, train))
		return NULL;
	out = drawn = malloc((p->drawn + 1) * sizeof *drawn);
	order = malloc((train->n + 1) * sizeof *order);
	if (!drawn || !order) {
		pz_fail(PZ_ENOMEM, "no memory to draw %zu galaxies", p->drawn);
		free(drawn);
		drawn = NULL;
	}
	for (size_t k = 0; k < p->count && drawn; k++) {
		const struct pz_plan_cell *cell = &p->cell[k];
		size_t from = (size_t)cell->row * (size_t)grid->bins + (size_t)cell->zspec_bin;
		size_t c = pz_group_size(&group, from);
		struct pz_random r;

		pz_random_init(&r, seed, pz_random_stream("calibrate", k));
		memcpy(order, group.galaxy + group.first[from], c * sizeof *order);
		draw_cell(&r, order, c, cell->number, out);
		out += cell->number;
	}
	free(order);
	pz_group_release(&group);
	return drawn;
}

static struct pz_correction *new_correction(const struct pz_grid *grid, const struct pz_rows *rows)
{
	struct pz_correction *c = malloc(sizeof *c);
	size_t cells = (size_t)pz_rows_count(rows) * PZ_WIDE;

	if (!c)
		return NULL;
	*c = (struct pz_correction){ .grid = *grid, .rows = *rows };
	c->count = calloc(cells, sizeof *c->count);
	c->mean = calloc(cells, sizeof *c->mean);
	if (!c->count || !c->mean) {
		pz_calibrate_free(c);
		return NULL;
	}
	return c;
}

void pz_calibrate_free(struct pz_correction *c)
{
	if (!c)
		return;
	free(c->count);
	free(c->mean);
	free(c);
}

/* Index of an estimate's cell in the table; -1: it has none. */
static int cell_of(const struct pz_correction *c, double zphot, double mag)
{
	int wide = pz_grid_wide(&c->grid, zphot);

	return wide < 0 ? -1 : pz_rows_row(&c->rows, mag) * PZ_WIDE + wide;
}

int pz_calibrate_table(struct pz_correction **out, const struct pz_grid *grid,
		       const struct pz_rows *rows, const struct pz_galaxies *train,
		       const size_t *drawn, size_t n, size_t min_count)
{
	struct pz_correction *c;

	*out = NULL;
	if (min_count < 1)
		return pz_fail(PZ_EARG, "calibrate: expected a minimum count from 1, found 0");
	c = new_correction(grid, rows);
	if (!c)
		return pz_fail(PZ_ENOMEM, "no memory for a table of %d rows", pz_rows_count(rows));
	c->min_count = min_count;
	for (size_t i = 0; i < (drawn ? n : train->n); i++) {
		size_t k = drawn ? drawn[i] : i;
		int cell = cell_of(c, train->zphot[k], train->mag[k]);

		if (cell < 0)
			continue;
		c->count[cell]++;
		c->mean[cell] += train->zphot[k] - train->z[k];
	}
	for (int cell = 0; cell < pz_rows_count(rows) * PZ_WIDE; cell++)
		if (c->count[cell])
			c->mean[cell] /= (double)c->count[cell];
	*out = c;
	return 0;
}

int pz_calibrate_fit(struct pz_correction **out, struct pz_plan *p, const struct pz_grid *grid,
		     const struct pz_rows *rows, const struct pz_galaxies *train,
		     const struct pz_galaxies *test, size_t size, size_t min_count, uint64_t seed)
{
	size_t *drawn;
	int rc = pz_calibrate_plan(p, grid, rows, train, test, size);

	*out = NULL;
	if (rc)
		return rc;
	drawn = pz_calibrate_draw(p, grid, rows, train, seed);
	rc = drawn ? pz_calibrate_table(out, grid, rows, train, drawn, p->drawn, min_count)
		   : PZ_ENOMEM;
	free(drawn);
	return rc;
}

bool pz_calibrate_has(const struct pz_correction *c, double zphot, double mag)
{
	int cell = cell_of(c, zphot, mag);

	return cell >= 0 && c->count[cell] >= c->min_count;
}

double pz_calibrate_value(const struct pz_correction *c, double zphot, double mag)
{
	return pz_calibrate_has(c, zphot, mag) ? zphot - c->mean[cell_of(c, zphot, mag)] : zphot;
}
