/* aperture.h -- light within a circle around a stamp's centre
 *
 * Example:
 *      struct pz_aperture *a;
 *      double flux = NAN;
 *
 *      rc = pz_aperture_new(&a, size, radius);                // pixels
 *      if (rc == 0)
 *              flux = pz_aperture_sum(a, stamp + band * size * size);
 *      pz_aperture_free(a);
 *
 * Pixels on the border count by the share of their area inside of the circle, exactly. The sky
 * must have been subtracted.
 */
#ifndef PZ_APERTURE_H
#define PZ_APERTURE_H

#include <pz/api.h>

struct pz_aperture;

/* PZ_EARG: a radius that is not above 0, or a circle that is not within the stamp. */
PZ_API int pz_aperture_new(struct pz_aperture **a, int size, double radius);
PZ_API void pz_aperture_free(struct pz_aperture *a); /* NULL is fine */

/* The flux in one band, x (size, size), in the pixels' unit. */
PZ_API double pz_aperture_sum(const struct pz_aperture *a, const float *x);
/* Pixels: pi radius^2. */
PZ_API double pz_aperture_area(const struct pz_aperture *a);

/* Deviation of the pixels on the stamp's border (1.4826 times the median distance from their
 * median), which is that of the sky's noise where no neighbour covers half of it. Pixels that are
 * not finite do not count; NaN: none is. level: their median, where it is not NULL. work: room for
 * 4 size numbers. */
PZ_API double pz_aperture_noise(int size, const float *x, double *level, double *work);

#endif
