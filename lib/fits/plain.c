/* plain.c -- pixels that are not compressed, by their bytes */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/file.h>

#include "plain.h"

bool pz_fits_plain_describe(struct pz_fits *f, struct fits_band *b)
{
	*b = (struct fits_band){ .stored = f->bitpix == 64    ? FITS_I64
					   : f->bitpix == -32 ? FITS_F32
							      : FITS_I32,
				 .scale = pz_fits_number(f, "BSCALE", 1),
				 .zero = pz_fits_number(f, "BZERO", 0),
				 .blank = NAN };
	if (pz_fits_number(f, "PCOUNT", 0) != 0)
		return false;
	if (f->bitpix == 64 || f->bitpix == -32)
		return b->scale == 1 && b->zero == 0 && isnan(pz_fits_number(f, "BLANK", NAN));
	return f->bitpix > 0 && fabs(b->zero) <= 0x1p31 && isnan(pz_fits_number(f, "BLANK", NAN));
}

int pz_fits_plain_find(struct pz_fits *f, uint64_t first, size_t n, uint8_t *buffer,
		       const uint8_t **bytes)
{
	size_t width = (size_t)abs(f->bitpix) / 8;
	uint64_t at = (uint64_t)f->file->Fptr->datastart + first * width;
	int rc;

	*bytes = buffer;
	if (f->bytes && (at > f->length || n * width > f->length - at))
		return pz_fail(PZ_ECORRUPT, "%s: its pixels are behind the file's end", f->where);
	if (f->bytes)
		*bytes = (const uint8_t *)f->bytes + at;
	else if ((rc = pz_file_get(f->fd, (off_t)at, buffer, n * width)) < 0)
		return pz_fail_in(rc, "%s", f->where);
	return 0;
}

int pz_fits_plain_floats(struct pz_fits *f, uint64_t first, size_t n, float *pixels)
{
	const uint8_t *bytes;
	int rc = pz_fits_plain_find(f, first, n, (uint8_t *)pixels, &bytes);

	if (rc == 0)
		pz_fits_tile_widen(bytes, n, sizeof *pixels, FITS_F32,
				   (union fits_pixels){ .f32 = pixels });
	return rc;
}
