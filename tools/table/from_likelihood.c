/* from_likelihood.c -- converts densities, likelihoods or chi squared to probabilities of bins */
#include <math.h>

#include "from_likelihood.h"

#define WELL_ABOVE 1e7 /* less than a ten millionth of the greatest number does not count */

const char *likelihood_says(enum likelihood_fault fault)
{
	static const char *const text[] = {
		[LIKELIHOOD_FINE] = "fine",
		[LIKELIHOOD_ABSENT] = "all NaN",
		[LIKELIHOOD_NAN] = "NaN in some bins",
		[LIKELIHOOD_NEGATIVE] = "a number below 0",
		[LIKELIHOOD_INFINITE] = "an infinite number",
		[LIKELIHOOD_ZERO] = "all zeros",
		[LIKELIHOOD_TINY] =
			"too small to have all digits: write chi2 or ln L and use --pz-is",
		[LIKELIHOOD_DESCENDS] = "redshifts that do not ascend",
		[LIKELIHOOD_WIDTH] = "a standard deviation that is not above 0",
		[LIKELIHOOD_OUTSIDE] = "nothing within the grid",
	};

	return text[fault];
}

/* Converts p to ln L. */
static enum likelihood_fault to_logarithms(enum likelihood is, int n, double *p)
{
	for (int i = 0; i < n; i++) {
		if (is == LIKELIHOOD_CHI2 && p[i] < 0)
			return LIKELIHOOD_NEGATIVE;
		if (is == LIKELIHOOD_CHI2)
			p[i] = -p[i] / 2;
		if (p[i] == INFINITY)
			return LIKELIHOOD_INFINITE;
	}
	return LIKELIHOOD_FINE;
}

static enum likelihood_fault check_numbers(int n, const double *p)
{
	for (int i = 0; i < n; i++)
		if (p[i] < 0)
			return LIKELIHOOD_NEGATIVE;
	for (int i = 0; i < n; i++)
		if (p[i] == INFINITY)
			return LIKELIHOOD_INFINITE;
	return LIKELIHOOD_FINE;
}

enum likelihood_fault likelihood_check_nan(int n, const double *p)
{
	int known = 0;

	for (int i = 0; i < n; i++)
		known += !isnan(p[i]);
	return known == n ? LIKELIHOOD_FINE : known ? LIKELIHOOD_NAN : LIKELIHOOD_ABSENT;
}

static double greatest(int n, const double *p)
{
	double most = p[0];

	for (int i = 1; i < n; i++)
		most = fmax(most, p[i]);
	return most;
}

static void divide_by_sum(int n, double *p)
{
	double sum = 0;

	for (int i = 0; i < n; i++)
		sum += p[i];
	for (int i = 0; i < n; i++)
		p[i] /= sum;
}

enum likelihood_fault likelihood_to_heights(enum likelihood is, bool scaled, double tiny, int n,
					    double *p)
{
	bool logarithms = is == LIKELIHOOD_LOG || is == LIKELIHOOD_CHI2;
	enum likelihood_fault fault = likelihood_check_nan(n, p);
	double most;

	if (!fault)
		fault = logarithms ? to_logarithms(is, n, p) : check_numbers(n, p);
	if (fault)
		return fault;
	most = greatest(n, p);
	if (most == (logarithms ? -INFINITY : 0))
		return LIKELIHOOD_ZERO;
	if (scaled && !logarithms && most < WELL_ABOVE * tiny)
		return LIKELIHOOD_TINY;
	for (int i = 0; i < n && logarithms; i++)
		p[i] = exp(p[i] - most);
	for (int i = 0; i < n && scaled && !logarithms; i++)
		p[i] /= most;
	return LIKELIHOOD_FINE;
}

enum likelihood_fault likelihood_to_pz(enum likelihood is, bool scale, const struct pz_grid *grid,
				       double tiny, double *p)
{
	int n = pz_grid_total(grid);
	enum likelihood_fault fault = likelihood_to_heights(is, scale, tiny, n, p);

	if (fault)
		return fault;
	for (int i = 0; i < n && is == LIKELIHOOD_DENSITY && !scale; i++)
		p[i] *= pz_grid_width(grid);
	if (scale || is == LIKELIHOOD_LOG || is == LIKELIHOOD_CHI2)
		divide_by_sum(n, p);
	return LIKELIHOOD_FINE;
}
