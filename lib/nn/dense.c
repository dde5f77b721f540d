/* dense.c -- fully connected layers over a whole batch */
#include <string.h>

#include "dense.h"
#include "gemm.h"
#include "kernels.h"

#define OUT_BLOCK 64  /* columns of the output at a time */
#define IN_BLOCK  512 /* of the input                    */

/* Multiply-adds worth waking another thread for. */
#define WORTH ((size_t)1 << 20)

static size_t block_of(size_t i, size_t size, size_t total)
{
	return i + size < total ? size : total - i;
}

static struct nn_act_args act_args(const struct nn_dense *d, const float *values, size_t n,
				   size_t at, float *z, float *y)
{
	return (struct nn_act_args){ .act = d->act,
				     .n = n,
				     .side = 1,
				     .channels = block_of(at, OUT_BLOCK, d->out),
				     .z = z + at,
				     .zs = d->out,
				     .y = y + at,
				     .ys = d->out,
				     .bias = values + d->bias + at,
				     .slope = values + d->slope + at };
}

void nn_dense_forward(const struct nn_dense *d, const float *values, size_t n, const float *x,
		      float *z, float *y)
{
#pragma omp parallel for schedule(static) if (n * d->in * d->out > WORTH)
	for (size_t at = 0; at < d->out; at += OUT_BLOCK) {
		struct nn_act_args a = act_args(d, values, n, at, z, y);

		nn_gemm(false, true, n, a.channels, d->in, x, d->in,
			values + d->weight + at * d->in, d->in, false, z + at, d->out);
		nn_kernels()->act_forward(&a);
	}
}

void nn_dense_linear(const struct nn_dense *d, const float *values, size_t n, const float *x,
		     float *y)
{
#pragma omp parallel for schedule(static) if (n * d->in * d->out > WORTH)
	for (size_t at = 0; at < d->out; at += OUT_BLOCK) {
		size_t columns = block_of(at, OUT_BLOCK, d->out);

		for (size_t i = 0; i < n; i++)
			memcpy(y + i * d->out + at, values + d->bias + at, columns * sizeof *y);
		nn_gemm(false, true, n, columns, d->in, x, d->in, values + d->weight + at * d->in,
			d->in, true, y + at, d->out);
	}
}

void nn_dense_act_backward(const struct nn_dense *d, const float *values, size_t n, float *z,
			   const float *dy, float *gradient)
{
#pragma omp parallel for schedule(static) if (n * d->out > WORTH / 16)
	for (size_t at = 0; at < d->out; at += OUT_BLOCK) {
		struct nn_act_args a = act_args(d, values, n, at, z, (float *)dy);

		a.dbias = gradient + d->bias + at;
		a.dslope = gradient + d->slope + at;
		nn_kernels()->act_backward(&a);
	}
}

void nn_dense_bias(const struct nn_dense *d, size_t n, const float *dz, float *gradient)
{
	float *restrict bias = gradient + d->bias;

	memset(bias, 0, d->out * sizeof *bias);
	for (size_t i = 0; i < n; i++)
		for (size_t o = 0; o < d->out; o++)
			bias[o] += dz[i * d->out + o];
}

void nn_dense_backward(const struct nn_dense *d, const float *values, size_t n, const float *x,
		       const float *dz, float *gradient, float *dx)
{
	const float *weight = values + d->weight;
	float *dweight = gradient + d->weight;

#pragma omp parallel for schedule(static) if (n * d->in * d->out > WORTH)
	for (size_t at = 0; at < d->out; at += OUT_BLOCK)
		nn_gemm(true, false, block_of(at, OUT_BLOCK, d->out), d->in, n, dz + at, d->out, x,
			d->in, false, dweight + at * d->in, d->in);
	if (!dx)
		return;
#pragma omp parallel for schedule(static) if (n * d->in * d->out > WORTH)
	for (size_t at = 0; at < d->in; at += IN_BLOCK)
		nn_gemm(false, false, n, block_of(at, IN_BLOCK, d->in), d->out, dz, d->out,
			weight + at, d->in, false, dx + at, d->in);
}
