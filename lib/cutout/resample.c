/* resample.c -- interpolation between the pixels of a frame
 *
 * A stamp is a weighted sum over the frame's pixels around each of its points (surroundings.h).
 * Where pixels without data are among them, the same sum over 1 and 0 gives the share of the
 * kernel's weight that fell on data, and the value is divided by it. A row of the stamp is made
 * from runs of points: first the places of all points of a run, then their values.
 *
 * The loops are compiled twice, for AVX2 and for any CPU. Both add in the same order and fuse
 * no operations, so that they give the same bits.
 */
#include <math.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pz/cpu.h>
#include <pz/error.h>

#include "../base/inline.h"
#include "lanczos3.h"
#include "resample.h"
#include "sums.h"

#define ENOUGH RESAMPLE_ENOUGH

static bool has_avx2;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void prepare(void)
{
	pz_lanczos3_prepare();
	has_avx2 = pz_cpu() >= PZ_CPU_AVX2;
}

void pz_resampler_release(struct resampler *r)
{
	pz_surroundings_release(&r->around);
	free(r->row);
	free(r->wide);
	*r = (struct resampler){ 0 };
}

int pz_resample_points(const struct stamp_map *m, const struct window *w)
{
	/* Points up to 1.25 frame pixels apart still sample everything that a telescope resolves.
	 */
	double n = ceil(sqrt(pz_stampmap_area(m, 0, 0)) - 0.25);
	/* A pixel of the stamp that is larger than the frame sees all of it. */
	double most = (double)(w->width > w->height ? w->width : w->height);

	return n > 1 && most > 1 ? (int)fmin(n, most) : 1;
}

double pz_resample_area(const struct resampling *what)
{
	return what->window->per_area ? what->area : pz_stampmap_area(what->map, 0, 0);
}

/* Sums are fastest where a row of the stamp runs along rows of pixels. */
static enum pixel_order find_order(const struct resampling *what)
{
	const struct stamp_map *m = what->map;

	if (what->kernel != PZ_LANCZOS3)
		return PIXELS_AS_THEY_LIE;
	return !what->points && fabs(m->c[1][1]) > fabs(m->c[0][1]) ? PIXELS_BY_COLUMNS
								    : PIXELS_BY_ROWS;
}

static int grow_row(struct resampler *r, int size)
{
	if (size <= r->row_room)
		return 0;
	free(r->row);
	r->row = malloc(2 * (size_t)size * sizeof *r->row);
	r->row_room = r->row ? size : 0;
	return r->row ? 0 : pz_fail(PZ_ENOMEM, "no memory for two rows of a stamp");
}

/* What turns values of frame pixels into the stamp's unit. */
struct scaling {
	const double *areas; /* of each pixel of the stamp, or NULL: by the map    */
	double scale;
	float area; /* in frame pixels, times scale; in the middle                 */
	bool flat;  /* the area is the same all over the stamp                     */
};

/* A run of points that are pixels. */
PZ_INLINE void put_pixels(const struct run *run, float *value, float *share)
{
	memcpy(value, run->value, (size_t)run->count * sizeof *value);
	for (int k = 0; k < run->count; k++)
		share[k] = run->whole ? 1 : run->share[k];
}

/* Adds a run of points up, from point a of their line on, n to a pixel. */
PZ_INLINE void add_points(const struct run *run, int a, int n, float *value, float *share)
{
	for (int k = 0; k < run->count; k++) {
		float part = run->whole ? 1 : run->share[k];

		value[(a + k) / n] += part * run->value[k];
		share[(a + k) / n] += part;
	}
}

/* The means of n x n points. */
PZ_INLINE void divide_points(int size, int n, float *value, float *share)
{
	float points = (float)(n * n);

	for (int i = 0; i < size; i++) {
		value[i] = share[i] < ENOUGH * points ? 0 : value[i] / share[i];
		share[i] = share[i] < ENOUGH * points ? 0 : share[i] / points;
	}
}

/* Row j of the stamp, each pixel the mean of its n x n points: values, and shares (0: no data).
 * True: all shares are 1, and not written. */
PZ_INLINE bool make_row(const struct surroundings *s, const struct points *p, enum pz_kernel kernel,
			int j, float *value, float *share)
{
	int n = p->n, side = p->side, size = side / n;
	struct run run;

	if (n > 1) {
		memset(value, 0, (size_t)size * sizeof *value);
		memset(share, 0, (size_t)size * sizeof *share);
	}
	for (int b = j * n; b < (j + 1) * n; b++)
		for (int a = 0; a < side; a += POINTS_RUN) {
			run.count = side - a < POINTS_RUN ? side - a : POINTS_RUN;
			sum_points(s, p, kernel, a, b, &run);
			if (n > 1)
				add_points(&run, a, n, value, share);
			else if (!(run.whole && run.count == side))
				put_pixels(&run, value + a, share + a);
			else {
				memcpy(value, run.value, (size_t)size * sizeof *value);
				return true;
			}
		}
	if (n > 1)
		divide_points(size, n, value, share);
	return false;
}

/* Whether row j of the stamp is a piece of a row of what is around, from *at on, as it is in
 * crops. Along the row the difference between pixels of frame and stamp only grows or
 * only falls, so that it is the same everywhere if it is at both ends. */
PZ_INLINE bool is_piece(const struct surroundings *s, const struct points *p, int j, long *at)
{
	double half = (p->side - 1) / 2.0, first[2], last[2];

	if (p->map.kind != MAP_AFFINE || p->located || p->n > 1 || s->holes)
		return false;
	map_point(&p->map, -half, j - half, first);
	map_point(&p->map, half, j - half, last);
	if (!(first[0] > -0.5 && first[1] > -0.5 && last[0] < (double)s->width - 0.5 &&
	      first[1] < (double)s->height - 0.5))
		return false;
	*at = (long)(first[1] + 0.5) * s->stride + (long)(first[0] + 0.5);
	return (long)(last[0] + 0.5) - (long)(first[0] + 0.5) == p->side - 1 &&
	       (long)(last[1] + 0.5) == (long)(first[1] + 0.5);
}

/* Row j of the stamp, in its unit; returns the sum of its shares, which are NULL where all are 1.
 */
PZ_INLINE double finish_row(const struct scaling *to, const struct stamp_map *map, int size, int j,
			    const float *value, const float *share, float *stamp)
{
	double middle = (size - 1) / 2.0, all = 0;
	int whole = 0;

	if (to->flat)
		for (int i = 0; i < size; i++)
			stamp[i] = value[i] * to->area;
	else if (to->areas)
		for (int i = 0; i < size; i++)
			stamp[i] = (float)(value[i] *
					   to->areas[(size_t)j * (size_t)size + (size_t)i] *
					   to->scale);
	else
		for (int i = 0; i < size; i++)
			stamp[i] = (float)(value[i] *
					   pz_stampmap_area(map, i - middle, j - middle) *
					   to->scale);
	for (int i = 0; i < size && share; i++)
		whole += share[i] == 1;
	if (!share || whole == size)
		return size;
	for (int i = 0; i < size; i++)
		all += share[i];
	return all;
}

/* Whether the pixels of row j that touch the stamp's middle have data. One row does where the
 * size is odd, else two; the pixels of other rows do not matter. */
PZ_INLINE bool has_middle(int size, int j, const float *share)
{
	int low = (size - 1) / 2, high = size / 2;

	return (j != low && j != high) || (share[low] > 0 && share[high] > 0);
}

/* Row j of the shares, where they are asked for. */
PZ_INLINE void fill_ones(float *shares, int j, int size)
{
	for (int i = 0; i < size && shares; i++)
		shares[j * size + i] = 1;
}

/* All pixels; inlined once for each kernel. Returns the sum of their shares. */
PZ_INLINE double make_rows(struct resampler *r, struct points *p, const struct scaling *to,
			   enum pz_kernel kernel, float *stamp, float *shares)
{
	const struct surroundings *s = &r->around;
	int along = s->turned ? LANCZOS3_ROWS : LANCZOS3_TAPS;
	int across = s->turned ? LANCZOS3_TAPS : LANCZOS3_ROWS;
	int taps_x = kernel == PZ_LANCZOS3 ? along : kernel == PZ_BILINEAR ? 2 : 1;
	int taps_y = kernel == PZ_LANCZOS3 ? across : kernel == PZ_BILINEAR ? 2 : 1;
	int size = p->side / p->n;
	float *value = r->row, *share = value + size;
	double all = 0;
	long at;

	p->right = nextafter((double)(s->width - taps_x + 1), 0);
	p->top = nextafter((double)(s->height - taps_y + 1), 0);
	for (int j = 0; j < size; j++, stamp += size)
		if (kernel == PZ_NEAREST && is_piece(s, p, j, &at)) {
			all += finish_row(to, &p->map, size, j, s->pixels + at, NULL, stamp);
			fill_ones(shares, j, size);
		} else if (make_row(s, p, kernel, j, value, share)) {
			all += finish_row(to, &p->map, size, j, value, NULL, stamp);
			fill_ones(shares, j, size);
		} else {
			r->centred = r->centred && has_middle(size, j, share);
			all += finish_row(to, &p->map, size, j, value, share, stamp);
			if (shares)
				memcpy(shares + j * size, share, (size_t)size * sizeof *share);
		}
	return all;
}

/* The map onto what is around, which begins there. */
PZ_INLINE struct stamp_map find_map(const struct resampling *what, bool turned, double x0,
				    double y0)
{
	struct stamp_map m = *what->map;

	for (int k = 0; k < 2; k++)
		memcpy(m.c[k], what->map->c[turned ? 1 - k : k], sizeof m.c[k]);
	m.c[0][0] -= x0;
	m.c[1][0] -= y0;
	return m;
}

/* A stamp that has pixels of the frame, for one kind of CPU. Returns the sum of their shares. */
PZ_INLINE double make_stamp(struct resampler *r, const struct resampling *what, float *stamp)
{
	int n = pz_resample_points(what->map, what->window);
	double scale = what->window->scale;
	double x0 = (double)r->around.x0, y0 = (double)r->around.y0;
	struct points p = { .map = find_map(what, r->around.turned, x0, y0),
			    .located = what->points,
			    .x0 = x0,
			    .y0 = y0,
			    .n = n,
			    .side = what->size * n,
			    .step = 1.0 / n,
			    .stride = r->around.stride };
	struct scaling to = { .areas = what->areas,
			      .scale = scale,
			      .area = (float)(pz_resample_area(what) * scale),
			      .flat = what->map->kind == MAP_AFFINE || what->window->per_area };

	r->centred = true;
	if (what->kernel == PZ_LANCZOS3)
		return make_rows(r, &p, &to, PZ_LANCZOS3, stamp, what->shares);
	if (what->kernel == PZ_BILINEAR)
		return make_rows(r, &p, &to, PZ_BILINEAR, stamp, what->shares);
	return make_rows(r, &p, &to, PZ_NEAREST, stamp, what->shares);
}

static double make_plain(struct resampler *r, const struct resampling *what, float *stamp)
{
	return make_stamp(r, what, stamp);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static double make_avx2(struct resampler *r,
							const struct resampling *what, float *stamp)
{
	return make_stamp(r, what, stamp);
}
#else
#define make_avx2 make_plain
#endif

int pz_resample(struct resampler *r, const struct resampling *what, float *stamp, double *cover)
{
	double pixels = (double)what->size * what->size;
	int rc = grow_row(r, what->size);

	pthread_once(&once, prepare);
	r->centred = false;
	*cover = 0;
	if (rc == 0 && what->map->kind != MAP_NONE)
		rc = pz_surroundings_find(&r->around, what->window, what->map, find_order(what),
					  what->sky);
	if (rc > 0)
		*cover = (has_avx2 ? make_avx2 : make_plain)(r, what, stamp) / pixels;
	else
		memset(stamp, 0, (size_t)pixels * sizeof *stamp);
	if (rc <= 0 && what->shares)
		memset(what->shares, 0, (size_t)pixels * sizeof *stamp);
	return rc < 0 ? rc : 0;
}
