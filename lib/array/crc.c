/* crc.c -- CRC-32, by products of polynomials where the processor has them
 *
 * The checksum is the remainder of the message, a polynomial over the field of two elements, modulo
 * P = x^32 + x^26 + ... + 1. A remainder stays the same when 128 bits that stand D bits before
 * others are taken away and their product with x^D mod P is added to those others. So 64 bytes,
 * four vectors side by side, walk over the message (D = 512), become one vector (D = 128), and
 * zlib takes the remainder of that. Each half of a vector has a factor of its own, x^(D + 32) and
 * x^(D - 32): halves are 64 bits apart, and products of reflected polynomials are one bit short.
 * Source: Gopal et al., Fast CRC Computation for Generic Polynomials Using PCLMULQDQ, Intel, 2009.
 */
#include <zlib.h>

#include <pz/cpu.h>

#include "crc.h"

#ifdef __x86_64__
#include <immintrin.h>

#define STEP   64 /* bytes */
#define CLMUL  __attribute__((target("pclmul,sse4.1")))
#define VECTOR sizeof(__m128i)

/* The vector moved on by the distance of these factors. */
CLMUL static inline __m128i move(__m128i x, __m128i factors)
{
	return _mm_xor_si128(_mm_clmulepi64_si128(x, factors, 0x00),
			     _mm_clmulepi64_si128(x, factors, 0x11));
}

CLMUL static inline __m128i load(const unsigned char *at)
{
	return _mm_loadu_si128((const __m128i *)at);
}

/* n: a multiple of STEP, not 0. */
CLMUL static uint32_t fold(uint32_t crc, const unsigned char *at, size_t n)
{
	/* x^(512 +- 32) and x^(128 +- 32) mod P, reflected */
	const __m128i far = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
	const __m128i near = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
	unsigned char rest[VECTOR];
	__m128i x[STEP / VECTOR];

	for (size_t i = 0; i < STEP / VECTOR; i++)
		x[i] = load(at + i * VECTOR);
	/* What came before stands, inverted as CRC-32 wants it, in the first 32 bits. */
	x[0] = _mm_xor_si128(x[0], _mm_cvtsi32_si128((int)~crc));
	for (at += STEP, n -= STEP; n > 0; at += STEP, n -= STEP)
		for (size_t i = 0; i < STEP / VECTOR; i++)
			x[i] = _mm_xor_si128(move(x[i], far), load(at + i * VECTOR));
	for (size_t i = 1; i < STEP / VECTOR; i++)
		x[i] = _mm_xor_si128(move(x[i - 1], near), x[i]);
	_mm_storeu_si128((__m128i *)rest, x[STEP / VECTOR - 1]);
	return (uint32_t)crc32_z(0xffffffff, rest, sizeof rest);
}

uint32_t pz_crc32(uint32_t crc, const void *bytes, size_t n)
{
	const unsigned char *at = bytes;
	size_t folded = n - n % STEP;

	if (folded && pz_cpu() != PZ_CPU_PLAIN && __builtin_cpu_supports("pclmul"))
		crc = fold(crc, at, folded);
	else
		folded = 0;
	return (uint32_t)crc32_z(crc, at + folded, n - folded);
}
#else
uint32_t pz_crc32(uint32_t crc, const void *bytes, size_t n)
{
	return (uint32_t)crc32_z(crc, bytes, n);
}
#endif
