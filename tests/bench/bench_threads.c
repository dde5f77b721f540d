/* bench_threads.c -- how far the engine would scale with the number of cores, found on any machine
 *
 *      bench_threads NET BATCH train|predict [SECONDS]
 *
 * Every parallel loop of the engine is a pz_team_run. This program is linked with --wrap, so that
 * each of them comes here instead. Its items run one after the other, and each is timed by the
 * thread's CPU clock, which other programs do not disturb. They are then dealt out as the team
 * deals them, the next one to whoever is free first, to 1, 2, 4 ... 64 threads on paper. The loop
 * would take as long as the last of these is busy, and what stands between loops takes its own
 * time.
 *
 * Printed for each number of threads: the speed-up, and the share of the threads' time in which
 * they wait, for loops with too few or too unequal items (uneven) and for what is not in a loop
 * (serial). Not in it are the traffic with memory, which cores share, and the time to wake threads:
 * the number of loops in a step is printed for that.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pz/team.h>
#include <pz/threads.h>

#include "engine.h"

#define COUNTS 7  /* of threads: 1, 2, 4 ... 64 */
#define SIDE   64 /* pixels */

/* Of a step. */
struct measured {
	size_t loops;
	double all, inside;  /* seconds; those of them in items of loops            */
	double loop[COUNTS]; /* seconds that loops would take                       */
};

static struct measured now; /* of the step that is under way */

static double cpu_seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Seconds until the last of so many threads is through. */
static double deal_out(size_t threads, size_t items, const double *seconds)
{
	double busy[1 << (COUNTS - 1)] = { 0 }, last = 0;

	for (size_t i = 0; i < items; i++) {
		size_t first = 0;

		for (size_t t = 1; t < threads; t++)
			first = busy[t] < busy[first] ? t : first;
		busy[first] += seconds[i];
		last = busy[first] > last ? busy[first] : last;
	}
	return last;
}

void __wrap_pz_team_run(size_t threads, size_t items, pz_team_job *job, void *arg);

void __wrap_pz_team_run(size_t threads, size_t items, pz_team_job *job, void *arg)
{
	double *seconds = malloc((items + 1) * sizeof *seconds), start = cpu_seconds();

	if (!seconds)
		exit(1);
	for (size_t i = 0; i < items; i++) {
		double end;

		job(arg, i, 0);
		end = cpu_seconds();
		seconds[i] = end - start;
		start = end;
		now.inside += seconds[i];
	}
	/* One thread was asked for: the loop is too small, or is not shared out. */
	for (size_t k = 0; k < COUNTS; k++)
		now.loop[k] += deal_out(threads < 2 ? 1 : (size_t)1 << k, items, seconds);
	now.loops += threads >= 2 && items >= 2;
	free(seconds);
}

static void take_step(struct engine *e, bool train)
{
	if (train)
		engine_train(e, e->batch);
	else
		engine_predict(e, e->batch);
}

/* The quickest step within so many seconds, after one that touches the memory. */
static struct measured measure_steps(struct engine *e, bool train, double seconds)
{
	struct measured best = { .all = INFINITY };
	double start;

	take_step(e, train);
	start = cpu_seconds();
	do {
		double begun = cpu_seconds();

		now = (struct measured){ 0 };
		take_step(e, train);
		now.all = cpu_seconds() - begun;
		if (now.all < best.all)
			best = now;
	} while (cpu_seconds() - start < seconds);
	return best;
}

static void print_table(const struct engine *e, const struct measured *m)
{
	double serial = m->all - m->inside;

	printf("%zu stamps a step, %.3g s on one core, %zu loops, %.2g %% not in a loop\n",
	       e->batch, m->all, m->loops, 100 * serial / m->all);
	printf("threads  speed-up  uneven  serial\n");
	for (size_t k = 0; k < COUNTS; k++) {
		double threads = (double)((size_t)1 << k), wall = serial + m->loop[k];
		double uneven = m->loop[k] - m->inside / threads;

		printf("%7.0f  %8.2f  %4.0f %%  %4.0f %%\n", threads, m->all / wall,
		       100 * uneven / wall, 100 * serial * (1 - 1 / threads) / wall);
	}
}

int main(int argc, char **argv)
{
	const struct pz_net_shape shape = { 5, SIDE, 180, 6, 0 };
	struct engine e;
	struct measured best;
	bool train = argc > 3 && !strcmp(argv[3], "train");

	if (argc < 4 || argc > 5 || atoi(argv[2]) < 1 ||
	    (!train && strcmp(argv[3], "predict") != 0)) {
		fprintf(stderr, "usage: bench_threads NET BATCH train|predict [SECONDS]\n");
		return 2;
	}
	pz_threads_use(1 << (COUNTS - 1));
	engine_make(&e, argv[1], &shape, (size_t)atoi(argv[2]), train ? PZ_ROLES_ALL : 0);
	best = measure_steps(&e, train, argc > 4 ? atof(argv[4]) : 5);
	print_table(&e, &best);
	return 0;
}
