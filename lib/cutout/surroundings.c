/* surroundings.c -- the pixels of a frame that a stamp is made from
 *
 * Where all of them are in memory and hold data, they can be used where they lie. Otherwise they
 * are copied into a patch, with zeros for holes and for what lies beyond the edges of the frame,
 * and a second patch says with 1 and 0 where there are data.
 *
 * The loops are compiled twice, for AVX2 and for any CPU, with the same results.
 */
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pz/cpu.h>
#include <pz/error.h>

#include "../base/inline.h"
#include "lanczos3.h"
#include "surroundings.h"

#define MARGIN  4   /* pixels of the frame around the stamp                        */
#define CROWDED 512 /* pixels: rows so far apart share a few places of the cache  */
#define LINE    16  /* pixels of a line of the cache                              */
#define AHEAD   16  /* rows that the memory is asked for before they are copied   */

void pz_surroundings_release(struct surroundings *s)
{
	free(s->patch);
	free(s->data);
	free(s->near);
	*s = (struct surroundings){ 0 };
}

static int grow_patch(struct surroundings *s, size_t need)
{
	if (need <= s->room)
		return 0;
	free(s->patch);
	free(s->data);
	free(s->near);
	s->patch = malloc(need * sizeof *s->patch);
	s->data = malloc(need * sizeof *s->data);
	s->near = malloc(need);
	s->room = s->patch && s->data && s->near ? need : 0;
	return s->room ? 0 : pz_fail(PZ_ENOMEM, "no memory for a stamp's surroundings");
}

PZ_INLINE bool any_hole(const float *p, long n)
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

/* Copies pixels; true: there is a hole among them. */
PZ_INLINE bool copy_pixels(const float *restrict from, long n, float *restrict to)
{
	uint32_t bad = 0;

	for (long i = 0; i < n; i++) {
		bad |= !(fabsf(from[i]) < NO_DATA);
		to[i] = from[i];
	}
	return bad;
}

static const float *find_row(const struct window *w, long y)
{
	return w->pixels + (y - w->y0) * w->width;
}

/* Asks the memory for a row that is copied soon: rows of a frame lie too far apart for the
 * processor to guess the next. */
PZ_INLINE void expect_row(const struct surroundings *s, const struct window *w, long y)
{
	long from = s->x0 > 0 ? s->x0 : 0;
	long to = s->x0 + s->width < w->width ? s->x0 + s->width : w->width;

	if (y < w->y0 || y >= w->y0 + w->rows)
		return;
	for (long x = from; x < to; x += LINE)
		__builtin_prefetch(find_row(w, y) + x);
}

/* Copies a row of the frame, from x0 on, with NaN where the window has no pixels. True: there is
 * a hole in it. */
PZ_INLINE bool copy_row(const struct surroundings *s, const struct window *w, long y, float *row)
{
	long from = s->x0 > 0 ? s->x0 : 0;
	long to = s->x0 + s->width < w->width ? s->x0 + s->width : w->width;

	if (y < w->y0 || y >= w->y0 + w->rows || from >= to) {
		fill_nan(row, s->width);
		return true;
	}
	fill_nan(row, from - s->x0);
	fill_nan(row + (to - s->x0), s->x0 + s->width - to);
	return copy_pixels(find_row(w, y) + from, to - from, row + (from - s->x0)) ||
	       to - from < s->width;
}

/* Copies the rows of the frame; true: there is a hole. */
PZ_INLINE bool copy_rows(struct surroundings *s, const struct window *w)
{
	bool holes = false;

	for (long y = 0; y < s->height; y++) {
		expect_row(s, w, s->y0 + y + AHEAD);
		holes |= copy_row(s, w, s->y0 + y, s->patch + y * s->width);
	}
	return holes;
}

/* n rows of pixels, up to eight, to as many columns, which begin at `to`. */
PZ_INLINE void turn_rows(const float *rows, long width, long n, float *to, long stride)
{
	lanczos3_v8 v[8];
	long x = 0;

	for (; n == 8 && x + 8 <= width; x += 8) {
		for (long i = 0; i < 8; i++)
			v[i] = *lanczos3_at(rows + i * width + x);
		lanczos3_transpose(v);
		for (long i = 0; i < 8; i++)
			*(lanczos3_floats *)(to + (x + i) * stride) = v[i];
	}
	for (; x < width; x++)
		for (long i = 0; i < n; i++)
			to[x * stride + i] = rows[i * width + x];
}

/* The rows of the frame become columns; afterwards x and y have changed places. */
PZ_INLINE bool copy_turned(struct surroundings *s, const struct window *w)
{
	long x0 = s->x0, width = s->width;
	float *rows = s->data; /* not in use yet */
	bool holes = false;

	for (long y = 0; y < s->height; y += 8) {
		long n = s->height - y < 8 ? s->height - y : 8;

		for (long i = 0; i < n; i++) {
			expect_row(s, w, s->y0 + y + i + AHEAD);
			holes |= copy_row(s, w, s->y0 + y + i, rows + i * width);
		}
		turn_rows(rows, width, n, s->patch + y, s->height);
	}
	s->x0 = s->y0;
	s->y0 = x0;
	s->width = s->height;
	s->height = width;
	return holes;
}

/* Each of n becomes what it or the one `ahead` is. */
PZ_INLINE void join_ahead(uint8_t *near, size_t n, size_t ahead)
{
	for (size_t i = 0; i + ahead < n; i++)
		near[i] |= near[i + ahead];
}

PZ_INLINE void join_row(uint8_t *restrict near, const uint8_t *restrict other, size_t n)
{
	for (size_t i = 0; i < n; i++)
		near[i] |= other[i];
}

/* The same of rows. */
PZ_INLINE void join_below(uint8_t *near, size_t width, size_t height, size_t ahead)
{
	for (size_t y = 0; y + ahead < height; y++)
		join_row(near + y * width, near + (y + ahead) * width, width);
}

/* From holes to the kernels that have one, which begin up to seven pixels and five rows before it:
 * the widest kernel has eight pixels and six rows. */
PZ_INLINE void spread_holes(uint8_t *near, size_t width, size_t height)
{
	join_ahead(near, width * height, 1);
	join_ahead(near, width * height, 2);
	join_ahead(near, width * height, 4);
	join_below(near, width, height, 1);
	join_below(near, width, height, 2);
	join_below(near, width, height, 2);
}

/* Subtracts the sky. Holes become 0; in data 1 is where there are data, in near 1 where not. */
PZ_INLINE void part_holes(float *restrict patch, float *restrict data, uint8_t *restrict near,
			  size_t n, float sky)
{
	for (size_t i = 0; i < n; i++) {
		bool good = fabsf(patch[i]) < NO_DATA;

		data[i] = good ? 1 : 0;
		patch[i] = good ? patch[i] - sky : 0;
	}
	for (size_t i = 0; i < n; i++)
		near[i] = data[i] == 0;
}

PZ_INLINE void finish_patch(struct surroundings *s, float sky)
{
	size_t n = (size_t)(s->width * s->height);

	for (size_t i = 0; i < n && sky != 0 && !s->holes; i++)
		s->patch[i] -= sky;
	if (!s->holes)
		return;
	part_holes(s->patch, s->data, s->near, n, sky);
	spread_holes(s->near, (size_t)s->width, (size_t)s->height);
}

/* Whether all pixels are in the window and hold data, so that they can be used there: from *first
 * on. Its rows must be so near each other that an int32_t counts its pixels. */
PZ_INLINE bool is_whole(const struct surroundings *s, const struct window *w, float sky,
			long *first)
{
	if (sky != 0 || s->x0 < 0 || s->x0 + s->width > w->width || s->y0 < w->y0 ||
	    s->y0 + s->height > w->y0 + w->rows || s->height > INT32_MAX / w->width)
		return false;
	*first = (s->y0 - w->y0) * w->width + s->x0;
	for (long y = 0; y < s->height; y++) {
		expect_row(s, w, s->y0 + y + AHEAD);
		if (any_hole(w->pixels + *first + y * w->width, s->width))
			return false;
	}
	return true;
}

PZ_INLINE int find_pixels(struct surroundings *s, const struct window *w, const struct stamp_map *m,
			  enum pixel_order order, float sky)
{
	bool copied = order == PIXELS_BY_COLUMNS ||
		      (order == PIXELS_BY_ROWS && w->width % CROWDED == 0);
	long first;
	int rc;

	if (!(m->high[0] > -1 && m->low[0] < (double)w->width && m->high[1] > -1 &&
	      m->low[1] < (double)w->height))
		return 0;
	if ((m->high[0] - m->low[0] + 32) * (m->high[1] - m->low[1] + 32) > SURROUNDINGS_MAX)
		return STAMP_WIDE;
	s->x0 = (long)floor(m->low[0]) - MARGIN;
	s->y0 = (long)floor(m->low[1]) - MARGIN;
	s->width = (long)ceil(m->high[0]) + MARGIN + LANCZOS3_TAPS - s->x0;
	s->height = (long)ceil(m->high[1]) + MARGIN + 1 - s->y0;
	s->holes = false;
	s->turned = order == PIXELS_BY_COLUMNS;
	/* Vectors of a kernel's last pixels go beyond them. */
	if ((rc = grow_patch(s, (size_t)(s->width * s->height) + LANCZOS3_TAPS)) < 0)
		return rc;
	if (!copied && is_whole(s, w, sky, &first)) {
		s->pixels = w->pixels + first;
		s->stride = w->width;
		return 1;
	}
	s->holes = s->turned ? copy_turned(s, w) : copy_rows(s, w);
	s->pixels = s->patch;
	s->stride = s->width;
	finish_patch(s, sky);
	return 1;
}

static int find_plain(struct surroundings *s, const struct window *w, const struct stamp_map *m,
		      enum pixel_order order, float sky)
{
	return find_pixels(s, w, m, order, sky);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static int find_avx2(struct surroundings *s, const struct window *w,
						     const struct stamp_map *m,
						     enum pixel_order order, float sky)
{
	return find_pixels(s, w, m, order, sky);
}
#else
#define find_avx2 find_plain
#endif

int pz_surroundings_find(struct surroundings *s, const struct window *w, const struct stamp_map *m,
			 enum pixel_order order, float sky)
{
	return (pz_cpu() >= PZ_CPU_AVX2 ? find_avx2 : find_plain)(s, w, m, order, sky);
}
