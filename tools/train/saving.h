/* saving.h -- when the state of a run is written to its checkpoint, and read from it again
 *
 *      struct saving s = { .tool = &t, .path = o.checkpoint, .resuming = o.resume, ... };
 *
 *      saving_announce(&s, "while reading");
 *      rc = saving_resume(&s);                    // --resume
 *      ...
 *      rc = saving_write_if_possible(&s, ended);  // at every report
 *
 * All functions but saving_write_if_possible expect that there is a path.
 */
#ifndef SAVING_H
#define SAVING_H

#include "../common/tool.h"
#include "checkpoint.h"

struct saving {
	struct tool *tool;
	const char *path; /* of the checkpoint; NULL: none is written              */
	bool resuming;    /* --resume was given                                    */
	bool together;    /* with other ranks: a signal stops all of them at their next step */
	struct model *model;
	struct pz_train *run;
	const struct run_id *id;
	int64_t saved; /* iterations done by the state on disk; -1: there is none  */
};

/* Continues from the checkpoint, if there is one, and says so. PZ_EMISMATCH: it is of another
 * run. */
int saving_resume(struct saving *s);
/* Writes the state. 0 or the error of writing. */
int saving_write(struct saving *s);
/* Writes the state, if there is a path. A failure is an error only if no state was saved before
 * and the run has not ended; otherwise the run, which is worth more than its checkpoint, goes
 * on, and the failure is said and kept for the exit status (tool_fault). */
int saving_write_if_possible(struct saving *s, bool ended);
/* From here on a signal ends the process, by itself at once, and says when that was: "while
 * reading". */
void saving_announce(const struct saving *s, const char *when);
/* Puts before the text of PZ_ESTOP which file continues the run, and behind it how. */
int saving_explain_stop(const struct saving *s);

#endif
