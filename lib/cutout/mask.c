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

static int check_mask(struct pz_fits *mask, const struct pz_frame *frame, long width, long height,
		      bool bits)
{
	if (pz_fits_width(mask) != (size_t)width || pz_fits_height(mask) != (size_t)height)
		return pz_fail(PZ_EDATA,
			       "%s: expected a mask of %ld x %ld pixels as %s, found %zu x %zu",
			       pz_fits_where(mask), width, height, frame->path, pz_fits_width(mask),
			       pz_fits_height(mask));
	if (bits && pz_fits_is_float(mask))
		return pz_fail(PZ_EDATA, "%s: expected a mask of integers for bits, found floats",
			       pz_fits_where(mask));
	return 0;
}

int pz_mask_open(struct mask *m, const struct pz_frame *frame, const char *hdu, long width,
		 long height, const struct pz_cutout_options *o)
{
	bool bits = o->mask_bits || o->mask_planes;
	int rc;

	*m = (struct mask){ 0 };
	hdu = frame->mask_hdu ? frame->mask_hdu : hdu;
	rc = frame->name ? open_among(&m->file, frame, hdu)
			 : pz_fits_open_image(&m->file, frame->mask, hdu);
	if (rc == PZ_EDATA && frame->plane >= 0 &&
	    pz_fits_open_cube(&m->file, frame->mask, hdu) == 0)
		rc = pz_fits_choose_plane(m->file, (size_t)frame->plane);
	if (rc < 0)
		return pz_fail_in(rc, "mask of %s", frame->path);
	if ((rc = check_mask(m->file, frame, width, height, bits)) < 0)
		return rc;
	m->bad.bits = bits ? o->mask_bits : ~(uint64_t)0;
	m->bad.how = o->mask_weights             ? PZ_FITS_NOT_ABOVE_0
		     : pz_fits_is_float(m->file) ? PZ_FITS_NOT_0
						 : PZ_FITS_BITS;
	if (o->mask_weights && (rc = pz_flux_read_asinh(&m->asinh, m->file)) < 0)
		return rc;
	return o->mask_planes ? pz_mask_planes(m->file, o->mask_planes, &m->bad.bits) : 0;
}

/* Weights that are asinh as their frames are. */
static int apply_asinh(const struct mask *m, long y, long n, float *value, float *pixels)
{
	size_t count = (size_t)n * pz_fits_width(m->file);
	int rc = pz_fits_read_rows(m->file, (size_t)y, (size_t)n, value);
	/* What was 0 comes back from its asinh as what rounding leaves. */
	float zero = (float)(1e-6 * (fabs(m->asinh.offset) + m->asinh.soften));

	if (rc == 0)
		pz_flux_make_linear(&m->asinh, count, value);
	for (size_t i = 0; i < count && rc == 0; i++)
		if (!(value[i] > zero))
			pixels[i] = NAN;
	return rc;
}

int pz_mask_apply(const struct mask *m, long y, long n, float *pixels)
{
	long width = (long)pz_fits_width(m->file), most = PIECE / width + 1;
	float *value;
	int rc = 0;

	if (m->asinh.soften == 0)
		return pz_fits_blank_rows(m->file, (size_t)y, (size_t)n, &m->bad, pixels);
	if (!(value = malloc((size_t)(most * width) * sizeof *value)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for %ld rows", pz_fits_where(m->file),
			       most);
	for (long i = 0; i < n && rc == 0; i += most)
		rc = apply_asinh(m, y + i, n - i < most ? n - i : most, value, pixels + i * width);
	free(value);
	return rc;
}
