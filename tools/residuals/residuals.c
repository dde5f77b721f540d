/* residuals -- how good estimates are, of one stream or several side by side
 *
 *   in    predictions (z, mag, zphot, and where there is one pz)
 *   out   a table; --curves, --json all curves; --figure the paper's figures
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../common/axes.h"
#include "../common/history.h"
#include "../common/tool.h"
#include "grouped.h"
#include "messages.h"
#include "report.h"
#include "sources.h"

struct options {
	struct report_options report;
	int estimate;
	const char *json, *curves, *variances, *tomography, *require, *training;
	struct report_drawing drawing;
	struct pz_numbers dispersions;
	int by;
	bool program, common;
};

/* The header of a stream must fit the number of --dispersions, and the first stream's target. */
static int check_header(const struct pz_numbers *dispersions, const char *name,
			const struct pz_header *h, const struct report *first)
{
	if (first && strcmp(axes_target(h), first->scalars.target) != 0)
		return pz_fail(PZ_EMISMATCH,
			       "%s: grid.target: expected '%s' as in the first stream, found '%s'",
			       name, first->scalars.target, axes_target(h));
	if (!first && dispersions->count && h->has_rows && dispersions->count != h->rows.channels)
		return pz_fail(
			PZ_EUSAGE,
			"--dispersions: expected %d numbers, one for each channel of %s, found %d",
			h->rows.channels, name, dispersions->count);
	return 0;
}

/* The galaxies that variances are fitted to. */
static int read_variances(const struct tool *t, const char *path, const struct report_options *o,
			  const struct pz_header *h, struct scalars *c)
{
	struct lacking z = { 0 }, zphot = { 0 };
	struct pz_reader *in = NULL;
	int rc = pz_reader_open(&in, &path, 1, PZ_READ_SCALARS);

	if (rc == 0 && (rc = pz_header_need_kind(pz_reader_header(in), "predictions")) == 0)
		rc = axes_agree(h, pz_reader_header(in), path);
	scalars_begin(c, h);
	if (rc == 0)
		rc = scalars_collect(c, in, o->estimate, o->strict, &z, &zphot);
	if (rc == 0 && c->n == 0)
		rc = pz_fail(PZ_EDATA, "%s: expected records with '%s'%s%s, found none", path,
			     c->target, zphot.count ? " and " : "",
			     zphot.count ? estimate_path[o->estimate] : "");
	if (rc == 0) {
		say_lacking(t, path, c->target, &z);
		say_lacking(t, path, estimate_path[o->estimate], &zphot);
	}
	pz_reader_close(in);
	return rc;
}

/* --common: reads the ids of all streams, which stay open in `in`. */
static int read_common(const struct options *o, const struct source *s, int n,
		       struct pz_reader **in, struct common *c)
{
	int rc = 0;

	for (int i = 0; i < n && rc == 0; i++) {
		rc = tool_refuse_terminal(s[i].path);
		if (rc == 0)
			rc = pz_reader_open(&in[i], &s[i].path, 1, PZ_READ_KEEP | PZ_READ_SCALARS);
		if (rc == 0)
			rc = pz_header_need_kind(pz_reader_header(in[i]), "predictions");
		if (rc == 0)
			rc = i ? common_keep(c, in[i], &o->report)
			       : common_begin(c, in[i], &o->report);
	}
	return rc < 0 ? rc : common_end(c);
}

/* Reads and measures one stream, which *in is where it was opened before; first: the stream whose
 * axes it takes, NULL: its own. With --variances the first stream says by which axes these are
 * read, into `others`. */
static int measure_stream(const struct tool *t, const struct options *o, const struct source *s,
			  struct pz_reader *in, const struct report *first, struct scalars *others,
			  struct report *r)
{
	int rc = in ? pz_reader_rewind(in, 0) : tool_refuse_terminal(s->path);

	if (rc == 0 && !in)
		rc = pz_reader_open(&in, &s->path, 1, 0);
	memcpy(r->name, s->name, sizeof r->name);
	if (rc == 0)
		rc = history_line(pz_reader_header(in)->map, &r->made);
	if (rc == 0)
		rc = check_header(&o->dispersions, s->name, pz_reader_header(in), first);
	if (rc == 0 && !first && o->variances)
		rc = read_variances(t, o->variances, &o->report, pz_reader_header(in), others);
	if (rc == 0)
		rc = report_read(r, in, &o->report, first);
	if (rc == 0 && first)
		messages_of_differences(t, r, pz_reader_header(in), first);
	pz_reader_close(in);
	if (rc == 0)
		rc = report_measure(r);
	if (rc == 0 && o->report.training)
		rc = networks_check(o->report.training, r->name, r->galaxies.n);
	if (rc == 0)
		messages_of_missing(t, r);
	if (rc == 0 && first && o->report.differences)
		rc = report_compare(r, first);
	return rc;
}

typedef int write_fn(const struct report *r, int n, FILE *to);

/* Writes into the file at path; NULL or "-": nothing. */
static int write_beside(write_fn *write, const struct report *r, int n, const char *path)
{
	struct pz_file file = { 0 };
	int rc;

	if (!path || !strcmp(path, "-"))
		return 0;
	if ((rc = pz_file_begin(&file, path)) < 0)
		return rc;
	if ((rc = write(r, n, file.stream)) == 0)
		return pz_file_commit(&file);
	rc = pz_fail_in(rc, "%s", path);
	pz_file_abandon(&file);
	return rc;
}

static bool is_output(const char *path)
{
	return path && !strcmp(path, "-");
}

/* Writes the files first: the table, or what is printed instead of it, appears when all else is
 * done. If one file cannot be written, the others are written all the same. */
static int write_reports(struct tool *t, const struct options *o, const struct report *r, int n)
{
	int rc;

	if ((rc = write_beside(report_json, r, n, o->json)) < 0)
		tool_fault(t, rc);
	if ((rc = write_beside(report_curves, r, n, o->curves)) < 0)
		tool_fault(t, rc);
	if (o->drawing.path && (rc = report_figure(r, n, &o->drawing, NULL)) < 0)
		tool_fault(t, rc);
	if ((rc = tool_open_text(t)) < 0)
		return rc;
	if (o->program)
		return report_figure(r, n, &o->drawing, t->text);
	if (is_output(o->json))
		return report_json(r, n, t->text);
	return is_output(o->curves) ? report_curves(r, n, t->text) : report_tsv(r, n, t->text);
}

static int check_options(struct options *o, const char *output)
{
	const char *const outputs[] = { output, o->json, o->curves };
	struct report_tomography_options *t = &o->report.tomography;
	int rc = 0;

	if (o->tomography)
		rc = tomography_parse(o->tomography, t);
	if (rc == 0 && o->require)
		rc = requirements_parse(o->require, t);
	if (rc < 0)
		return rc;
	o->report.estimate = (enum estimate)o->estimate;
	t->by = o->by == ESTIMATES ? o->report.estimate : (enum estimate)o->by;
	if (o->report.bootstrap == 1)
		return pz_fail(PZ_EUSAGE, "--bootstrap: expected 0 or at least 2, found 1");
	if (is_output(o->json) + is_output(o->curves) + o->program > 1)
		return pz_fail(PZ_EUSAGE, "--json -, --curves - and --gnuplot exclude each other");
	return o->drawing.path || o->program ? report_drawing_check(&o->drawing, outputs, 3) : 0;
}

static int measure_streams(struct tool *t, struct options *o)
{
	struct source source[SOURCES_MAX];
	int n = sources_parse_all(t->operands, t->operand_count, source), rc = 0;
	struct pz_reader *in[SOURCES_MAX] = { NULL };
	struct scalars others = { 0 };
	struct common common = { 0 };
	struct networks *training = NULL;
	struct report *r;
	struct pz_progress progress;

	if (n < 0)
		return n;
	if (!(r = calloc((size_t)n, sizeof *r)))
		return pz_fail(PZ_ENOMEM, "no memory for %d reports", n);
	o->report.seed = t->seed;
	o->report.dispersions = o->dispersions.count ? o->dispersions.value : NULL;
	o->report.variances = o->variances ? &others : NULL;
	if (o->training)
		rc = networks_read(&training, o->training);
	o->report.training = training;
	if (o->common && rc == 0) {
		o->report.common = &common;
		rc = read_common(o, source, n, in, &common);
	}
	tool_progress(t, &progress, "residuals", "streams", n);
	for (int i = 0; i < n && rc == 0; i++) {
		rc = measure_stream(t, o, &source[i], in[i], i ? &r[0] : NULL, &others, &r[i]);
		in[i] = NULL;
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (rc == 0)
		rc = write_reports(t, o, r, n);
	for (int i = 0; i < n; i++) {
		report_release(&r[i]);
		pz_reader_close(in[i]);
	}
	networks_free(training);
	common_release(&common);
	scalars_release(&others);
	free(r);
	return rc;
}

static struct options o = {
	.report = { .outlier = NAN,
		    .fit_from = NAN,
		    .fit_count = 5,
		    .factor = 1,
		    .bootstrap = 100 },
	.by = ESTIMATES,
};

static const struct pz_option table[] = {
	{ PZ_OPTION_CHOICE, 'e', "estimate", "NAME", &o.estimate, "point estimate to measure",
	  .choices = ESTIMATE_CHOICES },
	{ PZ_OPTION_INT, 'b', "bootstrap", "N", &o.report.bootstrap,
	  "number of bootstrap samples for means and errors; 0: none", .min = 0,
	  .max = PZ_DRAWS_MAX },
	{ PZ_OPTION_DOUBLE, 0, "outlier", "X", &o.report.outlier,
	  "galaxies with abs(dz)/(1+z) above X are outliers; default: the survey's value",
	  .min = 1e-9, .max = 1e9 },
	{ PZ_OPTION_DOUBLE, 0, "fit-from", "Z", &o.report.fit_from,
	  "fit the line against redshift from Z on; default: the survey's value", .min = -1e9,
	  .max = 1e9 },
	{ PZ_OPTION_INT, 0, "fit-count", "N", &o.report.fit_count,
	  "fit lines only to bins of at least N galaxies", .min = 1, .max = 1 << 30 },
	{ PZ_OPTION_FILE, 0, "variances", "FILE", &o.variances,
	  "predictions from which variances are fitted; default: each stream itself" },
	{ PZ_OPTION_NUMBERS, 0, "dispersions", "BINS,...", &o.dispersions,
	  "dispersion of each magnitude channel in bins, instead of fitting them", .min = 1e-9,
	  .max = 1e9 },
	{ PZ_OPTION_DOUBLE, 0, "factor", "K", &o.report.factor,
	  "multiply the variances by K for the simulated residual curve", .min = 1e-6, .max = 1e6 },
	{ PZ_OPTION_TEXT, 0, "weights", "KEY", &o.report.weights,
	  "number of each record that says how much the galaxy counts; default: all alike" },
	{ PZ_OPTION_TEXT, 0, "tomography", "N|EDGES", &o.tomography,
	  "measure the mean redshift in N bins of equal numbers, or in bins with these edges" },
	{ PZ_OPTION_CHOICE, 0, "by", "NAME", &o.by,
	  "point estimate that sorts galaxies into tomographic bins; default: that of --estimate",
	  .choices = ESTIMATE_CHOICES ",estimate", .needs = "tomography" },
	{ PZ_OPTION_TEXT, 0, "require", "LIST", &o.require,
	  "show whether the bins meet requirements out of " REQUIREMENTS, .needs = "tomography" },
	{ PZ_OPTION_TEXT, 0, "against", "KEY", &o.report.against,
	  "measure in 10 bins of this number of the records, or of a difference KEY-KEY" },
	{ PZ_OPTION_FLAG, 0, "common", NULL, &o.common,
	  "measure only galaxies that all streams have, by their ids" },
	{ PZ_OPTION_FLAG, 0, "differences", NULL, &o.report.differences,
	  "add the differences of each stream from the first one, with paired errors" },
	{ PZ_OPTION_FILE, 0, "training", "FILE,...", &o.training,
	  "JSON of single networks, for the error that training has on every number" },
	{ PZ_OPTION_FLAG, 0, "strict", NULL, &o.report.strict,
	  "stop at a galaxy without redshift, estimate or p(z)" },
	{ PZ_OPTION_OUTPUT, 0, "json", "FILE", &o.json,
	  "write all numbers and curves as JSON to this file; -: print them instead of the "
	  "table" },
	{ PZ_OPTION_OUTPUT, 0, "curves", "FILE", &o.curves,
	  "write curves and histograms as a table to this file; -: print them instead of "
	  "the other table" },
	{ PZ_OPTION_OUTPUT, 0, "figure", "FILE", &o.drawing.path,
	  "draw a figure: a name ending in .png, .pdf or .svg" },
	{ PZ_OPTION_TEXT, 0, "panels", "LIST", &o.drawing.panels,
	  "panels of the figure: names with commas between, or all; default: all but "
	  "wasserstein and density, and mad only without tomography",
	  .needs = "figure,gnuplot" },
	{ PZ_OPTION_TEXT, 0, "steps", "LIST", &o.drawing.steps,
	  "streams to draw, or all; default: all or, of more than four, baseline, step3, "
	  "step4, step5, knn, knn-mag",
	  .needs = "figure,gnuplot" },
	{ PZ_OPTION_OUTPUT, 0, "caption", "FILE", &o.drawing.caption,
	  "file for the caption of the figure; default: the figure's name with .txt",
	  .needs = "figure" },
	{ PZ_OPTION_FLAG, 0, "gnuplot", NULL, &o.program,
	  "print the gnuplot program of the figure instead of the table" },
	{ .type = PZ_OPTION_END },
};

int main(int argc, char **argv)
{
	struct tool t = {
		.name = "residuals",
		.does = "measure bias, scatter and mode collapse of redshift estimates",
		.usage = "[options] [NAME=]FILE ... >table",
		.options = table,
		.chance = true,
		.prints = true,
	};
	int rc;

	tool_begin(&t, argc, argv);
	rc = check_options(&o, t.output);
	if (rc == 0)
		rc = measure_streams(&t, &o);
	return tool_end(&t, rc);
}
