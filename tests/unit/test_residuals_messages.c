/* test_residuals_messages.c -- what residuals says of galaxies that it leaves out, and of streams
 * that differ from the first, word for word
 */
#include "../../tools/residuals/messages.h"
#include "in_process.h"
#include "whole_report.h"

static struct tool tool = { .called = "residuals" };
static struct report one, first;
static struct pz_header h;

/* A report of which nothing is to be said. */
static void begin_with_nothing(void)
{
	one = (struct report){ .name = "one", .n_pz = 8 };
	strcpy(one.scalars.target, "z");
	one.scalars.n = one.galaxies.n = 8;
	one.options = (struct report_options){ .estimate = ESTIMATE_MEAN,
					       .outlier = 0.05,
					       .fit_from = 0.125,
					       .fit_count = 5,
					       .weights = "w",
					       .against = "x-y" };
	one.grid = one.axes = (struct pz_grid){ "z", 0, 0.5, 10, 1, 2 };
	one.rows = (struct pz_rows){ "r", 15, 0.5, 3 };
	one.binned_alike = true;
	first = one;
	strcpy(first.name, "first");
	h = (struct pz_header){ .grid = one.grid, .rows = one.rows };
}

static int say_missing(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	messages_of_missing(&tool, &one);
	return 0;
}

static int say_differences(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	messages_of_differences(&tool, &one, &h, &first);
	return 0;
}

static void said(int line, int (*what)(int, char **), const char *text)
{
	run_well(what, "residuals");
	if (strcmp(contents("stderr"), text) != 0)
		fail_msg("line %d: expected '%s', found '%s'", line, text, contents("stderr"));
	begin_with_nothing();
}

#define MISSING(text)   said(__LINE__, say_missing, text)
#define DIFFERENT(text) said(__LINE__, say_differences, text)
#define SAYS            "residuals: one: "

static void galaxies_that_are_left_out(void **state)
{
	(void)state;
	begin_with_nothing();
	MISSING("");
	one.without_weight = 1;
	one.weight_zero = 1;
	MISSING(SAYS "1 galaxy has no 'w' above 0, the weight, and was left out (1 of them has "
		     "0)\n");
	one.without_weight = 3;
	one.weight_zero = 2;
	MISSING(SAYS "3 galaxies have no 'w' above 0, the weight, and were left out (2 of them "
		     "have 0)\n");
	one.not_common = 1;
	MISSING(SAYS "1 galaxy is not in all streams and was left out\n");
	one.not_common = 2;
	MISSING(SAYS "2 galaxies are not in all streams and were left out\n");
	one.without_z.count = 2;
	one.without_zphot.count = 1;
	MISSING(SAYS "2 galaxies have no 'z' and were left out\n" SAYS
		     "1 galaxy has no 'zphot.mean' and was left out\n");
	one.scalars.without_mag = 2;
	MISSING(SAYS "2 galaxies have no magnitude and are counted in the faintest row\n");
}

/* Other kinds of estimates than the chosen one, which some galaxies lack. */
static void estimates_that_some_lack(void **state)
{
	(void)state;
	begin_with_nothing();
	one.of[ESTIMATE_MODE].n = 7;
	one.of[ESTIMATE_MEAN].n = 8;
	one.of[ESTIMATE_MEDIAN].n = 6;
	MISSING(SAYS "1 of 8 galaxies has no 'zphot.mode' and is left out of its numbers\n" SAYS
		     "2 of 8 galaxies have no 'zphot.median' and are left out of its numbers\n");
	/* as many as have the chosen one: said already */
	one.scalars.n = 9;
	one.of[ESTIMATE_MODE].n = 8;
	one.of[ESTIMATE_MEAN].n = 8;
	MISSING("");
	/* one that nobody has is none */
	one.of[ESTIMATE_MODE].n = 0;
	MISSING("");
	one.of[ESTIMATE_MODE].n = 1;
	MISSING(SAYS "7 of 8 galaxies have no 'zphot.mode' and are left out of its numbers\n");
	one.scalars.n = one.galaxies.n = one.n_pz = 1;
	MISSING("");
}

static void values_that_are_outside(void **state)
{
	(void)state;
	begin_with_nothing();
	one.outside_z = 1;
	MISSING(SAYS "1 true value and 0 estimates are outside of 0 to 0.5; they are excluded "
		     "from curves and histograms\n");
	one.outside_zphot = 1;
	one.outside_z = 2;
	MISSING(SAYS "2 true values and 1 estimate are outside of 0 to 0.5; they are excluded "
		     "from curves and histograms\n");
	one.outside_zphot = 1;
	MISSING(SAYS "0 true values and 1 estimate are outside of 0 to 0.5; they are excluded "
		     "from curves and histograms\n");
	one.outside_tomography = 1;
	MISSING(SAYS "1 galaxy is in none of the tomographic bins\n");
	one.outside_tomography = 5;
	MISSING(SAYS "5 galaxies are in none of the tomographic bins\n");
	one.without_against = 1;
	MISSING(SAYS "1 galaxy has no 'x-y' and is in none of its bins\n");
	one.without_against = 2;
	MISSING(SAYS "2 galaxies have no 'x-y' and are in none of its bins\n");
}

static void scores_that_are_missing(void **state)
{
	(void)state;
	begin_with_nothing();
	one.n_pz = 0;
	MISSING(SAYS "the stream has no p(z), so it has no scores\n");
	one.n_pz = 7;
	MISSING(SAYS "1 of 8 galaxies has no p(z): the scores are those of the others\n");
	one.n_pz = 6;
	MISSING(SAYS "2 of 8 galaxies have no p(z): the scores are those of the others\n");
	/* bins of 0.05, one added below and two above */
	one.outside_pz = 1;
	MISSING(SAYS "1 galaxy has a true 'z' outside of the bins of p(z), -0.05 to 0.6, and was "
		     "left out of the scores\n");
	one.outside_pz = 2;
	MISSING(SAYS "2 galaxies have a true 'z' outside of the bins of p(z), -0.05 to 0.6, and "
		     "were left out of the scores\n");
	one.of[ESTIMATE_MEAN].all.value.slope_zspec = NAN;
	MISSING(SAYS "no slope was fitted: fewer than 2 bins above z = 0.125 have 5 galaxies\n");
	one.of[ESTIMATE_MEAN].all.value.slope_zspec = NAN;
	one.options.fit_count = 1;
	MISSING(SAYS "no slope was fitted: fewer than 2 bins above z = 0.125 have 1 galaxy\n");
	/* that of another kind of estimate does not matter */
	one.of[ESTIMATE_MODE].all.value.slope_zspec = NAN;
	MISSING("");
}

#define AS_FIRST "; curves, histograms and distances have 10 from 0 to 0.5, as in first"
#define WIDTHS   "; log_loss and brier are left out, because they depend on the width of the bins"

static void other_bins_of_pdfs(void **state)
{
	(void)state;
	begin_with_nothing();
	DIFFERENT("");
	one.grid.min = 0.25;
	DIFFERENT(SAYS "p(z) has 10 bins from 0.25 to 0.5" AS_FIRST "\n");
	one.grid.max = 0.75;
	DIFFERENT(SAYS "p(z) has 10 bins from 0 to 0.75" AS_FIRST "\n");
	one.grid.bins = 20;
	one.binned_alike = false;
	DIFFERENT(SAYS "p(z) has 20 bins from 0 to 0.5" AS_FIRST WIDTHS "\n");
	one.grid.bins = 20;
	one.binned_alike = false;
	one.n_pz = 0;
	DIFFERENT(SAYS "p(z) has 20 bins from 0 to 0.5" AS_FIRST "\n");
	/* extensions are no other bins */
	one.grid.left = 7;
	DIFFERENT("");
}

static void other_rows_and_limits(void **state)
{
	static const char rows[] = SAYS
		"the magnitude rows are those of first instead of its own\n";

	(void)state;
	begin_with_nothing();
	h.rows.min = 16;
	DIFFERENT(rows);
	h.rows.width = 1;
	DIFFERENT(rows);
	h.rows.channels = 2;
	DIFFERENT(rows);
	strcpy(h.rows.mag, "i");
	DIFFERENT(SAYS "the magnitudes are of band 'i', those of first of band 'r'\n");
	one.options.outlier = 0.15;
	DIFFERENT(SAYS "the outlier threshold is 0.15, that of first is 0.05: --outlier sets it "
		       "for all\n");
	one.options.fit_from = 0.25;
	DIFFERENT(SAYS "the line is fitted from 0.25 on, that of first from 0.125 on: --fit-from "
		       "sets it for all\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(galaxies_that_are_left_out),
		cmocka_unit_test(estimates_that_some_lack),
		cmocka_unit_test(values_that_are_outside),
		cmocka_unit_test(scores_that_are_missing),
		cmocka_unit_test(other_bins_of_pdfs),
		cmocka_unit_test(other_rows_and_limits),
	};

	return cmocka_run_group_tests_name("messages of residuals", tests, in_folder,
					   out_of_folder);
}
