/* kernels_plain.c -- kernels for any CPU */
#include <stdint.h>

#include "kernels.h"

#define SET          nn_kernels_plain
#define NAME         "plain"
#define GEMM         nn_gemm_blas
#define FMA(a, b, c) ((a) * (b) + (c))

#include "kernels.inc"
