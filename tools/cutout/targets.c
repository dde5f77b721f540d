/* targets.c -- reads a catalogue into memory, and galaxies from there into records */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/dust.h>

#include "../../lib/base/sort.h"
#include "../common/notes.h"
#include "targets.h"

static void *grow_array(void *array, size_t room, size_t size, int *failed)
{
	void *bigger = realloc(array, room * size + 1);

	*failed |= !bigger;
	/* cppcheck-suppress memleak ; the caller still has the old one */
	return bigger ? bigger : array;
}

static int make_room(struct galaxies *g)
{
	size_t room = g->room ? 2 * g->room : 1024;
	int failed = 0;

	if (g->n < g->room)
		return 0;
	g->radec = grow_array(g->radec, room, 2 * sizeof *g->radec, &failed);
	g->galaxy = grow_array(g->galaxy, room, sizeof *g->galaxy, &failed);
	g->carry = grow_array(g->carry, room, (size_t)g->carried * sizeof *g->carry, &failed);
	g->feature = grow_array(g->feature, room, (size_t)g->features.columns * sizeof *g->feature,
				&failed);
	if (failed)
		return pz_fail(PZ_ENOMEM, "no memory for a catalogue of %zu galaxies", room);
	g->room = room;
	return 0;
}

static int add_galaxy(struct galaxies *g, const struct pz_catalogue_row *row)
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
	if (g->features.columns)
		memcpy(g->feature + i * (size_t)g->features.columns, row->features,
		       (size_t)g->features.columns * sizeof *g->feature);
	g->z += isfinite(row->z) != 0;
	g->mag += isfinite(row->mag) != 0;
	g->ebv += isfinite(row->ebv) != 0;
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

int galaxies_read(const struct tool *t, struct galaxies *g, const char *path,
		  const struct pz_catalogue_options *o, bool colours)
{
	struct pz_catalogue_row row;
	struct pz_catalogue *c;
	int rc = pz_catalogue_open(&c, path, o);

	if (rc < 0)
		return rc;
	notes_say(t, c);
	if ((rc = name_columns(g, c)) == 0)
		rc = row_features_begin(&g->features, c, colours);
	g->has_z = pz_catalogue_has(c, "z");
	g->doubted_z = pz_catalogue_doubted(c);
	g->has_mag = pz_catalogue_has(c, "mag");
	g->has_ebv = pz_catalogue_has(c, "ebv");
	while (rc == 0 && (rc = pz_catalogue_next(c, &row)) > 0)
		rc = add_galaxy(g, &row);
	notes_say(t, c);
	g->bad = pz_catalogue_bad(c, &g->first_bad);
	strcpy(g->bad_id, pz_catalogue_bad_id(c));
	pz_catalogue_close(c);
	return rc;
}

int galaxies_fill_ebv(struct galaxies *g, const char *folder, size_t *filled)
{
	double *ebv = malloc((g->n + 1) * sizeof *ebv);
	int rc;

	*filled = 0;
	if (!ebv)
		return pz_fail(PZ_ENOMEM, "no memory for E(B-V) of %zu galaxies", g->n);
	for (size_t i = 0; i < g->n; i++)
		ebv[i] = g->galaxy[i].ebv;
	rc = pz_dust_fill(folder, g->n, g->radec, ebv);
	for (size_t i = 0; i < g->n && rc == 0; i++) {
		*filled += isnan(g->galaxy[i].ebv) && isfinite(ebv[i]);
		g->galaxy[i].ebv = ebv[i];
	}
	g->has_ebv |= *filled > 0;
	g->ebv += *filled;
	free(ebv);
	return rc;
}

void galaxies_release(struct galaxies *g)
{
	for (size_t i = 0; i < g->n; i++)
		free(g->galaxy[i].name);
	free(g->radec);
	free(g->galaxy);
	free(g->carry);
	free(g->feature);
	row_features_release(&g->features);
	carry_release(&g->put);
}

static int by_id(const void *a, const void *b, void *galaxies)
{
	const struct galaxy *x = (const struct galaxy *)galaxies + *(const size_t *)a;
	const struct galaxy *y = (const struct galaxy *)galaxies + *(const size_t *)b;

	if (!x->name != !y->name)
		return x->name ? 1 : -1;
	return x->name ? strcmp(x->name, y->name) : (x->id > y->id) - (x->id < y->id);
}

int galaxies_count_duplicates(const struct galaxies *g, size_t *duplicates, size_t *first)
{
	size_t *order = malloc((g->n + 1) * sizeof *order);
	int rc;

	*duplicates = 0;
	if (!order)
		return pz_fail(PZ_ENOMEM, "no memory for the ids of %zu galaxies", g->n);
	for (size_t i = 0; i < g->n; i++)
		order[i] = i;
	rc = pz_sort_by(order, g->n, sizeof *order, by_id, g->galaxy);
	for (size_t i = 1; i < g->n && rc == 0; i++)
		if (by_id(&order[i - 1], &order[i], g->galaxy) == 0 && (*duplicates)++ == 0)
			*first = order[i];
	free(order);
	return rc;
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
	if (g->features.columns)
		row_features_put(&g->features, g->feature + i * (size_t)g->features.columns,
				 record);
}
