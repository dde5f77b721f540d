/* normalize.h -- pixels to the scale that networks like
 *
 * pzpipe-method(7), equation 2, per pixel, after division by the survey's divisor or the band's:
 *
 *      sqrt    sign(x) (sqrt(abs(x) + 1) - 1)      the paper's
 *      log     sign(x) ln(1 + abs(x))
 *      asinh   asinh(x)
 *      none    x
 *
 * All are odd, near x at 0 (sqrt: x/2) and never decrease.
 */
#ifndef PZ_NORMALIZE_H
#define PZ_NORMALIZE_H

#include <stddef.h>

#include <pz/api.h>

enum pz_stretch { PZ_STRETCH_NONE, PZ_STRETCH_SQRT, PZ_STRETCH_ASINH, PZ_STRETCH_LOG };

/* "sqrt" -> PZ_STRETCH_SQRT ...; PZ_EUSAGE for another name. */
PZ_API int pz_normalize_find(const char *name, enum pz_stretch *stretch);
PZ_API const char *pz_normalize_name(enum pz_stretch stretch);

/* One value. NaN gives NaN. */
PZ_API double pz_normalize_value(enum pz_stretch stretch, double divide, double x);

/* The x that gives y: its inverse. */
PZ_API double pz_normalize_inverse(enum pz_stretch stretch, double divide, double y);

/* x[n] in place, to float's accuracy. Pixels that are not finite become 0 (what
 * cutout writes where there is no data); returns how many. */
PZ_API size_t pz_normalize_pixels(enum pz_stretch stretch, double divide, float *x, size_t n);

#endif
