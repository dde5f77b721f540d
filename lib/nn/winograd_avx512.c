/* winograd_avx512.c -- Winograd's convolutions for x86 CPUs with AVX512 */
#ifdef __x86_64__

#include "winograd_set.h"

#include "vector_avx512.h"

#define SET pz_nn_winograd_avx512

#include "winograd.inc"

#include "vector_end.h"

#endif
