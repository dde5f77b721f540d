/* threads.h -- how many threads this process may use
 *
 * Results never depend on the number: it only says how fast they come.
 */
#ifndef PZ_THREADS_H
#define PZ_THREADS_H

#include <pz/api.h>

/* What the machine allows: the smallest of the CPU affinity, the cgroup's quota
 * (versions 1 and 2, rounded up) and SLURM_CPUS_PER_TASK; at least 1. */
PZ_API int pz_threads_available(void);

/* Sets the number for this process; n < 1 means available. */
PZ_API void pz_threads_use(int n);

/* The number in use; available where none was set. */
PZ_API int pz_threads(void);

#endif
