/* delimited.h -- tables that are text: a row a line, cells with a delimiter between them
 *
 * Example:
 *      struct pz_delimited *t;
 *
 *      rc = pz_delimited_open(&t, "galaxies.csv", NULL);
 *      while (rc == 0 && (got = pz_delimited_next(t)) > 0)
 *              use(t->cell[0], t->row);
 *      pz_delimited_close(t);
 *
 * The file says by its first lines how it is to be read; standard input and pipes are read
 * as files are, and nothing is read twice.
 *
 *      delimiter   comma, semicolon, tab, | or runs of blanks: the one by which the first
 *                  rows have equally many cells
 *      names       the first row, where it has no numbers; else a line of as many words behind
 *                  #, above the rows (numpy.savetxt, EAZY, MLZ), with F: and the like before
 *                  each name (ANNZ), or one line a column, "# 2 zb" (BPZ, SExtractor); else the
 *                  columns are col1, col2...
 *      units       those of an ECSV header, of SExtractor's lines, or of a line between names
 *                  and a rule of dashes (VizieR)
 *      comments    lines that begin with #, anywhere, and empty lines are passed over
 *      quotes      a cell that begins with " ends at the next; "" is a " in it. It may hold
 *                  delimiters and line ends
 *      lines       end in LF, CR LF or CR; the last one may lack its end
 *      encoding    UTF-8, with a byte order mark or without; other bytes are passed on
 *
 * PZ_EIO: a file that is not there, or cannot be read.
 * PZ_EDATA: a file of another kind (the text names it and a way out), UTF-16, a NUL byte,
 * a first line of which nobody can say whether it has names. PZ_ECORRUPT: a row of another
 * number of cells, a quote that never ends. Errors name the file and the line or row.
 *
 * Memory: the first lines, then a row (at most 16 MiB). One object, one thread.
 */
#ifndef PZ_DELIMITED_H
#define PZ_DELIMITED_H

#include <stdbool.h>
#include <stdint.h>

#include <pz/api.h>

struct pz_delimited_options {
	bool rows; /* a first line of words and numbers is a row: names may be absent */
};

/* All of it is read, never written, by the caller. */
struct pz_delimited {
	char *path;
	char delimiter; /* ' ': runs of blanks                              */
	bool named;     /* false: the columns are called col1, col2...      */
	int columns;    /* 0: a file without any row, where options.rows is set */
	char **column;  /* their names                                      */
	char **unit;    /* their units; "": not said                        */
	char **cell;    /* of this row, until the next; as many as columns  */
	uint64_t row;   /* its number, from 1                               */
	uint64_t line;  /* the line it begins on, from 1                    */
	uint64_t place; /* where it begins, in bytes from the file's start  */
	uint64_t aside; /* lines behind # between the rows, so far          */
};

/* Opens a file, "-" for standard input. o may be NULL. */
PZ_API int pz_delimited_open(struct pz_delimited **t, const char *path,
			     const struct pz_delimited_options *o);
/* Before the first row: what was opened is no table, but a list. Its rows are its lines from
 * the first on, one cell each. */
PZ_API int pz_delimited_list(struct pz_delimited *t);
/* The next row: 1; 0 at the end. */
PZ_API int pz_delimited_next(struct pz_delimited *t);
/* Goes to a row by its place, number and line, which t had there. PZ_EDATA: the file cannot
 * be gone about in, as a pipe. */
PZ_API int pz_delimited_seek(struct pz_delimited *t, uint64_t place, uint64_t row, uint64_t line);
/* Whether that can be done at all. */
PZ_API bool pz_delimited_seekable(const struct pz_delimited *t);
PZ_API void pz_delimited_close(struct pz_delimited *t); /* NULL is fine */

#endif
