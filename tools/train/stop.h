/* stop.h -- graceful stop on a signal; the state is kept for resuming
 *
 *      stop_at_once("train: state: stopped while reading");
 *      ... reads ...
 *      stop_in_order();
 *      while (... && !stop_asked())
 *              ... computes ...
 *      ... writes its state, says so ...
 *      stop_end();
 *
 * SIGTERM and SIGUSR1, Slurm's warning, end the process with status 0. SIGINT (Ctrl-C) and
 * SIGHUP (the terminal was closed) end it as they always do, so that a shell does not continue
 * with the next command; a second one does not wait for the state. Signals that the parent
 * ignores (nohup) stay ignored.
 */
#ifndef STOP_H
#define STOP_H

#include <stdbool.h>

/* From here on a signal ends the process at once; it removes unfinished files and prints this
 * line. */
void stop_at_once(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* From here on a signal is only noted. */
void stop_in_order(void);
bool stop_asked(void);
/* If the signal was one that kills a process: ends the process by it. */
void stop_end(void);

#endif
