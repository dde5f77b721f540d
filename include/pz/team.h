/* team.h -- a loop whose items are shared out among threads
 *
 * Every parallel loop of the library is one of these. The caller works too, and at the end waits
 * for items that somebody has begun, never for a thread that has not come yet: on a machine that
 * is shared with other work, a barrier for all threads costs a time slice of the scheduler each
 * time, and here the caller goes on alone.
 */
#ifndef PZ_TEAM_H
#define PZ_TEAM_H

#include <stdbool.h>
#include <stddef.h>

#include <pz/api.h>
#include <pz/error.h>

/* Item 0 .. items-1; thread is below the number of threads asked for, and no two
 * calls at a time have the same. */
typedef void pz_team_job(void *arg, size_t item, size_t thread);

/* Calls job for every item, in any order, on up to `threads` threads. While the
 * team is busy for another caller, the items run on the calling thread. */
PZ_API void pz_team_run(size_t threads, size_t items, pz_team_job *job, void *arg);

/* The failure of a loop. The text of an error belongs to the thread that failed (error.h), so the
 * job notes it here, and the caller raises it after the loop. Of several failures that of the
 * lowest item is kept, so that the message does not depend on timing. All zero: none. */
struct pz_failure {
	int code;
	size_t at;
	char text[PZ_ERROR_TEXT];
};

/* From any thread: an item failed with this code and the thread's error text. */
PZ_API void pz_failure_note(struct pz_failure *f, size_t item, int code);
/* From any thread: whether an item failed already, so that others need not begin. */
PZ_API bool pz_failure_any(const struct pz_failure *f);
/* After the loop: says it again in this thread and returns its code; 0 where there was none. */
PZ_API int pz_failure_raise(const struct pz_failure *f);

#endif
