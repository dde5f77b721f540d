/* test_table_forms.c -- what fromtable makes of numbers that are a p(z) in one form or another, and
 * the words that stand in the header of a table */
#include <float.h>
#include <math.h>

#include "../../tools/table/comments.h"
#include "../../tools/table/from_form.h"
#include "../../tools/table/from_qp.h"
#include "../../tools/table/header.h"
#include "../../tools/table/key.h"
#include "../../tools/table/to_layout.h"
#include "in_process.h"

static const struct pz_grid grid = { "z", 0, 0.4, 4, 0, 0 };

/* ---- places ---- */

static void places_are(const char *text, int kind, const double *x, size_t n)
{
	struct places p;

	if (places_read(&p, text, NULL) < 0)
		fail_msg("%s: %s", text, pz_error_text());
	assert_int_equal(p.kind, kind);
	assert_int_equal(p.n, n);
	for (size_t i = 0; i < n; i++)
		if (!(fabs(p.x[i] - x[i]) < 1e-12))
			fail_msg("%s: place %zu: expected %g, found %g", text, i, x[i], p.x[i]);
	places_release(&p);
	assert_null(p.x);
}

#define PLACES_ARE(text, kind, ...)                                                                \
	places_are(text, kind, (const double[]){ __VA_ARGS__ },                                    \
		   sizeof(const double[]){ __VA_ARGS__ } / sizeof(double))

static void places_are_steps_or_lists(void **state)
{
	(void)state;
	PLACES_ARE("bins:0,1,4", PLACES_EDGES, 0, 0.25, 0.5, 0.75, 1);
	PLACES_ARE("points:0,1,5", PLACES_POINTS, 0, 0.25, 0.5, 0.75, 1);
	PLACES_ARE("points:-2,1,2", PLACES_POINTS, -2, 1);
	/* equal in log(1+z): 1, 2, 4 and 1, 2, 4, 8 less 1 */
	PLACES_ARE("log-bins:0,3,2", PLACES_EDGES, 0, 1, 3);
	PLACES_ARE("log-points:0,7,4", PLACES_POINTS, 0, 1, 3, 7);
	PLACES_ARE("log-points:-0.5,1,3", PLACES_POINTS, -0.5, 0, 1);
	PLACES_ARE("0.1,-2,3e0", PLACES_GIVEN, 0.1, -2, 3);
	PLACES_ARE(".5", PLACES_GIVEN, 0.5);
	PLACES_ARE("-1", PLACES_GIVEN, -1);
}

static void places_that_are_none(void **state)
{
	static const char *const steps[] = { "bins:0,1",        "bins:1,1,4",
					     "bins:0,1,1",      "bins:0,1,2.5",
					     "bins:0,1,4,",     "points:0,inf,4",
					     "points:-inf,0,4", "bins:0,1,1000000",
					     "points:nan,1,3" };
	static const char *const lists[] = { "0,1,", "0,,1", "0,x", "0 1", "0.1x" };
	struct places p;

	(void)state;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		if (places_read(&p, steps[i], NULL) != PZ_EUSAGE ||
		    !strstr(pz_error_text(), "MIN below MAX and N of 2 or more, found '"))
			fail_msg("%s: %s", steps[i], pz_error_text());
		places_release(&p);
	}
	assert_int_equal(places_read(&p, "log-bins:-1,1,4", NULL), PZ_EUSAGE);
	assert_non_null(strstr(pz_error_text(), "2 or more, MIN above -1, found 'log-bins:-1,1"));
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		if (places_read(&p, lists[i], NULL) != PZ_EUSAGE ||
		    !strstr(pz_error_text(), "--pz-grid: expected a number, found '"))
			fail_msg("%s: %s", lists[i], pz_error_text());
		places_release(&p);
	}
	assert_int_equal(places_read(&p, "edges", NULL), PZ_EUSAGE);
	assert_non_null(strstr(pz_error_text(), "found 'edges'"));
	write_text("plain.txt", "no arrays");
	assert_int_equal(places_read(&p, "edges", "plain.txt"), PZ_EUSAGE);
	assert_int_equal(places_read(&p, "", NULL), PZ_EUSAGE);
	assert_int_equal(places_read(&p, "edges", "no-such"), PZ_EIO);
}

static bool uniform(const double *x, size_t n)
{
	const struct places p = { PLACES_EDGES, (double *)x, n };

	return places_are_uniform(&p);
}

static void equal_steps_are_told_from_others(void **state)
{
	(void)state;
	assert_true(uniform((double[]){ 0, 1, 2 }, 3));
	assert_true(uniform((double[]){ 0, 1 + 0.9e-6, 2 }, 3));
	assert_false(uniform((double[]){ 0, 1 + 1.1e-6, 2 }, 3));
	assert_false(uniform((double[]){ 0, 1 - 1.1e-6, 2 }, 3));
	assert_false(uniform((double[]){ 2, 1, 0 }, 3));
	assert_false(uniform((double[]){ 1, 1 }, 2));
	assert_false(uniform((double[]){ 1 }, 1));
	assert_false(uniform((double[]){ 0, NAN, 2 }, 3));
}

/* ---- numbers to p(z) ---- */

struct in {
	int is;
	const char *places;
	int items;
	bool scale, any_sum, own_x;
	size_t n;
	double v[12];
};

static struct form form;

/* form_open's code. */
static int open_form(const struct in *in)
{
	form = (struct form){
		.is = in->is, .scale = in->scale, .any_sum = in->any_sum, .own_x = in->own_x
	};
	if (in->places)
		assert_int_equal(places_read(&form.places, in->places, NULL), 0);
	return form_open(&form, in->n, in->items ? in->items : 1);
}

static int form_fault(const struct in *in, double *p)
{
	double v[12];
	int fault;

	memcpy(v, in->v, sizeof v);
	if (open_form(in) < 0)
		fail_msg("%s", pz_error_text());
	fault = form_to_pz(&form, &grid, DBL_MIN, v, p);
	form_release(&form);
	return fault;
}

static void becomes(int line, struct in in, double a, double b, double c, double d)
{
	const double expected[] = { a, b, c, d };
	double p[4];
	int fault = form_fault(&in, p);

	if (fault)
		fail_msg("line %d: fault %d: %s", line, fault, fault < 0 ? pz_error_text() : "");
	for (int i = 0; i < 4; i++)
		if (!(fabs(p[i] - expected[i]) < 1e-9))
			fail_msg("line %d: bin %d: expected %.10f, found %.10f", line, i,
				 expected[i], p[i]);
}

#define IN(...)                  ((struct in){ __VA_ARGS__ })
#define BECOMES(a, b, c, d, ...) becomes(__LINE__, IN(__VA_ARGS__), a, b, c, d)
#define DENSITY                  .is = LIKELIHOOD_DENSITY

static void heights_are_integrated_over_bins(void **state)
{
	(void)state;
	/* two bins of 0.2, of heights 2 and 3; a triangle of height 5 */
	BECOMES(0.2, 0.2, 0.3, 0.3, DENSITY, .places = "bins:0,0.4,2", .n = 2, .v = { 2, 3 });
	BECOMES(0.2, 0.2, 0.3, 0.3, DENSITY, .places = "0,0.2,0.4", .n = 2, .v = { 2, 3 });
	BECOMES(0.125, 0.375, 0.375, 0.125, DENSITY, .places = "points:0,0.4,3", .n = 3,
		.v = { 0, 5, 0 });
	BECOMES(0.125, 0.375, 0.375, 0.125, DENSITY, .places = "0,0.2,0.4", .n = 3,
		.v = { 0, 5, 0 });
	BECOMES(0.125, 0.375, 0.375, 0.125, DENSITY, .own_x = true, .n = 6,
		.v = { 0, 0.2, 0.4, 0, 5, 0 });
	/* of another integral, where that is allowed */
	BECOMES(0.2, 0.2, 0.3, 0.3, DENSITY, .scale = true, .places = "bins:0,0.4,2", .n = 2,
		.v = { 20, 30 });
	BECOMES(0.2, 0.2, 0.3, 0.3, DENSITY, .any_sum = true, .places = "bins:0,0.4,2", .n = 2,
		.v = { 20, 30 });
	BECOMES(0.2, 0.2, 0.3, 0.3, DENSITY, .places = "bins:0,0.4,2", .n = 2,
		.v = { 2 * 1.0009, 3 * 1.0009 });
	/* probabilities belong to bins, of any width */
	BECOMES(0.25, 0.25, 0.25, 0.25, .is = LIKELIHOOD_PROBABILITY, .places = "0,0.1,0.4", .n = 2,
		.v = { 0.25, 0.75 });
	/* L of 1, 1/4, 1, then of 1/2, 1, 1/2 at points */
	BECOMES(0.325, 0.175, 0.175, 0.325, .is = LIKELIHOOD_CHI2, .places = "points:0,0.4,3",
		.n = 3, .v = { 7, 7 + 4 * M_LN2, 7 });
	BECOMES(5 / 24., 7 / 24., 7 / 24., 5 / 24., .is = LIKELIHOOD_LOG,
		.places = "points:0,0.4,3", .n = 3, .v = { -9 - M_LN2, -9, -9 - M_LN2 });
	/* without places they belong to the grid itself */
	BECOMES(0.1, 0.2, 0.3, 0.4, .is = LIKELIHOOD_PROBABILITY, .n = 4,
		.v = { 0.1, 0.2, 0.3, 0.4 });
	BECOMES(0.1, 0.2, 0.3, 0.4, .is = LIKELIHOOD_PROBABILITY, .scale = true, .n = 4,
		.v = { 1, 2, 3, 4 });
	BECOMES(0.1, 0.2, 0.3, 0.4, DENSITY, .n = 4, .v = { 1, 2, 3, 4 });
}

static void quantiles_are_uniform_between(void **state)
{
	(void)state;
	BECOMES(0, 0.5, 0.5, 0, .is = FORM_QUANTILES, .places = "0.25,0.5,0.75", .n = 3,
		.v = { 0.1, 0.2, 0.3 });
	assert_true(form.omitted == 0.5);
	BECOMES(0.25, 0.25, 0.5, 0, .is = FORM_QUANTILES, .places = "0,0.5,1", .n = 3,
		.v = { 0, 0.2, 0.3 });
	assert_true(form.omitted == 0);
	/* two at one place: that share lies there */
	BECOMES(0.500025, 0.00005, 0.499925, 0, .is = FORM_QUANTILES, .places = "0,0.5,0.5001,1",
		.n = 4, .v = { 0.05, 0.05, 0.25, 0.25 });
}

/* The shares of a normal distribution of mean 0.2 and width 0.1, by its distribution function. */
static void normal_distributions_have_tails(void **state)
{
	double one = 0.341344746068543, two = 0.135905121983278, tails = 0.045500263896358;

	(void)state;
	BECOMES(two / (1 - tails), one / (1 - tails), one / (1 - tails), two / (1 - tails),
		.is = FORM_NORMAL, .scale = true, .n = 2, .v = { 0.2, 0.1 });
	assert_int_equal(form.cut, 1);
	assert_true(fabs(form.worst - tails) < 1e-9);
	/* means, widths and weights; or of two columns means and widths */
	BECOMES(0.25, 0, 0.75, 0, .is = FORM_NORMAL, .items = 3, .n = 6,
		.v = { 0.05, 0.25, 1e-4, 1e-4, 1, 3 });
	assert_int_equal(form.cut, 0);
	BECOMES(0.5, 0, 0.5, 0, .is = FORM_NORMAL, .items = 2, .n = 4,
		.v = { 0.05, 0.25, 1e-4, 1e-4 });
	/* rows of fewer are filled up with NaN, or with zeros as weights */
	BECOMES(0, 0, 1, 0, .is = FORM_NORMAL, .n = 9,
		.v = { NAN, 0.25, -5, NAN, 1e-4, -5, NAN, 3, 0 });
	BECOMES(0, 0, 1, 0, .is = FORM_NORMAL, .items = 2, .n = 4, .v = { NAN, 0.25, NAN, 1e-4 });
}

static void samples_are_counted(void **state)
{
	(void)state;
	BECOMES(0.5, 0.25, 0, 0.25, .is = FORM_SAMPLES, .n = 5,
		.v = { 0.05, 0.099, NAN, 0.1, 0.35 });
	BECOMES(1, 0, 0, 0, .is = FORM_SAMPLES, .scale = true, .n = 2, .v = { 0.05, 0.5 });
	assert_int_equal(form.cut, 1);
	assert_true(form.worst == 0.5);
}

/* A hundredth outside is not worth a word. */
static void a_little_outside_is_not_counted(void **state)
{
	(void)state;
	BECOMES(1, 0, 0, 0, .is = FORM_NORMAL, .scale = true, .n = 6,
		.v = { 0.05, 0.5, 1e-4, 1e-4, 0.9901, 0.0099 });
	assert_int_equal(form.cut, 0);
	assert_true(fabs(form.worst - 0.0099) < 1e-9);
	BECOMES(0.9991, 0, 0, 0, .is = FORM_NORMAL, .n = 6,
		.v = { 0.05, 0.5, 1e-4, 1e-4, 0.9991, 0.0009 });
}

static void numbers_that_are_no_pz(void **state)
{
	static const struct {
		int fault;
		struct in in;
	} cases[] = {
#define BINS      DENSITY, .places = "bins:0,0.4,2", .n = 2
#define QUANTILES .is = FORM_QUANTILES, .places = "0,0.5,1", .n = 3
#define NORMAL    .is = FORM_NORMAL, .n = 2
#define MIXTURE   .is = FORM_NORMAL, .n = 6
#define SAMPLES   .is = FORM_SAMPLES, .n = 2
		{ LIKELIHOOD_NAN, { BINS, .v = { NAN, 5 } } },
		{ LIKELIHOOD_ABSENT, { BINS, .v = { NAN, NAN } } },
		{ LIKELIHOOD_NEGATIVE, { BINS, .v = { -1, 6 } } },
		{ LIKELIHOOD_INFINITE, { BINS, .v = { 1, INFINITY } } },
		{ LIKELIHOOD_ZERO, { BINS, .v = { 0, 0 } } },
		{ LIKELIHOOD_TINY, { BINS, .scale = true, .v = { 1e-305, 0 } } },
		{ LIKELIHOOD_DESCENDS, { DENSITY, .own_x = true, .n = 4, .v = { 1, 1, 0, 1 } } },
		{ LIKELIHOOD_NAN, { QUANTILES, .v = { 0, NAN, 1 } } },
		{ LIKELIHOOD_ABSENT, { QUANTILES, .v = { NAN, NAN, NAN } } },
		{ LIKELIHOOD_INFINITE, { QUANTILES, .v = { -INFINITY, 0, 1 } } },
		{ LIKELIHOOD_DESCENDS, { QUANTILES, .v = { 0, 0.2, 0.1 } } },
		{ LIKELIHOOD_NAN, { NORMAL, .v = { 0.2, NAN } } },
		{ LIKELIHOOD_NAN, { NORMAL, .v = { NAN, 0.2 } } },
		{ LIKELIHOOD_NAN, { MIXTURE, .v = { 0, 1, 1, 1, NAN, 1 } } },
		{ LIKELIHOOD_ABSENT, { NORMAL, .v = { NAN, NAN } } },
		{ LIKELIHOOD_ABSENT, { MIXTURE, .v = { 1, 1, 1, 1, 0, 0 } } },
		{ LIKELIHOOD_INFINITE, { NORMAL, .v = { INFINITY, 1 } } },
		{ LIKELIHOOD_INFINITE, { NORMAL, .v = { 1, INFINITY } } },
		{ LIKELIHOOD_INFINITE, { MIXTURE, .v = { 1, 1, 1, 1, INFINITY, 0 } } },
		{ LIKELIHOOD_WIDTH, { NORMAL, .v = { 0.2, 0 } } },
		{ LIKELIHOOD_NEGATIVE, { MIXTURE, .v = { 1, 1, 1, 1, -1, 2 } } },
		{ LIKELIHOOD_OUTSIDE, { NORMAL, .scale = true, .v = { 9, 0.1 } } },
		{ LIKELIHOOD_OUTSIDE, { SAMPLES, .scale = true, .v = { 0.4, -1e-9 } } },
		{ LIKELIHOOD_INFINITE, { SAMPLES, .v = { 0.1, -INFINITY } } },
		{ LIKELIHOOD_ABSENT, { SAMPLES, .v = { NAN, NAN } } },
	};
	double p[4];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int fault = form_fault(&cases[i].in, p);

		if (fault != cases[i].fault)
			fail_msg("case %zu: expected %d, found %d", i, cases[i].fault, fault);
	}
	assert_int_equal(form_fault(&IN(BINS, .v = { 1, 1 }), p), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "p(z): expected the integral 1 over --pz-grid, found 0.4");
	assert_int_equal(form_fault(&IN(BINS, .v = { 2 * 1.0011, 3 * 1.0011 }), p), PZ_EDATA);
	assert_int_equal(form_fault(&IN(SAMPLES, .v = { 0.1, 0.5 }), p), PZ_EDATA);
	assert_string_equal(pz_error_text(),
			    "p(z): expected all of it within the grid, from 0 to 0.4, found 0.5 of "
			    "it outside: give another --grid, or --scale-pz, which divides by what "
			    "lies within");
}

static void forms_that_do_not_agree_with_their_places(void **state)
{
	static const struct {
		int code;
		const char *says;
		struct in in;
	} cases[] = {
		{ PZ_EUSAGE,
		  "as a probability belongs to a bin",
		  { .is = LIKELIHOOD_PROBABILITY, .places = "points:0,1,2", .n = 2 } },
		{ PZ_EMISMATCH,
		  "a number for each point, found 3 numbers in a row and 2 in",
		  { DENSITY, .places = "points:0,1,2", .n = 3 } },
		{ PZ_EMISMATCH,
		  "a number for each bin, found 3 numbers in a row and 3 in",
		  { DENSITY, .places = "bins:0,1,2", .n = 3 } },
		{ PZ_EMISMATCH,
		  "as many points as numbers, or one more edge of bins, found 4",
		  { DENSITY, .places = "0,1,2", .n = 4 } },
		{ PZ_EDATA,
		  "--pz-grid: expected redshifts that ascend",
		  { DENSITY, .places = "0,2,2", .n = 3 } },
		{ PZ_EDATA,
		  "--pz-grid: expected redshifts that ascend",
		  { DENSITY, .places = "0,1,inf", .n = 2 } },
		{ PZ_EUSAGE, "as 0.05,0.5,0.95, found none", { .is = FORM_QUANTILES, .n = 3 } },
		{ PZ_EUSAGE,
		  "as 0.05,0.5,0.95, found redshifts",
		  { .is = FORM_QUANTILES, .places = "points:0,1,3", .n = 3 } },
		{ PZ_EMISMATCH,
		  "a cumulated probability for each, found 2 numbers",
		  { .is = FORM_QUANTILES, .places = "0,0.5,1", .n = 2 } },
		{ PZ_EMISMATCH,
		  "two or more quantiles",
		  { .is = FORM_QUANTILES, .places = "0.5", .n = 1 } },
		{ PZ_EUSAGE,
		  "from 0 to 1 that ascend",
		  { .is = FORM_QUANTILES, .places = "-0.1,1", .n = 2 } },
		{ PZ_EUSAGE,
		  "from 0 to 1 that ascend",
		  { .is = FORM_QUANTILES, .places = "0,1.1", .n = 2 } },
		{ PZ_EUSAGE,
		  "from 0 to 1 that ascend",
		  { .is = FORM_QUANTILES, .places = "0.5,0.5", .n = 2 } },
		{ PZ_EUSAGE,
		  "normal distributions and samples have none",
		  { .is = FORM_NORMAL, .places = "0,1", .n = 2 } },
		{ PZ_EUSAGE,
		  "normal distributions and samples have none",
		  { .is = FORM_SAMPLES, .places = "0,1", .n = 2 } },
		{ PZ_EMISMATCH,
		  "K standard deviations and K weights, found 4 numbers",
		  { .is = FORM_NORMAL, .n = 4 } },
		{ PZ_EMISMATCH, "found 3 numbers", { .is = FORM_NORMAL, .items = 2, .n = 3 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int rc = open_form(&cases[i].in);

		form_release(&form);
		if (rc != cases[i].code || !strstr(pz_error_text(), cases[i].says))
			fail_msg("case %zu: code %d, '%s'", i, rc, pz_error_text());
	}
}

static void the_grid_of_a_qp_file(void **state)
{
	double x[] = { 0.5, 1, 1.5, 2 };
	struct form f = { .places = { PLACES_EDGES, x, 4 } };
	struct pz_grid g = { "z", 9, 9, 9, 9, 9 };

	(void)state;
	assert_true(qp_grid(&f, &g));
	assert_true(g.min == 0.5 && g.max == 2 && g.bins == 3 && g.left == 0 && g.right == 0);
	f.places.kind = PLACES_POINTS;
	assert_true(qp_grid(&f, &g));
	f.places.n = 2;
	assert_false(qp_grid(&f, &g));
	f.places.n = 4;
	f.places.kind = PLACES_GIVEN;
	assert_false(qp_grid(&f, &g));
	f.places.kind = PLACES_EDGES;
	x[1] = 1.1;
	assert_false(qp_grid(&f, &g));
}

/* ---- what a table says of itself ---- */

static void a_key_says_what_a_column_is(void **state)
{
	static const struct {
		struct table_column column;
		bool coded, empties;
		const char *text;
	} cases[] = {
		{ { .path = "id", .type = TABLE_INTEGER, .seen = TABLE_SEEN_WHOLE },
		  0,
		  0,
		  "n=i:id" },
		{ { .path = "f", .type = TABLE_INTEGER, .seen = TABLE_SEEN_BOOL }, 0, 0, "n=b:f" },
		{ { .path = "f", .type = TABLE_INTEGER, .seen = TABLE_SEEN_BOOL | TABLE_SEEN_REAL },
		  0,
		  0,
		  "n=i:f" },
		{ { .path = "a b%c", .type = TABLE_DOUBLE }, 0, 0, "n=d:a%20b%25c" },
		{ { .path = "v", .type = TABLE_FLOATS }, 0, 0, "n=f:v" },
		{ { .path = "v", .type = TABLE_DOUBLES }, 0, 0, "n=D:v" },
		{ { .path = "v", .type = TABLE_INTEGERS }, 0, 0, "n=I:v" },
		{ { .path = "t", .type = TABLE_TEXT, .seen = TABLE_SEEN_TEXT }, 1, 1, "n=txe:t" },
		{ { .path = "t", .type = TABLE_TEXT, .seen = TABLE_SEEN_TEXT | TABLE_SEEN_WHOLE },
		  1,
		  0,
		  "n=vx:t" },
		{ { .path = "t", .type = TABLE_TEXT, .seen = TABLE_SEEN_TEXT | TABLE_SEEN_BOOL },
		  0,
		  1,
		  "n=ve:t" },
		{ { .path = "t", .type = TABLE_TEXT, .seen = TABLE_SEEN_WHOLE | TABLE_SEEN_REAL },
		  0,
		  0,
		  "n=n:t" },
	};
	char text[TABLE_KEY_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct table_column c = cases[i].column;

		strcpy(c.name, "n");
		assert_int_equal(table_key_write(&c, cases[i].coded, cases[i].empties, text), 0);
		assert_string_equal(text, cases[i].text);
	}
}

static void comments_hold_what_the_header_says(void **state)
{
	struct pz_header h = { .survey = "cfhtls",
			       .has_grid = true,
			       .has_rows = true,
			       .has_limits = true,
			       .grid = { "z", 0, 0.4, 180, 90, 45 },
			       .rows = { "r", 15, 0.5, 3 },
			       .limits = { 2, 0.05, 0.15, 5 } };
	char text[TABLE_COMMENT], key[80];

	(void)state;
	assert_true(table_header_comment(&h, "pz", "pz=f:pz", text));
	assert_string_equal(text, "pzpipe pz=f:pz G=z,0,0.4,180,90,45");
	assert_true(table_header_comment(&h, "zphot.mean", "zm=d:zphot.mean", text));
	assert_string_equal(text, "pzpipe zm=d:zphot.mean G=z,0,0.4,180,90,45");
	assert_true(table_header_comment(&h, "mag", "m=d:mag", text));
	assert_string_equal(text, "pzpipe m=d:mag R=r,15,0.5,3");
	assert_true(table_header_comment(&h, "z", "z=d:z", text));
	assert_string_equal(text, "pzpipe z=d:z L=,2,0.05,0.15,5");
	assert_true(table_header_comment(&h, "id", "id=i:id", text));
	assert_string_equal(text, "pzpipe id=i:id S=cfhtls");
	assert_true(table_header_comment(&h, "other", "o=d:other", text));
	assert_string_equal(text, "pzpipe o=d:other");
	/* a name with what separates; a part that is not there; no room */
	strcpy(h.survey, "a,b");
	table_header_comment(&h, "id", "id=i:id", text);
	assert_string_equal(text, "pzpipe id=i:id");
	*h.survey = 0;
	table_header_comment(&h, "id", "id=i:id", text);
	assert_string_equal(text, "pzpipe id=i:id");
	h.has_rows = false;
	table_header_comment(&h, "mag", "m=d:mag", text);
	assert_string_equal(text, "pzpipe m=d:mag");
	memset(key, 'k', sizeof key);
	key[TABLE_COMMENT - 8] = 0;
	assert_true(table_header_comment(&h, "pz", key, text));
	assert_int_equal(strlen(text), TABLE_COMMENT - 1);
	key[TABLE_COMMENT - 8] = 'k';
	key[TABLE_COMMENT - 7] = 0;
	assert_false(table_header_comment(&h, "pz", key, text));
}

static void lines_for_people_are_ascii(void **state)
{
	struct comments c = { 0 };
	char many[COMMENTS_MAX + 2];

	(void)state;
	write_text("c.txt", "one line\n\n~ no end");
	assert_int_equal(comments_read(&c, "c.txt"), 0);
	assert_int_equal(c.n, 3);
	assert_string_equal(c.line[0], "one line");
	assert_string_equal(c.line[1], " ");
	assert_string_equal(c.line[2], "~ no end");
	comments_release(&c);
	write_text("c.txt", "fine\na\ttab\n");
	assert_int_equal(comments_read(&c, "c.txt"), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "c.txt: line 2: expected printable ASCII"));
	comments_release(&c);
	write_text("c.txt", "\x7f\n");
	assert_int_equal(comments_read(&c, "c.txt"), PZ_EDATA);
	comments_release(&c);
	memset(many, '\n', COMMENTS_MAX);
	many[COMMENTS_MAX] = 0;
	write_text("c.txt", many);
	assert_int_equal(comments_read(&c, "c.txt"), 0);
	assert_int_equal(c.n, COMMENTS_MAX);
	comments_release(&c);
	many[COMMENTS_MAX] = '\n';
	many[COMMENTS_MAX + 1] = 0;
	write_text("c.txt", many);
	assert_int_equal(comments_read(&c, "c.txt"), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "c.txt: expected at most 1000 lines"));
	comments_release(&c);
	assert_int_equal(comments_read(&c, "none.txt"), PZ_EIO);
	assert_int_equal(comments_read(&c, "."), PZ_EIO);
	comments_release(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_are_steps_or_lists),
		cmocka_unit_test(places_that_are_none),
		cmocka_unit_test(equal_steps_are_told_from_others),
		cmocka_unit_test(heights_are_integrated_over_bins),
		cmocka_unit_test(quantiles_are_uniform_between),
		cmocka_unit_test(normal_distributions_have_tails),
		cmocka_unit_test(samples_are_counted),
		cmocka_unit_test(a_little_outside_is_not_counted),
		cmocka_unit_test(numbers_that_are_no_pz),
		cmocka_unit_test(forms_that_do_not_agree_with_their_places),
		cmocka_unit_test(the_grid_of_a_qp_file),
		cmocka_unit_test(a_key_says_what_a_column_is),
		cmocka_unit_test(comments_hold_what_the_header_says),
		cmocka_unit_test(lines_for_people_are_ascii),
	};

	return cmocka_run_group_tests_name("forms of p(z)", tests, in_folder, out_of_folder);
}
