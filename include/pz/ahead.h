/* ahead.h -- a thread that prepares the next piece of work while this one uses the last
 *
 * Example:
 *      struct batch batch[PZ_AHEAD_SLOTS], *b;
 *      void *slot[PZ_AHEAD_SLOTS] = { &batch[0], &batch[1] }, *filled;
 *      struct pz_ahead *ahead;
 *
 *      rc = pz_ahead_begin(&ahead, fill, context, slot);
 *      while (rc == 0 && (got = pz_ahead_next(ahead, &filled)) > 0)
 *              use(b = filled);              // until the next pz_ahead_next
 *      pz_ahead_end(ahead);
 *
 * Two threads are at work:
 *
 *      reader    fill 0   fill 1   fill 0   fill 1
 *      caller             use 0    use 1    use 0
 *
 * The pieces come in the order in which they were filled, so that no result
 * depends on which thread was faster.
 */
#ifndef PZ_AHEAD_H
#define PZ_AHEAD_H

#include <pz/api.h>

#define PZ_AHEAD_SLOTS 2

struct pz_ahead;

/* Fills a slot: 1 filled, 0 nothing is left, < 0 an error with its text (pz_fail).
 * Runs in a thread of its own, one call at a time. */
typedef int pz_ahead_fill(void *context, void *slot);

PZ_API int pz_ahead_begin(struct pz_ahead **a, pz_ahead_fill *fill, void *context,
			  void *const slot[PZ_AHEAD_SLOTS]);
/* Waits for the next filled slot, which is the caller's until the next call: 1;
 * 0 nothing is left; < 0 the error of fill, which stays. */
PZ_API int pz_ahead_next(struct pz_ahead *a, void **slot);
/* Seconds that pz_ahead_next has waited so far. */
PZ_API double pz_ahead_waited(const struct pz_ahead *a);
/* Waits for the fill in progress and ends the thread; NULL is fine. */
PZ_API void pz_ahead_end(struct pz_ahead *a);

#endif
