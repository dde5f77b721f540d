/* stamp.c -- pixels and reddening of a record */
#include <float.h>
#include <math.h>
#include <string.h>

#include <pz/error.h>

#include "stamp.h"

size_t stamp_pixels(const struct pz_header *h)
{
	return (size_t)h->bands * (size_t)h->size * (size_t)h->size;
}

static bool all_finite(const float *x, size_t n)
{
	int bad = 0;

	for (size_t i = 0; i < n; i++)
		bad |= !(fabsf(x[i]) <= FLT_MAX);
	return !bad;
}

static int name_pixel(const struct pz_header *h, const float *x)
{
	size_t side = (size_t)h->size, i = 0;

	while (isfinite(x[i]))
		i++;
	return pz_fail(PZ_EDATA, "img: band %s, pixel (%zu, %zu): expected a number, found %g",
		       h->band[i / (side * side)], i % side, i / side % side, (double)x[i]);
}

int stamp_load(const pz_map *record, const struct pz_header *h, float *x)
{
	size_t n = stamp_pixels(h), size = 0;
	const void *bytes;
	int rc = pz_map_bytes(record, "img", &bytes, &size);

	if (rc < 0)
		return rc;
	if (rc == 0)
		return pz_fail(PZ_EDATA, "no 'img'");
	if (size != pz_header_stamp_bytes(h))
		return pz_fail(PZ_EDATA, "img: expected %zu bytes, found %zu",
			       pz_header_stamp_bytes(h), size);
	pz_pixels_load(x, bytes, n, h->pixel);
	return all_finite(x, n) ? 0 : name_pixel(h, x);
}

int stamp_ebv(const pz_map *record, bool needed, float *ebv)
{
	double value = pz_map_number(record, "ebv", NAN);

	*ebv = (float)value;
	if (isfinite(*ebv))
		return 0;
	*ebv = 0;
	return needed ? pz_fail(PZ_EDATA, "no 'ebv': the network's text asks for E(B-V)") : 0;
}

/* " (id 5)", or nothing. Leaves the error's text alone. */
static void name_id(const pz_map *record, char *text, size_t size)
{
	char name[48];
	size_t n;
	const void *raw = pz_map_raw(record, "id", &n);
	int64_t number;

	*text = 0;
	if (raw && pz_value_type(raw) == PZ_TEXT &&
	    pz_map_text(record, "id", name, sizeof name) > 0)
		snprintf(text, size, " (id %s)", name);
	else if (raw && pz_value_type(raw) == PZ_INTEGER &&
		 pz_map_integer(record, "id", &number) > 0)
		snprintf(text, size, " (id %lld)", (long long)number);
}

int stamp_fail(struct pz_reader *in, int rc)
{
	char id[64];

	name_id(pz_reader_record(in), id, sizeof id);
	return pz_fail_in(rc, "%s: record %llu%s", pz_reader_name(in),
			  (unsigned long long)pz_reader_count(in), id);
}
