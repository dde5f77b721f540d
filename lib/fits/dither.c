/* dither.c -- floats that were rounded after a random number was added to each
 *
 * The loop is compiled twice, for AVX2 and for any CPU: both give the same bits.
 */
#include <limits.h>
#include <math.h>
#include <pthread.h>

#include <pz/cpu.h>

#include "../base/inline.h"
#include "tiles.h"

#define RANDOMS   10000
#define UNDEFINED (-2147483647) /* no value                           */
#define ZERO      (-2147483646) /* of SUBTRACTIVE_DITHER_2: exactly 0 */

static float randoms[RANDOMS];
static pthread_once_t once = PTHREAD_ONCE_INIT;

/* The numbers from 0 to 1 that dithers are made of (FITS 4.0, appendix I). */
static void make_randoms(void)
{
	double seed = 1;

	for (int i = 0; i < RANDOMS; i++) {
		double next = 16807 * seed;

		seed = next - 2147483647 * floor(next / 2147483647);
		randoms[i] = (float)(seed / 2147483647);
	}
}

/* Where a tile's dither is among them. */
struct place {
	size_t row, at;
};

static void jump(struct place *p)
{
	p->row %= RANDOMS;
	p->at = (size_t)(randoms[p->row] * 500);
}

/* What rounded numbers mean. */
struct meaning {
	int32_t blank, nought; /* no value, besides UNDEFINED; exactly 0 */
	double scale, zero;
};

static struct meaning find_meaning(const struct fits_tiles *t, const struct fits_band *b)
{
	bool has_blank = b->blank >= INT32_MIN && b->blank <= INT32_MAX &&
			 b->blank == floor(b->blank);

	return (struct meaning){ .blank = has_blank ? (int32_t)b->blank : UNDEFINED,
				 .nought = t->dither == 2 ? ZERO : UNDEFINED,
				 .scale = b->scale,
				 .zero = b->zero };
}

PZ_INLINE void undo_piece(const struct meaning *m, const int32_t *restrict from,
			  const float *restrict added, size_t n, float *restrict to)
{
	const struct meaning is = *m;

	for (size_t i = 0; i < n; i++) {
		float value = (float)((from[i] - (double)added[i] + 0.5) * is.scale + is.zero);

		value = from[i] == is.nought ? 0 : value;
		to[i] = (from[i] == UNDEFINED) | (from[i] == is.blank) ? NAN : value;
	}
}

static void undo_plain(const struct meaning *m, const int32_t *from, const float *added, size_t n,
		       float *to)
{
	undo_piece(m, from, added, n, to);
}

#ifdef __x86_64__
__attribute__((target("avx2"))) static void undo_avx2(const struct meaning *m, const int32_t *from,
						      const float *added, size_t n, float *to)
{
	undo_piece(m, from, added, n, to);
}
#else
#define undo_avx2 undo_plain
#endif

void pz_fits_tile_undither(const struct fits_tiles *t, const struct fits_band *b, size_t first,
			   size_t n, float *to)
{
	struct place p = { (b->tile + t->seed - 1) % RANDOMS, 0 };
	struct meaning m = find_meaning(t, b);
	const int32_t *from = b->pixels.i32;

	pthread_once(&once, make_randoms);
	for (size_t i = 0, end = first + n, piece; i < end; i += piece, p.row++) {
		size_t begin = first > i ? first : i;

		jump(&p);
		piece = RANDOMS - p.at;
		if (begin < i + piece) {
			size_t count = (i + piece < end ? i + piece : end) - begin;

			(pz_cpu() >= PZ_CPU_AVX2 ? undo_avx2 : undo_plain)(
				&m, from + begin, randoms + p.at + (begin - i), count,
				to + (begin - first));
		}
	}
}
