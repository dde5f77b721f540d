/* key.h -- cards of a FITS table that say what its columns are in the records
 *
 * The card TKEYn that totable writes has "NAME=TAG:PATH", zphot_mode=d:zphot.mode: the name of
 * the column, the type of its values, and their path in the records. Other programs remove, insert
 * and reorder columns and leave such cards with their old numbers; so the name in the text counts,
 * and the number is ignored. STILTS drops such cards, but keeps a column's description, TCOMMn,
 * which has the same text after "pzpipe ".
 *
 * PATH is a path of pz/map.h, coded as texts are (escape.h), spaces too. TAG is one of the letters
 * below, followed by x if texts of the column are coded, and by e if an empty cell is an empty text
 * and not a missing one.
 */
#ifndef TABLE_KEY_H
#define TABLE_KEY_H

#include "table_file.h"
#include "to_layout.h"

#define TABLE_KEY_TEXT (TABLE_NAME + 8 + 3 * VALUE_NAME)

enum table_tag {
	TABLE_TAG_BOOL = 'b',
	TABLE_TAG_WHOLE = 'i',
	TABLE_TAG_REAL = 'd',
	TABLE_TAG_TEXT = 't',
	TABLE_TAG_NUMBER = 'n', /* numbers, written as texts                    */
	TABLE_TAG_MIXED =
		'm', /* the same with texts that are no whole numbers: no longer written */
	TABLE_TAG_VALUES = 'v', /* texts and numbers, written as texts; texts that look like numbers
				   are coded                            */
	TABLE_TAG_FLOATS = 'f', /* bin of float32                               */
	TABLE_TAG_REALS = 'D',  /* array of numbers                             */
	TABLE_TAG_WHOLES = 'I', /* array of whole numbers                       */
	TABLE_TAG_NONE = '-'    /* unknown: by the type of the column           */
};

struct table_key {
	char name[PZ_FITS_NAME], path[VALUE_NAME];
	char tag;
	bool coded, empties; /* flags x and e                                  */
};

struct table_keys {
	struct table_key *key;
	int n, room;
};

/* The text for TKEY; coded: whether texts are. 0 or PZ_ENOMEM. */
int table_key_write(const struct table_column *c, bool coded, bool empties,
		    char text[TABLE_KEY_TEXT]);
/* Reads all such cards of table f. version: of the card PZPIPE; 1: the cards have only paths; 0:
 * there is no such card, so only descriptions count. PZ_EDATA: two cards do not agree. */
int table_keys_read(struct table_keys *k, struct table_file *f, int version);
/* The key of the column of that name; NULL: no card describes it. */
const struct table_key *table_keys_find(const struct table_keys *k, const char *name);
void table_keys_release(struct table_keys *k);

#endif
