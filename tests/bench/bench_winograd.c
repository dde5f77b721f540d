/* bench_winograd.c -- Winograd's convolutions beside copied windows, one thread
 *
 *   bench_winograd [CPU [KERNEL SIDE IN OUT [MAPS]]]     default: the networks' shapes
 *
 * TSV: shape; effective GFLOP/s (multiply-adds of the direct sum, times two) of
 * Winograd forward, backward to the weights alone, backward to both (counted
 * twice); the same of im2col; how many times faster; the transform of the
 * weights and of their gradient in microseconds.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pz/random.h>

#include "../../lib/nn/conv.h"
#include "../../lib/nn/kernels.h"
#include "../../lib/nn/winograd.h"

#define TURNS 7

struct shape {
	int kernel, side, in, out;
};

static const struct shape shapes[] = {
	{ 5, 64, 5, 64 },    { 3, 32, 48, 64 },   { 5, 32, 48, 64 },   { 3, 32, 64, 92 },
	{ 5, 32, 64, 92 },   { 3, 16, 92, 128 },  { 5, 16, 92, 128 },  { 3, 8, 92, 128 },
	{ 5, 64, 5, 96 },    { 3, 64, 96, 96 },   { 3, 32, 101, 156 }, { 5, 32, 101, 156 },
	{ 3, 16, 101, 156 }, { 5, 16, 101, 156 }, { 3, 8, 101, 156 },  { 5, 8, 101, 156 },
	{ 3, 64, 5, 64 },    { 3, 32, 64, 64 },   { 3, 16, 64, 64 },   { 3, 32, 5, 16 },
	{ 3, 16, 16, 32 },   { 3, 8, 32, 64 },    { 3, 4, 64, 64 },
};

enum job { FORWARD, WEIGHTS, BOTH, COPY_FORWARD, COPY_WEIGHTS, COPY_BOTH, MAKE, FINISH, JOBS };

struct bench {
	struct nn_winograd w;
	struct nn_step step;
	size_t n;
	float *x, *z, *dx, *weight, *u, *ut, *du, *planes, *dweight, *scratch;
};

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *noise(size_t count)
{
	float *a = aligned_alloc(64, (count + 15) / 16 * 64);
	struct pz_random r;

	if (!a)
		exit(1);
	pz_random_init(&r, 1, 0);
	for (size_t i = 0; i < count; i++)
		a[i] = (float)pz_random_normal(&r) * 0.01f;
	return a;
}

static struct bench make(const struct shape *s, const char *cpu, size_t n)
{
	struct bench b = { .n = n };
	size_t pixels, scratch;

	pz_nn_winograd_make(&b.w, s->kernel, s->side, s->in, s->out, cpu);
	b.step = (struct nn_step){ .add = true,
				   .in = { .side = s->side, .channels = s->in, .stride = s->in },
				   .c = { .kernel = s->kernel,
					  .pad = s->kernel / 2,
					  .in = s->in,
					  .out = s->out,
					  .side = s->side } };
	pixels = b.n * b.w.side * b.w.side;
	b.x = noise(pixels * b.w.in);
	b.dx = noise(pixels * b.w.in);
	b.z = noise(pixels * b.w.out);
	b.weight = noise(b.w.kernel * b.w.kernel * b.w.in * b.w.out);
	b.dweight = noise(b.w.kernel * b.w.kernel * b.w.in * b.w.out);
	b.u = noise(b.w.weights);
	b.ut = noise(b.w.weights_back);
	b.du = noise(b.w.weights);
	b.planes = noise(pz_nn_conv_planes(&b.step.c));
	scratch = pz_nn_conv_scratch(&b.step);
	b.scratch = noise(scratch > b.w.scratch ? scratch : b.w.scratch);
	pz_nn_winograd_weights(&b.w, b.weight, b.u, b.ut);
	pz_nn_conv_begin(&b.step.c, b.weight, b.planes, true);
	return b;
}

static void release(struct bench *b)
{
	free(b->x);
	free(b->dx);
	free(b->z);
	free(b->weight);
	free(b->dweight);
	free(b->u);
	free(b->ut);
	free(b->du);
	free(b->planes);
	free(b->scratch);
}

static void run(struct bench *b, enum job job)
{
	if (job == FORWARD)
		pz_nn_winograd_forward(&b->w, b->u, b->n, b->x, b->w.in, b->z, b->w.out,
				       b->scratch);
	else if (job == WEIGHTS || job == BOTH)
		pz_nn_winograd_backward(&b->w, b->ut, b->n, b->x, b->w.in, b->z, b->w.out, b->du,
					job == BOTH ? b->dx : NULL, b->scratch);
	else if (job == COPY_FORWARD)
		pz_nn_conv_forward(&b->step, b->planes, b->n, b->x, b->z, b->scratch);
	else if (job == COPY_WEIGHTS || job == COPY_BOTH)
		pz_nn_conv_backward(&b->step, b->planes, b->n, b->x, b->z, b->dweight,
				    job == COPY_BOTH ? b->dx : NULL, b->scratch);
	else if (job == MAKE)
		pz_nn_winograd_weights(&b->w, b->weight, b->u, b->ut);
	else
		pz_nn_winograd_gradient(&b->w, b->du, b->dweight);
}

/* The best of some turns: what else runs here only adds. */
static double seconds(struct bench *b, enum job job)
{
	double best = 1e30;

	for (int turn = 0; turn < TURNS; turn++) {
		double start = now(), took;

		run(b, job);
		took = now() - start;
		best = took < best ? took : best;
	}
	return best;
}

static void report(const struct shape *s, const char *cpu, size_t n)
{
	struct bench b = make(s, cpu, n);
	double work = 2e-9 * (double)(b.n * b.w.side * b.w.side * b.w.in * b.w.out) *
		      (double)(b.w.kernel * b.w.kernel);
	double t[JOBS];

	for (enum job job = 0; job < JOBS; job++)
		t[job] = seconds(&b, job);
	printf("%d\t%d\t%d\t%d\t%zu\t%zu\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.0f\t%.2f\t%.2f\t%.2f\t%."
	       "0f\t%.0f\n",
	       s->kernel, s->side, s->in, s->out, n, b.w.block, work / t[FORWARD],
	       work / t[WEIGHTS], 2 * work / t[BOTH], work / t[COPY_FORWARD],
	       work / t[COPY_WEIGHTS], 2 * work / t[COPY_BOTH], t[COPY_FORWARD] / t[FORWARD],
	       t[COPY_WEIGHTS] / t[WEIGHTS], t[COPY_BOTH] / t[BOTH], 1e6 * t[MAKE],
	       1e6 * t[FINISH]);
	fflush(stdout);
	release(&b);
}

int main(int argc, char **argv)
{
	const char *cpu = argc > 1 ? argv[1] : pz_nn_kernels()->name;

	pz_nn_gemm_start();
	puts("kernel\tside\tin\tout\tmaps\tblock\tup\tweights\tboth\tcopy_up\tcopy_weights\tcopy_"
	     "both\t"
	     "up_x\tweights_x\tboth_x\tmake_us\tfinish_us");
	if (argc > 5) {
		struct shape s = { atoi(argv[2]), atoi(argv[3]), atoi(argv[4]), atoi(argv[5]) };

		report(&s, cpu, argc > 6 ? (size_t)atoi(argv[6]) : 4);
		return 0;
	}
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		report(&shapes[i], cpu, shapes[i].side > 16 ? 4 : 8);
	return 0;
}
