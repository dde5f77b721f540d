/* library.c -- the version of the BLAS */
#include <cblas.h>
#include <stdio.h>

#include <pz/libraries.h>

const char *pz_nn_library(void)
{
#ifdef OPENBLAS_VERSION
	return openblas_get_config();
#else
	return "a BLAS that is not OpenBLAS";
#endif
}
