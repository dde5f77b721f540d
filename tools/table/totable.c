/* totable -- a stream becomes a FITS table or CSV
 *
 *   in    any stream
 *   out   -o NAME.fits: a FITS binary table; -o NAME.csv or nothing: CSV, with p(z) in a second
 *         file
 *
 * Reads its input twice: first to learn which columns there are.
 */
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <pz/libraries.h>

#include "../common/tool.h"
#include "to_layout.h"

enum format { FORMAT_BY_NAME, FORMAT_FITS, FORMAT_CSV };

struct options {
	const char *columns, *pz;
	int format;
};

static bool ends_in(const char *name, const char *ending)
{
	size_t n = strlen(name), m = strlen(ending);

	return n > m && !strcasecmp(name + n - m, ending);
}

/* Whether the name is that of a device, a pipe or the like. */
static bool is_special(const char *name)
{
	struct stat s;

	return stat(name, &s) == 0 && !S_ISREG(s.st_mode);
}

/* Whether the output is FITS, by the ending of its name; PZ_EUSAGE: another ending. */
static int is_fits_name(const char *name)
{
	if (!name || is_special(name) || ends_in(name, ".csv"))
		return false;
	if (ends_in(name, ".fits") || ends_in(name, ".fit"))
		return true;
	return pz_fail(PZ_EUSAGE,
		       "-o %s: expected a name that ends in .fits, .fit or .csv, or --format fits "
		       "or csv",
		       name);
}

/* Whether the output is FITS; PZ_EUSAGE: the options do not agree. */
static int is_fits(const struct tool *t, const struct options *o)
{
	const char *name = t->output && strcmp(t->output, "-") ? t->output : NULL;
	int fits = o->format == FORMAT_BY_NAME ? is_fits_name(name) : o->format == FORMAT_FITS;

	if (fits > 0 && !name)
		return pz_fail(
			PZ_EUSAGE,
			"--format fits: expected -o FILE, found none: FITS cannot be written to a "
			"pipe");
	if (fits > 0 && o->pz)
		return pz_fail(PZ_EUSAGE, "--pz is for CSV only: in a FITS table p(z) is a column");
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

/* CSV cannot hold vectors: a vector that --columns names is an error. */
static int check_vectors(const struct tool *t, const struct options *o, const struct table *table)
{
	const struct table_column *pz = table_find(table, "pz");

	for (int i = 0; i < table->chosen && o->columns; i++) {
		const struct table_column *c = &table->column[table->order[i]];

		if (table_is_vector(c) && !(o->pz && c == pz))
			return pz_fail(PZ_EUSAGE,
				       "--columns: '%s' is a vector, which CSV cannot hold: use -o "
				       "NAME.fits%s",
				       c->path, c == pz ? ", or --pz FILE" : "");
	}
	if (!o->pz && !o->columns && pz && table_is_vector(pz))
		tool_say(t, "p(z) is left out: --pz FILE or -o NAME.fits writes it");
	if (o->pz && !(pz && table_is_vector(pz)))
		tool_say(t, "--pz %s: the stream has no p(z)", o->pz);
	return 0;
}

static int write_table(struct tool *t, const struct options *o, struct table *table)
{
	int fits = is_fits(t, o), rc;

	if (fits < 0)
		return fits;
	if ((rc = table_learn(table, t->in)) < 0)
		return rc;
	table_name_columns(table, fits);
	if ((o->columns && (rc = table_choose(table, o->columns)) < 0) ||
	    (!fits && (rc = check_vectors(t, o, table)) < 0) ||
	    (rc = pz_reader_rewind(t->in, 0)) < 0)
		return rc;
	table_say(table, t, fits);
	return fits ? table_write_fits(table, t->in, t->output) : write_csv(t, o, table);
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	const struct pz_option options[] = {
		{ PZ_OPTION_TEXT, 'c', "columns", "NAME,...", &o.columns,
		  "columns to write, in this order; default: all" },
		{ PZ_OPTION_OUTPUT, 'p', "pz", "FILE", &o.pz,
		  "with CSV: write p(z) to this file, one line of id and probabilities per "
		  "galaxy" },
		{ PZ_OPTION_CHOICE, 'f', "format", "NAME", &o.format,
		  "format of the table; name: by the ending of -o (.fits, .fit, .csv)",
		  .choices = "name,fits,csv" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "totable",
		.does = "write a stream as a FITS table or CSV",
		.usage = "[options] [-o FILE.fits] [stream ...] >table.csv",
		.notes = "The input is read twice; a pipe is first copied to a temporary file in "
			 "$TMPDIR.\n",
		.options = options,
		.libraries = (library_name *const[]){ pz_fits_library, NULL },
		.prints = true,
	};
	struct table table = { 0 };
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = tool_open_input(&t, PZ_READ_KEEP)) == 0)
		rc = write_table(&t, &o, &table);
	table_release(&table);
	return tool_end(&t, rc);
}
