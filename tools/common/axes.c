/* axes.c -- sets another target, range, number of bins or channels in a header */
#include <math.h>
#include <string.h>

#include <pz/error.h>
#include <pz/missing.h>

#include "axes.h"

static int set_target(struct pz_header *h, const char *target, bool has_range)
{
	struct pz_grid *g = &h->grid;

	if (!*target || strlen(target) >= sizeof g->target)
		return pz_fail(PZ_EUSAGE, "--target: expected a key of 1 to %zu bytes, found %zu",
			       sizeof g->target - 1, strlen(target));
	if (!strcmp(target, axes_target(h)))
		return 0;
	if (!has_range)
		return pz_fail(PZ_EUSAGE,
			       "--target %s: give --range as well, because the grid is one of '%s'",
			       target, axes_target(h));
	strcpy(g->target, target);
	h->limits.outlier = NAN;
	h->limits.fit_from = -INFINITY;
	return 0;
}

int axes_apply(const struct axes_options *o, struct pz_header *h)
{
	struct pz_grid *g = &h->grid;
	int rc;

	if (o->range.count && o->range.count != 2)
		return pz_fail(PZ_EUSAGE, "--range: expected two numbers, found %d",
			       o->range.count);
	if (o->target && (rc = set_target(h, o->target, o->range.count > 0)) < 0)
		return rc;
	if (o->range.count) {
		g->min = o->range.value[0];
		g->max = o->range.value[1];
		h->limits.fit_from = fmax(h->limits.fit_from, g->min);
	}
	if (o->bins)
		g->bins = o->bins;
	if (o->channels)
		h->rows.channels = o->channels;
	return pz_grid_check(g) < 0 ? pz_fail_in(PZ_EUSAGE, "--bins, --range") : 0;
}

const char *axes_target(const struct pz_header *h)
{
	return h->has_grid && h->grid.target[0] ? h->grid.target : "z";
}

bool axes_is_value(const char *target, double x)
{
	return !strcmp(target, "z") ? pz_is_redshift(x) : isfinite(x) && !pz_missing_suspect(x);
}

double axes_truth(const struct pz_header *h, const pz_map *record)
{
	double x = pz_map_number(record, axes_target(h), NAN);

	return axes_is_value(axes_target(h), x) ? x : NAN;
}
