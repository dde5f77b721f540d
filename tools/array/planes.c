/* planes.c -- pixels whose bands stand side by side become one plane for each band
 *
 * A usual number of bands is a constant to the compiler, which then unrolls and uses vectors.
 */
#include <stdint.h>
#include <string.h>

#include "planes.h"

#define INLINE     static inline __attribute__((always_inline))
#define BANDS_MOST 6 /* of those that are constants */
#define HALVES     4 /* in a word of 64 bits        */

INLINE void spread_words(const char *restrict from, size_t n, size_t bands, size_t plane,
			 char *restrict to)
{
	for (size_t i = 0; i < n; i++)
		for (size_t b = 0; b < bands; b++, from += sizeof(float))
			memcpy(to + (b * plane + i) * sizeof(float), from, sizeof(float));
}

INLINE void spread_halves(const char *restrict from, size_t n, size_t bands, size_t plane,
			  char *restrict to)
{
	for (size_t i = 0; i < n; i++)
		for (size_t b = 0; b < bands; b++, from += sizeof(uint16_t))
			memcpy(to + (b * plane + i) * sizeof(uint16_t), from, sizeof(uint16_t));
}

/* Four pixels at a time: `bands` words come in, and one goes out to each plane. It takes two thirds
 * of the time of moving halves one by one. */
INLINE void spread_fours(const char *restrict from, size_t n, size_t bands, size_t plane,
			 char *restrict to)
{
	size_t fours = n - n % HALVES;

	for (size_t i = 0; i < fours; i += HALVES, from += bands * sizeof(uint64_t)) {
		uint64_t in[BANDS_MOST];

		memcpy(in, from, bands * sizeof *in);
		for (size_t b = 0; b < bands; b++) {
			uint64_t out = 0;

			for (size_t k = 0; k < HALVES; k++) {
				size_t at = k * bands + b;

				out |= (in[at / HALVES] >> 16 * (at % HALVES) & 0xffff) << 16 * k;
			}
			memcpy(to + (b * plane + i) * sizeof(uint16_t), &out, sizeof out);
		}
	}
	spread_halves(from, n - fours, bands, plane, to + fours * sizeof(uint16_t));
}

static void spread_f4(const char *from, size_t n, size_t bands, size_t plane, char *to)
{
	switch (bands) {
	case 3:
		return spread_words(from, n, 3, plane, to);
	case 4:
		return spread_words(from, n, 4, plane, to);
	case 5:
		return spread_words(from, n, 5, plane, to);
	case 6:
		return spread_words(from, n, 6, plane, to);
	default:
		return spread_words(from, n, bands, plane, to);
	}
}

static void spread_f2(const char *from, size_t n, size_t bands, size_t plane, char *to)
{
	switch (bands) {
	case 3:
		return spread_fours(from, n, 3, plane, to);
	case 4:
		return spread_fours(from, n, 4, plane, to);
	case 5:
		return spread_fours(from, n, 5, plane, to);
	case 6:
		return spread_fours(from, n, 6, plane, to);
	default:
		return spread_halves(from, n, bands, plane, to);
	}
}

void planes_spread(const void *from, size_t n, size_t bands, size_t plane, enum pz_pixel type,
		   void *to)
{
	(type == PZ_F2 ? spread_f2 : spread_f4)(from, n, bands, plane, to);
}
