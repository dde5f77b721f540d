/* beside.h -- the .head files beside frames (wcs/head.h) */
#ifndef CUTOUT_BESIDE_H
#define CUTOUT_BESIDE_H

#include <pz/fits.h>
#include <pz/frames.h>

#include "images.h"

#define BESIDE_PATH 4096

struct pz_wcs;

/* The name of the file: that of the images without .fits, .fit or .fts, and .fz, .gz or .bz2
 * behind it, and .head in their place; or as SWarp has it, .head in place of the last ending
 * alone, where only that is there. PZ_EIO: neither. */
int pz_beside_find(const char *path, char head[BESIDE_PATH]);

/* Gives each image of a file, all of which were found, its header: in order of all images, or of
 * those that are no masks or the like, or of frames, whichever are as many as there are headers.
 * Leaves the frames, that is, images that have a WCS in their own header or in this; or, if hdu
 * is not NULL, the one HDU. PZ_EDATA: as many headers as there are no images. */
int pz_beside_choose(struct images *all, const char *path, const char *head, const char *hdu);

/* The WCS of a frame's open image, by the header beside if the frame has one; and FLXSCALE of that
 * header, by which pixels are multiplied, or 1. scale may be NULL. */
int pz_beside_read_wcs(struct pz_wcs **w, struct pz_fits *f, const struct pz_frame *frame,
		       double *scale);
/* Writes the keywords of the WCS that an open image and its header beside both have into list. */
int pz_beside_list(struct pz_fits *f, const char *head, int number, char *list, size_t size);

#endif
