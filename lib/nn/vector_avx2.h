/* vector_avx2.h -- vectors of eight floats, for x86 CPUs with AVX2 (vector_avx512.h
 * says what of them) */
#include <immintrin.h>

#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC target("avx2,fma")
#endif

#define NAME "avx2"

typedef __m256 vec;
typedef __m256i lanes;

#define WIDTH                  8
#define ROWS                   6
#define FMA(a, b, c)           _mm256_fmadd_ps(a, b, c)
#define splat(x)               _mm256_set1_ps(x)
#define load(p)                _mm256_loadu_ps(p)
#define store(p, v)            _mm256_storeu_ps(p, v)
#define load_some(p, some)     _mm256_maskload_ps(p, some)
#define store_some(p, some, v) _mm256_maskstore_ps(p, some, v)

static inline lanes first(size_t count)
{
	const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);

	return _mm256_cmpgt_epi32(_mm256_set1_epi32(count < WIDTH ? (int)count : WIDTH), lane);
}
