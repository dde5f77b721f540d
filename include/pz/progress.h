/* progress.h -- how far along, how fast, how long still
 *
 *      train  step 1  [=======>      ] 52 %  9310 stamps/s  12 s left
 *
 * Written to the stream that the caller hands over, at most five times a
 * second, over one line; a NULL stream makes every call a no-op. One thread
 * calls at a time.
 */
#ifndef PZ_PROGRESS_H
#define PZ_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

struct pz_progress {
	FILE *to;         /* NULL: silent                                       */
	const char *what; /* the stage, borrowed                                */
	const char *unit; /* what is counted, plural, borrowed                  */
	double total;     /* how many there will be; 0: not known               */
	double done;
	double begun, shown; /* monotonic seconds                                */
};

void pz_progress_begin(struct pz_progress *p, FILE *to, const char *what, const char *unit,
		       double total);
void pz_progress_add(struct pz_progress *p, double n);
/* Clears the line, so that what follows starts on a clean one. */
void pz_progress_end(struct pz_progress *p);

/* Seconds on a clock that only goes forward. */
double pz_clock(void);

#endif
