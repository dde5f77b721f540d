/* cube.h -- images that are planes of a cube, each of another band
 *
 * Which plane is of which band is said by --planes, or by keywords:
 *
 *      BAND0, BAND1, ...        FILTER0, ...     (or from 1 on)
 *      BANDS = 'grz'            FILTERS = 'g,r,z', also BAND and FILTER
 */
#ifndef CUTOUT_CUBE_H
#define CUTOUT_CUBE_H

#include <pz/cutout.h>
#include <pz/fits.h>

#define CUBE_NAME 72 /* bytes of the name of a plane's band */

/* The name of plane p's band: 1, 0 where nothing says it. planes: names, commas between, or NULL.
 * PZ_EDATA: as many names as there are no planes. */
int pz_cube_name(struct pz_fits *f, const char *planes, size_t p, char name[CUBE_NAME]);
/* Whether a name (g DECam SDSS c0001) is that of a band: the whole of it, or its first word. */
bool pz_cube_is_band(const char *name, const char *band);

/* Opens the image of a frame: of two axes, or the plane of a cube, which is chosen. peek: for its
 * header alone (pz_fits_peek_image). hdu and planes: where the frame itself does not say. PZ_EDATA:
 * also a cube of which nothing says which plane is the frame's. */
int pz_cube_open(struct pz_fits **f, const struct pz_frame *frame, const char *hdu,
		 const char *planes, bool peek);

#endif
