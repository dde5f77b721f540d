/* fromtable -- a table of galaxies and of anyone's estimates becomes a stream
 *
 *   in    a FITS table or text (CSV and the like); --pz: p(z), of a column or a second file
 *   out   predictions (id, ra, dec, z, mag, ebv, zphot, pz, carried columns)
 *
 * One estimate stands for mode, mean and median where the table has no more; where it
 * has none they come from the p(z).
 */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/catalogue.h>
#include <pz/libraries.h>
#include <pz/pdf.h>

#include "../common/axes.h"
#include "../common/carry.h"
#include "../common/notes.h"
#include "../common/scalars.h"
#include "../common/tool.h"
#include "from_likelihood.h"
#include "from_pz.h"
#include "from_pzpipe.h"

struct options {
	const char *columns, *carry, *missing, *hdu, *pz, *survey, *target;
	struct pz_numbers grid;
	int pz_is;
	bool scale_pz, strict;
};

/* A table of totable's needs no options. */
struct back {
	bool is;    /* it is one                                            */
	bool plain; /* and no option says which columns are read            */
	struct table_back table;
	char *columns; /* the table's, and those of --columns                   */
};

/* What a row needs to become a record. */
struct work {
	struct pz_grid grid; /* extended                                        */
	struct pz_catalogue *table;
	struct probabilities *pz; /* NULL: none                                 */
	double *p;                /* a p(z)                                     */
	float *f4;                /* the same as it is stored                   */
	void *stored;             /* its bytes                                  */
	struct carry carry;
	pz_map *record;
	bool back;                /* a table of totable's: nothing is added to it */
	struct table_back *plain; /* where it is read as it is; else NULL        */
	enum likelihood pz_is;
	bool scale_pz; /* p(z) need not sum to 1                                 */
	bool strict;   /* every galaxy must have one                             */
	double tiny;   /* least number that its file keeps with all digits       */
	uint64_t unlisted, kept, left_out, fault[LIKELIHOOD_FAULTS];
};

/* -- a table of totable's */

/* p(z) that nobody asked for are not left out without a word. */
static int look_for_pz(const struct tool *t, const struct options *o, const char *path)
{
	struct pz_fits *f;
	size_t repeat = 0;
	int c, rc;

	if (o->pz || (rc = pz_fits_open_table(&f, path, o->hdu)) < 0)
		return o->pz ? 0 : rc;
	if ((c = pz_fits_column(f, "pz")) >= 0)
		pz_fits_column_type(f, c, &repeat);
	if (repeat > 1)
		tool_say(t,
			 "%s: column '%s', %zu numbers a row, is not read: --pz %s, with the "
			 "--grid that it has",
			 path, pz_fits_column_name(f, c), repeat, pz_fits_column_name(f, c));
	pz_fits_close(f);
	return 0;
}

static void say_changes(const struct tool *t, const struct table_back *b, const char *path)
{
	if (*b->lacks)
		tool_say(
			t,
			"%s: a table of totable's that lost its header: of %s it says nothing, and "
			"those of the survey are taken (--survey, --grid)",
			path, b->lacks);
	if (b->is_new)
		tool_say(t,
			 "%s: columns that were added or renamed, carried as they are called: %s",
			 path, b->is_new);
	if (b->gone)
		tool_say(t, "%s: columns that are gone or have another name: %s", path, b->gone);
	if (b->left_out)
		tool_say(t, "%s: columns skipped: they cannot be values of a record: %s", path,
			 b->left_out);
}

/* Looks into path, and puts what it says where no option says other. */
static int look_back(const struct tool *t, struct back *b, struct options *o, const char *path)
{
	struct pz_fits *f;
	int rc = o->hdu ? 1 : pz_fits_looks_like(path);

	if (rc <= 0)
		return rc;
	if (pz_fits_open_table(&f, path, o->hdu) < 0)
		return 0; /* opened again as a catalogue, which says why it cannot be */
	pz_fits_close(f);
	if ((rc = table_back_open(&b->table, path, o->hdu)) < 0)
		return rc;
	b->is = rc > 0;
	if (!b->is)
		return look_for_pz(t, o, path);
	b->plain = !o->columns && !o->carry && !o->pz && !o->missing;
	say_changes(t, &b->table, path);
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

static void release_back(struct back *b)
{
	table_back_close(&b->table);
	free(b->columns);
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
				       "--grid: expected whole numbers of bins, "
				       "found %g",
				       v[i]);
	g->min = v[0];
	g->max = v[1];
	g->bins = (int)v[2];
	g->left = given->count == 5 ? (int)v[3] : 0;
	g->right = given->count == 5 ? (int)v[4] : 0;
	return pz_grid_check(g) < 0 ? pz_fail_in(PZ_EUSAGE, "--grid") : 0;
}

/* What the estimates are of, if no redshift; its range is that of --grid. */
static int take_target(const struct options *o, struct pz_header *h)
{
	struct axes_options axes = { .target = o->target,
				     .range = { .value = { h->grid.min, h->grid.max },
						.count = o->grid.count ? 2 : 0 } };

	return axes_apply(&axes, h);
}

static int make_header(struct pz_header *h, const struct options *o, const struct back *b)
{
	struct pz_survey survey = b->table.survey;
	int rc = 0;

	if (o->survey || !b->is)
		rc = pz_survey_find(&survey, o->survey ? o->survey : "sdss");
	if (rc < 0 || (rc = take_grid(&o->grid, &survey.grid)) < 0 ||
	    (rc = pz_header_init(h, "predictions")) < 0)
		return rc;
	pz_header_set_survey(h, &survey);
	return take_target(o, h);
}

/* -- what comes in */

/* A carried column must not take the place of what has a meaning of its own. */
static int name_carried(struct work *w)
{
	for (int i = 0; i < pz_catalogue_carried(w->table); i++) {
		const char *name = pz_catalogue_carry(w->table, i), *taken = carry_taken(name);
		int rc;

		if (taken)
			return pz_fail(PZ_EUSAGE,
				       "--carry: '%s' has a meaning in the stream%s%s%s: map it by "
				       "--columns, or carry it under another key (KEY=NAME)",
				       taken, strcmp(taken, name) ? ", and with it '" : "",
				       strcmp(taken, name) ? name : "",
				       strcmp(taken, name) ? "'" : "");
		if ((rc = carry_add(&w->carry, name)) < 0)
			return pz_fail_in(rc, "--carry");
	}
	return 0;
}

static int fail_target(const char *target)
{
	return pz_fail(PZ_EUSAGE, "target '%s' is not carried: --carry %s, or %s=NAME", target,
		       target, target);
}

/* The truth of another target than z comes from a column that is carried. */
static int check_target(const struct pz_catalogue *c, const char *target)
{
	if (!strcmp(target, "z"))
		return 0;
	for (int i = 0; i < pz_catalogue_carried(c); i++)
		if (!strcmp(pz_catalogue_carry(c, i), target))
			return 0;
	return fail_target(target);
}

/* The rows and p(z) of a table of totable's. */
static int open_plain(struct work *w, struct back *b, const char *target)
{
	size_t total = (size_t)pz_grid_total(&w->grid);

	w->plain = &b->table;
	w->tiny = FLT_MIN;
	if (b->table.pz >= 0 && b->table.bins != total)
		return pz_fail(PZ_EMISMATCH,
			       "%s: column 'pz': expected %zu probabilities, as the grid has bins, "
			       "found %zu",
			       pz_fits_where(b->table.file), total, b->table.bins);
	return strcmp(target, "z") && !table_back_has(&b->table, target) ? fail_target(target) : 0;
}

/* The rows and p(z) of a table of others. */
static int open_foreign(struct work *w, const struct options *o, const char *path,
			const struct pz_header *h)
{
	struct pz_catalogue_options c = { .columns = o->columns,
					  .carry = o->carry,
					  .band = h->rows.mag,
					  .hdu = o->hdu,
					  .anywhere = true,
					  .texts = true,
					  .strict = axes_target(h) };
	int rc = pz_missing_parse(&c.missing, o->missing);

	if (rc == 0)
		rc = pz_catalogue_open(&w->table, path, &c);
	if (rc < 0 || (rc = name_carried(w)) < 0 ||
	    (rc = check_target(w->table, axes_target(h))) < 0 || !o->pz)
		return rc;
	rc = probabilities_open(&w->pz, path, o->hdu, o->pz, pz_grid_total(&h->grid));
	if (rc == 0)
		w->tiny = probabilities_narrow(w->pz) ? FLT_MIN : DBL_MIN;
	return rc;
}

static int open_work(struct work *w, const struct options *o, const char *path,
		     const struct pz_header *h, struct back *b)
{
	size_t total = (size_t)pz_grid_total(&h->grid);

	w->grid = h->grid;
	w->pz_is = (enum likelihood)o->pz_is;
	w->scale_pz = o->scale_pz;
	w->strict = o->strict;
	w->back = b->is;
	w->f4 = malloc(total * sizeof *w->f4);
	w->stored = malloc(total * sizeof *w->f4);
	w->p = malloc(total * sizeof *w->p);
	w->record = pz_map_new();
	if (!w->f4 || !w->stored || !w->p || !w->record)
		return pz_fail(PZ_ENOMEM, "no memory for a galaxy of %zu bins", total);
	return b->plain ? open_plain(w, b, axes_target(h)) : open_foreign(w, o, path, h);
}

static void close_work(struct work *w)
{
	pz_catalogue_close(w->table);
	probabilities_close(w->pz);
	pz_map_free(w->record);
	carry_release(&w->carry);
	free(w->f4);
	free(w->stored);
	free(w->p);
}

/* -- a record */

static void put(pz_map *record, const char *key, double value)
{
	if (isfinite(value))
		pz_map_set_number(record, key, value);
}

/* Where the table has no estimate, that of the p(z) (NULL: NaN). */
static void put_estimates(struct work *w, const struct pz_catalogue_row *row, bool has_pz)
{
	double value[ESTIMATES] = { row->zphot, row->zphot_mean, row->zphot_median };
	const char *name[ESTIMATES];
	int n = 0;

	if (!w->back && isnan(row->zphot) && has_pz) {
		value[ESTIMATE_MODE] = pz_pdf_mode(&w->grid, w->p);
		value[ESTIMATE_MEAN] = pz_pdf_mean(&w->grid, w->p);
		value[ESTIMATE_MEDIAN] = pz_pdf_median(&w->grid, w->p);
	}
	for (int e = 0; e < ESTIMATES; e++) {
		double x = isnan(value[e]) && !w->back ? value[ESTIMATE_MODE] : value[e];

		if (!isfinite(x))
			continue;
		name[n] = estimate_name[e];
		value[n++] = x;
	}
	if (n > 0)
		pz_map_set_named(w->record, "zphot", name, value, n);
}

static void put_carried(struct work *w, const struct pz_catalogue_row *row)
{
	for (int i = 0; i < pz_catalogue_carried(w->table); i++) {
		const char *key;
		pz_map *to = carry_map(&w->carry, w->record, i, &key);

		if (row->carry_type[i] == PZ_CELL_TEXT)
			pz_map_set_text(to, key, row->carry_text[i]);
		else if (row->carry_type[i] == PZ_CELL_INTEGER)
			pz_map_set_integer(to, key, row->carry_integer[i]);
		else
			put(to, key, row->carry[i]);
	}
	carry_end(&w->carry, w->record);
}

/* Where nothing but its sum is wrong with a p(z), there are options for it. */
static int hint_at_scale(const struct work *w, int rc)
{
	char said[256];

	if (w->scale_pz)
		return rc;
	snprintf(said, sizeof said, "%s", pz_error_text());
	return pz_fail((enum pz_error)rc,
		       "%s (--scale-pz divides by it; --pz-is density, loglike or chi2 where the "
		       "numbers are these)",
		       said);
}

/* The p(z) in w->p into the record, as float32; w->p is then what was stored. */
static int put_pz(struct work *w, uint64_t row)
{
	size_t total = (size_t)pz_grid_total(&w->grid);
	int rc = pz_pdf_check(&w->grid, w->p);

	if (rc < 0)
		return pz_fail_in(hint_at_scale(w, rc), "row %" PRIu64, row + 1);
	for (size_t i = 0; i < total; i++) {
		w->f4[i] = (float)w->p[i];
		w->p[i] = (double)w->f4[i];
	}
	pz_pixels_store(w->stored, w->f4, total, PZ_F4);
	pz_map_set_bytes(w->record, "pz", w->stored, total * sizeof *w->f4);
	return 0;
}

static void put_row(struct work *w, const struct pz_catalogue_row *row)
{
	pz_map *record = w->record;

	pz_map_clear(record);
	if (*row->name)
		pz_map_set_text(record, "id", row->name);
	else
		pz_map_set_integer(record, "id", row->id);
	put(record, "ra", row->ra);
	put(record, "dec", row->dec);
	put(record, "z", row->z);
	put(record, "mag", row->mag);
	put(record, "ebv", row->ebv);
	put_carried(w, row);
}

/* What there is of a galaxy's p(z). */
enum got {
	GOT_NONE, /* none is asked for, or its record had none in the stream that this was */
	GOT_PZ,
	GOT_FAULT,    /* numbers that are none                                  */
	GOT_UNLISTED, /* the file has no line of it                             */
};

static int refuse(uint64_t row, const char *found)
{
	return pz_fail(PZ_EDATA, "row %" PRIu64 ": p(z): expected one, as --strict asks, found %s",
		       row + 1, found);
}

/* What the numbers in w->p are: an enum got, or < 0. */
static int judge_pz(struct work *w, uint64_t row)
{
	enum likelihood_fault fault =
		likelihood_to_pz(w->pz_is, w->scale_pz, &w->grid, w->tiny, w->p);

	if (fault == LIKELIHOOD_FINE)
		return GOT_PZ;
	if (fault == LIKELIHOOD_ABSENT && w->back)
		return GOT_NONE;
	w->fault[fault]++;
	return w->strict ? refuse(row, likelihood_says(fault)) : GOT_FAULT;
}

/* What the row has of a p(z), into w->p: an enum got, or < 0. */
static int take_pz(struct work *w, const struct pz_catalogue_row *row)
{
	int listed = w->pz ? probabilities_next(w->pz, row, w->p) : 0;

	if (listed < 0 || !w->pz)
		return listed;
	if (listed)
		return judge_pz(w, row->row);
	return w->strict ? refuse(row->row, "no line") : GOT_UNLISTED;
}

/* Whether the galaxy is left out: it alone is not listed, or has neither p(z) nor estimate. */
static bool leaves(struct work *w, int got, bool has_estimate)
{
	w->unlisted += got == GOT_UNLISTED;
	w->kept += got == GOT_FAULT && has_estimate;
	w->left_out += got == GOT_FAULT && !has_estimate;
	return got == GOT_UNLISTED || (got == GOT_FAULT && !has_estimate);
}

static bool has_estimate(const pz_map *record)
{
	for (int e = 0; e < ESTIMATES; e++)
		if (isfinite(pz_map_number(record, estimate_path[e], NAN)))
			return true;
	return false;
}

/* The next row of a table of others into w->record, or with *out false left out. At the end
 * false, and *rc is 0; < 0 after an error. */
static bool next_foreign(struct work *w, int *rc, bool *out)
{
	struct pz_catalogue_row row;
	int got;

	if ((*rc = pz_catalogue_next(w->table, &row)) <= 0 || (*rc = got = take_pz(w, &row)) < 0)
		return false;
	*rc = 0;
	*out = !leaves(w, got,
		       isfinite(row.zphot) || isfinite(row.zphot_mean) ||
			       isfinite(row.zphot_median));
	if (!*out)
		return true;
	put_row(w, &row);
	if (got == GOT_PZ)
		*rc = put_pz(w, row.row);
	if (*rc == 0)
		put_estimates(w, &row, got == GOT_PZ);
	return *rc == 0;
}

/* The same of a table of totable's. */
static bool next_plain(struct work *w, int *rc, bool *out)
{
	uint64_t row;
	int got = GOT_NONE;

	if ((*rc = table_back_next(w->plain, w->record)) <= 0)
		return false;
	row = w->plain->row;
	if (table_back_pz(w->plain, w->p) && (*rc = got = judge_pz(w, row)) < 0)
		return false;
	*rc = got == GOT_PZ ? put_pz(w, row) : 0;
	table_back_end(w->plain, w->record);
	*out = !leaves(w, got, has_estimate(w->record));
	return *rc == 0;
}

/* Who has no p(z), why, and what became of them. */
static void say_without_pz(const struct tool *t, const struct work *w)
{
	uint64_t n = w->kept + w->left_out;
	char why[400] = "";

	if (w->unlisted)
		tool_say(t, "%" PRIu64 " galaxies have no p(z) and are left out", w->unlisted);
	for (int f = LIKELIHOOD_FINE + 1; f < LIKELIHOOD_FAULTS; f++) {
		size_t used = strlen(why);

		if (w->fault[f])
			snprintf(why + used, sizeof why - used, "%s%" PRIu64 " %s",
				 used ? ", " : "", w->fault[f],
				 likelihood_says((enum likelihood_fault)f));
	}
	if (n)
		tool_say(t,
			 "%" PRIu64 " galaxies have numbers that are no p(z) (%s): %" PRIu64
			 " are left out, %" PRIu64 " with an estimate kept without p(z)",
			 n, why, w->left_out, w->kept);
}

static int fromtable(struct tool *t, struct work *w)
{
	bool (*next)(struct work *, int *, bool *) = w->plain ? next_plain : next_foreign;
	struct pz_progress progress;
	uint64_t others = 0;
	bool out = false;
	int rc = 0;

	if (w->table)
		notes_say(t, w->table);
	tool_progress(t, &progress, "fromtable", "galaxies", 0);
	while (next(w, &rc, &out)) {
		if (out && (rc = pz_write(t->out, w->record)) < 0)
			break;
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (w->table)
		notes_say(t, w->table);
	if (rc == 0 && w->pz)
		rc = probabilities_end(w->pz, &others);
	if (rc == 0 && others)
		tool_say(t,
			 "%" PRIu64 " lines of p(z) are of galaxies that the table does not have",
			 others);
	if (rc == 0)
		say_without_pz(t, w);
	return rc;
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
		{ PZ_OPTION_TEXT, 0, "missing", "VALUE,...", &o.missing,
		  "numbers that mean 'no value', such as -99; none: every number is a value" },
		{ PZ_OPTION_FILE, 'p', "pz", "NAME", &o.pz,
		  "p(z): a vector column of a FITS table, or a text file of ids and "
		  "probabilities" },
		{ PZ_OPTION_FLAG, 0, "scale-pz", NULL, &o.scale_pz,
		  "divide each p(z) by its sum, where that is not 1" },
		{ PZ_OPTION_CHOICE, 0, "pz-is", "WHAT", &o.pz_is,
		  "what the numbers of p(z) are: a probability per bin, a density in redshift, ln "
		  "L, or chi squared",
		  .choices = LIKELIHOOD_CHOICES },
		{ PZ_OPTION_FLAG, 0, "strict", NULL, &o.strict,
		  "stop at a galaxy whose p(z) is missing, NaN or zero" },
		{ PZ_OPTION_FILE, 's', "survey", "NAME", &o.survey,
		  "redshift grid, magnitude rows and limits: sdss, cfhtls-wide, cfhtls-deep, or a "
		  "JSON file; default: sdss",
		  .words = "sdss,cfhtls-wide,cfhtls-deep" },
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
		.libraries = (library_name *const[]){ pz_fits_library, NULL },
		.writes = true,
	};
	struct options used; /* with what a table of totable's says       */
	struct work w = { 0 };
	struct back b = { 0 };
	struct pz_header h = { 0 };
	const char *path;
	int rc = 0;

	tool_begin(&t, argc, argv);
	used = o;
	path = t.operand_count ? t.operands[0] : "-";
	if (t.operand_count > 1)
		rc = pz_fail(PZ_EUSAGE, "expected one table, found %d", t.operand_count);
	if (rc == 0 && (rc = tool_refuse_terminal(path)) == 0 &&
	    (rc = look_back(&t, &b, &used, path)) == 0 && (rc = make_header(&h, &used, &b)) == 0 &&
	    (rc = open_work(&w, &used, path, &h, &b)) == 0 && (rc = tool_open_output(&t, &h)) == 0)
		rc = fromtable(&t, &w);
	close_work(&w);
	release_back(&b);
	pz_header_release(&h);
	return tool_end(&t, rc);
}
