/* test_mock_spectrum.c -- redshifts of the simulated sky that are missing or wrong */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "small_sky.h"

#define N 20000

static struct pz_mock *sky; /* galaxies to r = 17.8 and z = 0.4 */

static int open_sky(void **state)
{
	(void)state;
	sky = open_small(50, 50, 0, 3);
	return sky ? 0 : -1;
}

static int close_sky(void **state)
{
	(void)state;
	pz_mock_close(sky);
	return 0;
}

/* The redshift of spectrum i of a galaxy at z, of magnitude r. */
static double spectrum(uint64_t i, double z, double r)
{
	struct pz_mock_galaxy g = { .z = z, .measured = { 1, 2, r, 4, 5 } };

	pz_mock_take_spectrum(sky, i, &g);
	assert_true(g.z == z);
	return g.zspec;
}

static void spectra_reach_to_a_magnitude(void **state)
{
	(void)state;
	pz_mock_set_spectra(sky, 17, 0);
	assert_true(spectrum(1, 0.1, 17) == 0.1);
	assert_true(spectrum(1, 0.1, 12) == 0.1);
	assert_true(isnan(spectrum(1, 0.1, nextafter(17, 18))));
	pz_mock_set_spectra(sky, INFINITY, 0);
	assert_true(spectrum(1, 0.1, 40) == 0.1);
}

/* How many of many spectra are wrong. */
static double share_wrong(double r)
{
	int wrong = 0;

	for (uint64_t i = 0; i < N; i++)
		wrong += spectrum(i, 0.1, r) != 0.1;
	return wrong / (double)N;
}

static void share_is(double r, double wanted)
{
	double found = share_wrong(r);

	if (!(fabs(found - wanted) <= 4 * sqrt(wanted * (1 - wanted) / N)))
		fail_msg("at %g: expected %g to be wrong, found %g", r, wanted, found);
}

/* A half of it for every magnitude brighter than the limit: of the spectra, or of the sample where
 * that comes before. */
static void faint_spectra_fail_more_often(void **state)
{
	(void)state;
	pz_mock_set_spectra(sky, 16, 0.4);
	share_is(16, 0.4);
	share_is(15, 0.2);
	share_is(13, 0.05);
	pz_mock_set_spectra(sky, 16, 1);
	share_is(16, 1);
	pz_mock_set_spectra(sky, INFINITY, 0.6);
	share_is(17.8, 0.6);
	share_is(16.8, 0.3);
	pz_mock_set_spectra(sky, 16, 0);
	share_is(16, 0);
}

/* Where no confusion of lines leads to a redshift of the survey, any is as likely. */
static void noise_is_taken_for_a_line(void **state)
{
	double sum = 0, square = 0, least = 1, most = 0;

	(void)state;
	pz_mock_set_spectra(sky, 17, 1);
	for (uint64_t i = 0; i < N; i++) {
		double z = spectrum(i, 0.1, 17);

		sum += z / N;
		square += z * z / N;
		least = fmin(least, z);
		most = fmax(most, z);
	}
	assert_true(least >= 0.004 && least < 0.0045);
	assert_true(most < 0.4 && most > 0.3995);
	assert_true(fabs(sum - 0.202) < 4 * 0.396 / sqrt(12. * N));
	assert_true(fabs(sqrt(square - sum * sum) - 0.396 / sqrt(12)) < 0.002);
}

/* Of [O II], [O III] and H alpha one is taken for another: at z = 1 six redshifts, as often each.
 */
static void lines_are_confused(void **state)
{
	static const double redshift[6] = { 2 * 3727. / 5007 - 1, 2 * 3727. / 6563 - 1,
					    2 * 5007. / 3727 - 1, 2 * 5007. / 6563 - 1,
					    2 * 6563. / 3727 - 1, 2 * 6563. / 5007 - 1 };
	int count[6] = { 0 };

	(void)state;
	sky->survey->zmax = 4;
	pz_mock_set_spectra(sky, 17, 1);
	for (uint64_t i = 0; i < N; i++) {
		double z = spectrum(i, 1, 17);
		int k = 0;

		while (k < 6 && fabs(z - redshift[k]) > 1e-12)
			k++;
		assert_true(k < 6);
		count[k]++;
	}
	for (int k = 0; k < 6; k++)
		assert_true(abs(count[k] - N / 6) < 200);
	sky->survey->zmax = 0.4;
}

/* Redshifts at the ends of the survey are not believed. */
static void the_survey_ends_before_its_bounds(void **state)
{
	double most = (1 + 0.1) * 6563 / 5007 - 1, least = (1 + 0.5) * 3727 / 5007 - 1;

	(void)state;
	pz_mock_set_spectra(sky, 17, 1);
	sky->survey->zmax = most;
	for (uint64_t i = 0; i < 200; i++)
		assert_true(spectrum(i, 0.1, 17) < most);
	sky->survey->zmax = 0.13;
	sky->survey->zmin = least;
	for (uint64_t i = 0; i < 200; i++)
		assert_true(spectrum(i, 0.5, 17) > least);
	sky->survey->zmin = 0.004;
	sky->survey->zmax = 0.4;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(spectra_reach_to_a_magnitude),
		cmocka_unit_test(faint_spectra_fail_more_often),
		cmocka_unit_test(noise_is_taken_for_a_line),
		cmocka_unit_test(lines_are_confused),
		cmocka_unit_test(the_survey_ends_before_its_bounds),
	};

	return cmocka_run_group_tests_name("spectra of the sky", tests, open_sky, close_sky);
}
