/* recipe.c -- defaults of training, and the schedule that follows from them */
#include <string.h>

#include <pz/error.h>

#include "recipe.h"

/* What a recipe says where the user does not. */
struct defaults {
	int iterations, batch;
	double rate, warmup, decay, average, dropout;
	int schedule;
};

static const struct defaults article = { 120000, 128, 1e-4, 0, 0, 0, 0, 1 + PZ_COURSE_STEPS };
static const struct defaults article_frozen = { 40000, 32, 2e-5, 0, 0, 0, 0, 1 + PZ_COURSE_STEPS };
static const struct defaults modern = { 60000, 128, 1e-3, 0.1, 0.1, 0.2, 0, 1 + PZ_COURSE_COSINE };
static const struct defaults modern_frozen = {
	10000, 128, 1e-3, 0, 0, 0.2, 0, 1 + PZ_COURSE_COSINE
};

int recipe_check(const struct recipe *r, bool freeze)
{
	bool steps = r->schedule ? r->schedule == 1 + PZ_COURSE_STEPS : r->name == RECIPE_ARTICLE;

	for (int i = 0; i < r->drop.count; i++)
		if (!(r->drop.value[i] > 0 && r->drop.value[i] <= 1))
			return pz_fail(PZ_EUSAGE, "--drop: expected shares from 0 to 1, found %g",
				       r->drop.value[i]);
	if ((r->drop.count || r->factor != RECIPE_FACTOR) && !steps)
		return pz_fail(PZ_EUSAGE, "--drop and --drop-factor need --schedule step");
	if (r->factor != RECIPE_FACTOR && freeze && !r->drop.count)
		return pz_fail(PZ_EUSAGE, "--drop-factor needs --drop with --freeze");
	return 0;
}

static void set(double *option, double value)
{
	if (*option < 0)
		*option = value;
}

void recipe_complete(struct recipe *r, const char *survey, bool freeze)
{
	struct defaults d = r->name == RECIPE_MODERN ? (freeze ? modern_frozen : modern)
						     : (freeze ? article_frozen : article);

	if (r->name == RECIPE_ARTICLE && !strncmp(survey, "cfhtls", 6))
		d.batch = 32;
	r->iterations = r->iterations ? r->iterations : d.iterations;
	r->batch = r->batch ? r->batch : d.batch;
	r->rate = r->rate > 0 ? r->rate : d.rate;
	r->schedule = r->schedule ? r->schedule : d.schedule;
	set(&r->warmup, d.warmup);
	set(&r->decay, d.decay);
	set(&r->average, d.average);
	set(&r->dropout, d.dropout);
	if (r->drop.count == 0 && !freeze)
		r->drop = (struct pz_numbers){ .value = { 0.5 }, .count = 1 };
}

struct pz_schedule recipe_schedule(const struct recipe *r)
{
	struct pz_schedule plan = { .iterations = r->iterations,
				    .batch = (size_t)r->batch,
				    .rate = r->rate,
				    .warmup = r->warmup,
				    .course = (enum pz_course)(r->schedule - 1),
				    .factor = r->factor,
				    .drops = r->drop.count,
				    .decay = r->decay,
				    .average = r->average,
				    .dropout = r->dropout };

	for (int i = 0; i < r->drop.count; i++)
		plan.drop[i] = r->drop.value[i];
	return plan;
}
