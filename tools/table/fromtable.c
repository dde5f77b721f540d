/* fromtable -- a table of galaxies and of anyone's estimates becomes a stream
 *
 *   in    a FITS table, text (CSV and the like), arrays, a file of qp's; --pz: p(z) of columns or
 *         of a second file
 *   out   predictions (id, ra, dec, z, mag, ebv, zphot, pz, features, carried columns)
 *
 * One estimate stands for mode, mean and median where the table has no more; where it
 * has none they come from the p(z).
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/array.h>
#include <pz/catalogue.h>
#include <pz/libraries.h>
#include <pz/pdf.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "../common/notes.h"
#include "../common/surveys.h"
#include "../common/tool.h"
#include "../common/twice.h"
#include "from_messages.h"
#include "from_qp.h"
#include "from_records.h"

struct options {
	const char *columns, *carry, *missing, *hdu, *survey, *target, *features;
	const char *pz, *pz_columns, *pz_grid;
	struct pz_numbers grid;
	int pz_is;
	bool scale_pz, strict, colours;
};

/* A table that totable wrote needs no options. */
struct recognised {
	bool is;    /* it is one                                            */
	bool plain; /* and no option says which columns are read            */
	struct pzpipe_table table;
	char *columns;       /* the table's, and those of --columns                   */
	struct pz_grid grid; /* of a file of qp's that has a uniform one; bins 0: none */
};

/* -- a table that totable wrote */

/* A file of qp's has p(z) in it, and perhaps their grid: 1; 0: it is none. */
static int recognise_qp(const struct tool *t, struct recognised *b, struct options *o,
			const char *path)
{
	struct form form = { 0 };
	struct qp qp = { 0 };
	int rc;

	if (!qp_is(path))
		return 0;
	if (o->pz && strcmp(o->pz, "none") != 0)
		return 1;
	if (o->pz) {
		o->pz = NULL;
		return 1;
	}
	o->pz = path;
	rc = qp_open(&qp, path, &form);
	if (rc == 0 && !o->survey && o->grid.count == 0 && qp_grid(&form, &b->grid))
		tool_say(t, "%s: the grid is that of the file: --grid %g,%g,%d", path, b->grid.min,
			 b->grid.max, b->grid.bins);
	form_release(&form);
	return rc < 0 ? rc : 1;
}

/* Recognises a table that totable wrote. What its header says fills the options that were not
 * given. */
static int recognise_table(const struct tool *t, struct recognised *b, struct options *o,
			   const char *path)
{
	struct table_file *f;
	bool arrays = strcmp(path, "-") != 0 && pz_arrays_look_like(path) > 0;
	int rc = o->hdu || arrays ? 1 : pz_fits_looks_like(path);

	if (rc <= 0)
		return rc;
	if (arrays && (rc = recognise_qp(t, b, o, path)) != 0)
		return rc < 0 ? rc : 0;
	if (arrays && !table_file_has_header(path))
		return 0;
	/* What is no table is opened again as a catalogue, which says what is wrong. A fault of the
	 * disk may be over by then, and totable's table would be taken for another's. */
	if ((rc = table_file_open(&f, path, o->hdu)) < 0)
		return rc == PZ_EDATA && !arrays ? 0 : rc;
	table_file_close(f);
	if ((rc = pzpipe_table_open(&b->table, path, o->hdu)) < 0)
		return rc;
	b->is = rc > 0;
	if (!b->is)
		return arrays || o->pz ? 0 : messages_unread_pz(t, path, o->hdu);
	b->plain = !o->columns && !o->carry && !o->pz && !o->missing && !o->features &&
		   !o->pz_grid && !o->pz_columns && o->pz_is <= LIKELIHOOD_CHI2;
	messages_changes(t, &b->table, path);
	if (!b->plain && !o->carry && b->table.unlisted)
		tool_say(t,
			 "%s: columns skipped, because --columns, --pz and --missing read numbers "
			 "and "
			 "texts only: %s",
			 path, b->table.unlisted);
	if (asprintf(&b->columns, "%s%s%s", b->table.columns, o->columns ? "," : "",
		     o->columns ? o->columns : "") < 0) {
		b->columns = NULL;
		return pz_fail(PZ_ENOMEM, "no memory for the columns of a table");
	}
	o->columns = b->columns;
	if (!o->carry)
		o->carry = b->table.carry;
	if (!o->pz && b->table.pz >= 0)
		o->pz = b->table.column[b->table.pz].name;
	return 0;
}

static void release_table(struct recognised *b)
{
	pzpipe_table_close(&b->table);
	free(b->columns);
}

/* p(z) may be named by an option, or by the table itself. */
static int check_pz(const struct options *o)
{
	const char *option = o->scale_pz     ? "scale-pz"
			     : o->pz_is      ? "pz-is"
			     : o->pz_grid    ? "pz-grid"
			     : o->pz_columns ? "pz-columns"
			     : o->strict     ? "strict"
					     : NULL;

	if (o->pz || !option)
		return 0;
	return pz_fail(PZ_EUSAGE,
		       "--%s needs --pz: the table does not say which of its columns is p(z)",
		       option);
}

/* -- the header */

static int take_grid(const struct pz_numbers *given, struct pz_grid *g)
{
	const double *v = given->value;

	if (given->count == 0)
		return 0;
	if (given->count != 3 && given->count != 5)
		return pz_fail(PZ_EUSAGE, "--grid: expected 3 or 5 numbers, found %d",
			       given->count);
	for (int i = 2; i < given->count; i++)
		if (v[i] != floor(v[i]) || v[i] < 0 || v[i] > PZ_BINS_MAX)
			return pz_fail(PZ_EUSAGE,
				       "--grid: expected whole numbers of bins, found %g", v[i]);
	g->min = v[0];
	g->max = v[1];
	g->bins = (int)v[2];
	g->left = given->count == 5 ? (int)v[3] : 0;
	g->right = given->count == 5 ? (int)v[4] : 0;
	return pz_grid_check(g) < 0 ? pz_fail_in(PZ_EUSAGE, "--grid") : 0;
}

/* Sets what is estimated, if it is not redshift; its range is that of --grid. */
static int take_target(const struct options *o, struct pz_header *h)
{
	struct axes_options axes = { .target = o->target,
				     .range = { .value = { h->grid.min, h->grid.max },
						.count = o->grid.count ? 2 : 0 } };

	return axes_apply(&axes, h);
}

static int make_header(struct pz_header *h, const struct options *o, struct recognised *b)
{
	struct pz_survey survey = b->table.survey;
	int rc = 0;

	if (o->survey || !b->is)
		rc = pz_survey_find(&survey, o->survey ? o->survey : "sdss");
	if (b->grid.bins) {
		strcpy(b->grid.target, survey.grid.target);
		survey.grid = b->grid;
	}
	if (rc < 0 || (rc = take_grid(&o->grid, &survey.grid)) < 0 ||
	    (rc = pz_header_init(h, "predictions")) < 0)
		return rc;
	pz_header_set_survey(h, &survey);
	return take_target(o, h);
}

/* -- the rows */

static int open_rows(struct table_rows *r, const struct options *o, const char *path,
		     const struct pz_header *h, struct recognised *b)
{
	const struct table_source from = {
		.path = path,
		.hdu = o->hdu,
		.columns = o->columns,
		.carry = o->carry,
		.missing = o->missing,
		.pz = { path, o->pz, o->pz_columns, o->pz_grid, o->pz_is, o->scale_pz },
		.band = h->rows.mag,
		.target = axes_target(h),
		.features = o->features,
		.colours = o->colours,
	};

	r->grid = h->grid;
	r->strict = o->strict;
	r->scale_pz = o->scale_pz;
	r->pz_is = o->pz_is;
	r->complete = b->is;
	return b->plain ? table_rows_open_pzpipe(r, &b->table, axes_target(h))
			: table_rows_open_foreign(r, &from);
}

/* The features, and what the stream is then: without estimates it is a catalogue. */
static int name_features(struct table_rows *r, const struct options *o, const struct recognised *b,
			 struct pz_header *h)
{
	const struct pzpipe_column *c;
	bool estimates;
	int rc = 0;

	if (b->plain) {
		c = pzpipe_table_find(&b->table, "features");
		rc = c ? table_features_read(b->table.file, c->repeat, h) : 0;
		estimates = b->table.pz >= 0 || pzpipe_table_has(&b->table, "zphot.mode");
	} else {
		rc = row_features_name(&r->form.features, h);
		estimates = o->pz || pz_catalogue_has(r->table, "zphot");
	}
	if (rc == 0 && h->features > 0 && !estimates)
		strcpy(h->kind, "catalogue");
	return rc;
}

/* After the last row: p(z) of galaxies that the table does not have. */
static int end_rows(const struct tool *t, struct table_rows *r)
{
	uint64_t others = 0;
	int rc = r->pz ? probabilities_end(r->pz, &others) : 0;

	if (rc < 0)
		return rc;
	if (others)
		tool_say(t, "%s of galaxies that the table does not have",
			 COUNTED(others, "line of p(z) is", "lines of p(z) are"));
	messages_without_pz(t, &r->counts);
	if (r->pz && probabilities_form(r->pz)->cut)
		tool_say(t,
			 "%s more than %g %% outside of the grid, the most %.3g %%: what lies "
			 "within was scaled",
			 COUNTED(probabilities_form(r->pz)->cut, "p(z) has", "p(z) have"),
			 100 * FORM_CUT, 100 * probabilities_form(r->pz)->worst);
	return 0;
}

/* Quantiles do not say what lies beyond them. */
static void say_omitted(const struct tool *t, const struct table_rows *r)
{
	double omitted = r->pz ? probabilities_form(r->pz)->omitted : 0;

	if (omitted > PZ_PDF_SUM)
		tool_say(t,
			 "%.4g %% of each p(z) lies beyond the first and the last quantile, and is "
			 "left out",
			 100 * omitted);
}

static int write_records(struct tool *t, struct table_rows *r, const char *path)
{
	struct pz_progress progress;
	struct twice twice = { 0 };
	bool keep = false;
	int rc;

	if (r->table)
		notes_say(t, r->table);
	say_omitted(t, r);
	tool_progress(t, &progress, "fromtable", "galaxies", 0);
	while ((rc = table_rows_next(r, &keep)) > 0) {
		if (keep && ((rc = twice_note(&twice, r->record)) < 0 ||
			     (rc = pz_write(t->out, r->record)) < 0))
			break;
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (r->table)
		notes_say(t, r->table);
	if (rc == 0)
		twice_say(t, path, twice.count, twice.first);
	twice_release(&twice);
	return rc == 0 ? end_rows(t, r) : rc;
}

static int check_operands(const struct tool *t, const char *path)
{
	if (t->operand_count > 1)
		return pz_fail(PZ_EUSAGE, "expected one table, found %d", t->operand_count);
	return tool_refuse_terminal(path);
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	const struct pz_option table[] = {
		{ PZ_OPTION_TEXT, 'c', "columns", "WHAT=NAME,...", &o.columns,
		  "columns to use for id, ra, dec, z, mag, ebv, zphot; default: by their usual "
		  "names" },
		{ PZ_OPTION_TEXT, 0, "carry", "NAME,...", &o.carry,
		  "copy further columns into the records; KEY=NAME renames one" },
		{ PZ_OPTION_TEXT, 0, "features", "NAME,...", &o.features,
		  "columns whose numbers are the features from which a network learns" },
		{ PZ_OPTION_FLAG, 0, "colours", NULL, &o.colours,
		  "add the differences of neighbouring --features, as further features",
		  .needs = "features" },
		{ PZ_OPTION_TEXT, 0, "missing", "VALUE,...", &o.missing,
		  "numbers that mean 'no value', such as -99; none: every number is a value" },
		{ PZ_OPTION_FILE, 'p', "pz", "NAME", &o.pz,
		  "p(z): columns of the table, or a file: text of ids and numbers, arrays (HDF5, "
		  ".npz, .npy), a file of qp's" },
		{ PZ_OPTION_TEXT, 0, "pz-columns", "NAME,...", &o.pz_columns,
		  "columns or arrays of the file of --pz; default: the only array with several "
		  "numbers a row" },
		{ PZ_OPTION_FLAG, 0, "scale-pz", NULL, &o.scale_pz,
		  "divide each p(z) by its sum, where that is not 1" },
		{ PZ_OPTION_CHOICE, 0, "pz-is", "WHAT", &o.pz_is,
		  "what the numbers of p(z) are: a probability per bin, a density in redshift, ln "
		  "L, chi squared; quantiles; mean and standard deviation; samples",
		  .choices = FORM_CHOICES },
		{ PZ_OPTION_TEXT, 0, "pz-grid", "PLACES", &o.pz_grid,
		  "where the numbers of p(z) belong, if not to the bins of --grid: "
		  "bins:MIN,MAX,N, points:MIN,MAX,N, log-bins:..., log-points:..., or numbers "
		  "0,0.1,...: points, edges, cumulated probabilities of quantiles" },
		{ PZ_OPTION_FLAG, 0, "strict", NULL, &o.strict,
		  "stop at a galaxy whose p(z) is missing, NaN or zero" },
		{ PZ_OPTION_FILE, 's', "survey", "NAME", &o.survey, SURVEY_HELP,
		  .words = SURVEY_NAMES },
		{ PZ_OPTION_NUMBERS, 'g', "grid", "MIN,MAX,BINS[,L,R]", &o.grid,
		  "another redshift grid; L and R: further bins of p(z) below MIN and above MAX",
		  .min = -1e300, .max = 1e300 },
		{ PZ_OPTION_TEXT, 0, "target", "KEY", &o.target,
		  "estimated quantity, if not redshift: the key of a carried column; default: z" },
		{ PZ_OPTION_TEXT, 0, "hdu", "HDU", &o.hdu,
		  "HDU of a FITS file, number or name; default: its first table" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "fromtable",
		.does = "turn a table of galaxies and redshift estimates into a stream",
		.usage = "[options] [TABLE] >predictions",
		.options = table,
		.libraries = (library_name *const[]){ pz_array_library, pz_fits_library, NULL },
		.writes = true,
	};
	struct options used; /* with what the header of a pzpipe table says  */
	struct table_rows rows = { 0 };
	struct recognised b = { 0 };
	struct pz_header h = { 0 };
	const char *path;
	int rc;

	tool_begin(&t, argc, argv);
	used = o;
	path = t.operand_count ? t.operands[0] : "-";
	if ((rc = check_operands(&t, path)) == 0 &&
	    (rc = recognise_table(&t, &b, &used, path)) == 0 && (rc = check_pz(&used)) == 0 &&
	    (rc = make_header(&h, &used, &b)) == 0 &&
	    (rc = open_rows(&rows, &used, path, &h, &b)) == 0 &&
	    (rc = name_features(&rows, &used, &b, &h)) == 0 && (rc = tool_open_output(&t, &h)) == 0)
		rc = write_records(&t, &rows, path);
	table_rows_close(&rows);
	release_table(&b);
	pz_header_release(&h);
	return tool_end(&t, rc);
}
