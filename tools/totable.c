/* totable -- a stream becomes a FITS table or CSV
 *
 *   in    any stream
 *   out   -o NAME.fits: a FITS binary table; else CSV, p(z) in a file of their own
 *
 * Reads its input twice: once to learn which columns there are.
 */
#include <string.h>

#include "shared/table.h"
#include "shared/tool.h"

enum format { FORMAT_BY_NAME, FORMAT_FITS, FORMAT_CSV };

struct options {
	const char *columns, *pz;
	int format;
};

static bool ends_in(const char *name, const char *ending)
{
	size_t n = strlen(name), m = strlen(ending);

	return n >= m && !strcmp(name + n - m, ending);
}

/* Whether the output is FITS; PZ_EUSAGE where it cannot be written. */
static int is_fits(const struct tool *t, const struct options *o)
{
	const char *name = t->output && strcmp(t->output, "-") ? t->output : NULL;
	bool fits = o->format == FORMAT_FITS || (o->format == FORMAT_BY_NAME && name &&
						 (ends_in(name, ".fits") || ends_in(name, ".fit")));

	if (fits && !name)
		return pz_fail(PZ_EUSAGE, "a FITS table needs a file: -o FILE");
	if (fits && o->pz)
		return pz_fail(PZ_EUSAGE, "--pz goes with CSV: in a FITS table p(z) are a column");
	return fits;
}

static int write_csv(struct tool *t, const struct options *o, const struct table *table)
{
	struct pz_file file = { 0 };
	int rc = tool_open_text(t);

	if (rc == 0 && o->pz)
		rc = pz_file_begin(&file, o->pz);
	if (rc == 0)
		rc = table_write_csv(table, t->in, t->text, file.stream);
	if (rc == 0 && o->pz)
		return pz_file_commit(&file);
	pz_file_abandon(&file);
	return rc;
}

static void say_what_is_missing(const struct tool *t, const struct options *o,
				const struct table *table, bool fits)
{
	if (*table->left_out)
		tool_say(t, "left out, as no cells of a table: %s", table->left_out);
	if (!fits && !o->pz && !o->columns && table_find(table, "pz"))
		tool_say(t, "p(z) are left out: --pz FILE, or -o NAME.fits");
}

static int totable(struct tool *t, const struct options *o, struct table *table)
{
	int fits = is_fits(t, o), rc;

	if (fits < 0)
		return fits;
	if ((rc = table_learn(table, t->in)) < 0 ||
	    (o->columns && (rc = table_choose(table, o->columns)) < 0) ||
	    (rc = pz_reader_rewind(t->in, 0)) < 0)
		return rc;
	say_what_is_missing(t, o, table, fits);
	return fits ? table_write_fits(table, t->in, t->output) : write_csv(t, o, table);
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	const struct pz_option options[] = {
		{ PZ_OPTION_TEXT, 'c', "columns", "NAME,...", &o.columns,
		  "the columns to write, in this order; default: all" },
		{ PZ_OPTION_OUTPUT, 'p', "pz", "FILE", &o.pz,
		  "with CSV: write p(z) here, lines of an id and probabilities" },
		{ PZ_OPTION_CHOICE, 'f', "format", "NAME", &o.format, "name: as that of -o ends",
		  .choices = "name,fits,csv" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "totable",
		.does = "a stream becomes a FITS table or CSV",
		.usage = "[options] [-o FILE.fits] [stream ...] >table.csv",
		.notes = "Reads its input twice; a pipe is spooled to $TMPDIR.\n",
		.options = options,
		.prints = true,
	};
	struct table table = { 0 };
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = tool_open_input(&t, PZ_READ_KEEP)) == 0)
		rc = totable(&t, &o, &table);
	table_release(&table);
	return tool_end(&t, rc);
}
