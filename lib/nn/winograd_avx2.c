/* winograd_avx2.c -- Winograd's convolutions for x86 CPUs with AVX2 */
#ifdef __x86_64__

#include "winograd_set.h"

#include "vector_avx2.h"

#define SET pz_nn_winograd_avx2

#include "winograd.inc"

#include "vector_end.h"

#endif
