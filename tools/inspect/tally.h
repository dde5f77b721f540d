/* tally.h -- count, range, mean and median of numbers that are read one by one
 *
 * Memory: at most TALLY_KEPT numbers. The median is exact for up to so many numbers; for more it is
 * that of a random sample, which is the same in every run.
 */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>
#include <stdint.h>

#include <pz/random.h>

#define TALLY_KEPT 65536

struct tally {
	uint64_t count, nan; /* numbers, and how many of them are NaN             */
	double min, max, sum;

	/* private: a reservoir (Li 1994, algorithm L) of the numbers that are not NaN */
	double *kept;
	size_t room;
	uint64_t next; /* the number that will replace a kept one                 */
	double weight;
	struct pz_random random;
};

void tally_init(struct tally *t);
void tally_release(struct tally *t);
/* 0 or PZ_ENOMEM. */
int tally_add(struct tally *t, double x);
int tally_add_floats(struct tally *t, const float *x, size_t n);
double tally_mean(const struct tally *t); /* NaN where there is no number         */
double tally_median(struct tally *t);     /* the same; mean of the middle two     */

#endif
