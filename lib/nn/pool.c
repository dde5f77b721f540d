/* pool.c -- pools that follow no convolution, and the mean over pixels
 *
 * All are a mean over cells, and back a share of the gradient for each cell.
 */
#include <string.h>

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

/* to += share * from */
static void run_add(float *restrict to, const float *restrict from, float share, size_t n)
{
	for (size_t c = 0; c < n; c++)
		to[c] += share * from[c];
}

/* Over the cells of one output: forth y = sum, back every cell += its share. */
static void cells_walk(const struct nn_step *s, struct cells c, float *map, float *out, bool back)
{
	size_t side = (size_t)s->in.side, stride = (size_t)s->in.stride;
	size_t channels = (size_t)s->in.channels;

	for (size_t y = c.y0; y < c.y1; y++) {
		for (size_t x = c.x0; x < c.x1; x++) {
			float *cell = map + (y * side + x) * stride;

			if (back)
				run_add(cell, out, c.share, channels);
			else
				run_add(out, cell, c.share, channels);
		}
	}
}

static void map_walk(const struct nn_step *s, float *map, float *out, bool back)
{
	size_t side = (size_t)s->out.side, channels = (size_t)s->in.channels;

	for (size_t y = 0; y < side; y++) {
		for (size_t x = 0; x < side; x++) {
			float *to = out + (y * side + x) * (size_t)s->out.stride;

			if (!back)
				memset(to, 0, channels * sizeof *to);
			cells_walk(s, cells_of(s, y, x), map, to, back);
		}
	}
}

static size_t floats(const struct nn_map *m)
{
	return (size_t)m->side * (size_t)m->side * (size_t)m->stride;
}

void nn_pool_forward(const struct nn_step *s, size_t n, const float *x, float *y)
{
	for (size_t i = 0; i < n; i++)
		map_walk(s, (float *)x + i * floats(&s->in), y + i * floats(&s->out), false);
}

void nn_pool_backward(const struct nn_step *s, size_t n, const float *dy, float *dx)
{
	size_t run = (size_t)s->in.channels * sizeof *dx, stride = (size_t)s->in.stride;

	for (size_t i = 0; !s->add && i < n * floats(&s->in) / stride; i++)
		memset(dx + i * stride, 0, run);
	for (size_t i = 0; i < n; i++)
		map_walk(s, dx + i * floats(&s->in), (float *)dy + i * floats(&s->out), true);
}

void nn_mean_forward(const struct nn_map *m, const float *x, float *v)
{
	size_t channels = (size_t)m->channels, pixels = (size_t)m->side * (size_t)m->side;

	memset(v, 0, channels * sizeof *v);
	for (size_t i = 0; i < pixels; i++)
		run_add(v, x + i * (size_t)m->stride, 1, channels);
	for (size_t c = 0; c < channels; c++)
		v[c] /= (float)pixels;
}

void nn_mean_backward(const struct nn_map *m, const float *dv, float *dx)
{
	size_t channels = (size_t)m->channels, pixels = (size_t)m->side * (size_t)m->side;

	for (size_t i = 0; i < pixels; i++)
		for (size_t c = 0; c < channels; c++)
			dx[i * (size_t)m->stride + c] = dv[c] / (float)pixels;
}
