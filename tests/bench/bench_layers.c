/* bench_layers.c -- where a network's time goes: its convolutions one by one, beside their limits
 *
 *      bench_layers NET [SECONDS]            on one thread; NET is a built-in name
 *
 * The forward pass of one chunk of stamps, as predict runs it, is repeated for so many seconds (5),
 * and every step of it is timed where it stands, with the caches as the step before left them. A
 * line for each step, and one for the whole, of tab-separated values:
 *
 *      layer       the layers of the step: convolutions of one input with 1x1 kernels are one
 * product shape       kernel, channels in and out, side of the map method      product, winograd
 * MxM (tiles of so many output pixels) or windows (copied) macs        multiply-adds of the
 * definition, of one stamp left        the share of them that the method has to do kib         of
 * one stamp: what must be read and written, and its share of the weights us          median time
 * for one stamp, activations and pools included share       of the time of all steps of_sgemm rate
 * by the definition, beside a product of 2048 squared by the same kernels of_limit    the same by
 * the multiply-adds that are left: 1 is nothing but their product
 *
 * PZ_CPU=avx2 (or plain) has the kernels of that instruction set.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <pz/cpu.h>
#include <pz/error.h>
#include <pz/nn.h>

#include "../../lib/base/pages.h"
#include "../../lib/nn/conv.h"
#include "../../lib/nn/gemm.h"
#include "../../lib/nn/trunk.h"
#include "measure.h"

#define SIDE     2048
#define TURNS    1000
#define PRODUCTS 5

/* Seconds of this process's CPU time, which says something on a busy machine too. */
static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static float *make_noise(size_t n, uint64_t stream)
{
	return fill_noise(pz_pages_alloc((n + 1) * sizeof(float)), n, stream);
}

/* Multiply-adds a second of a large product. */
static double measure_product(void)
{
	size_t n = (size_t)SIDE * SIDE;
	float *a = make_noise(n, 1), *b = make_noise(n, 2), *c = make_noise(n, 3);
	float *scratch = make_noise(NN_GEMM_SCRATCH, 4);
	double each[PRODUCTS];

	for (int i = -1; i < PRODUCTS; i++) { /* the first touches the memory */
		double t = now();

		pz_nn_gemm(SIDE, SIDE, SIDE, NN_ROWS(a, SIDE), NN_ROWS(b, SIDE), false, c, SIDE,
			   scratch);
		each[i < 0 ? 0 : i] = now() - t;
	}
	free(a);
	free(b);
	free(c);
	free(scratch);
	return (double)n * SIDE / median(each, PRODUCTS);
}

/* The memory of a chunk, filled with noise, and the weights as products read them. */
static struct nn_store make_store(const struct pz_net *net)
{
	const struct nn_plan *p = &net->plan;
	size_t scratch = 0;
	float *planes = make_noise(p->planes, 5);

	for (size_t i = 0; i < p->steps; i++) {
		size_t n = p->step[i].conv ? pz_nn_conv_scratch(&p->step[i]) : 0;

		scratch = n > scratch ? n : scratch;
		pz_nn_trunk_begin(net, NULL, i, planes, false, NULL);
	}
	return (struct nn_store){ .maps = make_noise(p->chunk * p->maps, 6),
				  .products = make_noise(p->chunk * p->product_max, 7),
				  .scratch = make_noise(scratch, 8),
				  .planes = planes };
}

/* Multiply-adds of one stamp by the definition. */
static double macs_of(const struct nn_conv *c)
{
	return (double)c->side * c->side * c->kernel * c->kernel * c->in * c->out;
}

/* The share that Winograd's method leaves; tiles that stand over the edge are whole. */
static double left_of(const struct nn_conv *c)
{
	double tiles, reach = (double)c->w.reach;

	if (!c->tiles)
		return 1;
	tiles = (double)((c->w.side + c->w.tile - 1) / c->w.tile);
	return tiles * tiles * reach * reach / ((double)c->side * c->side * c->kernel * c->kernel);
}

/* KiB of a stamp: its maps in and out once, and of the weights, which a chunk shares, its part. */
static double kib_of(const struct pz_net *net, const struct nn_step *s)
{
	double floats = (double)s->in.side * s->in.side * s->in.channels, weights = 0;

	if (!s->conv)
		return (floats + (double)s->out.side * s->out.side * s->out.channels) / 256;
	for (int k = 0; k < s->c.branches; k++)
		floats += (double)s->c.branch[k].out.side * s->c.branch[k].out.side *
			  s->c.branch[k].channels;
	weights = s->c.tiles ? (double)s->c.w.weights
			     : (double)s->c.kernel * s->c.kernel * s->c.in * s->c.out;
	return (floats + weights / (double)net->plan.chunk) / 256;
}

/* Names of the layers of a step, from layer *next on. */
static void print_layers(const struct pz_net *net, const struct nn_step *s, size_t *next)
{
	if (!s->conv)
		printf(s->sum ? "add" : "pool");
	for (int k = 0; s->conv && k < s->c.branches; k++)
		printf("%s%s", k ? "," : "", pz_net_layer(net, (*next)++)->name);
}

static void print_step(const struct pz_net *net, const struct nn_step *s, size_t *next,
		       double seconds, double all, double rate)
{
	const struct nn_conv *c = &s->c;
	double macs = s->conv ? macs_of(c) : 0;

	print_layers(net, s, next);
	if (!s->conv) {
		printf("\t%d %d\t-\t-\t-\t%.0f\t%.1f\t%.3f\t-\t-\n", s->in.channels, s->in.side,
		       kib_of(net, s), 1e6 * seconds, seconds / all);
		return;
	}
	printf("\t%dx%d %d>%d %d\t", c->kernel, c->kernel, c->in, c->out, c->side);
	if (c->tiles)
		printf("winograd %zux%zu", c->w.tile, c->w.tile);
	else
		printf(c->kernel == 1 ? "product" : "windows");
	printf("\t%.4g\t%.3f\t%.0f\t%.1f\t%.3f\t%.2f\t%.2f\n", macs, left_of(c), kib_of(net, s),
	       1e6 * seconds, seconds / all, macs / seconds / rate,
	       left_of(c) * macs / seconds / rate);
}

/* A table of the steps and the whole. */
static void print_table(const struct pz_net *net, double (*each)[TURNS], size_t turns, double rate)
{
	const struct nn_plan *p = &net->plan;
	double all = 0, macs = 0, left = 0, *seconds = calloc(p->steps + 1, sizeof *seconds);
	size_t next = p->whiten; /* which is no step */

	if (!seconds)
		exit(1);
	for (size_t i = 0; i < p->steps; i++) {
		seconds[i] = median(each[i], turns) / (double)p->chunk;
		all += seconds[i];
		macs += p->step[i].conv ? macs_of(&p->step[i].c) : 0;
		left += p->step[i].conv ? macs_of(&p->step[i].c) * left_of(&p->step[i].c) : 0;
	}
	printf("layer\tshape\tmethod\tmacs\tleft\tkib\tus\tshare\tof_sgemm\tof_limit\n");
	for (size_t i = 0; i < p->steps; i++)
		print_step(net, &p->step[i], &next, seconds[i], all, rate);
	printf("all\t%zu stamps at a time\t%s\t%.4g\t%.3f\t-\t%.1f\t1\t%.2f\t%.2f\n", p->chunk,
	       pz_cpu_name(), macs, left / macs, 1e6 * all, macs / all / rate, left / all / rate);
	free(seconds);
}

int main(int argc, char **argv)
{
	struct pz_net_shape shape = { .bands = 5, .size = 64, .bins = 180, .channels = 6 };
	double start = now(), wish = argc > 2 ? atof(argv[2]) : 5, rate;
	struct pz_net *given = NULL, *net = NULL;
	struct nn_store store;
	double(*each)[TURNS];
	size_t turns = 0;

	if (argc < 2 || argc > 3 || !(wish > 0)) {
		fprintf(stderr, "usage: bench_layers NET [SECONDS]\n");
		return 2;
	}
	/* as it predicts: nothing is normalised then */
	if (pz_net_new(&given, argv[1], &shape) < 0 || pz_net_fold(given, &net) < 0) {
		fprintf(stderr, "bench_layers: %s\n", pz_error_text());
		return 1;
	}
	pz_nn_gemm_start();
	pz_net_init(net, 1);
	rate = measure_product();
	store = make_store(net);
	if (!(each = malloc((net->plan.steps + 1) * sizeof *each)))
		return 1;
	start = now();
	while (turns < TURNS && (turns < 3 || now() - start < wish)) {
		for (size_t i = 0; i < net->plan.steps; i++) {
			double t = now();

			pz_nn_trunk_step(net, &store, i, net->plan.chunk);
			each[i][turns] = now() - t;
		}
		turns++;
	}
	print_table(net, each, turns, rate);
	pz_net_free(net);
	pz_net_free(given);
	return 0;
}
