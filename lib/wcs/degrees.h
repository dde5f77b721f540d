/* degrees.h -- WCSs whose distortion is a polynomial of degrees */
#ifndef WCS_DEGREES_H
#define WCS_DEGREES_H

struct wcsprm;

/* Polynomials of TPV, TNX and ZPX are those of degrees. WCSLIB takes them between the matrix and
 * CDELT: this puts CDELT into the matrix, before the WCS is set up. Others stay as they are.
 * PZ_EDATA: axes or units that do not go with such a polynomial. */
int pz_wcs_set_degrees(struct wcsprm *wcs, const char *where);

#endif
