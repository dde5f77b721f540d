/* residuals -- how good estimates are, of one stream or several side by side
 *
 *   in    predictions (z, mag, zphot, and where there is one pz)
 *   out   a table; --curves, --json all curves; --figure the paper's figures
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/figure.h>

#include "shared/report.h"
#include "shared/tool.h"

#define STREAMS_MAX 64

struct options {
	struct report_options report;
	int estimate;
	const char *json, *curves, *figure, *panels, *variances;
	struct pz_numbers dispersions;
	bool program;
	struct scalars others; /* galaxies of --variances                         */
};

/* An operand: NAME=FILE, or a file that is named after itself. */
struct source {
	char name[REPORT_NAME];
	const char *path;
};

static int parse_source(const char *operand, struct source *s)
{
	const char *equals = strchr(operand, '='), *slash = strrchr(operand, '/');
	const char *from = operand, *end;

	s->path = operand;
	if (equals && (!strchr(operand, '/') || equals < strchr(operand, '/'))) {
		s->path = equals + 1;
		end = equals;
	} else {
		from = slash ? slash + 1 : operand;
		end = strrchr(from, '.') > from ? strrchr(from, '.') : from + strlen(from);
	}
	if (end == from || (size_t)(end - from) >= sizeof s->name || !*s->path)
		return pz_fail(PZ_EUSAGE,
			       "expected NAME=FILE with a name of 1 to %zu bytes, found '%s'",
			       sizeof s->name - 1, operand);
	memcpy(s->name, from, (size_t)(end - from));
	s->name[end - from] = '\0';
	return 0;
}

/* The operands, or standard input where there are none; returns how many. */
static int parse_sources(const struct tool *t, struct source *s)
{
	if (t->operand_count > STREAMS_MAX)
		return pz_fail(PZ_EUSAGE, "expected at most %d streams, found %d", STREAMS_MAX,
			       t->operand_count);
	for (int i = 0; i < t->operand_count; i++) {
		int rc = parse_source(t->operands[i], &s[i]);

		for (int k = 0; k < i && rc == 0; k++)
			if (!strcmp(s[i].name, s[k].name))
				rc = pz_fail(PZ_EUSAGE, "two streams are named '%s'", s[i].name);
		if (rc < 0)
			return rc;
	}
	if (t->operand_count == 0)
		s[0] = (struct source){ "stdin", "-" };
	return t->operand_count ? t->operand_count : 1;
}

static void say_what_is_missing(const struct tool *t, const struct report *r)
{
	if (r->without_z)
		tool_say(t, "%s: %zu galaxies have no '%s' and are left out", r->name, r->without_z,
			 r->scalars.target);
	say_without_mag(t, r->name, r->scalars.without_mag);
	if (r->outside_z || r->outside_zphot)
		tool_say(t,
			 "%s: %zu true values and %zu estimates lie outside of %g to %g: "
			 "in no curve by them, no distance of distributions",
			 r->name, r->outside_z, r->outside_zphot, r->grid.min, r->grid.max);
	if (!r->has_pz)
		tool_say(t, "%s: no p(z): none of its scores", r->name);
	if (isnan(report_chosen(r)->all.value.slope_zspec))
		tool_say(t, "%s: fewer than 2 bins of %d galaxies from %s = %g: no slope", r->name,
			 r->options.fit_count, r->scalars.target, r->options.fit_from);
}

/* What the header of a stream has to agree with: the options, and the first stream. */
static int check_header(const struct options *o, const struct source *s, const struct pz_header *h,
			const struct report *first)
{
	struct pz_header as_first = { 0 };

	if (first) {
		as_first.grid = first->grid;
		as_first.rows = first->rows;
		return axes_agree(&as_first, h, s->name);
	}
	if (o->dispersions.count && h->has_rows && o->dispersions.count != h->rows.channels)
		return pz_fail(PZ_EUSAGE,
			       "--dispersions: expected %d numbers, as %s has channels, found %d",
			       h->rows.channels, s->name, o->dispersions.count);
	return 0;
}

/* The galaxies of a stream whose truth is known: those that variances are fitted to. */
static int read_variances(const struct options *o, const struct pz_header *h, struct scalars *c)
{
	struct pz_reader *in = NULL;
	int rc = pz_reader_open(&in, &o->variances, 1, PZ_READ_SCALARS);

	if (rc == 0 && (rc = pz_header_need_kind(pz_reader_header(in), "predictions")) == 0)
		rc = axes_agree(h, pz_reader_header(in), o->variances);
	scalars_begin(c, h);
	while (rc == 0 && (rc = pz_read(in)) > 0) {
		const pz_map *record = pz_reader_record(in);

		if (!isfinite(pz_map_number(record, c->target, NAN)))
			continue;
		if ((rc = report_check_estimate(record, o->report.estimate)) < 0 ||
		    (rc = scalars_add(c, record)) < 0)
			rc = record_fail(in, record, rc);
	}
	if (rc == 0 && c->n == 0)
		rc = pz_fail(PZ_EDATA, "%s: no record has a '%s'", o->variances, c->target);
	pz_reader_close(in);
	return rc;
}

/* Reads and measures one stream; first: the one it has to fit with. */
static int measure(const struct tool *t, struct options *o, const struct source *s,
		   const struct report *first, struct report *r)
{
	struct pz_reader *in = NULL;
	int rc = pz_reader_open(&in, &s->path, 1, 0);

	memcpy(r->name, s->name, sizeof r->name);
	if (rc == 0)
		rc = check_header(o, s, pz_reader_header(in), r == first ? NULL : first);
	if (rc == 0 && r == first && o->variances)
		rc = read_variances(o, pz_reader_header(in), &o->others);
	if (rc == 0)
		rc = report_read(r, in, &o->report);
	pz_reader_close(in);
	if (rc == 0)
		rc = report_measure(r);
	if (rc == 0)
		say_what_is_missing(t, r);
	return rc;
}

typedef int write_fn(const struct report *r, int n, FILE *to);

/* Into a file, where there is a path that is none of standard output. */
static int write_beside(write_fn *write, const struct report *r, int n, const char *path)
{
	struct pz_file file = { 0 };
	int rc;

	if (!path || !strcmp(path, "-"))
		return 0;
	if ((rc = pz_file_begin(&file, path)) == 0)
		rc = write(r, n, file.stream);
	if (rc == 0)
		return pz_file_commit(&file);
	pz_file_abandon(&file);
	return rc;
}

static bool is_output(const char *path)
{
	return path && !strcmp(path, "-");
}

/* Files first: the table, or what stands in its place, appears when all else is done. */
static int publish(struct tool *t, const struct options *o, const struct report *r, int n)
{
	int rc = write_beside(report_json, r, n, o->json);

	if (rc == 0)
		rc = write_beside(report_curves, r, n, o->curves);
	if (rc == 0 && o->figure)
		rc = report_figure(r, n, o->panels, o->figure, NULL);
	if (rc == 0)
		rc = tool_open_text(t);
	if (rc < 0)
		return rc;
	if (o->program)
		return report_figure(r, n, o->panels, NULL, t->text);
	if (is_output(o->json))
		return report_json(r, n, t->text);
	return is_output(o->curves) ? report_curves(r, n, t->text) : report_tsv(r, n, t->text);
}

/* What can be wrong with the options is said before a stream is read. */
static int check_options(const struct options *o)
{
	if (o->report.bootstrap == 1)
		return pz_fail(PZ_EUSAGE, "--bootstrap: expected 0 or at least 2, found 1");
	if (is_output(o->json) + is_output(o->curves) + o->program > 1)
		return pz_fail(PZ_EUSAGE, "of --json -, --curves - and --gnuplot, expected one");
	return o->figure || o->program ? pz_figure_check(o->panels, o->figure) : 0;
}

static int residuals(struct tool *t, struct options *o)
{
	struct source source[STREAMS_MAX];
	int n = parse_sources(t, source), rc = 0;
	struct report *r;
	struct pz_progress progress;

	if (n < 0)
		return n;
	if (!(r = calloc((size_t)n, sizeof *r)))
		return pz_fail(PZ_ENOMEM, "no memory for %d reports", n);
	o->report.estimate = (enum estimate)o->estimate;
	o->report.seed = t->seed;
	o->report.dispersions = o->dispersions.count ? o->dispersions.value : NULL;
	o->report.variances = o->variances ? &o->others : NULL;
	tool_progress(t, &progress, "residuals", "streams", n);
	for (int i = 0; i < n && rc == 0; i++) {
		rc = measure(t, o, &source[i], &r[0], &r[i]);
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (rc == 0)
		rc = publish(t, o, r, n);
	for (int i = 0; i < n; i++)
		report_release(&r[i]);
	scalars_release(&o->others);
	free(r);
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = {
		.report = { .outlier = NAN,
			    .fit_from = NAN,
			    .fit_count = 5,
			    .factor = 1,
			    .bootstrap = 100 },
		.panels = "zspec,zphot,nz,tv",
	};
	const struct pz_option table[] = {
		{ PZ_OPTION_CHOICE, 'e', "estimate", "NAME", &o.estimate,
		  "which point estimate of zphot", .choices = ESTIMATE_CHOICES },
		{ PZ_OPTION_INT, 'b', "bootstrap", "N", &o.report.bootstrap,
		  "resamples for means and errors; 0: none", .min = 0, .max = PZ_DRAWS_MAX },
		{ PZ_OPTION_DOUBLE, 0, "outlier", "X", &o.report.outlier,
		  "threshold on abs(dz)/(1+z); default: the survey's", .min = 1e-9, .max = 1e9 },
		{ PZ_OPTION_DOUBLE, 0, "fit-from", "Z", &o.report.fit_from,
		  "the line by z is fitted from here on; default: the survey's", .min = -1e9,
		  .max = 1e9 },
		{ PZ_OPTION_INT, 0, "fit-count", "N", &o.report.fit_count,
		  "lines are fitted to bins of N galaxies or more", .min = 1, .max = 1 << 30 },
		{ PZ_OPTION_FILE, 0, "variances", "FILE", &o.variances,
		  "predictions to fit variances to; default: each stream's own" },
		{ PZ_OPTION_NUMBERS, 0, "dispersions", "BINS,...", &o.dispersions,
		  "dispersion of each channel, in bins, not fitted", .min = 1e-9, .max = 1e9 },
		{ PZ_OPTION_DOUBLE, 0, "factor", "K", &o.report.factor,
		  "the simulated curve takes K times the variances", .min = 1e-6, .max = 1e6 },
		{ PZ_OPTION_OUTPUT, 0, "json", "FILE", &o.json,
		  "write all numbers and curves as JSON; - instead of the table" },
		{ PZ_OPTION_OUTPUT, 0, "curves", "FILE", &o.curves,
		  "write all curves and histograms as a table; - instead of the other" },
		{ PZ_OPTION_OUTPUT, 0, "figure", "FILE", &o.figure,
		  "draw the figure: .png, .pdf or .svg" },
		{ PZ_OPTION_TEXT, 0, "panels", "LIST", &o.panels,
		  "its panels, of zspec,zphot,nz,tv,mad,wasserstein,density,pit" },
		{ PZ_OPTION_FLAG, 0, "gnuplot", NULL, &o.program,
		  "print the figure's gnuplot program instead of the table" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "residuals",
		.does = "how good estimates are, of one stream or several side by side",
		.usage = "[options] [NAME=]FILE ... >table",
		.options = table,
		.chance = true,
		.prints = true,
	};
	int rc;

	tool_begin(&t, argc, argv);
	rc = check_options(&o);
	if (rc == 0)
		rc = residuals(&t, &o);
	return tool_end(&t, rc);
}
