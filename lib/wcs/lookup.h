/* lookup.h -- distortions given as tables, in other HDUs of a file
 *
 *      D2IMDISi = 'Lookup'     the detector's irregularities, first
 *      CPDISi   = 'Lookup'     added to a pixel as SIP's polynomials are, beside them
 *
 * as the draft of FITS WCS Paper IV has them and Hubble's files do: D2Ii or DPi names
 * the version of the extension, D2IMARR or WCSDVARR, whose values, interpolated, are
 * the offsets of axis i in pixels.
 */
#ifndef WCS_LOOKUP_H
#define WCS_LOOKUP_H

#include <pz/fits.h>

enum lookup_stage { LOOKUP_DETECTOR, LOOKUP_PRIOR, LOOKUP_STAGES };

struct lookups;

/* Reads the tables that the header asks for and blanks the cards that do, which WCSLIB
 * does not know. *l is NULL where there are none, and the caller's in any case. f may be NULL: then
 * asking is an error. PZ_EDATA: a table that is not there, or that cannot be used. */
int pz_lookups_read(struct lookups **l, char *header, int cards, struct pz_fits *f,
		    const char *where);
int pz_lookups_copy(struct lookups **copy, const struct lookups *l); /* NULL to NULL */
void pz_lookups_free(struct lookups *l);                             /* NULL is fine */

/* Adds a stage's offsets at a FITS pixel to `to`. */
void pz_lookups_add(const struct lookups *l, enum lookup_stage stage, const double pixel[2],
		    double to[2]);

#endif
