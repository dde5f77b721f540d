/* bins.c -- one rule for every axis */
#include <math.h>

#include <pz/bins.h>
#include <pz/error.h>

int pz_bin_index(double x, double x0, double width)
{
	double i = floor((x - x0) / width + 1e-9);

	return i < -0x1p30 ? -(1 << 30) : i > 0x1p30 ? 1 << 30 : (int)i;
}

double pz_grid_width(const struct pz_grid *g)
{
	return (g->max - g->min) / g->bins;
}

int pz_grid_total(const struct pz_grid *g)
{
	return g->left + g->bins + g->right;
}

double pz_grid_centre(const struct pz_grid *g, int extended)
{
	return g->min + (extended - g->left + 0.5) * pz_grid_width(g);
}

static int clamp(int i, int n)
{
	return i < 0 ? 0 : i >= n ? n - 1 : i;
}

static int inside(int i, int n)
{
	return i >= 0 && i < n ? i : -1;
}

int pz_grid_label(const struct pz_grid *g, double z)
{
	return isnan(z) ? -1 : clamp(pz_bin_index(z, g->min, pz_grid_width(g)), g->bins);
}

int pz_grid_bin(const struct pz_grid *g, double z)
{
	return isnan(z) ? -1 : inside(pz_bin_index(z, g->min, pz_grid_width(g)), g->bins);
}

int pz_grid_extended(const struct pz_grid *g, double z)
{
	return isnan(z) ? -1
			: inside(g->left + pz_bin_index(z, g->min, pz_grid_width(g)),
				 pz_grid_total(g));
}

int pz_grid_wide(const struct pz_grid *g, double z)
{
	double width = (g->max - g->min) / PZ_WIDE;

	return isnan(z) ? -1 : inside(pz_bin_index(z, g->min, width), PZ_WIDE);
}

double pz_grid_wide_centre(const struct pz_grid *g, int wide)
{
	return g->min + (wide + 0.5) * (g->max - g->min) / PZ_WIDE;
}

bool pz_grid_equal(const struct pz_grid *a, const struct pz_grid *b)
{
	return a->min == b->min && a->max == b->max && a->bins == b->bins && a->left == b->left &&
	       a->right == b->right;
}

int pz_grid_check(const struct pz_grid *g)
{
	if (!isfinite(g->min) || !isfinite(g->max) || g->min >= g->max)
		return pz_fail(PZ_EARG, "grid: expected finite min below max, found %g and %g",
			       g->min, g->max);
	if (!isnormal((g->max - g->min) / PZ_BINS_MAX))
		return pz_fail(PZ_EARG, "grid: expected bins of a width above 0, found %g to %g",
			       g->min, g->max);
	if (g->bins < 2 || g->bins > PZ_BINS_MAX)
		return pz_fail(PZ_EARG, "grid: expected 2 to %d bins, found %d", PZ_BINS_MAX,
			       g->bins);
	if (g->left < 0 || g->right < 0 || g->left > PZ_BINS_MAX || g->right > PZ_BINS_MAX ||
	    pz_grid_total(g) > PZ_BINS_MAX)
		return pz_fail(
			PZ_EARG,
			"grid: expected at most %d bins with those added, found %d + %d + %d",
			PZ_BINS_MAX, g->left, g->bins, g->right);
	return 0;
}

int pz_rows_count(const struct pz_rows *r)
{
	return 2 * r->channels - 1;
}

int pz_rows_row(const struct pz_rows *r, double mag)
{
	int n = pz_rows_count(r);

	return isnan(mag) || mag < 0 ? n - 1 : clamp(pz_bin_index(mag, r->min, r->width), n);
}

int pz_rows_channels(int row, int c[2])
{
	c[0] = row / 2;
	c[1] = row / 2 + 1;
	return row % 2 ? 2 : 1;
}

bool pz_rows_in_channel(int row, int channel)
{
	return row >= 2 * channel - 1 && row <= 2 * channel + 1;
}

int pz_rows_check(const struct pz_rows *r)
{
	if (!isfinite(r->min) || !isnormal(r->width) || r->width < 0)
		return pz_fail(PZ_EARG,
			       "rows: expected finite min and width above 0, found %g and %g",
			       r->min, r->width);
	if (r->channels < 1 || r->channels > PZ_CHANNELS_MAX)
		return pz_fail(PZ_EARG, "rows: expected 1 to %d channels, found %d",
			       PZ_CHANNELS_MAX, r->channels);
	return 0;
}
