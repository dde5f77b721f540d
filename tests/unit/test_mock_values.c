/* test_mock_values.c -- the simulated skies of seed 1 stay what they are
 *
 * A seed stands for a sky that somebody has trained on. These are means of every number of a galaxy
 * over a hundred of them, light of stamps, and seeing. Who changes the simulation on purpose puts
 * the new numbers here, which the test says, and names the change in CHANGELOG.md.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <pz/mock.h>

#include "../../lib/mock/parts.h"

#define GALAXIES 100
#define SIDE     32
#define BEFORE   (offsetof(struct pz_mock_galaxy, knots) / sizeof(double))
#define BEHIND   (PZ_MOCK_BANDS + 16) /* the flux of the knots, and four of them */

static const struct {
	const char *survey;
	double mean[BEFORE + 1 + BEHIND], light[PZ_MOCK_BANDS], seeing[PZ_MOCK_BANDS];
} sky_of[] = {
	{ "sdss",
	  { 0.09704742208, 0.09704742208, 0.03068584955,  16.68984754,    19.20382123,
	    17.54649515,   16.69097128,   16.30097829,    16.01205302,    19.20014931,
	    17.54588744,   16.68984754,   16.29990489,    16.01302179,    0.07571757072,
	    0.01364827911, 0.02,          0.01165948887,  0.01816235105,  2.079671475,
	    0.6211847057,  0.5614735302,  1.627850729,    14.40213507,    79.97457166,
	    181.0113426,   264.8933506,   349.8384831,    1.737606426,    0.6654961484,
	    20.7331397,    66.27947321,   121.3060573,    165.8332556,    210.5786008,
	    3.443007983,   0.5530577021,  7.84,           5.034649293,    7.577516054,
	    8.314476309,   8.739610704,   8.704751864,    -0.01671655632, 0.185282302,
	    0.2927591492,  0.1481326229,  0.473625494,    -0.07095878456, 0.3039138829,
	    0.1509657005,  -0.3860423083, -0.03791075821, 0.2845314396,   0.1426070337,
	    -0.4273723487, 0.3478134423,  0.2824430176,   0.1442610663 },
	  { 714.6666, 1996.829, 3650.128, 5038.272, 6362.816 },
	  { 4.109408263, 3.939419774, 3.040495933, 3.674211252, 3.808588728 } },
	{ "cfhtls-deep",
	  { 0.772516468,
	    0.772516468,
	    0.02925710703,
	    23.07345959,
	    24.56711829,
	    23.86797876,
	    23.07112716,
	    22.488518,
	    22.14971032,
	    24.55856028,
	    23.86603302,
	    23.07345959,
	    22.49085042,
	    22.14835931,
	    0.08598885412,
	    0.03430071253,
	    0.02,
	    0.02,
	    0.02932463835,
	    0.3258063274,
	    0.578845851,
	    0.2158234608,
	    1.499927925,
	    72.52134034,
	    376.5559551,
	    1212.839862,
	    2178.460837,
	    3055.114878,
	    0.1949583154,
	    0.6936153183,
	    233.9118883,
	    435.0313952,
	    951.9611224,
	    1548.004448,
	    2106.184181,
	    0.5038301838,
	    0.5483972435,
	    7.84,
	    96.39526033,
	    117.0288229,
	    146.6254921,
	    169.3981094,
	    188.8435344,
	    0.01067532488,
	    0.01609683931,
	    0.04397131796,
	    0.1481326229,
	    0.04653383616,
	    -0.01062379865,
	    0.04549344793,
	    0.1509657005,
	    -0.05304464321,
	    -0.003712301263,
	    0.04187662991,
	    0.1426070337,
	    -0.1106923347,
	    0.07303192654,
	    0.04178760602,
	    0.1442610663 },
	  { 593.2101, 1212.57, 1995.975, 3211.556, 3129.636 },
	  { 5.178877242, 4.582636101, 3.644551577, 3.448930953, 3.111570321 } },
};

static void is(const char *what, size_t k, double found, double expected, double part)
{
	if (!(fabs(found - expected) <= part * fabs(expected)))
		fail_msg("%s %zu: expected %.10g, found %.10g", what, k, expected, found);
}

static void add(double *sum, const double *x, size_t n)
{
	for (size_t k = 0; k < n; k++)
		sum[k] += isfinite(x[k]) ? x[k] / GALAXIES : 0;
}

static void a_seed_is_a_sky(void **state)
{
	static float stamp[PZ_MOCK_BANDS * SIDE * SIDE];

	(void)state;
	for (size_t v = 0; v < 2; v++) {
		double mean[BEFORE + 1 + BEHIND] = { 0 }, light[PZ_MOCK_BANDS] = { 0 };
		struct pz_mock_galaxy g;
		struct pz_mock *sky;

		assert_int_equal(pz_mock_open(&sky, sky_of[v].survey, 1), 0);
		for (uint64_t i = 0; i < GALAXIES; i++) {
			pz_mock_galaxy(sky, i, &g);
			add(mean, (const double *)&g, BEFORE);
			add(mean + BEFORE, &(double){ g.knots }, 1);
			add(mean + BEFORE + 1, g.knots_flux, PZ_MOCK_BANDS);
			add(mean + BEFORE + 1 + PZ_MOCK_BANDS, (const double *)g.knot, 16);
			if (i >= 3)
				continue;
			pz_mock_stamp(sky, i, &g, SIDE, stamp);
			for (int p = 0; p < PZ_MOCK_BANDS * SIDE * SIDE; p++)
				light[p / (SIDE * SIDE)] += stamp[p] * (1 + p % 7);
		}
		for (size_t k = 0; k < BEFORE + 1 + BEHIND; k++)
			is("number", k, mean[k], sky_of[v].mean[k], 1e-7);
		for (int b = 0; b < PZ_MOCK_BANDS; b++) {
			is("light in band", (size_t)b, light[b], sky_of[v].light[b], 1e-5);
			is("seeing in band", (size_t)b, pz_mock_seeing(sky, "mock night", 3, b),
			   sky_of[v].seeing[b], 1e-7);
		}
		pz_mock_close(sky);
	}
}

/* Galaxies painted after others: with all magnitudes, one of them with an error, or without one or
 * the size. */
static void galaxies_painted_after_others(void **state)
{
	static const double wanted[BEFORE + PZ_MOCK_BANDS] = {
		0.1685,        0.1685,        0.03042914943, 16.8785,       19.18595344,
		17.72194529,   16.87624032,   16.4781729,    16.17759753,   19.1785,
		17.7149136,    16.8785,       16.4785,       16.1785,       0.0620964419,
		0.02586988092, 0.02890325964, 0.0290641687,  0.03321740403, 1.636295655,
		0.6356432662,  0.3658957917,  1.591178148,   4.674951241,   26.36299117,
		65.12892684,   96.98677024,   129.7131589,   1.291781497,   0.6900245087,
		16.52846486,   55.71266073,   112.7723475,   159.6906233,   208.8039752,
		2.585982657,   0.6089844987,  5.121225694,   9.4161144,     10.84271152,
		11.62928072,   11.93547003
	};
	double mean[BEFORE + PZ_MOCK_BANDS] = { 0 };
	struct pz_mock *sky;

	(void)state;
	assert_int_equal(pz_mock_open(&sky, "sdss", 2), 0);
	for (uint64_t i = 0; i < GALAXIES; i++) {
		struct pz_mock_known known = { .z = 0.02 + 0.003 * (double)i, .ebv = NAN };
		struct pz_mock_galaxy g;

		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			known.mags[b] = (double[]){ 19.1, 17.6, 16.8, 16.4, 16.1 }[b] +
					0.01 * (double)(i % 17);
		known.errors[i % 5] = 0.1;
		if (i % 4 == 1)
			known.mags[i % 2] = NAN;
		if (i % 3)
			known.size = 1.5;
		assert_int_equal(pz_mock_galaxy_like(sky, i, &known, &g), 0);
		add(mean, (const double *)&g, BEFORE);
		add(mean + BEFORE, g.knots_flux, PZ_MOCK_BANDS);
	}
	for (size_t k = 0; k < BEFORE + PZ_MOCK_BANDS; k++)
		is("number", k, mean[k], wanted[k], 1e-7);
	pz_mock_close(sky);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_seed_is_a_sky),
		cmocka_unit_test(galaxies_painted_after_others),
	};

	return cmocka_run_group_tests_name("mock values", tests, NULL, NULL);
}
