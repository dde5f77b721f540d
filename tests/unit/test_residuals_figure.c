/* test_residuals_figure.c -- what of a report is drawn: the data of each panel by value, their
 * errors with those of training, which streams and panels there are, and where the caption goes
 */
#include <unistd.h>

#include <pz/figure.h>

#include "in_process.h"
#include "whole_report.h"

static struct report r[2];
static char *program;

static int begin(void **state)
{
	if (in_folder(state) != 0)
		return -1;
	make_reports(r);
	return 0;
}

static int end(void **state)
{
	release_reports(r);
	free(program);
	return out_of_folder(state);
}

static void draw(const struct report *of, int n, const char *panels, const char *steps)
{
	const struct report_drawing d = { .panels = panels, .steps = steps };
	FILE *to = fopen("f.gp", "w");

	if (report_figure(of, n, &d, to) < 0)
		fail_msg("%s", pz_error_text());
	assert_int_equal(fclose(to), 0);
	free(program);
	program = strdup(contents("f.gp"));
}

static const char *at; /* the next line of a block of data */

static void block(const char *name)
{
	char line[64];

	snprintf(line, sizeof line, "\n$%s << EOD\n", name);
	at = strstr(program, line);
	if (!at)
		fail_msg("no data '%s'", name);
	at += strlen(line);
}

static void next(int line, const double *expected, int n)
{
	for (int i = 0; i < n; i++) {
		char *rest;
		double found = strtod(at, &rest);

		if (!(fabs(found - expected[i]) <= 1e-6 * fmax(fabs(expected[i]), 1e-3)))
			fail_msg("line %d, number %d: expected %.9g, found '%.60s'", line, i,
				 expected[i], at);
		at = rest;
	}
	if (*at != '\n')
		fail_msg("line %d: more than %d numbers", line, n);
	at++;
}

#define NEXT(n, ...) next(__LINE__, (double[]){ __VA_ARGS__ }, n)
#define DONE()       assert_int_equal(strncmp(at, "EOD\n", 4), 0)

static void curve_is(const char *name, const struct pz_curve *c)
{
	block(name);
	for (int i = 0; i < c->n; i++)
		NEXT(3, c->point[i].z, c->point[i].residual, c->point[i].error);
	DONE();
}

static void line_is(const char *name, const struct pz_line *l, double from)
{
	block(name);
	NEXT(2, from, l->intercept + l->slope * from);
	NEXT(2, 0.5, l->intercept + l->slope * 0.5);
	DONE();
}

/* ---- the data of panels ---- */

static void curves_and_lines(void **state)
{
	const struct report_estimate *e = &r[0].of[ESTIMATE_MEAN];

	(void)state;
	draw(r, 2, "all", NULL);
	curve_is("zspec0", &e->all.zspec);
	curve_is("zphot0", &e->all.zphot);
	curve_is("zspec1", &r[1].of[ESTIMATE_MEAN].all.zspec);
	line_is("zspecline0", &e->all.zspec_line, 0.125);
	line_is("zphotline0", &e->all.zphot_line, 0.1);
	assert_null(strstr(program, "$simulated"));
	/* of a single stream what is expected is drawn too */
	draw(r, 1, "zspec", NULL);
	curve_is("simulated0", &e->all.simulated);
}

/* Only what has a known magnitude and more than one galaxy. */
static void widths_by_magnitude(void **state)
{
	struct pz_by_mag *m = r[0].mad, *w = r[0].wasserstein;

	(void)state;
	m[1].count = 1;
	draw(r, 2, "mad,wasserstein", NULL);
	block("mad0");
	NEXT(3, m[0].mag, m[0].value, m[0].boot.error);
	NEXT(3, m[2].mag, m[2].value, m[2].boot.error);
	DONE();
	block("wasserstein0");
	NEXT(3, w[0].mag, w[0].value, w[0].boot.error);
	NEXT(3, w[1].mag, w[1].value, w[1].boot.error);
	DONE();
	m[1].count = 2;
	m[0].mag = NAN;
	draw(r, 2, "mad", NULL);
	block("mad0");
	NEXT(3, m[1].mag, m[1].value, m[1].boot.error);
	NEXT(3, m[2].mag, m[2].value, m[2].boot.error);
	DONE();
}

/* Weights 1, 2, 4 and 0.5, true values 0.05, 0.15, 0.35 and 0.55, estimates 0.45, 0.05, -0.2 and
 * 0.35, in two bins from 0.1 to 0.5. */
static void distributions(void **state)
{
	double sum = 0;

	(void)state;
	draw(r, 2, "nz,pit", NULL);
	block("nzspec0");
	NEXT(2, 0.1, 2 / 6. / 0.2);
	NEXT(2, 0.3, 4 / 6. / 0.2);
	NEXT(2, 0.5, 0);
	DONE();
	block("nzphot0");
	NEXT(2, 0.1, 0);
	NEXT(2, 0.3, 1 / 0.2);
	NEXT(2, 0.5, 0);
	DONE();
	for (int i = 0; i < WHOLE_BINS; i++)
		sum += r[0].stacked[i];
	block("stacked0");
	for (int i = 0; i < WHOLE_BINS; i++)
		NEXT(2, 0.1 * (i - 1), r[0].stacked[i] / sum / 0.1);
	NEXT(2, 0.6, 0);
	DONE();
	assert_null(strstr(program, "$stacked1"));
	sum = 0;
	for (int i = 0; i < PZ_PIT_BINS; i++)
		sum += r[0].scores.pit.histogram[i];
	block("pit0");
	for (int i = 0; i < PZ_PIT_BINS; i++)
		NEXT(2, 0.05 * i, r[0].scores.pit.histogram[i] / sum * 20);
	NEXT(2, 1, 0);
	DONE();
	assert_null(strstr(program, "$pit1"));
	/* 20 bins of 25 galaxies: off by sqrt(19 / 25) by chance */
	assert_non_null(strstr(program, "rectangle from 0,0.12822 to 1,1.87178"));
}

/* Sixty by sixty cells from 0.1 to 0.5, a row for each estimate. */
static void densities(void **state)
{
	static const double z[] = { 0.1201, 0.3501, 0.4999, 0.6 };
	static const double zphot[] = { 0.3001, 0.1101, 0.4999, 0.2 };
	static const double weight[] = { 1, 2, 4, 8 };
	struct report of = r[0];

	(void)state;
	of.galaxies.z = z;
	of.galaxies.zphot = zphot;
	of.galaxies.weight = weight;
	draw(&of, 1, "density", NULL);
	block("density0");
	for (int row = 0; row < 60; row++) {
		double x[60] = { 0 };

		if (row == 30)
			x[3] = 1;
		if (row == 1)
			x[37] = 2;
		if (row == 59)
			x[59] = 4;
		next(__LINE__, x, 60);
	}
	DONE();
}

static void groups(void **state)
{
	(void)state;
	r[0].trend[3].count = 1;
	r[0].trend[7].key = INFINITY;
	draw(r, 2, "tomography,against", NULL);
	block("tomography0");
	for (int b = 0; b < 2; b++) {
		const struct pz_tomography_bin *t = &r[0].tomography[b];

		NEXT(3, t->value.mean_true, 1e4 * t->value.bias_pz, 1e4 * t->error.bias_pz);
	}
	DONE();
	block("against0_0");
	for (int b = 0; b < REPORT_TREND; b++)
		if (b != 3 && b != 7)
			NEXT(3, r[0].trend[b].key, r[0].trend[b].value.mean,
			     r[0].trend[b].error.mean);
	DONE();
	assert_null(strstr(program, "$against1"));
	assert_non_null(strstr(program, "x-y"));
	/* those that were asked for */
	assert_non_null(strstr(program, "'lsst-y10'"));
	assert_non_null(strstr(program, "'euclid'"));
	assert_non_null(strstr(program, "first 10 to graph 1,first 10 nohead"));
	assert_non_null(strstr(program, "first -20 to graph 1,first -20 nohead"));
	assert_null(strstr(program, "'lsst-y1'"));
	/* without p(z) the bias is that of the estimates */
	r[0].n_pz = 0;
	r[0].tomography[1].value.bias_zphot = NAN;
	draw(r, 1, "tomography", NULL);
	block("tomography0");
	NEXT(3, r[0].tomography[0].value.mean_true, 1e4 * r[0].tomography[0].value.bias_zphot,
	     1e4 * r[0].tomography[0].error.bias_zphot);
	DONE();
	r[0].n_pz = 3;
}

/* ---- errors of training ---- */

#define NETWORK(tv, slope, bias)                                                                   \
	"{\"one\": {\"n\": 4, \"tv\": {\"value\": " tv "}, \"slope_zspec\": {\"value\": " slope    \
	"}, \"tomography\": {\"bins\": [{\"bias_pz\": " bias "}, {\"bias_pz\": null}]}}}"

/* Two numbers that differ by d scatter by d/sqrt(2). */
static void errors_have_that_of_training(void **state)
{
	const struct report_estimate *e = &r[0].of[ESTIMATE_MEAN];
	const struct pz_tomography_bin *t = r[0].tomography;
	struct networks *networks = NULL;

	(void)state;
	write_text("1.json", NETWORK("3", "10", "7"));
	write_text("2.json", NETWORK("7", "16", "5"));
	assert_int_equal(networks_read(&networks, "1.json,2.json"), 0);
	draw(r, 2, "tv", NULL);
	block("tv0");
	NEXT(5, e->all.zspec_line.slope, e->all.value.tv, e->all.zspec_line.slope_error,
	     e->error.tv, r[0].tv_floor.mean);
	DONE();
	r[0].options.training = networks;
	draw(r, 2, "tv,tomography", NULL);
	block("tv0");
	NEXT(5, e->all.zspec_line.slope, e->all.value.tv,
	     hypot(e->all.zspec_line.slope_error, 6 / sqrt(2)), hypot(e->error.tv, 4 / sqrt(2)),
	     r[0].tv_floor.mean);
	block("tomography0");
	NEXT(3, t[0].value.mean_true, 1e4 * t[0].value.bias_pz,
	     1e4 * hypot(t[0].error.bias_pz, 2 / sqrt(2)));
	r[0].options.training = NULL;
	networks_free(networks);
}

/* ---- streams and panels ---- */

static int streams_drawn(void)
{
	int n = 0;
	char name[32];

	do
		snprintf(name, sizeof name, "$zspec%d << EOD", n++);
	while (strstr(program, name));
	return n - 1;
}

/* The colour of the line that begins with this. */
static void colours_are(const char *begin_of, const char *expected)
{
	const char *line = strstr(program, begin_of), *colour;

	assert_non_null(line);
	colour = strstr(line, "lc rgb '#80");
	assert_non_null(colour);
	assert_int_equal(strncmp(colour + 11, expected + 1, strlen(expected + 1)), 0);
}

static void streams_that_are_drawn(void **state)
{
	static const char *const name[] = { "baseline", "b", "c", "step3", "step5", "knn" };
	static struct report many[20];
	int style[4];

	(void)state;
	for (int i = 0; i < 20; i++) {
		many[i] = r[1];
		if (i < 6)
			strcpy(many[i].name, name[i]);
		else
			snprintf(many[i].name, sizeof many[i].name, "s%d", i);
	}
	draw(many, 4, "zspec,nz", NULL);
	assert_int_equal(streams_drawn(), 4);
	/* of more, the usual ones; step5 has the estimates of the baseline, and no curves */
	draw(many, 6, "zspec,nz", NULL);
	assert_non_null(strstr(program, "# 'baseline'"));
	assert_non_null(strstr(program, "# 'step5'"));
	assert_null(strstr(program, "# 'b'"));
	block("zspec0");
	block("zspec1");
	assert_null(strstr(program, "$zspec2 <<"));
	block("zspec3");
	draw(many, 6, "zspec,nz", "step5,c");
	assert_non_null(strstr(program, "# 'c'"));
	block("zspec1");
	/* a stream looks as it does among all, whatever is drawn beside it */
	pz_figure_styles((const char *const[]){ name[0], name[1], name[2], name[3] }, 4, style);
	draw(many, 4, "zspec", "baseline,c");
	colours_are("$zspec0 using ", pz_figure_colour(style[0]));
	colours_are("$zspec1 using ", pz_figure_colour(style[2]));
	assert_string_not_equal(pz_figure_colour(style[0]), pz_figure_colour(style[2]));
	draw(many, 16, "zspec", "all");
	assert_int_equal(streams_drawn(), 16);
	{
		const struct report_drawing all = { .steps = "all" };

		assert_int_equal(report_figure(many, 17, &all, stdout), PZ_EUSAGE);
		assert_string_equal(pz_error_text(),
				    "--figure: expected at most 16 streams, found 17");
	}
}

static void usual_panels(void **state)
{
	(void)state;
	draw(r, 1, NULL, NULL);
	block("tomography0");
	assert_null(strstr(program, "plot $mad0"));
	draw(r + 1, 1, NULL, NULL);
	assert_null(strstr(program, "'lsst"));
	assert_non_null(strstr(program, "$mad0 using"));
}

/* ---- the caption ---- */

static void a_caption_takes_no_name_of_an_output(void **state)
{
	const char *const outputs[] = { NULL, "f.txt", "c.tsv" };
	struct report_drawing d = { .path = "f.png" };

	(void)state;
	assert_int_equal(report_drawing_check(&d, outputs, 1), 0);
	assert_int_equal(report_drawing_check(&d, outputs, 2), PZ_EUSAGE);
	assert_string_equal(pz_error_text(),
			    "the caption of f.png would have the name of another output, f.txt: "
			    "name it with --caption");
	d.caption = "c.tsv";
	assert_int_equal(report_drawing_check(&d, outputs, 2), 0);
	assert_int_equal(report_drawing_check(&d, outputs, 3), PZ_EUSAGE);
	d = (struct report_drawing){ .panels = "nonsense" };
	assert_int_equal(report_drawing_check(&d, outputs, 3), PZ_EUSAGE);
	d = (struct report_drawing){ .path = "a/f.x.svg" };
	assert_int_equal(report_drawing_check(&d, (const char *const[]){ "a/f.x.txt" }, 1),
			 PZ_EUSAGE);
	d.path = "f.doc";
	assert_int_equal(report_drawing_check(&d, outputs, 3), PZ_EUSAGE);
}

/* The numbers that it tells, in their order. */
static void a_caption_has_the_numbers(void **state)
{
	static const char *const words[] = { "one (",
					     "4 galaxies",
					     "slope against z_spec ",
					     "offset there ",
					     "slope against z_phot ",
					     "total variation ",
					     "sigma_MAD ",
					     "outliers ",
					     "Kolmogorov-Smirnov statistic of the PITs ",
					     "two: " };
	const struct report_drawing d = { .panels = "pit", .path = "f.svg" };
	const struct report_drawing some = { .panels = "nz", .path = "f.svg", .steps = "two" };
	const char *text;

	(void)state;
	if (system("command -v gnuplot >/dev/null") != 0)
		skip();
	assert_int_equal(report_figure(r, 2, &d, NULL), 0);
	assert_int_equal(access("f.svg", F_OK), 0);
	text = contents("f.txt");
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!strstr(text, words[i]))
			fail_msg("'%s' should be in '%s'", words[i], text);
		text = strstr(text, words[i]) + strlen(words[i]);
	}
	assert_null(strstr(contents("f.txt"), "not drawn"));
	assert_int_equal(report_figure(r, 2, &some, NULL), 0);
	assert_non_null(strstr(contents("f.txt"), "\nMeasured, but not drawn: one.\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(curves_and_lines),
		cmocka_unit_test(widths_by_magnitude),
		cmocka_unit_test(distributions),
		cmocka_unit_test(densities),
		cmocka_unit_test(errors_have_that_of_training),
		cmocka_unit_test(streams_that_are_drawn),
		cmocka_unit_test(usual_panels),
		cmocka_unit_test(a_caption_takes_no_name_of_an_output),
		cmocka_unit_test(a_caption_has_the_numbers),
		cmocka_unit_test(groups),
	};

	return cmocka_run_group_tests_name("figure of residuals", tests, begin, end);
}
