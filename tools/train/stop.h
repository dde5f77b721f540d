/* stop.h -- graceful stop on a signal; the state is kept for resuming
 *
 *      stop_at_once("train: state: stopped while reading, nothing was done");
 *      ... reads ...
 *      stop_in_order();
 *      while (... && !stop_asked())
 *              ... computes ...
 *      ... keeps its state, says so ...
 *      stop_end();
 *
 * SIGTERM and SIGUSR1, Slurm's warning, end the process with status 0. SIGINT (Ctrl-C) and
 * SIGHUP (a terminal that is gone) end it as they always do, so that a shell does not go on
 * with the next command; a second one does not wait for the state. What the parent ignores
 * (nohup) stays ignored.
 */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

/* From here on a signal ends the process where it is, removes unfinished files and
 * says this line. */
void stop_at_once(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* From here on a signal is only noted. */
void stop_in_order(void);
bool stop_asked(void);
/* Where it was asked by a signal that kills: dies of it. */
void stop_end(void);

#endif
