/* totable -- a stream becomes a FITS table, HDF5, NumPy's arrays or CSV
 *
 *   in    any stream
 *   out   -o NAME.fits: a FITS binary table; -o NAME.hdf5 or NAME.npz: an array for each column;
 *         -o NAME.csv or nothing: CSV, with p(z) in a second file
 *
 * Reads its input twice: first to learn which columns there are.
 */
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <pz/array.h>
#include <pz/libraries.h>

#include "../common/counted.h"
#include "../common/tool.h"
#include "table_file.h"
#include "to_layout.h"

enum format { FORMAT_BY_NAME, FORMAT_FITS, FORMAT_CSV, FORMAT_HDF5, FORMAT_QP };

struct options {
	const char *columns, *pz, *group, *comments;
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

/* The kind of table, by the ending of its name; PZ_EUSAGE: another ending. */
static int kind_of_name(const char *name)
{
	if (!name || is_special(name) || ends_in(name, ".csv"))
		return TABLE_CSV;
	if (ends_in(name, ".fits") || ends_in(name, ".fit"))
		return TABLE_FITS;
	if (pz_arrays_can_write(name))
		return TABLE_ARRAYS;
	return pz_fail(PZ_EUSAGE,
		       "-o %s: expected a name that ends in .fits, .fit, .hdf5, .h5, .npz or .csv, "
		       "or --format fits, csv, hdf5 or qp",
		       name);
}

/* An enum table_kind; PZ_EUSAGE: the options do not agree. */
static int find_kind(const struct tool *t, const struct options *o)
{
	const char *name = t->output && strcmp(t->output, "-") ? t->output : NULL;
	bool hdf5 = o->format == FORMAT_HDF5 || o->format == FORMAT_QP;
	int kind = o->format == FORMAT_BY_NAME ? kind_of_name(name)
		   : o->format == FORMAT_FITS  ? TABLE_FITS
		   : o->format == FORMAT_CSV   ? TABLE_CSV
					       : TABLE_ARRAYS;

	if (kind < 0)
		return kind;
	if (kind != TABLE_CSV && !name)
		return pz_fail(PZ_EUSAGE,
			       "--format %s: expected -o FILE, found none: %s cannot be written to "
			       "a pipe",
			       kind == TABLE_FITS ? "fits" : "hdf5 or qp",
			       kind == TABLE_FITS ? "FITS" : "HDF5");
	if (kind != TABLE_CSV && o->pz)
		return pz_fail(PZ_EUSAGE, "--pz is for CSV only: in a %s p(z) is a column",
			       kind == TABLE_FITS ? "FITS table" : "file of arrays");
	if (kind != TABLE_FITS && o->comments)
		return pz_fail(PZ_EUSAGE, "--comments is for FITS tables only, whose header holds "
					  "them");
	if (hdf5 && ends_in(name, ".npz"))
		return pz_fail(PZ_EUSAGE, "-o %s: expected another ending for HDF5", name);
	if (o->group && (kind != TABLE_ARRAYS || o->format == FORMAT_QP || ends_in(name, ".npz")))
		return pz_fail(PZ_EUSAGE, "--group is for HDF5 only, and not for qp's, whose "
					  "groups have names of their own");
	return kind;
}

static int write_arrays(struct tool *t, const struct options *o, const struct table *table)
{
	const char *group = o->group ? o->group : TABLE_ARRAYS_GROUP;
	uint64_t left_out;
	int rc = table_write_arrays(table, t->in, t->output,
				    ends_in(t->output, ".npz") ? "/" : group,
				    o->format == FORMAT_QP, &left_out);

	if (rc == 0 && left_out)
		tool_say(t, "%s no p(z) and %s left out: qp has no place for them",
			 COUNTED(left_out, "galaxy has", "galaxies have"),
			 left_out == 1 ? "was" : "were");
	return rc;
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

static int write_fits(struct tool *t, const struct options *o, const struct table *table)
{
	struct comments comments = { 0 };
	int rc = o->comments ? comments_read(&comments, o->comments) : 0;

	if (rc == 0)
		rc = table_write_fits(table, t->in, t->output, &comments);
	comments_release(&comments);
	return rc;
}

static int write_table(struct tool *t, const struct options *o, struct table *table)
{
	int kind = find_kind(t, o), rc;

	if (kind < 0)
		return kind;
	if ((rc = table_learn(table, t->in)) < 0)
		return rc;
	table_name_columns(table, (enum table_kind)kind);
	if ((o->columns && (rc = table_choose(table, o->columns)) < 0) ||
	    (kind == TABLE_CSV && (rc = check_vectors(t, o, table)) < 0) ||
	    (rc = pz_reader_rewind(t->in, 0)) < 0)
		return rc;
	table_say(table, t, (enum table_kind)kind);
	return kind == TABLE_FITS     ? write_fits(t, o, table)
	       : kind == TABLE_ARRAYS ? write_arrays(t, o, table)
				      : write_csv(t, o, table);
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
		  "format of the table; name: by the ending of -o (.fits, .fit, .hdf5, .h5, .npz, "
		  ".csv); qp: a file of qp's, in HDF5",
		  .choices = "name,fits,csv,hdf5,qp" },
		{ PZ_OPTION_FILE, 0, "comments", "FILE", &o.comments,
		  "FITS: write the lines of this text into the header" },
		{ PZ_OPTION_TEXT, 'g', "group", "NAME", &o.group,
		  "HDF5: the group of the columns, / for none; default: photometry" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "totable",
		.does = "write a stream as a FITS table, HDF5, NumPy's arrays or CSV",
		.usage = "[options] [-o FILE.fits] [stream ...] >table.csv",
		.notes = "The input is read twice; a pipe is first copied to a temporary file in "
			 "$TMPDIR.\n",
		.options = options,
		.libraries = (library_name *const[]){ pz_array_library, pz_fits_library, NULL },
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
