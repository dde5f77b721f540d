/* key.c -- writes and reads what the columns of a table are in the records */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "escape.h"
#include "key.h"

#define CARDS_MAX PZ_FITS_COLUMNS_MAX

static char tag_of(const struct table_column *c)
{
	const unsigned numbers = TABLE_SEEN_WHOLE | TABLE_SEEN_REAL;

	switch (c->type) {
	case TABLE_INTEGER:
		return c->seen & numbers ? TABLE_TAG_WHOLE : TABLE_TAG_BOOL;
	case TABLE_DOUBLE:
		return TABLE_TAG_REAL;
	case TABLE_FLOATS:
		return TABLE_TAG_FLOATS;
	case TABLE_DOUBLES:
		return TABLE_TAG_REALS;
	case TABLE_INTEGERS:
		return TABLE_TAG_WHOLES;
	default:
		break;
	}
	if (!(c->seen & TABLE_SEEN_TEXT))
		return TABLE_TAG_NUMBER;
	return c->seen & (numbers | TABLE_SEEN_BOOL) ? TABLE_TAG_VALUES : TABLE_TAG_TEXT;
}

int table_key_write(const struct table_column *c, bool coded, bool empties,
		    char text[TABLE_KEY_TEXT])
{
	char *path = table_text_code(c->path, strlen(c->path), " ");

	if (!path)
		return pz_fail(PZ_ENOMEM, "no memory for a column's name");
	snprintf(text, TABLE_KEY_TEXT, "%s=%c%s%s:%s", c->name, tag_of(c), coded ? "x" : "",
		 empties ? "e" : "", path);
	free(path);
	return 0;
}

/* -- back */

const struct table_key *table_keys_find(const struct table_keys *k, const char *name)
{
	for (int i = 0; i < k->n; i++)
		if (!strcmp(k->key[i].name, name))
			return &k->key[i];
	return NULL;
}

void table_keys_release(struct table_keys *k)
{
	free(k->key);
	*k = (struct table_keys){ 0 };
}

static int add_key(struct table_keys *k, const struct table_file *f, const struct table_key *key)
{
	const struct table_key *old = table_keys_find(k, key->name);
	void *more;

	if (old && (strcmp(old->path, key->path) || old->tag != key->tag))
		return pz_fail(PZ_EDATA,
			       "%s: column '%s': its TKEY or TCOMM cards say that it is %s and "
			       "that it is %s: remove the wrong one",
			       table_file_where(f), key->name, old->path, key->path);
	if (old)
		return 0;
	if (k->n == k->room) {
		k->room = k->room ? 2 * k->room : 32;
		if (!(more = realloc(k->key, (size_t)k->room * sizeof *k->key)))
			return pz_fail(PZ_ENOMEM, "no memory for the columns of a table");
		k->key = more;
	}
	k->key[k->n++] = *key;
	return 0;
}

/* Parses "NAME=TAG:PATH"; false: the text is something else. Changes text. */
static bool parse_key(char *text, struct table_key *key)
{
	char *tag = strchr(text, '='), *path = tag ? strchr(tag, ':') : NULL;

	*key = (struct table_key){ 0 };
	if (!path || tag == text || tag - text >= (long)sizeof key->name || path == tag + 1 ||
	    path - tag > 4)
		return false;
	*tag++ = *path++ = '\0';
	path[strcspn(path, " ")] = '\0';
	if (!strchr("bidtnmvfDI", *tag) || strspn(tag + 1, "xe") != strlen(tag + 1) ||
	    table_text_decode(path) <= 0 || strlen(path) >= sizeof key->path)
		return false;
	strcpy(key->name, text);
	strcpy(key->path, path);
	key->tag = *tag;
	key->coded = strchr(tag + 1, 'x') != NULL;
	key->empties = strchr(tag + 1, 'e') != NULL;
	return true;
}

/* Version 1 wrote only the path, and only for columns with another name than their path; it made
 * the name by this rule. */
static bool parse_first_version(const char *path, struct table_key *key)
{
	*key = (struct table_key){ .tag = TABLE_TAG_NONE };
	if (!*path || strlen(path) >= sizeof key->name)
		return false;
	strcpy(key->path, path);
	strcpy(key->name, path);
	for (char *p = key->name; *p; p++)
		if (strchr(".,=\"\n\r\t ", *p))
			*p = '_';
	return true;
}

/* Reads the card of this name and number, if there is one that describes a column. */
static int read_card(struct table_keys *k, struct table_file *f, const char *name, int number,
		     int version)
{
	static const char before[] = "pzpipe ";
	char card[16], text[TABLE_KEY_TEXT + sizeof before];
	bool described = !strcmp(name, "TCOMM");
	struct table_key key;
	char *begin = text;

	snprintf(card, sizeof card, "%s%d", name, number);
	if (table_file_text(f, card, text, sizeof text) <= 0)
		return 0;
	if (described && strncmp(text, before, sizeof before - 1) != 0)
		return 0;
	begin += described ? sizeof before - 1 : 0;
	if (version == 1 ? !parse_first_version(begin, &key) : !parse_key(begin, &key))
		return 0;
	return add_key(k, f, &key);
}

int table_keys_read(struct table_keys *k, struct table_file *f, int version)
{
	int rc = 0;

	for (int i = 1; i <= CARDS_MAX && rc == 0; i++) {
		if (version > 0)
			rc = read_card(k, f, "TKEY", i, version);
		if (rc == 0 && version != 1 && i <= table_file_columns(f))
			rc = read_card(k, f, "TCOMM", i, version);
	}
	return rc;
}
