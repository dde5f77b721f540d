/* team.h -- a loop whose items are shared out among threads
 *
 * Like an OpenMP loop with a dynamic schedule, but for the end: the caller works
 * too and waits for items that somebody has begun, never for a thread that has
 * not come yet. On a machine shared with other work OpenMP's barriers cost a
 * scheduler's time slice each, here the caller goes on alone.
 */
#ifndef PZ_NN_TEAM_H
#define PZ_NN_TEAM_H

#include <stddef.h>

/* Item 0 .. items-1; thread is below the number of threads asked for, and no two
 * calls at a time have the same. */
typedef void nn_job(void *arg, size_t item, size_t thread);

/* Calls job for every item, in any order, on up to `threads` threads. While the
 * team is busy for another caller, the items run on the calling thread. */
void nn_team_run(size_t threads, size_t items, nn_job *job, void *arg);

#endif
