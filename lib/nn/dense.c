/* dense.c -- fully connected layers over a whole batch */
#include <string.h>

#include <pz/threads.h>

#include "dense.h"
#include "gemm.h"
#include "kernels.h"
#include "team.h"

#define OUT_BLOCK 64  /* columns of the output at a time */
#define IN_BLOCK  512 /* of the input                    */

/* Multiply-adds worth waking another thread for. */
#define WORTH ((size_t)1 << 20)

/* What the loops over blocks of columns share. */
struct dense_job {
	const struct nn_dense *d;
	const float *values, *x;
	size_t n;
	float *z, *y, *gradient, *dx;
};

static size_t block_of(size_t i, size_t size, size_t total)
{
	return i + size < total ? size : total - i;
}

static const float *weights_of(const struct dense_job *j)
{
	return j->d->lent ? j->d->lent : j->values + j->d->weight;
}

static void blocks_run(struct dense_job *j, nn_job *job, size_t total, size_t block)
{
	size_t threads = j->n * j->d->in * j->d->out > WORTH ? (size_t)pz_threads() : 1;

	nn_team_run(threads, (total + block - 1) / block, job, j);
}

static struct nn_act_args act_args(const struct dense_job *j, size_t at)
{
	const struct nn_dense *d = j->d;

	return (struct nn_act_args){ .act = d->act,
				     .n = j->n,
				     .side = 1,
				     .channels = block_of(at, OUT_BLOCK, d->out),
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
	const struct nn_dense *d = j->d;
	size_t at = item * OUT_BLOCK;
	struct nn_act_args a = act_args(j, at);

	(void)thread;
	nn_gemm(false, true, j->n, a.channels, d->in, j->x, d->in, weights_of(j) + at * d->in,
		d->in, false, j->z + at, d->out);
	nn_kernels()->act_forward(&a);
}

void nn_dense_forward(const struct nn_dense *d, const float *values, size_t n, const float *x,
		      float *z, float *y)
{
	struct dense_job j = { .d = d, .values = values, .x = x, .n = n, .z = z, .y = y };

	blocks_run(&j, forward_block, d->out, OUT_BLOCK);
}

static void linear_block(void *arg, size_t item, size_t thread)
{
	const struct dense_job *j = arg;
	const struct nn_dense *d = j->d;
	size_t at = item * OUT_BLOCK, columns = block_of(at, OUT_BLOCK, d->out);

	(void)thread;
	for (size_t i = 0; i < j->n; i++)
		memcpy(j->y + i * d->out + at, j->values + d->bias + at, columns * sizeof *j->y);
	nn_gemm(false, true, j->n, columns, d->in, j->x, d->in, j->values + d->weight + at * d->in,
		d->in, true, j->y + at, d->out);
}

void nn_dense_linear(const struct nn_dense *d, const float *values, size_t n, const float *x,
		     float *y)
{
	struct dense_job j = { .d = d, .values = values, .x = x, .n = n, .y = y };

	blocks_run(&j, linear_block, d->out, OUT_BLOCK);
}

void nn_dense_act_backward(const struct nn_dense *d, const float *values, size_t n, float *z,
			   float *dy, float *gradient)
{
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
	nn_kernels()->act_backward(&a);
}

void nn_dense_bias(const struct nn_dense *d, size_t n, const float *dz, float *gradient)
{
	float *restrict bias = gradient + d->bias;

	memset(bias, 0, d->out * sizeof *bias);
	for (size_t i = 0; i < n; i++)
		for (size_t o = 0; o < d->out; o++)
			bias[o] += dz[i * d->out + o];
}

static void weights_block(void *arg, size_t item, size_t thread)
{
	const struct dense_job *j = arg;
	const struct nn_dense *d = j->d;
	size_t at = item * OUT_BLOCK;

	(void)thread;
	nn_gemm(true, false, block_of(at, OUT_BLOCK, d->out), d->in, j->n, j->z + at, d->out, j->x,
		d->in, false, j->gradient + d->weight + at * d->in, d->in);
}

static void data_block(void *arg, size_t item, size_t thread)
{
	const struct dense_job *j = arg;
	const struct nn_dense *d = j->d;
	size_t at = item * IN_BLOCK;

	(void)thread;
	nn_gemm(false, false, j->n, block_of(at, IN_BLOCK, d->in), d->out, j->z, d->out,
		j->values + d->weight + at, d->in, false, j->dx + at, d->in);
}

void nn_dense_backward(const struct nn_dense *d, const float *values, size_t n, const float *x,
		       float *dz, float *gradient, float *dx)
{
	struct dense_job j = {
		.d = d, .values = values, .x = x, .n = n, .z = dz, .gradient = gradient, .dx = dx
	};

	blocks_run(&j, weights_block, d->out, OUT_BLOCK);
	if (dx)
		blocks_run(&j, data_block, d->in, IN_BLOCK);
}
