/* pace.h -- how long a run will take, and how far it is, for those who see no progress line
 *
 *      pace_begin(&pace, 120000 * 128.0, pz_clock());
 *      switch (pace_add(&pace, 128, pz_clock())) {          // of every batch
 *      case PACE_EXPECTED:     // once, after the first ten: say pace_left
 *      case PACE_STILL:        // three minutes without a word: say how far it is
 *      ...
 */
#ifndef PACE_H
#define PACE_H

#include <stdbool.h>
#include <stdint.h>

enum pace_word { PACE_NOTHING, PACE_EXPECTED, PACE_STILL };

struct pace {
	double total, done; /* in the caller's unit                                 */
	double begun, from; /* seconds, and what was done then: where it is measured from */
	double said;        /* seconds                                              */
	int64_t steps;
	bool told; /* what is expected                                           */
};

void pace_begin(struct pace *p, double total, double now);
/* n more are done: what is to be said. The first step is not measured where there are others:
 * it touches memory and files for the first time. */
enum pace_word pace_add(struct pace *p, double n, double now);
/* Seconds to the end, as it went so far; 0 where nothing was measured. */
double pace_left(const struct pace *p, double now);

#endif
