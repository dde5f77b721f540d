/* test_team.c -- loops whose items are shared out among threads, and what fails in them */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/progress.h>
#include <pz/team.h>

#define ITEMS   1000
#define THREADS 8

struct loop {
	atomic_int times[ITEMS];    /* that an item was done          */
	atomic_int inside[THREADS]; /* calls that have this number now */
	atomic_int wrong;
	size_t threads;
	struct pz_failure failure;
};

static void once(void *arg, size_t item, size_t thread)
{
	struct loop *l = arg;

	l->wrong += thread >= l->threads || item >= ITEMS;
	l->wrong += atomic_fetch_add(&l->inside[thread % THREADS], 1) != 0;
	l->times[item % ITEMS]++;
	if (item % 50 == 0)
		usleep(100); /* so that others come between */
	l->inside[thread % THREADS]--;
}

static void every_item_is_done_once_and_no_two_threads_have_one_number(void **state)
{
	const size_t threads[] = { 1, 2, 3, THREADS }, items[] = { 0, 1, 2, 7, ITEMS };

	(void)state;
	for (size_t t = 0; t < 4; t++)
		for (size_t i = 0; i < 5; i++) {
			struct loop *l = calloc(1, sizeof *l);

			l->threads = threads[t];
			pz_team_run(threads[t], items[i], once, l);
			assert_int_equal(l->wrong, 0);
			for (size_t k = 0; k < ITEMS; k++)
				assert_int_equal(l->times[k], k < items[i]);
			free(l);
		}
}

static void nested(void *arg, size_t item, size_t thread)
{
	struct loop *all = arg, *one = calloc(1, sizeof *one);

	(void)thread;
	one->threads = THREADS;
	pz_team_run(THREADS, 20, once, one);
	all->wrong += one->wrong;
	for (size_t k = 0; k < 20; k++)
		all->wrong += one->times[k] != 1;
	all->times[item]++;
	free(one);
}

static void a_loop_within_a_loop_runs_on_its_own_thread(void **state)
{
	struct loop *l = calloc(1, sizeof *l);

	(void)state;
	pz_team_run(3, 30, nested, l);
	assert_int_equal(l->wrong, 0);
	for (size_t k = 0; k < 30; k++)
		assert_int_equal(l->times[k], 1);
	free(l);
}

/* Items 7, 17, 27 ... fail, the later ones at once, the first of them late. */
static void fail_some(void *arg, size_t item, size_t thread)
{
	struct loop *l = arg;

	(void)thread;
	if (item % 10 != 7)
		return;
	if (item == 7)
		usleep(20000);
	pz_failure_note(&l->failure, item, pz_fail(PZ_EDATA, "item %zu", item));
}

static void the_failure_of_the_lowest_item_is_raised(void **state)
{
	struct loop *l = calloc(1, sizeof *l);

	(void)state;
	assert_int_equal(pz_failure_raise(&l->failure), 0);
	assert_false(pz_failure_any(&l->failure));
	for (size_t threads = 1; threads <= THREADS; threads++) {
		memset(l, 0, sizeof *l);
		pz_team_run(threads, 200, fail_some, l);
		assert_true(pz_failure_any(&l->failure));
		pz_fail(PZ_EARG, "something else");
		assert_int_equal(pz_failure_raise(&l->failure), PZ_EDATA);
		assert_string_equal(pz_error_text(), "item 7");
	}
	free(l);
}

static atomic_int met;

/* Waits for the other items, ten seconds at most. */
static void meet(void *arg, size_t item, size_t thread)
{
	double until = pz_clock() + 10;

	(void)arg;
	(void)item;
	(void)thread;
	atomic_fetch_add(&met, 1);
	while (atomic_load(&met) < 3 && pz_clock() < until)
		;
}

static void items_are_done_side_by_side(void **state)
{
	double begun = pz_clock();

	(void)state;
	pz_team_run(3, 3, meet, NULL);
	assert_true(pz_clock() - begun < 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(items_are_done_side_by_side),
		cmocka_unit_test(every_item_is_done_once_and_no_two_threads_have_one_number),
		cmocka_unit_test(a_loop_within_a_loop_runs_on_its_own_thread),
		cmocka_unit_test(the_failure_of_the_lowest_item_is_raised),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
