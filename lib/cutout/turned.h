/* turned.h -- frames whose rows do not run along those of the reference
 *
 * A strip of the reference frame may cross many rows of a frame that is rotated against it.
 * If that frame is large, all of its rows would have to stay in memory, or be read again for
 * every strip. Instead it is read once, from its first row to its last, and its band of all
 * stamps of the field is cut into a temporary file in $TMPDIR, from which the stamps are
 * completed later.
 */
#ifndef CUTOUT_TURNED_H
#define CUTOUT_TURNED_H

#include "frame.h"

/* Where band b of the field is turned, and large enough for it to matter, cuts all of its
 * stamps and leaves them under the frame's spool. */
int pz_turned_cut(struct field *field, int b, const struct pz_cutout_options *o,
		  const double *radec, const struct cutout_index *x);

/* Band b of galaxy k of the field from there: pixels, cover and sky (pz_stamp_cut_piece). */
int pz_turned_read(const struct field *field, int b, size_t k, int size, float *pixels,
		   float note[3]);

#endif
