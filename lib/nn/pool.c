/* pool.c -- pools that follow no convolution, sums of maps, and the mean over pixels
 *
 * Pools are a mean over cells, and back a share of the gradient for each cell.
 */
#include <string.h>

#include "kernels.h"
#include "pool.h"

/* The cells that output (y, x) is the mean of: rows y0 to y1, columns x0 to x1. */
struct cells {
	size_t y0, y1, x0, x1;
	float share; /* 1 / their number */
};

static struct cells cells_of(const struct nn_step *s, size_t y, size_t x)
{
	size_t side = (size_t)s->in.side;
	struct cells c = { y, y + 2, x, x + 2, 0.25f };

	if (s->pool == NN_HALF) {
		c = (struct cells){ 2 * y, 2 * y + 2, 2 * x, 2 * x + 2, 0.25f };
	} else {
		c.y1 = c.y1 < side ? c.y1 : side;
		c.x1 = c.x1 < side ? c.x1 : side;
		c.share = 1 / (float)((c.y1 - c.y0) * (c.x1 - c.x0));
	}
	return c;
}

/* to = the mean of an output's cells. */
static void cells_mean(const struct nn_step *s, struct cells c, const float *map, float *to)
{
	size_t side = (size_t)s->in.side, stride = (size_t)s->in.stride;
	size_t channels = (size_t)s->in.channels;
	void (*add)(size_t, float, const float *, float *) = pz_nn_kernels()->add;

	memset(to, 0, channels * sizeof *to);
	for (size_t y = c.y0; y < c.y1; y++)
		for (size_t x = c.x0; x < c.x1; x++)
			add(channels, c.share, map + (y * side + x) * stride, to);
}

/* Each of an output's cells += its share of `from`. */
static void cells_spread(const struct nn_step *s, struct cells c, float *map, const float *from)
{
	size_t side = (size_t)s->in.side, stride = (size_t)s->in.stride;
	size_t channels = (size_t)s->in.channels;
	void (*add)(size_t, float, const float *, float *) = pz_nn_kernels()->add;

	for (size_t y = c.y0; y < c.y1; y++)
		for (size_t x = c.x0; x < c.x1; x++)
			add(channels, c.share, from, map + (y * side + x) * stride);
}

static size_t floats(const struct nn_map *m)
{
	return (size_t)m->side * (size_t)m->side * (size_t)m->stride;
}

void pz_nn_pool_forward(const struct nn_step *s, size_t n, const float *x, float *y)
{
	size_t side = (size_t)s->out.side, stride = (size_t)s->out.stride;

	for (size_t i = 0; i < n * side * side; i++) {
		const float *map = x + i / (side * side) * floats(&s->in);

		cells_mean(s, cells_of(s, i / side % side, i % side), map, y + i * stride);
	}
}

void pz_nn_pool_backward(const struct nn_step *s, size_t n, const float *dy, float *dx)
{
	size_t side = (size_t)s->out.side, stride = (size_t)s->in.stride;
	size_t run = (size_t)s->in.channels * sizeof *dx;

	for (size_t i = 0; !s->add && i < n * floats(&s->in) / stride; i++)
		memset(dx + i * stride, 0, run);
	for (size_t i = 0; i < n * side * side; i++) {
		float *map = dx + i / (side * side) * floats(&s->in);

		cells_spread(s, cells_of(s, i / side % side, i % side), map,
			     dy + i * (size_t)s->out.stride);
	}
}

void pz_nn_sum_forward(const struct nn_step *s, size_t n, const float *x, float *y)
{
	pz_nn_kernels()->add(n * floats(&s->in), 1, x, y);
}

void pz_nn_sum_backward(const struct nn_step *s, size_t n, const float *dy, float *dx)
{
	if (s->add)
		pz_nn_kernels()->add(n * floats(&s->in), 1, dy, dx);
	else
		memcpy(dx, dy, n * floats(&s->in) * sizeof *dx);
}

void pz_nn_mean_forward(const struct nn_map *m, const float *x, float *v)
{
	size_t channels = (size_t)m->channels, pixels = (size_t)m->side * (size_t)m->side;

	pz_nn_kernels()->sum_rows(pixels, (size_t)m->stride, channels, x, v);
	for (size_t c = 0; c < channels; c++)
		v[c] /= (float)pixels;
}

void pz_nn_mean_backward(const struct nn_map *m, const float *dv, float *dx)
{
	size_t channels = (size_t)m->channels, pixels = (size_t)m->side * (size_t)m->side;

	for (size_t c = 0; c < channels; c++)
		dx[c] = dv[c] / (float)pixels;
	for (size_t i = 1; i < pixels; i++)
		memcpy(dx + i * (size_t)m->stride, dx, channels * sizeof *dx);
}
