/* kept.c -- columns of galaxies that grow together, and their order */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "kept.h"

/* The column with room for so many values of this size, if it is asked for; where there is no
 * memory it stays as it is, and *failed is set. */
static void *grown(void *column, bool asked, size_t size, size_t room, bool *failed)
{
	void *more = asked ? realloc(column, room * size) : NULL;

	if (asked && !more)
		*failed = true;
	return more ? more : column;
}

static int make_room(struct report_kept *k, size_t room)
{
	bool failed = false;
	size_t size = sizeof(double);

	k->pz_mean = grown(k->pz_mean, k->tomography, size, room, &failed);
	k->pz_square = grown(k->pz_square, k->tomography, size, room, &failed);
	k->by = grown(k->by, k->tomography, size, room, &failed);
	k->against = grown(k->against, k->trend, size, room, &failed);
	k->place = grown(k->place, k->common, sizeof *k->place, room, &failed);
	if (failed)
		return pz_fail(PZ_ENOMEM, "no memory for the numbers of %zu galaxies", room);
	k->room = room;
	return 0;
}

int kept_begin(struct report_kept *k, const struct report_options *o)
{
	k->tomography = o->tomography.bins > 0;
	k->trend = o->against != NULL;
	k->common = o->common != NULL;
	return make_room(k, 1024);
}

int kept_add_moments(struct report_kept *k, double mean, double square)
{
	if (!k->pz_mean)
		return 0;
	if (k->n == k->room && make_room(k, 2 * k->room) < 0)
		return PZ_ENOMEM;
	k->pz_mean[k->n] = mean;
	k->pz_square[k->n] = square;
	return 0;
}

void kept_add_id(struct report_kept *k, const pz_map *record)
{
	uint64_t hash;

	if (record_hash(record, 0, &hash) < 0)
		k->without_ids = true;
	else
		k->ids = (k->ids ^ hash) * 0x9E3779B97F4A7C15u + 1;
}

int kept_add(struct report_kept *k, double by, double against, uint32_t place)
{
	if (k->n == k->room && make_room(k, 2 * k->room) < 0)
		return PZ_ENOMEM;
	if (k->by)
		k->by[k->n] = by;
	if (k->against)
		k->against[k->n] = against;
	if (k->place)
		k->place[k->n] = place;
	k->n++;
	return 0;
}

void kept_release(struct report_kept *k)
{
	free(k->pz_mean);
	free(k->pz_square);
	free(k->by);
	free(k->against);
	free(k->place);
	*k = (struct report_kept){ 0 };
}

signed char kept_inside(const pz_map *record, const char *percent, double z)
{
	char low[32], high[32];
	double from, to;

	snprintf(low, sizeof low, "interval.low%s", percent);
	snprintf(high, sizeof high, "interval.high%s", percent);
	from = pz_map_number(record, low, NAN);
	to = pz_map_number(record, high, NAN);
	return isnan(from) || isnan(to) ? -1 : z >= from && z <= to;
}

/* ---- the order of the first stream ---- */

/* Moves element i of a column to place[i]; room: n elements. */
static void arrange(void *column, size_t size, const uint32_t *place, size_t n, void *room)
{
	char *from = column, *to = room;

	if (!column)
		return;
	for (size_t i = 0; i < n; i++)
		memcpy(to + place[i] * size, from + i * size, size);
	memcpy(column, room, n * size);
}

static int by_galaxy(const void *a, const void *b)
{
	const struct pz_score *x = a, *y = b;

	return (x->galaxy > y->galaxy) - (x->galaxy < y->galaxy);
}

int kept_arrange(struct report *r)
{
	struct report_kept *k = &r->kept;
	struct scalars *c = &r->scalars;
	double *room = malloc((k->n + 1) * sizeof *room);
	bool moved = false;

	if (!room)
		return pz_fail(PZ_ENOMEM, "no memory to sort %zu galaxies", k->n);
	for (size_t i = 0; i < k->n; i++)
		moved |= k->place[i] != i;
	for (size_t i = 0; i < r->n_score && moved; i++)
		r->score[i].galaxy = k->place[r->score[i].galaxy];
	if (moved) {
		arrange(c->z, sizeof *room, k->place, k->n, room);
		arrange(c->mag, sizeof *room, k->place, k->n, room);
		arrange(c->weight, sizeof *room, k->place, k->n, room);
		for (enum estimate e = 0; e < ESTIMATES; e++)
			arrange(c->zphot[e], sizeof *room, k->place, k->n, room);
		arrange(k->pz_mean, sizeof *room, k->place, k->n, room);
		arrange(k->pz_square, sizeof *room, k->place, k->n, room);
		arrange(k->by, sizeof *room, k->place, k->n, room);
		arrange(k->against, sizeof *room, k->place, k->n, room);
		if (r->n_score)
			qsort(r->score, r->n_score, sizeof *r->score, by_galaxy);
	}
	free(room);
	return 0;
}
