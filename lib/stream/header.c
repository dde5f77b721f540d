/* header.c -- what a stream says of itself, parsed and written back */
#include <math.h>
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/stream.h>

#include "header.h"
#include "packed.h"

#define VERSION     1
#define HISTORY_MAX 65536 /* bytes of a header's history */

int pz_header_init(struct pz_header *h, const char *kind)
{
	*h = (struct pz_header){ 0 };
	snprintf(h->kind, sizeof h->kind, "%s", kind);
	h->map = pz_map_new();
	return h->map ? 0 : pz_fail(PZ_ENOMEM, "no memory for a header");
}

int pz_header_copy(struct pz_header *dst, const struct pz_header *src)
{
	int rc;

	*dst = *src;
	if (!(dst->map = pz_map_new()))
		return pz_fail(PZ_ENOMEM, "no memory for a header");
	if ((rc = pz_map_copy(dst->map, src->map)) < 0)
		pz_header_release(dst);
	return rc;
}

void pz_header_release(struct pz_header *h)
{
	pz_map_free(h->map);
	*h = (struct pz_header){ 0 };
}

void pz_header_set_survey(struct pz_header *h, const struct pz_survey *s)
{
	h->grid = s->grid;
	h->rows = s->rows;
	h->limits.divide = s->divide;
	h->limits.outlier = s->outlier;
	h->limits.fit_from = s->fit_from;
	h->limits.threshold = s->threshold;
	h->has_grid = h->has_rows = h->has_limits = true;
	snprintf(h->survey, sizeof h->survey, "%s", s->name);
}

static int need_count(const pz_map *m, const char *path, int64_t min, int64_t max, int *value)
{
	int64_t v;
	int rc = pz_map_integer(m, path, &v);

	if (rc <= 0)
		return rc;
	if (v < min || v > max)
		return pz_fail(PZ_ECORRUPT, "header: %s: expected %lld to %lld, found %lld", path,
			       (long long)min, (long long)max, (long long)v);
	*value = (int)v;
	return 1;
}

/* The array of band names. */
static int take_bands(struct pz_header *h)
{
	size_t size, item_size, n;
	const void *raw = pz_map_raw(h->map, "bands", &size), *item = NULL;

	if (!raw)
		return 0;
	if (pz_value_type(raw) != PZ_ARRAY)
		return pz_fail(PZ_ECORRUPT, "header: bands: expected an array of names");
	while (pz_value_next(raw, size, &item, &item_size)) {
		const char *name = pz_value_bytes(item, item_size, &n);

		if (pz_value_type(item) != PZ_TEXT || n == 0 || n >= PZ_BAND_NAME)
			return pz_fail(PZ_ECORRUPT,
				       "header: bands: expected names of 1 to %d bytes",
				       PZ_BAND_NAME - 1);
		if (h->bands == PZ_BANDS_MAX)
			return pz_fail(PZ_ECORRUPT, "header: bands: expected at most %d names",
				       PZ_BANDS_MAX);
		memcpy(h->band[h->bands++], name, n);
	}
	return 0;
}

static int take_grid(struct pz_header *h)
{
	struct pz_grid *g = &h->grid;
	int rc;

	if (!pz_map_has(h->map, "grid"))
		return 0;
	h->has_grid = true;
	g->min = pz_map_number(h->map, "grid.min", NAN);
	g->max = pz_map_number(h->map, "grid.max", NAN);
	if ((rc = pz_map_text(h->map, "grid.target", g->target, sizeof g->target)) < 0 ||
	    (rc = need_count(h->map, "grid.bins", 2, PZ_BINS_MAX, &g->bins)) < 0 ||
	    (rc = need_count(h->map, "grid.left", 0, PZ_BINS_MAX, &g->left)) < 0 ||
	    (rc = need_count(h->map, "grid.right", 0, PZ_BINS_MAX, &g->right)) < 0)
		return rc;
	return pz_grid_check(g) < 0 ? pz_fail_in(PZ_ECORRUPT, "header") : 0;
}

static int take_rows(struct pz_header *h)
{
	struct pz_rows *r = &h->rows;
	int rc;

	if (!pz_map_has(h->map, "rows"))
		return 0;
	h->has_rows = true;
	r->min = pz_map_number(h->map, "rows.min", NAN);
	r->width = pz_map_number(h->map, "rows.width", NAN);
	if ((rc = pz_map_text(h->map, "rows.mag", r->mag, sizeof r->mag)) < 0 ||
	    (rc = need_count(h->map, "rows.channels", 1, PZ_CHANNELS_MAX, &r->channels)) < 0)
		return rc;
	return pz_rows_check(r) < 0 ? pz_fail_in(PZ_ECORRUPT, "header") : 0;
}

static int take_limits(struct pz_header *h)
{
	if (!pz_map_has(h->map, "limits"))
		return 0;
	h->has_limits = true;
	h->limits.divide = pz_map_number(h->map, "limits.divide", 1);
	h->limits.outlier = pz_map_number(h->map, "limits.outlier", NAN);
	h->limits.fit_from = pz_map_number(h->map, "limits.fit_from", -INFINITY);
	return need_count(h->map, "limits.threshold", 0, 1 << 30, &h->limits.threshold);
}

static int take_pixel(struct pz_header *h)
{
	char name[8];
	int rc = pz_map_text(h->map, "pixel", name, sizeof name);

	if (rc <= 0)
		return rc;
	if (strcmp(name, "f4") && strcmp(name, "f2"))
		return pz_fail(PZ_ECORRUPT, "header: pixel: expected f4 or f2, found '%s'", name);
	h->pixel = name[1] == '2' ? PZ_F2 : PZ_F4;
	return 0;
}

int pz_header_parse(struct pz_header *h)
{
	int64_t version = 0;
	int rc;

	if (pz_map_integer(h->map, "pzpipe", &version) <= 0)
		return pz_fail(PZ_ECORRUPT, "not a pzpipe stream (no key 'pzpipe' in its header)");
	if (version != VERSION)
		return pz_fail(PZ_ECORRUPT, "expected stream version %d, found %lld", VERSION,
			       (long long)version);
	if ((rc = pz_map_text(h->map, "kind", h->kind, sizeof h->kind)) <= 0)
		return rc < 0 ? rc : pz_fail(PZ_ECORRUPT, "header: no kind");
	h->pixscale = pz_map_number(h->map, "pixscale", 0);
	h->psf = pz_map_number(h->map, "psf", 0);
	if ((rc = take_bands(h)) < 0 ||
	    (rc = need_count(h->map, "size", 1, PZ_SIZE_MAX, &h->size)) < 0 ||
	    (rc = pz_map_text(h->map, "unit", h->unit, sizeof h->unit)) < 0 ||
	    (rc = pz_header_take_stretch(h)) < 0 ||
	    (rc = pz_map_text(h->map, "survey", h->survey, sizeof h->survey)) < 0 ||
	    (rc = take_pixel(h)) < 0 || (rc = pz_header_take_features(h)) < 0 ||
	    (rc = take_grid(h)) < 0 || (rc = take_rows(h)) < 0 || (rc = take_limits(h)) < 0)
		return rc;
	return 0;
}

int pz_header_decode(struct pz_header *h, const void *bytes, size_t size)
{
	pz_map *borrowed = pz_map_new();
	int rc = borrowed ? pz_header_init(h, "") : pz_fail(PZ_ENOMEM, "no memory for a header");

	if (rc == 0 && (rc = pz_map_decode(borrowed, bytes, size)) == 0 &&
	    (rc = pz_map_copy(h->map, borrowed)) == 0)
		rc = pz_header_parse(h);
	pz_map_free(borrowed);
	return rc;
}

static void pack_number(msgpack_packer *p, const char *key, double value)
{
	pz_packed_text(p, key);
	msgpack_pack_double(p, value);
}

static void pack_count(msgpack_packer *p, const char *key, int value)
{
	pz_packed_text(p, key);
	msgpack_pack_int(p, value);
}

static void put_shape(struct pz_header *h, struct packed *b, msgpack_packer *p)
{
	if (h->bands > 0) {
		msgpack_pack_array(p, (size_t)h->bands);
		for (int i = 0; i < h->bands; i++)
			pz_packed_text(p, h->band[i]);
		pz_packed_put(h->map, "bands", b);
	}
	if (h->size > 0) {
		pz_map_set_integer(h->map, "size", h->size);
		pz_map_set_text(h->map, "pixel", pz_pixel_name(h->pixel));
	}
	if (h->pixscale > 0)
		pz_map_set_number(h->map, "pixscale", h->pixscale);
	if (h->psf > 0)
		pz_map_set_number(h->map, "psf", h->psf);
	if (h->unit[0])
		pz_map_set_text(h->map, "unit", h->unit);
	pz_header_put_stretch(h);
}

static void put_axes(struct pz_header *h, struct packed *b, msgpack_packer *p)
{
	if (h->has_grid) {
		msgpack_pack_map(p, 6);
		pz_packed_text(p, "target");
		pz_packed_text(p, h->grid.target);
		pack_number(p, "min", h->grid.min);
		pack_number(p, "max", h->grid.max);
		pack_count(p, "bins", h->grid.bins);
		pack_count(p, "left", h->grid.left);
		pack_count(p, "right", h->grid.right);
		pz_packed_put(h->map, "grid", b);
	}
	if (h->has_rows) {
		msgpack_pack_map(p, 4);
		pz_packed_text(p, "mag");
		pz_packed_text(p, h->rows.mag);
		pack_number(p, "min", h->rows.min);
		pack_number(p, "width", h->rows.width);
		pack_count(p, "channels", h->rows.channels);
		pz_packed_put(h->map, "rows", b);
	}
	if (h->has_limits) {
		msgpack_pack_map(p, 4);
		pack_number(p, "divide", h->limits.divide);
		pack_number(p, "outlier", h->limits.outlier);
		pack_number(p, "fit_from", h->limits.fit_from);
		pack_count(p, "threshold", h->limits.threshold);
		pz_packed_put(h->map, "limits", b);
	}
	if (h->survey[0])
		pz_map_set_text(h->map, "survey", h->survey);
}

int pz_header_pack(struct pz_header *h)
{
	struct packed b;
	msgpack_packer p;

	pz_packed_init(&b, &p);
	pz_map_set_integer(h->map, "pzpipe", VERSION);
	pz_map_set_text(h->map, "kind", h->kind);
	put_shape(h, &b, &p);
	put_axes(h, &b, &p);
	return pz_packed_release(&b, h->map);
}

/* [[name, hash], ...] */
static void pack_used(msgpack_packer *p, const struct pz_used *used, size_t n)
{
	char hash[9];

	pz_packed_text(p, "files");
	msgpack_pack_array(p, n);
	for (size_t i = 0; i < n; i++) {
		snprintf(hash, sizeof hash, "%08x", (unsigned)(used[i].hash >> 32));
		msgpack_pack_array(p, used[i].hashed ? 2 : 1);
		pz_packed_text(p, used[i].name);
		if (used[i].hashed)
			pz_packed_text(p, hash);
	}
}

int pz_header_add_history(struct pz_header *h, const char *tool, const char *version,
			  const char *args, const uint64_t *seed, const struct pz_used *used,
			  size_t n_used)
{
	size_t size, item_size, n = 0;
	const void *raw = pz_map_raw(h->map, "history", &size), *item = NULL;
	struct packed b;
	msgpack_packer p;

	if (raw && size > HISTORY_MAX)
		return pz_fail(PZ_ECORRUPT, "header: history above %d bytes", HISTORY_MAX);
	while (raw && pz_value_next(raw, size, &item, &item_size))
		n++;
	pz_packed_init(&b, &p);
	msgpack_pack_array(&p, n + 1);
	item = NULL;
	while (raw && pz_value_next(raw, size, &item, &item_size))
		pz_packed_write(&b, item, item_size);
	msgpack_pack_map(&p, 3 + (seed != NULL) + (n_used > 0));
	pz_packed_text(&p, "tool");
	pz_packed_text(&p, tool);
	pz_packed_text(&p, "version");
	pz_packed_text(&p, version);
	pz_packed_text(&p, "args");
	pz_packed_text(&p, args);
	if (seed) {
		pz_packed_text(&p, "seed");
		msgpack_pack_uint64(&p, *seed);
	}
	if (n_used)
		pack_used(&p, used, n_used);
	pz_packed_put(h->map, "history", &b);
	return pz_packed_release(&b, h->map);
}

int pz_header_agree(const struct pz_header *a, const struct pz_header *b)
{
	for (size_t i = 0; i < pz_map_count(a->map); i++) {
		size_t size, n, other_size;
		const char *key = pz_map_key(a->map, i, &n);
		const void *value = pz_map_raw_at(a->map, i, &size), *other;
		char name[256];

		snprintf(name, sizeof name, "%.*s", (int)n, key);
		if (!strcmp(name, "history"))
			continue;
		other = pz_map_raw(b->map, name, &other_size);
		if (!other || size != other_size || memcmp(value, other, size) != 0)
			return pz_fail(PZ_EMISMATCH,
				       "segments do not agree in '%s' of their headers", name);
	}
	return 0;
}

int pz_header_need_kind(const struct pz_header *h, const char *kinds)
{
	const char *word = kinds;

	while (word) {
		size_t n = strcspn(word, ",");

		if (strlen(h->kind) == n && !strncmp(h->kind, word, n))
			return 0;
		word = word[n] ? word + n + 1 : NULL;
	}
	return pz_fail(PZ_EMISMATCH, "expected a stream of %s, found %s", kinds, h->kind);
}

size_t pz_header_stamp_bytes(const struct pz_header *h)
{
	return (size_t)h->bands * (size_t)h->size * (size_t)h->size * pz_pixel_bytes(h->pixel);
}
