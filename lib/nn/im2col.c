/* im2col.c -- convolutions as products of copied windows */
#include <string.h>

#include "gemm.h"
#include "im2col.h"

#define STRIP_FLOATS ((size_t)1 << 15) /* of windows at a time: half of a second cache */

static size_t window(const struct nn_conv *c)
{
	return (size_t)(c->kernel * c->kernel * c->in);
}

/* Rows of output pixels whose windows are made at a time. */
static size_t strip_rows(const struct nn_conv *c)
{
	size_t row = window(c) * (size_t)c->side;

	return row < STRIP_FLOATS ? STRIP_FLOATS / row : 1;
}

/* Floats of the copied windows; the workspace of the products follows them. */
static size_t strip_floats(const struct nn_conv *c)
{
	return strip_rows(c) * window(c) * (size_t)c->side;
}

size_t pz_nn_im2col_scratch(const struct nn_conv *c)
{
	return strip_floats(c) + NN_GEMM_SCRATCH;
}

/* Copies (gather) a row of pixels into its windows, or adds (scatter) windows
 * back to it: for row ky of the kernel, output row at `cols`. */
static void row_gather(const struct nn_step *s, const float *x, float *cols, size_t step)
{
	int k = s->c.kernel, side = s->in.side;
	size_t in = (size_t)s->c.in;

	for (int ox = 0; ox < s->c.side; ox++, cols += step) {
		for (int kx = 0; kx < k; kx++) {
			int ix = ox + kx - s->c.pad;

			if (ix < 0 || ix >= side)
				memset(cols + (size_t)kx * in, 0, in * sizeof *cols);
			else
				memcpy(cols + (size_t)kx * in,
				       x + (size_t)ix * (size_t)s->in.stride, in * sizeof *cols);
		}
	}
}

static void row_scatter(const struct nn_step *s, float *x, const float *cols, size_t step)
{
	int k = s->c.kernel, side = s->in.side;
	size_t in = (size_t)s->c.in;

	for (int ox = 0; ox < s->c.side; ox++, cols += step) {
		for (int kx = 0; kx < k; kx++) {
			int ix = ox + kx - s->c.pad;
			float *to = x + (ptrdiff_t)ix * s->in.stride;

			if (ix < 0 || ix >= side)
				continue;
			for (size_t c = 0; c < in; c++)
				to[c] += cols[(size_t)kx * in + c];
		}
	}
}

/* Where input row (r, ky) of output row r (counted over all n maps) begins, as
 * an offset; false where it lies in the padding. */
static bool row_find(const struct nn_step *s, size_t r, int ky, size_t *at)
{
	size_t map = r / (size_t)s->c.side;
	int y = (int)(r % (size_t)s->c.side) + ky - s->c.pad;

	if (y < 0 || y >= s->in.side)
		return false;
	*at = (map * (size_t)s->in.side + (size_t)y) * (size_t)s->in.side * (size_t)s->in.stride;
	return true;
}

static void strip_gather(const struct nn_step *s, size_t from, size_t to, const float *x,
			 float *cols)
{
	size_t step = window(&s->c), kernel_row = (size_t)(s->c.kernel * s->c.in), at;

	for (size_t r = from; r < to; r++, cols += step * (size_t)s->c.side) {
		for (int ky = 0; ky < s->c.kernel; ky++) {
			float *run = cols + (size_t)ky * kernel_row;

			if (row_find(s, r, ky, &at)) {
				row_gather(s, x + at, run, step);
				continue;
			}
			for (int ox = 0; ox < s->c.side; ox++)
				memset(run + (size_t)ox * step, 0, kernel_row * sizeof *run);
		}
	}
}

static void strip_scatter(const struct nn_step *s, size_t from, size_t to, float *x,
			  const float *cols)
{
	size_t step = window(&s->c), kernel_row = (size_t)(s->c.kernel * s->c.in), at;

	for (size_t r = from; r < to; r++, cols += step * (size_t)s->c.side)
		for (int ky = 0; ky < s->c.kernel; ky++)
			if (row_find(s, r, ky, &at))
				row_scatter(s, x + at, cols + (size_t)ky * kernel_row, step);
}

void pz_nn_im2col_forward(const struct nn_step *s, const float *planes, size_t n, const float *x,
			  float *z, float *scratch)
{
	size_t side = (size_t)s->c.side, out = (size_t)s->c.out, k = window(&s->c);
	size_t rows = n * side, strip = strip_rows(&s->c);

	for (size_t r = 0; r < rows; r += strip) {
		size_t end = r + strip < rows ? r + strip : rows;

		strip_gather(s, r, end, x, scratch);
		pz_nn_gemm_multiply((end - r) * side, out, k, NN_ROWS(scratch, k), planes, false,
				    z + r * side * out, out);
	}
}

void pz_nn_im2col_weights(const struct nn_step *s, size_t n, const float *x, const float *dz,
			  float *dweight, float *scratch)
{
	size_t side = (size_t)s->c.side, out = (size_t)s->c.out, k = window(&s->c);
	size_t rows = n * side, strip = strip_rows(&s->c);

	for (size_t r = 0; r < rows; r += strip) {
		size_t end = r + strip < rows ? r + strip : rows;

		strip_gather(s, r, end, x, scratch);
		pz_nn_gemm(out, k, (end - r) * side, NN_COLUMNS(dz + r * side * out, out),
			   NN_ROWS(scratch, k), true, dweight, k, scratch + strip_floats(&s->c));
	}
}

void pz_nn_im2col_data(const struct nn_step *s, const float *planes, size_t n, const float *dz,
		       float *dx, float *scratch)
{
	size_t side = (size_t)s->c.side, out = (size_t)s->c.out, k = window(&s->c);
	size_t rows = n * side, strip = strip_rows(&s->c);

	for (size_t r = 0; r < rows; r += strip) {
		size_t end = r + strip < rows ? r + strip : rows;

		pz_nn_gemm_multiply((end - r) * side, k, out, NN_ROWS(dz + r * side * out, out),
				    planes, false, scratch, k);
		strip_scatter(s, r, end, dx, scratch);
	}
}
