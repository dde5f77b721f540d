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

		row[x - r->x0] = good ? p[x] - w->bias : 0;
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

typedef float v4 __attribute__((vector_size(16)));

static inline v4 load(const float *p)
{
	v4 v;

	memcpy(&v, p, sizeof v);
	return v;
}

/* The weights for a point f = 0..1 beyond a pixel's centre. */
static inline void weigh(const float t[][TAPS], double f, v4 w[2])
{
	int i = (int)(f * PHASES);
	float rest = (float)(f * PHASES - i);

	for (int h = 0; h < 2; h++) {
		v4 low = load(t[i] + 4 * h), high = load(t[i + 1] + 4 * h);

		w[h] = low + rest * (high - low);
	}
}

static inline float sum(const float *p, long stride, const v4 wx[2], const float *wy, int taps)
{
	v4 low = wy[0] * load(p), high = wy[0] * load(p + 4);

	for (int k = 1; k < taps; k++) {
		low += wy[k] * load(p + k * stride);
		high += wy[k] * load(p + k * stride + 4);
	}
	low = low * wx[0] + high * wx[1];
	return (low[0] + low[2]) + (low[1] + low[3]);
}

/* The frame at a point of the patch into *value; false: no data there. */
static inline bool sample(const struct resampler *r, const float t[][TAPS], int taps,
			  const double xy[2], float *value)
{
	double x = xy[0] - (taps / 2 - 1), y = xy[1] - (taps / 2 - 1); /* the first tap's */
	long at_x = (long)x, at_y = (long)y;
	float has, column[TAPS];
	v4 wx[2], wy[2];
	const float *p;

	if (!(x >= 0 && y >= 0) || at_x + TAPS > r->width || at_y + taps > r->height)
		return false;
	p = r->patch + at_y * r->width + at_x;
	weigh(t, x - (double)at_x, wx);
	weigh(t, y - (double)at_y, wy);
	/* cppcheck-suppress bufferAccessOutOfBounds ; it takes a v4 for one float */
	memcpy(column, wy, sizeof column);
	*value = sum(p, r->width, wx, column, taps);
	if (!r->holes)
		return true;
	has = sum(r->data + (p - r->patch), r->width, wx, column, taps);
	if (has < ENOUGH)
		return false;
	*value /= has;
	return true;
}

static inline bool nearest(const struct resampler *r, const double xy[2], float *value)
{
	double x = xy[0] + 0.5, y = xy[1] + 0.5;
	long at_x = (long)x, at_y = (long)y;

	if (!(x >= 0 && y >= 0) || at_x >= r->width || at_y >= r->height)
		return false;
	*value = r->patch[at_y * r->width + at_x];
	return r->data[at_y * r->width + at_x] > 0;
}

/* What a stamp is made with. */
struct job {
	const struct resampler *r;
	struct stamp_map map; /* onto the patch                                  */
	int size, n;          /* of the stamp; points a side of a pixel          */
	const double *points; /* of the frame, or NULL                           */
	double step, scale;   /* 1/n; of the pixels                              */
};

/* Where point (a, b) of the stamp, n to a pixel, is in the patch. */
static inline void locate(const struct job *job, int a, int b, double xy[2])
{
	int side = job->size * job->n;

	if (job->points) {
		const double *p = job->points + 2 * ((size_t)b * (size_t)side + (size_t)a);

		xy[0] = p[0] - (double)job->r->x0;
		xy[1] = p[1] - (double)job->r->y0;
	} else {
		double middle = (side - 1) / 2.0;

		map_point(&job->map, (a - middle) * job->step, (b - middle) * job->step, xy);
	}
}

/* Stamp pixel (i, j), the mean of n x n points, into *value; false: no data. */
static inline bool pixel(const struct job *job, int taps, int i, int j, float *value)
{
	int n = job->n, good = 0;
	float total = 0, one = 0;

	for (int b = j * n; b < (j + 1) * n; b++)
		for (int a = i * n; a < (i + 1) * n; a++) {
			double xy[2];
			bool has;

			locate(job, a, b, xy);
			has = taps ? sample(job->r, table[taps == 6], taps, xy, &one)
				   : nearest(job->r, xy, &one);
			total += has ? one : 0;
			good += has;
		}
	*value = good > 1 ? total / (float)good : total;
	return good > 0 && 2 * good >= n * n;
}

/* All pixels; inlined once for each kernel. Returns how many have data. */
static inline __attribute__((always_inline)) long render(const struct job *job, int taps,
							 float *stamp)
{
	double middle = (job->size - 1) / 2.0, area = map_area(&job->map, 0, 0) * job->scale;
	long good = 0;

	for (int j = 0; j < job->size; j++)
		for (int i = 0; i < job->size; i++) {
			float value;

			if (!pixel(job, taps, i, j, &value))
				continue;
			if (job->map.kind != MAP_AFFINE)
				area = map_area(&job->map, i - middle, j - middle) * job->scale;
			stamp[j * job->size + i] = (float)(value * area);
			good++;
		}
	return good;
}

double resample(struct resampler *r, enum pz_kernel kernel, const struct window *w,
		const struct stamp_map *m, int size, const double *points, float *stamp)
{
	int n = resample_points(m);
	struct job job = { r, *m, size, n, points, 1.0 / n, w->scale };
	long good;
	int rc;

	pthread_once(&once, make_tables);
	memset(stamp, 0, (size_t)size * (size_t)size * sizeof *stamp);
	if (m->kind == MAP_NONE || (rc = fill_patch(r, w, m)) == 0)
		return 0;
	if (rc < 0)
		return rc;
	job.map.c[0][0] -= (double)r->x0;
	job.map.c[1][0] -= (double)r->y0;
	if (kernel == PZ_LANCZOS3)
		good = render(&job, 6, stamp);
	else if (kernel == PZ_BILINEAR)
		good = render(&job, 2, stamp);
	else
		good = render(&job, 0, stamp);
	return (double)good / ((double)size * size);
}
