/* lanczos3.h -- the kernel lanczos3: weights by a table, and sums with them
 *
 *      value = sum_k wy[k] sum_l wx[l] patch[y0 + k][x0 + l]
 *
 * of six rows and six columns, as eight for vectors. Points come eight at a time, so that
 * the last sums, across vectors, are made for all of them at once. The functions are
 * inlined where they are called, for the CPU that is compiled for; whichever it is, they
 * add in the same order and fuse nothing.
 */
#ifndef LANCZOS3_H
#define LANCZOS3_H

#include <stdint.h>

#define LANCZOS3_TAPS   8 /* weights of a row, zeros after the six              */
#define LANCZOS3_ROWS   6
#define LANCZOS3_PHASES 1024 /* of the table; between them weights are linear      */
#define LANCZOS3_GROUP  8    /* points                                             */

/* The weights of a point f = phase / PHASES beyond the pixel that is third, and how much
 * they grow to the next phase. One more: f below 1 may round to 1. */
struct lanczos3_phase { /* a cache line */
	_Alignas(64) float weight[LANCZOS3_TAPS];
	float growth[LANCZOS3_TAPS];
};
extern struct lanczos3_phase pz_lanczos3_table[LANCZOS3_PHASES + 1];

/* Fills the table: once, before all else. */
void pz_lanczos3_prepare(void);

#define LANCZOS3_INLINE static inline __attribute__((always_inline))

typedef float lanczos3_v8 __attribute__((vector_size(32)));
/* The same where it lies among floats. */
typedef float lanczos3_floats __attribute__((vector_size(32), aligned(4), may_alias));

LANCZOS3_INLINE const lanczos3_floats *lanczos3_at(const float *p)
{
	return (const lanczos3_floats *)p;
}

/* The phases of n points f = 0..1 beyond the third pixel, and how far beyond the phases. */
LANCZOS3_INLINE void lanczos3_find(int n, const float *f, int32_t *phase, float *rest)
{
	for (int k = 0; k < n; k++) {
		phase[k] = (int32_t)(f[k] * LANCZOS3_PHASES);
		rest[k] = f[k] * LANCZOS3_PHASES - (float)phase[k];
	}
}

LANCZOS3_INLINE void lanczos3_weigh(int32_t phase, float rest, lanczos3_v8 *w)
{
	const struct lanczos3_phase *t = &pz_lanczos3_table[phase];

	*w = *lanczos3_at(t->weight) + rest * *lanczos3_at(t->growth);
}

/* ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)) of the elements of each of eight vectors. */
LANCZOS3_INLINE void lanczos3_fold(const lanczos3_v8 v[LANCZOS3_GROUP], float *sums)
{
	lanczos3_v8 half[4], quarter[2];

	for (int i = 0; i < 4; i++)
		half[i] = __builtin_shufflevector(v[i], v[i + 4], 0, 1, 2, 3, 8, 9, 10, 11) +
			  __builtin_shufflevector(v[i], v[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
	for (int i = 0; i < 2; i++)
		quarter[i] = __builtin_shufflevector(half[2 * i], half[2 * i + 1], 0, 1, 8, 9, 4, 5,
						     12, 13) +
			     __builtin_shufflevector(half[2 * i], half[2 * i + 1], 2, 3, 10, 11, 6,
						     7, 14, 15);
	*(lanczos3_floats *)sums =
		__builtin_shufflevector(quarter[0], quarter[1], 0, 2, 8, 10, 4, 6, 12, 14) +
		__builtin_shufflevector(quarter[0], quarter[1], 1, 3, 9, 11, 5, 7, 13, 15);
}

/* Points of a frame: their kernels' first pixels, and their phases in x and y. */
struct lanczos3_points {
	const int32_t *at, *phase[2];
	const float *rest[2];
};

/* The sums of a group of points, from point k on; lines of pixels are stride apart. */
LANCZOS3_INLINE void lanczos3_sum(const float *pixels, long stride, const struct lanczos3_points *p,
				  int k, float *sums)
{
	float wy[LANCZOS3_GROUP][LANCZOS3_TAPS];
	lanczos3_v8 w, v[LANCZOS3_GROUP];

	for (int i = 0; i < LANCZOS3_GROUP; i++) {
		lanczos3_weigh(p->phase[1][k + i], p->rest[1][k + i], &w);
		*(lanczos3_floats *)wy[i] = w;
	}
	for (int i = 0; i < LANCZOS3_GROUP; i++) {
		const float *first = pixels + p->at[k + i];

		v[i] = wy[i][0] * *lanczos3_at(first);
		for (int j = 1; j < LANCZOS3_ROWS; j++)
			v[i] += wy[i][j] * *lanczos3_at(first + j * stride);
		lanczos3_weigh(p->phase[0][k + i], p->rest[0][k + i], &w);
		v[i] *= w;
	}
	lanczos3_fold(v, sums);
}

/* The same sums where all pixels are 1. */
LANCZOS3_INLINE void lanczos3_sum_ones(const struct lanczos3_points *p, int k, float *sums)
{
	lanczos3_v8 w, v[LANCZOS3_GROUP];

	for (int i = 0; i < LANCZOS3_GROUP; i++) {
		float column = 0;

		lanczos3_weigh(p->phase[1][k + i], p->rest[1][k + i], &w);
		for (int j = 0; j < LANCZOS3_ROWS; j++)
			column += w[j];
		lanczos3_weigh(p->phase[0][k + i], p->rest[0][k + i], &w);
		v[i] = column * w;
	}
	lanczos3_fold(v, sums);
}

#endif
