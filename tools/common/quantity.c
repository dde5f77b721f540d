/* quantity.c -- finds named numbers in records */
#include <math.h>
#include <string.h>

#include <pz/error.h>
#include <pz/missing.h>

#include "quantity.h"

static int find_feature(const struct pz_header *h, const char *name)
{
	struct pz_feature_walk walk = { 0 };
	char found[PZ_FEATURE_NAME];

	for (int i = 0; i < h->features && pz_header_next_feature(h, &walk, found); i++)
		if (strcmp(found, name) == 0)
			return i;
	return -1;
}

/* Cuts the name at the - that stands between two features, or else at the first one. */
static void split_name(struct quantity *q, const struct pz_header *h)
{
	const char *first = strchr(q->name, '-');

	for (const char *at = first; at; at = strchr(at + 1, '-')) {
		int n = (int)(at - q->name);

		if (n == 0 || !at[1])
			continue;
		snprintf(q->part[0], sizeof q->part[0], "%.*s", n, q->name);
		snprintf(q->part[1], sizeof q->part[1], "%s", at + 1);
		q->of_part[0] = find_feature(h, q->part[0]);
		q->of_part[1] = find_feature(h, q->part[1]);
		if (q->of_part[0] >= 0 && q->of_part[1] >= 0)
			return;
	}
	if (!first || first == q->name || !first[1])
		return;
	snprintf(q->part[0], sizeof q->part[0], "%.*s", (int)(first - q->name), q->name);
	snprintf(q->part[1], sizeof q->part[1], "%s", first + 1);
	q->of_part[0] = find_feature(h, q->part[0]);
	q->of_part[1] = find_feature(h, q->part[1]);
}

int quantity_begin(struct quantity *q, const char *option, const char *name,
		   const struct pz_header *h)
{
	*q = (struct quantity){ .feature = -1, .of_part = { -1, -1 }, .features = h->features };
	if (!*name || strlen(name) >= sizeof q->name)
		return pz_fail(PZ_EUSAGE, "%s: expected a key of at most %d bytes, found '%s'",
			       option, QUANTITY_NAME - 1, name);
	snprintf(q->name, sizeof q->name, "%s", name);
	q->feature = find_feature(h, name);
	if (q->feature < 0)
		split_name(q, h);
	return 0;
}

static double read_part(const struct quantity *q, const pz_map *record, const char *key,
			int feature)
{
	const void *bytes;
	size_t size = 0;
	double x = NAN;
	float f4;

	if (feature < 0) {
		x = pz_map_number(record, key, NAN);
	} else if (pz_map_bytes(record, "features", &bytes, &size) > 0 &&
		   size == (size_t)q->features * sizeof f4) {
		pz_pixels_load(&f4, (const char *)bytes + (size_t)feature * sizeof f4, 1, PZ_F4);
		x = (double)f4;
	}
	return isfinite(x) && !pz_missing_suspect(x) ? x : NAN;
}

double quantity_read(const struct quantity *q, const pz_map *record)
{
	double x = read_part(q, record, q->name, q->feature);

	if (!isnan(x) || !*q->part[0])
		return x;
	return read_part(q, record, q->part[0], q->of_part[0]) -
	       read_part(q, record, q->part[1], q->of_part[1]);
}
