/* progress.h -- how far along, how fast, how long still
 *
 *      train  step 1  [=======>      ] 52 %  9310 stamps/s  12 s left
 *
 * Written to the stream that the caller hands over, at most five times a
 * second, over one line; a NULL stream makes every call a no-op. One thread
 * calls at a time.
 *
 * The tools of a pipeline share a terminal and so its line: the first to have something to
 * show keeps it until it ends, then the next one shows its own. A line is cut to the width
 * of the terminal, as one that went on below could not be written over.
 */
#ifndef PZ_PROGRESS_H
#define PZ_PROGRESS_H

#include <stdint.h>
#include <stdio.h>

#include <pz/api.h>

struct pz_progress {
	FILE *to;         /* NULL: silent                                       */
	const char *what; /* the stage, borrowed                                */
	const char *unit; /* what is counted, plural, borrowed                  */
	double total;     /* how many there will be; 0: not known               */
	double done;
	double begun, shown; /* monotonic seconds                                */
	int terminal;        /* private: descriptor that holds the terminal's line; -1: not held */
};

PZ_API void pz_progress_begin(struct pz_progress *p, FILE *to, const char *what, const char *unit,
			      double total);
PZ_API void pz_progress_add(struct pz_progress *p, double n);
/* Clears the line for another that is to be written; it comes back with the next count. */
PZ_API void pz_progress_clear(const struct pz_progress *p);
/* Clears the line, so that what follows starts on a clean one, and leaves it to others. */
PZ_API void pz_progress_end(struct pz_progress *p);

#define PZ_TIME_TEXT 24 /* bytes */
/* A time for people: "12 s", from a minute on "1:05 h" (hours and minutes); returns text. */
PZ_API const char *pz_time_text(double seconds, char text[PZ_TIME_TEXT]);

/* Seconds on a clock that only goes forward. */
PZ_API double pz_clock(void);

#endif
