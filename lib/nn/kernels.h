/* kernels.h -- vectorised loops, one set per kind of CPU
 *
 * kernels.inc is compiled once for each set (kernels_avx512.c ...); cpu.c picks
 * the machine's best at the first call. The set "plain" is the twin the tests
 * compare the others with: the same loops without vector instructions by name.
 */
#ifndef PZ_NN_KERNELS_H
#define PZ_NN_KERNELS_H

#include <stddef.h>

#include "gemm.h"
#include "plan.h"

/* Bias, activation and pool of columns of a product: n images of side x side
 * pixels; z has zs floats from pixel to pixel, y (pooled side) has ys.
 *
 *      y = pool(act(z + bias))
 *
 * and its backward pass, which turns z into its gradient and adds to dbias, dslope:
 *
 *      dz = pool'(dy) act'(z + bias)
 *
 * Where scale is not NULL it is z scale + bias that is activated: a normalised product (norm.h). du
 * is the gradient of that. The way back takes two passes then. The first leaves z as it is and adds
 * to dbias, dslope and, of du x with x = (z - mean) inverse, dscale. The second, where mean_du is
 * not NULL, turns z into its gradient: scale (du - mean_du - x mean_dux). */
struct nn_act_args {
	enum nn_act act;
	enum nn_pool pool;
	size_t n, side, channels;
	float *z;
	size_t zs;
	float *y; /* in the backward pass dy, only read */
	size_t ys;
	const float *bias, *slope, *scale;
	float *dbias, *dslope, *dscale;
	const float *mean, *inverse, *mean_du, *mean_dux;
};

/* One Adam step: rate has the bias corrections in it (pzpipe-method(7), equation 8). */
struct nn_adam_args {
	size_t n;
	float *values, *first, *second;
	const float *gradient;
	float rate;
};

struct nn_kernels {
	const char *name;
	const struct nn_gemm_set *gemm; /* what multiplies matrices */
	/* The largest of x(n); n > 0. */
	float (*largest)(size_t n, const float *x);
	/* e(n) = exp(x - shift), x <= shift, and their sum; e may be x. */
	float (*exps)(size_t n, const float *x, float shift, float *e);
	/* p(n) += weight * softmax(x(n)). */
	void (*mix)(size_t n, const float *x, float weight, float *p);
	void (*act_forward)(const struct nn_act_args *a);
	void (*act_backward)(const struct nn_act_args *a);
	/* y(n) += share * x(n). */
	void (*add)(size_t n, float share, const float *x, float *y);
	/* sum(n), squares(n) = the sums of rows x(n), a stride apart, and of their squares. */
	void (*moments)(size_t rows, size_t stride, size_t n, const float *x, double *sum,
			double *squares);
	/* sum(n) = the sum of rows x(n), a stride apart. */
	void (*sum_rows)(size_t rows, size_t stride, size_t n, const float *x, float *sum);
	void (*adam)(const struct nn_adam_args *a);
};

extern const struct nn_kernels pz_nn_kernels_plain, pz_nn_kernels_avx2, pz_nn_kernels_avx512;

/* The set in use. */
const struct nn_kernels *pz_nn_kernels(void);

/* The sets this machine can run, the best first; NULL after the last. */
const struct nn_kernels *const *pz_nn_kernels_all(void);

#endif
