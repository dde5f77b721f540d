/* conv.c -- a stack of convolutions, by the method that suits its shape */
#include <string.h>

#include <pz/cpu.h>

#include "conv.h"
#include "gemm.h"
#include "im2col.h"

void pz_nn_conv_method(struct nn_conv *c)
{
	c->tiles = c->pad == c->kernel / 2 &&
		   pz_nn_winograd_pays(c->kernel, c->side, c->in, c->out);
	if (c->tiles)
		pz_nn_winograd_make(&c->w, c->kernel, c->side, c->in, c->out, pz_cpu_name());
}

size_t pz_nn_conv_scratch(const struct nn_step *s)
{
	if (s->c.kernel == 1)
		return NN_GEMM_SCRATCH;
	return s->c.tiles ? s->c.w.scratch : pz_nn_im2col_scratch(&s->c);
}

/* Values that an output pixel reads. */
static size_t window_of(const struct nn_conv *c)
{
	return (size_t)(c->kernel * c->kernel) * (size_t)c->in;
}

static size_t weights_of(const struct nn_conv *c)
{
	return window_of(c) * (size_t)c->out;
}

/* Floats of the planes for the forward pass; those for the backward pass follow them. */
static size_t planes_up(const struct nn_conv *c)
{
	return c->tiles ? c->w.weights : pz_nn_gemm_packed(window_of(c), (size_t)c->out);
}

size_t pz_nn_conv_planes(const struct nn_conv *c)
{
	return planes_up(c) +
	       (c->tiles ? c->w.weights_back : pz_nn_gemm_packed((size_t)c->out, window_of(c)));
}

size_t pz_nn_conv_lane(const struct nn_conv *c)
{
	return c->tiles ? c->w.weights : weights_of(c);
}

void pz_nn_conv_begin(const struct nn_conv *c, const float *weight, float *planes, bool back)
{
	size_t window = window_of(c), out = (size_t)c->out;
	float *behind = planes + planes_up(c);

	if (c->tiles) {
		pz_nn_winograd_weights(&c->w, weight, planes, back ? behind : NULL);
		return;
	}
	pz_nn_gemm_pack(window, out, NN_COLUMNS(weight, window), planes);
	if (back)
		pz_nn_gemm_pack(out, window, NN_ROWS(weight, window), behind);
}

void pz_nn_conv_end(const struct nn_conv *c, const float *lane, float *dweight)
{
	if (!c->tiles) {
		memcpy(dweight, lane, weights_of(c) * sizeof *lane);
		return;
	}
	memset(dweight, 0, weights_of(c) * sizeof *dweight);
	pz_nn_winograd_gradient(&c->w, lane, dweight);
}

static size_t pixels(int side)
{
	return (size_t)side * (size_t)side;
}

void pz_nn_conv_forward(const struct nn_step *s, const float *planes, size_t n, const float *x,
			float *z, float *scratch)
{
	size_t in = (size_t)s->c.in, out = (size_t)s->c.out, stride = (size_t)s->in.stride;

	if (s->c.kernel == 1)
		pz_nn_gemm_multiply(n * pixels(s->c.side), out, in, NN_ROWS(x, stride), planes,
				    false, z, out);
	else if (s->c.tiles)
		pz_nn_winograd_forward(&s->c.w, planes, n, x, stride, z, out, scratch);
	else
		pz_nn_im2col_forward(s, planes, n, x, z, scratch);
}

/* Zeroes the channels of a gradient map that windows or tiles will be added to. */
static void map_clear(const struct nn_map *m, size_t n, float *dx)
{
	for (size_t i = 0; i < n * pixels(m->side); i++)
		memset(dx + i * (size_t)m->stride, 0, (size_t)m->channels * sizeof *dx);
}

/* A stack of 1x1 kernels is a product. */
static void product_backward(const struct nn_step *s, const float *planes, size_t n, const float *x,
			     const float *dz, float *dweight, float *dx, float *scratch)
{
	size_t in = (size_t)s->c.in, out = (size_t)s->c.out, m = n * pixels(s->c.side);
	size_t stride = (size_t)s->in.stride;

	pz_nn_gemm(out, in, m, NN_COLUMNS(dz, out), NN_ROWS(x, stride), true, dweight, in, scratch);
	if (dx)
		pz_nn_gemm_multiply(m, in, out, NN_ROWS(dz, out), planes, s->add, dx, stride);
}

void pz_nn_conv_backward(const struct nn_step *s, const float *planes, size_t n, const float *x,
			 const float *dz, float *lane, float *dx, float *scratch)
{
	const float *behind = planes + planes_up(&s->c);

	if (s->c.kernel == 1) {
		product_backward(s, behind, n, x, dz, lane, dx, scratch);
		return;
	}
	if (dx && !s->add)
		map_clear(&s->in, n, dx);
	if (s->c.tiles) {
		pz_nn_winograd_backward(&s->c.w, behind, n, x, (size_t)s->in.stride, dz,
					(size_t)s->c.out, lane, dx, scratch);
		return;
	}
	pz_nn_im2col_weights(s, n, x, dz, lane, scratch);
	if (dx)
		pz_nn_im2col_data(s, behind, n, dz, dx, scratch);
}

/* ---- plain twins ---- */

/* The pixel of map i that kernel position (ky, kx) sees at output (y, x), as an
 * offset, or -1 in the padding. */
static ptrdiff_t seen(const struct nn_step *s, size_t i, int y, int x, int ky, int kx)
{
	int iy = y + ky - s->c.pad, ix = x + kx - s->c.pad, side = s->in.side;

	if (iy < 0 || iy >= side || ix < 0 || ix >= side)
		return -1;
	return (((ptrdiff_t)i * side + iy) * side + ix) * s->in.stride;
}

void pz_nn_conv_forward_plain(const struct nn_step *s, const float *weight, size_t n,
			      const float *x, float *z)
{
	int k = s->c.kernel, side = s->c.side;
	size_t count = n * pixels(side);

	for (size_t p = 0; p < count * (size_t)s->c.out; p++) {
		size_t pixel = p / (size_t)s->c.out, o = p % (size_t)s->c.out;
		int px = (int)(pixel % (size_t)side), py = (int)(pixel / (size_t)side) % side;
		const float *w = weight + o * (size_t)(k * k * s->c.in);
		double sum = 0;

		for (int j = 0; j < k * k; j++) {
			ptrdiff_t at = seen(s, pixel / pixels(side), py, px, j / k, j % k);

			for (int c = 0; at >= 0 && c < s->c.in; c++)
				sum += (double)x[at + c] * (double)w[j * s->c.in + c];
		}
		z[p] = (float)sum;
	}
}

void pz_nn_conv_backward_plain(const struct nn_step *s, const float *weight, size_t n,
			       const float *x, const float *dz, float *dweight, float *dx)
{
	int k = s->c.kernel, side = s->c.side;
	size_t count = n * pixels(side);

	if (dx && !s->add)
		map_clear(&s->in, n, dx);
	for (size_t p = 0; p < count * (size_t)s->c.out; p++) {
		size_t pixel = p / (size_t)s->c.out, row = p % (size_t)s->c.out;
		int px = (int)(pixel % (size_t)side), py = (int)(pixel / (size_t)side) % side;

		row *= (size_t)(k * k * s->c.in);
		for (int j = 0; j < k * k; j++) {
			ptrdiff_t at = seen(s, pixel / pixels(side), py, px, j / k, j % k);

			for (int c = 0; at >= 0 && c < s->c.in; c++) {
				size_t w = row + (size_t)(j * s->c.in + c);

				dweight[w] += dz[p] * x[at + c];
				if (dx)
					dx[at + c] += dz[p] * weight[w];
			}
		}
	}
}
