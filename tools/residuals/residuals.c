/* residuals -- how good estimates are, of one stream or several side by side
 *
 *   in    predictions (z, mag, zphot, and where there is one pz)
 *   out   a table; --curves, --json all curves; --figure the paper's figures
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/figure.h>

#include "../common/axes.h"
#include "../common/names.h"
#include "../common/tool.h"
#include "report.h"

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
	if (!*s->path)
		return pz_fail(PZ_EUSAGE, "expected NAME=FILE, found '%s'", operand);
	return name_take(s->name, sizeof s->name, from, (size_t)(end - from), "NAME=FILE",
			 PZ_EUSAGE);
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

/* Of the p(z), where there are any. */
static void say_what_is_not_scored(const struct tool *t, const struct report *r)
{
	const struct pz_grid *g = &r->grid;
	double w = pz_grid_width(g);

	if (r->n_pz == 0)
		tool_say(t, "%s: no p(z): none of its scores", r->name);
	else if (r->n_pz < r->galaxies.n)
		tool_say(t, "%s: %zu of %zu galaxies have no p(z): its scores are of the others",
			 r->name, r->galaxies.n - r->n_pz, r->galaxies.n);
	if (r->outside_pz)
		tool_say(t,
			 "%s: %zu galaxies have a true '%s' outside of the bins of p(z), %g to %g, "
			 "and are left out of its scores",
			 r->name, r->outside_pz, r->scalars.target, g->min - g->left * w,
			 g->max + g->right * w);
}

static void say_what_is_missing(const struct tool *t, const struct report *r)
{
	say_lacking(t, r->name, r->scalars.target, &r->without_z);
	say_lacking(t, r->name, estimate_path[r->options.estimate], &r->without_zphot);
	for (enum estimate e = 0; e < ESTIMATES; e++)
		if (r->of[e].n > 0 && r->of[e].n < r->scalars.n && r->of[e].n != r->galaxies.n)
			tool_say(t, "%s: %zu of %zu galaxies have no '%s': not in its numbers",
				 r->name, r->scalars.n - r->of[e].n, r->scalars.n,
				 estimate_path[e]);
	say_without_mag(t, r->name, r->scalars.without_mag);
	if (r->outside_z || r->outside_zphot)
		tool_say(t,
			 "%s: %zu true values and %zu estimates lie outside %g to %g; they are "
			 "excluded from curves and histograms",
			 r->name, r->outside_z, r->outside_zphot, r->axes.min, r->axes.max);
	say_what_is_not_scored(t, r);
	if (isnan(report_chosen(r)->all.value.slope_zspec))
		tool_say(t, "%s: fewer than 2 bins of %d galaxies from %s = %g: no slope", r->name,
			 r->options.fit_count, r->scalars.target, r->options.fit_from);
}

/* Streams are compared though they have other bins of p(z), rows or limits; what that
 * means for the numbers is said. */
static void say_what_differs(const struct tool *t, const struct report *r,
			     const struct pz_header *h, const struct report *first)
{
	const struct pz_grid *g = &r->grid, *a = &first->axes;

	if (g->min != a->min || g->max != a->max || g->bins != a->bins)
		tool_say(t,
			 "%s: grid of %d bins from %g to %g: curves, histograms and distances have "
			 "%d from %g to %g, as %s%s",
			 r->name, g->bins, g->min, g->max, a->bins, a->min, a->max, first->name,
			 !r->n_pz || r->binned_alike
				 ? ""
				 : "; no log_loss and brier, which depend on the bins' width");
	if (h->rows.min != r->rows.min || h->rows.width != r->rows.width ||
	    h->rows.channels != r->rows.channels)
		tool_say(t, "%s: rows of magnitude are those of %s, not its own", r->name,
			 first->name);
	if (strcmp(h->rows.mag, r->rows.mag) != 0)
		tool_say(t, "%s: magnitudes of band '%s', those of %s of band '%s'", r->name,
			 h->rows.mag, first->name, r->rows.mag);
	if (r->options.outlier != first->options.outlier)
		tool_say(t, "%s: outlier threshold %g, of %s %g: --outlier gives all the same",
			 r->name, r->options.outlier, first->name, first->options.outlier);
	if (r->options.fit_from != first->options.fit_from)
		tool_say(t, "%s: line fitted from %g on, of %s %g: --fit-from gives all the same",
			 r->name, r->options.fit_from, first->name, first->options.fit_from);
}

/* What the header of a stream has to agree with: the options, and the first stream. */
static int check_header(const struct options *o, const struct source *s, const struct pz_header *h,
			const struct report *first)
{
	if (first && strcmp(axes_target(h), first->scalars.target) != 0)
		return pz_fail(PZ_EMISMATCH,
			       "%s: grid.target: expected '%s' as in the other stream, found '%s'",
			       s->name, first->scalars.target, axes_target(h));
	if (!first && o->dispersions.count && h->has_rows &&
	    o->dispersions.count != h->rows.channels)
		return pz_fail(PZ_EUSAGE,
			       "--dispersions: expected %d numbers, as %s has channels, found %d",
			       h->rows.channels, s->name, o->dispersions.count);
	return 0;
}

/* The galaxies that variances are fitted to. */
static int read_variances(const struct tool *t, const struct options *o, const struct pz_header *h,
			  struct scalars *c)
{
	struct lacking z = { 0 }, zphot = { 0 };
	struct pz_reader *in = NULL;
	int rc = pz_reader_open(&in, &o->variances, 1, PZ_READ_SCALARS);

	if (rc == 0 && (rc = pz_header_need_kind(pz_reader_header(in), "predictions")) == 0)
		rc = axes_agree(h, pz_reader_header(in), o->variances);
	scalars_begin(c, h);
	if (rc == 0)
		rc = scalars_collect(c, in, o->report.estimate, o->report.strict, &z, &zphot);
	if (rc == 0 && c->n == 0)
		rc = pz_fail(PZ_EDATA, "%s: no record has a '%s'%s%s%s", o->variances, c->target,
			     zphot.count ? " and an estimate '" : "",
			     zphot.count ? estimate_path[o->report.estimate] : "",
			     zphot.count ? "'" : "");
	if (rc == 0) {
		say_lacking(t, o->variances, c->target, &z);
		say_lacking(t, o->variances, estimate_path[o->report.estimate], &zphot);
	}
	pz_reader_close(in);
	return rc;
}

/* Reads and measures one stream; first: the one whose axes it takes, NULL: its own. */
static int measure(const struct tool *t, struct options *o, const struct source *s,
		   const struct report *first, struct report *r)
{
	struct pz_reader *in = NULL;
	int rc = tool_refuse_terminal(s->path);

	if (rc == 0)
		rc = pz_reader_open(&in, &s->path, 1, 0);
	memcpy(r->name, s->name, sizeof r->name);
	if (rc == 0)
		rc = check_header(o, s, pz_reader_header(in), first);
	if (rc == 0 && !first && o->variances)
		rc = read_variances(t, o, pz_reader_header(in), &o->others);
	if (rc == 0)
		rc = report_read(r, in, &o->report, first);
	if (rc == 0 && first)
		say_what_differs(t, r, pz_reader_header(in), first);
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

/* Files first: the table, or what stands in its place, appears when all else is done. One that
 * cannot be written costs none of the others. */
static int publish(struct tool *t, const struct options *o, const struct report *r, int n)
{
	int rc;

	if ((rc = write_beside(report_json, r, n, o->json)) < 0)
		tool_fault(t, rc);
	if ((rc = write_beside(report_curves, r, n, o->curves)) < 0)
		tool_fault(t, rc);
	if (o->figure && (rc = report_figure(r, n, o->panels, o->figure, NULL)) < 0)
		tool_fault(t, rc);
	if ((rc = tool_open_text(t)) < 0)
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
		rc = measure(t, o, &source[i], i ? &r[0] : NULL, &r[i]);
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
		  "point estimate to measure", .choices = ESTIMATE_CHOICES },
		{ PZ_OPTION_INT, 'b', "bootstrap", "N", &o.report.bootstrap,
		  "number of bootstrap samples for means and errors; 0: none", .min = 0,
		  .max = PZ_DRAWS_MAX },
		{ PZ_OPTION_DOUBLE, 0, "outlier", "X", &o.report.outlier,
		  "galaxies with abs(dz)/(1+z) above X are outliers; default: the survey's value",
		  .min = 1e-9, .max = 1e9 },
		{ PZ_OPTION_DOUBLE, 0, "fit-from", "Z", &o.report.fit_from,
		  "fit the line against redshift from Z on; default: the survey's value",
		  .min = -1e9, .max = 1e9 },
		{ PZ_OPTION_INT, 0, "fit-count", "N", &o.report.fit_count,
		  "fit lines only to bins of at least N galaxies", .min = 1, .max = 1 << 30 },
		{ PZ_OPTION_FILE, 0, "variances", "FILE", &o.variances,
		  "predictions from which variances are fitted; default: each stream itself" },
		{ PZ_OPTION_NUMBERS, 0, "dispersions", "BINS,...", &o.dispersions,
		  "dispersion of each magnitude channel in bins, instead of fitting them",
		  .min = 1e-9, .max = 1e9 },
		{ PZ_OPTION_DOUBLE, 0, "factor", "K", &o.report.factor,
		  "multiply the variances by K for the simulated residual curve", .min = 1e-6,
		  .max = 1e6 },
		{ PZ_OPTION_FLAG, 0, "strict", NULL, &o.report.strict,
		  "stop at a galaxy without redshift, estimate or p(z)" },
		{ PZ_OPTION_OUTPUT, 0, "json", "FILE", &o.json,
		  "write all numbers and curves as JSON to this file; -: print them instead of the "
		  "table" },
		{ PZ_OPTION_OUTPUT, 0, "curves", "FILE", &o.curves,
		  "write curves and histograms as a table to this file; -: print them instead of "
		  "the other table" },
		{ PZ_OPTION_OUTPUT, 0, "figure", "FILE", &o.figure,
		  "draw a figure: a name ending in .png, .pdf or .svg" },
		{ PZ_OPTION_TEXT, 0, "panels", "LIST", &o.panels,
		  "panels of the figure, out of zspec,zphot,nz,tv,mad,wasserstein,density,pit" },
		{ PZ_OPTION_FLAG, 0, "gnuplot", NULL, &o.program,
		  "print the gnuplot program of the figure instead of the table" },
		{ .type = PZ_OPTION_END },
	};
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
	rc = check_options(&o);
	if (rc == 0)
		rc = residuals(&t, &o);
	return tool_end(&t, rc);
}
