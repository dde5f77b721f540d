/* conv.c -- a stack of convolutions, by the method that suits its shape */
#include <string.h>

#include "conv.h"
#include "gemm.h"
#include "im2col.h"

size_t nn_conv_scratch(const struct nn_step *s, size_t n)
{
	(void)n;
	return s->c.kernel == 1 ? 0 : nn_im2col_scratch(&s->c);
}

static size_t pixels(int side)
{
	return (size_t)side * (size_t)side;
}

void nn_conv_forward(const struct nn_step *s, const float *weight, size_t n, const float *x,
		     float *z, float *scratch)
{
	size_t in = (size_t)s->c.in, out = (size_t)s->c.out;

	if (s->c.kernel == 1)
		nn_gemm(false, true, n * pixels(s->c.side), out, in, x, (size_t)s->in.stride,
			weight, in, false, z, out);
	else
		nn_im2col_forward(s, weight, n, x, z, scratch);
}

/* Zeroes the channels of a gradient map that windows will be added to. */
static void map_clear(const struct nn_map *m, size_t n, float *dx)
{
	for (size_t i = 0; i < n * pixels(m->side); i++)
		memset(dx + i * (size_t)m->stride, 0, (size_t)m->channels * sizeof *dx);
}

void nn_conv_backward(const struct nn_step *s, const float *weight, size_t n, const float *x,
		      const float *dz, float *dweight, float *dx, float *scratch)
{
	size_t in = (size_t)s->c.in, out = (size_t)s->c.out, m = n * pixels(s->c.side);

	if (s->c.kernel == 1) {
		nn_gemm(true, false, out, in, m, dz, out, x, (size_t)s->in.stride, true, dweight,
			in);
		if (dx)
			nn_gemm(false, false, m, in, out, dz, out, weight, in, s->add, dx,
				(size_t)s->in.stride);
		return;
	}
	nn_im2col_weights(s, n, x, dz, dweight, scratch);
	if (!dx)
		return;
	if (!s->add)
		map_clear(&s->in, n, dx);
	nn_im2col_data(s, weight, n, dz, dx, scratch);
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

void nn_conv_forward_plain(const struct nn_step *s, const float *weight, size_t n, const float *x,
			   float *z)
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

void nn_conv_backward_plain(const struct nn_step *s, const float *weight, size_t n, const float *x,
			    const float *dz, float *dweight, float *dx)
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
