/* tally.c -- running statistics, with a reservoir sample for the median */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>

#include "tally.h"

void tally_init(struct tally *t)
{
	*t = (struct tally){ .min = INFINITY, .max = -INFINITY, .weight = 1 };
	pz_random_init(&t->random, 1, pz_random_stream("tally", 0));
}

void tally_release(struct tally *t)
{
	free(t->kept);
	t->kept = NULL;
}

/* How many numbers pass before the next one is taken. */
static void draw_next(struct tally *t)
{
	double u = 1 - pz_random_uniform(&t->random), v = 1 - pz_random_uniform(&t->random);

	t->weight *= exp(log(u) / TALLY_KEPT);
	t->next += 1 + (uint64_t)fmin(log(v) / log1p(-t->weight), 1e18);
}

/* Room for one more of the first TALLY_KEPT. */
static int make_room(struct tally *t, size_t n)
{
	size_t room = t->room ? 4 * t->room : 64;
	double *grown;

	if (n < t->room)
		return 0;
	if (!(grown = realloc(t->kept, room * sizeof *grown)))
		return pz_fail(PZ_ENOMEM, "no memory for statistics");
	t->kept = grown;
	t->room = room;
	return 0;
}

int tally_add(struct tally *t, double x)
{
	uint64_t i = t->count - t->nan; /* index of x among those that are not NaN */

	t->count++;
	if (isnan(x)) {
		t->nan++;
		return 0;
	}
	t->sum += x;
	t->min = x < t->min ? x : t->min;
	t->max = x > t->max ? x : t->max;
	if (i < TALLY_KEPT) {
		if (make_room(t, (size_t)i) < 0)
			return PZ_ENOMEM;
		t->kept[i] = x;
		t->next = i;
		if (i == TALLY_KEPT - 1)
			draw_next(t);
	} else if (i == t->next) {
		t->kept[pz_random_below(&t->random, TALLY_KEPT)] = x;
		draw_next(t);
	}
	return 0;
}

int tally_add_floats(struct tally *t, const float *x, size_t n)
{
	int rc = 0;

	for (size_t i = 0; i < n && rc == 0; i++)
		rc = tally_add(t, x[i]);
	return rc;
}

double tally_mean(const struct tally *t)
{
	return t->sum / (double)(t->count - t->nan);
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double tally_median(struct tally *t)
{
	uint64_t seen = t->count - t->nan;
	size_t n = seen < TALLY_KEPT ? (size_t)seen : TALLY_KEPT;

	if (n == 0)
		return NAN;
	qsort(t->kept, n, sizeof *t->kept, by_value);
	return (t->kept[(n - 1) / 2] + t->kept[n / 2]) / 2;
}
