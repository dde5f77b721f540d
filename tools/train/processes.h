/* processes.h -- a tool as several processes, which mpirun or srun start and MPI joins
 *
 *      if ((rc = ranks_begin(&ranks)) == 0)
 *              rc = ranks_agree(&ranks, prepare(...));     all go on, or none
 *      ...                                                 the first alone writes
 *      status = tool_end(&t, rc);
 *      ranks_end(&ranks);
 *
 * Built without MPI=1, or started without mpirun, there is one rank and MPI is not touched.
 */
#ifndef PROCESSES_H
#define PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pz/ranks.h>

/* Joins the processes that were started together. PZ_EUSAGE: there are several, and no
 * MPI in this program, or none that knows of them. */
int ranks_begin(struct pz_ranks *r);
void ranks_end(struct pz_ranks *r); /* all zero is fine */

/* The ranks for a schedule: NULL where there is one. */
const struct pz_ranks *ranks_of(const struct pz_ranks *r);
/* Whether this is the rank that writes and speaks. */
static inline bool ranks_first(const struct pz_ranks *r)
{
	return r->rank == 0;
}

/* 0 where rc is 0 on every rank; else, on all, that of the first that failed by itself
 * (not PZ_ERANK). *speaks: whether it is this one, whose text says why. */
int ranks_agree(const struct pz_ranks *r, int rc, bool *speaks);
/* Whether all ranks have the same bytes: 0, or PZ_EDATA on every one, naming what. */
int ranks_same(const struct pz_ranks *r, const char *what, const void *bytes, size_t size);
/* Files for every rank to read: PZ_EUSAGE names what is none. n 0: standard input. */
int ranks_need_files(const struct pz_ranks *r, const char *const *paths, int n);
/* Seconds that this rank has waited for the others. */
double ranks_waited(const struct pz_ranks *r);

/* ---- by MPI (processes_mpi.c), or for one rank (processes_alone.c) ---- */

int ranks_join(struct pz_ranks *r);
/* Every rank's word, in their order; valid until the next call. */
const uint64_t *ranks_gather(const struct pz_ranks *r, uint64_t mine);

#endif
