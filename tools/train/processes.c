/* processes.c -- counts the processes of a run, and compares what they are about to do */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pz/error.h>
#include <pz/random.h>

#include "processes.h"

/* How many processes mpirun or srun say they started; 1 where none did. */
static int count_launched(void)
{
	static const char *const names[] = { "OMPI_COMM_WORLD_SIZE", "PMI_SIZE",
					     "SLURM_STEP_NUM_TASKS" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *text = getenv(names[i]);

		if (text && atoi(text) > 1)
			return atoi(text);
	}
	return 1;
}

int ranks_begin(struct pz_ranks *r)
{
	int started = count_launched(), rc = 0;

	*r = (struct pz_ranks){ .count = 1 };
	if (started > 1 && (rc = ranks_join(r)) < 0)
		return rc;
	/* Each of them would believe that it is the only one, and all would write the same file. */
	if (started > 1 && r->count == 1)
		return pz_fail(
			PZ_EUSAGE,
			"%d processes were started, but MPI does not connect them: expected a "
			"train that was built with MPI=1, and an option --mpi of srun that its "
			"MPI supports",
			started);
	return 0;
}

const struct pz_ranks *ranks_of(const struct pz_ranks *r)
{
	return r->count > 1 ? r : NULL;
}

int ranks_agree(const struct pz_ranks *r, int rc, bool *speaks)
{
	const uint64_t *all = ranks_gather(r, (uint64_t)-rc);
	int failed = 0, first = -1;

	*speaks = true;
	for (int i = 0; i < r->count; i++)
		if (all[i] > 0 && -(int)all[i] != PZ_ERANK) {
			failed++;
			first = first < 0 ? i : first;
		}
	if (failed == 0)
		return rc;
	*speaks = first == r->rank;
	if (*speaks && failed < r->count)
		pz_fail_in(rc, "rank %d", first);
	return -(int)all[first];
}

int ranks_same(const struct pz_ranks *r, const char *what, const void *bytes, size_t size)
{
	const uint64_t *all = ranks_gather(r, pz_hash(bytes, size, 0));

	for (int i = 1; i < r->count; i++)
		if (all[i] != all[0])
			return pz_fail(PZ_EDATA, "rank %d and rank 0 have different %s", i, what);
	return 0;
}

int ranks_same_parameters(const struct pz_ranks *r, struct pz_net *net)
{
	return ranks_same(r, "parameters", pz_net_values(net), pz_net_block(net) * sizeof(float));
}

int ranks_need_files(const struct pz_ranks *r, const char *const *paths, int n)
{
	struct stat info;

	if (r->count < 2)
		return 0;
	if (n == 0)
		return pz_fail(PZ_EUSAGE, "stdin: expected a file that each of %d ranks can read",
			       r->count);
	for (int i = 0; i < n; i++)
		if (!strcmp(paths[i], "-") ||
		    (stat(paths[i], &info) == 0 && !S_ISREG(info.st_mode)))
			return pz_fail(PZ_EUSAGE,
				       "%s: expected a file that each of %d ranks can read",
				       paths[i], r->count);
	return 0;
}
