/* pace.h -- when to say how long a run will take and how far it is, without a progress line
 *
 *      pace_begin(&pace, 120000 * 128.0, pz_clock());
 *      switch (pace_add(&pace, 128, pz_clock())) {          // after every batch
 *      case PACE_EXPECTED:     // once, after the first ten: say pace_left()
 *      case PACE_STILL:        // after three minutes without a message: say how far it is
 *      ...
 */
#ifndef PACE_H
#define PACE_H

#include <stdbool.h>
#include <stdint.h>

enum pace_word { PACE_NOTHING, PACE_EXPECTED, PACE_STILL };

struct pace {
	double total, done; /* in the caller's unit                                 */
	double begun, from; /* where measuring begins: seconds, and what was done by then */
	double said;        /* when the last message was due, in seconds            */
	int64_t steps;
	bool told; /* the expected time was said                                 */
};

void pace_begin(struct pace *p, double total, double now);
/* n more are done; returns which message is due. The first step of several is not measured: it
 * takes longer, because it uses memory and files for the first time. */
enum pace_word pace_add(struct pace *p, double n, double now);
/* Predicted seconds to the end; 0 if nothing was measured yet. */
double pace_left(const struct pace *p, double now);

#endif
