/* pdf.c -- sums over the bins of a p(z) */
#include <math.h>

#include <pz/error.h>
#include <pz/pdf.h>

bool pz_pdf_is_missing(const struct pz_grid *grid, const double *p)
{
	bool zeros = true;

	for (int i = 0; i < pz_grid_total(grid); i++) {
		if (isnan(p[i]))
			return true;
		zeros = zeros && p[i] == 0;
	}
	return zeros;
}

int pz_pdf_check(const struct pz_grid *grid, const double *p)
{
	double sum = 0;

	for (int i = 0; i < pz_grid_total(grid); i++) {
		if (!(p[i] >= 0 && p[i] < INFINITY))
			return pz_fail(PZ_EDATA, "p(z): expected probabilities, found %g in bin %d",
				       p[i], i);
		sum += p[i];
	}
	if (fabs(sum - 1) > PZ_PDF_SUM)
		return pz_fail(PZ_EDATA, "p(z): expected the sum 1, found %g", sum);
	return 0;
}

double pz_pdf_mode(const struct pz_grid *grid, const double *p)
{
	int best = 0;

	for (int i = 1; i < pz_grid_total(grid); i++)
		if (p[i] > p[best])
			best = i;
	return pz_grid_centre(grid, best);
}

double pz_pdf_mean(const struct pz_grid *grid, const double *p)
{
	double sum = 0, moment = 0;

	for (int i = 0; i < pz_grid_total(grid); i++) {
		sum += p[i];
		moment += p[i] * i;
	}
	return pz_grid_centre(grid, 0) + moment / sum * pz_grid_width(grid);
}

void pz_pdf_moments(const struct pz_grid *grid, const double *p, double *mean, double *square)
{
	double width = pz_grid_width(grid), sum = 0, first = 0, second = 0;

	for (int i = 0; i < pz_grid_total(grid); i++) {
		double z = pz_grid_centre(grid, i);

		sum += p[i];
		first += p[i] * z;
		second += p[i] * (z * z + width * width / 12);
	}
	*mean = first / sum;
	*square = second / sum;
}

double pz_pdf_quantile(const struct pz_grid *grid, const double *p, double q)
{
	int n = pz_grid_total(grid), i = 0;
	double wanted = 0, below = 0;

	for (int k = 0; k < n; k++)
		wanted += p[k];
	wanted *= q;
	while (i < n - 1 && below + p[i] < wanted)
		below += p[i++];
	return pz_grid_centre(grid, i) + ((wanted - below) / p[i] - 0.5) * pz_grid_width(grid);
}

double pz_pdf_median(const struct pz_grid *grid, const double *p)
{
	return pz_pdf_quantile(grid, p, 0.5);
}

/* The integral over a bin's part in which F rises from a to b. */
static double square_mean(double a, double b)
{
	return (a * a + a * b + b * b) / 3;
}

double pz_pdf_crps(const struct pz_grid *grid, const double *p, double z)
{
	int n = pz_grid_total(grid);
	double at = (z - grid->min) / pz_grid_width(grid) + grid->left, sum = 0, below = 0;
	double bins = fmax(-at, 0) + fmax(at - n, 0); /* beyond the ends F is 0 or 1 */

	for (int i = 0; i < n; i++)
		sum += p[i];
	for (int i = 0; i < n; i++) {
		double inside = fmin(fmax(at - i, 0), 1), share = p[i] / sum;
		double f = below + share * inside;

		bins += inside * square_mean(below, f);
		below += share;
		bins += (1 - inside) * square_mean(1 - f, 1 - below);
	}
	return pz_grid_width(grid) * bins;
}

double pz_pdf_crps_discrete(const struct pz_grid *grid, const double *p, double z)
{
	int truth = grid->left + pz_bin_index(z, grid->min, pz_grid_width(grid));
	double cumulated = 0, sum = 0;

	for (int i = 0; i < pz_grid_total(grid); i++) {
		double off = (cumulated += p[i]) - (i >= truth);

		sum += off * off;
	}
	return pz_grid_width(grid) * sum;
}
