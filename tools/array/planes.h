/* planes.h -- pixels whose bands stand side by side become one plane for each band */
#ifndef PLANES_H
#define PLANES_H

#include <stddef.h>

#include <pz/pixel.h>

/* from: n pixels, (n, bands), to: pixel i of band b to number b * plane + i, plane >= n. Nothing
 * needs alignment; from and to do not overlap. The bits stay as they are. */
void planes_spread(const void *from, size_t n, size_t bands, size_t plane, enum pz_pixel type,
		   void *to);

#endif
