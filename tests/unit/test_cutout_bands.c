/* test_cutout_bands.c -- fields that lack a band, as many bands as there may be, and processors
 * that are not there
 */
#include <sys/wait.h>

#include "cut_all.h"

/* A field that lacks a frame is counted once, though it is gone to again for galaxies that had no
 * data elsewhere. */
static void fields_are_counted_once(void **state)
{
	static const float none[60 * 50] = { 0 };
	const struct pz_cutout_options o = { .size = 5, .pixscale = 0.4 };
	struct pz_fits_card cards[CARDS_OF_WCS];
	float *nan = malloc(sizeof none);
	double radec[4][2];

	(void)state;
	for (int i = 0; i < 60 * 50; i++)
		nan[i] = NAN;
	/* fields 0 and 8 have both bands and no data; 1 and 9, which reach farther, have one */
	for (int f = 0; f < 10; f++)
		for (int b = 0; b < 2; b++) {
			struct test_wcs w = north_up(40 + (f == 1 || f == 9 ? f - 1 : f), 10,
						     f == 1 || f == 9 ? 10 : 30, 25);
			char name[20];

			snprintf(name, sizeof name, "once-%s-%d.fits", bands[b], f);
			if ((f == 1 || f == 9) && b == 1)
				continue;
			assert_int_equal(pz_fits_write_image(name, f % 8 ? none : nan, 60, 50,
							     cards, test_wcs_cards(&w, cards)),
					 0);
		}
	free(nan);
	for (int i = 0; i < 4; i++) {
		struct test_wcs w = north_up(i / 2 ? 48 : 40, 10, 30, 25);

		/* in both fields, deeper in the first; in the second alone */
		test_wcs_sky(&w, (const double[]){ i % 2 ? 70 : 32, 25 }, radec[i]);
	}
	open_all("once-%b-*.fits", 2, &o, 4, radec[0]);
	assert_int_equal(cut_all(), 0);
	assert_true(counts.cut == 4 && counts.moved == 2 && counts.lacking == 4);
	assert_int_equal(counts.missing_frames, 2);
	assert_string_equal(counts.missing, "once-%b-1.fits in band r");
	assert_int_equal(counts.missing_galaxy, 1);
	close_all();
}

/* As many bands as there may be, all of the same frame; and one more. */
static void bands_have_their_most(void **state)
{
	const struct pz_cutout_options o = { .size = 3, .pixscale = 0.4, .kernel = PZ_NEAREST };
	const double here[2] = { 40, 10 };
	struct test_wcs w = north_up(40, 10, 30, 25);
	static char name[65][12];
	const char *all[65];
	struct pz_stamp s;

	(void)state;
	write_bytes("many.fits", 60, 50, &w, NULL);
	for (int b = 0; b < 65; b++) {
		char link[24];

		snprintf(name[b], sizeof name[b], "b%02d", b);
		snprintf(link, sizeof link, "many-%s.fits", name[b]);
		assert_int_equal(symlink("many.fits", link), 0);
		all[b] = name[b];
	}
	assert_int_equal(pz_frames_find(&frames, "many-%b.fits", all, 65), 0);
	assert_int_equal(pz_cutout_open(&cutout, frames, &o, 1, here), PZ_EARG);
	assert_string_equal(pz_error_text(), "bands: expected 1 to 64, found 65");
	close_all();
	assert_int_equal(pz_frames_find(&frames, "many-%b.fits", all, 64), 0);
	assert_int_equal(pz_cutout_open(&cutout, frames, &o, 1, here), 0);
	assert_int_equal(pz_cutout_next(cutout, &s), 1);
	for (int b = 0; b < 64; b++)
		assert_true(s.pixels[9 * b + 4] == (float)((25 * 60 + 30) % 250 + 1) &&
			    s.cover[b] == 1);
	assert_int_equal(cut_all(), 0);
	close_all();
}

/* A wish that the processor cannot grant, which it is asked for once, so in a process of its own.
 */
static void processors_that_are_not_there(void **state)
{
	const char words[] = "PZ_CPU: expected plain, avx2 or avx512, ";
	const struct pz_cutout_options o = { .size = 3 };
	const double here[2] = { 40, 10 };
	struct test_wcs w = north_up(40, 10, 30, 25);
	int status;
	pid_t child;

	(void)state;
	write_bytes("cpu-g.fits", 60, 50, &w, NULL);
	child = fork();
	if (child == 0) {
		setenv("PZ_CPU", "abacus", 1);
		pz_threads_use(1);
		_exit(opened("cpu-%b.fits", 1, &o, 1, here) == PZ_EUSAGE &&
				      !strncmp(pz_error_text(), words, strlen(words))
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(processors_that_are_not_there), /* before all others */
		cmocka_unit_test(fields_are_counted_once),
		cmocka_unit_test(bands_have_their_most),
	};

	return cmocka_run_group_tests_name("bands", tests, enter_own_folder, leave_own_folder);
}
