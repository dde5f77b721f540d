/* test_processes.c -- what the processes of a run agree on: several of them are played here by a
 * list of what each gives
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/random.h>

#include "../../tools/train/processes.h"

#define COUNT 4

static uint64_t given[COUNT]; /* by the other ranks                     */
static int joined;            /* how many there are after ranks_join    */
static int join_code;

int ranks_join(struct pz_ranks *r)
{
	r->count = joined;
	return join_code < 0 ? pz_fail(join_code, "no ranks") : 0;
}

void ranks_end(struct pz_ranks *r)
{
	*r = (struct pz_ranks){ 0 };
}

const uint64_t *ranks_gather(const struct pz_ranks *r, uint64_t mine)
{
	given[r->rank] = mine;
	return given;
}

double ranks_waited(const struct pz_ranks *r)
{
	return r->count;
}

const char *ranks_library(void)
{
	return "";
}

/* What rank `rank` of four is told where the four end with these codes. */
static int agreed(int rank, const int code[COUNT], bool *speaks)
{
	const struct pz_ranks r = { .rank = rank, .count = COUNT };

	for (int i = 0; i < COUNT; i++)
		given[i] = (uint64_t)-code[i];
	if (code[rank] < 0)
		pz_fail((enum pz_error)code[rank], "of rank %d", rank);
	return ranks_agree(&r, code[rank], speaks);
}

/* The first that failed by itself says why; those that only heard of it do not. */
static void the_first_that_failed_speaks(void **state)
{
	static const int none[] = { 0, 0, 0, 0 }, one[] = { 0, 0, PZ_EDATA, 0 };
	static const int two[] = { PZ_ERANK, PZ_EIO, PZ_EDATA, 0 };
	static const int all[] = { PZ_EIO, PZ_EDATA, PZ_EDATA, PZ_EDATA };
	static const int heard[] = { 0, PZ_ERANK, 0, 0 };
	bool speaks;

	(void)state;
	for (int rank = 0; rank < COUNT; rank++) {
		speaks = false;
		assert_int_equal(agreed(rank, none, &speaks), 0);
		assert_true(speaks);
		assert_int_equal(agreed(rank, one, &speaks), PZ_EDATA);
		assert_int_equal(speaks, rank == 2);
		if (rank == 2)
			assert_string_equal(pz_error_text(), "rank 2: of rank 2");
		assert_int_equal(agreed(rank, two, &speaks), PZ_EIO);
		assert_int_equal(speaks, rank == 1);
		if (rank == 1)
			assert_string_equal(pz_error_text(), "rank 1: of rank 1");
		/* what all say has no number */
		assert_int_equal(agreed(rank, all, &speaks), PZ_EIO);
		assert_int_equal(speaks, rank == 0);
		if (rank == 0)
			assert_string_equal(pz_error_text(), "of rank 0");
		assert_int_equal(agreed(rank, heard, &speaks), rank == 1 ? PZ_ERANK : 0);
		assert_true(speaks);
	}
}

static void ranks_compare_bytes(void **state)
{
	const struct pz_ranks r = { .rank = 0, .count = COUNT }, alone = { .count = 1 };
	uint64_t same = pz_hash("abc", 3, 0);

	(void)state;
	for (int i = 0; i < COUNT; i++)
		given[i] = same;
	assert_int_equal(ranks_same(&r, "stamps", "abc", 3), 0);
	given[3] = same + 1;
	assert_int_equal(ranks_same(&r, "stamps", "abc", 3), PZ_EDATA);
	assert_string_equal(pz_error_text(), "rank 3 and rank 0 have different stamps");
	given[1] = 0;
	assert_int_equal(ranks_same(&r, "options", "abc", 3), PZ_EDATA);
	assert_string_equal(pz_error_text(), "rank 1 and rank 0 have different options");
	assert_int_equal(ranks_same(&r, "options", "ab", 2), PZ_EDATA);
	assert_int_equal(ranks_same(&alone, "options", "abd", 3), 0);
}

static void launched(const char *openmpi, const char *pmi, const char *slurm)
{
	const char *const name[] = { "OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS" };
	const char *const value[] = { openmpi, pmi, slurm };

	for (int i = 0; i < 3; i++)
		if (value[i])
			setenv(name[i], value[i], 1);
		else
			unsetenv(name[i]);
}

/* Without a launcher nothing is joined; each that says that there are several is believed. */
static void launchers_say_how_many_there_are(void **state)
{
	struct pz_ranks r = { .rank = 9, .count = 9 };

	(void)state;
	joined = 7;
	launched(NULL, NULL, NULL);
	assert_int_equal(ranks_begin(&r), 0);
	assert_true(r.count == 1 && r.rank == 0);
	launched("1", "1", "1");
	assert_int_equal(ranks_begin(&r), 0);
	assert_int_equal(r.count, 1);
	for (int i = 0; i < 3; i++) {
		launched(i == 0 ? "2" : NULL, i == 1 ? "2" : "1", i == 2 ? "2" : NULL);
		assert_int_equal(ranks_begin(&r), 0);
		assert_int_equal(r.count, 7);
	}
	/* MPI that connects none of them */
	joined = 1;
	launched("1", "3", "4");
	assert_int_equal(ranks_begin(&r), PZ_EUSAGE);
	assert_string_equal(pz_error_text(),
			    "3 processes were started, but MPI does not connect them: expected a "
			    "train that was built with MPI=1, and an option --mpi of srun that its "
			    "MPI supports");
	join_code = PZ_EIO;
	assert_int_equal(ranks_begin(&r), PZ_EIO);
	assert_string_equal(pz_error_text(), "no ranks");
	launched(NULL, NULL, NULL);
	assert_int_equal(ranks_begin(&r), 0);
	join_code = 0;
}

static void one_rank_shares_nothing(void **state)
{
	const struct pz_ranks one = { .count = 1 }, two = { .count = 2, .rank = 1 };

	(void)state;
	assert_null(ranks_of(&one));
	assert_ptr_equal(ranks_of(&two), &two);
	assert_true(ranks_first(&one) && !ranks_first(&two));
}

static void each_of_two_ranks_reads_files(void **state)
{
	const struct pz_ranks one = { .count = 1 }, two = { .count = 2 };
	const char *const paths[] = { "/proc/version", "/no/such/file", "/dev/null" };

	(void)state;
	assert_int_equal(ranks_need_files(&one, paths, 3), 0);
	/* one that is not there is told when it is opened */
	assert_int_equal(ranks_need_files(&two, paths, 2), 0);
	assert_int_equal(ranks_need_files(&two, paths, 3), PZ_EUSAGE);
	assert_string_equal(pz_error_text(),
			    "/dev/null: expected a file that each of 2 ranks can read");
	assert_int_equal(ranks_need_files(&two, paths, 0), PZ_EUSAGE);
	assert_string_equal(pz_error_text(),
			    "stdin: expected a file that each of 2 ranks can read");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_that_failed_speaks),
		cmocka_unit_test(ranks_compare_bytes),
		cmocka_unit_test(launchers_say_how_many_there_are),
		cmocka_unit_test(one_rank_shares_nothing),
		cmocka_unit_test(each_of_two_ranks_reads_files),
	};

	return cmocka_run_group_tests_name("processes", tests, NULL, NULL);
}
