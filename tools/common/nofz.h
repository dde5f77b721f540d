/* nofz.h -- n(z) by magnitude row, from any stream that tells it
 *
 * A stream of galaxies with redshifts and magnitudes is counted: predictions, stamps (whose pixels
 * are not read), a catalogue. A stream of kind "nz", as nz writes it, has the shares under "pz" and
 * the number of galaxies under "n" in a record for each row, whose number is under "row"; the
 * record without a row, of all galaxies, is passed over.
 */
#ifndef NOFZ_H
#define NOFZ_H

#include <pz/prior.h>

#include "tool.h"

#define NOFZ_KIND "nz"

/* Reads the stream at path into c, over the axes of h, and adds it to the history; says what was
 * left out. The caller releases c in any case (all zero before). PZ_EMISMATCH: other axes;
 * PZ_EDATA: there is no galaxy. */
int nofz_read(struct tool *t, const char *path, const struct pz_header *h, struct pz_counts *c);

#endif
