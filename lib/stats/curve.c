/* curve.c -- residual curves over the wide bins */
#include <math.h>
#include <string.h>

#include <pz/curve.h>

/* Redshift squared, the same for every survey (pzpipe-method(7), DIFFERENCES). */
#define VARIANCE_FLOOR 1e-5
#define ROWS_MAX       (2 * PZ_CHANNELS_MAX)

static void append(struct pz_curve *c, const struct pz_grid *grid, int bin, size_t count,
		   double residual, double error)
{
	c->point[c->n++] = (struct pz_point){ .bin = bin,
					      .z = pz_grid_wide_centre(grid, bin),
					      .count = count,
					      .residual = residual,
					      .error = error };
}

void pz_curve_zspec(const struct pz_grid *grid, const struct pz_galaxies *g, const double *variance,
		    struct pz_curve *curve)
{
	double weights[PZ_WIDE] = { 0 }, sums[PZ_WIDE] = { 0 };
	double width = pz_grid_width(grid), least = g->plain ? width * width : VARIANCE_FLOOR;
	size_t count[PZ_WIDE] = { 0 };

	for (size_t i = 0; i < g->n; i++) {
		int b = pz_grid_wide(grid, g->z[i]);
		double scale = pz_galaxies_scale(g, g->z[i]);
		double weight = scale * scale / fmax(variance[i], least);

		if (b < 0)
			continue;
		weights[b] += weight;
		sums[b] += weight * (g->zphot[i] - g->z[i]) / scale;
		count[b]++;
	}
	curve->n = 0;
	for (int b = 0; b < PZ_WIDE; b++)
		if (count[b])
			append(curve, grid, b, count[b], sums[b] / weights[b],
			       1 / sqrt(weights[b]));
}

void pz_curve_zphot(const struct pz_grid *grid, const struct pz_galaxies *g, struct pz_curve *curve)
{
	double mean[PZ_WIDE] = { 0 }, square[PZ_WIDE] = { 0 };
	size_t count[PZ_WIDE] = { 0 };

	for (size_t i = 0; i < g->n; i++) {
		double d = (g->zphot[i] - g->z[i]) / pz_galaxies_scale(g, g->z[i]), from;
		int b = pz_grid_wide(grid, g->zphot[i]);

		if (b < 0)
			continue;
		/* Welford: the sum of squares about the mean, without cancellation */
		from = d - mean[b];
		mean[b] += from / (double)++count[b];
		square[b] += from * (d - mean[b]);
	}
	curve->n = 0;
	for (int b = 0; b < PZ_WIDE; b++) {
		double n = (double)count[b];

		if (count[b] >= 2 && square[b] > 0)
			append(curve, grid, b, count[b], mean[b], sqrt(square[b] / n / (n - 1)));
	}
}

/* Mean over [lo, hi) bins, in fractions of bins, of a row of the variance grid. */
static double overlap_mean(const double *x, double lo, double hi)
{
	double sum = 0;

	for (int i = (int)lo; i < hi; i++)
		sum += x[i] * (fmin(hi, i + 1) - fmax(lo, i));
	return sum / (hi - lo);
}

/* Counts of each row's true redshifts in the wide bins. */
static void count_rows(const struct pz_variance *v, const struct pz_galaxies *g,
		       double count[ROWS_MAX][PZ_WIDE])
{
	memset(count, 0, (size_t)pz_rows_count(&v->rows) * sizeof *count);
	for (size_t i = 0; i < g->n; i++) {
		int b = pz_grid_wide(&v->grid, g->z[i]);

		if (b >= 0)
			count[pz_rows_row(&v->rows, g->mag[i])][b]++;
	}
}

/* How far estimates at wide bin b of a sample with these counts are pulled off. */
static double expected_residual(const struct pz_grid *grid, const double count[PZ_WIDE], int b,
				double variance)
{
	double z = pz_grid_wide_centre(grid, b), sum = 0, moment = 0;

	for (int j = 0; j < PZ_WIDE; j++) {
		double from = pz_grid_wide_centre(grid, j) - z;
		double p = count[j] * exp(-from * from / (2 * variance));

		sum += p;
		moment += p * from;
	}
	return moment / sum;
}

void pz_curve_simulated(const struct pz_variance *v, const struct pz_galaxies *g, double factor,
			struct pz_curve *curve)
{
	double bins = (double)v->grid.bins / PZ_WIDE, count[ROWS_MAX][PZ_WIDE];
	double weights[PZ_WIDE] = { 0 }, sums[PZ_WIDE] = { 0 };
	size_t total[PZ_WIDE] = { 0 };

	count_rows(v, g, count);
	for (int row = 0; row < pz_rows_count(&v->rows); row++) {
		const double *grid = v->row + (size_t)row * (size_t)v->grid.bins;
		const double *of_row = count[row];

		for (int b = 0; b < PZ_WIDE; b++) {
			double variance = factor * overlap_mean(grid, b * bins, (b + 1) * bins);

			if (of_row[b] == 0 || variance <= 0)
				continue;
			weights[b] += of_row[b] / variance;
			sums[b] += of_row[b] / variance *
				   (expected_residual(&v->grid, of_row, b, variance) /
				    pz_galaxies_scale(g, pz_grid_wide_centre(&v->grid, b)));
			total[b] += (size_t)of_row[b];
		}
	}
	curve->n = 0;
	for (int b = 0; b < PZ_WIDE; b++)
		if (total[b])
			append(curve, &v->grid, b, total[b], sums[b] / weights[b], NAN);
}

/* Mean square of the residuals, less `share` of the squares of their errors. */
static double mean_square(const struct pz_curve *curve, size_t min_count, double share)
{
	double sum = 0, weight = 0;

	for (int i = 0; i < curve->n; i++) {
		const struct pz_point *p = &curve->point[i];
		double noise = share > 0 ? share * p->error * p->error : 0;

		if (p->count < min_count)
			continue;
		sum += (double)p->count * (p->residual * p->residual - noise);
		weight += (double)p->count;
	}
	return weight > 0 ? sum / weight : NAN;
}

double pz_curve_rms(const struct pz_curve *curve, size_t min_count)
{
	return sqrt(mean_square(curve, min_count, 0));
}

double pz_curve_rms_above(const struct pz_curve *curve, size_t min_count)
{
	double square = mean_square(curve, min_count, 1);

	return square < 0 ? 0 : sqrt(square);
}
