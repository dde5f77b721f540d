/* images.h -- images of galaxies from an array, one after the other
 *
 *      rc = images_open(&im, file, "stamps.npz", "data", LAYOUT_ANY, 0);
 *      while (rc == 0 && (got = images_next(&im, &pixels, &cover)) > 0)
 *              ... pixels (im.bands, im.size, im.size), of type im.pixel ...
 *      images_close(&im);
 *
 * Memory: blocks of some megabytes, or of one image where that is larger.
 */
#ifndef IMAGES_H
#define IMAGES_H

#include <pz/ahead.h>
#include <pz/array.h>
#include <pz/pixel.h>
#include <pz/stream.h>

#define LAYOUT_CHOICES "any,nchw,nhwc"

/* The order of axes: image, band, row, column; or image, row, column, band. */
enum layout {
	LAYOUT_ANY, /* as the lengths say: the two that are alike are rows and columns */
	LAYOUT_NCHW,
	LAYOUT_NHWC,
};

struct tool;

struct images {
	struct pz_arrays *file;
	int array;
	enum layout layout;
	int bands, side; /* of the images in the file           */
	int size;        /* of those handed out: the central part */
	uint64_t count;
	enum pz_pixel pixel; /* the narrowest that holds them      */

	/* private */
	bool as_stored; /* the file has them as im.pixel */
	char *raw;      /* room for images as the file has them */
	struct image_block {
		char *pixels;
		double *cover; /* (n, bands) */
		size_t n;
	} block[PZ_AHEAD_SLOTS], *filled; /* the next is read while one is in use */
	size_t room, at;                  /* images in a block                    */
	uint64_t row;                     /* the next to read                     */
	struct pz_ahead *ahead;
};

/* Opens the first array of the comma list `names` that is there, of a file that stays the caller's.
 * size: the central pixels to take; 0: all. PZ_EDATA lists the arrays; PZ_EUSAGE: the layout is
 * not clear, or size does not suit. */
int images_open(struct images *im, struct pz_arrays *file, const char *path, const char *names,
		enum layout layout, int size);
/* Hands out float32 also where the file has float16. */
void images_widen(struct images *im);
void images_close(struct images *im); /* all zero is fine */
/* The next image, (bands, size, size), which stays valid until the next call, and the share of its
 * pixels that have a value, (bands); the others are 0. 1, 0 at the end, < 0. */
int images_next(struct images *im, const void **pixels, const double **cover);
/* What has no value in stored pixels (bands, size, size) becomes 0; the share that has one, for
 * each band. */
void images_cover(void *pixels, enum pz_pixel type, int bands, int size, double *cover);
/* The array of that name or, where only one in all groups has it, of a group; -1: there is none. */
int images_find(const struct images *im, const char *name);

/* -- stated.c */

/* The bands that the file states for the first image ("image_band"), as a comma list without
 * the instrument ("hsc-g" and "HSC-G" are g): 1, or 0: it states none. */
int images_bands(const struct images *im, char *list, size_t size);
/* The unit that it states (an attribute of HDF5: unit, units, BUNIT); "": none. */
void images_unit(const struct images *im, char *unit, size_t size);
/* The pixel scale that it states ("image_scale", or an attribute of HDF5: pixscale), arcsec per
 * pixel; 0: none. */
double images_pixscale(const struct images *im);
/* The FWHM of the PSF that it states for all bands (an attribute of HDF5: psf), arcsec; 0: none. */
double images_psf(const struct images *im);
/* Whether the file has arrays of one value for each image beside them. */
bool images_have_columns(const struct images *im);
/* Says on standard error which arrays beside the images nobody can read as columns of theirs. */
void images_say_unread(const struct tool *t, const struct images *im, const char *path);

#endif
