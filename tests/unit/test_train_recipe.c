/* test_train_recipe.c -- the options of a recipe: what each leaves to its defaults, what excludes
 * what, and the schedule that they make
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>

#include "../../tools/train/recipe.h"

static struct recipe unset(int name)
{
	struct recipe r = RECIPE_UNSET;

	r.name = name;
	return r;
}

/* A recipe as it is completed, and the schedule of it. */
static struct pz_schedule completed(struct recipe r, const char *survey, bool freeze)
{
	assert_int_equal(recipe_check(&r, freeze), 0);
	recipe_complete(&r, survey, freeze);
	return recipe_schedule(&r);
}

/* The tables of the manual pages train(1) and pzpipe-method(7). */
static void defaults_are_those_of_the_manual(void **state)
{
	static const struct {
		int name;
		const char *survey;
		bool freeze;
		int64_t iterations;
		size_t batch;
		double rate, warmup, decay, average;
		enum pz_course course;
		int drops;
	} of[] = {
		{ RECIPE_ARTICLE, "sdss", false, 120000, 128, 1e-4, 0, 0, 0, PZ_COURSE_STEPS, 1 },
		{ RECIPE_ARTICLE, "", false, 120000, 128, 1e-4, 0, 0, 0, PZ_COURSE_STEPS, 1 },
		{ RECIPE_ARTICLE, "cfhtls", false, 120000, 32, 1e-4, 0, 0, 0, PZ_COURSE_STEPS, 1 },
		{ RECIPE_ARTICLE, "cfhtls-w", false, 120000, 32, 1e-4, 0, 0, 0, PZ_COURSE_STEPS,
		  1 },
		{ RECIPE_ARTICLE, "cfhtl", false, 120000, 128, 1e-4, 0, 0, 0, PZ_COURSE_STEPS, 1 },
		{ RECIPE_ARTICLE, "cfhtlt", false, 120000, 128, 1e-4, 0, 0, 0, PZ_COURSE_STEPS, 1 },
		{ RECIPE_ARTICLE, "sdss", true, 40000, 32, 2e-5, 0, 0, 0, PZ_COURSE_STEPS, 0 },
		{ RECIPE_MODERN, "sdss", false, 60000, 128, 1e-3, 0.1, 0.1, 0.2, PZ_COURSE_COSINE,
		  1 },
		{ RECIPE_MODERN, "cfhtls", false, 60000, 128, 1e-3, 0.1, 0.1, 0.2, PZ_COURSE_COSINE,
		  1 },
		{ RECIPE_MODERN, "sdss", true, 10000, 128, 1e-3, 0, 0, 0.2, PZ_COURSE_COSINE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
		struct pz_schedule p = completed(unset(of[i].name), of[i].survey, of[i].freeze);

		assert_int_equal(p.iterations, of[i].iterations);
		assert_int_equal(p.batch, of[i].batch);
		assert_true(p.rate == of[i].rate && p.warmup == of[i].warmup);
		assert_true(p.decay == of[i].decay && p.average == of[i].average);
		assert_true(p.dropout == 0 && p.factor == 5);
		assert_int_equal(p.course, of[i].course);
		assert_int_equal(p.drops, of[i].drops);
		assert_true(p.drops == 0 || p.drop[0] == 0.5);
	}
}

/* What is given stays, a 0 too where 0 can be asked for. */
static void what_is_given_stays(void **state)
{
	struct recipe r = { .name = RECIPE_MODERN,
			    .iterations = 7,
			    .batch = 3,
			    .rate = 0.25,
			    .factor = 2,
			    .warmup = 0.0625,
			    .decay = 0.5,
			    .average = 0.125,
			    .dropout = 0.75,
			    .schedule = 1 + PZ_COURSE_STEPS,
			    .drop = { .value = { 0.375, 0.625, 1 }, .count = 3 } };
	struct pz_schedule p;

	(void)state;
	for (int freeze = 0; freeze < 2; freeze++) {
		p = completed(r, "cfhtls", freeze);
		assert_true(p.iterations == 7 && p.batch == 3 && p.rate == 0.25 && p.factor == 2);
		assert_true(p.warmup == 0.0625 && p.decay == 0.5 && p.average == 0.125);
		assert_true(p.dropout == 0.75 && p.course == PZ_COURSE_STEPS && p.drops == 3);
		assert_true(p.drop[0] == 0.375 && p.drop[1] == 0.625 && p.drop[2] == 1);
	}
	r = unset(RECIPE_MODERN);
	r.warmup = r.decay = r.average = r.dropout = 0;
	p = completed(r, "sdss", false);
	assert_true(p.warmup == 0 && p.decay == 0 && p.average == 0 && p.dropout == 0);
	r = unset(RECIPE_ARTICLE);
	r.schedule = 1 + PZ_COURSE_COSINE;
	assert_int_equal(completed(r, "sdss", false).course, PZ_COURSE_COSINE);
}

static void refused(struct recipe r, bool freeze, const char *says)
{
	assert_int_equal(recipe_check(&r, freeze), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), says);
}

static void drops_need_a_schedule_of_steps(void **state)
{
	static const char steps[] = "--drop and --drop-factor need --schedule step";
	struct recipe r;

	(void)state;
	for (int name = RECIPE_ARTICLE; name <= RECIPE_MODERN; name++)
		for (int course = 0; course <= 1 + PZ_COURSE_COSINE; course++)
			for (int which = 0; which < 2; which++) {
				r = unset(name);
				r.schedule = course;
				if (which)
					r.factor = 2;
				else
					r.drop =
						(struct pz_numbers){ .value = { 0.5 }, .count = 1 };
				if (course == 1 + PZ_COURSE_STEPS ||
				    (course == 0 && name == RECIPE_ARTICLE))
					assert_int_equal(recipe_check(&r, false), 0);
				else
					refused(r, false, steps);
			}
	/* a frozen run has no drop by itself */
	r = unset(RECIPE_ARTICLE);
	r.factor = 6;
	refused(r, true, "--drop-factor needs --drop with --freeze");
	r.drop = (struct pz_numbers){ .value = { 0.5 }, .count = 1 };
	assert_int_equal(recipe_check(&r, true), 0);
}

static void drops_are_shares(void **state)
{
	struct recipe r = unset(RECIPE_ARTICLE);

	(void)state;
	r.drop = (struct pz_numbers){ .value = { 1, 1e-9 }, .count = 2 };
	assert_int_equal(recipe_check(&r, false), 0);
	r.drop.value[1] = 0;
	refused(r, false, "--drop: expected shares from 0 to 1, found 0");
	r.drop.value[1] = 1.0625;
	refused(r, false, "--drop: expected shares from 0 to 1, found 1.0625");
	r.drop.value[1] = -0.5;
	refused(r, false, "--drop: expected shares from 0 to 1, found -0.5");
	r.drop.value[0] = 2;
	refused(r, false, "--drop: expected shares from 0 to 1, found 2");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_are_those_of_the_manual),
		cmocka_unit_test(what_is_given_stays),
		cmocka_unit_test(drops_need_a_schedule_of_steps),
		cmocka_unit_test(drops_are_shares),
	};

	return cmocka_run_group_tests_name("recipe", tests, NULL, NULL);
}
