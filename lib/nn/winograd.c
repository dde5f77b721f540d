/* winograd.c -- how a convolution is cut into tiles, and when that pays */
#include <string.h>

#include "winograd.h"
#include "winograd_set.h"

#define BLOCK 36 /* tiles at a time: 24 to 48 make no difference that can be measured */

static const struct nn_winograd_set *const sets[] = {
#ifdef __x86_64__
	&pz_nn_winograd_avx512,
	&pz_nn_winograd_avx2,
#endif
	&pz_nn_winograd_plain,
};

static const struct nn_winograd_set *set_find(const char *cpu)
{
	size_t last = sizeof sets / sizeof *sets - 1;

	for (size_t i = 0; i < last; i++)
		if (!strcmp(sets[i]->name, cpu))
			return sets[i];
	return sets[last];
}

/* G: row +-a holds the powers of +-a over the value at a of the polynomial
 * through all other points, the last row the highest power alone. */
static void filter_fill(struct nn_winograd *w)
{
	static const double point[2][3] = { { 0.625, 1.5 }, { 1, 0.5, 2 } };
	const double *a = point[w->reach == 8];
	size_t pairs = w->reach / 2 - 1;
	double zero = 1;

	memset(w->filter, 0, sizeof w->filter);
	for (size_t k = 0; k < pairs; k++) {
		double divisor = 2 * a[k] * a[k], power = 1;

		zero *= -a[k] * a[k];
		for (size_t l = 0; l < pairs; l++)
			divisor *= l == k ? 1 : a[k] * a[k] - a[l] * a[l];
		for (size_t i = 0; i < w->kernel; i++, power *= a[k]) {
			w->filter[2 * k + 1][i] = (float)(power / divisor);
			w->filter[2 * k + 2][i] = (float)((i % 2 ? -power : power) / divisor);
		}
	}
	w->filter[0][0] = (float)(1 / zero);
	w->filter[w->reach - 1][w->kernel - 1] = 1;
}

static size_t round_up(size_t n, size_t step)
{
	return (n + step - 1) / step * step;
}

static size_t tiles_along(size_t side, size_t tile)
{
	return (side + tile - 1) / tile;
}

/* Of the two tiles of a 3x3 kernel that which multiplies less at this side. */
static size_t tile_of(size_t kernel, size_t side)
{
	size_t small = 6 * tiles_along(side, 4), large = 8 * tiles_along(side, 6);

	return kernel == 3 && large < small ? 6 : 4;
}

void pz_nn_winograd_make(struct nn_winograd *w, int kernel, int side, int in, int out,
			 const char *cpu)
{
	const struct nn_winograd_set *set = set_find(cpu);
	size_t panel = 2 * set->width, points, tile_floats;

	*w = (struct nn_winograd){ .kernel = (size_t)kernel,
				   .side = (size_t)side,
				   .in = (size_t)in,
				   .out = (size_t)out,
				   .set = set };
	w->tile = tile_of(w->kernel, w->side);
	w->reach = w->tile + w->kernel - 1;
	points = w->reach * w->reach;
	w->weights = points * w->in * round_up(w->out, panel);
	w->weights_back = points * w->out * round_up(w->in, panel);
	tile_floats = points * (round_up(w->in, set->width) + round_up(w->out, set->width) + panel);
	w->block = BLOCK;
	w->scratch = BLOCK * tile_floats + 3 * points * NN_WINOGRAD_SKEW;
	filter_fill(w);
}

/* Measured with 8 maps (tests/bench/bench_winograd): with sides of 2 most of a
 * tile is padding, with very few channels out the transform of x is all the
 * work; everywhere else 1.2 to 10 times faster. */
bool pz_nn_winograd_pays(int kernel, int side, int in, int out)
{
	(void)in;
	return (kernel == 3 || kernel == 5) && side >= 3 && out >= 8;
}

void pz_nn_winograd_weights(const struct nn_winograd *w, const float *weight, float *u, float *ut)
{
	w->set->weights(w, weight, u, ut);
}

void pz_nn_winograd_forward(const struct nn_winograd *w, const float *u, size_t n, const float *x,
			    size_t xs, float *z, size_t zs, float *scratch)
{
	w->set->forward(w, u, n, x, xs, z, zs, scratch);
}

void pz_nn_winograd_backward(const struct nn_winograd *w, const float *ut, size_t n, const float *x,
			     size_t xs, const float *dz, size_t zs, float *du, float *dx,
			     float *scratch)
{
	w->set->backward(w, ut, n, x, xs, dz, zs, du, dx, scratch);
}

void pz_nn_winograd_gradient(const struct nn_winograd *w, const float *du, float *dweight)
{
	w->set->gradient(w, du, dweight);
}
