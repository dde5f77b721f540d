/* common.c -- intersects the ids of streams */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>

#include "../common/axes.h"
#include "report.h"

/* The ids of one stream's galaxies, in its order. */
struct ids {
	uint64_t *hash;
	size_t n, room;
};

static int add_id(struct ids *ids, const pz_map *record)
{
	size_t room = ids->room ? 2 * ids->room : 1024;
	uint64_t *more;

	if (ids->n == ids->room) {
		if (!(more = realloc(ids->hash, room * sizeof *more)))
			return pz_fail(PZ_ENOMEM, "no memory for the ids of %zu galaxies", room);
		ids->hash = more;
		ids->room = room;
	}
	return record_hash(record, 0, &ids->hash[ids->n++]);
}

/* Whether the galaxy is measured: it has all that is needed. */
static bool is_measured(const struct report_options *o, const char *target, const pz_map *record)
{
	double z = pz_map_number(record, target, NAN);
	double zphot = pz_map_number(record, estimate_path[o->estimate], NAN);

	return axes_is_value(target, z) && axes_is_value(target, zphot) &&
	       (!o->weights || record_weight(record, o->weights) > 0);
}

static int read_ids(struct ids *ids, struct pz_reader *in, const struct report_options *o)
{
	const char *target = axes_target(pz_reader_header(in));
	int rc;

	while ((rc = pz_read(in)) > 0) {
		const pz_map *record = pz_reader_record(in);

		if (is_measured(o, target, record) && (rc = add_id(ids, record)) < 0)
			return record_fail(in, record, rc);
	}
	if (rc == 0 && ids->n > UINT32_MAX)
		rc = pz_fail(PZ_EARG, "--common: expected at most %" PRIu32 " galaxies, found %zu",
			     UINT32_MAX, ids->n);
	return rc;
}

static int by_hash(const void *a, const void *b)
{
	const struct common_galaxy *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

static int by_place(const void *a, const void *b)
{
	const struct common_galaxy *x = a, *y = b;

	return (x->place > y->place) - (x->place < y->place);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static int twice(const struct pz_reader *in)
{
	return pz_fail(PZ_EDATA,
		       "%s: --common: expected ids that occur once, found one twice: select each "
		       "galaxy once",
		       pz_reader_name(in));
}

int common_begin(struct common *c, struct pz_reader *in, const struct report_options *o)
{
	struct ids ids = { 0 };
	int rc = read_ids(&ids, in, o);

	if (rc == 0 && !(c->galaxy = malloc((ids.n + 1) * sizeof *c->galaxy)))
		rc = pz_fail(PZ_ENOMEM, "no memory for the ids of %zu galaxies", ids.n);
	for (size_t i = 0; i < ids.n && rc == 0; i++)
		c->galaxy[i] = (struct common_galaxy){ ids.hash[i], (uint32_t)i };
	if (rc == 0) {
		c->n = ids.n;
		qsort(c->galaxy, c->n, sizeof *c->galaxy, by_hash);
	}
	for (size_t i = 1; i < c->n && rc == 0; i++)
		if (c->galaxy[i].hash == c->galaxy[i - 1].hash)
			rc = twice(in);
	free(ids.hash);
	return rc;
}

int common_keep(struct common *c, struct pz_reader *in, const struct report_options *o)
{
	struct ids ids = { 0 };
	int rc = read_ids(&ids, in, o);
	size_t k = 0, n = 0;

	if (rc == 0 && ids.n > 0)
		qsort(ids.hash, ids.n, sizeof *ids.hash, by_number);
	for (size_t i = 1; i < ids.n && rc == 0; i++)
		if (ids.hash[i] == ids.hash[i - 1])
			rc = twice(in);
	for (size_t i = 0; i < c->n && rc == 0; i++) {
		while (k < ids.n && ids.hash[k] < c->galaxy[i].hash)
			k++;
		if (k < ids.n && ids.hash[k] == c->galaxy[i].hash)
			c->galaxy[n++] = c->galaxy[i];
	}
	if (rc == 0)
		c->n = n;
	free(ids.hash);
	return rc;
}

int common_end(struct common *c)
{
	if (c->n == 0)
		return pz_fail(PZ_EDATA, "--common: expected galaxies that all streams have, found "
					 "none: compare their ids");
	qsort(c->galaxy, c->n, sizeof *c->galaxy, by_place);
	for (size_t i = 0; i < c->n; i++)
		c->galaxy[i].place = (uint32_t)i;
	qsort(c->galaxy, c->n, sizeof *c->galaxy, by_hash);
	return 0;
}

void common_release(struct common *c)
{
	free(c->galaxy);
	*c = (struct common){ 0 };
}

int64_t common_place(const struct common *c, uint64_t hash)
{
	struct common_galaxy key = { .hash = hash };
	const struct common_galaxy *found =
		c->n ? bsearch(&key, c->galaxy, c->n, sizeof key, by_hash) : NULL;

	return found ? (int64_t)found->place : -1;
}
