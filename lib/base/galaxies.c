/* galaxies.c -- checks and rows of a set of galaxies */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>
#include <pz/galaxies.h>

int pz_galaxies_check(const struct pz_galaxies *g)
{
	for (size_t i = 0; i < g->n; i++) {
		if (g->z && !isfinite(g->z[i]))
			return pz_fail(PZ_EDATA, "galaxy %zu: expected a redshift, found %g", i,
				       g->z[i]);
		if (g->zphot && !isfinite(g->zphot[i]))
			return pz_fail(PZ_EDATA, "galaxy %zu: expected an estimate, found %g", i,
				       g->zphot[i]);
		if (g->weight && !pz_is_weight(g->weight[i]))
			return pz_fail(PZ_EDATA,
				       "galaxy %zu: expected a weight from %g to %g, found %g", i,
				       PZ_WEIGHT_MIN, PZ_WEIGHT_MAX, g->weight[i]);
	}
	return 0;
}

double pz_galaxies_total(const struct pz_galaxies *g)
{
	double total = 0;

	if (!g->weight)
		return (double)g->n;
	for (size_t i = 0; i < g->n; i++)
		total += g->weight[i];
	return total;
}

int *pz_galaxies_rows(const struct pz_galaxies *g, const struct pz_rows *rows)
{
	int *row = malloc((g->n + !g->n) * sizeof *row);

	if (!row) {
		pz_fail(PZ_ENOMEM, "no memory for the rows of %zu galaxies", g->n);
		return NULL;
	}
	for (size_t i = 0; i < g->n; i++)
		row[i] = pz_rows_row(rows, g->mag[i]);
	return row;
}
