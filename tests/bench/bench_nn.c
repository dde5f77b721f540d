/* bench_nn.c -- seconds of a step of the engine, on request
 *
 *      bench_nn NET BATCH THREADS train|predict|heads|product|sgemm
 *
 * Says the multiply-adds of a step (pzpipe-method(7), NETWORKS; three times as many for
 * training) when it is ready. Then every line on standard input, a number of
 * seconds, is answered by a line: the median of as many steps as fit into
 * them, one at least. So that turns with others are short, and with profiles:
 *
 *      echo 5 | perf record build/cc/bench/bench_nn P 32 1 train
 *
 * NET is a built-in name (of M, which reads no pixels, with nine features) or "demo" (the demo's
 * network, 32 pixels). heads: a
 * step of the heads alone, of 2 x 180 bins, on features. product: no network but
 * a product of matrices of 2048 squared, a part of its rows for each thread; sgemm:
 * the same by the BLAS, with the kernels for this kind of CPU even where it is too
 * old to know that it has one.
 */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <pz/cpu.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "../../lib/nn/gemm.h"
#include "engine.h"

#define STEPS_MAX 1000
#define WARM      16 /* stamps of the step before all others */
#define SIDE      2048

static const char demo[] = "conv 3x3 16 prelu\npool\nconv 3x3 32 prelu\npool\n"
			   "conv 3x3 64 prelu\npool\nconv 3x3 64 prelu\nmean\nebv\n"
			   "dense 256 relu\ndense 256 relu\n";

static const char *const mode_names[] = { "predict", "train", "heads", "product", "sgemm" };

enum mode { PREDICT, TRAIN, HEADS, PRODUCT, SGEMM, MODES };

struct bench {
	enum mode mode;
	size_t batch, threads;
	struct engine engine;
	float *a, *b, *c, *scratch; /* of the product */
};

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

/* The rows of one thread. */
static void multiply(void *arg, size_t item, size_t thread)
{
	const struct bench *b = arg;
	size_t from = item * SIDE / b->threads, rows = (item + 1) * SIDE / b->threads - from;
	const float *a = b->a + from * SIDE;
	float *c = b->c + from * SIDE;

	if (b->mode == SGEMM)
		cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, (blasint)rows, SIDE, SIDE, 1,
			    a, SIDE, b->b, SIDE, 0, c, SIDE);
	else
		pz_nn_gemm(rows, SIDE, SIDE, NN_ROWS(a, SIDE), NN_ROWS(b->b, SIDE), false, c, SIDE,
			   b->scratch + thread * NN_GEMM_SCRATCH);
}

/* One step on the first n stamps. */
static void step(struct bench *b, size_t n)
{
	switch (b->mode) {
	case PRODUCT:
	case SGEMM:
		pz_team_run(b->threads, b->threads, multiply, b);
		break;
	case HEADS:
		engine_train_heads(&b->engine, n);
		break;
	case TRAIN:
		engine_train(&b->engine, n);
		break;
	default:
		engine_predict(&b->engine, n);
	}
}

static void make_net(struct bench *b, const char *name)
{
	bool small = !strcmp(name, "demo");
	struct pz_net_shape s = { 5, small ? 32 : 64, small ? 80 : 180, small ? 3 : 6,
				  !strcmp(name, "M") ? 9 : 0 };
	unsigned roles = b->mode == HEADS ? PZ_ROLE_HEAD : b->mode == PREDICT ? 0 : PZ_ROLES_ALL;

	s.bins *= b->mode == HEADS ? 2 : 1;
	engine_make(&b->engine, small ? demo : name, &s, b->batch, roles);
}

/* Starts anew where OpenBLAS took its oldest kernels for want of a name: only before it
 * is loaded can it be told. */
static void know_cpu(char **argv)
{
	if (!strcmp(pz_cpu_name(), "plain") || strcmp(openblas_get_corename(), "Prescott") != 0 ||
	    getenv("OPENBLAS_CORETYPE"))
		return;
	setenv("OPENBLAS_CORETYPE", strcmp(pz_cpu_name(), "avx512") ? "Haswell" : "SkylakeX", 1);
	execv("/proc/self/exe", argv);
}

static void make_product(struct bench *b, char **argv)
{
	if (b->mode == SGEMM)
		know_cpu(argv);
	pz_nn_gemm_start();
	b->scratch = engine_noise(b->threads * NN_GEMM_SCRATCH, 4);
	b->a = engine_noise((size_t)SIDE * SIDE, 1);
	b->b = engine_noise((size_t)SIDE * SIDE, 2);
	b->c = engine_noise((size_t)SIDE * SIDE, 3);
}

static double multiply_adds(const struct bench *b)
{
	size_t layers = b->mode >= PRODUCT ? 0 : pz_net_layers(b->engine.net);
	double macs = 0, passes = b->mode == TRAIN ? 3 : b->mode == HEADS ? 2 : 1;

	if (b->mode >= PRODUCT)
		return (double)SIDE * SIDE * SIDE;
	for (size_t i = b->mode == HEADS ? layers - 1 : 0; i < layers; i++)
		macs += (double)pz_net_layer(b->engine.net, i)->macs;
	return macs * passes * (double)b->batch;
}

/* The median of the steps that fit into so many seconds. */
static double turn(struct bench *b, double seconds)
{
	double each[STEPS_MAX], start = now();
	size_t steps = 0;

	do {
		double t = now();

		step(b, b->batch);
		each[steps++] = now() - t;
	} while (steps < STEPS_MAX && now() - start < seconds);
	return median(each, steps);
}

static enum mode find_mode(const char *name)
{
	enum mode mode = PREDICT;

	while (mode < MODES && strcmp(mode_names[mode], name) != 0)
		mode++;
	return mode;
}

int main(int argc, char **argv)
{
	struct bench b = { 0 };
	char line[64];

	if (argc != 5 || (b.mode = find_mode(argv[4])) == MODES || atoi(argv[2]) < 1 ||
	    atoi(argv[3]) < 1) {
		fprintf(stderr,
			"usage: bench_nn NET BATCH THREADS train|predict|heads|product|sgemm\n");
		return 2;
	}
	b.batch = (size_t)atoi(argv[2]);
	b.threads = (size_t)atoi(argv[3]);
	pz_threads_use((int)b.threads);
	if (b.mode >= PRODUCT)
		make_product(&b, argv);
	else
		make_net(&b, argv[1]);
	/* A step to touch the memory: training has some for each stamp of a batch. */
	step(&b, b.mode == TRAIN || b.batch < WARM ? b.batch : WARM);
	printf("%.6g\n", multiply_adds(&b));
	fflush(stdout);
	while (fgets(line, sizeof line, stdin)) {
		printf("%.6g\n", turn(&b, atof(line)));
		fflush(stdout);
	}
	return 0;
}
