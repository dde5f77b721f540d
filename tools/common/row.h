/* row.h -- a row of a catalogue as a record
 *
 *      rc = row_name_carried(&carry, catalogue);         // once
 *      row_put(&carry, catalogue, &row, record);         // for each row
 */
#ifndef ROW_H
#define ROW_H

#include <pz/catalogue.h>
#include <pz/map.h>

#include "carry.h"

/* Adds the catalogue's further columns to carry. PZ_EUSAGE: one would take the place of a key
 * that has a meaning in streams. */
int row_name_carried(struct carry *carry, const struct pz_catalogue *table);
/* Empties the record, and puts id, ra, dec, z, mag, ebv and the further columns into it. What is
 * unknown is left out. */
void row_put(struct carry *carry, const struct pz_catalogue *table,
	     const struct pz_catalogue_row *row, pz_map *record);

#endif
