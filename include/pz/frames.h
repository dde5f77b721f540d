/* frames.h -- which file holds which field in which band
 *
 *      frame-%b-*.fits.bz2     %b: the band's name; *, ?, [...] as in the shell
 *
 *      frame-g-000094-1-0012.fits.bz2  \
 *      frame-r-000094-1-0012.fits.bz2   }  field frame-%b-000094-1-0012.fits.bz2
 *      frame-i-000094-1-0012.fits.bz2  /
 *
 * %* is a * that may stand for something else in each band, such as a date: what it stands for
 * is no part of the field's name. Nor is that of %z, which is nothing, .fz, .gz or .bz2, and of %/,
 * which is nothing, or up to 6 folders: the fewest in which there are such files.
 *
 * A field is a set of files whose names differ in nothing but the band; a band may
 * be missing from it. Fields are in the order of their names (bytes), so that
 * nothing depends on the order of a directory. A pattern that is itself the name of
 * a file is that file, whatever its brackets.
 *
 *      @FILE                   a list of files or patterns, or a table of them
 *
 * In a list, one a line, a file's band is that one whose name stands alone in the file's
 * (between characters that are neither letters nor digits). A table is CSV or FITS, with
 * columns file and band, and may have hdu, plane, field, zeropoint, psf, mask and mask_hdu; rows of
 * other bands are passed over. Files are of one field where the column says so, or where their
 * names differ in nothing but the band that stands alone in them, or are the same.
 *
 * A file may have several frames, its images with a celestial WCS (the CCDs of a mosaic): then
 * each is a field, together with those of the same EXTNAME, or else of the same number, in the
 * other bands' files.
 *
 * Masks belong to the frames for which their pattern's wildcards stand for the same.
 */
#ifndef PZ_FRAMES_H
#define PZ_FRAMES_H

#include <stdbool.h>
#include <stddef.h>

#include <pz/api.h>

#define PZ_FRAMES_FIELDS_MAX 10000000

struct pz_frames;

/* patterns: one or more, with commas between. The band names are borrowed.
 * PZ_EUSAGE: no %b for more than one band; PZ_EDATA: a band without any file, two
 * files for one band of a field, a file whose band nothing says. */
PZ_API int pz_frames_find(struct pz_frames **f, const char *patterns, const char *const *band,
			  int bands);

/* What else says which images are frames; all may be NULL. */
struct pz_frames_options {
	const char *hdu;      /* of all files: no others are looked at */
	const char *mask_hdu; /* of masks in the frames' own files     */
	const char *planes;   /* bands of the planes of cubes, "g,r,z" */
	bool heads; /* frames have headers beside them, NAME.head, as SCAMP writes them  */
	/* What a survey says of the files that lists and tables name. */
	const char *files;            /* a pattern of their names, without folders            */
	const char *const *file_name; /* what it calls the bands; NULL: as they are called    */
	const char *zeropoint;        /* as pz_cutout_options have it                         */
};

/* The same; but a file of a pattern without %b is looked into, for the bands of its images: planes
 * of a cube (by the options or BANDS, BAND0, ..., FILTER), or HDUs of which EXTNAME, FILTER or BAND
 * is a band. PZ_EUSAGE only where they say none. */
PZ_API int pz_frames_search(struct pz_frames **f, const char *patterns, const char *const *band,
			    int bands, const struct pz_frames_options *o);
PZ_API void pz_frames_free(struct pz_frames *f); /* NULL is fine */

/* Finds the frames' masks; patterns without %b stand for all bands. The i-th pattern is
 * for the i-th one of the frames, or one for all. PZ_EDATA: not one was found. */
PZ_API int pz_frames_add_masks(struct pz_frames *f, const char *patterns);

/* Gives frames that have no mask the file beside them whose name has one text in place of another,
 * packed or not, where it exists; %b in them is the band's name, or that given here (or NULL).
 * instead "": masks are in the frames' own files. PZ_EDATA: then not one frame has a mask. */
PZ_API int pz_frames_add_beside(struct pz_frames *f, const char *instead, const char *files,
				const char *const *name);

/* What was seen of the files. */
struct pz_frames_seen {
	size_t mosaics, frames;   /* files of several frames, and these       */
	size_t bare, layers, cut; /* images without a celestial WCS beside frames; images of the
				     same pixels of the sky as a frame before; files that could
				     not be read beyond their first image   */
	size_t headed;            /* frames with a header beside them                       */
	char mosaic[256], no_wcs[256], layer[256], why[512], head[256]; /* the first of each */
	char replaced[256]; /* keywords that both headers of the first of these have */
};

/* Unless the options name an HDU, looks at every file of which no HDU is named and finds the images
 * that are frames: those with a celestial WCS, whose EXTNAME or EXTTYPE is not that of a mask, a
 * weight, a variance or the like, which are not masks in the same file by the options, and which
 * are not another layer of a frame before: of the same size and WCS. Of a file compressed as a
 * whole whose primary HDU is such an image, no other is looked for. With headers
 * beside them, images whose WCS is there are frames too. Once, after the masks were
 * added. PZ_ECORRUPT, PZ_EIO, PZ_EDATA: a file of several frames cannot be read. */
PZ_API int pz_frames_look(struct pz_frames *f, const struct pz_frames_options *o,
			  struct pz_frames_seen *seen);

PZ_API size_t pz_frames_fields(const struct pz_frames *f);
PZ_API int pz_frames_bands(const struct pz_frames *f);
PZ_API const char *pz_frames_band(const struct pz_frames *f, int b);
/* The field's name, with %b for the band. */
PZ_API const char *pz_frames_name(const struct pz_frames *f, size_t field);

/* A frame. */
struct pz_frame {
	const char *path; /* NULL: the field has none in this band            */
	const char *hdu;  /* NULL: as for all                                 */
	const char *mask; /* NULL: it has none                                */
	const char *mask_hdu;
	const char *band;
	long plane;       /* of a cube, from 0; -1: that of the band, or the image is no cube */
	const char *name; /* of its HDU, as "N4", "SCI,2" or "3", where its file has several
			     frames; else NULL                                */
	int version;      /* the EXTVER of that HDU                           */
	const char *head; /* the file of its header beside; NULL: it has none     */
	int head_number;  /* which one in that, from 0 */
	double zeropoint; /* magnitude of flux 1, by the frame table; 0: none */
	double psf;       /* FWHM in arcsec, likewise; 0: unknown              */
};

PZ_API struct pz_frame pz_frames_get(const struct pz_frames *f, size_t field, int b);

/* How many frames have a zero point by a table, and the first that has none, or NULL. */
PZ_API size_t pz_frames_zeropoints(const struct pz_frames *f, const char **without);

/* Whether any frame has the FWHM of its PSF by a table. */
PZ_API bool pz_frames_psfs(const struct pz_frames *f);

/* How often a file was named again for a band, and the first of those. It is used once where
 * it is named twice for one field. */
PZ_API size_t pz_frames_twice(const struct pz_frames *f, const char **first);
/* Columns of frame tables that mean nothing here, "table.csv: note, depth"; NULL: there are
 * none. */
PZ_API const char *pz_frames_unknown(const struct pz_frames *f);

/* How many frames have no mask, of all, and the first of them. */
PZ_API size_t pz_frames_unmasked(const struct pz_frames *f, size_t *all, const char **first);

#endif
