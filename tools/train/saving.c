/* saving.c -- writes and reads the checkpoint of a run, and tells the user about it */
#include <pz/error.h>

#include "saving.h"
#include "stop.h"

/* What the user is told to do after a stop. */
static const char *describe_resuming(const struct saving *s)
{
	return s->resuming ? "run the same command again to continue"
			   : "run the same command again with --resume to continue";
}

int saving_resume(struct saving *s)
{
	int rc = checkpoint_read(s->path, s->model, s->run, s->id);

	if (rc <= CHECKPOINT_NONE)
		return rc;
	if (rc == CHECKPOINT_PREVIOUS)
		tool_say(s->tool, "%s; continuing from %s.previous", pz_error_text(), s->path);
	s->saved = s->run->iteration;
	tool_say(s->tool, "%s: continuing after iteration %lld of %lld", s->path,
		 (long long)s->saved, (long long)s->id->plan->iterations);
	return 0;
}

int saving_write(struct saving *s)
{
	int rc = checkpoint_write(s->path, s->model, s->run, s->id);

	if (rc == 0)
		s->saved = s->run->iteration;
	return rc;
}

int saving_write_if_possible(struct saving *s, bool ended)
{
	bool worth = s->saved >= 0 || ended;
	int rc = s->path ? saving_write(s) : 0;

	if (rc == 0 || !worth)
		return rc;
	tool_fault(s->tool, rc);
	return 0;
}

void saving_announce(const struct saving *s, const char *when)
{
	stop_at_once("train: %s: stopped %s; %s", s->path, when, describe_resuming(s));
	if (s->together)
		stop_in_order();
}

int saving_explain_stop(const struct saving *s)
{
	return pz_fail(PZ_ESTOP, "%s: %s; %s", s->path, pz_error_text(), describe_resuming(s));
}
