/* observer.h -- what follows a run of train: progress, the log, the checkpoint
 *
 *      struct pz_train_hooks hooks = observer_hooks(&observer);
 *
 *      rc = pz_train_run(&run, &plan, &stamps, NULL, &hooks);
 */
#ifndef OBSERVER_H
#define OBSERVER_H

#include <pz/ranks.h>
#include <pz/train.h>

#include "../common/tool.h"
#include "log.h"
#include "saving.h"
#include "status.h"

struct observer {
	struct tool *tool;
	const struct pz_ranks *ranks;
	struct pz_net *net;
	struct status status;
	struct saving *saving;
	struct trainlog *log;
	double begun; /* when the run began, by pz_clock                        */
	double loss;  /* of the last report                                     */
};

/* The functions by which pz_train_run calls w, which it borrows. */
struct pz_train_hooks observer_hooks(struct observer *w);

#endif
