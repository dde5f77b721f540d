/* kernels_plain.c -- kernels for any CPU */
#include <stdint.h>

#include "kernels.h"

#define SET          pz_nn_kernels_plain
#define NAME         "plain"
#define GEMM         pz_nn_gemm_blas
#define FMA(a, b, c) ((a) * (b) + (c))

#include "kernels.inc"
