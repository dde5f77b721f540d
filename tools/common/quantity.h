/* quantity.h -- a number of each record that a user names: a key, a feature, or a difference
 *
 *      struct quantity q;
 *
 *      rc = quantity_begin(&q, "--against", "g-r", pz_reader_header(in));
 *      x = quantity_read(&q, record);                      // NaN: the record has none
 *
 * A name is that of a feature of the header, or else a key, of a value inside of maps with dots
 * between the keys ("domain.distance"). Two names with a - between them are a difference, unless
 * there is a feature or key of the whole name.
 */
#ifndef QUANTITY_H
#define QUANTITY_H

#include <stdbool.h>

#include <pz/stream.h>

#define QUANTITY_NAME 128

struct quantity {
	char name[QUANTITY_NAME];    /* as the user gave it                          */
	char part[2][QUANTITY_NAME]; /* of a difference; "": it is none              */
	int feature, of_part[2];     /* index in "features"; -1: a key                */
	int features;                /* that the header has                          */
};

/* option: for messages. PZ_EUSAGE: the name is empty or too long. */
int quantity_begin(struct quantity *q, const char *option, const char *name,
		   const struct pz_header *h);
/* NaN: the record has none, or a number that programs write for "none". */
double quantity_read(const struct quantity *q, const pz_map *record);

#endif
