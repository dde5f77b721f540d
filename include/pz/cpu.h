/* cpu.h -- which instructions of this processor the kernels use
 *
 * The networks and the resampling of frames have several forms of their inner loops. The best one
 * that the processor runs is taken, unless the environment's PZ_CPU names another, which is read
 * once. Results of different forms agree to rounding.
 */
#ifndef PZ_CPU_H
#define PZ_CPU_H

#include <pz/api.h>

enum pz_cpu { PZ_CPU_PLAIN, PZ_CPU_AVX2, PZ_CPU_AVX512 };

/* The best that this processor runs; avx2 comes with FMA and BMI2, avx512 with F, BW, DQ and VL. */
PZ_API enum pz_cpu pz_cpu_best(void);
/* The one in use. */
PZ_API enum pz_cpu pz_cpu(void);
/* What that is called: plain, avx2 or avx512. */
PZ_API const char *pz_cpu_name(void);
/* PZ_EUSAGE where PZ_CPU names none of these, or one that this processor has not; the best is then
 * in use. */
PZ_API int pz_cpu_check(void);

#endif
