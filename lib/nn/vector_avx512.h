/* vector_avx512.h -- vectors of sixteen floats, for x86 CPUs with AVX512
 *
 * What product.inc and winograd.inc are written in; vector_avx2.h and
 * vector_plain.h have the same for other CPUs:
 *
 *      vec, WIDTH           a vector of floats, that many
 *      ROWS                 of a product kept in registers, 12 at most
 *      FMA(a, b, c)         a * b + c
 *      load(p), store(p, v), splat(x)
 *      lanes                which elements of a vector exist: first(count)
 *      load_some(p, lanes), store_some(p, lanes, v)
 *
 * All that is compiled behind this line may use the CPU's instructions; a file
 * ends with vector_end.h. */
#include <immintrin.h>

#ifdef __clang__
#pragma clang attribute push(                                                                      \
	__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))),                    \
	apply_to = function)
#else
#pragma GCC target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma")
#endif

#define NAME "avx512"

typedef __m512 vec;
typedef __mmask16 lanes;

#define WIDTH                  16
#define ROWS                   12
#define FMA(a, b, c)           _mm512_fmadd_ps(a, b, c)
#define splat(x)               _mm512_set1_ps(x)
#define load(p)                _mm512_loadu_ps(p)
#define store(p, v)            _mm512_storeu_ps(p, v)
#define load_some(p, some)     _mm512_maskz_loadu_ps(some, p)
#define store_some(p, some, v) _mm512_mask_storeu_ps(p, some, v)

static inline lanes first(size_t count)
{
	return (lanes)(count < WIDTH ? (1u << count) - 1 : 0xffff);
}
