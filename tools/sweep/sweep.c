/* sweep -- reports of residuals side by side, against what was varied between them
 *
 *   in    VALUE=REPORT.json ..., each as residuals --json writes it
 *   out   a table, a line for each value and stream; --figure: slope, total variation,
 *         sigma_MAD and outliers
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <pz/figure.h>
#include <pz/sweep.h>
#include <pz/text.h>

#include "../common/json_number.h"
#include "../common/names.h"
#include "../common/tool.h"

#define VALUES_MAX  64
#define STREAMS_MAX PZ_FIGURE_STREAMS

struct options {
	const char *name, *figure;
	struct pz_numbers subsets;
	bool log, program;
};

/* Numbers of a report: the column of the table, and the path in the object of a stream. */
enum {
	N,
	SUBSET,
	SLOPE,
	SLOPE_ERROR,
	SLOPE_BOOT_ERROR,
	OFFSET,
	OFFSET_ERROR,
	RMS,
	RMS_ERROR,
	TV,
	TV_ERROR,
	FLOOR,
	FLOOR_ERROR,
	MEAN,
	MEAN_ERROR,
	MAD,
	MAD_ERROR,
	OUTLIERS,
	OUTLIERS_ERROR,
	COLUMNS
};

static const struct {
	const char *name, *path; /* path NULL: no number of the report            */
} columns[COLUMNS] = {
	[N] = { "n", "n" },
	[SUBSET] = { "subset", NULL }, /* --subsets                             */
	[SLOPE] = { "slope_zspec", "slope_zspec.value" },
	[SLOPE_ERROR] = { "slope_zspec_err", "slope_zspec.error" },
	[SLOPE_BOOT_ERROR] = { "slope_zspec_bootstrap_err", "errors.slope_zspec" },
	[OFFSET] = { "offset_zspec", "offset_zspec" },
	[OFFSET_ERROR] = { "offset_zspec_err", "errors.offset_zspec" },
	[RMS] = { "rms_zspec_curve", "rms_zspec_curve" },
	[RMS_ERROR] = { "rms_zspec_curve_err", "errors.rms_zspec_curve" },
	[TV] = { "tv", "tv.value" },
	[TV_ERROR] = { "tv_err", "tv.error" },
	[FLOOR] = { "tv_floor", "tv.floor" },
	[FLOOR_ERROR] = { "tv_floor_err", "tv.floor_error" },
	[MEAN] = { "mean_residual", "mean_residual" },
	[MEAN_ERROR] = { "mean_residual_err", "errors.mean_residual" },
	[MAD] = { "sigma_mad", "sigma_mad" },
	[MAD_ERROR] = { "sigma_mad_err", "errors.sigma_mad" },
	[OUTLIERS] = { "outlier_fraction", "outlier_fraction" },
	[OUTLIERS_ERROR] = { "outlier_fraction_err", "errors.outlier_fraction" },
};

struct sweep {
	int values, streams;
	char label[VALUES_MAX][64];
	double x[VALUES_MAX]; /* NaN: the label is no number                     */
	char stream[STREAMS_MAX][64];
	bool has[VALUES_MAX][STREAMS_MAX];
	double cell[VALUES_MAX][STREAMS_MAX][COLUMNS]; /* NaN: null or absent     */
};

/* ---- reading ---- */

/* The number of a stream, which is added if its name is new; PZ_EUSAGE: too many streams. */
static int find_stream(struct sweep *s, const char *name)
{
	int rc;

	for (int k = 0; k < s->streams; k++)
		if (!strcmp(s->stream[k], name))
			return k;
	if (s->streams == STREAMS_MAX)
		return pz_fail(PZ_EUSAGE, "expected at most %d streams, found more", STREAMS_MAX);
	rc = name_take(s->stream[s->streams], sizeof s->stream[0], name, strlen(name), "a stream",
		       PZ_EDATA);
	return rc < 0 ? rc : s->streams++;
}

static int take_report(struct sweep *s, int i, json_t *report)
{
	const char *name;
	json_t *one;

	json_object_foreach(report, name, one)
	{
		int k = find_stream(s, name);

		if (k < 0)
			return k;
		s->has[i][k] = true;
		for (int c = 0; c < COLUMNS; c++)
			s->cell[i][k][c] = columns[c].path ? json_number_at(one, columns[c].path)
							   : NAN;
	}
	return 0;
}

static int read_report(struct sweep *s, int i, const char *path)
{
	json_t *report;
	int rc = json_report_read(path, &report);

	if (rc == 0 && (rc = take_report(s, i, report)) < 0)
		pz_fail_in(rc, "%s", path);
	json_decref(report);
	return rc;
}

/* VALUE=FILE */
static int take_operand(struct sweep *s, const char *operand)
{
	const char *equals = strchr(operand, '=');
	size_t n = equals ? (size_t)(equals - operand) : 0;
	int i = s->values, rc;
	char *end;

	if (!equals || !equals[1])
		return pz_fail(PZ_EUSAGE, "expected VALUE=REPORT, found '%s'", operand);
	if ((rc = name_take(s->label[i], sizeof s->label[0], operand, n, "VALUE=REPORT",
			    PZ_EUSAGE)) < 0)
		return rc;
	for (int k = 0; k < i; k++)
		if (!strcmp(s->label[k], s->label[i]))
			return pz_fail(PZ_EUSAGE,
				       "expected one report for each value, found two for '%s'",
				       s->label[i]);
	s->x[i] = strtod(s->label[i], &end);
	if (*end || !isfinite(s->x[i]))
		s->x[i] = NAN;
	s->values++;
	return read_report(s, i, equals + 1);
}

/* Every stream of a report gets the size of its training subset. */
static void take_subsets(const struct pz_numbers *subsets, struct sweep *s)
{
	for (int i = 0; i < subsets->count; i++)
		for (int k = 0; k < s->streams; k++)
			s->cell[i][k][SUBSET] = subsets->value[i];
}

static int read_all(const struct tool *t, const struct pz_numbers *subsets, struct sweep *s)
{
	int rc = 0;

	if (t->operand_count < 1 || t->operand_count > VALUES_MAX)
		return pz_fail(PZ_EUSAGE, "expected 1 to %d operands VALUE=REPORT, found %d",
			       VALUES_MAX, t->operand_count);
	if (subsets->count && subsets->count != t->operand_count)
		return pz_fail(PZ_EUSAGE,
			       "--subsets: expected a number for each of %d reports, found %d",
			       t->operand_count, subsets->count);
	for (int i = 0; rc == 0 && i < t->operand_count; i++)
		rc = take_operand(s, t->operands[i]);
	take_subsets(subsets, s);
	return rc;
}

/* ---- writing ---- */

/* In the fewest digits that bring the number back; "-" where a report does not have it. */
static void write_number(double x, FILE *to)
{
	char text[40] = "-";

	if (!isnan(x))
		pz_value_format(x, false, text, sizeof text);
	fprintf(to, "\t%s", text);
}

static void write_table(const struct sweep *s, const char *name, FILE *to)
{
	fprintf(to, "%s\tstream", name);
	for (int c = 0; c < COLUMNS; c++)
		fprintf(to, "\t%s", columns[c].name);
	fputc('\n', to);
	for (int i = 0; i < s->values; i++)
		for (int k = 0; k < s->streams; k++) {
			if (!s->has[i][k])
				continue;
			fprintf(to, "%s\t%s", s->label[i], s->stream[k]);
			for (int c = 0; c < COLUMNS; c++)
				write_number(s->cell[i][k][c], to);
			fputc('\n', to);
		}
}

static struct pz_sweep_point point_of(const struct sweep *s, int i, int k)
{
	const double *c = s->cell[i][k];

	if (!s->has[i][k])
		return (struct pz_sweep_point){ NAN, NAN, NAN, NAN, NAN, NAN,
						NAN, NAN, NAN, NAN, NAN };
	return (struct pz_sweep_point){ .slope = c[SLOPE],
					.slope_error = c[SLOPE_ERROR],
					.tv = c[TV],
					.tv_error = c[TV_ERROR],
					.floor = c[FLOOR],
					.floor_error = c[FLOOR_ERROR],
					.sigma_mad = c[MAD],
					.sigma_mad_error = c[MAD_ERROR],
					.outliers = c[OUTLIERS],
					.outliers_error = c[OUTLIERS_ERROR],
					.subset = c[SUBSET] };
}

/* Draws into a file, or prints the program. */
static int draw_figure(const struct options *o, const struct sweep *s, FILE *program)
{
	struct pz_sweep_point point[STREAMS_MAX][VALUES_MAX];
	struct pz_sweep_stream stream[STREAMS_MAX];
	const char *label[VALUES_MAX];
	struct pz_sweep f = { .name = o->name,
			      .log = o->log,
			      .n = s->values,
			      .x = s->x,
			      .label = label,
			      .streams = s->streams,
			      .stream = stream };

	for (int i = 0; i < s->values; i++) {
		label[i] = s->label[i];
		if (isnan(s->x[i]))
			f.x = NULL;
	}
	for (int k = 0; k < s->streams; k++) {
		for (int i = 0; i < s->values; i++)
			point[k][i] = point_of(s, i, k);
		stream[k] = (struct pz_sweep_stream){ s->stream[k], point[k] };
	}
	return program ? pz_sweep_program(&f, program) : pz_sweep_write(&f, o->figure);
}

static int compare_reports(struct tool *t, const struct options *o, struct sweep *s)
{
	int rc = pz_text_is_line(o->name) ? 0
					  : pz_fail(PZ_EUSAGE,
						    "--name: expected UTF-8 without control "
						    "characters, found '%s'",
						    o->name);

	if (rc == 0)
		rc = read_all(t, &o->subsets, s);
	if (rc < 0)
		return rc;
	/* A figure that cannot be written does not cost the table. */
	if (o->figure && ((rc = draw_figure(o, s, NULL)) == PZ_EDATA || rc == PZ_EIO))
		tool_fault(t, rc);
	else if (rc < 0)
		return rc;
	if ((rc = tool_open_text(t)) < 0)
		return rc;
	if (o->program)
		return draw_figure(o, s, t->text);
	write_table(s, o->name, t->text);
	return 0; /* tool_end says what could not be written */
}

int main(int argc, char **argv)
{
	struct options o = { .name = "value" };
	const struct pz_option table[] = {
		{ PZ_OPTION_TEXT, 'n', "name", "TEXT", &o.name,
		  "name of the setting that was varied, for table and figure" },
		{ PZ_OPTION_NUMBERS, 0, "subsets", "N,...", &o.subsets,
		  "number of galaxies of each report's training subset, in the order of the "
		  "reports",
		  .min = 0, .max = 1e15 },
		{ PZ_OPTION_OUTPUT, 0, "figure", "FILE", &o.figure,
		  "draw slope, total variation, sigma_MAD and outliers: a name ending in .png, "
		  ".pdf or .svg" },
		{ PZ_OPTION_FLAG, 'l', "log", NULL, &o.log, "use a logarithmic axis for the values",
		  .needs = "figure,gnuplot" },
		{ PZ_OPTION_FLAG, 0, "gnuplot", NULL, &o.program,
		  "print the gnuplot program of the figure instead of the table" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "sweep",
		.does = "compare reports of residuals in which one setting was varied",
		.usage = "[options] VALUE=REPORT.json ... >table",
		.options = table,
		.prints = true,
	};
	struct sweep *s;
	int rc;

	tool_begin(&t, argc, argv);
	if ((s = calloc(1, sizeof *s)))
		rc = compare_reports(&t, &o, s);
	else
		rc = pz_fail(PZ_ENOMEM, "no memory for %d reports", VALUES_MAX);
	free(s);
	return tool_end(&t, rc);
}
