/* sums.h -- values of points between the pixels of a frame, by each of the kernels
 *
 * The functions are inlined where they are called, for the CPU that is compiled for.
 */
#ifndef SUMS_H
#define SUMS_H

#include "lanczos3.h"
#include "points.h"
#include "resample.h"

#define SUMS_WHOLE 0.99999F /* of the kernel, for weights are rounded */

/* Whether any of n kernels has a hole. Where none has, shares are those of pixels that are all 1:
 * the same bits, but no pixel is looked at. */
PZ_INLINE bool is_near_hole(const struct surroundings *s, const int32_t *at, int n)
{
	unsigned near = 0;

	for (int k = 0; k < n; k++)
		near |= s->near[at[k]];
	return near;
}

/* Values of all points, and shares of the kernel that have data. */
PZ_INLINE void sum_lanczos3(const struct surroundings *s, struct run *run)
{
	int whole = (run->count + LANCZOS3_GROUP - 1) / LANCZOS3_GROUP * LANCZOS3_GROUP;

	int32_t phase[2][POINTS_RUN];
	float rest[2][POINTS_RUN];
	struct lanczos3_points points = { run->at, { phase[0], phase[1] }, { rest[0], rest[1] } };
	struct lanczos3_pixels of = { s->pixels, s->turned ? s->stride : 1,
				      s->turned ? 1 : s->stride };
	struct lanczos3_pixels data = { s->data, of.x, of.y };

	for (int k = run->count; k < whole; k++) {
		run->at[k] = 0;
		run->fx[k] = run->fy[k] = 0;
	}
	lanczos3_find(whole, s->turned ? run->fy : run->fx, phase[0], rest[0]);
	lanczos3_find(whole, s->turned ? run->fx : run->fy, phase[1], rest[1]);
	for (int k = 0; k < whole; k += LANCZOS3_GROUP)
		lanczos3_sum(&of, &points, k, run->value + k);
	for (int k = 0; k < whole && s->holes; k += LANCZOS3_GROUP)
		if (is_near_hole(s, run->at + k, LANCZOS3_GROUP))
			lanczos3_sum(&data, &points, k, run->share + k);
		else
			lanczos3_sum_ones(&points, k, run->share + k);
}

PZ_INLINE float between(const float *p, long stride, float fx, float fy)
{
	float low = (1 - fx) * p[0] + fx * p[1];
	float high = (1 - fx) * p[stride] + fx * p[stride + 1];

	return (1 - fy) * low + fy * high;
}

PZ_INLINE void sum_bilinear(const struct surroundings *s, struct run *run)
{
	static const float ones[] = { 1, 1, 1, 1 };

	for (int k = 0; k < run->count; k++)
		run->value[k] = between(s->pixels + run->at[k], s->stride, run->fx[k], run->fy[k]);
	if (s->holes && !is_near_hole(s, run->at, run->count))
		for (int k = 0; k < run->count; k++)
			run->share[k] = between(ones, 2, run->fx[k], run->fy[k]);
	else if (s->holes)
		for (int k = 0; k < run->count; k++)
			run->share[k] =
				between(s->data + run->at[k], s->stride, run->fx[k], run->fy[k]);
}

PZ_INLINE void sum_nearest(const struct surroundings *s, struct run *run)
{
	for (int k = 0; k < run->count; k++)
		run->value[k] = s->pixels[run->at[k]];
	for (int k = 0; k < run->count && s->holes; k++)
		run->share[k] = s->data[run->at[k]];
}

/* Divides n values by the share of the kernel that has data; below RESAMPLE_ENOUGH of it there are
 * no data.
 */
PZ_INLINE void divide_shares(float *restrict value, float *restrict share, int n)
{
	for (int k = 0; k < n; k++) {
		bool good = share[k] >= RESAMPLE_ENOUGH;

		value[k] = good ? value[k] / share[k] : 0;
		share[k] = !good ? 0 : share[k] > SUMS_WHOLE ? 1 : share[k];
	}
}

/* The same of a run; points outside have no share. */
PZ_INLINE void complete_points(bool holes, struct run *run)
{
	for (int k = 0; k < run->count && !holes; k++)
		run->share[k] = 1;
	for (int k = 0; k < run->count && !run->straight; k++)
		run->share[k] = run->inside[k] ? run->share[k] : 0;
	divide_shares(run->value, run->share, run->count);
}

/* Values and shares of a run of points. */
PZ_INLINE void sum_points(const struct surroundings *s, const struct points *p,
			  enum pz_kernel kernel, int a, int b, struct run *run)
{
	double before = kernel == PZ_LANCZOS3 ? 2 : kernel == PZ_BILINEAR ? 0 : -0.5;

	run->straight = settle_line(p, run, a, b, before);
	if (!run->straight) {
		locate_points(p, run, a, b, before);
		settle_points(p, run);
	}
	if (kernel == PZ_LANCZOS3)
		sum_lanczos3(s, run);
	else if (kernel == PZ_BILINEAR)
		sum_bilinear(s, run);
	else
		sum_nearest(s, run);
	run->whole = !s->holes && run->straight;
	if (!run->whole)
		complete_points(s->holes, run);
}

#endif
