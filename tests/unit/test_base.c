/* test_base.c -- random numbers, bins, surveys, errors */
#include <float.h>
#include <math.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/bins.h>
#include <pz/error.h>
#include <pz/pixel.h>
#include <pz/random.h>
#include <pz/threads.h>

static void philox_matches_published_vectors(void **state)
{
	uint32_t out[4];

	(void)state;
	/* Known-answer vectors of Random123 for philox4x32-10. */
	pz_random_block(0, 0, 0, out);
	assert_int_equal(out[0], 0x6627e8d5);
	assert_int_equal(out[1], 0xe169c58d);
	assert_int_equal(out[2], 0xbc57ac4c);
	assert_int_equal(out[3], 0x9b00dbd8);
	pz_random_block(UINT64_MAX, UINT64_MAX, UINT64_MAX, out);
	assert_int_equal(out[0], 0x408f276d);
	assert_int_equal(out[1], 0x41c83b0e);
	assert_int_equal(out[2], 0xa20bc7c6);
	assert_int_equal(out[3], 0x6d5451fd);
	pz_random_block(0x299f31d0a4093822, 0x0370734413198a2e, 0x85a308d3243f6a88, out);
	assert_int_equal(out[0], 0xd16cfe09);
	assert_int_equal(out[1], 0x94fdcceb);
	assert_int_equal(out[2], 0x5001e420);
	assert_int_equal(out[3], 0x24126ea1);
}

/* By a Philox in Python: the words of blocks 0, 1, 2 ... of seed 7 and stream 9, one by one. */
static void numbers_are_made_of_the_words(void **state)
{
	static const uint32_t words[] = { 0x92c4a6f3, 0x8b3c9304, 0xc43b60b6, 0x12c23ac1,
					  0xbb599bf9, 0xbddd4cf6, 0x1d7d77e2, 0x8f04dd6b,
					  0xb39eb9f1, 0xf17e7e40, 0x7ed2393f, 0x495dbe58 };
	static const size_t shuffled[] = { 1, 5, 3, 0, 6, 2, 7, 4 };
	size_t a[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	struct pz_random r;

	(void)state;
	pz_random_init(&r, 7, 9);
	for (int i = 0; i < 12; i++)
		assert_int_equal(pz_random_bits(&r), words[i]);
	pz_random_init(&r, 7, 9);
	assert_true(pz_random_uniform(&r) == 0.5733131732336658);
	assert_true(pz_random_uniform(&r) == 0.7665310283994392);
	assert_true(pz_random_uniform(&r) == 0.7318360786263497);
	pz_random_init(&r, 7, 9);
	assert_true(fabs(pz_random_normal(&r) - 0.13531880408978184) < 1e-14);
	assert_true(fabs(pz_random_normal(&r) - 1.2156901447167165) < 1e-14);
	/* Of 2^63 + 1 numbers nearly half of the draws would bias the others. */
	pz_random_init(&r, 0, 0);
	assert_true(pz_random_below(&r, ((uint64_t)1 << 63) + 1) == 0x3c57ac4c9b00dbd7);
	pz_random_init(&r, 7, 9);
	pz_random_shuffle(&r, a, 8);
	assert_memory_equal(a, shuffled, sizeof a);
}

static void draws_have_their_moments(void **state)
{
	struct pz_random r;
	double sum = 0, square = 0;
	int count[7] = { 0 }, n = 70000;

	(void)state;
	pz_random_init(&r, 1, pz_random_stream("test", 0));
	for (int i = 0; i < n; i++) {
		double x = pz_random_normal(&r);

		sum += x;
		square += x * x;
		count[pz_random_below(&r, 7)]++;
	}
	assert_true(fabs(sum / n) < 0.015);
	assert_true(fabs(square / n - 1) < 0.02);
	for (int i = 0; i < 7; i++)
		assert_true(abs(count[i] - n / 7) < 500);
}

static void shuffle_keeps_every_item(void **state)
{
	struct pz_random r;
	size_t a[100];
	int seen[100] = { 0 }, moved = 0;

	(void)state;
	for (size_t i = 0; i < 100; i++)
		a[i] = i;
	pz_random_init(&r, 3, 0);
	pz_random_shuffle(&r, a, 100);
	for (size_t i = 0; i < 100; i++) {
		seen[a[i]]++;
		moved += a[i] != i;
	}
	for (int i = 0; i < 100; i++)
		assert_int_equal(seen[i], 1);
	assert_true(moved > 80);
}

static void edges_belong_to_the_upper_bin(void **state)
{
	struct pz_grid g = { .min = 0, .max = 0.4, .bins = 180, .left = 90, .right = 90 };

	(void)state;
	assert_int_equal(pz_grid_total(&g), 360);
	for (int i = 0; i < 180; i++)
		assert_int_equal(pz_grid_bin(&g, i * (0.4 / 180)), i);
	/* Every ninth centre of the 180 bins lies on a wide edge (section 2). */
	for (int i = 4; i < 180; i += 9)
		assert_int_equal(pz_grid_wide(&g, pz_grid_centre(&g, i + 90)), (i - 4) / 9 * 2 + 1);
	assert_int_equal(pz_grid_bin(&g, 0.4), -1);
	assert_int_equal(pz_grid_bin(&g, -1e-6), -1);
	assert_int_equal(pz_grid_label(&g, 0.4), 179);
	assert_int_equal(pz_grid_label(&g, -5), 0);
	assert_int_equal(pz_grid_label(&g, INFINITY), 179);
	assert_int_equal(pz_grid_label(&g, NAN), -1);
}

static void pixels_are_finite_up_to_the_largest_float(void **state)
{
	const float most[2] = { FLT_MAX, -FLT_MAX }, infinite = -INFINITY, none = NAN;

	(void)state;
	assert_true(pz_pixels_finite(most, 2));
	assert_false(pz_pixels_finite(&infinite, 1));
	assert_false(pz_pixels_finite(&none, 1));
	assert_true(pz_pixels_finite(&none, 0));
	assert_false(pz_pixels_finite((const float[]){ NAN, 1, 2 }, 3));
	assert_false(pz_pixels_finite((const float[]){ 1, 2, INFINITY }, 3));
}

/* As they are stored, at an address that is no multiple of four, a bad one in any place. */
static void pixels_are_loaded_and_looked_at(void **state)
{
	static const enum pz_pixel kind[] = { PZ_F4, PZ_F2 };
	float from[19], to[20];
	unsigned char stored[19 * 4 + 1];

	(void)state;
	for (int k = 0; k < 2; k++)
		for (int bad = -1; bad < 19; bad++) {
			for (int i = 0; i < 19; i++)
				from[i] = i == bad ? (i % 2 ? NAN : -INFINITY) : (float)(i - 9) / 4;
			pz_pixels_store(stored + 1, from, 19, kind[k]);
			to[19] = 77;
			assert_int_equal(pz_pixels_load_finite(to, stored + 1, 19, kind[k]),
					 bad < 0);
			for (int i = 0; i < 19; i++)
				assert_true(to[i] == from[i] || (isnan(to[i]) && isnan(from[i])));
			assert_true(to[19] == 77);
		}
	assert_true(pz_pixels_load_finite(to, stored, 0, PZ_F4));
}

/* The longest path there is leaves room for what is wrong with it. */
static void errors_of_long_paths_keep_their_words(void **state)
{
	char path[4096];

	(void)state;
	memset(path, 'x', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	pz_fail(PZ_EIO, "%s: no such file", path);
	assert_string_equal(pz_error_text() + sizeof path - 1, ": no such file");
	assert_int_equal(pz_fail_in(PZ_EIO, "mask of r"), PZ_EIO);
	assert_int_equal(strlen(pz_error_text()), strlen("mask of r: ") + 4095 + 14);
	assert_memory_equal(pz_error_text(), "mask of r: xx", 13);
}

static void rows_interlace_channels(void **state)
{
	struct pz_rows r = { .mag = "r", .min = 12.5, .width = 0.5, .channels = 6 };
	int c[2];

	(void)state;
	assert_int_equal(pz_rows_count(&r), 11);
	assert_int_equal(pz_rows_row(&r, 13.0), 1);
	assert_int_equal(pz_rows_row(&r, 5), 0);
	assert_int_equal(pz_rows_row(&r, 30), 10);
	assert_int_equal(pz_rows_row(&r, NAN), 10);
	assert_int_equal(pz_rows_row(&r, -9999), 10);
	assert_int_equal(pz_rows_channels(4, c), 1);
	assert_int_equal(c[0], 2);
	assert_int_equal(pz_rows_channels(5, c), 2);
	assert_int_equal(c[0], 2);
	assert_int_equal(c[1], 3);
	assert_true(pz_rows_in_channel(3, 2) && pz_rows_in_channel(5, 2));
	assert_false(pz_rows_in_channel(6, 2));
}

static void surveys_are_known_or_refused(void **state)
{
	struct pz_survey s;
	char path[64];
	FILE *file;

	(void)state;
	snprintf(path, sizeof path, "/tmp/test_base.%d.json", (int)getpid());
	file = fopen(path, "w");
	assert_non_null(file);
	fputs("{\"survey\": \"mine\"}", file);
	fclose(file);
	assert_int_equal(pz_survey_find(&s, path), 0);
	assert_string_equal(s.name, "mine");
	unlink(path);
	assert_int_equal(pz_survey_find(&s, "cfhtls-deep"), 0);
	assert_int_equal(s.grid.bins, 1000);
	assert_int_equal(s.threshold, 5);
	assert_int_equal(pz_survey_find(&s, "/nonexistent"), PZ_EUSAGE);
	assert_non_null(strstr(pz_error_text(), "/nonexistent"));
}

static void errors_name_their_context(void **state)
{
	(void)state;
	assert_int_equal(pz_fail(PZ_ECORRUPT, "record %d", 3), PZ_ECORRUPT);
	assert_int_equal(pz_fail_in(PZ_ECORRUPT, "stdin"), PZ_ECORRUPT);
	assert_string_equal(pz_error_text(), "stdin: record 3");
	assert_int_equal(pz_error_exit(PZ_ECORRUPT), 3);
	assert_int_equal(pz_error_exit(PZ_ENOMEM), 1);
	assert_int_equal(pz_error_exit(5), 0);
}

/* One number of a file of the cgroup, the first or second; 0: none. */
static double cgroup_number(const char *name, int which)
{
	char path[96];
	double x[2] = { 0 };
	FILE *file;

	snprintf(path, sizeof path, "/sys/fs/cgroup/%s", name);
	if (!(file = fopen(path, "r")))
		return 0;
	if (fscanf(file, "%lf %lf", &x[0], &x[1]) < which + 1)
		x[which] = 0;
	fclose(file);
	return x[which];
}

/* What the affinity and the cgroup allow, found in another way. */
static int threads_expected(void)
{
	double quota = cgroup_number("cpu.max", 0), period = cgroup_number("cpu.max", 1);
	cpu_set_t set;
	int n;

	assert_int_equal(sched_getaffinity(0, sizeof set, &set), 0);
	n = CPU_COUNT(&set);
	if (access("/sys/fs/cgroup/cpu.max", F_OK) != 0) {
		quota = cgroup_number("cpu/cpu.cfs_quota_us", 0);
		period = cgroup_number("cpu/cpu.cfs_period_us", 0);
	}
	if (quota > 0 && period > 0 && ceil(quota / period) < n)
		n = (int)ceil(quota / period);
	return n;
}

static void threads_are_as_many_as_the_machine_allows(void **state)
{
	int n;

	(void)state;
	unsetenv("SLURM_CPUS_PER_TASK");
	n = threads_expected();
	assert_int_equal(pz_threads(), n); /* where nothing was said */
	assert_int_equal(pz_threads_available(), n);
	pz_threads_use(n + 3);
	assert_int_equal(pz_threads(), n + 3);
	pz_threads_use(1);
	assert_int_equal(pz_threads(), 1);
	pz_threads_use(0);
	assert_int_equal(pz_threads(), n);
}

static void threads_follow_slurm(void **state)
{
	int n = threads_expected();

	(void)state;
	setenv("SLURM_CPUS_PER_TASK", "1", 1);
	assert_int_equal(pz_threads_available(), 1);
	setenv("SLURM_CPUS_PER_TASK", "100000", 1);
	assert_int_equal(pz_threads_available(), n);
	setenv("SLURM_CPUS_PER_TASK", "none", 1);
	assert_int_equal(pz_threads_available(), n);
	unsetenv("SLURM_CPUS_PER_TASK");
}

/* And to one CPU alone, where that is all there is. */
static void threads_follow_the_affinity(void **state)
{
	cpu_set_t all, one;

	(void)state;
	assert_int_equal(sched_getaffinity(0, sizeof all, &all), 0);
	CPU_ZERO(&one);
	for (int i = 0; i < CPU_SETSIZE && CPU_COUNT(&one) == 0; i++)
		if (CPU_ISSET(i, &all))
			CPU_SET(i, &one);
	if (sched_setaffinity(0, sizeof one, &one) != 0)
		skip();
	assert_int_equal(pz_threads_available(), 1);
	assert_int_equal(sched_setaffinity(0, sizeof all, &all), 0);
	assert_int_equal(pz_threads_available(), threads_expected());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(philox_matches_published_vectors),
		cmocka_unit_test(numbers_are_made_of_the_words),
		cmocka_unit_test(draws_have_their_moments),
		cmocka_unit_test(shuffle_keeps_every_item),
		cmocka_unit_test(edges_belong_to_the_upper_bin),
		cmocka_unit_test(pixels_are_finite_up_to_the_largest_float),
		cmocka_unit_test(pixels_are_loaded_and_looked_at),
		cmocka_unit_test(errors_of_long_paths_keep_their_words),
		cmocka_unit_test(rows_interlace_channels),
		cmocka_unit_test(surveys_are_known_or_refused),
		cmocka_unit_test(errors_name_their_context),
		cmocka_unit_test(threads_are_as_many_as_the_machine_allows),
		cmocka_unit_test(threads_follow_slurm),
		cmocka_unit_test(threads_follow_the_affinity),
	};

	return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
