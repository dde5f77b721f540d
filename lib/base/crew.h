/* crew.h -- threads that work beside the caller until their job returns
 *
 * For work that overlaps with the caller's: reading ahead, loading the next frames while stamps
 * are cut. (A loop whose items are independent is a pz_team_run.) A crew is its threads, one lock
 * for everything that they share with the caller, and one condition that says that it changed.
 *
 *      pz_crew_init(&crew);
 *      rc = pz_crew_start(&crew, 2, job, context);
 *      ...
 *      pz_crew_end(&crew);             // also where starting failed
 *
 *      job:    pz_crew_lock(crew);
 *              while (!crew->ending && !(work = find_work(context)))
 *                      pz_crew_wait(crew);
 *              pz_crew_unlock(crew);
 *
 * The text of an error belongs to the thread that failed (error.h). A job notes it in a
 * struct pz_failure (team.h), from which the caller raises it.
 */
#ifndef PZ_BASE_CREW_H
#define PZ_BASE_CREW_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>

#define PZ_CREW_STACK ((size_t)1 << 20) /* bytes of stack that every thread has at least */

struct pz_crew {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct pz_crew_member *member; /* the threads that were started              */
	size_t count;
	bool ending; /* under the lock: jobs shall return                            */
};

/* thread counts from 0. The job returns soon after `ending` is set. */
typedef void pz_crew_job(void *arg, size_t thread);

void pz_crew_init(struct pz_crew *c);
/* Starts that many threads, once for a crew. PZ_ENOMEM, or PZ_EIO where the system has no more
 * threads; those that were started work. */
int pz_crew_start(struct pz_crew *c, size_t threads, pz_crew_job *job, void *arg);
/* Sets `ending`, waits until all jobs have returned, and destroys the lock. */
void pz_crew_end(struct pz_crew *c);

void pz_crew_lock(struct pz_crew *c);
void pz_crew_unlock(struct pz_crew *c);
/* With the lock held: waits for the next pz_crew_changed. It may return without one. */
void pz_crew_wait(struct pz_crew *c);
/* With the lock held: wakes all that wait. */
void pz_crew_changed(struct pz_crew *c);

/* Starts one thread: 0, or an errno. Signals of the process stay with the threads that were there
 * before; only those of the thread's own faults, as of a file that was cut short while it is
 * mapped, can reach it. */
int pz_crew_thread(pthread_t *thread, void *(*start)(void *), void *arg);

#endif
