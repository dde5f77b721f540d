/* log.h -- the table of losses that train writes during a run
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

/* Begins a log. Where a run is resumed at `iteration`, the lines up to there are kept and later
 * ones removed. A NULL path is fine: no log is written. */
int trainlog_open(struct trainlog *log, const char *path, int64_t iteration);
/* Adds a line. If it cannot be written, the log ends there and the run may continue. */
int trainlog_add(struct trainlog *log, const struct pz_train_report *report);
/* Reports errors of writing that show late. May be called again. */
int trainlog_close(struct trainlog *log);

#endif
