/* mask.c -- masks of bits, masks that are not 0, and maps of weight */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "flux.h"
#include "mask.h"
#include "planes.h"

#define PIECE 65536 /* pixels of a mask in memory, or a row */

/* Opens the mask of one of several frames of a file: the HDU of the name that is given and the
 * frame's EXTVER; without a name that of the frame's own EXTNAME, or else of its number. */
static int open_among(struct pz_fits **mask, const struct pz_frame *frame, const char *hdu)
{
	char name[160];
	int rc;

	if (!hdu && !strcmp(frame->mask, frame->path))
		return pz_fail(PZ_EDATA,
			       "%s: masks are in the frames' own file: expected --mask-hdu NAME, "
			       "the EXTNAME of the masks",
			       frame->mask);
	if (hdu && !hdu[strspn(hdu, "0123456789")])
		return pz_fail(PZ_EDATA,
			       "%s: --mask-hdu %s: the file of the frames has several: expected "
			       "the EXTNAME of their masks, whose EXTVER tells them apart",
			       frame->mask, hdu);
	snprintf(name, sizeof name, "%.80s,%d", hdu ? hdu : "", frame->version);
	rc = pz_fits_open_image(mask, frame->mask, hdu ? name : frame->name);
	return rc == PZ_EDATA && !hdu ? pz_fits_open_image(mask, frame->mask, frame->hdu) : rc;
}

int pz_mask_open(struct pz_fits **mask, const struct pz_frame *frame, const char *hdu, long width,
		 long height, const struct pz_cutout_options *o, uint64_t *bits)
{
	int rc;

	hdu = frame->mask_hdu ? frame->mask_hdu : hdu;
	rc = frame->name ? open_among(mask, frame, hdu)
			 : pz_fits_open_image(mask, frame->mask, hdu);
	if (rc == PZ_EDATA && frame->plane >= 0 && pz_fits_open_cube(mask, frame->mask, hdu) == 0)
		rc = pz_fits_choose_plane(*mask, (size_t)frame->plane);
	if (rc < 0)
		return pz_fail_in(rc, "mask of %s", frame->path);
	if (pz_fits_width(*mask) != (size_t)width || pz_fits_height(*mask) != (size_t)height)
		return pz_fail(PZ_EDATA,
			       "%s: expected a mask of %ld x %ld pixels as %s, found %zu x %zu",
			       pz_fits_where(*mask), width, height, frame->path,
			       pz_fits_width(*mask), pz_fits_height(*mask));
	if ((o->mask_bits || o->mask_planes) && pz_fits_is_float(*mask))
		return pz_fail(PZ_EDATA, "%s: expected a mask of integers for bits, found floats",
			       pz_fits_where(*mask));
	*bits = o->mask_bits || o->mask_planes ? o->mask_bits : ~(uint64_t)0;
	return o->mask_planes ? pz_mask_planes(*mask, o->mask_planes, bits) : 0;
}

/* By bits; undefined pixels have them all. */
static int apply_bits(struct pz_fits *mask, uint64_t bits, long y, long n, int64_t *value,
		      float *pixels)
{
	size_t count = (size_t)n * pz_fits_width(mask);
	int rc = pz_fits_read_rows_integers(mask, (size_t)y, (size_t)n, value);

	for (size_t i = 0; i < count && rc == 0; i++)
		if ((uint64_t)value[i] & bits)
			pixels[i] = NAN;
	return rc;
}

/* What is not 0; of weights, which may be asinh as their frames are, what is not above 0. */
static int apply_values(struct pz_fits *mask, bool weights, const struct flux_asinh *asinh, long y,
			long n, float *value, float *pixels)
{
	size_t count = (size_t)n * pz_fits_width(mask);
	int rc = pz_fits_read_rows(mask, (size_t)y, (size_t)n, value);
	/* What was 0 comes back from its asinh as what rounding leaves. */
	float zero = (float)(1e-6 * (fabs(asinh->offset) + asinh->soften));

	if (rc == 0)
		pz_flux_make_linear(asinh, count, value);
	for (size_t i = 0; i < count && rc == 0; i++)
		if (weights ? !(value[i] > zero) : value[i] != 0)
			pixels[i] = NAN;
	return rc;
}

int pz_mask_apply(struct pz_fits *mask, const struct pz_cutout_options *o, uint64_t bits, long y,
		  long n, float *pixels)
{
	long width = (long)pz_fits_width(mask), most = PIECE / width + 1;
	bool floats = pz_fits_is_float(mask) || o->mask_weights;
	struct flux_asinh asinh = { 0 };
	int rc = o->mask_weights ? pz_flux_read_asinh(&asinh, mask) : 0;
	void *value = rc == 0 ? malloc((size_t)(most * width) * sizeof(int64_t)) : NULL;

	if (rc < 0)
		return rc;
	if (!value)
		return pz_fail(PZ_ENOMEM, "%s: no memory for %ld rows", pz_fits_where(mask), most);
	for (long i = 0; i < n && rc == 0; i += most) {
		long m = n - i < most ? n - i : most;

		rc = floats ? apply_values(mask, o->mask_weights, &asinh, y + i, m, value,
					   pixels + i * width)
			    : apply_bits(mask, bits, y + i, m, value, pixels + i * width);
	}
	free(value);
	return rc;
}
