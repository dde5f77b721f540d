/* pixel.h -- pixels as they are stored: little-endian float32 (f4) or float16 (f2)
 *
 * Rounding to f2 is to nearest, ties to even; beyond 65504 it is infinite. NaN
 * stays NaN.
 */
#ifndef PZ_PIXEL_H
#define PZ_PIXEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>

enum pz_pixel { PZ_F4, PZ_F2 };

PZ_API size_t pz_pixel_bytes(enum pz_pixel p);
PZ_API const char *pz_pixel_name(enum pz_pixel p); /* "f4", "f2" */

/* n pixels; stored bytes need no alignment. */
PZ_API void pz_pixels_load(float *to, const void *stored, size_t n, enum pz_pixel p);
PZ_API void pz_pixels_store(void *stored, const float *from, size_t n, enum pz_pixel p);

/* Loads them, and says whether none is NaN or infinite. */
PZ_API bool pz_pixels_load_finite(float *to, const void *stored, size_t n, enum pz_pixel p);

/* Whether none is NaN or infinite. */
PZ_API bool pz_pixels_finite(const float *x, size_t n);

/* Brings n pixels to the range of f2, -65504 to 65504, so that they stay finite. Returns how many
 * were outside of it; NaN is not. */
PZ_API size_t pz_pixels_clip(float *x, size_t n);

PZ_API uint16_t pz_half_of(float x);
PZ_API float pz_half_value(uint16_t h);

#endif
