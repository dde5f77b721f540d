/* inherit.h -- what an extension's WCS takes from the primary header
 *
 * The standard lets an extension that says INHERIT = T have every keyword of the primary header
 * that it lacks itself. Keywords that are one statement together come from one header: a matrix,
 * whether it is written as CD, PC or CDELT and CROTA; the polynomials of one convention; the date.
 * Axes, and distortions that are tables in other HDUs, are an image's own.
 */
#ifndef WCS_INHERIT_H
#define WCS_INHERIT_H

#define INHERIT_NOTE 200

struct pz_fits;

/* The header of an image (pz_fits_header) with the cards that it takes from the primary one; the
 * caller frees *header in any case. note: what an extension without INHERIT = T does not take
 * though it may be meant, the system of RA and Dec; or "". */
int pz_wcs_read_header(struct pz_fits *f, char **header, int *cards, char note[INHERIT_NOTE]);

#endif
