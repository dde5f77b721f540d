/* bench_nn.c -- stamps per second of the engine: bench_nn NET BATCH THREADS train|predict|heads
 * [SECONDS]
 *
 * heads: a training step of the heads alone, of 2 x 180 bins, on features.
 * NET is a built-in name or "demo" (MOCK.md's network, 32 pixels). Prints a
 * line of TSV: net, batch, threads, mode, stamps/s (median and best of the
 * batches), effective GFLOP/s (METHOD.md's multiply-adds), sgemm's GFLOP/s on
 * one thread, bytes of resident memory at most.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include <pz/error.h>
#include <pz/nn.h>
#include <pz/random.h>
#include <pz/threads.h>

#include "../../lib/nn/gemm.h"

#define TURNS_MAX 1000

static const char demo[] = "conv 3x3 16 prelu\npool\nconv 3x3 32 prelu\npool\n"
			   "conv 3x3 64 prelu\npool\nconv 3x3 64 prelu\nmean\nebv\n"
			   "dense 256 relu\ndense 256 relu\n";

/* Seconds; of this process's CPU time where BENCH_CLOCK=cpu asks for it, which
 * says something on a busy machine too (with one thread). */
static double now(void)
{
	const char *wish = getenv("BENCH_CLOCK");
	struct timespec t;

	clock_gettime(wish && !strcmp(wish, "cpu") ? CLOCK_PROCESS_CPUTIME_ID : CLOCK_MONOTONIC,
		      &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static float *noise(size_t n, uint64_t stream)
{
	float *x = malloc(n * sizeof *x);
	struct pz_random r;

	if (!x)
		exit(1);
	pz_random_init(&r, 1, stream);
	for (size_t i = 0; i < n; i++)
		x[i] = (float)pz_random_normal(&r);
	return x;
}

/* The rate of one product of 1024 cubed, on this thread. */
static double sgemm_rate(void)
{
	size_t n = 1024;
	float *a = noise(n * n, 1), *b = noise(n * n, 2), *c = malloc(n * n * sizeof *c);
	double best = 1e30;

	for (int i = 0; c && i < 3; i++) {
		double t = now();

		nn_gemm(false, false, n, n, n, a, n, b, n, false, c, n);
		best = now() - t < best ? now() - t : best;
	}
	free(a);
	free(b);
	free(c);
	return 2e-9 * (double)(n * n * n) / best;
}

static size_t resident(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (size_t)usage.ru_maxrss * 1024;
}

struct bench {
	struct pz_net *net;
	struct pz_work *work;
	struct pz_adam adam;
	size_t batch;
	float *x, *ebv, *features, *logits, *pz;
	struct pz_target *label;
	float *gate;
};

enum mode { PREDICT, TRAIN, HEADS };

static void turn(struct bench *b, enum mode mode)
{
	struct pz_targets t = { .label = b->label, .gate = b->gate };

	if (mode == HEADS) {
		pz_net_train_heads(b->net, b->work, &b->adam, b->batch, b->features, &t, 1e-4);
		return;
	}
	if (mode == TRAIN) {
		pz_net_train(b->net, b->work, &b->adam, b->batch, b->x, b->ebv, &t, 1e-4);
		return;
	}
	pz_net_forward(b->net, b->work, b->batch, b->x, b->ebv, b->features);
	pz_net_logits(b->net, b->batch, b->features, b->logits);
	pz_net_pz(b->net, b->batch, b->logits, b->pz);
}

static void bench_init(struct bench *b, const char *name, size_t batch, enum mode mode)
{
	bool small = !strcmp(name, "demo");
	struct pz_net_shape s = { 5, small ? 32 : 64, small ? 80 : 180, small ? 3 : 6 };
	unsigned roles = mode == HEADS ? PZ_ROLE_HEAD : PZ_ROLES_ALL;
	size_t m = (size_t)s.channels;

	s.bins *= mode == HEADS ? 2 : 1;
	b->batch = batch;
	if (pz_net_new(&b->net, small ? demo : name, &s) < 0 ||
	    pz_work_new(&b->work, b->net, batch, mode != PREDICT) < 0 ||
	    (mode != PREDICT && pz_adam_init(&b->adam, b->net, roles) < 0)) {
		fprintf(stderr, "bench_nn: %s\n", pz_error_text());
		exit(1);
	}
	pz_net_init(b->net, 1);
	b->x = noise(batch * 5 * (size_t)(s.size * s.size), 3);
	b->ebv = noise(batch, 4);
	b->features = noise(batch * pz_net_features(b->net), 5);
	b->logits = noise(batch * pz_net_outputs(b->net), 5);
	b->pz = noise(batch * (size_t)s.bins, 5);
	b->label = calloc(batch * m, sizeof *b->label);
	b->gate = calloc(batch * m, sizeof *b->gate);
	for (size_t i = 0; i < batch; i++) {
		for (size_t k = 0; k < m; k++)
			b->label[i * m + k] = PZ_TARGET_UNIFORM;
		b->label[i * m + i % m] = (struct pz_target){ (float)(i % 60), 0 };
		b->gate[i * m + i % m] = 1;
	}
}

int main(int argc, char **argv)
{
	struct bench b = { 0 };
	double seconds = argc > 5 ? atof(argv[5]) : 2, start, each[TURNS_MAX], macs = 0, flops;
	enum mode mode = PREDICT;
	int turns = 0;

	if (argc < 5) {
		fprintf(stderr,
			"usage: bench_nn NET BATCH THREADS train|predict|heads [SECONDS]\n");
		return 2;
	}
	if (!strcmp(argv[4], "train"))
		mode = TRAIN;
	else if (!strcmp(argv[4], "heads"))
		mode = HEADS;
	pz_threads_use(atoi(argv[3]));
	bench_init(&b, argv[1], (size_t)atoi(argv[2]), mode);
	turn(&b, mode);
	start = now();
	while (turns < TURNS_MAX && (turns < 3 || now() - start < seconds)) {
		double t = now();

		turn(&b, mode);
		each[turns++] = now() - t;
	}
	qsort(each, (size_t)turns, sizeof *each, ascending);
	for (size_t i = mode == HEADS ? pz_net_layers(b.net) - 1 : 0; i < pz_net_layers(b.net); i++)
		macs += (mode == HEADS ? 2 : 1) * (double)pz_net_layer(b.net, i)->macs;
	flops = macs * 2e-9 * (mode == TRAIN ? 3 : 1) * (double)b.batch;
	printf("%s\t%zu\t%s\t%s\t%.1f\t%.1f\t%.1f\t%.1f\t%zu\n", argv[1], b.batch, argv[3], argv[4],
	       (double)b.batch / each[turns / 2], (double)b.batch / each[0],
	       flops / each[turns / 2], sgemm_rate(), resident());
	return 0;
}
