/* colour.h -- three bands as one colour picture
 *
 * Lupton et al. (2004, PASP 116, 133): the mean I of the three bands goes through
 * an asinh, linear near the sky and logarithmic above, and the bands keep their
 * ratios to I, so that a galaxy has one colour from its core to its edge:
 *
 *      R, G, B = weight (pixel - black), band by band;  I = (R + G + B)/3
 *      f(I) = asinh(I/soft) / asinh(white/soft)
 *      red  = R f(I)/I                                   and so on
 *
 * Where a component exceeds 1 all three are divided by it: bright cores keep their
 * colour instead of turning white.
 */
#ifndef PZ_COLOUR_H
#define PZ_COLOUR_H

#include <stddef.h>

#include <pz/api.h>

/* Of the red, green and blue band in this order. */
struct pz_colour {
	double weight[3];
	double black[3]; /* pixel value shown as 0                               */
	double soft;     /* I where linear turns logarithmic, > 0                 */
	double white;    /* I shown as 1, > 0                                    */
};

/* What suits n stamps, planes[n][3][pixels], in flux (not stretched): black a
 * little below the sky, soft twice its noise, white at the cores of the brighter
 * galaxies; weights that take 0.7 of the mean colour (in magnitudes) away, so that red and
 * blue galaxies lie on both sides of white. The sky is taken to fill 60 % of the
 * pixels. Pixels that are not finite are left out. 0 or PZ_ENOMEM. */
PZ_API int pz_colour_fit(struct pz_colour *c, const float *planes, size_t n, size_t pixels);

/* rgb[pixels][3] of one stamp's planes[3][pixels]. NaN is black. */
PZ_API void pz_colour_apply(const struct pz_colour *c, const float *planes, size_t pixels,
			    unsigned char *rgb);

#endif
