/* key.h -- what the columns of a table were in the records, written so that it fits the
 * column and no other
 *
 * The card TKEYn of totable's table has "NAME=TAG:PATH", zphot_mode=d:zphot.mode: the name
 * of the column, what its values were, and where they stood in the records. Other programs
 * remove, insert and reorder columns and leave such cards with their old numbers; so it is
 * the name in the text that counts, and the number means nothing. STILTS keeps no such
 * cards but a column's description, TCOMMn, which has the same behind "pzpipe ".
 *
 * PATH is a path of pz/map.h, coded as texts are (escape.h), blanks too. TAG is one of
 * the letters below, and x behind it where the column's texts are coded.
 */
#ifndef TABLE_KEY_H
#define TABLE_KEY_H

#include <pz/fits.h>

#include "to_layout.h"

#define TABLE_KEY_TEXT (TABLE_NAME + 8 + 3 * VALUE_NAME)

enum table_tag {
	TABLE_TAG_BOOL = 'b',
	TABLE_TAG_WHOLE = 'i',
	TABLE_TAG_REAL = 'd',
	TABLE_TAG_TEXT = 't',
	TABLE_TAG_NUMBER = 'n', /* numbers, written as texts                    */
	TABLE_TAG_MIXED = 'm',  /* texts and whole numbers, written as texts    */
	TABLE_TAG_FLOATS = 'f', /* bin of float32                               */
	TABLE_TAG_REALS = 'D',  /* array of numbers                             */
	TABLE_TAG_WHOLES = 'I', /* array of whole numbers                       */
	TABLE_TAG_NONE = '-'    /* not known: as its column is                  */
};

struct table_key {
	char name[PZ_FITS_NAME], path[VALUE_NAME];
	char tag;
	bool coded;
};

struct table_keys {
	struct table_key *key;
	int n, room;
};

/* The text for TKEY; 0 or PZ_ENOMEM. */
int table_key_write(const struct table_column *c, char text[TABLE_KEY_TEXT]);
/* All that the cards of table f say. version: of PZPIPE; 1 had paths alone, 0: no such
 * card, so that descriptions alone count. PZ_EDATA: two that do not agree. */
int table_keys_read(struct table_keys *k, struct pz_fits *f, int version);
/* What is said of the column of that name; NULL: nothing. */
const struct table_key *table_keys_find(const struct table_keys *k, const char *name);
void table_keys_release(struct table_keys *k);

#endif
