/* pixel.c -- float16 and float32 to and from bytes
 *
 * The half-precision loops are plain integer arithmetic without branches, so
 * that compilers vectorise them for any CPU; half.c has those of processors with F16C.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include <pz/pixel.h>

#include "half.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "pixels are stored little-endian: this machine needs byte swaps in pixel.c"
#endif

#define HALF_MAX 65504.0f /* the largest float16 */

size_t pz_pixel_bytes(enum pz_pixel p)
{
	return p == PZ_F2 ? 2 : 4;
}

const char *pz_pixel_name(enum pz_pixel p)
{
	return p == PZ_F2 ? "f2" : "f4";
}

static uint32_t bits_of(float x)
{
	uint32_t u;

	memcpy(&u, &x, sizeof u);
	return u;
}

static float value_of(uint32_t u)
{
	float x;

	memcpy(&x, &u, sizeof x);
	return x;
}

uint16_t pz_half_of(float x)
{
	uint32_t u = bits_of(x), sign = u >> 16 & 0x8000, a = u & 0x7fffffff;
	uint32_t normal, tiny, odd = a >> 13 & 1;

	/* Normal halves: rebias the exponent by 15 - 127 and round 13 bits away. */
	normal = (a - (112u << 23) + 0xfff + odd) >> 13;
	/* Below 2^-14: adding 0.5 lets the FPU round at the right bit, 2^-24. */
	tiny = bits_of(value_of(a < 113u << 23 ? a : 0) + 0.5f) - bits_of(0.5f);
	normal = a < 113u << 23 ? tiny : normal;
	normal = a >= 0x477ff000 ? 0x7c00 : normal; /* rounds beyond 65504 */
	normal = a > 0x7f800000 ? 0x7e00 : normal;  /* NaN                 */
	return (uint16_t)(sign | normal);
}

float pz_half_value(uint16_t h)
{
	uint32_t a = (uint32_t)(h & 0x7fff) << 13, sign = (uint32_t)(h & 0x8000) << 16;
	uint32_t magnitude;

	/* Scaling by 2^112 rebiases the exponent, and is exact for subnormals. */
	magnitude = bits_of(value_of(a) * 0x1p112f);
	magnitude = a >= 0x7c00u << 13 ? a | 0x7f800000 : magnitude;
	magnitude = a > 0x7c00u << 13 ? magnitude | 0x400000 : magnitude; /* a quiet NaN */
	return value_of(sign | magnitude);
}

void pz_pixels_load(float *to, const void *stored, size_t n, enum pz_pixel p)
{
	const unsigned char *at = stored;

	if (p == PZ_F4) {
		memcpy(to, stored, n * sizeof *to);
		return;
	}
	for (size_t i = pz_half_load_eights(to, stored, n); i < n; i++) {
		uint16_t h;

		memcpy(&h, at + 2 * i, sizeof h);
		to[i] = pz_half_value(h);
	}
}

/* One look at each pixel is cheaper than two, where they do not fit into a cache. */
static bool load_floats(float *restrict to, const unsigned char *restrict from, size_t n)
{
	int bad = 0;

	for (size_t i = 0; i < n; i++) {
		float x;

		memcpy(&x, from + sizeof x * i, sizeof x);
		to[i] = x;
		bad |= !(fabsf(x) <= FLT_MAX);
	}
	return !bad;
}

bool pz_pixels_load_finite(float *to, const void *stored, size_t n, enum pz_pixel p)
{
	if (p == PZ_F4)
		return load_floats(to, stored, n);
	pz_pixels_load(to, stored, n, p);
	return pz_pixels_finite(to, n);
}

void pz_pixels_store(void *stored, const float *from, size_t n, enum pz_pixel p)
{
	unsigned char *at = stored;

	if (p == PZ_F4) {
		memcpy(stored, from, n * sizeof *from);
		return;
	}
	for (size_t i = pz_half_store_eights(stored, from, n); i < n; i++) {
		uint16_t h = pz_half_of(from[i]);

		memcpy(at + 2 * i, &h, sizeof h);
	}
}

bool pz_pixels_finite(const float *x, size_t n)
{
	int bad = 0;

	for (size_t i = 0; i < n; i++)
		bad |= !(fabsf(x[i]) <= FLT_MAX);
	return !bad;
}

size_t pz_pixels_clip(float *x, size_t n)
{
	size_t clipped = 0;
	int beyond = 0;

	for (size_t i = 0; i < n; i++)
		beyond |= fabsf(x[i]) > HALF_MAX;
	for (size_t i = 0; i < n && beyond; i++)
		if (fabsf(x[i]) > HALF_MAX) {
			x[i] = copysignf(HALF_MAX, x[i]);
			clipped++;
		}
	return clipped;
}
