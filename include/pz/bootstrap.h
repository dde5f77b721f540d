/* bootstrap.h -- a statistic drawn many times: its mean and its error
 *
 * Draw i has a stream of random numbers of its own, so draws run in parallel and
 * the result is the same at any number of threads.
 *
 * Example:
 *      static void mean_of_resample(struct pz_random *r, const void *data, double *work,
 *                                   double *out)
 *      {
 *              const struct column *c = data;
 *
 *              for (size_t i = 0; i < c->n; i++)
 *                      *out += c->x[pz_random_below(r, c->n)] / c->n;
 *      }
 */
#ifndef PZ_BOOTSTRAP_H
#define PZ_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>
#include <pz/random.h>

#define PZ_DRAWS_MAX 1000000

struct pz_spread {
	double mean, error; /* error: standard deviation, divisor draws - 1    */
};

/* One draw: fills out[stats] (0 when called) with the help of work (doubles of
 * unknown content, the thread's own). May be called from any thread. */
typedef void pz_draw_fn(struct pz_random *r, const void *data, double *work, double *out);

struct pz_bootstrap {
	int draws; /* 2..PZ_DRAWS_MAX; 0: no draws, mean and error NaN         */
	uint64_t seed;
	const char *purpose; /* keeps the numbers of one use apart from another's */
	size_t stats;        /* numbers that a draw gives                      */
	size_t work;         /* doubles that a draw needs                      */
	pz_draw_fn *draw;
	const void *data;
	double *values; /* [draws][stats], what each draw gave; NULL: not wanted      */
};

/* Draws that gave NaN (an empty bin, say) are left out of a statistic's mean and
 * error. 0, PZ_EARG, PZ_ENOMEM; memory: draws x stats + threads x work doubles. */
PZ_API int pz_bootstrap_run(const struct pz_bootstrap *b, struct pz_spread *out);

#endif
