/* status.c -- the progress line of train, and its messages for those who see none */
#include <pz/progress.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "status.h"

#define FEW 5 /* stamps per bin: with fewer there is little to learn p(z) from */

/* How many parameters are trained. */
static size_t count_trained(const struct pz_net *net, unsigned roles)
{
	size_t count = 0;

	for (size_t i = 0; i < pz_net_tensors(net); i++)
		if (pz_net_tensor(net, i)->role & roles)
			count += pz_net_tensor(net, i)->count;
	return count;
}

void status_say_start(const struct status *s, const struct model *m, size_t stamps, size_t batch)
{
	size_t trained = count_trained(m->net, s->run->adam.roles),
	       all = count_trained(m->net, PZ_ROLES_LEARNED);
	char of[32] = "", after[48] = "";
	int bins = m->header.grid.bins;

	if (trained < all)
		snprintf(of, sizeof of, " of %zu", all);
	if (s->run->iteration > 0)
		snprintf(after, sizeof after, ", %lld of them done", (long long)s->run->iteration);
	tool_say(s->tool, "%zu%s parameters, %s, %s of %s%s", trained, of,
		 COUNTED(stamps, "stamp", "stamps"),
		 COUNTED(s->iterations, "iteration", "iterations"),
		 COUNTED(batch, "stamp", "stamps"), after);
	if (stamps < FEW * (size_t)bins)
		tool_say(s->tool,
			 "there are only %s for %d bins of '%s': p(z) is hard to learn from fewer "
			 "than %d per bin; softlabel --bins makes fewer bins",
			 COUNTED(stamps, "stamp", "stamps"), bins, axes_target(&m->header), FEW);
}

static double mean_loss(const struct pz_train *t)
{
	return t->loss_sum / (double)t->loss_count;
}

static void say_how_far(const struct status *s, double left)
{
	const struct pz_train *t = s->run;
	char time[PZ_TIME_TEXT];

	if (t->loss_count > 0)
		tool_say(s->tool, "iteration %lld of %lld, loss %.4f, %s left",
			 (long long)t->iteration, (long long)s->iterations, mean_loss(t),
			 pz_time_text(left, time));
	else
		tool_say(s->tool, "%s: %.0f of %.0f stamps, %s left", s->stage, s->pace.done,
			 s->pace.total, pz_time_text(left, time));
}

static void say_expected(const struct status *s, double now)
{
	double left = pace_left(&s->pace, now), begun = s->pace.begun;
	char time[PZ_TIME_TEXT];

	tool_say(s->tool, "%s: expected to take %s, %.4g stamps/s", s->stage,
		 pz_time_text(left + now - begun, time), s->pace.total / (left + now - begun));
}

void status_begin_stage(struct status *s, const char *stage, double stamps)
{
	pz_progress_end(&s->progress);
	s->stage = stage;
	snprintf(s->line, sizeof s->line, "%s", stage);
	tool_progress(s->tool, &s->progress, s->line, "stamps", stamps);
	pace_begin(&s->pace, stamps, pz_clock());
}

void status_add(struct status *s, double stamps)
{
	double now = pz_clock();
	enum pace_word word = pace_add(&s->pace, stamps, now);

	if (s->run->loss_count > 0)
		snprintf(s->line, sizeof s->line, "%s, loss %.4f", s->stage, mean_loss(s->run));
	if (word == PACE_EXPECTED)
		say_expected(s, now);
	else if (word == PACE_STILL && !s->progress.to)
		say_how_far(s, pace_left(&s->pace, now));
	pz_progress_add(&s->progress, stamps);
}

void status_end(struct status *s)
{
	pz_progress_end(&s->progress);
}
