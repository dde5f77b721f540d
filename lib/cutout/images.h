/* images.h -- which images of a file are frames
 *
 * Frames are the images with a celestial WCS but for those that say, by their name, that they are
 * something else, and those that see the same pixels of the sky as one before (a model, a
 * residual, an error without a name).
 */
#ifndef CUTOUT_IMAGES_H
#define CUTOUT_IMAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMAGE_NAME 80

struct image {
	int hdu;
	char name[IMAGE_NAME]; /* "N4", "SCI,2" or "3": what tells it from others of its file */
	int version;
	uint64_t print; /* wcs/look.h */
	bool celestial, other;
	int head; /* number of its header beside, from 0; -1: none */
};

struct images {
	struct image *image; /* those that are frames */
	size_t count, room;
	size_t bare, layers; /* images without WCS; layers of a frame */
	int bare_hdu, layer_hdu;
	char *head;    /* the file of headers beside; NULL: they are not looked for */
	bool whole;    /* the only one goes with each part of a mosaic in other bands */
	bool cut;      /* the rest of the file cannot be read ...      */
	char why[400]; /* ... because                                  */
};

/* How frames are looked for; all but quick may be NULL. */
struct image_search {
	bool quick; /* of a file that is compressed as a whole, the primary HDU alone, if it is
		       a frame                                                    */
	const char *mask;   /* number or name of an HDU that is a mask             */
	const char *planes; /* bands of the planes of cubes, which are frames where they have bands
			       (cube.h)                                           */
	const char *head; /* the file of headers beside, whose WCS counts (beside.h); then ...   */
	const char *hdu;  /* ... the one HDU that is wanted; NULL: all frames     */
};

struct pz_fits;

/* Whether the image where a walk is says by its EXTNAME or EXTTYPE that it is no picture of the
 * sky, but a mask, a weight, an error, ...; or is the HDU mask, unless that is NULL. */
bool pz_images_is_other(struct pz_fits *f, const char *name, const char *mask);

/* Finds the frames of a file. A file that cannot be read to its end is an error, but not where the
 * primary HDU is a frame, the only one up to there, and what is behind it is corrupt. */
int pz_images_find(struct images *all, const char *path, const struct image_search *how);
void pz_images_release(struct images *all);

#endif
