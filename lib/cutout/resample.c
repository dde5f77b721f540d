/* resample.c -- interpolation between the pixels of a frame
 *
 * A stamp is made from the frame's own pixels if all around it are there. Else they are
 * copied into a patch, holes and what lies beyond the edges as zeros; the same sum over
 * the data's 1 and 0 says how much of the kernel had data, and the value is divided by it.
 * Rows of the stamp are made from runs of points: first where they are, which has no
 * branches, then what is there.
 *
 * The loops are compiled twice, for AVX2 and for any CPU. Both add in the same order
 * and fuse nothing: they give the same bits.
 */
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pz/cpu.h>
#include <pz/error.h>

#include "lanczos3.h"
#include "resample.h"

#define MARGIN 4        /* pixels of the patch around the stamp             */
#define ENOUGH 0.5F     /* of the kernel must have data                     */
#define WHOLE  0.99999F /* of the kernel, for weights are rounded           */
#define RUN    128      /* points located at a time, whole groups of lanczos3 */

static bool has_avx2;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void prepare(void)
{
	lanczos3_prepare();
	has_avx2 = pz_cpu() >= PZ_CPU_AVX2;
}

void resampler_release(struct resampler *r)
{
	free(r->patch);
	free(r->data);
	free(r->row);
	*r = (struct resampler){ 0 };
}

int resample_points(const struct stamp_map *m, const struct window *w)
{
	/* Up to 1.25 frame pixels a step, what a telescope resolves is still sampled. */
	double n = ceil(sqrt(map_area(m, 0, 0)) - 0.25);
	/* A pixel of the stamp that is larger than the frame sees all of it. */
	double most = (double)(w->width > w->height ? w->width : w->height);

	return n > 1 && most > 1 ? (int)fmin(n, most) : 1;
}

double resample_area(const struct resampling *what)
{
	return what->window->per_area ? what->area : map_area(what->map, 0, 0);
}

int resample_too_large(void)
{
	return pz_fail(PZ_EDATA, "a stamp covers more than %d pixels of the frame",
		       RESAMPLE_PIXELS_MAX);
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

/* Whether all of what is around is in the window, and may stay there as it is. */
INLINE bool is_whole(const struct resampler *r, const struct window *w, float sky, long *first)
{
	if (sky != 0 || r->x0 < 0 || r->x0 + r->width > w->width || r->y0 < w->y0 ||
	    r->y0 + r->height > w->y0 + w->rows || r->height > INT32_MAX / w->width)
		return false;
	*first = (r->y0 - w->y0) * w->width + r->x0;
	for (long y = 0; y < r->height; y++)
		if (any_hole(w->pixels + *first + y * w->width, r->width))
			return false;
	return true;
}

/* Finds what is around: 1, or 0 where stamp and frame have nothing in common. */
INLINE int look_around(struct resampler *r, const struct resampling *what)
{
	const struct window *w = what->window;
	const struct stamp_map *m = what->map;
	long first;
	int rc;

	if (!(m->high[0] > -1 && m->low[0] < (double)w->width && m->high[1] > -1 &&
	      m->low[1] < (double)w->height))
		return 0;
	if ((m->high[0] - m->low[0] + 32) * (m->high[1] - m->low[1] + 32) > RESAMPLE_PIXELS_MAX)
		return resample_too_large();
	r->x0 = (long)floor(m->low[0]) - MARGIN;
	r->y0 = (long)floor(m->low[1]) - MARGIN;
	r->width = (long)ceil(m->high[0]) + MARGIN + LANCZOS3_TAPS - r->x0;
	r->height = (long)ceil(m->high[1]) + MARGIN + 1 - r->y0;
	r->holes = false;
	if ((rc = grow(r, (size_t)(r->width * r->height), what->size)) < 0)
		return rc;
	if (is_whole(r, w, what->sky, &first)) {
		r->pixels = w->pixels + first;
		r->stride = w->width;
		return 1;
	}
	r->pixels = r->patch;
	r->stride = r->width;
	for (long y = 0; y < r->height; y++)
		r->holes |= copy_row(r, w, r->y0 + y, r->patch + y * r->width);
	finish_patch(r, what->sky);
	return 1;
}

/* What a stamp is made with. */
struct job {
	const struct resampler *r;
	struct stamp_map map; /* onto what is around                             */
	int size, n;          /* of the stamp; points a side of a pixel          */
	const double *points; /* of the frame, or NULL                           */
	const double *areas;  /* of each pixel of the stamp, or NULL             */
	double step, scale;   /* 1/n; of the pixels                              */
	float area;           /* in frame pixels, times scale; in the middle     */
	bool flat;            /* the area is the same all over the stamp         */
	double right, top;    /* the last place whose kernel is inside           */
	bool centred;         /* the pixels around the stamp's middle have data  */
};

/* Where the points of a run are: the first pixel of the kernel as an index into pixels,
 * and how far beyond a pixel the point is. A point outside has no data; it is taken to be
 * at the next place. */
struct run {
	int count;
	double x[RUN], y[RUN]; /* in what is around, from the kernel's first pixel;
				* not of a straight run                            */
	int32_t at[RUN];
	float fx[RUN], fy[RUN];
	bool straight;                /* on a line, all of it inside                 */
	bool inside[RUN];             /* where not straight: each of them            */
	float value[RUN], share[RUN]; /* what is there; of the kernel, with data     */
};

/* Points a .. a + run->count of line b of points, less `before` pixels. */
INLINE void locate(const struct job *job, struct run *run, int a, int b, double before)
{
	int side = job->size * job->n;
	double middle = (side - 1) / 2.0, v = (b - middle) * job->step;

	if (job->points) {
		const double *p = job->points + 2 * ((size_t)b * (size_t)side + (size_t)a);

		for (int k = 0; k < run->count; k++) {
			run->x[k] = p[2 * k] - (double)job->r->x0 - before;
			run->y[k] = p[2 * k + 1] - (double)job->r->y0 - before;
		}
		return;
	}
	for (int k = 0; k < run->count; k++) {
		double xy[2];

		map_point(&job->map, (a + k - middle) * job->step, v, xy);
		run->x[k] = xy[0] - before;
		run->y[k] = xy[1] - before;
	}
}

INLINE double clamp(double x, double high)
{
	x = x > 0 ? x : 0; /* 0 is NaN's */
	return x < high ? x : high;
}

INLINE bool is_inside(const struct job *job, double x, double y)
{
	return x >= 0 && y >= 0 && x <= job->right && y <= job->top;
}

/* Where the kernel of point k of a run begins, and how far from there the point is. */
INLINE void settle_point(const struct job *job, struct run *run, int k, double x, double y)
{
	int i = (int)x, j = (int)y;

	run->fx[k] = (float)(x - i);
	run->fy[k] = (float)(y - j);
	run->at[k] = j * (int)job->r->stride + i;
}

/* Pixels and phases of a run that is located. */
INLINE void settle(const struct job *job, struct run *run)
{
	for (int k = 0; k < run->count; k++)
		settle_point(job, run, k, clamp(run->x[k], job->right), clamp(run->y[k], job->top));
	for (int k = 0; k < run->count; k++)
		run->inside[k] = is_inside(job, run->x[k], run->y[k]);
}

/* map_point without its zeros: point a of the line v. */
INLINE void line_point(const struct job *job, int a, double v, double before, double xy[2])
{
	double u = (a - (job->size * job->n - 1) / 2.0) * job->step;

	for (int k = 0; k < 2; k++)
		xy[k] = job->map.c[k][0] + u * job->map.c[k][1] + v * job->map.c[k][2] - before;
}

/* Most runs are on a line, and if its ends are inside all of it is: true if so, and it is
 * settled. */
INLINE bool settle_line(const struct job *job, struct run *run, int a, int b, double before)
{
	double v = (b - (job->size * job->n - 1) / 2.0) * job->step, first[2], last[2];

	if (job->map.kind != MAP_AFFINE || job->points)
		return false;
	line_point(job, a, v, before, first);
	line_point(job, a + run->count - 1, v, before, last);
	if (!is_inside(job, first[0], first[1]) || !is_inside(job, last[0], last[1]))
		return false;
	for (int k = 0; k < run->count; k++) {
		double xy[2];

		line_point(job, a + k, v, before, xy);
		settle_point(job, run, k, xy[0], xy[1]);
	}
	return true;
}

/* Values of all points, and shares of the kernel that have data. */
INLINE void take_lanczos3(const struct job *job, struct run *run)
{
	const struct resampler *r = job->r;
	int whole = (run->count + LANCZOS3_GROUP - 1) / LANCZOS3_GROUP * LANCZOS3_GROUP;

	int32_t phase[2][RUN];
	float rest[2][RUN];
	struct lanczos3_points points = { run->at, { phase[0], phase[1] }, { rest[0], rest[1] } };

	for (int k = run->count; k < whole; k++) {
		run->at[k] = 0;
		run->fx[k] = run->fy[k] = 0;
	}
	lanczos3_find(whole, run->fx, phase[0], rest[0]);
	lanczos3_find(whole, run->fy, phase[1], rest[1]);
	for (int k = 0; k < whole; k += LANCZOS3_GROUP)
		lanczos3_sum(r->pixels, r->stride, &points, k, run->value + k);
	for (int k = 0; k < whole && r->holes; k += LANCZOS3_GROUP)
		lanczos3_sum(r->data, r->stride, &points, k, run->share + k);
}

INLINE float between(const float *p, long stride, float fx, float fy)
{
	float low = (1 - fx) * p[0] + fx * p[1];
	float high = (1 - fx) * p[stride] + fx * p[stride + 1];

	return (1 - fy) * low + fy * high;
}

INLINE void take_bilinear(const struct job *job, struct run *run)
{
	const struct resampler *r = job->r;

	for (int k = 0; k < run->count; k++)
		run->value[k] = between(r->pixels + run->at[k], r->stride, run->fx[k], run->fy[k]);
	for (int k = 0; k < run->count && r->holes; k++)
		run->share[k] = between(r->data + run->at[k], r->stride, run->fx[k], run->fy[k]);
}

INLINE void take_nearest(const struct job *job, struct run *run)
{
	for (int k = 0; k < run->count; k++)
		run->value[k] = job->r->pixels[run->at[k]];
	for (int k = 0; k < run->count && job->r->holes; k++)
		run->share[k] = job->r->data[run->at[k]];
}

/* Divides by the share of the kernel that has data; below ENOUGH of it there are no data. */
INLINE void complete(const struct job *job, struct run *run)
{
	for (int k = 0; k < run->count; k++) {
		float share = job->r->holes ? run->share[k] : 1;
		bool good = (run->straight || run->inside[k]) && share >= ENOUGH;

		run->value[k] = good ? run->value[k] / share : 0;
		run->share[k] = !good ? 0 : share > WHOLE ? 1 : share;
	}
}

/* Values and shares of a run of points. */
INLINE void take(const struct job *job, enum pz_kernel kernel, int a, int b, struct run *run)
{
	double before = kernel == PZ_LANCZOS3 ? 2 : kernel == PZ_BILINEAR ? 0 : -0.5;

	run->straight = settle_line(job, run, a, b, before);
	if (!run->straight) {
		locate(job, run, a, b, before);
		settle(job, run);
	}
	if (kernel == PZ_LANCZOS3)
		take_lanczos3(job, run);
	else if (kernel == PZ_BILINEAR)
		take_bilinear(job, run);
	else
		take_nearest(job, run);
	if (job->r->holes || !run->straight)
		complete(job, run);
	else
		for (int k = 0; k < run->count; k++)
			run->share[k] = 1;
}

/* Row j of the stamp, each pixel the mean of its n x n points: values, and shares
 * (0: no data). */
INLINE void make_row(const struct job *job, enum pz_kernel kernel, int j, float *value,
		     float *share)
{
	int n = job->n, side = job->size * n;
	struct run run;

	memset(value, 0, (size_t)job->size * sizeof *value);
	memset(share, 0, (size_t)job->size * sizeof *share);
	for (int b = j * n; b < (j + 1) * n; b++)
		for (int a = 0; a < side; a += RUN) {
			run.count = side - a < RUN ? side - a : RUN;
			take(job, kernel, a, b, &run);
			if (n == 1) {
				memcpy(value + a, run.value, (size_t)run.count * sizeof *value);
				memcpy(share + a, run.share, (size_t)run.count * sizeof *share);
				continue;
			}
			for (int k = 0; k < run.count; k++) {
				value[(a + k) / n] += run.share[k] * run.value[k];
				share[(a + k) / n] += run.share[k];
			}
		}
	for (int i = 0; i < job->size && n > 1; i++) {
		float points = (float)(n * n);

		value[i] = share[i] < ENOUGH * points ? 0 : value[i] / share[i];
		share[i] = share[i] < ENOUGH * points ? 0 : share[i] / points;
	}
}

/* Whether row j of the stamp is a piece of a row of what is around, from *at on, as it is in
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
	*at = (long)(first[1] + 0.5) * job->r->stride + (long)(first[0] + 0.5);
	return (long)(last[0] + 0.5) - (long)(first[0] + 0.5) == job->size - 1 &&
	       (long)(last[1] + 0.5) == (long)(first[1] + 0.5);
}

/* Row j of the stamp, in its unit; returns the sum of its shares, NULL where all are 1. */
INLINE double finish_row(const struct job *job, int j, const float *value, const float *share,
			 float *stamp)
{
	double middle = (job->size - 1) / 2.0, all = 0;
	int whole = 0;

	if (job->flat)
		for (int i = 0; i < job->size; i++)
			stamp[i] = value[i] * job->area;
	else if (job->areas)
		for (int i = 0; i < job->size; i++)
			stamp[i] = (float)(value[i] *
					   job->areas[(size_t)j * (size_t)job->size + (size_t)i] *
					   job->scale);
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

/* Whether the pixels of row j that touch the middle have data: one, or two of two rows. */
INLINE void check_middle(struct job *job, int j, const float *share)
{
	int low = (job->size - 1) / 2, high = job->size / 2;

	if (j == low || j == high)
		job->centred = job->centred && share[low] > 0 && share[high] > 0;
}

/* All pixels; inlined once for each kernel. Returns the sum of their shares. */
INLINE double render(struct job *job, enum pz_kernel kernel, float *stamp)
{
	int taps_x = kernel == PZ_LANCZOS3 ? LANCZOS3_TAPS : kernel == PZ_BILINEAR ? 2 : 1;
	int taps_y = kernel == PZ_LANCZOS3 ? LANCZOS3_ROWS : kernel == PZ_BILINEAR ? 2 : 1;
	float *value = job->r->row, *share = value + job->size;
	double all = 0;
	long at;

	job->right = nextafter((double)(job->r->width - taps_x + 1), 0);
	job->top = nextafter((double)(job->r->height - taps_y + 1), 0);
	for (int j = 0; j < job->size; j++, stamp += job->size)
		if (kernel == PZ_NEAREST && is_piece(job, j, &at)) {
			all += finish_row(job, j, job->r->pixels + at, NULL, stamp);
		} else {
			make_row(job, kernel, j, value, share);
			check_middle(job, j, share);
			all += finish_row(job, j, value, share, stamp);
		}
	return all;
}

/* A stamp, for one kind of CPU; its cover. */
INLINE double make(struct resampler *r, const struct resampling *what, float *stamp)
{
	int n = resample_points(what->map, what->window), size = what->size, rc = 0;
	double scale = what->window->scale;
	struct job job = { r, *what->map, size, n, what->points, what->areas, 1.0 / n, scale };
	double all;

	r->centred = false;
	if (what->map->kind == MAP_NONE || (rc = look_around(r, what)) <= 0) {
		memset(stamp, 0, (size_t)size * (size_t)size * sizeof *stamp);
		return rc;
	}
	job.map.c[0][0] -= (double)r->x0;
	job.map.c[1][0] -= (double)r->y0;
	job.centred = true;
	job.flat = what->map->kind == MAP_AFFINE || what->window->per_area;
	job.area = (float)(resample_area(what) * scale);
	if (what->kernel == PZ_LANCZOS3)
		all = render(&job, PZ_LANCZOS3, stamp);
	else if (what->kernel == PZ_BILINEAR)
		all = render(&job, PZ_BILINEAR, stamp);
	else
		all = render(&job, PZ_NEAREST, stamp);
	r->centred = job.centred;
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
