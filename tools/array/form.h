/* form.h -- the form of a record: its keys in their order, and how each value is written
 *
 * Arrays hold the values of all records; what is left of a record is its form, which nearly all
 * records of a stream share. With the arrays it gives the record back to the byte.
 *
 * In the file, a form is the record's map with a tag in the place of each value (tags in the
 * place of an inner map's): the first byte that MessagePack gives such a value,
 *
 *      0        a whole number          0xcc..0xcf, 0xd0..0xd3: in that form, longer than needed
 *      0xa0     a text                  0xd9, 0xda, 0xdb: likewise
 *      0xca     a float32               0xcb: a float64
 *      0xc0     nil                     0xc2: a truth value
 *      0xc4     bytes                   0xc1: a value that is in no array, but among the rest
 *
 * and for an array of numbers the array of 0x90 (0xdc, 0xdd: in that form, longer than needed)
 * and the tag of all its elements, or where they differ of each.
 *
 * While they are collected, forms are kept with the numbers of columns in the place of keys.
 */
#ifndef FORM_H
#define FORM_H

#include <pz/map.h>
#include <pz/stream.h>

#include "pack.h"
#include "stored.h"

enum tag {
	TAG_WHOLE = 0,
	TAG_ARRAY = 0x90,
	TAG_TEXT = 0xa0,
	TAG_NIL = 0xc0,
	TAG_REST = 0xc1,
	TAG_BOOL = 0xc2,
	TAG_BYTES = 0xc4,
	TAG_FLOAT = 0xca,
	TAG_DOUBLE = 0xcb,
};

#define FORMS_MAX      65536
#define FORMS_SIZE_MAX ((size_t)1 << 26) /* bytes of all */

/* A value of the record, and the column that it belongs to. */
struct cell {
	int column;
	enum pz_type type;
	const unsigned char *raw; /* MessagePack; NULL: bytes that were not read */
	size_t size;              /* of raw, or of the bytes that were not read      */
};

struct walk {
	struct stored_columns *columns;
	struct pz_reader *in;
	pz_map *scratch;
	struct pack form;  /* of the record, with the numbers of columns */
	struct cell *cell; /* those of the record                    */
	int n, room;
};

/* Takes a record apart: w->form and w->cell. Columns that are new are added. */
int walk_record(struct walk *w, const pz_map *record);
void walk_release(struct walk *w);

/* Forms that were met, each once. */
struct forms {
	struct pack bytes;
	size_t *begin; /* of form i, and the end of the last */
	uint32_t *slot, slots;
	int n, room, last;
};

/* The number of that form, which is added where it is new (add); -1: there is none; < -1 error. */
#define FORM_NONE (-1000)
int forms_find(struct forms *f, const struct pack *form, bool add);
void forms_release(struct forms *f);
/* Form i as it stands in the file. */
void form_write(const struct forms *f, int i, const struct stored_columns *columns,
		struct pack *to);

#endif
