/* noise.c -- normal numbers by the hundred million
 *
 * A frame wants three million of them. Box-Muller on blocks of Philox words,
 * both numbers of each pair used, with logarithm, sine and cosine by polynomials
 * (Cephes, single precision) in loops that the compiler turns into vector code.
 * Only single additions and products are used, so every machine gets the same.
 */
#include <math.h>
#include <string.h>

#include "parts.h"

#define CHUNK 512 /* words, and numbers, made at a time */

/* ln(x), normal x > 0, to 1e-7. */
static inline float log_fast(float x)
{
	uint32_t bits;
	int32_t exponent;
	float m, e, y, m2;

	memcpy(&bits, &x, sizeof bits);
	/* Mantissa in [sqrt(1/2), sqrt(2)): the offset moves the cut there. */
	exponent = (int32_t)(bits - 0x3f3504f3u) >> 23;
	bits -= (uint32_t)exponent << 23;
	memcpy(&m, &bits, sizeof m);
	m -= 1;
	e = (float)exponent;
	m2 = m * m;
	y = 7.0376836292e-2f;
	y = y * m - 1.1514610310e-1f;
	y = y * m + 1.1676998740e-1f;
	y = y * m - 1.2420140846e-1f;
	y = y * m + 1.4249322787e-1f;
	y = y * m - 1.6668057665e-1f;
	y = y * m + 2.0000714765e-1f;
	y = y * m - 2.4999993993e-1f;
	y = y * m + 3.3333331174e-1f;
	y = y * m * m2 - 2.12194440e-4f * e - 0.5f * m2;
	return m + y + 0.693359375f * e;
}

/* Sine and cosine of an angle in [-pi/4, pi/4], to 1e-7. */
static inline void sincos_small(float x, float *s, float *c)
{
	float x2 = x * x;

	*s = ((-1.9515295891e-4f * x2 + 8.3321608736e-3f) * x2 - 1.6666654611e-1f) * x2 * x + x;
	*c = ((2.443315711809948e-5f * x2 - 1.388731625493765e-3f) * x2 + 4.166664568298827e-2f) *
		     x2 * x2 -
	     0.5f * x2 + 1;
}

/* Two independent normal numbers from two words. The top two bits of the angle's
 * word choose the quadrant, the rest the angle in it. */
static inline void normal_pair(uint32_t radius, uint32_t angle, float *a, float *b)
{
	/* (radius + 1/2)/2^32 in single precision; 0 does not occur, 1 gives 0. */
	float u = ((float)(int32_t)(radius >> 8) * 256.0f + (float)(int32_t)(radius & 255) + 0.5f) *
		  0x1p-32f;
	float r = sqrtf(-2 * log_fast(u));
	float x = (float)((int32_t)(angle << 2) >> 1) * (float)(M_PI_2 * 0x1p-31);
	float s, c, flip = angle >> 31 ? -1.0f : 1.0f;
	int turn = angle >> 30 & 1;

	sincos_small(x, &s, &c);
	*a = r * flip * (turn ? -s : c);
	*b = r * flip * (turn ? c : s);
}

/* Chunk number `index` of a stream. */
static void normal_chunk(uint64_t seed, uint64_t stream, size_t index, float number[CHUNK])
{
	uint64_t block = (uint64_t)index * (CHUNK / 4);
	uint32_t word[CHUNK];

	for (int i = 0; i < CHUNK; i += 4)
		pz_random_block(seed, stream, block++, word + i);
	for (int i = 0; i < CHUNK / 2; i++)
		normal_pair(word[i], word[i + CHUNK / 2], &number[i], &number[i + CHUNK / 2]);
}

void pz_mock_normals(uint64_t seed, uint64_t stream, float *to, size_t n)
{
	float number[CHUNK];

	for (size_t done = 0; done < n; done += CHUNK) {
		normal_chunk(seed, stream, done / CHUNK, number);
		memcpy(to + done, number, (n - done < CHUNK ? n - done : CHUNK) * sizeof *to);
	}
}

void pz_mock_noise(const struct pz_mock *sky, int b, uint64_t stream, float *pixels, size_t n)
{
	float floor2 = (float)(sky->survey->sky[b] * sky->survey->sky[b]);
	float per_flux = (float)(1 / sky->survey->electrons[b]);
	float number[CHUNK];

	for (size_t done = 0; done < n; done += CHUNK) {
		size_t m = n - done < CHUNK ? n - done : CHUNK;

		normal_chunk(sky->seed, stream, done / CHUNK, number);
		for (size_t i = 0; i < m; i++)
			pixels[done + i] += sqrtf(floor2 + per_flux * pixels[done + i]) * number[i];
	}
}
