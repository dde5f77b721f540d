/* ranks.h -- several processes that train one network together
 *
 * Each of `count` ranks runs the same program on the same data with the same plan. Of
 * every batch a rank takes its share, a run of draws, and computes their part of the
 * batch's gradient; the parts are added up over the ranks, and all take the same step:
 *
 *      rank 0   draws 0..42    up   outputs, hidden layers   trunk   Adam
 *      rank 1   draws 43..84   up   outputs, hidden layers   trunk   Adam
 *      rank 2   draws 85..127  up   outputs, hidden layers   trunk   Adam
 *                                           begin ----------> wait
 *
 * Gradients of outputs and hidden layers (Net_P: 23 of 27 million) are complete before
 * the way back through the trunk begins, and travel while it is walked.
 *
 * How they travel is the caller's; the library fills none of this in. Every rank gets the
 * same bytes from a sum, and all make the same calls in the same order; one that fails
 * tells the others so before the next batch. What has no result (a broken connection) ends
 * the process, and the others with it.
 */
#ifndef PZ_RANKS_H
#define PZ_RANKS_H

#include <stddef.h>

struct pz_ranks {
	int rank, count; /* this one, from 0, of how many                      */
	void *context;
	/* Begins to add x(n) up over the ranks, into x on each; x and what is in it are
	 * not the caller's until the wait. */
	void (*begin)(void *context, float *x, size_t n);
	/* Waits for all that was begun. */
	void (*wait)(void *context);
	/* Adds x(n) up, now; nothing else is under way. */
	void (*add)(void *context, double *x, size_t n);
};

/* Where a rank's share of n things begins, and the one before it ends: shares lie in a
 * row, their sizes differ by one at most. */
static inline size_t pz_ranks_first(int rank, int count, size_t n)
{
	size_t r = (size_t)rank, c = (size_t)count;

	return n / c * r + n % c * r / c; /* floor(n r / c), without overflow */
}

#endif
