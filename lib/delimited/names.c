/* names.c -- names of columns that stand in comments above the rows
 *
 *      # id zb zspec                 a line of as many words as there are columns; the last one
 *      #F:MAG_R;D:Z                  the same with other delimiters, and types before the names
 *      #  1 id                       a line a column: number, name, perhaps words and a unit;
 *      #  2 MAG_APER  ... [mag]      numbers that are passed over go on with the name before
 *
 * and the header of ECSV, whose names are the first row: only delimiter and units are taken.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "parts.h"

static int no_memory(void)
{
	return pz_fail(PZ_ENOMEM, "no memory for the names of columns");
}

/* The text of a comment without its signs and the blanks around them. */
static const char *text_of(const struct head *h, size_t i, size_t *n)
{
	const char *text = h->bytes + h->comment[i].at, *end = text + h->comment[i].length;

	while (text < end && strchr(" \t#", *text))
		text++;
	while (end > text && strchr(" \t#", end[-1]))
		end--;
	*n = (size_t)(end - text);
	return text;
}

/* -- a line of names */

/* Words, none of them twice. */
static bool are_names(char *const *cells, int n)
{
	for (int i = 0; i < n; i++) {
		if (pz_cells_kind(cells[i]) != CELL_WORD)
			return false;
		/* of thousands of columns, comparing neighbours has to do */
		for (int k = i < 64 ? 0 : i - 64; k < i; k++)
			if (!strcmp(cells[i], cells[k]))
				return false;
	}
	return n > 0;
}

/* ANNZ: F:MAG_R, D:Z, a letter for the type before each. */
static void drop_types(char **cells, int n)
{
	for (int i = 0; i < n; i++)
		if (!isupper((unsigned char)cells[i][0]) || cells[i][1] != ':' || !cells[i][2])
			return;
	for (int i = 0; i < n; i++)
		memmove(cells[i], cells[i] + 2, strlen(cells[i] + 2) + 1);
}

/* The names in comment i, by whatever delimiter makes v->columns of them: 1 or 0. */
static int take_line(const struct head *h, size_t i, struct verdict *v)
{
	const char choices[] = { v->delimiter, BLANKS, ',', ';', '\t', '|' };
	size_t n;
	const char *text = text_of(h, i, &n);

	for (size_t k = 0; k < sizeof choices; k++) {
		char **cells;
		int found = pz_cells_copy(text, n, choices[k], &cells);

		if (found < 0)
			return found;
		if (found == v->columns && are_names(cells, found)) {
			drop_types(cells, found);
			v->name = cells;
			return 1;
		}
		pz_cells_release(cells, found);
	}
	return 0;
}

/* -- a line for each column */

/* What such a line says. */
struct entry {
	long number;
	const char *name, *unit;
	size_t name_length, unit_length;
};

static bool parse_entry(const struct head *h, size_t i, struct entry *e)
{
	size_t n, digits = 0;
	const char *text = text_of(h, i, &n), *end = text + n, *open;

	*e = (struct entry){ .unit = "" };
	for (; digits < n && digits < 8 && isdigit((unsigned char)text[digits]); digits++)
		e->number = 10 * e->number + (text[digits] - '0');
	text += digits;
	if (digits == 0 || text == end || !strchr(" \t:.)", *text)) {
		e->number = 0;
		return false;
	}
	while (text < end && strchr(" \t:.)", *text))
		text++;
	e->name = text;
	while (text < end && *text != ' ' && *text != '\t')
		text++;
	e->name_length = (size_t)(text - e->name);
	for (open = end; end > text && end[-1] == ']' && open > text;)
		if (*--open == '[')
			break;
	if (open < end && *open == '[') {
		e->unit = open + 1;
		e->unit_length = (size_t)(end - 1 - e->unit);
	}
	return e->name_length > 0;
}

/* Column c has this entry's name; or it is one of its further values, NAME[1] and so on. */
static int put_entry(struct verdict *v, int c, const struct entry *e)
{
	int index = c + 1 - (int)e->number, n;

	n = index ? asprintf(&v->name[c], "%.*s[%d]", (int)e->name_length, e->name, index)
		  : asprintf(&v->name[c], "%.*s", (int)e->name_length, e->name);
	if (n < 0) {
		v->name[c] = NULL;
		return no_memory();
	}
	return (v->unit[c] = strndup(e->unit, e->unit_length)) ? 0 : no_memory();
}

/* Whether the comments number columns from 1 to at most v->columns, in order. */
static bool is_list(const struct head *h, const struct verdict *v)
{
	long last = 0;
	struct entry e;

	for (size_t i = 0; i < h->comments; i++) {
		if (!parse_entry(h, i, &e))
			continue;
		if (e.number <= last || (last == 0 && e.number != 1))
			return false;
		last = e.number;
	}
	return last > 1 && last <= v->columns;
}

static int take_list(const struct head *h, struct verdict *v)
{
	struct entry e = { 0 }, next;
	size_t i = 0;
	int rc = 0;

	v->name = calloc((size_t)v->columns, sizeof *v->name);
	v->unit = calloc((size_t)v->columns, sizeof *v->unit);
	if (!v->name || !v->unit)
		return no_memory();
	while (i < h->comments && !parse_entry(h, i++, &next))
		;
	for (int c = 0; c < v->columns && rc == 0; c++) {
		if (next.number == c + 1) {
			e = next;
			while (i < h->comments && !parse_entry(h, i++, &next))
				;
		}
		rc = put_entry(v, c, &e);
	}
	return rc < 0 ? rc : 1;
}

/* -- which of them */

static int blank_units(struct verdict *v)
{
	if (!(v->unit = calloc((size_t)v->columns, sizeof *v->unit)))
		return no_memory();
	for (int c = 0; c < v->columns; c++)
		if (!(v->unit[c] = strdup("")))
			return no_memory();
	return 1;
}

int pz_names_in_comments(const struct head *h, struct verdict *v)
{
	int rc = 0;

	if (is_list(h, v))
		return take_list(h, v);
	for (size_t i = h->comments; i-- > 0 && rc == 0;)
		rc = take_line(h, i, v);
	return rc > 0 ? blank_units(v) : rc;
}

/* -- ECSV */

char pz_names_ecsv(const struct head *h)
{
	size_t n;
	const char *text;
	char delimiter = BLANKS;

	if (h->comments == 0)
		return 0;
	text = text_of(h, 0, &n);
	if (n < 5 || strncmp(text, "%ECSV", 5) != 0)
		return 0;
	for (size_t i = 1; i < h->comments; i++) {
		text = text_of(h, i, &n);
		if (n > 12 && !strncmp(text, "delimiter: ", 11))
			delimiter = memchr(text, ',', n) ? ',' : BLANKS;
	}
	return delimiter;
}

/* The value behind "key:" in a line of YAML, without quotes; NULL: it is not there. */
static const char *value_of(const char *text, size_t n, const char *key, size_t *length)
{
	const char *at = memmem(text, n, key, strlen(key)), *end = text + n;

	if (!at || (at > text && !strchr(" {,", at[-1])))
		return NULL;
	at += strlen(key);
	while (at < end && strchr(" '\"", *at))
		at++;
	for (*length = 0; at + *length < end && !strchr(",}'\"", at[*length]); ++*length)
		;
	while (*length && at[*length - 1] == ' ')
		--*length;
	return at;
}

/* The header has the columns in their order. */
int pz_names_ecsv_units(const struct head *h, struct verdict *v)
{
	int column = -1;

	for (size_t i = 1; i < h->comments && column < v->columns; i++) {
		size_t n, length;
		const char *text = text_of(h, i, &n), *unit;

		column += n && *text == '-' && value_of(text, n, "name:", &length);
		unit = value_of(text, n, "unit:", &length);
		if (!unit || column < 0 || column == v->columns)
			continue;
		free(v->unit[column]);
		if (!(v->unit[column] = strndup(unit, length)))
			return no_memory();
	}
	return 0;
}
