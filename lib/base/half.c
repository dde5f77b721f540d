/* half.c -- float16 to and from float32, by the instructions of F16C */
#include "half.h"

#if defined __x86_64__

#include <cpuid.h>
#include <immintrin.h>
#include <pthread.h>
#include <stdbool.h>

#include <pz/cpu.h>

#define F16C   __attribute__((target("avx2,f16c")))
#define EIGHTS 8

static bool fast;

static void find_f16c(void)
{
	unsigned a, b, c = 0, d;

	fast = pz_cpu() != PZ_CPU_PLAIN && __get_cpuid(1, &a, &b, &c, &d) && c & bit_F16C;
}

static bool is_fast(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, find_f16c);
	return fast;
}

F16C static size_t load_eights(float *to, const void *stored, size_t n)
{
	const char *at = stored;
	size_t i;

	for (i = 0; i + EIGHTS <= n; i += EIGHTS)
		_mm256_storeu_ps(to + i, _mm256_cvtph_ps(_mm_loadu_si128(
						 (const __m128i *)(const void *)(at + 2 * i))));
	return i;
}

F16C static size_t store_eights(void *stored, const float *from, size_t n)
{
	const __m256 sign = _mm256_set1_ps(-0.0f), nan = _mm256_set1_ps(__builtin_nanf(""));
	char *at = stored;
	size_t i;

	for (i = 0; i + EIGHTS <= n; i += EIGHTS) {
		__m256 x = _mm256_loadu_ps(from + i);
		/* Of a NaN the processor keeps bits that have no meaning. */
		__m256 none = _mm256_or_ps(nan, _mm256_and_ps(sign, x));

		x = _mm256_blendv_ps(x, none, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
		_mm_storeu_si128((__m128i *)(void *)(at + 2 * i),
				 _mm256_cvtps_ph(x, _MM_FROUND_TO_NEAREST_INT));
	}
	return i;
}

size_t pz_half_load_eights(float *to, const void *stored, size_t n)
{
	return is_fast() ? load_eights(to, stored, n) : 0;
}

size_t pz_half_store_eights(void *stored, const float *from, size_t n)
{
	return is_fast() ? store_eights(stored, from, n) : 0;
}

#else

size_t pz_half_load_eights(float *to, const void *stored, size_t n)
{
	(void)to;
	(void)stored;
	(void)n;
	return 0;
}

size_t pz_half_store_eights(void *stored, const float *from, size_t n)
{
	(void)stored;
	(void)from;
	(void)n;
	return 0;
}

#endif
