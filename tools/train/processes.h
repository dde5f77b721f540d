/* processes.h -- train as several processes, which mpirun or srun start and MPI connects
 *
 *      if ((rc = ranks_begin(&ranks)) == 0)
 *              rc = ranks_agree(&ranks, prepare(...), &speaks);   all continue, or none
 *      ...                                                        only the first writes
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

#include <pz/nn.h>
#include <pz/ranks.h>

/* Connects the processes that were started together. PZ_EUSAGE: there are several, but this
 * program was built without MPI, or its MPI does not know of them. */
int ranks_begin(struct pz_ranks *r);
void ranks_end(struct pz_ranks *r); /* all zero is fine */

/* The ranks for a schedule: NULL if there is only one. */
const struct pz_ranks *ranks_of(const struct pz_ranks *r);
/* Whether this is the rank that writes files and messages. */
static inline bool ranks_first(const struct pz_ranks *r)
{
	return r->rank == 0;
}

/* 0 if rc is 0 on every rank; otherwise, on all ranks, the rc of the first rank that failed by
 * itself (not with PZ_ERANK). *speaks: whether that is this rank, whose error text says why. */
int ranks_agree(const struct pz_ranks *r, int rc, bool *speaks);
/* 0 if all ranks have the same bytes; otherwise PZ_EDATA on every rank, naming `what`. */
int ranks_same(const struct pz_ranks *r, const char *what, const void *bytes, size_t size);
/* The same of the values of a network. */
int ranks_same_parameters(const struct pz_ranks *r, struct pz_net *net);
/* Every rank must be able to read these n files by itself (n 0: standard input). PZ_EUSAGE names
 * an operand that is no file. */
int ranks_need_files(const struct pz_ranks *r, const char *const *paths, int n);
/* Seconds for which this rank has waited for the others. */
double ranks_waited(const struct pz_ranks *r);

/* ---- by MPI (processes_mpi.c), or for one rank (processes_alone.c) ---- */

int ranks_join(struct pz_ranks *r);
/* Name and version of the MPI in this program, for --version. */
const char *ranks_library(void);
/* The 8 bytes that each rank gives, in the order of the ranks; valid until the next call. */
const uint64_t *ranks_gather(const struct pz_ranks *r, uint64_t mine);

#endif
