/* cpu.c -- which kernels this machine runs */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "gemm.h"
#include "kernels.h"

static const struct nn_kernels *sets[4], *chosen;
static const char *refused; /* a wish that cannot be granted, or NULL */
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
	refused = wish && *wish ? wish : NULL;
	for (size_t i = 0; refused && sets[i]; i++)
		if (!strcmp(sets[i]->name, wish)) {
			chosen = sets[i];
			refused = NULL;
		}
}

int nn_kernels_check(void)
{
	pthread_once(&once, choose);
	if (!refused)
		return 0;
	return pz_fail(PZ_EUSAGE,
		       "PZ_CPU: expected plain, avx2 or avx512, and none above %s, the best of "
		       "this processor; found '%s'",
		       sets[0]->name, refused);
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
