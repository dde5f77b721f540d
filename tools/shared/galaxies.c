/* galaxies.c -- a catalogue in memory */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "galaxies.h"

static void *grown(void *array, size_t room, size_t size, int *failed)
{
	void *bigger = realloc(array, room * size + 1);

	*failed |= !bigger;
	/* cppcheck-suppress memleak ; the old one stays the caller's */
	return bigger ? bigger : array;
}

static int make_room(struct galaxies *g)
{
	size_t room = g->room ? 2 * g->room : 1024;
	int failed = 0;

	if (g->n < g->room)
		return 0;
	g->radec = grown(g->radec, room, 2 * sizeof *g->radec, &failed);
	g->galaxy = grown(g->galaxy, room, sizeof *g->galaxy, &failed);
	g->carry = grown(g->carry, room, (size_t)g->carried * sizeof *g->carry, &failed);
	if (failed)
		return pz_fail(PZ_ENOMEM, "no memory for a catalogue of %zu galaxies", room);
	g->room = room;
	return 0;
}

static int add(struct galaxies *g, const struct pz_catalogue_row *row)
{
	int rc = make_room(g);
	size_t i = g->n;

	if (rc < 0)
		return rc;
	g->radec[2 * i] = row->ra;
	g->radec[2 * i + 1] = row->dec;
	g->galaxy[i] =
		(struct galaxy){ .id = row->id, .z = row->z, .mag = row->mag, .ebv = row->ebv };
	memcpy(g->carry + i * (size_t)g->carried, row->carry,
	       (size_t)g->carried * sizeof *g->carry);
	if (row->name[0] && !(g->galaxy[i].name = strdup(row->name)))
		return pz_fail(PZ_ENOMEM, "no memory for the name of galaxy %zu", i);
	g->n++;
	return 0;
}

static int name_columns(struct galaxies *g, const struct pz_catalogue *c)
{
	char key[96];

	g->carried = pz_catalogue_carried(c);
	for (int i = 0; i < g->carried; i++) {
		const char *name = pz_catalogue_carry(c, i);
		int rc;

		snprintf(key, sizeof key, "%s%.80s", carry_taken(name) ? "catalogue_" : "", name);
		if ((rc = carry_add(&g->put, key)) < 0)
			return pz_fail_in(rc, "--carry");
	}
	return 0;
}

int galaxies_read(struct galaxies *g, const char *path, const struct pz_catalogue_options *o)
{
	struct pz_catalogue_row row;
	struct pz_catalogue *c;
	int rc = pz_catalogue_open(&c, path, o);

	if (rc < 0)
		return rc;
	rc = name_columns(g, c);
	while (rc == 0 && (rc = pz_catalogue_next(c, &row)) > 0)
		rc = add(g, &row);
	g->bad = pz_catalogue_bad(c, &g->first_bad);
	strcpy(g->bad_id, pz_catalogue_bad_id(c));
	pz_catalogue_close(c);
	return rc;
}

void galaxies_release(struct galaxies *g)
{
	for (size_t i = 0; i < g->n; i++)
		free(g->galaxy[i].name);
	free(g->radec);
	free(g->galaxy);
	free(g->carry);
	carry_release(&g->put);
}

void galaxies_name(const struct galaxies *g, size_t i, char name[PZ_ID_MAX])
{
	const struct galaxy *one = &g->galaxy[i];

	if (one->name)
		snprintf(name, PZ_ID_MAX, "%s", one->name);
	else
		snprintf(name, PZ_ID_MAX, "%lld", (long long)one->id);
}

static void set_known(pz_map *record, const char *key, double value)
{
	if (isfinite(value))
		pz_map_set_number(record, key, value);
}

void galaxies_record(struct galaxies *g, size_t i, pz_map *record)
{
	const struct galaxy *one = &g->galaxy[i];

	if (one->name)
		pz_map_set_text(record, "id", one->name);
	else
		pz_map_set_integer(record, "id", one->id);
	pz_map_set_number(record, "ra", g->radec[2 * i]);
	pz_map_set_number(record, "dec", g->radec[2 * i + 1]);
	set_known(record, "z", one->z);
	set_known(record, "mag", one->mag);
	set_known(record, "ebv", one->ebv);
	for (int k = 0; k < g->carried; k++) {
		const char *key;
		pz_map *to = carry_map(&g->put, record, k, &key);

		set_known(to, key, g->carry[i * (size_t)g->carried + (size_t)k]);
	}
	carry_end(&g->put, record);
}
