/* cutout.h -- stamps of galaxies from frames
 *
 * A stamp is (bands, size, size), all bands on one grid with the galaxy at
 * ((size-1)/2, (size-1)/2):
 *
 *      north up    a tangent plane at the galaxy; y grows to the north, x to the west
 *                  (east is left where y is drawn upwards)
 *      native      the axes of the frame in the first band, on that tangent plane; where
 *                  pixscale is 0 too, that frame's own pixels: with PZ_NEAREST a crop,
 *                  to the bit in that band
 *
 * Pixels are flux per stamp pixel: the frame's flux per pixel, interpolated, times the
 * number of frame pixels in a stamp pixel. Frame pixels that are NaN, or whose absolute value
 * is 1e30 or more (some programs mark missing data so), have no data. They are left out, and
 * the sum is divided by the share of the kernel's weight that fell on data; a stamp pixel for
 * which that share is below one half has no data and is 0. `cover` is, for each band, the mean
 * share over all pixels, counting 0 for pixels without data; it is 0 for a band whose frame is
 * missing.
 *
 * PSFs can be brought to one FWHM (match_psf): each band of each stamp is cut with a margin and
 * convolved with the Gaussian that its frame's PSF lacks (psf.h), pixels without data left out.
 * Pixels are then samples of that, not means over their area: the PSF of a stamp includes its
 * pixel, as that of a frame does. Pixels without data stay so, and cover is the same.
 *
 * A galaxy may lie on several fields. Fields that have data at the galaxy, which is the centre
 * of the stamp, in all bands are preferred; if there are none, those that have data in the
 * most bands. Of these the stamp is cut from the field in which the galaxy lies deepest (in the
 * first band that the field has), and of equally deep ones from the first by name. Stamps come
 * field by field in the order of the fields' names, and within a field in the order of the
 * catalogue, but strip by strip if the field is too large for memory. Galaxies whose deepest
 * field had no data come after all others, in the same order.
 *
 * Example:
 *      struct pz_cutout *c;
 *      struct pz_stamp stamp;
 *
 *      rc = pz_cutout_open(&c, frames, &options, n, radec);
 *      while (rc == 0 && (got = pz_cutout_next(c, &stamp)) > 0)
 *              use(stamp.galaxy, stamp.pixels, stamp.cover);
 *      pz_cutout_close(c);
 *
 * Each frame is read once. Frames are read in parallel, those of the next field while stamps
 * of the last are cut. Frames of more than 2 PZ_CUTOUT_STRIP pixels are read in strips of about
 * PZ_CUTOUT_STRIP pixels, and the rows that stamps need beyond them. A large frame that is
 * rotated against the frame of the first band is read row by row as well; its part of the
 * stamps is kept in a temporary file in $TMPDIR. So are stamps without data at the galaxy,
 * until all frames on which the galaxy lies have been tried; these are read again for it.
 * Memory: 16 bytes for each galaxy, two strips for each band (and for files compressed as a
 * whole what fits.h says), and 32 MiB of stamps, or one stamp if it is larger.
 */
#ifndef PZ_CUTOUT_H
#define PZ_CUTOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>
#include <pz/frames.h>

#define PZ_CUTOUT_SIZE_MAX 4096
#define PZ_CUTOUT_STRIP    ((size_t)1 << 21) /* pixels of a strip of a frame */
#define PZ_CUTOUT_NOTES    10                /* that are kept */

/* Of the frame pixels around a point: the nearest; the four around it; the 36 around
 * it with Lanczos's weights, made exact for cubics (resample.c). */
enum pz_kernel { PZ_NEAREST, PZ_BILINEAR, PZ_LANCZOS3 };

struct pz_cutout_options {
	int size;
	double pixscale; /* arcsec; 0: the frames', rounded to 0.001"         */
	enum pz_kernel kernel;
	bool native;
	double min_cover;   /* stamps with less in any band are dropped          */
	int shard, shards;  /* the shard-th (from 1) part of the fields; 0: all */
	const char *hdu;    /* of frames that say none; NULL: the first image */
	const char *planes; /* bands of the planes of cubes, "g,r,z"; NULL: as keywords say */

	/* Of masks, where frames have them. Bad is a pixel that has any of these bits, or of
	 * those of the planes that each mask's header names so; with neither any pixel that
	 * is not 0; with weights, one that is not above 0. */
	const char *mask_hdu; /* NULL: the first image                       */
	uint64_t mask_bits;
	const char *mask_planes; /* "SAT,MP_BAD", or NULL                     */
	bool mask_weights;

	/* Takes off every band the median of a ring around the galaxy, outliers left out.
	 * Radii in arcsec; 0: from half of the stamp's side, at least 5, to 1.5 times
	 * that. */
	bool sky;
	double sky_inner, sky_outer;

	/* Numbers, or keywords that hold them, or NULL: one for all bands, or one for each,
	 * with commas between. */
	const char *zeropoint; /* magnitude of flux 1; pixels become nanomaggies. The
				  keyword FLUXMAG0: the flux of magnitude 0; FLUX20: that
				  of magnitude 20; PS1: 25 + 2.5 log10 EXPTIME. A table of
				  frames may have one for each, which comes first.   */
	const char *bias;      /* taken off every frame pixel first               */
	const double *nodata; /* frame pixels of exactly this value, as the file has it after BSCALE
				 and BZERO, have no data, like those that are NaN; NULL: all others
				 have some */

	/* FWHM, in arcsec, of the PSF that all bands of all stamps get; 0: PSFs are left alone. For
	 * PZ_LANCZOS3 alone: the others widen PSFs, more or less from pixel to pixel. */
	double match_psf;
	const char *psf; /* FWHM of the frames' own, pixel included: numbers in arcsec, or keywords
			    that hold them, likewise one or one for each band; with ":px" behind it
			    in pixels of the frame. A table of frames may have one for each, which
			    comes first. NULL: only that says it */
};

struct pz_cutout;

struct pz_stamp {
	size_t galaxy;       /* index into radec                               */
	const float *pixels; /* (bands, size, size), until the next call       */
	const float *cover;  /* per band, 0..1                                 */
	const float *sky;    /* per band, taken off; flux per stamp pixel      */
};

struct pz_cutout_counts {
	size_t galaxies; /* asked for                                          */
	size_t outside;  /* on no frame                                        */
	size_t others;   /* in other shards                                    */
	size_t poor;     /* dropped for their cover                            */
	size_t faulty;   /* dropped because they cannot be cut, and why the first of them */
	char fault[400]; /* cannot; where no stamp can, that is an error       */
	size_t faulty_galaxy;
	size_t skyless; /* bands of stamps without data for a sky: cover 0    */
	size_t cut;
	size_t missing_frames;
	char missing[256];        /* names the first of those                     */
	size_t missing_galaxy;    /* the first that is cut from its field         */
	size_t lacking;           /* stamps of fields that lack a frame           */
	size_t bare;              /* without data at the galaxy in a band that has a frame  */
	size_t moved;             /* not from the deepest field, which has no data there    */
	size_t noted;             /* frames of which something is to be said                */
	double psf_low, psf_high; /* FWHM of the frames that stamps are cut from, arcsec; 0: PSFs
				     were left alone */
};

/* Reads the frames' headers and gives every galaxy of radec (n, 2; degrees) its
 * field. frames, options and radec are borrowed. PZ_EDATA: a frame that cannot be
 * used, named; no galaxy on any frame. PZ_EIO: a frame that cannot be read. */
PZ_API int pz_cutout_open(struct pz_cutout **c, const struct pz_frames *frames,
			  const struct pz_cutout_options *o, size_t n, const double *radec);
PZ_API void pz_cutout_close(struct pz_cutout *c); /* NULL is fine */

/* Arcsec per stamp pixel: as asked for, or as found. */
PZ_API double pz_cutout_pixscale(const struct pz_cutout *c);
/* Unit of the pixels: "nmgy" for nanomaggies; as frames have it in BUNIT, without any area of
 * the sky, which is multiplied out; of jansky over an area "nJy"; of Pan-STARRS's stacks, made
 * linear, "flux of AB 29.08". */
PZ_API const char *pz_cutout_unit(const struct pz_cutout *c);

/* The keyword of the first frame's zero point, where pixels stay in a unit of the instrument's
 * because none was asked for; NULL: there is none to hint at. */
PZ_API const char *pz_cutout_unused_zeropoint(const struct pz_cutout *c);

/* The next stamp: 1; 0 at the end; < 0 error, which stays. */
PZ_API int pz_cutout_next(struct pz_cutout *c, struct pz_stamp *stamp);
/* So far; complete after the end. */
PZ_API void pz_cutout_count(const struct pz_cutout *c, struct pz_cutout_counts *counts);
/* Note i (from 0) about the frames: each names the file and HDU of a frame of whose header
 * something is not applied (pz_wcs_note), in the order of fields and bands. NULL: there are no more
 * notes, or no more are kept. Complete after the last stamp, and only then. */
PZ_API const char *pz_cutout_note(const struct pz_cutout *c, size_t i);

struct pz_fits;

/* What the pixels of an image mean that others have cut. */
struct pz_image_flux {
	char unit[72];         /* as its BUNIT says; "nmgy" of a Pan-STARRS stack      */
	double offset, soften; /* of the stack's asinh; soften 0: pixels are as they are */
	double scale;
};

/* Reads it from the image's header. A Pan-STARRS stack holds asinh of fluxes, of the zero point
 * 25 + 2.5 log10 EXPTIME. PZ_EDATA: pixels are magnitudes, or a keyword of a stack is missing. */
PZ_API int pz_image_flux_read(struct pz_image_flux *f, struct pz_fits *file);
/* Makes n pixels linear and of this unit; NaN stays. */
PZ_API void pz_image_flux_apply(const struct pz_image_flux *f, size_t n, float *pixels);
/* Whether two units are one, in whatever words (nmgy, nanomaggies). */
PZ_API bool pz_image_flux_same(const char *unit, const char *other);

#endif
