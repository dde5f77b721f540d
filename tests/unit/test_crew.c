/* test_crew.c -- threads that share a lock with the caller, and how they begin and end */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/error.h>

#include "../../lib/base/crew.h"

#define THREADS 4
#define TURNS   1000

struct counter {
	struct pz_crew crew;
	size_t turn; /* counts up; thread turn % THREADS counts next */
	bool seen[THREADS];
	bool returned[THREADS];
};

/* Counts when it is this thread's turn. */
static void count(void *arg, size_t thread)
{
	struct counter *c = arg;

	pz_crew_lock(&c->crew);
	c->seen[thread] = true;
	while (!c->crew.ending && c->turn < TURNS) {
		if (c->turn % THREADS == thread) {
			c->turn++;
			pz_crew_changed(&c->crew);
		} else {
			pz_crew_wait(&c->crew);
		}
	}
	c->returned[thread] = true;
	pz_crew_unlock(&c->crew);
}

static void threads_take_turns_and_the_caller_sees_the_end(void **state)
{
	struct counter c = { .turn = 0 };

	(void)state;
	pz_crew_init(&c.crew);
	assert_int_equal(pz_crew_start(&c.crew, THREADS, count, &c), 0);
	pz_crew_lock(&c.crew);
	while (c.turn < TURNS)
		pz_crew_wait(&c.crew);
	pz_crew_unlock(&c.crew);
	pz_crew_end(&c.crew);
	assert_int_equal(c.turn, TURNS);
	for (int t = 0; t < THREADS; t++)
		assert_true(c.seen[t] && c.returned[t]);
}

/* Adds up slowly: without the lock others come between. */
static void add_up(void *arg, size_t thread)
{
	struct counter *c = arg;

	(void)thread;
	for (int i = 0; i < TURNS; i++) {
		size_t before;

		pz_crew_lock(&c->crew);
		before = c->turn;
		for (volatile int wait = 0; wait < 100; wait++)
			;
		c->turn = before + 1;
		pz_crew_unlock(&c->crew);
	}
}

static void one_thread_at_a_time_has_the_lock(void **state)
{
	struct counter c = { .turn = 0 };

	(void)state;
	pz_crew_init(&c.crew);
	assert_int_equal(pz_crew_start(&c.crew, THREADS, add_up, &c), 0);
	pz_crew_end(&c.crew);
	assert_int_equal(c.turn, THREADS * TURNS);
}

static void wait_for_the_end(void *arg, size_t thread)
{
	struct counter *c = arg;

	pz_crew_lock(&c->crew);
	while (!c->crew.ending)
		pz_crew_wait(&c->crew);
	c->returned[thread] = true;
	pz_crew_unlock(&c->crew);
}

static void the_end_wakes_all_that_wait_and_waits_for_them(void **state)
{
	struct counter c = { .turn = 0 };

	(void)state;
	pz_crew_init(&c.crew);
	assert_int_equal(pz_crew_start(&c.crew, THREADS, wait_for_the_end, &c), 0);
	pz_crew_end(&c.crew);
	for (int t = 0; t < THREADS; t++)
		assert_true(c.returned[t]);
}

static void a_crew_that_was_never_started_ends(void **state)
{
	struct pz_crew crew;

	(void)state;
	pz_crew_init(&crew);
	pz_crew_end(&crew);
}

struct masks {
	sigset_t blocked;
	volatile char deep;
};

static void *note_mask(void *arg)
{
	struct masks *m = arg;
	char deep[PZ_CREW_STACK * 3 / 4];

	memset(deep, 1, sizeof deep);
	m->deep = deep[getpid() % (int)sizeof deep];
	pthread_sigmask(SIG_BLOCK, NULL, &m->blocked);
	return NULL;
}

static void a_thread_has_its_stack_and_only_signals_of_its_own_faults(void **state)
{
	struct masks m = { .deep = 0 };
	sigset_t here;
	pthread_t thread;

	(void)state;
#ifdef __GLIBC__
	{ /* where threads have little unless they ask for more */
		pthread_attr_t usual;

		pthread_attr_init(&usual);
		pthread_attr_setstacksize(&usual, 1 << 17);
		assert_int_equal(pthread_setattr_default_np(&usual), 0);
		pthread_attr_destroy(&usual);
	}
#endif
	assert_int_equal(pz_crew_thread(&thread, note_mask, &m), 0);
	assert_int_equal(pthread_join(thread, NULL), 0);
	assert_int_equal(m.deep, 1);
	assert_true(sigismember(&m.blocked, SIGINT) && sigismember(&m.blocked, SIGTERM));
	assert_true(sigismember(&m.blocked, SIGUSR1) && sigismember(&m.blocked, SIGPIPE));
	assert_false(sigismember(&m.blocked, SIGBUS) || sigismember(&m.blocked, SIGSEGV));
	assert_false(sigismember(&m.blocked, SIGFPE) || sigismember(&m.blocked, SIGILL));
	assert_false(sigismember(&m.blocked, SIGABRT) || sigismember(&m.blocked, SIGTRAP));
	pthread_sigmask(SIG_BLOCK, NULL, &here);
	assert_false(sigismember(&here, SIGINT) || sigismember(&here, SIGTERM));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(threads_take_turns_and_the_caller_sees_the_end),
		cmocka_unit_test(one_thread_at_a_time_has_the_lock),
		cmocka_unit_test(the_end_wakes_all_that_wait_and_waits_for_them),
		cmocka_unit_test(a_crew_that_was_never_started_ends),
		cmocka_unit_test(a_thread_has_its_stack_and_only_signals_of_its_own_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
