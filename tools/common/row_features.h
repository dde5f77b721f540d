/* row_features.h -- columns of a catalogue as the features of records
 *
 *      rc = row_features_begin(&f, catalogue, colours);
 *      rc = row_features_name(&f, &header);
 *      row_features_put(&f, row.features, record);           // of each row
 *      row_features_release(&f);
 *
 * Memory: the features of one galaxy, and their names.
 */
#ifndef ROW_FEATURES_H
#define ROW_FEATURES_H

#include <pz/catalogue.h>
#include <pz/stream.h>

struct row_features {
	int columns; /* features that the catalogue has; 0: none are read      */
	int count;   /* features of a galaxy: with colours, columns - 1 more   */
	char (*name)[2 * PZ_FEATURE];
	float *value;
	void *stored; /* as a record has them                                  */
};

/* Learns from the catalogue which features there are. colours: the differences of neighbouring
 * ones are features too, "g-r". PZ_EUSAGE: such of vectors, or of a single one. */
int row_features_begin(struct row_features *f, const struct pz_catalogue *c, bool colours);
void row_features_release(struct row_features *f); /* all zero is fine */
/* Sets their names in a header. PZ_EUSAGE: one is too long. */
int row_features_name(const struct row_features *f, struct pz_header *h);
/* PZ_EMISMATCH: a header has other features, by number or name. */
int row_features_agree(const struct row_features *f, const struct pz_header *h);
/* Puts the features of a row into the record. A difference is NaN where one of the two is. */
void row_features_put(struct row_features *f, const float *of_row, pz_map *record);

#endif
