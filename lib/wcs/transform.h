/* transform.h -- where on the sky a pixel is, and which pixel sees a place on the sky
 *
 * Example:
 *      struct pz_wcs *w;
 *      double radec[2] = { 336.6, -0.98 }, pixel[2];
 *      if ((rc = pz_wcs_read(&w, frame)) == 0)
 *              pz_wcs_pixels(w, 1, radec, pixel);
 *      pz_wcs_free(w);
 *
 * Pixels: x along NAXIS1, y along NAXIS2; the centre of the first one is (0, 0),
 * so one less than in FITS. Sky: RA and Dec in degrees, ICRS (FK5 of J2000 counts
 * as the same: they differ by 0.02"). Any celestial WCS that WCSLIB reads, axes in
 * either order and turned, with SIP, TPV, TNX, ZPX; distortions given as tables
 * (CPDIS, D2IMDIS); no others of Paper IV. Galactic coordinates and FK4 of B1950 are turned to
 * ICRS; other equinoxes are refused.
 *
 * The value of a card is read by the rules of FITS; one that is none (NaN, a number in
 * quotes, a unit behind it) is an error that names the card, and so are two cards that
 * contradict each other. SIP coefficients are applied where CTYPE ends in -SIP. TAN with
 * polynomials under PV, as SCAMP writes it, is TPV; TAN-SIP with them is SIP alone.
 *
 * Different objects may be used by different threads at a time, one object by one
 * thread: take a copy for each.
 */
#ifndef PZ_WCS_TRANSFORM_H
#define PZ_WCS_TRANSFORM_H

#include <stddef.h>

struct pz_fits;
struct pz_wcs;

/* Of an open image, with what other HDUs of its file have to say: tables, and what the primary
 * header hands down (inherit.h). Pixels lie around the image's middle, where the projection has
 * a place on the sky again and again (cylinder.h). PZ_EDATA: no WCS, not celestial, or nothing
 * that WCSLIB understands. */
int pz_wcs_read(struct pz_wcs **w, struct pz_fits *f);
/* Of an open image, of which this header, not its own, says where its pixels are; tables it may
 * have in other HDUs. */
int pz_wcs_parse_image(struct pz_wcs **w, const char *header, int cards, struct pz_fits *f);
/* From a header alone, as pz_fits_header gives it; where begins the messages. Tables
 * are PZ_EDATA then. */
int pz_wcs_parse(struct pz_wcs **w, const char *header, int cards, const char *where);
int pz_wcs_copy(struct pz_wcs **copy, const struct pz_wcs *w);
void pz_wcs_free(struct pz_wcs *w); /* NULL is fine */

/* What of the header was left aside though it looks as if it were meant, a clause without
 * a full stop, as "its SIP coefficients are not applied: ..."; or "". Lives as long as w; a
 * copy has none. */
const char *pz_wcs_note(const struct pz_wcs *w);

/* n points (n, 2) each; a point without an image (behind the tangent plane, say)
 * is NaN. */
void pz_wcs_pixels(struct pz_wcs *w, size_t n, const double *radec, double *pixel);
void pz_wcs_sky(struct pz_wcs *w, size_t n, const double *pixel, double *radec);
/* Pixels without what the widths of a detector's columns differ by (D2IMDIS): flat
 * fields have made up for it in the flux, so areas are to be taken from these. */
void pz_wcs_smooth_pixels(struct pz_wcs *w, size_t n, const double *radec, double *pixel);

/* A cap of the sky. */
struct pz_cap {
	double centre[3]; /* unit vector                                       */
	double cosine;    /* of its radius; beyond 1: empty                    */
	double dec[2];    /* degrees, between which it lies                    */
};

/* A cap that holds an image of width x height, for a quick no; all of the sky, if a part of
 * its border has no place there. PZ_EDATA: the WCS gives it none at all. */
int pz_wcs_cap(struct pz_wcs *w, size_t width, size_t height, struct pz_cap *cap);
/* Whether a place on the sky lies in it. */
int pz_cap_holds(const struct pz_cap *cap, const double radec[2]);

#endif
