/* threads.c -- affinity, cgroup and Slurm, whichever is smallest */
#include <stdio.h>
#include <stdlib.h>

#include <pz/threads.h>

#include "os.h"

static int in_use;

/* CPUs that quota/period stand for, rounded up; 0 where there is no limit. */
static int of_quota(double quota, double period)
{
	return quota > 0 && period > 0 ? (int)((quota + period - 1) / period) : 0;
}

static int of_cgroup(void)
{
	double quota = 0, period = 0, part;
	FILE *f;

	if ((f = fopen("/sys/fs/cgroup/cpu.max", "re"))) {
		if (fscanf(f, "%lf %lf", &quota, &period) != 2)
			quota = 0; /* "max": no limit */
		fclose(f);
		return of_quota(quota, period);
	}
	if ((f = fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "re"))) {
		if (fscanf(f, "%lf", &part) == 1)
			quota = part;
		fclose(f);
	}
	if ((f = fopen("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "re"))) {
		if (fscanf(f, "%lf", &part) == 1)
			period = part;
		fclose(f);
	}
	return of_quota(quota, period);
}

static int of_slurm(void)
{
	const char *text = getenv("SLURM_CPUS_PER_TASK");

	return text ? atoi(text) : 0;
}

int pz_threads_available(void)
{
	const int limits[] = { pz_os_cpus(), of_cgroup(), of_slurm() };
	int n = 0;

	for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
		if (limits[i] > 0 && (n == 0 || limits[i] < n))
			n = limits[i];
	return n > 0 ? n : 1;
}

void pz_threads_use(int n)
{
	in_use = n >= 1 ? n : pz_threads_available();
}

int pz_threads(void)
{
	if (in_use == 0)
		pz_threads_use(0);
	return in_use;
}
