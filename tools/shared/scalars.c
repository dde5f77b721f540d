/* scalars.c -- reading scalars, and saying where one is wrong */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/partition.h>

#include "axes.h"
#include "scalars.h"

const char *const estimate_name[ESTIMATES] = { "mode", "mean", "median" };
const char *const estimate_path[ESTIMATES] = { "zphot.mode", "zphot.mean", "zphot.median" };

#define ID_MAX 256 /* bytes of a text id that are looked at                        */

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
	c->room = room;
	return 0;
}

void scalars_begin(struct scalars *c, const struct pz_header *h)
{
	snprintf(c->target, sizeof c->target, "%s", axes_target(h));
}

int scalars_add(struct scalars *c, const pz_map *record)
{
	int rc = make_room(c);

	if (rc < 0)
		return rc;
	c->z[c->n] = pz_map_number(record, c->target[0] ? c->target : "z", NAN);
	c->mag[c->n] = pz_map_number(record, "mag", NAN);
	c->without_mag += !(c->mag[c->n] >= 0);
	for (int e = 0; e < ESTIMATES; e++)
		c->zphot[e][c->n] = pz_map_number(record, estimate_path[e], NAN);
	c->n++;
	return 0;
}

void scalars_release(struct scalars *c)
{
	free(c->z);
	free(c->mag);
	for (int e = 0; e < ESTIMATES; e++)
		free(c->zphot[e]);
	*c = (struct scalars){ 0 };
}

bool scalars_plain(const struct scalars *c)
{
	return c->target[0] && strcmp(c->target, "z") != 0;
}

struct pz_galaxies scalars_galaxies(const struct scalars *c, enum estimate which)
{
	return (struct pz_galaxies){ c->n, c->z, c->zphot[which], c->mag, scalars_plain(c) };
}

void say_without_mag(const struct tool *t, const char *which, size_t count)
{
	if (count)
		tool_say(t, "%s%s%zu %s without magnitude count%s in the faintest row", which,
			 *which ? ": " : "", count, count == 1 ? "galaxy" : "galaxies",
			 count == 1 ? "s" : "");
}

int record_fail(const struct pz_reader *in, const pz_map *record, int code)
{
	char said[512], id[ID_MAX];
	int64_t number;

	/* Asking for an id of the wrong type leaves a text of its own. */
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
	return pz_fail(PZ_EFIT, "header: no %s (the tool that begins a line writes it: --survey)",
		       h->has_grid ? "rows" : "grid");
}

static int differ(const char *name, const char *field, double a, double b)
{
	return pz_fail(PZ_EFIT, "%s: %s: expected %g as in the other stream, found %g", name, field,
		       a, b);
}

int axes_agree(const struct pz_header *a, const struct pz_header *b, const char *name)
{
	const struct pz_grid *g = &a->grid, *h = &b->grid;
	const struct pz_rows *r = &a->rows, *s = &b->rows;

	if (strcmp(g->target, h->target))
		return pz_fail(PZ_EFIT,
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
