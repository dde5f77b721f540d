/* parts.h -- what the parts of the reader of delimited text share
 *
 *      table.c             the rows of a file, one at a time
 *      window.c            the part of the file that is in memory
 *      split.c             the cells of a row in memory
 *      cells.c             the cells of a line as texts, what they hold
 *      head.c              which delimiter, where the names stand
 *      names.c             names that stand in comments
 *      kind.c              files that are no text
 */
#ifndef DELIMITED_PARTS_H
#define DELIMITED_PARTS_H

#include <stddef.h>
#include <stdio.h>

#include <pz/delimited.h>

#define BLANKS ' '  /* the delimiter that is a run of blanks or tabs  */
#define LINES  '\n' /* the delimiter of a list: a line is a cell      */

/* -- window.c */

/* The part of a file that is in memory; all zero is none. */
struct window {
	const char *path; /* the opener's                                    */
	FILE *file;
	char *bytes;          /* NULL before the first are read                  */
	size_t at, end, room; /* what is not yet passed over: bytes[at] to [end] */
	uint64_t before;      /* bytes of the file in front of bytes[0]          */
	uint64_t line;        /* the number of the line at the beginning, from 1 */
	bool ended;           /* nothing comes behind it                         */
};

/* Opens a file, "-" for standard input, and reads its first bytes. To be released in any case.
 * PZ_EIO, PZ_ENOMEM. */
int pz_window_open(struct window *w, const char *path);
/* Reads more behind the window; what is passed over goes, and the rest begins at bytes[0].
 * PZ_EDATA: it has grown beyond any row. */
int pz_window_more(struct window *w);
/* Whether the file is a regular one, in which any place can be gone to. */
bool pz_window_seekable(const struct window *w);
/* Goes to the byte at which a line begins. PZ_EDATA: the file is a pipe. */
int pz_window_seek(struct window *w, uint64_t place, uint64_t line);
void pz_window_release(struct window *w);

/* -- split.c */

/* How rows are split; by pz_split_begin. */
struct dialect {
	char delimiter;
	unsigned char what[256]; /* each byte's meaning in a cell */
};

/* A cell in the bytes of a row. */
struct span {
	size_t at, length;
	bool doubled; /* there are "" in it, which stand for " */
};

/* The cells of a row. More are counted than there is room for. */
struct spans {
	struct span *span;
	size_t n, room;
	size_t used;        /* bytes of the row, its line's end included */
	unsigned int lines; /* that it takes                             */
};

enum split {
	SPLIT_MORE,   /* the row goes on behind the bytes given           */
	SPLIT_ROW,    /* here it is                                       */
	SPLIT_NUL,    /* a NUL byte                                       */
	SPLIT_BEHIND, /* text behind a closing quote                      */
	SPLIT_OPEN    /* the file ends inside quotes                      */
};

void pz_split_begin(struct dialect *d, char delimiter);
/* The row that begins at bytes. last: nothing comes behind them. */
enum split pz_split_row(const struct dialect *d, const char *bytes, size_t n, bool last,
			struct spans *out);
/* Where the line that begins at bytes ends: bytes with its line end, in *text those without;
 * 0: it goes on behind the n bytes. */
size_t pz_split_line(const char *bytes, size_t n, bool last, size_t *text);
/* A cell's text, terminated where it stands: the byte behind it is overwritten. */
char *pz_split_finish(char *bytes, const struct span *s);

/* -- cells.c */

/* Finds the cells of a line; the caller frees s->span. PZ_ENOMEM. */
int pz_cells_find(const char *line, size_t n, char delimiter, struct spans *s);

/* The cells of a line as new texts: how many, or PZ_ENOMEM. */
int pz_cells_copy(const char *line, size_t n, char delimiter, char ***cells);
void pz_cells_release(char **cells, int n);

/* What a cell may be. */
enum cell_kind { CELL_NOTHING, CELL_NUMBER, CELL_WORD };
enum cell_kind pz_cells_kind(const char *cell);

/* -- head.c */

#define SAMPLE 8 /* rows that are looked at */

/* A line of the file's beginning. */
struct head_line {
	size_t at, length; /* in the window; without its line end */
	size_t next;       /* where the next one begins           */
	uint64_t number;   /* from 1                              */
};

/* The beginning of a file. Comments are those above the first row. */
struct head {
	const char *bytes;
	struct head_line *comment, row[SAMPLE];
	size_t comments, room;
	int rows;
};

/* What it says. */
struct verdict {
	char delimiter;
	bool named;
	int columns;
	char **name, **unit; /* the taker's; as many as columns */
	int skip;            /* rows that are none: names, units, a rule */
};

/* h->rows is not 0. Releases nothing: the taker does, also after an error. */
int pz_head_judge(const struct head *h, const char *path, bool rows, struct verdict *v);

/* -- names.c */

/* Fills v->name and v->unit with the names of v->columns columns that stand in the comments:
 * 1, 0: there are none, PZ_ENOMEM. */
int pz_names_in_comments(const struct head *h, struct verdict *v);
/* The delimiter that an ECSV header states; 0: it is none. */
char pz_names_ecsv(const struct head *h);
/* The units of an ECSV header for the names that are there. */
int pz_names_ecsv_units(const struct head *h, struct verdict *v);

/* -- kind.c */

/* PZ_EDATA where the first bytes are those of a file that is no delimited text. */
int pz_kind_check(const char *path, const char *bytes, size_t n);
/* The same for a file that is a zip archive, as NumPy and Excel write; 0 for any other. */
int pz_kind_check_archive(const char *path);
/* Of a packed file that was opened as FITS, in vain: adds to the text how text is unpacked. */
int pz_kind_hint_packed(const char *path, int rc);

#endif
