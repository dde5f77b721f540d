/* processes_alone.c -- one rank, for programs that are built without MPI */
#include "processes.h"

int ranks_join(struct pz_ranks *r)
{
	*r = (struct pz_ranks){ .count = 1 };
	return 0;
}

void ranks_end(struct pz_ranks *r)
{
	*r = (struct pz_ranks){ 0 };
}

const uint64_t *ranks_gather(const struct pz_ranks *r, uint64_t mine)
{
	static uint64_t all[1];

	(void)r;
	all[0] = mine;
	return all;
}

double ranks_waited(const struct pz_ranks *r)
{
	(void)r;
	return 0;
}

const char *ranks_library(void)
{
	return "MPI not built in (make MPI=1)";
}
