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

#include <pz/error.h>
#include <pz/nn.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "measure.h"

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

struct engine {
	struct pz_net *net;
	struct pz_work *work;
	struct pz_adam adam;
	size_t batch;
	bool train;
	float *x, *joined, *features, *logits, *pz, *gate;
	struct pz_target *label;
};

static void fill_labels(struct engine *e, size_t channels)
{
	e->label = calloc(e->batch * channels, sizeof *e->label);
	e->gate = calloc(e->batch * channels, sizeof *e->gate);
	if (!e->label || !e->gate)
		exit(1);
	for (size_t i = 0; i < e->batch * channels; i++)
		e->label[i] = PZ_TARGET_UNIFORM;
	for (size_t i = 0; i < e->batch; i++) {
		e->label[i * channels + i % channels] = (struct pz_target){ (float)(i % 60), 0 };
		e->gate[i * channels + i % channels] = 1;
	}
}

static int make_engine(struct engine *e, const char *net)
{
	const struct pz_net_shape shape = { 5, SIDE, 180, 6, 0 };
	size_t pixels = 5 * SIDE * SIDE;

	if (pz_net_new(&e->net, net, &shape) < 0 ||
	    pz_work_new(&e->work, e->net, e->batch, e->train) < 0 ||
	    (e->train && pz_adam_init(&e->adam, e->net, PZ_ROLES_ALL) < 0))
		return -1;
	pz_net_init(e->net, 1);
	e->x = fill_noise(malloc(e->batch * pixels * sizeof(float)), e->batch * pixels, 3);
	e->joined = calloc(e->batch * (pz_net_joined(e->net) + 1), sizeof(float));
	e->features = calloc(e->batch * pz_net_hidden(e->net), sizeof(float));
	e->logits = calloc(e->batch * pz_net_outputs(e->net), sizeof(float));
	e->pz = calloc(e->batch * 180, sizeof(float));
	fill_labels(e, 6);
	return 0;
}

static void take_step(struct engine *e)
{
	const struct pz_targets t = { .label = e->label, .gate = e->gate };

	if (e->train) {
		pz_net_train(e->net, e->work, &e->adam, e->batch, e->x, e->joined, &t, 1e-4);
		return;
	}
	pz_net_forward(e->net, e->work, e->batch, e->x, e->joined, e->features);
	pz_net_logits(e->net, e->work, e->batch, e->features, e->logits);
	pz_net_pz(e->net, e->batch, e->logits, e->pz);
}

/* The quickest step within so many seconds, after one that touches the memory. */
static struct measured measure_steps(struct engine *e, double seconds)
{
	struct measured best = { .all = INFINITY };
	double start;

	take_step(e);
	start = cpu_seconds();
	do {
		double begun = cpu_seconds();

		now = (struct measured){ 0 };
		take_step(e);
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
	struct engine e = { 0 };
	struct measured best;

	if (argc < 4 || argc > 5 || atoi(argv[2]) < 1 ||
	    (strcmp(argv[3], "train") != 0 && strcmp(argv[3], "predict") != 0)) {
		fprintf(stderr, "usage: bench_threads NET BATCH train|predict [SECONDS]\n");
		return 2;
	}
	e.batch = (size_t)atoi(argv[2]);
	e.train = !strcmp(argv[3], "train");
	pz_threads_use(1 << (COUNTS - 1));
	if (make_engine(&e, argv[1]) < 0) {
		fprintf(stderr, "bench_threads: %s\n", pz_error_text());
		return 1;
	}
	best = measure_steps(&e, argc > 4 ? atof(argv[4]) : 5);
	print_table(&e, &best);
	return 0;
}
