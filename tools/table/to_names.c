/* to_names.c -- names the columns of a table, and says which values are changed or left out */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/file.h>
#include <pz/text.h>

#include "to_layout.h"

/* Keys with a meaning in streams get their own names first. */
static const char *const first[] = { "id",         "ra",           "dec",     "z",
				     "mag",        "ebv",          "pz",      "zphot.mode",
				     "zphot.mean", "zphot.median", "features" };

/* The path without characters that need quotes or escapes; in FITS with ASCII only. */
static void make_name(struct table_column *c, enum table_kind kind)
{
	size_t n = 0;

	for (const char *p = c->path; *p && n < TABLE_NAME - 1; p++) {
		unsigned char byte;

		p += *p == '\\' && p[1];
		byte = (unsigned char)*p;
		if (byte < 0x20 || byte == 0x7f || strchr(".,;=\"'\\ ", *p) ||
		    (kind == TABLE_FITS && byte > 0x7f) || (kind == TABLE_ARRAYS && byte == '/'))
			c->name[n++] = '_';
		else
			c->name[n++] = *p;
	}
	c->name[n] = '\0';
	/* no incomplete character at the end */
	for (int i = 0; i < 3 && n >= TABLE_NAME - 4 && !pz_text_is_utf8(c->name, n); i++)
		c->name[--n] = '\0';
	if (n == 0)
		strcpy(c->name, "_");
}

static bool is_free(const struct table *t, const struct table_column *c, enum table_kind kind)
{
	for (int i = 0; i < t->n; i++) {
		const struct table_column *other = &t->column[i];

		if (other != c && other->name[0] &&
		    !(kind == TABLE_FITS ? strcasecmp : strcmp)(other->name, c->name))
			return false;
	}
	return true;
}

/* The name; if another column has it, the name with _2, _3 and so on. */
static void name_column(struct table *t, struct table_column *c, enum table_kind kind)
{
	char plain[TABLE_NAME];

	make_name(c, kind);
	strcpy(plain, c->name);
	for (unsigned k = 2; !is_free(t, c, kind); k++) /* ends: there are fewer columns */
		snprintf(c->name, sizeof c->name, "%.*s_%u", TABLE_NAME - 6, plain, k % 1000);
}

/* Whether the path is a name as it stands. Such columns are named before those whose paths have to
 * be changed. */
static bool is_plain(const struct table_column *c)
{
	return strlen(c->path) < TABLE_NAME && !strpbrk(c->path, "\\.,;=\"' \t\r\n");
}

void table_name_columns(struct table *t, enum table_kind kind)
{
	for (int i = 0; i < t->n; i++)
		t->column[i].name[0] = '\0';
	for (size_t k = 0; k < sizeof first / sizeof *first; k++)
		for (int i = 0; i < t->n; i++)
			if (!strcmp(t->column[i].path, first[k]))
				name_column(t, &t->column[i], kind);
	for (int plain = 1; plain >= 0; plain--)
		for (int i = 0; i < t->n; i++)
			if (!t->column[i].name[0] && is_plain(&t->column[i]) >= plain)
				name_column(t, &t->column[i], kind);
}

/* What is known of a key: unit and UCD (unified content descriptor, IVOA); of estimates
 * the UCD where they are redshifts, and where they are of another target. */
static const struct {
	const char *key, *unit, *ucd, *of_other;
} known[] = {
	{ "id", NULL, "meta.id;meta.main", "meta.id;meta.main" },
	{ "ra", "deg", "pos.eq.ra;meta.main", "pos.eq.ra;meta.main" },
	{ "dec", "deg", "pos.eq.dec;meta.main", "pos.eq.dec;meta.main" },
	{ "z", NULL, "src.redshift", "src.redshift" },
	{ "mag", "mag", "phot.mag", "phot.mag" },
	{ "ebv", "mag", "phot.color.excess", "phot.color.excess" },
	{ "zphot.mode", NULL, "src.redshift.phot;meta.main", NULL },
	{ "zphot.mean", NULL, "src.redshift.phot;stat.mean", NULL },
	{ "zphot.median", NULL, "src.redshift.phot;stat.median", NULL },
	{ "pz", NULL, "stat.probability;src.redshift.phot", "stat.probability" },
};

void table_meaning(const char *path, bool of_z, const char **unit, const char **ucd)
{
	for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
		const char *says = of_z ? known[k].ucd : known[k].of_other;

		if (strcmp(known[k].key, path) != 0)
			continue;
		*unit = known[k].unit;
		*ucd = says ? says : *ucd;
	}
}

/* -- messages */

static bool is_chosen(const struct table *t, int column)
{
	for (int i = 0; i < t->chosen; i++)
		if (t->order[i] == column)
			return true;
	return false;
}

/* "u, g, r", of the chosen columns or of those left out; the caller frees it. */
static char *list_columns(const struct table *t, bool (*which)(const struct table_column *c))
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	int n = 0;

	for (int i = 0; to && i < t->n; i++)
		if (which(&t->column[i]) && (t->column[i].type == TABLE_NONE || is_chosen(t, i)))
			fprintf(to, "%s%s", n++ ? ", " : "", t->column[i].path);
	pz_file_close_text(to, &text);
	if (n == 0) {
		free(text);
		text = NULL;
	}
	return text;
}

static bool is_left_out(const struct table_column *c)
{
	return c->type == TABLE_NONE;
}

static bool is_array(const struct table_column *c)
{
	return table_is_vector(c) && strcmp(c->path, "pz") != 0;
}

/* Numbers or truth values among texts. */
static bool is_mixed(const struct table_column *c)
{
	return c->type == TABLE_TEXT && table_is_mixed(c);
}

/* Whole numbers with more digits than a column of numbers keeps. */
static bool has_long_numbers(const struct table_column *c)
{
	return c->type == TABLE_TEXT && !(c->seen & TABLE_SEEN_TEXT);
}

static bool has_empty_texts(const struct table_column *c)
{
	return c->type == TABLE_TEXT && c->seen & TABLE_SEEN_EMPTY;
}

static void say_columns(const struct table *t, const struct tool *tool, const char *what,
			bool (*which)(const struct table_column *c))
{
	char *names = list_columns(t, which);

	if (names)
		tool_say(tool, "%s: %s", what, names);
	free(names);
}

/* Texts that cannot be written as they are. */
static void say_coded(const struct table *t, const struct tool *tool, enum table_kind kind)
{
	char *names = NULL;
	size_t size;
	FILE *to = open_memstream(&names, &size);
	int n = 0;

	for (int i = 0; to && i < t->chosen; i++) {
		const struct table_column *c = &t->column[t->order[i]];

		if (table_is_coded(c, t->rows, kind))
			fprintf(to, "%s%s", n++ ? ", " : "", c->path);
	}
	if (pz_file_close_text(to, &names) == 0 && n > 0)
		tool_say(tool,
			 "texts that %s cannot hold are coded, as in Gal%%C3%%A1xia (fromtable "
			 "decodes them): %s",
			 kind == TABLE_FITS ? "FITS" : "arrays", names);
	free(names);
}

/* Nobody can guess a name to which a number was added. */
static void say_renamed(const struct table *t, const struct tool *tool)
{
	struct table_column plain = { 0 };

	for (int i = 0; i < t->chosen; i++) {
		const struct table_column *c = &t->column[t->order[i]];

		memcpy(plain.path, c->path, sizeof plain.path);
		make_name(&plain, TABLE_CSV);
		if (strcmp(plain.name, c->name) != 0)
			tool_say(tool,
				 "%s is written as the column %s, because another column has its "
				 "name",
				 c->path, c->name);
	}
}

void table_say(const struct table *t, const struct tool *tool, enum table_kind kind)
{
	say_renamed(t, tool);
	say_columns(t, tool, "columns skipped: arrays and maps cannot go into a table",
		    is_left_out);
	if (kind == TABLE_CSV)
		say_columns(t, tool, "columns skipped: CSV cannot hold vectors (-o NAME.fits can)",
			    is_array);
	say_columns(t, tool, "columns with texts and numbers: all values are written as texts",
		    is_mixed);
	say_columns(
		t, tool,
		"whole numbers with more digits than a column of numbers can hold are written as "
		"texts",
		has_long_numbers);
	if (kind == TABLE_CSV)
		say_columns(t, tool, "empty texts are written as missing values", has_empty_texts);
	say_coded(t, tool, kind);
}
