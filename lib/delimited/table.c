/* table.c -- the rows of a table that is text, one at a time */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "parts.h"

#define CELLS_MAX (1 << 20) /* of a row */

struct reader {
	struct pz_delimited table; /* first: what the caller knows             */
	struct window window;      /* begins at the row that is read           */
	struct dialect dialect;
	struct spans spans;
	size_t start; /* where the text begins, behind a byte order mark */
	size_t first; /* where rows begin, while none has been read      */
	int skip;     /* so many of them are no galaxies                 */
	bool begun;   /* a row has been read                             */
};

static struct reader *reader_of(struct pz_delimited *t)
{
	return (struct reader *)t;
}

/* -- the first lines */

static int fail_nul(const struct window *w, uint64_t line)
{
	return pz_fail(PZ_EDATA,
		       "%s: line %llu: found a byte of value 0: the file is damaged, or it is not "
		       "plain text (UTF-16?)",
		       w->path, (unsigned long long)line);
}

/* The line at *from of the window: 1, 0 at the end. */
static int look_at_line(struct window *w, size_t from, uint64_t number, struct head_line *line)
{
	size_t text, used;
	int rc;

	while ((used = pz_split_line(w->bytes + from, w->end - from, w->ended, &text)) == 0) {
		if (w->ended)
			return 0;
		if ((rc = pz_window_more(w)) < 0)
			return rc;
	}
	if (memchr(w->bytes + from, '\0', text))
		return fail_nul(w, number);
	*line = (struct head_line){ from, text, from + used, number };
	return 1;
}

static int keep_comment(struct reader *r, struct head *h, const struct head_line *line)
{
	if (h->comments == h->room) {
		size_t room = h->room ? 2 * h->room : 64;
		struct head_line *more = realloc(h->comment, room * sizeof *more);

		if (!more)
			return pz_fail(PZ_ENOMEM, "%s: no memory for the comments", r->table.path);
		h->comment = more;
		h->room = room;
	}
	h->comment[h->comments++] = *line;
	return 0;
}

/* Whether a quoted cell goes on in the next line, whatever the delimiter is. */
static bool is_open(const char *text, size_t n)
{
	bool open = false;

	for (size_t i = 0; i < n; i++) {
		if (text[i] != '"')
			continue;
		if (open)
			open = i + 1 < n && text[i + 1] == '"' && ++i;
		else
			open = i == 0 || strchr(",;|\t ", text[i - 1]);
	}
	return open;
}

/* A row of several lines. */
static int look_further(struct window *w, struct head_line *row)
{
	struct head_line line = *row;
	int rc;

	while (is_open(w->bytes + row->at, row->length)) {
		if ((rc = look_at_line(w, line.next, line.number + 1, &line)) <= 0)
			return rc;
		row->length = line.at + line.length - row->at;
		row->next = line.next;
		row->number = line.number;
	}
	return 0;
}

/* Comments and the first rows, whose beginning stays in the window. */
static int read_head(struct reader *r, struct head *h)
{
	struct head_line line = { .next = r->start };
	int rc;

	while (h->rows < SAMPLE) {
		const char *text;
		size_t blanks;

		if ((rc = look_at_line(&r->window, line.next, line.number + 1, &line)) <= 0)
			return rc;
		text = r->window.bytes + line.at;
		for (blanks = 0; blanks < line.length; blanks++)
			if (text[blanks] != ' ' && text[blanks] != '\t')
				break;
		if (blanks == line.length)
			continue;
		if (text[blanks] == '#')
			rc = h->rows ? 0 : keep_comment(r, h, &line);
		else if ((rc = look_further(&r->window, &line)) == 0)
			h->row[h->rows++] = line;
		if (rc < 0)
			return rc;
	}
	return 0;
}

/* Passes over a byte order mark; another encoding is none that is read. */
static int skip_mark(struct reader *r)
{
	const struct window *w = &r->window;

	r->start = w->end >= 3 && !memcmp(w->bytes, "\xef\xbb\xbf", 3) ? 3 : 0;
	return pz_kind_check(w->path, w->bytes, w->end);
}

static int make_cells(struct reader *r)
{
	size_t n = (size_t)r->table.columns + 1; /* of a table without columns too */

	free(r->spans.span);
	free(r->table.cell);
	r->spans = (struct spans){ .span = malloc(n * sizeof *r->spans.span), .room = n - 1 };
	r->table.cell = malloc(n * sizeof *r->table.cell);
	if (!r->spans.span || !r->table.cell)
		return pz_fail(PZ_ENOMEM, "%s: no memory for a row", r->table.path);
	return 0;
}

/* What the first lines say, into the table. */
static int judge_head(struct reader *r, struct head *h, bool rows)
{
	struct verdict v = { 0 };
	int rc;

	h->bytes = r->window.bytes;
	if (h->rows == 0 && !rows)
		return pz_fail(PZ_ECORRUPT, "%s: expected a line of column names, found none",
			       r->table.path);
	if (h->rows == 0)
		return make_cells(r);
	rc = pz_head_judge(h, r->table.path, rows, &v);
	r->table.columns = v.columns;
	r->table.column = v.name;
	r->table.unit = v.unit;
	r->table.delimiter = v.delimiter;
	r->table.named = v.named;
	r->first = h->row[0].at;
	r->skip = v.skip;
	pz_split_begin(&r->dialect, v.delimiter);
	if (rc == 0 && v.columns > CELLS_MAX)
		rc = pz_fail(PZ_EDATA, "%s: more than %d columns", r->table.path, CELLS_MAX);
	return rc < 0 ? rc : make_cells(r);
}

static int open_table(struct reader *r, const char *path, bool rows)
{
	struct head h = { 0 };
	int rc;

	if (!(r->table.path = strdup(path)))
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	if ((rc = pz_window_open(&r->window, r->table.path)) == 0 && (rc = skip_mark(r)) == 0 &&
	    (rc = read_head(r, &h)) == 0)
		rc = judge_head(r, &h, rows);
	free(h.comment);
	return rc;
}

int pz_delimited_open(struct pz_delimited **t, const char *path,
		      const struct pz_delimited_options *o)
{
	struct reader *r = calloc(1, sizeof *r);
	int rc;

	*t = NULL;
	if (!r)
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	if ((rc = open_table(r, path, o && o->rows)) < 0)
		pz_delimited_close(&r->table);
	else
		*t = &r->table;
	return rc;
}

int pz_delimited_list(struct pz_delimited *t)
{
	struct reader *r = reader_of(t);

	pz_cells_release(t->column, t->columns);
	pz_cells_release(t->unit, t->columns);
	t->columns = 1;
	t->named = false;
	t->delimiter = LINES;
	t->column = calloc(1, sizeof *t->column);
	t->unit = calloc(1, sizeof *t->unit);
	if (!t->column || !t->unit || !(t->column[0] = strdup("col1")) ||
	    !(t->unit[0] = strdup("")))
		return pz_fail(PZ_ENOMEM, "%s: no memory", t->path);
	pz_split_begin(&r->dialect, LINES);
	r->first = r->start;
	r->skip = 0;
	return make_cells(r);
}

/* -- rows */

/* Passes over an empty line or a comment at the window's beginning: 1, 0: there is none, or
 * nothing at all. */
static int skip_line(struct reader *r)
{
	struct window *w = &r->window;
	size_t at = w->at, text, used;
	int rc;

	while (at < w->end &&
	       (w->bytes[at] == ' ' || (w->bytes[at] == '\t' && r->dialect.delimiter != '\t')))
		at++;
	if (at == w->end && !w->ended)
		return (rc = pz_window_more(w)) < 0 ? rc : skip_line(r);
	if (at < w->end && w->bytes[at] != '#' && w->bytes[at] != '\n' && w->bytes[at] != '\r')
		return 0;
	while ((used = pz_split_line(w->bytes + w->at, w->end - w->at, w->ended, &text)) == 0) {
		if (w->ended)
			return 0;
		if ((rc = pz_window_more(w)) < 0)
			return rc;
	}
	if (memchr(w->bytes + w->at, '\0', text))
		return fail_nul(w, w->line);
	r->table.aside += memchr(w->bytes + w->at, '#', text) != NULL;
	w->at += used;
	w->line++;
	return 1;
}

/* Of a row that cannot be split. The line is the one it begins on. */
static int fail_split(const struct reader *r, enum split how)
{
	unsigned long long line = r->window.line;

	if (how == SPLIT_NUL)
		return fail_nul(&r->window, r->window.line + r->spans.lines - 1);
	if (how == SPLIT_OPEN)
		return pz_fail(PZ_ECORRUPT, "%s: line %llu: the file ends inside a quoted cell",
			       r->table.path, line);
	return pz_fail(PZ_EDATA,
		       "%s: line %llu: expected a delimiter behind a quoted cell, found text",
		       r->table.path, line);
}

/* Finds the cells of the row at the window's beginning. */
static int find_cells(struct reader *r)
{
	struct window *w = &r->window;
	enum split how;
	int rc;

	while ((how = pz_split_row(&r->dialect, w->bytes + w->at, w->end - w->at, w->ended,
				   &r->spans)) == SPLIT_MORE)
		if ((rc = pz_window_more(w)) < 0)
			return rc;
	return how == SPLIT_ROW ? 0 : fail_split(r, how);
}

/* The row at the window's beginning, behind empty lines and comments: 1, 0 at the end. */
static int find_row(struct reader *r)
{
	int rc;

	while ((rc = skip_line(r)) > 0)
		;
	if (rc < 0 || r->window.at == r->window.end)
		return rc;
	return (rc = find_cells(r)) < 0 ? rc : 1;
}

static void pass_row(struct reader *r)
{
	r->window.at += r->spans.used;
	r->window.line += r->spans.lines;
}

/* To the first row, once it is known how the file is to be read. */
static int go_to_first(struct reader *r)
{
	struct window *w = &r->window;
	int rc = 1;

	if (r->begun)
		return 0;
	r->begun = true;
	for (size_t i = w->at; i < r->first; i++) /* LF alone, CR LF, or CR alone */
		w->line += w->bytes[i] == '\n' || (w->bytes[i] == '\r' && w->bytes[i + 1] != '\n');
	w->at = r->first;
	while (rc > 0 && r->skip-- > 0)
		if ((rc = find_row(r)) > 0)
			pass_row(r);
	r->table.aside = 0; /* lines above the first row are a part of the format, not skipped */
	return rc < 0 ? rc : 0;
}

int pz_delimited_next(struct pz_delimited *t)
{
	struct reader *r = reader_of(t);
	int rc = go_to_first(r);

	if (rc < 0 || (rc = find_row(r)) <= 0)
		return rc;
	t->row++;
	t->line = r->window.line;
	t->place = r->window.before + r->window.at;
	if (r->spans.n != (size_t)t->columns)
		return pz_fail(PZ_ECORRUPT,
			       "%s: row %llu: expected %d cells, found %zu (line %llu)", t->path,
			       (unsigned long long)t->row, t->columns, r->spans.n,
			       (unsigned long long)t->line);
	for (int c = 0; c < t->columns; c++)
		t->cell[c] = pz_split_finish(r->window.bytes + r->window.at, &r->spans.span[c]);
	pass_row(r);
	return 1;
}

bool pz_delimited_seekable(const struct pz_delimited *t)
{
	return pz_window_seekable(&((const struct reader *)t)->window);
}

int pz_delimited_seek(struct pz_delimited *t, uint64_t place, uint64_t row, uint64_t line)
{
	struct reader *r = reader_of(t);
	int rc = pz_window_seek(&r->window, place, line);

	if (rc < 0)
		return rc;
	r->begun = true;
	t->row = row - 1;
	return 0;
}

void pz_delimited_close(struct pz_delimited *t)
{
	struct reader *r = t ? reader_of(t) : NULL;

	if (!r)
		return;
	pz_window_release(&r->window);
	pz_cells_release(t->column, t->columns);
	pz_cells_release(t->unit, t->columns);
	free(t->cell);
	free(r->spans.span);
	free(t->path);
	free(r);
}
