/* test_report_charts.c -- numbers and charts of report's page, each computed by hand */
#include "report_page.h"

/* The paper of a chart: x from 64 to 508, y from 274 up to 12. */
static struct {
	double x0, x1, y0, y1;
} axes;

static void set_axes(double x0, double x1, double y0, double y1)
{
	axes.x0 = x0;
	axes.x1 = x1;
	axes.y0 = y0;
	axes.y1 = y1;
}

static double to_x(double x)
{
	return 64 + 444 * (x - axes.x0) / (axes.x1 - axes.x0);
}

static double to_y(double y)
{
	return 274 - 262 * (y - axes.y0) / (axes.y1 - axes.y0);
}

/* The numbers between `begin` and the next quote, letters between them left out. */
static int drawn_after(const char *text, const char *begin, double *number)
{
	const char *at = strstr(text, begin);
	int n = 0;

	if (!at)
		fail_msg("expected '%s' in\n%s", begin, text);
	for (at += strlen(begin); *at && *at != '"';) {
		char *end;

		number[n] = strtod(at, &end);
		n += end > at;
		at = end > at ? end : at + 1;
	}
	return n;
}

static void is_drawn(const char *text, const char *begin, const double *expected, int n)
{
	double number[128];
	int found = drawn_after(text, begin, number);

	if (found != n)
		fail_msg("%s: expected %d numbers, found %d in\n%s", begin, n, found, text);
	for (int i = 0; i < n; i++)
		if (!(fabs(number[i] - expected[i]) < 0.0051))
			fail_msg("%s: number %d: expected %.3f, found %.3f", begin, i, expected[i],
				 number[i]);
}

#define IS_DRAWN(text, begin, ...)                                                                 \
	is_drawn(text, begin, (const double[]){ __VA_ARGS__ },                                     \
		 (int)(sizeof(const double[]){ __VA_ARGS__ } / sizeof(double)))

/* The discs of stream k: x, y of each. */
static int discs_of(const char *text, int k, double *number)
{
	char begin[32];
	const char *at, *end;
	int n = 0;

	snprintf(begin, sizeof begin, "<g class=\"s%d\"", k);
	at = strstr(text, begin);
	if (!at)
		return 0;
	end = strstr(at, "</g>");
	while ((at = strstr(at, "<circle ")) && at < end) {
		sscanf(at, "<circle cx=\"%lf\" cy=\"%lf\"", &number[n], &number[n + 1]);
		n += 2;
		at++;
	}
	return n;
}

static void discs_are(const char *text, int k, const double *expected, int n)
{
	double number[128];

	assert_int_equal(discs_of(text, k, number), n);
	for (int i = 0; i < n; i++)
		if (!(fabs(number[i] - expected[i]) < 0.0051))
			fail_msg("stream %d, number %d: expected %.3f, found %.3f", k, i,
				 expected[i], number[i]);
}

#define DISCS_ARE(text, k, ...)                                                                    \
	discs_are(text, k, (const double[]){ __VA_ARGS__ },                                        \
		  (int)(sizeof(const double[]){ __VA_ARGS__ } / sizeof(double)))

/* ---- a chart ---- */

static struct chart chart;

static const char *drawing(void (*draw)(void))
{
	static char *text;
	size_t size;

	free(text);
	chart.to = open_memstream(&text, &size);
	assert_non_null(chart.to);
	draw();
	fclose(chart.to);
	return text;
}

static void begin_chart(void)
{
	chart_begin(&chart, "a<b", "across", "up");
}

static void a_chart_has_tics_at_round_numbers(void **state)
{
	(void)state;
	chart = (struct chart){ NULL, 0, 10, 0, 5 };
	assert_string_equal(
		drawing(begin_chart),
		"<svg viewBox=\"0 0 520 320\" role=\"img\" aria-label=\"a&lt;b\" "
		"font-family=\"sans-serif\" font-size=\"14\" fill=\"#1a1a1f\">\n"
		"<rect width=\"520\" height=\"320\" fill=\"#ffffff\"/>\n"
#define ACROSS(x, text)                                                                            \
	"<path d=\"M" x " 274.0v-5\" stroke=\"#1a1a1f\"/><text x=\"" x                             \
	"\" y=\"291.0\" text-anchor=\"middle\">" text "</text>\n"
		ACROSS("64.0", "0") ACROSS("152.8", "2") ACROSS("241.6", "4") ACROSS(
			"330.4", "6") ACROSS("419.2", "8") ACROSS("508.0", "10")
#define UP(y, below, text)                                                                         \
	"<path d=\"M64.0 " y "h5\" stroke=\"#1a1a1f\"/><text x=\"58.0\" y=\"" below                \
	"\" text-anchor=\"end\">" text "</text>\n"
			UP("274.0", "278.5", "0") UP("221.6", "226.1", "1") UP("169.2", "173.7",
									       "2")
				UP("116.8", "121.3", "3") UP("64.4", "68.9", "4") UP(
					"12.0", "16.5",
					"5") "<text x=\"286.0\" y=\"312.0\" "
					     "text-anchor=\"middle\">across</text>\n"
					     "<text transform=\"translate(15,143.0) rotate(-90)\" "
					     "text-anchor=\"middle\">up</text>\n");
}

/* The labels below the axis of a chart from x0 to x1. */
static const char *labels(double x0, double x1)
{
	static char list[256];
	const char *at;

	chart = (struct chart){ NULL, x0, x1, 0, 1 };
	*list = 0;
	at = drawing(begin_chart);
	while ((at = strstr(at, "y=\"291.0\" text-anchor=\"middle\">"))) {
		size_t n = strlen(list);

		at = strchr(at, '>') + 1;
		snprintf(list + n, sizeof list - n, "%s%.*s", n ? " " : "",
			 (int)(strchr(at, '<') - at), at);
	}
	return list;
}

static void tics_are_1_2_or_5_apart_and_at_most_seven(void **state)
{
	(void)state;
	assert_string_equal(labels(0, 6), "0 1 2 3 4 5 6");
	assert_string_equal(labels(0, 6.1), "0 2 4 6");
	assert_string_equal(labels(0, 12), "0 2 4 6 8 10 12");
	assert_string_equal(labels(0, 13), "0 5 10");
	assert_string_equal(labels(0, 30), "0 5 10 15 20 25 30");
	assert_string_equal(labels(0, 31), "0 10 20 30");
	assert_string_equal(labels(-0.25, 0.31), "-0.2 -0.1 0 0.1 0.2 0.3");
	assert_string_equal(labels(14.5, 17), "14.5 15 15.5 16 16.5 17");
	/* ranges that are empty are widened to 1 */
	assert_string_equal(labels(3, 3), "3 3.2 3.4 3.6 3.8 4");
	assert_true(chart.x1 == 4);
	chart = (struct chart){ NULL, 0, 1, 7, 7 };
	drawing(begin_chart);
	assert_true(chart.y0 == 7 && chart.y1 == 8);
}

static const double x4[] = { 1, 4, 7, 12 }, y4[] = { 1, NAN, 4, 9 };
static const double step_y[] = { 2, -1, 4, 3 }, error4[] = { 1, 1, NAN, 2 };

static void draw_lines(void)
{
	chart_line(&chart, x4, y4, 4, false, "#123456", NULL, -1);
	chart_line(&chart, x4, step_y, 4, true, "#654321", "2 3", 2);
	chart_area(&chart, x4, step_y, 3, "#cccccc");
	chart_area(&chart, x4, step_y, 0, "#dddddd");
}

static void lines_break_at_nan_and_end_at_the_edges(void **state)
{
	(void)state;
	chart = (struct chart){ NULL, 0, 10, 0, 5 };
	assert_string_equal(
		drawing(draw_lines),
		"<path d=\"M108.40 221.60M374.80 64.40L508.00 12.00\" fill=\"none\" "
		"stroke=\"#123456\" stroke-width=\"1.6\"/>\n"
		"<path class=\"s2\" d=\"M108.40 169.20H241.60V274.00H374.80V64.40H508.00V116.80\" "
		"fill=\"none\" stroke=\"#654321\" stroke-width=\"1.6\" "
		"stroke-dasharray=\"2 3\"/>\n"
		"<path d=\"M108.40 274.00V169.20H241.60V274.00H374.80V64.40V274.00Z\" "
		"fill=\"#cccccc\"/>\n"
		"<path d=\"\" fill=\"#dddddd\"/>\n");
}

static void draw_points(void)
{
	chart_points(&chart, x4, y4, error4, 4, 0, "#123456", -1);
	chart_points(&chart, x4, step_y, error4, 2, -3.5, "#654321", 0);
	chart_end(&chart);
}

static void points_have_bars_of_one_error(void **state)
{
	(void)state;
	chart = (struct chart){ NULL, 0, 10, 0, 5 };
	assert_string_equal(
		drawing(draw_points),
		"<g fill=\"#123456\" stroke=\"#123456\">"
		"<path d=\"M108.40 274.00V169.20\" stroke-width=\"1.4\"/>"
		"<circle cx=\"108.40\" cy=\"221.60\" r=\"3\"/>"
		"<path d=\"M374.80 64.40V64.40\" stroke-width=\"1.4\"/>"
		"<circle cx=\"374.80\" cy=\"64.40\" r=\"3\"/>"
		"<path d=\"M508.00 12.00V12.00\" stroke-width=\"1.4\"/>"
		"<circle cx=\"508.00\" cy=\"12.00\" r=\"3\"/></g>\n"
		"<g class=\"s0\" fill=\"#654321\" stroke=\"#654321\">"
		"<path d=\"M104.90 221.60V116.80\" stroke-width=\"1.4\"/>"
		"<circle cx=\"104.90\" cy=\"169.20\" r=\"3\"/>"
		"<path d=\"M238.10 274.00V274.00\" stroke-width=\"1.4\"/>"
		"<circle cx=\"238.10\" cy=\"274.00\" r=\"3\"/></g>\n"
		"<rect x=\"64.0\" y=\"12.0\" width=\"444.0\" height=\"262.0\" fill=\"none\" "
		"stroke=\"#1a1a1f\"/>\n</svg>\n");
}

static void draw_rules(void)
{
	chart_rule(&chart, 2, "a & b", false);
	chart_rule(&chart, 3, "under", true);
	chart_rule(&chart, 4, NULL, false);
	chart_rule(&chart, 0, "at the edge", false);
	chart_rule(&chart, 5, "at the edge", false);
	chart_rule(&chart, -1, "outside", false);
	chart_rule(&chart, NAN, "nowhere", false);
}

static void rules_have_their_text_above_or_below(void **state)
{
	const char *text;

	(void)state;
	chart = (struct chart){ NULL, 0, 10, 0, 5 };
	text = drawing(draw_rules);
	assert_int_equal(times_in(text, "<path"), 3);
	assert_int_equal(times_in(text, "</text>"), 2);
	shows(text, "<path d=\"M64.0 169.20H508.0\" stroke=\"#767676\"");
	shows(text, "<text x=\"503.0\" y=\"165.20\" text-anchor=\"end\"");
	shows(text, ">a &amp; b</text>");
	shows(text, "<text x=\"503.0\" y=\"129.80\" text-anchor=\"end\"");
	shows(text, "<path d=\"M64.0 64.40H508.0\"");
}

static void streams_stand_side_by_side_in_40_units(void **state)
{
	(void)state;
	assert_true(chart_dodge(0) == 0 && chart_dodge(1) == 0);
	assert_true(chart_dodge(2) == 7 && chart_dodge(5) == 7);
	assert_true(chart_dodge(8) == 5 && chart_dodge(16) == 2.5);
}

/* ---- the table of numbers ---- */

static void write_report(const char *json)
{
	write_text("r.json", json);
}

/* 400 galaxies of the first have a PIT, of which 95 % would be below 1.358 / 20 = 0.0679. */
static void numbers_stand_with_what_they_should_be(void **state)
{
	struct page p;
	const char *text;

	(void)state;
	write_report("{\"baseline\": {\"n\": 410, \"without_z\": 3, \"without_pz\": 4, "
		     "\"outside_pz\": 6, \"sigma_mad\": 0.0125, \"errors\": {\"sigma_mad\": "
		     "0.00025, \"mean_residual\": 0.125, \"coverage_68\": 0.01, "
		     "\"coverage_95\": 0.02, \"pit_ks\": 0.01}, \"mean_residual\": -0.375, "
		     "\"slope_zspec\": {\"value\": 0.25, \"error\": 0.1}, \"tv\": {\"value\": "
		     "0.125, \"error\": 0.02, \"floor\": 0.0421, \"floor_error\": 0.0035}, "
		     "\"pit_ks\": 0.068, \"coverage_68\": 0.7, \"coverage_95\": 0.9}, "
		     "\"a<b\": {\"n\": 100, \"without_pz\": 0, \"outside_pz\": 0, \"pit_ks\": "
		     "0.1357, \"mean_residual\": 0.0625, "
		     "\"errors\": {\"mean_residual\": 0.015625}, \"crps\": 123}}");
	p = page_of("r.json");
	text = section_of(&p, page_write_numbers);
	shows(text, "<th scope=\"col\">baseline</th><th scope=\"col\">a&lt;b</th></tr>");
	shows(text, "<tr><th scope=\"row\">Galaxies measured</th><td></td><td><data "
		    "value=\"410\">410</data></td><td><data value=\"100\">100</data></td></tr>");
	shows(text, "no redshift</th><td></td><td><data value=\"3\">3</data></td><td>–</td></tr>");
	shows_not(text, "left out: no estimate");
	shows(text, "no p(z)</th><td></td><td><data value=\"4\">4</data>");
	shows(text, "redshift outside of p(z)</th><td></td><td><data value=\"6\">6</data>");
	/* two digits of the error; a number that should be small has no distance */
	shows(text, "<td class=\"text\">small</td><td><data value=\"0.0125\">0.01250</data> ± "
		    "<data value=\"0.00025\">0.00025</data></td><td>–</td></tr>");
	/* three errors are marked, less are not */
	shows(text, "<td class=\"text\">0</td><td><data value=\"-0.375\">−0.38</data> ± <data "
		    "value=\"0.125\">0.12</data><small class=\"off-by\">−3.0 σ</small></td>");
	shows(text, "<td><data value=\"0.0625\">0.062</data> ± <data "
		    "value=\"0.015625\">0.016</data><small class=\"off-by\">+4.0 σ</small></td>");
	shows(text, "<td class=\"text\">0 (step 3)</td><td><data value=\"0.25\">0.25</data> ± "
		    "<data value=\"0.1\">0.10</data><small>+2.5 σ</small></td><td>–</td>");
	shows(text, "± <data value=\"0.02\">0.020</data><small>floor <data "
		    "value=\"0.0421\">0.0421</data></small></td>");
	shows(text, "<data value=\"0.068\">0.068</data> ± <data value=\"0.01\">0.010</data>"
		    "<small class=\"off-by\">uniform: below 0.0679</small></td>");
	shows(text, "<td><data value=\"0.1357\">0.1357</data><small>uniform: below "
		    "0.1358</small></td>");
	shows(text, "0.68</td><td><data value=\"0.7\">0.700</data> ± <data "
		    "value=\"0.01\">0.010</data><small>+2.0 σ</small></td>");
	shows(text, "0.95</td><td><data value=\"0.9\">0.900</data> ± <data "
		    "value=\"0.02\">0.020</data><small>−2.5 σ</small></td>");
	shows(text, "small</td><td>–</td><td><data value=\"123\">123.0</data></td></tr>");
	shows_not(text, "Worst tomographic bin");
	shows_not(text, "second error");
	release_page(&p);
}

/* Errors of 0.006 and 0.008 are 0.01 together. */
static void a_second_error_is_that_between_networks(void **state)
{
	struct page p;
	const char *text;

	(void)state;
	write_report("{\"a\": {\"n\": 0, \"pit_ks\": 0.5, \"mean_residual\": 0.0295, \"errors\": "
		     "{\"mean_residual\": 0.006}, \"training\": {\"networks\": 5, "
		     "\"mean_residual\": 0.008}}}");
	p = page_of("r.json");
	text = section_of(&p, page_write_numbers);
	/* none is a number of galaxies, too; what is left out is shown where there is some */
	shows(text, "Galaxies measured");
	shows_not(text, "left out: no redshift");
	shows(text, "deviation between 5 networks that");
	shows(text, "<data value=\"0.0295\">0.029</data> ± <data value=\"0.006\">0.006</data> ± "
		    "<data value=\"0.008\">0.008</data><small>+2.9 σ</small></td>");
	/* no galaxies, no limit */
	shows(text, "<td><data value=\"0.5\">0.5000</data></td>");
	release_page(&p);
}

/* ---- n(z) and PITs ---- */

/* Bins of 0.1: densities of 2, 5 and 3, of estimates 4 and 6. The axis ends behind the last bin
 * that has galaxies, and above the highest peak by a twentieth. */
static void distributions_are_densities(void **state)
{
	struct page p;
	const char *text;

	(void)state;
	write_report("{\"step3\": {\"n\": 10, \"nz_zspec\": {\"z\": [0.1, 0.2, 0.3, 0.4], "
		     "\"share\": [0.2, 0.5, 0.3, 0]}, \"nz_zphoto\": {\"z\": [0.1, 0.2, 0.3, "
		     "0.4], \"share\": [0, 0.4, 0.6, 0]}, \"nz_stacked\": {\"z\": [0.1, 0.2, "
		     "0.3, 0.4], \"share\": [0.25, 0.25, 0.25, 0.25]}}, \"none\": {\"n\": 2, "
		     "\"nz_zspec\": {\"z\": [1, 2], \"share\": [1]}}, \"one\": {\"n\": 1, "
		     "\"nz_zspec\": {\"z\": [1], \"share\": [1]}}}");
	p = page_of("r.json");
	text = section_of(&p, page_write_distributions);
	assert_int_equal(times_in(text, "<figure"), 1);
	shows(text, "<figure class=\"s0\">");
	shows(text, "Distribution of redshifts of step3: true ones");
	shows(text, "</div><figcaption>step3</figcaption>");
	set_axes(0.05, 0.35, 0, 6.3);
	shows(text, "<text x=\"138.0\" y=\"291.0\" text-anchor=\"middle\">0.1</text>");
	text = strstr(text, "</text>\n<path d=\"M64.00 274.00V");
	assert_non_null(text);
	IS_DRAWN(text, "<path d=\"M64.00 274.00V", to_y(2), to_x(0.15), to_y(5), to_x(0.25),
		 to_y(3), to_x(0.35), 274, 508, 274, 274);
	shows(text, "V274.00Z\" fill=\"#c4c4c8\"/>\n<path d=\"M64.00 274.00H");
	/* the style of step3 */
	shows(text, "fill=\"none\" stroke=\"#009E73\" stroke-width=\"1.6\"/>");
	IS_DRAWN(text, "<path d=\"M64.00 274.00H", to_x(0.15), to_y(4), to_x(0.25), to_y(6), 508,
		 274, 508, 274);
	text = strstr(text, "stroke=\"#009E73\"");
	IS_DRAWN(text, "<path d=\"", 64, to_y(2.5), to_x(0.15), to_y(2.5), to_x(0.25), to_y(2.5),
		 508, to_y(2.5), 508, 274);
	shows(text, "L508.00 274.00\" fill=\"none\" stroke=\"#1a1a1f\" stroke-width=\"1.6\" "
		    "stroke-dasharray=\"5 3\"/>");
	assert_false(page_has_pits(&p));
	release_page(&p);
}

/* Four bins of 400 galaxies: a density of 1 is off by sqrt(3 / 400) by chance. */
static void pits_have_a_band_of_chance(void **state)
{
	double noise = sqrt(3 / 400.);
	struct page p;
	const char *text;

	(void)state;
	write_report("{\"a\": {\"n\": 410, \"without_pz\": 4, \"outside_pz\": 6, "
		     "\"pit_histogram\": [0.1, 0.3, 0.4, 0.2]}, \"b\": {\"n\": 0, "
		     "\"without_pz\": 0, \"outside_pz\": 0, \"pit_histogram\": [0, 1]}, \"c\": "
		     "{\"n\": 3, \"pit_histogram\": [1]}, \"d\": {\"n\": 2, \"without_pz\": 1, "
		     "\"outside_pz\": 0, \"pit_histogram\": [0.5, 0.25, 0.25]}}");
	p = page_of("r.json");
	assert_true(page_has_pits(&p));
	text = section_of(&p, page_write_pits);
	assert_int_equal(times_in(text, "<figure"), 3);
	shows(text, "<figcaption>a</figcaption>");
	shows(text, "<figcaption>d</figcaption>");
	set_axes(0, 1, 0, 1.68);
	text = strstr(text, "aria-label=\"Histogram of the PITs of a\"");
	assert_non_null(text);
	text = strstr(text, "up\">") ? text : strstr(text, "density");
	IS_DRAWN(text, "<path d=\"M64.00 274.00V", to_y(1 + noise), 508, to_y(1 + noise), 274);
	IS_DRAWN(strstr(text, "fill=\"#c4c4c8\""), "<path d=\"M64.00 274.00V", to_y(1 - noise), 508,
		 to_y(1 - noise), 274);
	IS_DRAWN(strstr(text, "fill=\"#ffffff\"/>\n<path"), "<path d=\"", 64, to_y(0.4), to_x(0.25),
		 to_y(1.2), to_x(0.5), to_y(1.6), to_x(0.75), to_y(0.8), 508, to_y(0.8));
	/* no galaxies, no band; of one galaxy it ends at 0 and 2; the axis goes to 1.5 at least */
	text = strstr(text, "PITs of b");
	set_axes(0, 1, 0, 2.1);
	text = strstr(text, "density</text>");
	IS_DRAWN(text, "<path d=\"M64.00 274.00V", to_y(1), 508, to_y(1), 274);
	text = strstr(text, "PITs of d");
	assert_non_null(text);
	set_axes(0, 1, 0, 1.05 * 1.5);
	text = strstr(text, "density</text>");
	IS_DRAWN(text, "<path d=\"M64.00 274.00V", 12, 508, 12, 274);
	IS_DRAWN(strstr(text, "fill=\"#c4c4c8\""), "<path d=\"M64.00 274.00V", 274, 508, 274, 274);
	release_page(&p);
}

/* ---- bins ---- */

/* Two streams, 7 units apart. Biases are in 1e-4: 10 and -20 with errors of 5, 30 without one. */
static void tomographic_bins_have_the_lines_of_surveys(void **state)
{
	struct page p;
	const char *text, *part;

	(void)state;
	write_report("{\"a\": {\"n\": 1, \"tomography\": {\"bins\": [{\"mean_true\": 0.2, "
		     "\"bias_pz\": 0.001, \"errors\": {\"bias_pz\": 0.0005}}, {\"mean_true\": "
		     "0.7, \"bias_pz\": -0.002, \"errors\": {\"bias_pz\": 0.0005}}, "
		     "{\"mean_true\": 0.9}], \"require\": {\"y1\": 0.004, \"y10\": 0.001, "
		     "\"e\": 0.001}, \"sources\": {\"y1\": \"a & b\", \"e\": 3}}}, \"b\": "
		     "{\"n\": 1, \"tomography\": {\"bins\": [{\"mean_true\": 0.45, \"bias_pz\": "
		     "0.003}]}}}");
	p = page_of("r.json");
	assert_true(page_has_bins(&p));
	text = section_of(&p, page_write_bins);
	shows(text, "<li><b>y1</b>: 0.004. a &amp; b</li>\n<li><b>e</b>: 0.001. </li>\n");
	assert_int_equal(times_in(text, "<figure"), 1);
	shows(text, "<figcaption>Tomographic bins: mean of the stacked p(z) less");
	/* the axis holds 1.5 of the widest limit: 60 on either side */
	set_axes(0.2 - 0.04, 0.7 + 0.08 * 0.54, -60, 60);
	shows(text, ">-40</text>");
	for (int k = 0; k < 5; k++) {
		char rule[64];

		snprintf(rule, sizeof rule, "<path d=\"M64.0 %.2fH508.0\"",
			 to_y((double[]){ 0, 40, -40, 10, -10 }[k]));
		assert_int_equal(times_in(text, rule), 1);
	}
	/* the widest has its name above the upper line, the others below the lower one */
	part = strstr(text, ">y1</text>");
	assert_non_null(part);
	shows(text, ">y10, e</text>");
	{
		char label[64];

		snprintf(label, sizeof label, "<text x=\"503.0\" y=\"%.2f\"", to_y(40) - 4);
		shows(text, label);
		part = strstr(text, label);
		assert_int_equal(strncmp(strchr(part, '>'), ">y1</text>", 10), 0);
		snprintf(label, sizeof label, "<text x=\"503.0\" y=\"%.2f\"", to_y(-10) + 13);
		shows(text, label);
		part = strstr(text, label);
		assert_int_equal(strncmp(strchr(part, '>'), ">y10, e</text>", 14), 0);
	}
	DISCS_ARE(text, 0, to_x(0.2) - 3.5, to_y(10), to_x(0.7) - 3.5, to_y(-20));
	DISCS_ARE(text, 1, to_x(0.45) + 3.5, to_y(30));
	IS_DRAWN(strstr(text, "<g class=\"s0\""), "<path d=\"M", to_x(0.2) - 3.5, to_y(5),
		 to_y(15));
	IS_DRAWN(strstr(text, "<g class=\"s1\""), "<path d=\"M", to_x(0.45) + 3.5, to_y(30),
		 to_y(30));
	release_page(&p);
}

/* Shares of 0.6 and 0.75, 0.68 between them; the axis has 0.08 of the range more on both sides. */
static void intervals_and_bins_of_a_key_are_charts(void **state)
{
	double low = 0.58, high = 0.77, range = high - low, floor0;
	struct page p;
	const char *text;
	char rule[64];

	(void)state;
	write_report("{\"a\": {\"n\": 1, \"interval_68_rows\": {\"mag\": [15.5, 16.5], \"share\": "
		     "[0.6, 0.75], \"error\": [0.02, 0.02]}, \"against\": {\"key\": \"seeing\", "
		     "\"bins\": [{\"mean\": 1, \"pit_ks\": 0.1, \"pit_ks_floor\": 0.05, "
		     "\"errors\": {\"pit_ks\": 0.01}}, {\"mean\": 3, \"pit_ks\": 0.2, "
		     "\"pit_ks_floor\": 0.07, \"errors\": {}}]}}}");
	p = page_of("r.json");
	assert_true(page_has_bins(&p));
	text = section_of(&p, page_write_bins);
	assert_int_equal(times_in(text, "<figure"), 2);
	low -= 0.08 * range;
	set_axes(15.5 - 0.08, 16.5 + 0.08 * 1.08, low, high + 0.08 * (high - low));
	DISCS_ARE(text, 0, to_x(15.5), to_y(0.6), to_x(16.5), to_y(0.75));
	snprintf(rule, sizeof rule, "<path d=\"M64.0 %.2fH508.0\"", to_y(0.68));
	shows(text, rule);
	text = strstr(text, "Kolmogorov-Smirnov statistic of the PITs in bins of a key");
	assert_non_null(text);
	shows(text, "text-anchor=\"middle\">seeing</text>");
	floor0 = -0.08 * 0.2;
	set_axes(1 - 0.16, 3 + 0.08 * 2.16, floor0, 0.2 + 0.08 * (0.2 - floor0));
	DISCS_ARE(text, 0, to_x(1), to_y(0.1), to_x(3), to_y(0.2));
	IS_DRAWN(text, "<path class=\"s0\" d=\"M", to_x(1), to_y(0.05), to_x(3), to_y(0.07));
	shows(text, "stroke-dasharray=\"2 3\"");
	release_page(&p);
	write_report("{\"a\": {\"n\": 1}}");
	p = page_of("r.json");
	assert_false(page_has_bins(&p));
	release_page(&p);
}

static void a_chart_of_equal_numbers_has_room(void **state)
{
	struct page p;
	const char *text;

	(void)state;
	write_report("{\"a\": {\"n\": 1, \"interval_95_rows\": {\"mag\": [15.5], \"share\": "
		     "[0.95]}}}");
	p = page_of("r.json");
	assert_true(page_has_bins(&p));
	text = section_of(&p, page_write_bins);
	set_axes(15.5, 16.5, 0.95, 1.95);
	DISCS_ARE(text, 0, 64, 274);
	shows(text, ">1.8</text>");
	shows(text, "Intervals of 95 %: share of true redshifts inside");
	release_page(&p);
}

/* ---- differences ---- */

static void differences_are_in_their_own_errors(void **state)
{
	struct page p;
	const char *text;

	(void)state;
	write_report("{\"a\": {\"n\": 1}, \"b\": {\"n\": 1, \"differences\": {\"from\": \"a\", "
		     "\"sigma_mad\": {\"difference\": -0.012, \"error\": 0.004, \"sigma\": -3}, "
		     "\"outlier_fraction\": {\"difference\": 0.01, \"error\": 0.004, \"sigma\": "
		     "2.5}, \"tv\": {\"difference\": 0.5}, \"pit_ks\": {\"difference\": 1, "
		     "\"error\": 0.01, \"sigma\": 100}}}}");
	p = page_of("r.json");
	assert_true(page_has_bins(&p));
	text = section_of(&p, page_write_bins);
	shows(text, "Each number less that of a, with");
	shows(text, "<th scope=\"col\">Number</th><th scope=\"col\">b</th></tr>");
	shows(text, "<th scope=\"row\">1. σ_MAD</th><td><data value=\"-0.012\">−0.0120</data> ± "
		    "<data value=\"0.004\">0.0040</data><small class=\"off-by\">−3.0 "
		    "σ</small></td></tr>");
	shows(text, "<th scope=\"row\">2. Outliers</th><td><data value=\"0.01\">0.0100</data> ± "
		    "<data value=\"0.004\">0.0040</data><small>+2.5 σ</small></td></tr>");
	shows(text, "<th scope=\"row\">3. Mean residual</th><td>–</td></tr>");
	shows(text, "9. Total variation</th><td><data value=\"0.5\">0.5000</data></td></tr>");
	/* from -4 to 20 at most; the second of two streams is to the right by half of 3.5 */
	set_axes(0.5, 11.5, -4, 20);
	DISCS_ARE(text, 1, to_x(1) + 1.75, to_y(-3), to_x(2) + 1.75, to_y(2.5), to_x(11) + 1.75,
		  12);
	{
		char rule[64];

		snprintf(rule, sizeof rule, "<path d=\"M64.0 %.2fH508.0\"", to_y(3));
		shows(text, rule);
		snprintf(rule, sizeof rule, "<path d=\"M64.0 %.2fH508.0\"", to_y(-3));
		shows(text, rule);
	}
	shows(text, "more than 20 are drawn at the edge");
	release_page(&p);
	/* from one below the lowest to one above the highest */
	write_report("{\"a\": {\"n\": 1}, \"b\": {\"n\": 1, \"differences\": {\"from\": \"a\", "
		     "\"sigma_mad\": {\"difference\": -1, \"error\": 0.1, \"sigma\": -10}, "
		     "\"outlier_fraction\": {\"difference\": 1, \"error\": 0.1, \"sigma\": 7}}}}");
	p = page_of("r.json");
	text = section_of(&p, page_write_bins);
	set_axes(0.5, 11.5, -11, 8);
	DISCS_ARE(text, 1, to_x(1) + 1.75, to_y(-10), to_x(2) + 1.75, to_y(7));
	release_page(&p);
}

/* ---- training ---- */

static int training_rc;

static void write_training(struct page *p)
{
	training_rc = page_write_training(p);
}

/* 40 lines: the first two, a twentieth, are not in the range, which is 1 to 3 and a twentieth of
 * it on either side. */
static void losses_are_drawn_without_the_first_twentieth(void **state)
{
	char log[4096] = "iteration\tseen\trate\tloss\tvalid_loss\n";
	double high = 3 + 0.05 * 2, low = 1 - 0.05 * (high - 1), number[128];
	struct page p;
	const char *text;

	(void)state;
	for (int i = 1; i <= 40; i++) {
		char line[96];

		snprintf(line, sizeof line, "%d\t%d\t%g\t%g\t%s\n", 10 * i, 320 * i,
			 i < 20   ? 0.01
			 : i < 30 ? 0.009995
				  : 0.0099,
			 i < 3    ? 100
			 : i == 3 ? 2.5
				  : 1.5,
			 i == 39   ? "1"
			 : i == 40 ? "3"
				   : "");
		strcat(log, line);
	}
	write_text("net.log", log);
	write_report("{\"a\": {\"n\": 1}}");
	p = page_of("r.json net.log");
	text = section_of(&p, write_training);
	assert_int_equal(training_rc, 0);
	set_axes(0, 400, low, high);
	assert_int_equal(drawn_after(text, "stroke=\"#767676\" stroke-width=\"1.6\"", number), 0);
	/* the learning rate falls once by more than a thousandth */
	assert_int_equal(times_in(text, "stroke-dasharray=\"2 4\""), 1);
	text = strstr(text, "loss</text>");
	IS_DRAWN(text, "<path d=\"M", to_x(300), 274, to_x(300), 12);
	text = strstr(text, "stroke-dasharray=\"2 4\"");
	assert_int_equal(drawn_after(text, "<path d=\"M", number), 80);
	assert_true(fabs(number[0] - to_x(10)) < 0.0051 && fabs(number[1] - 12) < 0.0051);
	assert_true(fabs(number[5] - to_y(2.5)) < 0.0051);
	assert_true(fabs(number[79] - to_y(1.5)) < 0.0051);
	text = strstr(text, "#0072B2");
	IS_DRAWN(text, "<path d=\"M", to_x(390), to_y(1), to_x(400), to_y(3));
	shows(text, "<figcaption>net: last loss <data value=\"1.5\">1.5000</data>, of the "
		    "validation sample <data value=\"3\">3.0000</data> (iteration 400)");
	release_page(&p);
}

static void logs_without_validation_and_broken_ones(void **state)
{
	static const char *const broken[] = { "10\t320\t0.01\tx\t\n", "10\t320\t\t1\t\n",
					      "10\t320\t0.1\t1\t2z\n", "10 320 0.1 1 2\n" };
	struct page p;
	const char *text;

	(void)state;
	write_report("{\"a\": {\"n\": 1}}");
	write_text("a.log", "iteration\tseen\trate\tloss\tvalid_loss\n7\t1\t0.1\t2.25\t");
	write_text("none.log", "iteration\tseen\trate\tloss\tvalid_loss\n");
	p = page_of("r.json a.log none.log");
	text = section_of(&p, write_training);
	assert_int_equal(training_rc, 0);
	assert_int_equal(times_in(text, "<figure"), 1);
	shows(text, "a: last loss <data value=\"2.25\">2.2500</data> (iteration 7)");
	shows_not(text, "#D55E00");
	release_page(&p);
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		char log[256];

		snprintf(log, sizeof log, "iteration\tseen\trate\tloss\tvalid_loss\n%s%s",
			 "5\t5\t5\t5\t5\n", broken[i]);
		write_text("a.log", log);
		p = page_of("r.json a.log");
		section_of(&p, write_training);
		assert_int_equal(training_rc, PZ_EDATA);
		assert_string_equal(pz_error_text(),
				    "a.log: line 3: expected a line of a log of train");
		release_page(&p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_chart_has_tics_at_round_numbers),
		cmocka_unit_test(tics_are_1_2_or_5_apart_and_at_most_seven),
		cmocka_unit_test(lines_break_at_nan_and_end_at_the_edges),
		cmocka_unit_test(points_have_bars_of_one_error),
		cmocka_unit_test(rules_have_their_text_above_or_below),
		cmocka_unit_test(streams_stand_side_by_side_in_40_units),
		cmocka_unit_test(numbers_stand_with_what_they_should_be),
		cmocka_unit_test(a_second_error_is_that_between_networks),
		cmocka_unit_test(distributions_are_densities),
		cmocka_unit_test(pits_have_a_band_of_chance),
		cmocka_unit_test(tomographic_bins_have_the_lines_of_surveys),
		cmocka_unit_test(intervals_and_bins_of_a_key_are_charts),
		cmocka_unit_test(a_chart_of_equal_numbers_has_room),
		cmocka_unit_test(differences_are_in_their_own_errors),
		cmocka_unit_test(losses_are_drawn_without_the_first_twentieth),
		cmocka_unit_test(logs_without_validation_and_broken_ones),
	};

	return cmocka_run_group_tests_name("charts of report", tests, in_folder, out_of_folder);
}
