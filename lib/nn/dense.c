/* dense.c -- fully connected layers over a whole batch */
#include <string.h>

#include <pz/team.h>

#include "dense.h"
#include "gemm.h"
#include "kernels.h"

/* Multiply-adds worth waking another thread for. */
#define WORTH ((size_t)1 << 20)

/* What the loops over blocks of columns share. */
struct dense_job {
	const struct pz_work *w;
	const struct nn_dense *d;
	const float *values, *x;
	size_t n;
	float *z, *y, *gradient, *dx;
};

/* How many of `total` are in the tile from i on. */
static size_t tile_of(size_t i, size_t total)
{
	return i + NN_DENSE_TILE < total ? NN_DENSE_TILE : total - i;
}

static const float *weights_of(const struct dense_job *j)
{
	return j->values + j->d->weight;
}

static float *scratch_of(const struct dense_job *j, size_t thread)
{
	return j->w->scratch + thread * j->w->scratch_floats;
}

/* Items are tiles of so many columns: narrow enough that threads share layers of 256, too. */
static void tiles_run(struct dense_job *j, pz_team_job *job, size_t columns)
{
	size_t threads = j->n * j->d->in * j->d->out > WORTH ? j->w->threads : 1;

	pz_team_run(threads, (columns + NN_DENSE_TILE - 1) / NN_DENSE_TILE, job, j);
}

/* z(rows, outs) = (W x^T)^T, and a bias where there is one, for a tile of outputs and
 * stamps; z has `out` floats from row to row. */
static void tile_forward(const struct dense_job *j, size_t at, size_t outs, size_t row, size_t rows,
			 const float *bias, float *z, float *scratch)
{
	size_t in = j->d->in, out = j->d->out;
	float *tile = scratch + NN_GEMM_SCRATCH;

	pz_nn_gemm(outs, rows, in, NN_ROWS(weights_of(j) + at * in, in),
		   NN_COLUMNS(j->x + row * in, in), false, tile, rows, scratch);
	for (size_t i = 0; i < rows; i++)
		for (size_t o = 0; o < outs; o++)
			z[(row + i) * out + at + o] = tile[o * rows + i] +
						      (bias ? bias[at + o] : 0);
}

static void block_forward(const struct dense_job *j, size_t at, const float *bias, float *z,
			  size_t thread)
{
	size_t outs = tile_of(at, j->d->out);

	for (size_t row = 0; row < j->n; row += NN_DENSE_TILE)
		tile_forward(j, at, outs, row, tile_of(row, j->n), bias, z, scratch_of(j, thread));
}

static struct nn_act_args act_args(const struct dense_job *j, size_t at)
{
	const struct nn_dense *d = j->d;

	return (struct nn_act_args){ .act = d->act,
				     .n = j->n,
				     .side = 1,
				     .channels = tile_of(at, d->out),
				     .z = j->z + at,
				     .zs = d->out,
				     .y = j->y + at,
				     .ys = d->out,
				     .bias = j->values + d->bias + at,
				     .slope = j->values + d->slope + at };
}

static void forward_block(void *arg, size_t item, size_t thread)
{
	const struct dense_job *j = arg;
	struct nn_act_args a = act_args(j, item * NN_DENSE_TILE);

	block_forward(j, item * NN_DENSE_TILE, NULL, j->z, thread);
	pz_nn_kernels()->act_forward(&a);
}

static void linear_block(void *arg, size_t item, size_t thread)
{
	const struct dense_job *j = arg;

	block_forward(j, item * NN_DENSE_TILE, j->values + j->d->bias, j->y, thread);
}

void pz_nn_dense_forward(const struct pz_work *w, const struct nn_dense *d, size_t n,
			 const float *x, float *z, float *y)
{
	struct dense_job j = {
		.w = w, .d = d, .values = w->net->values, .x = x, .n = n, .z = z, .y = y
	};

	tiles_run(&j, forward_block, d->out);
}

void pz_nn_dense_linear(const struct pz_work *w, const struct nn_dense *d, size_t n, const float *x,
			float *y)
{
	struct dense_job j = { .w = w, .d = d, .values = w->net->values, .x = x, .n = n, .y = y };

	tiles_run(&j, linear_block, d->out);
}

void pz_nn_dense_act_backward(const struct pz_work *w, const struct nn_dense *d, size_t n, float *z,
			      float *dy, float *gradient)
{
	const float *values = w->net->values;
	struct nn_act_args a = { .act = d->act,
				 .n = n,
				 .side = 1,
				 .channels = d->out,
				 .z = z,
				 .zs = d->out,
				 .y = dy,
				 .ys = d->out,
				 .bias = values + d->bias,
				 .slope = values + d->slope,
				 .dbias = gradient + d->bias,
				 .dslope = gradient + d->slope };

	memset(a.dbias, 0, d->out * sizeof *gradient);
	memset(a.dslope, 0, d->out * sizeof *gradient);
	pz_nn_kernels()->act_backward(&a);
}

void pz_nn_dense_bias(const struct nn_dense *d, size_t n, const float *dz, float *gradient)
{
	float *restrict bias = gradient + d->bias;

	memset(bias, 0, d->out * sizeof *bias);
	for (size_t i = 0; i < n; i++)
		for (size_t o = 0; o < d->out; o++)
			bias[o] += dz[i * d->out + o];
}

/* dW(out, block) = dz^T x */
static void weights_block(void *arg, size_t item, size_t thread)
{
	const struct dense_job *j = arg;
	size_t in = j->d->in, out = j->d->out, at = item * NN_DENSE_TILE;

	pz_nn_gemm(out, tile_of(at, in), j->n, NN_COLUMNS(j->z, out), NN_ROWS(j->x + at, in), false,
		   j->gradient + j->d->weight + at, in, scratch_of(j, thread));
}

/* dx(n, block) = dz W */
static void data_block(void *arg, size_t item, size_t thread)
{
	const struct dense_job *j = arg;
	size_t in = j->d->in, out = j->d->out, at = item * NN_DENSE_TILE;

	pz_nn_gemm(j->n, tile_of(at, in), out, NN_ROWS(j->z, out),
		   NN_ROWS(j->values + j->d->weight + at, in), false, j->dx + at, in,
		   scratch_of(j, thread));
}

void pz_nn_dense_backward(const struct pz_work *w, const struct nn_dense *d, size_t n,
			  const float *x, float *dz, float *gradient, float *dx)
{
	struct dense_job j = { .w = w,
			       .d = d,
			       .values = w->net->values,
			       .x = x,
			       .n = n,
			       .z = dz,
			       .gradient = gradient,
			       .dx = dx };

	tiles_run(&j, weights_block, d->in);
	if (dx)
		tiles_run(&j, data_block, d->in);
}
