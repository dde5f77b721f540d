/* row.h -- rows of a catalogue as records
 *
 *      rc = row_begin(&form, catalogue, colours);        // once
 *      rc = row_features_name(&form.features, &header);
 *      row_put(&form, catalogue, &row, record);          // for each row
 *      row_release(&form);
 */
#ifndef ROW_H
#define ROW_H

#include <pz/catalogue.h>
#include <pz/map.h>

#include "carry.h"
#include "row_features.h"

/* What records have besides id, ra, dec, z, mag and ebv. */
struct row_form {
	struct carry carry;
	struct row_features features;
};

/* Learns from the catalogue its further columns and its features (row_features.h). PZ_EUSAGE: a
 * column would take the place of a key that has a meaning in streams, or features have no colours.
 */
int row_begin(struct row_form *f, const struct pz_catalogue *table, bool colours);
void row_release(struct row_form *f); /* all zero is fine */
/* Empties the record, and puts id, ra, dec, z, mag, ebv, the further columns and the features into
 * it. What is unknown is left out; an unknown feature is NaN. */
void row_put(struct row_form *f, const struct pz_catalogue *table,
	     const struct pz_catalogue_row *row, pz_map *record);

#endif
