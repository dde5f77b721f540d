/* cpu.c -- which kernels this machine runs */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "gemm.h"
#include "kernels.h"

static const struct nn_kernels *sets[4], *chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void choose(void)
{
	const char *wish = getenv("PZ_CPU");
	size_t n = 0;

	nn_gemm_start();
#ifdef __x86_64__
	__builtin_cpu_init();
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
		sets[n++] = &nn_kernels_avx512;
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))
		sets[n++] = &nn_kernels_avx2;
#endif
	sets[n] = &nn_kernels_plain;
	chosen = sets[0];
	for (size_t i = 0; wish && sets[i]; i++)
		if (!strcmp(sets[i]->name, wish))
			chosen = sets[i];
}

const struct nn_kernels *nn_kernels(void)
{
	pthread_once(&once, choose);
	return chosen;
}

const struct nn_kernels *const *nn_kernels_all(void)
{
	pthread_once(&once, choose);
	return sets;
}

const char *pz_cpu_name(void)
{
	return nn_kernels()->name;
}
