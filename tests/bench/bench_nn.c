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
#include <pz/error.h>
#include <pz/nn.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "../../lib/nn/gemm.h"
#include "measure.h"

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
	struct pz_net *net;
	struct pz_work *work;
	struct pz_adam adam;
	float *x, *joined, *features, *logits, *pz;
	struct pz_target *label;
	float *gate;
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

static float *noise(size_t n, uint64_t stream)
{
	return fill_noise(malloc(n * sizeof(float)), n, stream);
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
	struct pz_targets t = { .label = b->label, .gate = b->gate };

	switch (b->mode) {
	case PRODUCT:
	case SGEMM:
		pz_team_run(b->threads, b->threads, multiply, b);
		break;
	case HEADS:
		pz_net_train_heads(b->net, b->work, &b->adam, n, b->features, &t, 1e-4);
		break;
	case TRAIN:
		pz_net_train(b->net, b->work, &b->adam, n, b->x, b->joined, &t, 1e-4);
		break;
	default:
		pz_net_forward(b->net, b->work, n, b->x, b->joined, b->features);
		pz_net_logits(b->net, b->work, n, b->features, b->logits);
		pz_net_pz(b->net, n, b->logits, b->pz);
	}
}

static void fill_labels(struct bench *b, size_t channels)
{
	b->label = calloc(b->batch * channels, sizeof *b->label);
	b->gate = calloc(b->batch * channels, sizeof *b->gate);
	if (!b->label || !b->gate)
		exit(1);
	for (size_t i = 0; i < b->batch; i++) {
		for (size_t k = 0; k < channels; k++)
			b->label[i * channels + k] = PZ_TARGET_UNIFORM;
		b->label[i * channels + i % channels] = (struct pz_target){ (float)(i % 60), 0 };
		b->gate[i * channels + i % channels] = 1;
	}
}

static void make_net(struct bench *b, const char *name)
{
	bool small = !strcmp(name, "demo");
	struct pz_net_shape s = { 5, small ? 32 : 64, small ? 80 : 180, small ? 3 : 6,
				  !strcmp(name, "M") ? 9 : 0 };
	unsigned roles = b->mode == HEADS ? PZ_ROLE_HEAD : PZ_ROLES_ALL;

	s.bins *= b->mode == HEADS ? 2 : 1;
	if (pz_net_new(&b->net, small ? demo : name, &s) < 0 ||
	    pz_work_new(&b->work, b->net, b->batch, b->mode != PREDICT) < 0 ||
	    (b->mode != PREDICT && pz_adam_init(&b->adam, b->net, roles) < 0)) {
		fprintf(stderr, "bench_nn: %s\n", pz_error_text());
		exit(1);
	}
	pz_net_init(b->net, 1);
	b->x = noise(b->batch * 5 * (size_t)(s.size * s.size), 3);
	b->joined = noise(b->batch * pz_net_joined(b->net), 4);
	b->features = noise(b->batch * pz_net_hidden(b->net), 5);
	b->logits = noise(b->batch * pz_net_outputs(b->net), 6);
	b->pz = noise(b->batch * (size_t)s.bins, 7);
	fill_labels(b, (size_t)s.channels);
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
	b->scratch = noise(b->threads * NN_GEMM_SCRATCH, 4);
	b->a = noise((size_t)SIDE * SIDE, 1);
	b->b = noise((size_t)SIDE * SIDE, 2);
	b->c = noise((size_t)SIDE * SIDE, 3);
}

static double multiply_adds(const struct bench *b)
{
	size_t layers = b->mode >= PRODUCT ? 0 : pz_net_layers(b->net);
	double macs = 0, passes = b->mode == TRAIN ? 3 : b->mode == HEADS ? 2 : 1;

	if (b->mode >= PRODUCT)
		return (double)SIDE * SIDE * SIDE;
	for (size_t i = b->mode == HEADS ? layers - 1 : 0; i < layers; i++)
		macs += (double)pz_net_layer(b->net, i)->macs;
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
