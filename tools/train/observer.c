/* observer.c -- what happens at every stage, batch and report of a run */
#include <math.h>

#include <pz/progress.h>

#include "observer.h"
#include "processes.h"
#include "stop.h"

static void begin_stage(void *context, const char *stage, double stamps)
{
	struct observer *w = context;

	status_begin_stage(&w->status, stage, stamps);
}

static void add_stamps(void *context, double stamps)
{
	struct observer *w = context;

	status_add(&w->status, stamps);
}

static bool is_stopped(void *context)
{
	(void)context;
	return stop_asked();
}

/* With -v. */
static void say_report(const struct observer *w, const struct pz_train_report *r)
{
	double since = pz_clock() - w->begun;
	char valid[48] = "";

	if (!isnan(r->valid_loss))
		snprintf(valid, sizeof valid, ", validation %.4f", r->valid_loss);
	tool_say(w->tool, "iteration %lld, loss %.4f%s, waited %.1f %%", (long long)r->iteration,
		 r->loss, valid, 100 * r->waited);
	if (w->ranks->count > 1)
		tool_say(w->tool,
			 "%d ranks have the same parameters; they waited %.1f %% of the time for "
			 "each other",
			 w->ranks->count, 100 * ranks_waited(w->ranks) / since);
}

static int write_report(void *context, const struct pz_train_report *r)
{
	struct observer *w = context;
	int rc = ranks_same_parameters(w->ranks, w->net);

	w->loss = r->loss;
	if (rc < 0 || !ranks_first(w->ranks))
		return rc;
	if (w->tool->verbose) {
		status_end(&w->status);
		say_report(w, r);
	}
	if ((rc = trainlog_add(w->log, r)) < 0)
		tool_fault(w->tool, rc);
	return saving_write_if_possible(w->saving, r->iteration >= w->status.iterations);
}

struct pz_train_hooks observer_hooks(struct observer *w)
{
	return (struct pz_train_hooks){ .context = w,
					.begin = begin_stage,
					.tick = add_stamps,
					.stop = is_stopped,
					.report = write_report };
}
