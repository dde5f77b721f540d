/* curve.c -- residual curves over the wide bins */
#include <math.h>
#include <string.h>

#include <pz/curve.h>

/* Redshift squared, the same for every survey (pzpipe-method(7), DIFFERENCES). */
#define VARIANCE_FLOOR 1e-5
#define ROWS_MAX       (2 * PZ_CHANNELS_MAX)

/* What is known of a wide bin's galaxies, however they are averaged. */
struct members {
	size_t count;
	double weight, square; /* sums of weights and of their squares */
};

static void add_member(struct members *m, double weight)
{
	m->count++;
	m->weight += weight;
	m->square += weight * weight;
}

static double effective(const struct members *m)
{
	return m->weight * m->weight / m->square;
}

static void append(struct pz_curve *c, const struct pz_grid *grid, int bin, const struct members *m,
		   double residual, double error)
{
	c->point[c->n++] = (struct pz_point){ .bin = bin,
					      .z = pz_grid_wide_centre(grid, bin),
					      .count = m->count,
					      .weight = m->weight,
					      .effective = effective(m),
					      .residual = residual,
					      .error = error };
}

void pz_curve_zspec(const struct pz_grid *grid, const struct pz_galaxies *g, const double *variance,
		    struct pz_curve *curve)
{
	double weights[PZ_WIDE] = { 0 }, sums[PZ_WIDE] = { 0 }, squares[PZ_WIDE] = { 0 };
	double width = pz_grid_width(grid), least = g->plain ? width * width : VARIANCE_FLOOR;
	struct members m[PZ_WIDE] = { 0 };

	for (size_t i = 0; i < g->n; i++) {
		int b = pz_grid_wide(grid, g->z[i]);
		double scale = pz_galaxies_scale(g, g->z[i]);
		double inverse = scale * scale / fmax(variance[i], least);
		double own = pz_galaxies_weight(g, i), weight = own * inverse;

		if (b < 0)
			continue;
		weights[b] += weight;
		squares[b] += own * weight;
		sums[b] += weight * (g->zphot[i] - g->z[i]) / scale;
		add_member(&m[b], own);
	}
	curve->n = 0;
	for (int b = 0; b < PZ_WIDE; b++)
		if (m[b].count)
			append(curve, grid, b, &m[b], sums[b] / weights[b],
			       sqrt(squares[b]) / weights[b]);
}

void pz_curve_zphot(const struct pz_grid *grid, const struct pz_galaxies *g, struct pz_curve *curve)
{
	double mean[PZ_WIDE] = { 0 }, square[PZ_WIDE] = { 0 };
	struct members m[PZ_WIDE] = { 0 };

	for (size_t i = 0; i < g->n; i++) {
		double d = (g->zphot[i] - g->z[i]) / pz_galaxies_scale(g, g->z[i]), from;
		double weight = pz_galaxies_weight(g, i);
		int b = pz_grid_wide(grid, g->zphot[i]);

		if (b < 0)
			continue;
		/* Welford: the sum of squares about the mean, without cancellation */
		add_member(&m[b], weight);
		from = d - mean[b];
		mean[b] += weight * from / m[b].weight;
		square[b] += weight * from * (d - mean[b]);
	}
	curve->n = 0;
	for (int b = 0; b < PZ_WIDE; b++)
		if (m[b].count >= 2 && square[b] > 0)
			append(curve, grid, b, &m[b], mean[b],
			       sqrt(square[b] / m[b].weight / (effective(&m[b]) - 1)));
}

/* Mean over [lo, hi) bins, in fractions of bins, of a row of the variance grid. */
static double overlap_mean(const double *x, double lo, double hi)
{
	double sum = 0;

	for (int i = (int)lo; i < hi; i++)
		sum += x[i] * (fmin(hi, i + 1) - fmax(lo, i));
	return sum / (hi - lo);
}

/* Each row's galaxies in the wide bins of true redshift. */
static void count_rows(const struct pz_variance *v, const struct pz_galaxies *g,
		       struct members m[ROWS_MAX][PZ_WIDE])
{
	memset(m, 0, (size_t)pz_rows_count(&v->rows) * sizeof *m);
	for (size_t i = 0; i < g->n; i++) {
		int b = pz_grid_wide(&v->grid, g->z[i]);

		if (b >= 0)
			add_member(&m[pz_rows_row(&v->rows, g->mag[i])][b],
				   pz_galaxies_weight(g, i));
	}
}

/* How far estimates at wide bin b of a sample with these members are pulled off. */
static double expected_residual(const struct pz_grid *grid, const struct members m[PZ_WIDE], int b,
				double variance)
{
	double z = pz_grid_wide_centre(grid, b), sum = 0, moment = 0;

	for (int j = 0; j < PZ_WIDE; j++) {
		double from = pz_grid_wide_centre(grid, j) - z;
		double p = m[j].weight * exp(-from * from / (2 * variance));

		sum += p;
		moment += p * from;
	}
	return moment / sum;
}

void pz_curve_simulated(const struct pz_variance *v, const struct pz_galaxies *g, double factor,
			struct pz_curve *curve)
{
	double bins = (double)v->grid.bins / PZ_WIDE;
	double weights[PZ_WIDE] = { 0 }, sums[PZ_WIDE] = { 0 };
	struct members in[ROWS_MAX][PZ_WIDE], total[PZ_WIDE] = { 0 };

	count_rows(v, g, in);
	for (int row = 0; row < pz_rows_count(&v->rows); row++) {
		const double *grid = v->row + (size_t)row * (size_t)v->grid.bins;
		const struct members *of_row = in[row];

		for (int b = 0; b < PZ_WIDE; b++) {
			double variance = factor * overlap_mean(grid, b * bins, (b + 1) * bins);

			if (of_row[b].count == 0 || variance <= 0)
				continue;
			weights[b] += of_row[b].weight / variance;
			sums[b] += of_row[b].weight / variance *
				   (expected_residual(&v->grid, of_row, b, variance) /
				    pz_galaxies_scale(g, pz_grid_wide_centre(&v->grid, b)));
			total[b].count += of_row[b].count;
			total[b].weight += of_row[b].weight;
			total[b].square += of_row[b].square;
		}
	}
	curve->n = 0;
	for (int b = 0; b < PZ_WIDE; b++)
		if (total[b].count)
			append(curve, &v->grid, b, &total[b], sums[b] / weights[b], NAN);
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
		sum += p->weight * (p->residual * p->residual - noise);
		weight += p->weight;
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
