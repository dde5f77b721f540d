/* header_features.c -- the names of the features that records have, in the header */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/stream.h>

#include "header.h"
#include "packed.h"

/* Whether an item of the array is the name of a feature. */
static bool is_feature(const void *item, size_t item_size)
{
	size_t n;
	const char *name = pz_value_bytes(item, item_size, &n);

	return pz_value_type(item) == PZ_TEXT && n > 0 && n < PZ_FEATURE_NAME &&
	       !memchr(name, 0, n);
}

int pz_header_take_features(struct pz_header *h)
{
	size_t size, item_size;
	const void *raw = pz_map_raw(h->map, "features", &size), *item = NULL;

	if (!raw)
		return 0;
	if (pz_value_type(raw) != PZ_ARRAY)
		return pz_fail(PZ_ECORRUPT, "header: features: expected an array of names");
	while (pz_value_next(raw, size, &item, &item_size)) {
		if (!is_feature(item, item_size))
			return pz_fail(PZ_ECORRUPT,
				       "header: features: expected names of 1 to %d bytes",
				       PZ_FEATURE_NAME - 1);
		if (h->features++ == PZ_FEATURES_MAX)
			return pz_fail(PZ_ECORRUPT, "header: features: expected at most %d names",
				       PZ_FEATURES_MAX);
	}
	return 0;
}

bool pz_header_next_feature(const struct pz_header *h, struct pz_feature_walk *walk,
			    char name[PZ_FEATURE_NAME])
{
	size_t size, n = 0;
	const void *raw = pz_map_raw(h->map, "features", &size);
	bool more = raw && pz_value_next(raw, size, &walk->item, &walk->size);
	const char *found = more ? pz_value_bytes(walk->item, walk->size, &n) : NULL;

	n = found && n < PZ_FEATURE_NAME ? n : 0;
	if (n > 0)
		memcpy(name, found, n);
	name[n] = 0;
	return more;
}

void pz_header_feature(const struct pz_header *h, int i, char name[PZ_FEATURE_NAME])
{
	struct pz_feature_walk walk = { 0 };

	while (pz_header_next_feature(h, &walk, name) && i-- > 0)
		;
}

static int check_features(const char *const *names, int n)
{
	if (n < 0 || n > PZ_FEATURES_MAX)
		return pz_fail(PZ_EARG, "features: expected at most %d, found %d", PZ_FEATURES_MAX,
			       n);
	for (int i = 0; i < n; i++)
		if (!*names[i] || strlen(names[i]) >= PZ_FEATURE_NAME)
			return pz_fail(PZ_EARG, "feature '%s': expected a name of 1 to %d bytes",
				       names[i], PZ_FEATURE_NAME - 1);
	return 0;
}

int pz_header_set_features(struct pz_header *h, const char *const *names, int n)
{
	struct packed b;
	msgpack_packer p;
	int rc = check_features(names, n);

	if (rc < 0)
		return rc;
	h->features = n;
	if (n == 0) {
		pz_map_drop(h->map, "features");
		return 0;
	}
	pz_packed_init(&b, &p);
	msgpack_pack_array(&p, (size_t)n);
	for (int i = 0; i < n; i++)
		pz_packed_text(&p, names[i]);
	pz_packed_put(h->map, "features", &b);
	return pz_packed_release(&b, h->map);
}
