/* lanczos3.c -- the table of weights */
#include <math.h>

#include "lanczos3.h"

struct lanczos3_phase pz_lanczos3_table[LANCZOS3_PHASES + 1];

static double lanczos3(double x)
{
	double p = M_PI * x;

	if (x == 0)
		return 1;
	return fabs(x) < 3 && x != floor(x) ? 3 * sin(p) * sin(p / 3) / (p * p) : 0;
}

/* Weights of the six pixels around a point f beyond the third.
 *
 * Lanczos's own weights reproduce not even a flat sky, and where stamp and frame have
 * nearly the same step (most surveys) their phase drifts slowly across a star and makes
 * or unmakes half a per cent of its flux. So they are brought, by the smallest change
 * in the sense of least squares, to reproduce every cubic: L, cubic interpolation,
 * plus what of w - L is orthogonal to the cubics, which on six points is spanned by
 * the discrete Chebyshev polynomials of degree 4 and 5. */
static void fill_weights(double f, float *to)
{
	static const double high[2][6] = { { 1, -3, 2, 2, -3, 1 }, { -1, 5, -10, 10, -5, 1 } };
	static const double norm[2] = { 28, 252 };
	double w[6] = { 0,
			-f * (f - 1) * (f - 2) / 6,
			(f + 1) * (f - 1) * (f - 2) / 2,
			-(f + 1) * f * (f - 2) / 2,
			(f + 1) * f * (f - 1) / 6,
			0 };
	double part[2] = { 0 };

	for (int k = 0; k < 12; k++)
		part[k / 6] += high[k / 6][k % 6] * (lanczos3(k % 6 - 2 - f) - w[k % 6]);
	for (int k = 0; k < 6; k++)
		to[k] = (float)(w[k] + part[0] / norm[0] * high[0][k] +
				part[1] / norm[1] * high[1][k]);
}

void pz_lanczos3_prepare(void)
{
	struct lanczos3_phase *t = pz_lanczos3_table;

	for (int i = 0; i <= LANCZOS3_PHASES; i++)
		fill_weights((double)i / LANCZOS3_PHASES, t[i].weight);
	for (int i = 0; i < LANCZOS3_PHASES; i++)
		for (int k = 0; k < LANCZOS3_TAPS; k++)
			t[i].growth[k] = t[i + 1].weight[k] - t[i].weight[k];
}
