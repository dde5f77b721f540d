/* label.c -- hard labels, and the step-3 labels of a fitted model, refined or not */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/label.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "../stats/bias.h"
#include "../stats/dispersion.h"
#include "../stats/scatter.h"

int pz_label_hard(const struct pz_grid *grid, const struct pz_rows *rows, double z, double mag,
		  struct pz_label out[2])
{
	int channel[2], bin = pz_grid_label(grid, z);
	int n = pz_rows_channels(pz_rows_row(rows, mag), channel);

	if (bin < 0)
		return pz_fail(PZ_EDATA, "label: expected a redshift, found nan");
	for (int i = 0; i < n; i++)
		out[i] = (struct pz_label){ .channel = channel[i], .centre = bin };
	return n;
}

/* The shifted mean 2b - <i>, <i> the mean bin of the row's galaxies whose true
 * bin an estimate in b may come from. */
static double shifted_mean(const struct pz_label_model *m, int row, int channel, int b)
{
	size_t n = (size_t)m->grid.bins;
	double s = m->scatter[(size_t)channel * n + (size_t)b], sum = 0, moment = 0;
	const double *count = m->count + (size_t)row * n;

	if (s < PZ_NO_DISPERSION)
		return b;
	for (int i = 0; i < m->grid.bins; i++) {
		if (count[i] > 0) {
			double x = (i - b) / s, p = exp(-0.5 * x * x) * count[i];

			sum += p;
			moment += p * (i - b);
		}
	}
	return sum > 0 ? b - moment / sum : b;
}

static double *centre_at(const struct pz_label_model *m, int row, int side, int b)
{
	return m->centre + ((size_t)row * 2 + (size_t)side) * (size_t)m->grid.bins + b;
}

static void fill_row(void *arg, size_t item, size_t thread)
{
	struct pz_label_model *m = arg;
	int channel[2], row = (int)item, sides = pz_rows_channels(row, channel);

	(void)thread;
	for (int b = 0; b < m->grid.bins; b++)
		for (int i = 0; i < 2; i++)
			*centre_at(m, row, i, b) = i < sides && m->count[row * m->grid.bins + b] > 0
							   ? shifted_mean(m, row, channel[i], b)
							   : NAN;
}

/* Cells of the fit's own galaxies, which are those that labels are asked for. */
static void fill_centres(struct pz_label_model *m)
{
	pz_team_run((size_t)pz_threads(), (size_t)pz_rows_count(&m->rows), fill_row, m);
}

static struct pz_label_model *new_model(const struct pz_grid *grid, const struct pz_rows *rows)
{
	struct pz_label_model *m = malloc(sizeof *m);
	size_t channels = (size_t)rows->channels, n = (size_t)grid->bins;
	size_t count = (size_t)pz_rows_count(rows);

	if (!m)
		return NULL;
	*m = (struct pz_label_model){ .grid = *grid, .rows = *rows };
	m->dispersion = malloc(channels * sizeof *m->dispersion);
	m->objective = malloc(channels * sizeof *m->objective);
	m->scatter = malloc(channels * n * sizeof *m->scatter);
	m->count = calloc(count * n, sizeof *m->count);
	m->centre = malloc(count * 2 * n * sizeof *m->centre);
	m->left = calloc(channels * n, sizeof *m->left);
	if (!m->dispersion || !m->objective || !m->scatter || !m->count || !m->centre || !m->left) {
		pz_label_free(m);
		return NULL;
	}
	return m;
}

void pz_label_free(struct pz_label_model *m)
{
	if (!m)
		return;
	free(m->dispersion);
	free(m->objective);
	free(m->scatter);
	free(m->count);
	free(m->centre);
	free(m->left);
	free(m);
}

static int fit_dispersion(struct pz_label_model *m, const struct pz_galaxies *g,
			  const double *given)
{
	if (!given)
		return pz_dispersion_fit(&m->grid, &m->rows, g, m->dispersion, m->objective);
	memcpy(m->dispersion, given, (size_t)m->rows.channels * sizeof *given);
	for (int k = 0; k < m->rows.channels; k++) {
		int rc = pz_dispersion_objective(&m->grid, &m->rows, g, k, &given[k], 1,
						 &m->objective[k]);

		if (rc < 0)
			return rc;
	}
	return 0;
}

/* sigma_scatter = sqrt(V + sigma_disp^2) */
static int fit_scatter(struct pz_label_model *m, const struct pz_galaxies *g)
{
	int n = m->grid.bins;
	int rc = pz_scatter_spread(&m->grid, &m->rows, g, m->dispersion, m->scatter);

	for (int k = 0; k < m->rows.channels && rc == 0; k++) {
		double *s = m->scatter + (size_t)k * (size_t)n, d = m->dispersion[k];

		for (int i = 0; i < n; i++)
			s[i] = sqrt(s[i] + d * d);
	}
	return rc;
}

/* C is a histogram: a redshift outside the grid counts nowhere. */
static void count_cells(struct pz_label_model *m, const struct pz_galaxies *g)
{
	for (size_t i = 0; i < g->n; i++) {
		int bin = pz_grid_bin(&m->grid, g->z[i]);

		if (bin >= 0)
			m->count[pz_rows_row(&m->rows, g->mag[i]) * m->grid.bins + bin]++;
	}
}

int pz_label_fit(struct pz_label_model **out, const struct pz_grid *grid,
		 const struct pz_rows *rows, const struct pz_galaxies *g, const double *dispersion)
{
	struct pz_label_model *m;
	int rc;

	*out = NULL;
	if (g->n == 0)
		return pz_fail(PZ_EDATA, "labels: no galaxies to fit");
	m = new_model(grid, rows);
	if (!m)
		return pz_fail(PZ_ENOMEM, "no memory for labels of %d bins and %d channels",
			       grid->bins, rows->channels);
	rc = fit_dispersion(m, g, dispersion);
	if (rc == 0)
		rc = fit_scatter(m, g);
	if (rc) {
		pz_label_free(m);
		return rc;
	}
	count_cells(m, g);
	fill_centres(m);
	*out = m;
	return 0;
}

int pz_label_refine(struct pz_label_model *m, const struct pz_galaxies *g, double share)
{
	size_t n = (size_t)m->rows.channels * (size_t)m->grid.bins;
	int rc;

	if (g->n == 0)
		return pz_fail(PZ_EDATA, "labels: no galaxies to refine them with");
	rc = pz_bias_measure(&m->grid, &m->rows, g, m->dispersion, m->left);
	for (size_t i = 0; i < n && rc == 0; i++)
		m->left[i] *= share;
	return rc;
}

int pz_label_soft(const struct pz_label_model *m, enum pz_label_variant variant, double z,
		  double mag, struct pz_label out[2])
{
	int row = pz_rows_row(&m->rows, mag);
	int n = pz_label_hard(&m->grid, &m->rows, z, mag, out);

	for (int i = 0; i < n; i++) {
		int b = (int)out[i].centre;
		double d = m->dispersion[out[i].channel];

		if (variant != PZ_LABEL_NO_SHIFT) {
			out[i].centre = *centre_at(m, row, i, b);
			if (isnan(out[i].centre))
				out[i].centre = shifted_mean(m, row, out[i].channel, b);
			out[i].centre -= m->left[out[i].channel * m->grid.bins + b];
		}
		if (variant != PZ_LABEL_HARD && d >= PZ_NO_DISPERSION)
			out[i].width = d;
	}
	return n;
}

/* Beyond this many widths a Gaussian is 1e-297 of its peak: not worth an exp. */
#define REACH 37

void pz_label_expand(const struct pz_grid *grid, const struct pz_label *label, double *y)
{
	int n = pz_grid_total(grid);
	double at = grid->left + label->centre, sum = 0;
	double peak = fmin(fmax(floor(at + 0.5), 0), n - 1);

	memset(y, 0, (size_t)n * sizeof *y);
	if (label->width > 0) {
		for (int i = 0; i < n; i++) {
			/* Measured from the nearest bin, so that a centre far beyond
			 * the grid leaves weights that sum to more than 0. */
			double x = (i - at) / label->width, x0 = (peak - at) / label->width;

			if (fabs(x) - fabs(x0) < REACH)
				sum += y[i] = exp(-0.5 * (x * x - x0 * x0));
		}
		for (int i = 0; i < n; i++)
			y[i] /= sum;
	} else {
		y[(int)peak] = 1;
	}
}
