/* index.h -- which galaxy is cut from which field */
#ifndef CUTOUT_INDEX_H
#define CUTOUT_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include <pz/cutout.h>

#include "../wcs/transform.h"
#include "flux.h"

/* A galaxy in its place: sorted by field, strip, galaxy. */
struct placed {
	int32_t field;
	uint32_t strip : 31;
	uint32_t more : 1; /* it lies on further fields, less deep            */
	uint32_t galaxy;
	float depth; /* of its place inside the frame, pixels                  */
};

struct cutout_index {
	struct placed *placed;
	size_t count;
	struct pz_cap *cap; /* of each field's reference frame                  */
	double pixscale;    /* of the first field that is used, arcsec             */
	double step;        /* of a stamp's pixel, arcsec                          */
	char unit[UNIT_NAME];
	char zeropoint[FLUX_KEYWORD]; /* the keyword of that field's zero point, or "" */
	bool zeropoints;              /* zero points make that, nanomaggies, of the frames' own */
	float *psf;                   /* of each field and band the FWHM of the PSF, arcsec; 0: not
					 known. NULL: PSFs are left alone (matched.h) */
	double psf_low, psf_high;     /* of those that are known */
};

/* The band of a field whose frame it is placed by: the first that it has. */
int pz_cutout_reference_band(const struct pz_frames *f, size_t field);

/* How many strips a frame of this size is cut into. */
int pz_cutout_strips(double width, double height);

/* Places every galaxy that lies on a frame. */
int pz_cutout_index(struct cutout_index *x, const struct pz_frames *frames,
		    const struct pz_cutout_options *o, size_t n, const double *radec);
/* Places each of n galaxies on the field that follows the one where it is now; each must lie on
 * further fields. Sorts before[n] by declination. */
int pz_cutout_index_again(struct cutout_index *x, const struct pz_frames *frames,
			  const struct pz_cutout_options *o, const double *radec,
			  struct placed *before, size_t n);
void pz_cutout_index_release(struct cutout_index *x);

#endif
