/* like.c -- weights that make one sample like another, from counts of neighbours
 *
 * Lima et al. (2008): a galaxy's weight is the ratio of the densities of the two samples where it
 * lies. The sphere about it that holds its k nearest neighbours in its own sample is found, and the
 * galaxies of the target in the same sphere are counted.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/team.h>
#include <pz/threads.h>

#include "../../lib/stats/kdtree.h"
#include "../common/counted.h"
#include "../common/quantity.h"
#include "../common/scalars.h"
#include "like.h"

/* Points of one sample. */
struct points {
	float *x; /* [n][dims]                                                  */
	size_t n, room;
	size_t without; /* galaxies that lack a number                          */
};

struct like {
	struct quantity by[PZ_KDTREE_DIMS];
	int dims;
	double scale[PZ_KDTREE_DIMS]; /* 1/deviation in the input                */
	struct points own, target;
	struct pz_kdtree *own_tree, *target_tree;
	size_t k;
	double *weight;
	struct pz_failure failure;
};

static void release(struct like *l)
{
	pz_kdtree_free(l->own_tree);
	pz_kdtree_free(l->target_tree);
	free(l->own.x);
	free(l->target.x);
	free(l->weight);
}

static int parse_by(struct like *l, const char *list, const struct pz_header *h)
{
	char name[QUANTITY_NAME];

	l->dims = 0;
	for (const char *at = list, *end; at; at = *end ? end + 1 : NULL) {
		int rc;

		end = at + strcspn(at, ",");
		if (l->dims == PZ_KDTREE_DIMS || end - at >= (int)sizeof name)
			return pz_fail(PZ_EUSAGE, "--by: expected up to %d keys, found '%s'",
				       PZ_KDTREE_DIMS, list);
		snprintf(name, sizeof name, "%.*s", (int)(end - at), at);
		if ((rc = quantity_begin(&l->by[l->dims++], "--by", name, h)) < 0)
			return rc;
	}
	return 0;
}

/* The flags of a pass over numbers alone; features are no such. */
static unsigned flags_of(const struct like *l)
{
	for (int d = 0; d < l->dims; d++)
		if (l->by[d].feature >= 0 || l->by[d].of_part[0] >= 0 || l->by[d].of_part[1] >= 0)
			return PZ_READ_KEEP;
	return PZ_READ_KEEP | PZ_READ_SCALARS;
}

/* The record's numbers into x[dims]; the name of the first that is missing, or NULL. */
static const char *read_numbers(const struct like *l, const pz_map *record, float *x)
{
	for (int d = 0; d < l->dims; d++) {
		x[d] = (float)quantity_read(&l->by[d], record);
		if (!isfinite(x[d]))
			return l->by[d].name;
	}
	return NULL;
}

static int add_point(const struct like *l, struct points *p, const float *x)
{
	size_t dims = (size_t)l->dims, room = p->room ? 2 * p->room : 1024;
	float *more;

	if (p->n == p->room) {
		if (!(more = realloc(p->x, room * dims * sizeof *more)))
			return pz_fail(PZ_ENOMEM, "no memory for the numbers of %zu galaxies",
				       room);
		p->x = more;
		p->room = room;
	}
	memcpy(p->x + p->n++ * dims, x, dims * sizeof *x);
	return 0;
}

static int read_points(struct like *l, struct pz_reader *in, bool strict, struct points *p)
{
	float x[PZ_KDTREE_DIMS];
	int rc;

	while ((rc = pz_read(in)) > 0) {
		const pz_map *record = pz_reader_record(in);
		const char *missing = read_numbers(l, record, x);

		p->without += missing != NULL;
		rc = !missing ? add_point(l, p, x) : strict ? record_lacks(record, missing) : 0;
		if (rc < 0)
			return record_fail(in, record, rc);
	}
	if (rc == 0 && p->n == 0)
		return pz_fail(PZ_EDATA, "%s: expected galaxies with all of --by, found none",
			       pz_reader_name(in));
	return rc;
}

static int read_target(struct like *l, const struct like_options *o)
{
	struct pz_reader *in = NULL;
	int rc = pz_reader_open(&in, &o->target, 1, PZ_READ_KEEP | PZ_READ_SCALARS);

	if (rc == 0)
		rc = parse_by(l, o->by, pz_reader_header(in));
	if (rc == 0)
		rc = pz_reader_rewind(in, flags_of(l));
	if (rc == 0)
		rc = read_points(l, in, o->strict, &l->target);
	pz_reader_close(in);
	return rc;
}

/* Deviations of the input's numbers; a number that does not vary counts as it stands. */
static void find_scales(struct like *l)
{
	for (int d = 0; d < l->dims; d++) {
		double mean = 0, square = 0;
		size_t n = l->own.n, dims = (size_t)l->dims;

		for (size_t i = 0; i < n; i++)
			mean += (double)l->own.x[i * dims + (size_t)d] / (double)n;
		for (size_t i = 0; i < n; i++) {
			double off = (double)l->own.x[i * dims + (size_t)d] - mean;

			square += off * off / (double)n;
		}
		l->scale[d] = square > 0 ? 1 / sqrt(square) : 1;
	}
}

static void scale_points(const struct like *l, struct points *p)
{
	for (size_t i = 0; i < p->n * (size_t)l->dims; i++)
		p->x[i] = (float)((double)p->x[i] * l->scale[i % (size_t)l->dims]);
}

/* How many points of the target lie within the square of a distance: asks for ever more of the
 * nearest until one lies beyond. SIZE_MAX: no memory. */
static size_t count_within(const struct like *l, const float *at, float square)
{
	for (size_t ask = 2 * l->k;; ask *= 4) {
		pz_near *near = malloc(pz_kdtree_room(ask) * sizeof *near);
		size_t found = near ? pz_kdtree_search(l->target_tree, at, ask, near) : 0, in = 0;

		if (!near)
			return SIZE_MAX;
		while (in < found && pz_near_square(near[in]) <= square)
			in++;
		free(near);
		if (in < found || found == l->target.n)
			return in;
	}
}

static void weigh_galaxy(void *arg, size_t i, size_t thread)
{
	struct like *l = arg;
	const float *at = l->own.x + i * (size_t)l->dims;
	pz_near *near = malloc(pz_kdtree_room(l->k) * sizeof *near);
	size_t found = near ? pz_kdtree_search(l->own_tree, at, l->k, near) : 0;
	size_t in = found ? count_within(l, at, pz_near_square(near[found - 1])) : SIZE_MAX;

	(void)thread;
	free(near);
	if (in == SIZE_MAX)
		pz_failure_note(&l->failure, i, pz_fail(PZ_ENOMEM, "no memory for neighbours"));
	else
		l->weight[i] = (double)in / (double)found;
}

/* Brings the weights to the mean 1, and says how many are 0 and what the rest is worth. */
static int settle_weights(const struct tool *t, struct like *l)
{
	double sum = 0, square = 0;
	size_t zeros = 0, n = l->own.n;

	for (size_t i = 0; i < n; i++) {
		sum += l->weight[i];
		square += l->weight[i] * l->weight[i];
		zeros += l->weight[i] == 0;
	}
	if (!(sum > 0))
		return pz_fail(PZ_EDATA, "--like: expected galaxies near those of the target, "
					 "found none: compare the numbers of --by");
	for (size_t i = 0; i < n; i++)
		l->weight[i] *= (double)n / sum;
	if (zeros)
		tool_say(t, "%s no galaxy of the target near and %s the weight 0",
			 COUNTED(zeros, "galaxy has", "galaxies have"),
			 zeros == 1 ? "gets" : "get");
	if (t->verbose)
		tool_say(t, "weighted, %zu galaxies are worth %.0f", n, sum * sum / square);
	return 0;
}

static int find_weights(const struct tool *t, struct like *l)
{
	int rc;

	find_scales(l);
	scale_points(l, &l->own);
	scale_points(l, &l->target);
	if (!(l->weight = calloc(l->own.n, sizeof *l->weight)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu weights", l->own.n);
	if ((rc = pz_kdtree_new(&l->own_tree, l->own.n, l->dims, l->own.x)) < 0 ||
	    (rc = pz_kdtree_new(&l->target_tree, l->target.n, l->dims, l->target.x)) < 0)
		return rc;
	pz_team_run((size_t)pz_threads(), l->own.n, weigh_galaxy, l);
	rc = pz_failure_raise(&l->failure);
	return rc < 0 ? rc : settle_weights(t, l);
}

static int copy_weighted(struct tool *t, const struct like *l)
{
	float x[PZ_KDTREE_DIMS];
	struct pz_progress progress;
	size_t i = 0;
	int rc = pz_reader_rewind(t->in, 0);

	tool_progress(t, &progress, "balance", "records", (double)l->own.n);
	while (rc == 0 && (rc = pz_read(t->in)) > 0) {
		pz_map *record = pz_reader_record(t->in);

		rc = 0;
		if (!read_numbers(l, record, x)) {
			pz_map_set_number(record, "weight", l->weight[i++]);
			rc = pz_write(t->out, record);
		}
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	return rc;
}

static void say_without(const struct tool *t, const char *which, const struct points *p)
{
	if (p->without)
		tool_say(t, "%s%s%s not all numbers of --by and %s left out", which,
			 *which ? ": " : "", COUNTED(p->without, "galaxy has", "galaxies have"),
			 p->without == 1 ? "was" : "were");
}

int like_run(struct tool *t, const struct like_options *o)
{
	struct like l = { .k = (size_t)o->neighbours };
	struct pz_header h = { 0 };
	int rc = tool_open_input(t, PZ_READ_KEEP | PZ_READ_SCALARS);

	if (rc == 0)
		rc = pz_header_copy(&h, pz_reader_header(t->in));
	if (rc == 0)
		rc = read_target(&l, o);
	if (rc == 0)
		rc = parse_by(&l, o->by, &h);
	if (rc == 0)
		rc = pz_reader_rewind(t->in, flags_of(&l));
	if (rc == 0)
		rc = read_points(&l, t->in, o->strict, &l.own);
	if (rc == 0) {
		say_without(t, "", &l.own);
		say_without(t, o->target, &l.target);
		rc = find_weights(t, &l);
	}
	if (rc == 0)
		rc = tool_open_output(t, &h);
	if (rc == 0)
		rc = copy_weighted(t, &l);
	pz_header_release(&h);
	release(&l);
	return rc;
}
