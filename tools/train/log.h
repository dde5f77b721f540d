/* log.h -- the table that train writes as it goes
 *
 *      iteration  seen  rate  loss  valid_loss        tab-separated, one line a report
 */
#ifndef TRAINLOG_H
#define TRAINLOG_H

#include <stdio.h>

#include <pz/train.h>

struct trainlog {
	FILE *to; /* NULL: none is written */
	const char *path;
};

/* Begins a log; where a run goes on from `iteration`, what an earlier one wrote up
 * to there is kept and the rest cut off. A NULL path is fine. */
int trainlog_open(struct trainlog *log, const char *path, int64_t iteration);
/* Where a line cannot be written the log ends there: the run is worth more. */
int trainlog_add(struct trainlog *log, const struct pz_train_report *report);
/* Late errors; again is harmless. */
int trainlog_close(struct trainlog *log);

#endif
