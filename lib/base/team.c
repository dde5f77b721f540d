/* team.c -- a loop whose items are shared out among threads */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

#include <pz/team.h>

#include "crew.h"

#define WORKERS_MAX 256
#define SPINS       4000 /* looks before going to sleep: some 50 us, as long as it takes to wake */

static pthread_mutex_t in_use = PTHREAD_MUTEX_INITIALIZER; /* held by the caller */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t begun = PTHREAD_COND_INITIALIZER, left = PTHREAD_COND_INITIALIZER;

/* Under lock, but for next, number and working, which are looked at without. */
static struct {
	pz_team_job *job;
	void *arg;
	size_t items;
	size_t seats;          /* threads that may still join                    */
	size_t joined;         /* threads that did: the next one's number        */
	size_t workers;        /* threads that exist                             */
	atomic_size_t working; /* joined and not through, the caller left out    */
	atomic_size_t next;    /* item nobody has begun                          */
	atomic_uint number;    /* of the loop; tells waiting threads of a new one */
} team;

static void pause_briefly(void)
{
#ifdef __x86_64__
	__builtin_ia32_pause();
#endif
}

static void work(pz_team_job *job, void *arg, size_t items, size_t thread)
{
	size_t item;

	while ((item = atomic_fetch_add(&team.next, 1)) < items)
		job(arg, item, thread);
}

/* Waits for a loop other than number `seen`; the lock is held afterwards. */
static void wait_for_loop(unsigned seen)
{
	for (int i = 0; i < SPINS && atomic_load(&team.number) == seen; i++)
		pause_briefly();
	pthread_mutex_lock(&lock);
	while (atomic_load(&team.number) == seen)
		pthread_cond_wait(&begun, &lock);
}

static void *work_in_loops(void *unused)
{
	unsigned seen = 0;

	(void)unused;
	for (;;) {
		wait_for_loop(seen);
		seen = atomic_load(&team.number);
		if (team.seats > 0) {
			pz_team_job *job = team.job;
			void *arg = team.arg;
			size_t items = team.items, thread = team.joined++;

			team.seats--;
			atomic_fetch_add(&team.working, 1);
			pthread_mutex_unlock(&lock);
			work(job, arg, items, thread);
			pthread_mutex_lock(&lock);
			if (atomic_fetch_sub(&team.working, 1) == 1)
				pthread_cond_signal(&left);
		}
		pthread_mutex_unlock(&lock);
	}
	return NULL;
}

/* Fewer threads than wished for only make the loop slower. */
static void start_workers(size_t workers)
{
	while (team.workers < workers && team.workers < WORKERS_MAX) {
		pthread_t thread;

		if (pz_crew_thread(&thread, work_in_loops, NULL) != 0)
			return;
		pthread_detach(thread);
		team.workers++;
	}
}

static void loop_open(size_t threads, size_t items, pz_team_job *job, void *arg)
{
	pthread_mutex_lock(&lock);
	start_workers(threads - 1);
	team.job = job;
	team.arg = arg;
	team.items = items;
	team.seats = threads - 1;
	team.joined = 1;
	atomic_store(&team.next, 0);
	atomic_fetch_add(&team.number, 1);
	pthread_cond_broadcast(&begun);
	pthread_mutex_unlock(&lock);
}

static void loop_close(void)
{
	pthread_mutex_lock(&lock);
	team.seats = 0;
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < SPINS && atomic_load(&team.working) > 0; i++)
		pause_briefly();
	pthread_mutex_lock(&lock);
	while (atomic_load(&team.working) > 0)
		pthread_cond_wait(&left, &lock);
	pthread_mutex_unlock(&lock);
}

void pz_team_run(size_t threads, size_t items, pz_team_job *job, void *arg)
{
	if (threads > items)
		threads = items;
	if (threads < 2 || pthread_mutex_trylock(&in_use) != 0) {
		for (size_t i = 0; i < items; i++)
			job(arg, i, 0);
		return;
	}
	loop_open(threads, items, job, arg);
	work(job, arg, items, 0);
	loop_close();
	pthread_mutex_unlock(&in_use);
}
