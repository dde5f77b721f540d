/* stamp.c -- reads pixels, reddening and features of a record */
#include <math.h>

#include <pz/error.h>
#include <pz/missing.h>

#include "stamp.h"

size_t stamp_pixels(const struct pz_header *h)
{
	return (size_t)h->bands * (size_t)h->size * (size_t)h->size;
}

static int name_pixel(const struct pz_header *h, const float *x)
{
	size_t side = (size_t)h->size, i = 0;

	while (isfinite(x[i]))
		i++;
	return pz_fail(PZ_EDATA, "img: band %s, pixel (%zu, %zu): expected a number, found %g",
		       h->band[i / (side * side)], i % side, i / side % side, (double)x[i]);
}

int stamp_check_size(const struct pz_header *h, size_t size)
{
	if (size == pz_header_stamp_bytes(h))
		return 0;
	return pz_fail(PZ_EDATA, "img: expected %zu bytes, found %zu", pz_header_stamp_bytes(h),
		       size);
}

int stamp_decode(const void *bytes, const struct pz_header *h, float *x)
{
	return pz_pixels_load_finite(x, bytes, stamp_pixels(h), h->pixel) ? 0 : name_pixel(h, x);
}

int stamp_load(const pz_map *record, const struct pz_header *h, float *x)
{
	size_t size = 0;
	const void *bytes;
	int rc = pz_map_bytes(record, "img", &bytes, &size);

	if (rc == 0)
		return pz_fail(PZ_EDATA, "img: expected the pixels of a stamp, found none");
	if (rc < 0 || (rc = stamp_check_size(h, size)) < 0)
		return rc;
	return stamp_decode(bytes, h, x);
}

int stamp_ebv(const pz_map *record, bool needed, float *ebv)
{
	double value = pz_map_number(record, "ebv", NAN);

	/* a colour excess is a difference of magnitudes */
	*ebv = pz_is_magnitude(value) ? (float)value : 0;
	if (!needed || pz_is_magnitude(value))
		return 0;
	if (isfinite(value))
		return pz_fail(PZ_EDATA,
			       "ebv: expected E(B-V), which the network uses, found %g, which "
			       "stands for no value",
			       value);
	return pz_fail(PZ_EDATA, "ebv: expected E(B-V), which the network uses, found none: cutout "
				 "--columns ebv=NAME takes it from the catalogue");
}

static int name_feature(const struct pz_header *h, int i, float found)
{
	char name[PZ_FEATURE_NAME];

	pz_header_feature(h, i, name);
	return pz_fail(PZ_EDATA, "features: '%s': expected a number or NaN, found %g", name,
		       (double)found);
}

int stamp_features(const pz_map *record, const struct pz_header *h, float *x)
{
	size_t size = 0, n = (size_t)h->features;
	const void *bytes;
	int missing = 0, rc = pz_map_bytes(record, "features", &bytes, &size);

	if (rc == 0)
		return pz_fail(PZ_EDATA, "features: expected %zu numbers, found none", n);
	if (rc < 0)
		return rc;
	if (size != n * sizeof *x)
		return pz_fail(PZ_EDATA, "features: expected %zu bytes, found %zu", n * sizeof *x,
			       size);
	pz_pixels_load(x, bytes, n, PZ_F4);
	for (size_t i = 0; i < n; i++) {
		missing += isnan(x[i]);
		if (isinf(x[i]))
			return name_feature(h, (int)i, x[i]);
	}
	return missing;
}

void stamp_drop_header(struct pz_header *h)
{
	static const char *const keys[] = { "bands", "size",    "pixel",  "pixscale", "psf",
					    "unit",  "stretch", "divide", "soften" };

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		pz_map_drop(h->map, keys[i]);
	h->bands = h->size = 0;
	h->pixscale = h->psf = 0;
	h->unit[0] = h->stretch[0] = 0;
	h->has_soften = false;
}
