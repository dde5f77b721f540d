/* from_pzpipe.c -- the columns of a table that totable wrote, and the keys that they become */
#include <stdlib.h>
#include <string.h>

#include <pz/bins.h>
#include <pz/error.h>
#include <pz/file.h>

#include "from_pzpipe.h"

#define BLOCK       256               /* rows at a time                          */
#define BLOCK_BYTES ((size_t)1 << 20) /* but no more than this                  */

/* The path of a column that no card describes: its name, or the path that usually has this name. */
static const char *usual_path(const char *name)
{
	static const char *const usual[][2] = { { "zphot_mode", "zphot.mode" },
						{ "zphot_mean", "zphot.mean" },
						{ "zphot_median", "zphot.median" } };

	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		if (!strcmp(usual[i][0], name))
			return usual[i][1];
	return name;
}

/* Whether a new column of this name has the meaning that the name has in streams. */
static bool is_known(const char *path)
{
	static const char *const known[] = {
		"id",  "ra", "dec",        "z",          "mag",
		"ebv", "pz", "zphot.mode", "zphot.mean", "zphot.median"
	};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(known[i], path))
			return true;
	return false;
}

static char tag_by_type(enum pz_fits_type type, size_t repeat, const char *path)
{
	bool floats = !strcmp(path, "pz") || !strcmp(path, "features");

	if (type == PZ_FITS_TEXT)
		return strcmp(path, "id") ? TABLE_TAG_TEXT : TABLE_TAG_MIXED;
	if (repeat > 1 || floats)
		return floats                    ? TABLE_TAG_FLOATS
		       : type == PZ_FITS_INTEGER ? TABLE_TAG_WHOLES
						 : TABLE_TAG_REALS;
	return type == PZ_FITS_INTEGER ? TABLE_TAG_WHOLE : TABLE_TAG_REAL;
}

/* Whether a column of that type can be what its tag says. */
static bool tag_fits(char tag, enum pz_fits_type type, bool arrays)
{
	if (strchr("tmvn", tag))
		return type == PZ_FITS_TEXT;
	if (strchr("biI", tag))
		return type == PZ_FITS_INTEGER || (arrays && type == PZ_FITS_DOUBLE);
	return tag != TABLE_TAG_NONE && type != PZ_FITS_TEXT;
}

static int name_column(struct pzpipe_table *b, struct pzpipe_column *c, enum pz_fits_type type)
{
	const struct table_key *key = table_keys_find(&b->keys, c->name);
	const char *path = key ? key->path : b->version == 1 ? c->name : usual_path(c->name);
	const char *taken;

	/* version 1 wrote no cards for columns that have the same name as in the records */
	c->is_new = !key && b->version != 1;
	if (c->is_new && !is_known(path) && (taken = carry_taken(path)))
		return pz_fail(PZ_EDATA,
			       "%s: column '%s' was added to the table, but '%s' has a meaning in "
			       "streams: rename the column",
			       table_file_where(b->file), c->name, taken);
	strcpy(c->path, path);
	c->tag = key && tag_fits(key->tag, type, table_file_is_arrays(b->file))
			 ? key->tag
			 : tag_by_type(type, c->repeat, path);
	c->coded = key && key->coded && type == PZ_FITS_TEXT;
	c->empties = key && key->empties && type == PZ_FITS_TEXT;
	return 0;
}

/* Bits, arrays of varying length and arrays of texts cannot be values of a record. */
static bool is_cell(struct table_file *f, int at, size_t repeat)
{
	return repeat > 0 && table_file_column_texts(f, at) <= 1;
}

static int add_name(char **list, const char *name)
{
	char *longer;

	if (asprintf(&longer, "%s%s%s", *list ? *list : "", *list ? ", " : "", name) < 0)
		return pz_fail(PZ_ENOMEM, "no memory for the names of columns");
	free(*list);
	*list = longer;
	return 0;
}

static int add_column(struct pzpipe_table *b, int at)
{
	struct pzpipe_column *c = &b->column[b->n];
	enum pz_fits_type type;
	char card[16];
	int rc;

	*c = (struct pzpipe_column){ .at = at, .name = table_file_column_name(b->file, at) };
	snprintf(card, sizeof card, "TNULL%d", at + 1);
	c->own_null = table_file_number(b->file, card, 0) == TABLE_UNKNOWN;
	type = table_file_column_type(b->file, at, &c->repeat);
	if (!is_cell(b->file, at, c->repeat))
		return add_name(&b->left_out, c->name);
	if ((rc = name_column(b, c, type)) < 0)
		return rc;
	if ((rc = carry_add(&b->put, c->path)) < 0)
		return pz_fail_in(PZ_EDATA, "%s: column '%s'", table_file_where(b->file), c->name);
	if (!strcmp(c->path, "pz") && type != PZ_FITS_TEXT) {
		b->pz = b->n;
		b->bins = c->repeat;
	}
	b->n++;
	return c->is_new ? add_name(&b->is_new, c->name) : 0;
}

static int list_removed(struct pzpipe_table *b)
{
	int rc = 0;

	for (int k = 0; k < b->keys.n && rc == 0; k++) {
		bool there = false;

		for (int c = 0; c < table_file_columns(b->file) && !there; c++)
			there = !strcmp(table_file_column_name(b->file, c), b->keys.key[k].name);
		if (!there && b->version != 1)
			rc = add_name(&b->gone, b->keys.key[k].name);
	}
	return rc;
}

/* The name of the field of a catalogue's row for this key; NULL: the row has none. */
static const char *field_of(const char *path)
{
	static const char *const field[][2] = { { "id", "id" },
						{ "ra", "ra" },
						{ "dec", "dec" },
						{ "z", "z" },
						{ "mag", "mag" },
						{ "ebv", "ebv" },
						{ "zphot.mode", "zphot" },
						{ "zphot.mean", "zphot_mean" },
						{ "zphot.median", "zphot_median" } };

	for (size_t i = 0; i < sizeof field / sizeof *field; i++)
		if (!strcmp(field[i][0], path))
			return field[i][1];
	return NULL;
}

/* Lists the columns as options of pz_catalogue_open. A key that cannot be part of such a list is
 * replaced by the name of the column. Vectors, and keys of a map with a meaning in streams, cannot
 * be read by that way: their columns are listed in b->unlisted. */
static int list_for_catalogue(struct pzpipe_table *b)
{
	size_t columns_size, carry_size;
	FILE *columns = open_memstream(&b->columns, &columns_size);
	FILE *carry = open_memstream(&b->carry, &carry_size);
	int rc = 0, closed;

	for (int i = 0; i < b->n && columns && carry; i++) {
		const struct pzpipe_column *c = &b->column[i];
		const char *to = field_of(c->path);
		bool listed = !strpbrk(c->path, ",=") && strlen(c->path) < 32;

		if (strpbrk(c->name, ",=") || strchr("fDI", c->tag) ||
		    (!to && carry_taken(c->path))) {
			if (i != b->pz && (rc = add_name(&b->unlisted, c->name)) < 0)
				break;
			continue;
		}
		if (to)
			fprintf(columns, "%s%s=%s", ftell(columns) ? "," : "", to, c->name);
		else
			fprintf(carry, "%s%s=%s", ftell(carry) ? "," : "",
				listed ? c->path : c->name, c->name);
	}
	closed = pz_file_close_text(columns, &b->columns);
	if (pz_file_close_text(carry, &b->carry) < 0 || closed < 0)
		return PZ_ENOMEM;
	return rc;
}

static int make_block(struct pzpipe_table *b)
{
	size_t bytes = 1;
	bool ok = true;

	for (int i = 0; i < b->n; i++)
		bytes += b->column[i].repeat * (sizeof(double) + sizeof(int64_t) + 1);
	b->block = BLOCK_BYTES / bytes < BLOCK ? BLOCK_BYTES / bytes + 1 : BLOCK;
	for (int i = 0; i < b->n; i++) {
		struct pzpipe_column *c = &b->column[i];
		size_t n = b->block * c->repeat;

		if (strchr("tmvn", c->tag)) {
			c->size = c->repeat + 1;
			ok = ok && (c->text = malloc(b->block * c->size));
			continue;
		}
		ok = ok && (c->number = malloc(n * sizeof *c->number));
		if (strchr("biI", c->tag))
			ok = ok && (c->whole = malloc(n * sizeof *c->whole)) &&
			     (c->undefined = malloc(n * sizeof *c->undefined));
	}
	return ok ? 0
		  : pz_fail(PZ_ENOMEM, "%s: no memory for a block of rows",
			    table_file_where(b->file));
}

static int open_columns(struct pzpipe_table *b)
{
	int n = table_file_columns(b->file), rc;

	if (!(b->column = calloc((size_t)n + 1, sizeof *b->column)))
		return pz_fail(PZ_ENOMEM, "no memory for the columns of a table");
	if ((rc = table_keys_read(&b->keys, b->file, b->version)) < 0)
		return rc;
	for (int c = 0; c < n && rc == 0; c++)
		rc = add_column(b, c);
	if (rc < 0 || (rc = list_removed(b)) < 0 || (rc = list_for_catalogue(b)) < 0)
		return rc;
	return make_block(b);
}

int pzpipe_table_open(struct pzpipe_table *b, const char *path, const char *hdu)
{
	int rc;

	*b = (struct pzpipe_table){ .pz = -1 };
	if ((rc = pz_survey_find(&b->survey, "sdss")) < 0 ||
	    (rc = table_file_open(&b->file, path, hdu)) < 0)
		return rc;
	rc = table_header_read(b->file, &b->survey, &b->version, b->lacks);
	if (rc > 0 && (rc = open_columns(b)) == 0)
		return 1;
	pzpipe_table_close(b);
	return rc;
}

const struct pzpipe_column *pzpipe_table_find(const struct pzpipe_table *b, const char *path)
{
	for (int i = 0; i < b->n; i++)
		if (!strcmp(b->column[i].path, path))
			return &b->column[i];
	return NULL;
}

bool pzpipe_table_has(const struct pzpipe_table *b, const char *path)
{
	return pzpipe_table_find(b, path) != NULL;
}

void pzpipe_table_close(struct pzpipe_table *b)
{
	for (int i = 0; i < b->n; i++) {
		free(b->column[i].number);
		free(b->column[i].whole);
		free(b->column[i].undefined);
		free(b->column[i].text);
	}
	free(b->column);
	free(b->is_new);
	free(b->gone);
	free(b->left_out);
	free(b->unlisted);
	free(b->columns);
	free(b->carry);
	table_keys_release(&b->keys);
	carry_release(&b->put);
	table_file_close(b->file);
	*b = (struct pzpipe_table){ .pz = -1 };
}
