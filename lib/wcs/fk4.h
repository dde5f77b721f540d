/* fk4.h -- coordinates of the FK4 catalogue, equinox B1950, and ICRS
 *
 * The two rotate against each other, so that a place that is fixed in ICRS moves in
 * FK4, by up to 0.24" in a century: epoch is when it was seen, in Julian years. Of
 * proper motions, which nobody gives, zero is assumed.
 */
#ifndef WCS_FK4_H
#define WCS_FK4_H

#include <stdbool.h>
#include <stddef.h>

struct fk4 {
	double matrix[3][3]; /* of B1950 to ICRS                                */
	bool aberrated;      /* with the terms of aberration that FK4 left in   */
};

void pz_fk4_begin(struct fk4 *k, double epoch, bool aberrated);
/* RA and Dec, degrees, n of them, in place. */
void pz_fk4_to_icrs(const struct fk4 *k, size_t n, double *radec);
void pz_fk4_from_icrs(const struct fk4 *k, size_t n, double *radec);

#endif
