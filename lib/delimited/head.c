/* head.c -- by its first lines: which delimiter a text has, where its names stand
 *
 * A delimiter is one by which the first rows have equally many cells, and more than one. Names
 * are words; a row has numbers. Where both could be, usual names (id, ra, z, file...) decide,
 * and where these do not, the file is refused.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>

#include "parts.h"

/* -- the delimiter */

/* How many cells each row has: the same number; 0 where they differ. */
static int equal_cells(const struct head *h, char delimiter, int *n)
{
	*n = 0;
	for (int i = 0; i < h->rows; i++) {
		struct spans s;
		int rc = pz_cells_find(h->bytes + h->row[i].at, h->row[i].length, delimiter, &s);
		int found = (int)s.n;

		free(s.span);
		if (rc < 0)
			return rc;
		if (i > 0 && found != *n) {
			*n = 0;
			return 0;
		}
		*n = found;
	}
	return 0;
}

/* Whether the line holds a byte outside of quotes, or a blank within. */
static bool holds_delimiter(const struct head_line *l, const char *bytes, char delimiter)
{
	const char *text = bytes + l->at;
	bool quoted = false, begun = false;

	for (size_t i = 0; i < l->length; i++) {
		quoted ^= text[i] == '"';
		if (quoted)
			continue;
		if (text[i] == delimiter && (delimiter != BLANKS || begun))
			return true;
		begun |= text[i] != ' ';
	}
	return false;
}

/* A row may be wrong, or the only one: then the delimiter is one that the first row has. */
static int find_delimiter(const struct head *h, char *delimiter)
{
	const char choices[] = { '\t', ';', '|', ',', BLANKS };
	int n, rc;

	for (size_t i = 0; i < sizeof choices; i++) {
		*delimiter = choices[i];
		if ((rc = equal_cells(h, choices[i], &n)) < 0)
			return rc;
		if (n > 1)
			return 0;
	}
	for (size_t i = 0; i + 1 < sizeof choices; i++) {
		*delimiter = choices[i];
		if (holds_delimiter(&h->row[0], h->bytes, choices[i]))
			return 0;
	}
	/* Blanks that not all rows have stand in the cells of a single column, or part the
	 * cells of rows one of which is wrong: the second row tells. */
	*delimiter = h->rows > 1 && holds_delimiter(&h->row[0], h->bytes, BLANKS) &&
				     holds_delimiter(&h->row[1], h->bytes, BLANKS)
			     ? BLANKS
			     : ',';
	return 0;
}

/* -- names */

static bool is_usual(const char *name)
{
	static const char *const usual[] = {
		"id",       "objid", "object_id", "source_id", "name",  "ra",   "dec",
		"z",        "zspec", "z_spec",    "redshift",  "file",  "path", "band",
		"filename", "zphot", "photoz",    "filter",    "specz", "mag",  "pz",
	};

	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		if (!strcasecmp(name, usual[i]))
			return true;
	return false;
}

/* What a row has. */
struct counts {
	int numbers, words, usual;
};

static struct counts count(char *const *cells, int n)
{
	struct counts c = { 0 };

	for (int i = 0; i < n; i++) {
		enum cell_kind kind = pz_cells_kind(cells[i]);

		c.numbers += kind == CELL_NUMBER;
		c.words += kind == CELL_WORD;
		c.usual += is_usual(cells[i]);
	}
	return c;
}

/* A rule: --- with delimiters, | or + between. */
static bool is_rule(const struct head *h, int i)
{
	const char *text = h->bytes + h->row[i].at;
	size_t n = h->row[i].length;

	for (size_t k = 0; k < n; k++)
		if (!strchr("-=+|: \t;,", text[k]) || !text[k])
			return false;
	return memmem(text, n, "--", 2) != NULL || memmem(text, n, "==", 2) != NULL;
}

/* How many rows are above the galaxies', where the names are the first: a rule below them is
 * passed over, and units between. */
static int take_rule(const struct head *h, struct verdict *v)
{
	int below = 1, n;
	char **unit;

	while (below < 3 && below < h->rows && !is_rule(h, below))
		below++;
	if (below >= 3 || below >= h->rows)
		return 1;
	if (below == 1)
		return 2;
	n = pz_cells_copy(h->bytes + h->row[1].at, h->row[1].length, v->delimiter, &unit);
	if (n < 0)
		return n;
	if (n != v->columns) {
		pz_cells_release(unit, n);
		return 1;
	}
	pz_cells_release(v->unit, v->columns);
	v->unit = unit;
	return 3;
}

static int no_units(struct verdict *v)
{
	if (!(v->unit = calloc((size_t)v->columns + 1, sizeof *v->unit)))
		return pz_fail(PZ_ENOMEM, "no memory for the names of columns");
	for (int c = 0; c < v->columns; c++)
		if (!(v->unit[c] = strdup("")))
			return pz_fail(PZ_ENOMEM, "no memory for the names of columns");
	return 0;
}

/* The names are the first row. */
static int named_by_row(const struct head *h, struct verdict *v, char **cells)
{
	int rc;

	v->named = true;
	v->name = cells;
	if ((rc = no_units(v)) < 0 || (pz_names_ecsv(h) && (rc = pz_names_ecsv_units(h, v)) < 0))
		return rc;
	rc = v->skip = take_rule(h, v);
	return rc < 0 ? rc : 0;
}

static int number_columns(struct verdict *v)
{
	if (!(v->name = calloc((size_t)v->columns + 1, sizeof *v->name)))
		return pz_fail(PZ_ENOMEM, "no memory for the names of columns");
	for (int c = 0; c < v->columns; c++)
		if (asprintf(&v->name[c], "col%d", c + 1) < 0) {
			v->name[c] = NULL;
			return pz_fail(PZ_ENOMEM, "no memory for the names of columns");
		}
	return no_units(v);
}

/* Some word of the first row stands above a number. */
static int word_above_number(const struct head *h, const struct verdict *v, char *const *cells)
{
	char **below;
	int n, found = 0;

	if (h->rows < 2)
		return 0;
	n = pz_cells_copy(h->bytes + h->row[1].at, h->row[1].length, v->delimiter, &below);
	for (int c = 0; c < n && c < v->columns; c++)
		found |= pz_cells_kind(cells[c]) == CELL_WORD &&
			 pz_cells_kind(below[c]) == CELL_NUMBER;
	pz_cells_release(below, n);
	return n < 0 ? n : found;
}

/* Whether the first row holds the names, though a comment could too (in_comment). */
static int names_are_first(const struct head *h, const struct verdict *v, char *const *cells,
			   bool in_comment)
{
	struct counts c = count(cells, v->columns);

	if (in_comment && (c.numbers || !count(v->name, v->columns).usual))
		return c.numbers == 0;
	if (c.numbers)
		return is_usual(cells[0]) || (c.usual > 1 && c.words > c.numbers);
	if (in_comment && !c.usual && c.words) {
		int above = word_above_number(h, v, cells);

		return above;
	}
	return c.words > 0;
}

static int fail_unclear(const char *path, const struct head *h, char *const *cells, int n)
{
	const char *word = "", *number = "";

	for (int i = n - 1; i >= 0; i--)
		if (pz_cells_kind(cells[i]) == CELL_NUMBER)
			number = cells[i];
		else if (pz_cells_kind(cells[i]) == CELL_WORD)
			word = cells[i];
	return pz_fail(PZ_EDATA,
		       "%s: line %llu: expected the names of the columns, found words and numbers "
		       "('%.40s', '%.40s'): put a line of names above it, such as '# id ra dec'",
		       path, (unsigned long long)h->row[0].number, word, number);
}

/* Who owns cells from here: v, or nobody. */
static int judge_names(const struct head *h, const char *path, bool rows, struct verdict *v,
		       char **cells)
{
	int in_comment = pz_names_ecsv(h) ? 0 : pz_names_in_comments(h, v), first;
	struct counts c = count(cells, v->columns);

	first = in_comment < 0 ? in_comment : names_are_first(h, v, cells, in_comment);
	if (first > 0 || (first == 0 && pz_names_ecsv(h))) {
		pz_cells_release(v->name, v->columns);
		pz_cells_release(v->unit, v->columns);
		v->unit = NULL;
		return named_by_row(h, v, cells);
	}
	if (first == 0 && !in_comment && c.words && !rows)
		first = fail_unclear(path, h, cells, v->columns);
	pz_cells_release(cells, v->columns);
	if (first < 0)
		return first;
	v->named = in_comment;
	return in_comment ? 0 : number_columns(v);
}

int pz_head_judge(const struct head *h, const char *path, bool rows, struct verdict *v)
{
	char **cells;
	int n, rc = 0;

	if (!(v->delimiter = pz_names_ecsv(h)))
		rc = find_delimiter(h, &v->delimiter);
	if (rc < 0)
		return rc;
	n = pz_cells_copy(h->bytes + h->row[0].at, h->row[0].length, v->delimiter, &cells);
	if (n < 0)
		return n;
	if (n == 0) {
		pz_cells_release(cells, n);
		return pz_fail(PZ_EDATA,
			       "%s: line %llu: a quoted name is not closed, or text follows its "
			       "closing quote",
			       path, (unsigned long long)h->row[0].number);
	}
	v->columns = n;
	return judge_names(h, path, rows, v, cells);
}
