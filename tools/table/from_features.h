/* from_features.h -- columns of a table as the features of records
 *
 *      rc = table_features_begin(&f, catalogue, colours, &header);
 *      table_features_put(&f, row.features, record);           // of each row
 *      table_features_release(&f);
 *
 * Memory: the features of one galaxy.
 */
#ifndef FROM_FEATURES_H
#define FROM_FEATURES_H

#include <pz/catalogue.h>
#include <pz/stream.h>

struct table_features {
	int columns; /* features that the table has; 0: none are read          */
	int count;   /* features of a galaxy: with colours, columns - 1 more   */
	float *value;
	void *stored; /* as a record has them                                  */
};

/* Names the features in the header. colours: the differences of neighbouring ones are features
 * too, "g-r". PZ_EUSAGE: such of vectors, or of a single one. */
int table_features_begin(struct table_features *f, const struct pz_catalogue *c, bool colours,
			 struct pz_header *h);
void table_features_release(struct table_features *f); /* all zero is fine */
/* Puts the features of a row into the record. A difference is NaN where one of the two is. */
void table_features_put(struct table_features *f, const float *of_row, pz_map *record);

#endif
