/* resample.c -- interpolation between the pixels of a frame
 *
 * The neighbourhood of the stamp is copied into a patch with a wide margin, holes
 * as zeros, so that the loops below need no edges. A kernel is a table of weights
 * per phase, eight of them for six pixels, for the compiler to make vectors of:
 *
 *      value = sum_k wy[k] sum_l wx[l] patch[y0 + k][x0 + l]
 *
 * Where there are holes the same sum over the data's 1 and 0 says how much of the
 * kernel had data, and the value is divided by it. Rows of the stamp are made from
 * runs of points: first where they are, which has no branches, then what is there.
 *
 * The loops are compiled twice, for AVX2 and for any CPU. Both add in the same order
 * and fuse nothing: they give the same bits.
 */
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "resample.h"

#define TAPS      8        /* weights of a row, zeros after the six            */
#define PHASES    1024     /* of the table; between them weights are linear    */
#define MARGIN    4        /* pixels of the patch around the stamp             */
#define PATCH_MAX 16777216 /* pixels                                           */
#define ENOUGH    0.5F     /* of the kernel must have data                     */
#define WHOLE     0.99999F /* of the kernel, for weights are rounded           */
#define RUN       128      /* points located at a time                         */
#define OUTSIDE   INT32_MIN

static float table[PHASES + 2][TAPS]; /* the last line twice: phases below 1 round to 1 */
static bool has_avx2;
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

static void prepare(void)
{
	const char *wish = getenv("PZ_CPU");

	for (int i = 0; i <= PHASES; i++)
		fill_lanczos3((double)i / PHASES, table[i]);
	memcpy(table[PHASES + 1], table[PHASES], sizeof table[0]);
#ifdef __x86_64__
	__builtin_cpu_init();
	has_avx2 = __builtin_cpu_supports("avx2") && !(wish && !strcmp(wish, "plain"));
#else
	(void)wish;
#endif
}

void resampler_release(struct resampler *r)
{
	free(r->patch);
	free(r->data);
	free(r->row);
	*r = (struct resampler){ 0 };
}

int resample_points(const struct stamp_map *m)
{
	/* Up to 1.25 frame pixels a step, what a telescope resolves is still sampled. */
	int n = (int)ceil(sqrt(map_area(m, 0, 0)) - 0.25);

	return n > 1 ? n : 1;
}

static int grow(struct resampler *r, size_t need, int size)
{
	if (need > r->room) {
		free(r->patch);
		free(r->data);
		r->patch = malloc(need * sizeof *r->patch);
		r->data = malloc(need * sizeof *r->data);
		r->room = r->patch && r->data ? need : 0;
	}
	if (size > r->row_room) {
		free(r->row);
		r->row = malloc(2 * (size_t)size * sizeof *r->row);
		r->row_room = r->row ? size : 0;
	}
	if (r->room < need || r->row_room < size)
		return pz_fail(PZ_ENOMEM, "no memory for a stamp's surroundings");
	return 0;
}

/* Compiled once for each kind of CPU. */
#define INLINE static inline __attribute__((always_inline))

INLINE bool any_hole(const float *p, long n)
{
	uint32_t bad = 0;

	for (long i = 0; i < n; i++)
		bad |= !(fabsf(p[i]) < NO_DATA);
	return bad;
}

static void fill_nan(float *p, long n)
{
	for (long i = 0; i < n; i++)
		p[i] = NAN;
}

/* Copies a row of the frame, from x0 on, NaN where the window has none; whether it
 * has a hole. */
INLINE bool copy_row(const struct resampler *r, const struct window *w, long y, float *row)
{
	long from = r->x0 > 0 ? r->x0 : 0;
	long to = r->x0 + r->width < w->width ? r->x0 + r->width : w->width;

	if (y < w->y0 || y >= w->y0 + w->rows || from >= to) {
		fill_nan(row, r->width);
		return true;
	}
	fill_nan(row, from - r->x0);
	memcpy(row + (from - r->x0), w->pixels + (y - w->y0) * w->width + from,
	       (size_t)(to - from) * sizeof *row);
	fill_nan(row + (to - r->x0), r->x0 + r->width - to);
	return to - from < r->width || any_hole(row, r->width);
}

/* Takes the sky off; with holes, makes them 0 and notes where data are. */
INLINE void finish_patch(struct resampler *r, float sky)
{
	size_t n = (size_t)(r->width * r->height);

	if (!r->holes) {
		for (size_t i = 0; i < n && sky != 0; i++)
			r->patch[i] -= sky;
		return;
	}
	for (size_t i = 0; i < n; i++) {
		bool good = fabsf(r->patch[i]) < NO_DATA;

		r->data[i] = good ? 1 : 0;
		r->patch[i] = good ? r->patch[i] - sky : 0;
	}
}

/* Fills the patch: 1, or 0 where stamp and frame have nothing in common. */
INLINE int fill_patch(struct resampler *r, const struct resampling *what)
{
	const struct window *w = what->window;
	const struct stamp_map *m = what->map;
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
	if ((rc = grow(r, (size_t)(r->width * r->height), what->size)) < 0)
		return rc;
	for (long y = 0; y < r->height; y++)
		r->holes |= copy_row(r, w, r->y0 + y, r->patch + y * r->width);
	finish_patch(r, what->sky);
	return 1;
}

/* What a stamp is made with. */
struct job {
	const struct resampler *r;
	struct stamp_map map; /* onto the patch                                  */
	int size, n;          /* of the stamp; points a side of a pixel          */
	const double *points; /* of the frame, or NULL                           */
	double step, scale;   /* 1/n; of the pixels                              */
	float area;           /* in frame pixels, times scale; in the middle     */
};

/* Where the points of a run are: the first pixel of the kernel as an index into the
 * patch, and how far beyond a pixel the point is. A point outside has no data. */
struct run {
	int count;
	bool straight;         /* all inside the patch, pixel by pixel along a row     */
	double x[RUN], y[RUN]; /* in the patch, from the kernel's first pixel     */
	int32_t at[RUN];
	float fx[RUN], fy[RUN];
};

/* Points a .. a + run->count of line b of points, less `before` pixels. */
INLINE void locate(const struct job *job, struct run *run, int a, int b, double before)
{
	int side = job->size * job->n;

	if (job->points) {
		const double *p = job->points + 2 * ((size_t)b * (size_t)side + (size_t)a);

		for (int k = 0; k < run->count; k++) {
			run->x[k] = p[2 * k] - (double)job->r->x0 - before;
			run->y[k] = p[2 * k + 1] - (double)job->r->y0 - before;
		}
	} else {
		double middle = (side - 1) / 2.0, v = (b - middle) * job->step;

		for (int k = 0; k < run->count; k++) {
			double xy[2];

			map_point(&job->map, (a + k - middle) * job->step, v, xy);
			run->x[k] = xy[0] - before;
			run->y[k] = xy[1] - before;
		}
	}
}

/* Pixels and phases of a run; taps of the kernel along x and y. */
INLINE void settle(const struct job *job, struct run *run, int taps_x, int taps_y)
{
	double right = (double)(job->r->width - taps_x + 1);
	double top = (double)(job->r->height - taps_y + 1);
	int width = (int)job->r->width;

	for (int k = 0; k < run->count; k++) {
		bool out =
			!(run->x[k] >= 0 && run->y[k] >= 0 && run->x[k] < right && run->y[k] < top);
		int x = out ? 0 : (int)run->x[k], y = out ? 0 : (int)run->y[k];

		run->fx[k] = (float)(run->x[k] - x);
		run->fy[k] = (float)(run->y[k] - y);
		run->at[k] = out ? OUTSIDE : y * width + x;
	}
}

typedef float v8 __attribute__((vector_size(32)));

/* The weights for a point f = 0..1 beyond a pixel's centre. */
INLINE void weigh(float f, v8 *w)
{
	int i = (int)(f * PHASES);
	float rest = f * PHASES - (float)i;
	v8 low, high;

	memcpy(&low, table[i], sizeof low);
	memcpy(&high, table[i + 1], sizeof high);
	*w = low + rest * (high - low);
}

INLINE float sum(const float *p, long stride, const v8 *wx, const float *wy)
{
	v8 row, all;

	memcpy(&row, p, sizeof row);
	all = wy[0] * row;
	for (int k = 1; k < 6; k++) {
		memcpy(&row, p + k * stride, sizeof row);
		all += wy[k] * row;
	}
	all *= *wx;
	return ((all[0] + all[4]) + (all[2] + all[6])) + ((all[1] + all[5]) + (all[3] + all[7]));
}

/* Value and share of the kernel that has data, of point k. */
INLINE void take_lanczos3(const struct job *job, const struct run *run, int k, float *value,
			  float *share)
{
	long width = job->r->width;
	float wy[TAPS];
	v8 wx, column;

	weigh(run->fx[k], &wx);
	weigh(run->fy[k], &column);
	memcpy(wy, &column, sizeof wy);
	*value = sum(job->r->patch + run->at[k], width, &wx, wy);
	*share = job->r->holes ? sum(job->r->data + run->at[k], width, &wx, wy) : 1;
}

INLINE float between(const float *p, long stride, float fx, float fy)
{
	float low = (1 - fx) * p[0] + fx * p[1];
	float high = (1 - fx) * p[stride] + fx * p[stride + 1];

	return (1 - fy) * low + fy * high;
}

INLINE void take_bilinear(const struct job *job, const struct run *run, int k, float *value,
			  float *share)
{
	long width = job->r->width;
	int at = run->at[k];

	*value = between(job->r->patch + at, width, run->fx[k], run->fy[k]);
	*share = job->r->holes ? between(job->r->data + at, width, run->fx[k], run->fy[k]) : 1;
}

INLINE void take_nearest(const struct job *job, const struct run *run, int k, float *value,
			 float *share)
{
	*value = job->r->patch[run->at[k]];
	*share = job->r->holes ? job->r->data[run->at[k]] : 1;
}

/* Values and shares of a run of points. */
INLINE void take(const struct job *job, enum pz_kernel kernel, int a, int b, struct run *run,
		 float *value, float *share)
{
	int taps_x = kernel == PZ_LANCZOS3 ? TAPS : kernel == PZ_BILINEAR ? 2 : 1;
	int taps_y = kernel == PZ_LANCZOS3 ? 6 : kernel == PZ_BILINEAR ? 2 : 1;

	locate(job, run, a, b, kernel == PZ_LANCZOS3 ? 2 : kernel == PZ_BILINEAR ? 0 : -0.5);
	settle(job, run, taps_x, taps_y);
	for (int k = 0; k < run->count; k++) {
		value[k] = share[k] = 0;
		if (run->at[k] == OUTSIDE)
			continue;
		if (kernel == PZ_LANCZOS3)
			take_lanczos3(job, run, k, &value[k], &share[k]);
		else if (kernel == PZ_BILINEAR)
			take_bilinear(job, run, k, &value[k], &share[k]);
		else
			take_nearest(job, run, k, &value[k], &share[k]);
	}
	for (int k = 0; k < run->count && job->r->holes; k++) {
		value[k] = share[k] < ENOUGH ? 0 : value[k] / share[k];
		share[k] = share[k] < ENOUGH ? 0 : share[k] > WHOLE ? 1 : share[k];
	}
}

/* Row j of the stamp, each pixel the mean of its n x n points: values, and shares
 * (0: no data). */
INLINE void make_row(const struct job *job, enum pz_kernel kernel, int j, float *value,
		     float *share)
{
	int n = job->n, side = job->size * n;
	struct run run;

	if (n > 1)
		memset(value, 0, (size_t)job->size * sizeof *value);
	if (n > 1)
		memset(share, 0, (size_t)job->size * sizeof *share);
	for (int b = j * n; b < (j + 1) * n; b++)
		for (int a = 0; a < side; a += RUN) {
			float one[2][RUN];

			run.count = side - a < RUN ? side - a : RUN;
			if (n == 1) {
				take(job, kernel, a, b, &run, value + a, share + a);
				continue;
			}
			take(job, kernel, a, b, &run, one[0], one[1]);
			for (int k = 0; k < run.count; k++) {
				value[(a + k) / n] += one[1][k] * one[0][k];
				share[(a + k) / n] += one[1][k];
			}
		}
	for (int i = 0; i < job->size && n > 1; i++) {
		float points = (float)(n * n);

		value[i] = share[i] < ENOUGH * points ? 0 : value[i] / share[i];
		share[i] = share[i] < ENOUGH * points ? 0 : share[i] / points;
	}
}

/* Whether row j of the stamp is a piece of a row of the patch, from *at on, as it is in
 * crops. Along the row the difference between pixels of frame and stamp only grows or
 * only falls, so that it is the same everywhere if it is at both ends. */
INLINE bool is_piece(const struct job *job, int j, long *at)
{
	double half = (job->size - 1) / 2.0, first[2], last[2];

	if (job->map.kind != MAP_AFFINE || job->points || job->n > 1 || job->r->holes)
		return false;
	map_point(&job->map, -half, j - half, first);
	map_point(&job->map, half, j - half, last);
	if (!(first[0] > -0.5 && first[1] > -0.5 && last[0] < (double)job->r->width - 0.5 &&
	      first[1] < (double)job->r->height - 0.5))
		return false;
	*at = (long)(first[1] + 0.5) * job->r->width + (long)(first[0] + 0.5);
	return (long)(last[0] + 0.5) - (long)(first[0] + 0.5) == job->size - 1 &&
	       (long)(last[1] + 0.5) == (long)(first[1] + 0.5);
}

/* Row j of the stamp, in its unit; returns the sum of its shares, NULL where all are 1. */
INLINE double finish_row(const struct job *job, int j, const float *value, const float *share,
			 float *stamp)
{
	double middle = (job->size - 1) / 2.0, all = 0;
	int whole = 0;

	if (job->map.kind == MAP_AFFINE)
		for (int i = 0; i < job->size; i++)
			stamp[i] = value[i] * job->area;
	else
		for (int i = 0; i < job->size; i++)
			stamp[i] = (float)(value[i] * map_area(&job->map, i - middle, j - middle) *
					   job->scale);
	for (int i = 0; i < job->size && share; i++)
		whole += share[i] == 1;
	if (!share || whole == job->size)
		return job->size;
	for (int i = 0; i < job->size; i++)
		all += share[i];
	return all;
}

/* All pixels; inlined once for each kernel. Returns the sum of their shares. */
INLINE double render(const struct job *job, enum pz_kernel kernel, float *stamp)
{
	float *value = job->r->row, *share = value + job->size;
	double all = 0;
	long at;

	for (int j = 0; j < job->size; j++, stamp += job->size)
		if (kernel == PZ_NEAREST && is_piece(job, j, &at)) {
			all += finish_row(job, j, job->r->patch + at, NULL, stamp);
		} else {
			make_row(job, kernel, j, value, share);
			all += finish_row(job, j, value, share, stamp);
		}
	return all;
}

/* A stamp, for one kind of CPU; its cover. */
INLINE double make(struct resampler *r, const struct resampling *what, float *stamp)
{
	int n = resample_points(what->map), size = what->size, rc = 0;
	double scale = what->window->scale;
	struct job job = { r, *what->map, size, n, what->points, 1.0 / n, scale };
	double all;

	if (what->map->kind == MAP_NONE || (rc = fill_patch(r, what)) <= 0) {
		memset(stamp, 0, (size_t)size * (size_t)size * sizeof *stamp);
		return rc;
	}
	job.map.c[0][0] -= (double)r->x0;
	job.map.c[1][0] -= (double)r->y0;
	job.area = (float)(map_area(what->map, 0, 0) * scale);
	if (what->kernel == PZ_LANCZOS3)
		all = render(&job, PZ_LANCZOS3, stamp);
	else if (what->kernel == PZ_BILINEAR)
		all = render(&job, PZ_BILINEAR, stamp);
	else
		all = render(&job, PZ_NEAREST, stamp);
	return all / ((double)size * size);
}

static double make_plain(struct resampler *r, const struct resampling *what, float *stamp)
{
	return make(r, what, stamp);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static double make_avx2(struct resampler *r,
							const struct resampling *what, float *stamp)
{
	return make(r, what, stamp);
}
#else
#define make_avx2 make_plain
#endif

double resample(struct resampler *r, const struct resampling *what, float *stamp)
{
	pthread_once(&once, prepare);
	return (has_avx2 ? make_avx2 : make_plain)(r, what, stamp);
}
