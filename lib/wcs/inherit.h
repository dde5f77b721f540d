/* inherit.h -- what an extension's WCS takes from the primary header
 *
 * The standard lets an extension that says INHERIT = T have every keyword of the primary header
 * that it lacks itself. Keywords that are one statement together come from one header: a matrix,
 * whether it is written as CD, PC or CDELT and CROTA; the polynomials of one convention; the date.
 * Axes, and distortions that are tables in other HDUs, are an image's own.
 */
#ifndef WCS_INHERIT_H
#define WCS_INHERIT_H

/* Puts those cards before the END of a header of *cards (pz_fits_header), which may move and is
 * freed by the caller in any case. PZ_ENOMEM. */
int pz_wcs_inherit(char **header, int *cards, const char *primary, int primary_cards);

/* Of an extension that does not say INHERIT = T: the keyword by which the primary header names an
 * equinox or a system that is not ICRS or FK5 of J2000, where the extension names none at all; ""
 * where there is none. */
void pz_wcs_not_inherited(const char *header, int cards, const char *primary, int primary_cards,
			  char key[9]);

#endif
