/* scalars.c -- reads scalars, and says where one is missing or wrong */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/missing.h>
#include <pz/partition.h>

#include "axes.h"
#include "counted.h"
#include "scalars.h"

const char *const estimate_name[ESTIMATES] = { "mode", "mean", "median" };
const char *const estimate_path[ESTIMATES] = { "zphot.mode", "zphot.mean", "zphot.median" };

#define ID_MAX 256 /* bytes of a text id, the 0 included                            */

static int grow(double **column, size_t room)
{
	double *more = realloc(*column, room * sizeof *more);

	if (!more)
		return pz_fail(PZ_ENOMEM, "no memory for the numbers of %zu galaxies", room);
	*column = more;
	return 0;
}

static int make_room(struct scalars *c)
{
	size_t room = c->room ? 2 * c->room : 1024;

	if (c->n < c->room)
		return 0;
	if (grow(&c->z, room) < 0 || grow(&c->mag, room) < 0)
		return PZ_ENOMEM;
	for (int e = 0; e < ESTIMATES; e++)
		if (grow(&c->zphot[e], room) < 0)
			return PZ_ENOMEM;
	if (c->weights && grow(&c->weight, room) < 0)
		return PZ_ENOMEM;
	c->room = room;
	return 0;
}

void scalars_begin(struct scalars *c, const struct pz_header *h)
{
	snprintf(c->target, sizeof c->target, "%s", axes_target(h));
}

static const char *target_of(const struct scalars *c)
{
	return c->target[0] ? c->target : "z";
}

int scalars_add(struct scalars *c, const pz_map *record)
{
	struct lacking none = { 0 }; /* the caller counts */
	int rc = make_room(c);

	if (rc < 0)
		return rc;
	c->z[c->n] = record_value(record, target_of(c), target_of(c), &none);
	c->mag[c->n] = record_magnitude(record);
	c->without_mag += !(c->mag[c->n] >= 0);
	if (c->weights)
		c->weight[c->n] = record_weight(record, c->weights);
	for (int e = 0; e < ESTIMATES; e++)
		c->zphot[e][c->n] = record_value(record, estimate_path[e], target_of(c), &none);
	c->n++;
	return 0;
}

void scalars_settle(struct scalars *c)
{
	for (size_t i = 1; c->weight && i < c->n; i++)
		if (c->weight[i] != c->weight[0])
			return;
	free(c->weight);
	c->weight = NULL;
}

void scalars_release(struct scalars *c)
{
	free(c->z);
	free(c->weight);
	free(c->mag);
	for (int e = 0; e < ESTIMATES; e++)
		free(c->zphot[e]);
	*c = (struct scalars){ 0 };
}

bool scalars_plain(const struct scalars *c)
{
	return strcmp(target_of(c), "z") != 0;
}

int scalars_with(const struct scalars *c, enum estimate which, struct pz_galaxies *g, double **own)
{
	double *z, *zphot, *mag, *weight;
	size_t n = 0;

	*own = NULL;
	*g =
		(struct pz_galaxies){ c->n,     c->z, c->zphot[which], c->mag, scalars_plain(c),
				      c->weight };
	for (size_t i = 0; i < c->n; i++)
		n += !isnan(g->zphot[i]);
	if (n == c->n)
		return 0;
	if (!(*own = z = malloc(((c->weight ? 4 : 3) * n + 1) * sizeof *z)))
		return pz_fail(PZ_ENOMEM, "no memory for the numbers of %zu galaxies", n);
	zphot = z + n;
	mag = zphot + n;
	weight = c->weight ? mag + n : NULL;
	*g = (struct pz_galaxies){ 0, z, zphot, mag, g->plain, weight };
	for (size_t i = 0; i < c->n; i++) {
		if (isnan(c->zphot[which][i]))
			continue;
		z[g->n] = c->z[i];
		zphot[g->n] = c->zphot[which][i];
		if (weight)
			weight[g->n] = c->weight[i];
		mag[g->n++] = c->mag[i];
	}
	return 0;
}

double record_magnitude(const pz_map *record)
{
	double mag = pz_map_number(record, "mag", NAN);

	return pz_is_magnitude(mag) ? mag : NAN;
}

double record_weight(const pz_map *record, const char *key)
{
	double weight = pz_map_number(record, key, NAN);

	return pz_is_weight(weight) ? weight : NAN;
}

double record_value(const pz_map *record, const char *key, const char *target, struct lacking *l)
{
	double x = pz_map_number(record, key, NAN);

	if (axes_is_value(target, x))
		return x;
	l->count++;
	if (isfinite(x) && l->sentinels++ == 0)
		l->sentinel = x;
	return NAN;
}

int record_lacks(const pz_map *record, const char *key)
{
	double x = pz_map_number(record, key, NAN);

	if (isfinite(x))
		return pz_fail(PZ_EDATA,
			       "%s: expected a value, found %g, which means that it is missing",
			       key, x);
	return pz_fail(PZ_EDATA, "%s: expected a finite number, found %s", key,
		       pz_map_has(record, key) ? "another value" : "none");
}

int scalars_collect(struct scalars *c, struct pz_reader *in, enum estimate e, bool strict,
		    struct lacking *z, struct lacking *zphot)
{
	int rc;

	while ((rc = pz_read(in)) > 0) {
		const pz_map *record = pz_reader_record(in);
		const char *lacks = NULL;

		if (isnan(record_value(record, c->target, c->target, z)))
			lacks = c->target;
		else if (isnan(record_value(record, estimate_path[e], c->target, zphot)))
			lacks = estimate_path[e];
		if (lacks)
			rc = strict ? record_lacks(record, lacks) : 0;
		else
			rc = scalars_add(c, record);
		if (rc < 0)
			return record_fail(in, record, rc);
	}
	return rc;
}

/* The first galaxy decides which estimates all must have: at least one. */
static void whole_begin(struct whole *w, const pz_map *record)
{
	bool any = false;

	for (enum estimate e = 0; e < ESTIMATES; e++)
		any |= w->estimate[e] |= pz_map_has(record, estimate_path[e]);
	w->estimate[ESTIMATE_MODE] |= !any;
	w->begun = true;
}

int whole_check(struct whole *w, const char *target, const pz_map *record)
{
	if (!w->begun)
		whole_begin(w, record);
	for (enum estimate e = 0; e < ESTIMATES; e++) {
		double x = pz_map_number(record, estimate_path[e], NAN);

		if (w->estimate[e] && !axes_is_value(target, x))
			return record_lacks(record, estimate_path[e]);
		if (!w->estimate[e] && pz_map_has(record, estimate_path[e]))
			return pz_fail(PZ_EDATA,
				       "%s: expected no value, as in the first galaxy, found one",
				       estimate_path[e]);
	}
	return 0;
}

void say_lacking(const struct tool *t, const char *which, const char *key, const struct lacking *l)
{
	char sentinels[128] = "";

	if (l->sentinels)
		snprintf(sentinels, sizeof sentinels,
			 " (%s a number that means that it is missing, first %g)",
			 COUNTED(l->sentinels, "has", "have"), l->sentinel);
	if (l->count)
		tool_say(t, "%s%s%s no '%s' and %s left out%s", which, *which ? ": " : "",
			 COUNTED(l->count, "galaxy has", "galaxies have"), key,
			 l->count == 1 ? "was" : "were", sentinels);
}

void say_without_mag(const struct tool *t, const char *which, size_t count)
{
	if (count)
		tool_say(t, "%s%s%s no magnitude and %s counted in the faintest row", which,
			 *which ? ": " : "", COUNTED(count, "galaxy has", "galaxies have"),
			 count == 1 ? "is" : "are");
}

int record_fail(const struct pz_reader *in, const pz_map *record, int code)
{
	char said[PZ_ERROR_TEXT], id[ID_MAX];
	int64_t number;

	/* Asking for an id of the wrong type replaces the text of the error. */
	snprintf(said, sizeof said, "%s", pz_error_text());
	if (pz_map_integer(record, "id", &number) > 0)
		snprintf(id, sizeof id, "%" PRId64, number);
	else if (pz_map_text(record, "id", id, sizeof id) <= 0)
		strcpy(id, "none");
	return pz_fail((enum pz_error)code, "%s: record %" PRIu64 " (id %s): %s",
		       pz_reader_name(in), pz_reader_count(in), id, said);
}

int record_hash(const pz_map *record, uint64_t seed, uint64_t *hash)
{
	char text[ID_MAX];
	int64_t number;

	if (pz_map_text(record, "id", text, sizeof text) > 0)
		*hash = pz_id_hash_text(text, strlen(text), seed);
	else if (pz_map_integer(record, "id", &number) > 0)
		*hash = pz_id_hash_int(number, seed);
	else
		return pz_fail(PZ_EDATA, "id: expected an integer or a text");
	return 0;
}

int axes_needed(const struct pz_header *h)
{
	if (h->has_grid && h->has_rows)
		return 0;
	return pz_fail(
		PZ_EMISMATCH,
		"header: expected %s, found none: give --survey to the tool that made the stream",
		h->has_grid ? "magnitude rows" : "a redshift grid");
}

static int differ(const char *name, const char *field, double a, double b)
{
	return pz_fail(PZ_EMISMATCH, "%s: %s: expected %g as in the other stream, found %g", name,
		       field, a, b);
}

int axes_agree(const struct pz_header *a, const struct pz_header *b, const char *name)
{
	const struct pz_grid *g = &a->grid, *h = &b->grid;
	const struct pz_rows *r = &a->rows, *s = &b->rows;

	if (strcmp(g->target, h->target))
		return pz_fail(PZ_EMISMATCH,
			       "%s: grid.target: expected '%s' as in the other stream, found '%s'",
			       name, g->target, h->target);
	if (g->min != h->min)
		return differ(name, "grid.min", g->min, h->min);
	if (g->max != h->max)
		return differ(name, "grid.max", g->max, h->max);
	if (g->bins != h->bins)
		return differ(name, "grid.bins", g->bins, h->bins);
	if (r->min != s->min)
		return differ(name, "rows.min", r->min, s->min);
	if (r->width != s->width)
		return differ(name, "rows.width", r->width, s->width);
	if (r->channels != s->channels)
		return differ(name, "rows.channels", r->channels, s->channels);
	return 0;
}
