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

#include "../base/inline.h"

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

typedef float lanczos3_v8 __attribute__((vector_size(32)));
/* The same where it lies among floats. */
typedef float lanczos3_floats __attribute__((vector_size(32), aligned(4), may_alias));

PZ_INLINE const lanczos3_floats *lanczos3_at(const float *p)
{
	return (const lanczos3_floats *)p;
}

/* The phases of n points f = 0..1 beyond the third pixel, and how far beyond the phases. */
PZ_INLINE void lanczos3_find(int n, const float *f, int32_t *phase, float *rest)
{
	for (int k = 0; k < n; k++) {
		phase[k] = (int32_t)(f[k] * LANCZOS3_PHASES);
		rest[k] = f[k] * LANCZOS3_PHASES - (float)phase[k];
	}
}

PZ_INLINE void lanczos3_weigh(int32_t phase, float rest, lanczos3_v8 *w)
{
	const struct lanczos3_phase *t = &pz_lanczos3_table[phase];

	*w = *lanczos3_at(t->weight) + rest * *lanczos3_at(t->growth);
}

/* ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)) of the elements of each of eight vectors. */
PZ_INLINE void lanczos3_fold(const lanczos3_v8 v[LANCZOS3_GROUP], float *sums)
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

/* 1 where the kernels of a group begin at pixels that follow one another, -1 where these come from
 * the last to the first; else 0. */
PZ_INLINE int lanczos3_direction(const int32_t *at)
{
	int32_t up = 0, down = 0;

	for (int i = 1; i < LANCZOS3_GROUP; i++) {
		up |= at[i] - at[0] - i;
		down |= at[i] - at[0] + i;
	}
	return up == 0 ? 1 : down == 0 ? -1 : 0;
}

/* Element i of vector j to element j of vector i. */
PZ_INLINE void lanczos3_transpose(lanczos3_v8 v[LANCZOS3_GROUP])
{
	lanczos3_v8 two[8], four[8];

	for (int i = 0; i < 4; i++) {
		two[2 * i] =
			__builtin_shufflevector(v[2 * i], v[2 * i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
		two[2 * i + 1] =
			__builtin_shufflevector(v[2 * i], v[2 * i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
	}
	for (int i = 0; i < 8; i += 4)
		for (int j = 0; j < 2; j++) {
			four[i + 2 * j] = __builtin_shufflevector(two[i + j], two[i + j + 2], 0, 1,
								  8, 9, 4, 5, 12, 13);
			four[i + 2 * j + 1] = __builtin_shufflevector(two[i + j], two[i + j + 2], 2,
								      3, 10, 11, 6, 7, 14, 15);
		}
	for (int i = 0; i < 4; i++) {
		v[i] = __builtin_shufflevector(four[i], four[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
		v[i + 4] =
			__builtin_shufflevector(four[i], four[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
	}
}

/* Pixels, and the steps from one to the next in x and in y: one of them is 1. */
struct lanczos3_pixels {
	const float *pixels;
	long x, y;
};

/* The weights of a group, a vector for each pixel of the kernel; direction -1: from the last point
 * to the first. */
PZ_INLINE void lanczos3_weigh_group(const struct lanczos3_points *p, int k, int direction,
				    lanczos3_v8 wx[LANCZOS3_GROUP], lanczos3_v8 wy[LANCZOS3_GROUP])
{
	for (int i = 0; i < LANCZOS3_GROUP; i++) {
		int from = direction > 0 ? k + i : k + LANCZOS3_GROUP - 1 - i;

		lanczos3_weigh(p->phase[0][from], p->rest[0][from], &wx[i]);
		lanczos3_weigh(p->phase[1][from], p->rest[1][from], &wy[i]);
	}
	lanczos3_transpose(wx);
	lanczos3_transpose(wy);
}

/* The sum of six columns, in the order of lanczos3_fold. */
PZ_INLINE void lanczos3_join(const lanczos3_v8 v[6], lanczos3_v8 *sum)
{
	*sum = ((v[0] + v[4]) + v[2]) + ((v[1] + v[5]) + v[3]);
}

/* The sums of a group whose kernels begin at neighbours in memory, all points at once: a vector has
 * a pixel, or a weight, of each, in the order of the pixels. */
PZ_INLINE void lanczos3_sum_row(const struct lanczos3_pixels *of, const struct lanczos3_points *p,
				int k, int direction, float *sums)
{
	const float *first = of->pixels + p->at[direction > 0 ? k : k + LANCZOS3_GROUP - 1];
	lanczos3_v8 wx[LANCZOS3_GROUP], wy[LANCZOS3_GROUP], v[6], sum;

	lanczos3_weigh_group(p, k, direction, wx, wy);
	for (int l = 0; l < 6; l++) {
		v[l] = wy[0] * *lanczos3_at(first + l * of->x);
		for (int j = 1; j < LANCZOS3_ROWS; j++)
			v[l] += wy[j] * *lanczos3_at(first + l * of->x + j * of->y);
		v[l] *= wx[l];
	}
	lanczos3_join(v, &sum);
	if (direction < 0)
		sum = __builtin_shufflevector(sum, sum, 7, 6, 5, 4, 3, 2, 1, 0);
	*(lanczos3_floats *)sums = sum;
}

/* The columns of a kernel's pixels, each weighted and summed. */
PZ_INLINE void lanczos3_sum_columns(const float *first, const struct lanczos3_pixels *of,
				    const float *wy, lanczos3_v8 *v)
{
	lanczos3_v8 row[LANCZOS3_TAPS];
	int lines = of->x > 1 ? LANCZOS3_TAPS : LANCZOS3_ROWS;
	long step = of->x > 1 ? of->x : of->y;

	for (int j = 0; j < lines; j++)
		row[j] = *lanczos3_at(first + j * step);
	if (of->x > 1)
		lanczos3_transpose(row);
	*v = wy[0] * row[0];
	for (int j = 1; j < LANCZOS3_ROWS; j++)
		*v += wy[j] * row[j];
}

/* The sums of a group of points, from point k on. */
PZ_INLINE void lanczos3_sum(const struct lanczos3_pixels *of, const struct lanczos3_points *p,
			    int k, float *sums)
{
	float wy[LANCZOS3_GROUP][LANCZOS3_TAPS];
	lanczos3_v8 w, v[LANCZOS3_GROUP];
	int direction = lanczos3_direction(p->at + k);

	if (direction) {
		lanczos3_sum_row(of, p, k, direction, sums);
		return;
	}
	for (int i = 0; i < LANCZOS3_GROUP; i++) {
		lanczos3_weigh(p->phase[1][k + i], p->rest[1][k + i], &w);
		*(lanczos3_floats *)wy[i] = w;
	}
	for (int i = 0; i < LANCZOS3_GROUP; i++) {
		lanczos3_sum_columns(of->pixels + p->at[k + i], of, wy[i], &v[i]);
		lanczos3_weigh(p->phase[0][k + i], p->rest[0][k + i], &w);
		v[i] *= w;
	}
	lanczos3_fold(v, sums);
}

/* The same sums where all pixels are 1. */
PZ_INLINE void lanczos3_sum_ones(const struct lanczos3_points *p, int k, float *sums)
{
	lanczos3_v8 wx[LANCZOS3_GROUP], wy[LANCZOS3_GROUP], column;

	lanczos3_weigh_group(p, k, 1, wx, wy);
	column = wy[0];
	for (int j = 1; j < LANCZOS3_ROWS; j++)
		column += wy[j];
	for (int l = 0; l < 6; l++)
		wx[l] = column * wx[l];
	lanczos3_join(wx, &column);
	*(lanczos3_floats *)sums = column;
}

#endif
