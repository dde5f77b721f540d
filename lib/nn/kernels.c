/* kernels.c -- which kernels are used, and which this machine can run */
#include <pthread.h>
#include <stddef.h>

#include <pz/cpu.h>

#include "gemm.h"
#include "kernels.h"

static const struct nn_kernels *const sets[] = {
	[PZ_CPU_PLAIN] = &pz_nn_kernels_plain,
#ifdef __x86_64__
	[PZ_CPU_AVX2] = &pz_nn_kernels_avx2,
	[PZ_CPU_AVX512] = &pz_nn_kernels_avx512,
#endif
};
static const struct nn_kernels *runnable[4], *chosen;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void begin(void)
{
	size_t n = 0;

	pz_nn_gemm_start();
	for (int k = (int)pz_cpu_best(); k >= PZ_CPU_PLAIN; k--)
		runnable[n++] = sets[k];
	chosen = sets[pz_cpu()];
}

const struct nn_kernels *pz_nn_kernels(void)
{
	pthread_once(&once, begin);
	return chosen;
}

const struct nn_kernels *const *pz_nn_kernels_all(void)
{
	pthread_once(&once, begin);
	return runnable;
}
