/* choose.c -- which stamps of a stream come on a sheet: the first, the worst, or some at random */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/random.h>

#include "../common/axes.h"
#include "choose.h"

int choice_init(struct choice *c, enum choose by, int room, const struct tool *t)
{
	*c = (struct choice){ .by = by, .room = room };
	pz_random_init(&c->random, t->seed, pz_random_stream("sheet", 0));
	c->target = axes_target(pz_reader_header(t->in));
	c->kept = calloc((size_t)room, sizeof *c->kept);
	return c->kept ? 0 : pz_fail(PZ_ENOMEM, "no memory for %d stamps", room);
}

void choice_release(struct choice *c)
{
	free(c->kept);
	*c = (struct choice){ 0 };
}

/* How far off the estimate is; NaN: there is none, or no truth. */
double choice_residual(struct choice *c, const pz_map *record, enum estimate e)
{
	double z = record_value(record, c->target, c->target, &c->z);
	double zphot = record_value(record, estimate_path[e], c->target, &c->zphot);

	return strcmp(c->target, "z") ? zphot - z : (zphot - z) / (1 + z);
}

static void find_least(struct choice *c)
{
	c->least = 0;
	for (int i = 1; i < c->n; i++)
		if (c->kept[i].rank < c->kept[c->least].rank)
			c->least = i;
}

int choice_place(struct choice *c, const pz_map *record, enum estimate e)
{
	double rank = c->by == CHOOSE_FIRST    ? 0
		      : c->by == CHOOSE_RANDOM ? pz_random_uniform(&c->random)
					       : fabs(choice_residual(c, record, e));
	int place = c->n < c->room ? c->n : c->least;

	c->seen++;
	if (isnan(rank) || (c->n == c->room && !(rank > c->kept[c->least].rank)))
		return -1;
	c->kept[place] = (struct chosen){ .rank = rank, .number = c->seen, .place = place };
	c->n += c->n < c->room;
	/* which stamp is to be replaced matters only when there is no more room */
	if (c->n == c->room)
		find_least(c);
	return place;
}

static int by_number(const void *a, const void *b)
{
	const struct chosen *x = a, *y = b;

	return (x->number > y->number) - (x->number < y->number);
}

/* Equal ranks stand in the order of the stream. */
static int by_rank(const void *a, const void *b)
{
	const struct chosen *x = a, *y = b;

	return x->rank != y->rank ? (x->rank < y->rank) - (x->rank > y->rank) : by_number(a, b);
}

void choice_order(struct choice *c)
{
	qsort(c->kept, (size_t)c->n, sizeof *c->kept, c->by == CHOOSE_WORST ? by_rank : by_number);
}
