/* cpu.c -- what the processor has, and what PZ_CPU asks for */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include <pz/cpu.h>
#include <pz/error.h>

static const char *const names[] = { "plain", "avx2", "avx512" };
static enum pz_cpu best, chosen;
static const char *refused; /* a wish that cannot be granted, or NULL */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static enum pz_cpu find_best(void)
{
#ifdef __x86_64__
	__builtin_cpu_init();
	if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma") ||
	    !__builtin_cpu_supports("bmi2"))
		return PZ_CPU_PLAIN;
	if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
	    __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"))
		return PZ_CPU_AVX512;
	return PZ_CPU_AVX2;
#else
	return PZ_CPU_PLAIN;
#endif
}

static void choose_kernels(void)
{
	const char *wish = getenv("PZ_CPU");

	best = chosen = find_best();
	if (!wish || !*wish)
		return;
	refused = wish;
	for (enum pz_cpu k = PZ_CPU_PLAIN; k <= best; k++)
		if (!strcmp(names[k], wish)) {
			chosen = k;
			refused = NULL;
		}
}

enum pz_cpu pz_cpu_best(void)
{
	pthread_once(&once, choose_kernels);
	return best;
}

enum pz_cpu pz_cpu(void)
{
	pthread_once(&once, choose_kernels);
	return chosen;
}

const char *pz_cpu_name(void)
{
	return names[pz_cpu()];
}

int pz_cpu_check(void)
{
	pthread_once(&once, choose_kernels);
	if (!refused)
		return 0;
	return pz_fail(PZ_EUSAGE,
		       "PZ_CPU: expected plain, avx2 or avx512, and none above %s, the best of "
		       "this processor; found '%s'",
		       names[best], refused);
}
