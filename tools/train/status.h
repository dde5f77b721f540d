/* status.h -- what train says on standard error while it computes
 *
 * A progress line where standard error is a terminal; elsewhere, for the log of a batch job,
 * how long a stage is expected to take and, every few minutes, how far it is (pace.h).
 */
#ifndef STATUS_H
#define STATUS_H

#include <pz/train.h>

#include "../common/model.h"
#include "../common/tool.h"
#include "pace.h"

struct status {
	const struct tool *tool;    /* these three are set by the caller           */
	const struct pz_train *run; /* its iterations and losses are shown         */
	int64_t iterations;         /* of the whole run                            */

	const char *stage; /* "features" or "training"                             */
	char line[64];     /* the stage and the loss, of the progress line         */
	struct pz_progress progress;
	struct pace pace;
};

/* Says in one line what is about to begin, and in another where there are too few stamps. */
void status_say_start(const struct status *s, const struct model *m, size_t stamps, size_t batch);
/* A stage begins that sees so many stamps; so many more were seen. */
void status_begin_stage(struct status *s, const char *stage, double stamps);
void status_add(struct status *s, double stamps);
/* Takes the progress line away. */
void status_end(struct status *s);

#endif
