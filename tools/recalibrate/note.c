/* note.c -- the header's account of a recalibration, and a table of its maps */
#include <stdlib.h>

#include <pz/error.h>

#include "../common/listing.h"
#include "note.h"

#define STEPS 20 /* of u in the table */

/* {"level", "galaxies", "margin"}; the map is the caller's. NULL: no memory. */
static pz_map *describe_intervals(const struct fit *f, const struct fit_options *o)
{
	const struct pz_conformal *c = &f->intervals;
	pz_map *m = pz_map_new();

	if (!m)
		return NULL;
	pz_map_set_numbers(m, "level", o->intervals.value, c->levels, 0);
	pz_map_set_integer(m, "galaxies", (int64_t)f->held);
	pz_map_set_numbers(m, "margin", c->margin, c->rows * c->levels, c->levels);
	return m;
}

int note_header(struct pz_header *h, const struct fit *f, const struct fit_options *o)
{
	size_t size = 0;
	const void *before = pz_map_raw(h->map, "recalibrated", &size);
	pz_map *m = pz_map_new(),
	       *intervals = f->intervals.levels ? describe_intervals(f, o) : NULL;
	int64_t times = 0;
	int rc = 0;

	if (!m || (f->intervals.levels && !intervals)) {
		rc = pz_fail(PZ_ENOMEM, "no memory for a header");
		goto done;
	}
	if (before && (rc = pz_map_decode(m, before, size)) < 0) {
		rc = pz_fail_in(rc, "header: recalibrated");
		goto done;
	}
	pz_map_integer(m, "times", &times);
	pz_map_set_integer(m, "times", times + 1);
	if (f->ratio)
		pz_map_set_integer(m, "prior", 1);
	if (f->map) {
		pz_map_set_integer(m, "galaxies", (int64_t)f->galaxies);
		pz_map_set_integer(m, "cell", o->cell);
		pz_map_set_text(m, "train", f->hash);
	}
	pz_map_drop(m, "interval");
	if (intervals)
		pz_map_set_map(m, "interval", intervals);
	pz_map_set_map(h->map, "recalibrated", m);
	rc = pz_map_error(h->map);
done:
	pz_map_free(intervals);
	pz_map_free(m);
	return rc;
}

int note_table(const char *path, const struct fit *f, const struct pz_header *h)
{
	static const char *const name[] = {
		"row", "mag", "cell", "zphot", "galaxies", "u", "mapped"
	};
	struct listing l;
	int rc = listing_begin(&l, path, name, 7);

	for (int row = 0; row < pz_rows_count(&h->rows) && rc == 0; row++)
		for (int cell = 0; cell < pz_recalibrate_cells(f->map, row); cell++) {
			double galaxies, at = pz_recalibrate_middle(f->map, row, cell, &galaxies);
			char number[16];

			snprintf(number, sizeof number, "%d", row);
			for (int i = 1; i < STEPS && galaxies > 0; i++) {
				double u = (double)i / STEPS;
				double value[] = { h->rows.min + (row + 0.5) * h->rows.width,
						   cell,
						   at,
						   galaxies,
						   u,
						   pz_recalibrate_value(f->map, row, at, u) };

				listing_add(&l, number, value);
			}
		}
	return rc < 0 ? rc : listing_end(&l);
}
