/* cylinder.h -- projections in which the sky goes on past its edge
 *
 * In a cylindrical projection (CAR, CEA, MER, CYP) places a whole turn of longitude apart are one
 * and the same. WCSLIB gives the longitudes within 180 degrees of the reference point and refuses
 * the others, but an image may lie anywhere: a map of the sky often has RA 0 at its edge.
 */
#ifndef WCS_CYLINDER_H
#define WCS_CYLINDER_H

struct wcsprm;

struct cylinder {
	double turn;      /* 360 degrees of longitude as the projection has them; 0: no cylinder */
	double lng[3];    /* longitude of FITS pixel (x, y): lng[0] x + lng[1] y + lng[2] */
	double period[2]; /* the way from a pixel to the one a turn further */
	double home;      /* the longitude that the image lies around */
};

/* Of a WCS without distortions that is set up; home is the reference point. */
void pz_cylinder_init(struct cylinder *c, const struct wcsprm *wcs);
/* Lets the pixels of places lie around the middle of an image of this size. */
void pz_cylinder_centre(struct cylinder *c, double width, double height);

/* Moves a FITS pixel by whole turns: to within half a turn of the reference point, as WCSLIB
 * wants it, or of the middle of the image. */
void pz_cylinder_to_reference(const struct cylinder *c, double pixel[2]);
void pz_cylinder_to_image(const struct cylinder *c, double pixel[2]);

#endif
