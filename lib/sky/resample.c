/* resample.c -- interpolation between the pixels of a frame
 *
 * The neighbourhood of the stamp is copied into a patch with a wide margin, holes
 * as zeros, so that the loops below need no edges. A kernel is a table of weights
 * per phase, eight of them whatever its width, for the compiler to make vectors of:
 *
 *      value = sum_k wy[k] sum_l wx[l] patch[y0 + k][x0 + l]
 *
 * Where there are holes the same sum over the data's 1 and 0 says how much of the
 * kernel had data, and the value is divided by it.
 */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "resample.h"

#define TAPS      8        /* weights of a row, zeros after the kernel's own */
#define PHASES    1024     /* of the table; between them weights are linear  */
#define MARGIN    4        /* pixels of the patch around the stamp           */
#define PATCH_MAX 16777216 /* pixels                                         */
#define ENOUGH    0.5F     /* of the kernel must have data                   */

static float table[2][PHASES + 1][TAPS]; /* bilinear, lanczos3 */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static double lanczos3(double x)
{
	double p = M_PI * x;

	if (x == 0)
		return 1;
	return fabs(x) < 3 && x != floor(x) ? 3 * sin(p) * sin(p / 3) / (p * p) : 0;
}

/* Weights of the six pixels around a point f beyond the third.
 *
 * Lanczos's own weights reproduce not even a flat sky, and where stamp and frame have
 * nearly the same step (most surveys) their phase drifts slowly across a star and makes
 * or unmakes half a per cent of its flux. So they are brought, by the smallest change
 * in the sense of least squares, to reproduce every cubic: L, cubic interpolation,
 * plus what of w - L is orthogonal to the cubics, which on six points is spanned by
 * the discrete Chebyshev polynomials of degree 4 and 5. */
static void fill_lanczos3(double f, float *to)
{
	static const double high[2][6] = { { 1, -3, 2, 2, -3, 1 }, { -1, 5, -10, 10, -5, 1 } };
	static const double norm[2] = { 28, 252 };
	double w[6] = { 0,
			-f * (f - 1) * (f - 2) / 6,
			(f + 1) * (f - 1) * (f - 2) / 2,
			-(f + 1) * f * (f - 2) / 2,
			(f + 1) * f * (f - 1) / 6,
			0 };
	double part[2] = { 0 };

	for (int k = 0; k < 12; k++)
		part[k / 6] += high[k / 6][k % 6] * (lanczos3(k % 6 - 2 - f) - w[k % 6]);
	for (int k = 0; k < 6; k++)
		to[k] = (float)(w[k] + part[0] / norm[0] * high[0][k] +
				part[1] / norm[1] * high[1][k]);
}

static void make_tables(void)
{
	for (int i = 0; i <= PHASES; i++) {
		double f = (double)i / PHASES;

		table[0][i][0] = (float)(1 - f);
		table[0][i][1] = (float)f;
		fill_lanczos3(f, table[1][i]);
	}
}

void resampler_release(struct resampler *r)
{
	free(r->patch);
	free(r->data);
	*r = (struct resampler){ 0 };
}

int resample_points(const struct stamp_map *m)
{
	/* Up to 1.25 frame pixels a step, what a telescope resolves is still sampled. */
	int n = (int)ceil(sqrt(map_area(m, 0, 0)) - 0.25);

	return n > 1 ? n : 1;
}

static int grow(struct resampler *r, size_t need)
{
	if (need <= r->room)
		return 0;
	free(r->patch);
	free(r->data);
	r->patch = malloc(need * sizeof *r->patch);
	r->data = malloc(need * sizeof *r->data);
	r->room = r->patch && r->data ? need : 0;
	return r->room ? 0 : pz_fail(PZ_ENOMEM, "no memory for a stamp's surroundings");
}

/* Copies one row of the frame, from x0 on, into row[] and has[]. */
static void copy_row(struct resampler *r, const struct window *w, long y, float *row, float *has)
{
	long from = r->x0 > 0 ? r->x0 : 0;
	long to = r->x0 + r->width < w->width ? r->x0 + r->width : w->width;
	const float *p;

	memset(row, 0, (size_t)r->width * sizeof *row);
	memset(has, 0, (size_t)r->width * sizeof *has);
	if (y < w->y0 || y >= w->y0 + w->rows || from >= to) {
		r->holes = true;
		return;
	}
	p = w->pixels + (y - w->y0) * w->width;
	for (long x = from; x < to; x++) {
		bool good = fabsf(p[x]) <= 3.4e38F;

		row[x - r->x0] = good ? p[x] : 0;
		has[x - r->x0] = good ? 1 : 0;
		r->holes |= !good;
	}
	r->holes |= to - from < r->width;
}

/* Fills the patch: 1, or 0 where stamp and frame have nothing in common. */
static int fill_patch(struct resampler *r, const struct window *w, const struct stamp_map *m)
{
	int rc;

	if (!(m->high[0] > -1 && m->low[0] < (double)w->width && m->high[1] > -1 &&
	      m->low[1] < (double)w->height))
		return 0;
	if ((m->high[0] - m->low[0] + 32) * (m->high[1] - m->low[1] + 32) > PATCH_MAX)
		return pz_fail(PZ_EDATA, "a stamp covers more than %d pixels of the frame",
			       PATCH_MAX);
	r->x0 = (long)floor(m->low[0]) - MARGIN;
	r->y0 = (long)floor(m->low[1]) - MARGIN;
	r->width = (long)ceil(m->high[0]) + MARGIN + TAPS - r->x0;
	r->height = (long)ceil(m->high[1]) + MARGIN + 1 - r->y0;
	r->holes = false;
	if ((rc = grow(r, (size_t)(r->width * r->height))) < 0)
		return rc;
	for (long y = 0; y < r->height; y++)
		copy_row(r, w, r->y0 + y, r->patch + y * r->width, r->data + y * r->width);
	return 1;
}

/* The weights for a point f = 0..1 beyond a pixel's centre. */
static inline void weigh(const float t[][TAPS], double f, float *w)
{
	int i = (int)(f * PHASES);
	float rest = (float)(f * PHASES - i);

	for (int l = 0; l < TAPS; l++)
		w[l] = t[i][l] + rest * (t[i + 1][l] - t[i][l]);
}

static inline float sum(const float *p, long stride, const float *wx, const float *wy, int taps)
{
	float a[TAPS] = { 0 };

	for (int k = 0; k < taps; k++)
		for (int l = 0; l < TAPS; l++)
			a[l] += wy[k] * p[k * stride + l];
	for (int l = 0; l < TAPS; l++)
		a[l] *= wx[l];
	return ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]));
}

/* The frame at (x, y), frame pixels, into *value; false: no data there. */
static inline bool sample(const struct resampler *r, const float t[][TAPS], int taps, double x,
			  double y, float *value)
{
	double fx = floor(x), fy = floor(y);
	long at_x = (long)fx - (taps / 2 - 1) - r->x0, at_y = (long)fy - (taps / 2 - 1) - r->y0;
	float wx[TAPS], wy[TAPS], has;
	const float *p;

	if (at_x < 0 || at_y < 0 || at_x + TAPS > r->width || at_y + taps > r->height)
		return false;
	p = r->patch + at_y * r->width + at_x;
	weigh(t, x - fx, wx);
	weigh(t, y - fy, wy);
	*value = sum(p, r->width, wx, wy, taps);
	if (!r->holes)
		return true;
	has = sum(r->data + (p - r->patch), r->width, wx, wy, taps);
	if (has < ENOUGH)
		return false;
	*value /= has;
	return true;
}

static inline bool nearest(const struct resampler *r, double x, double y, float *value)
{
	long at_x = (long)floor(x + 0.5) - r->x0, at_y = (long)floor(y + 0.5) - r->y0, at;

	if (at_x < 0 || at_y < 0 || at_x >= r->width || at_y >= r->height)
		return false;
	at = at_y * r->width + at_x;
	*value = r->patch[at];
	return r->data[at] > 0;
}

/* One stamp pixel, the mean of n x n points; false: no data. */
static inline bool pixel(const struct resampler *r, enum pz_kernel kernel,
			 const struct stamp_map *m, int size, int n, const double *points, int i,
			 int j, float *value)
{
	float total = 0, one = 0;
	int good = 0;

	for (int s = 0; s < n * n; s++) {
		int a = i * n + s % n, b = j * n + s / n;
		double xy[2];
		bool has;

		if (points)
			memcpy(xy, points + 2 * ((size_t)b * (size_t)(size * n) + (size_t)a),
			       sizeof xy);
		else
			map_point(m, (a - (size * n - 1) / 2.0) / n, (b - (size * n - 1) / 2.0) / n,
				  xy);
		if (kernel == PZ_LANCZOS3)
			has = sample(r, table[1], 6, xy[0], xy[1], &one);
		else if (kernel == PZ_BILINEAR)
			has = sample(r, table[0], 2, xy[0], xy[1], &one);
		else
			has = nearest(r, xy[0], xy[1], &one);
		total += has ? one : 0;
		good += has;
	}
	*value = good ? total / (float)good : 0;
	return 2 * good >= n * n && good > 0;
}

double resample(struct resampler *r, enum pz_kernel kernel, const struct window *w,
		const struct stamp_map *m, int size, const double *points, float *stamp)
{
	int n = resample_points(m), good = 0, rc;
	double middle = (size - 1) / 2.0, area = map_area(m, 0, 0) * w->scale;

	pthread_once(&once, make_tables);
	memset(stamp, 0, (size_t)size * (size_t)size * sizeof *stamp);
	if (m->kind == MAP_NONE || (rc = fill_patch(r, w, m)) == 0)
		return 0;
	if (rc < 0)
		return rc;
	for (int j = 0; j < size; j++)
		for (int i = 0; i < size; i++) {
			float value;

			if (!pixel(r, kernel, m, size, n, points, i, j, &value))
				continue;
			if (m->kind != MAP_AFFINE)
				area = map_area(m, i - middle, j - middle) * w->scale;
			stamp[j * size + i] = (float)(value * area);
			good++;
		}
	return (double)good / ((double)size * size);
}
