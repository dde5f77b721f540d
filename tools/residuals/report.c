/* report.c -- reads the scalars and p(z) scores of a stream of predictions */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>
#include <pz/pdf.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "../common/quantity.h"
#include "../common/record_pdf.h"
#include "kept.h"
#include "report.h"

#define WIDTHS_ALIKE 1e-9 /* bins whose widths differ by less of themselves         */

/* What reading one stream needs besides the report. */
struct reading {
	struct report *report;
	struct pdf pdf;     /* of the record                                     */
	struct whole whole; /* --strict: what the first galaxy has                  */
	bool expected_pz;   /* --strict: whether the first galaxy has a p(z)       */
	struct quantity against;
	double square;  /* sum of the squared weights of galaxies with p(z)    */
	uint32_t place; /* of the galaxy, among the common ones                */
};

/* Whether bins of redshift and their range are the same, extensions apart. */
static bool same_bins(const struct pz_grid *a, const struct pz_grid *b)
{
	return a->min == b->min && a->max == b->max && a->bins == b->bins;
}

static int take_header(struct report *r, const struct pz_header *h, const struct report_options *o,
		       const struct report *first)
{
	int rc = pz_header_need_kind(h, "predictions");

	if (rc < 0 || (rc = axes_needed(h)) < 0)
		return rc;
	r->options = *o;
	r->grid = h->grid;
	r->axes = first && !same_bins(&first->axes, &h->grid) ? first->axes : h->grid;
	r->rows = first ? first->rows : h->rows;
	r->binned_alike = !first || fabs(pz_grid_width(&h->grid) / pz_grid_width(&first->grid) -
					 1) < WIDTHS_ALIKE;
	scalars_begin(&r->scalars, h);
	r->scalars.weights = o->weights;
	if (isnan(o->outlier))
		r->options.outlier = h->has_limits ? h->limits.outlier : NAN;
	if (isnan(o->fit_from))
		r->options.fit_from = h->has_limits ? h->limits.fit_from : r->axes.min;
	if (!(r->options.outlier > 0))
		return pz_fail(PZ_EUSAGE,
			       "header: expected an outlier threshold, found none: give --outlier");
	return 0;
}

/* Room for one more score. */
static int make_room(struct report *r)
{
	size_t room = r->score_room ? 2 * r->score_room : 1024;
	struct pz_score *more;

	if (r->n_score < r->score_room)
		return 0;
	if (!(more = realloc(r->score, room * sizeof *more)))
		return pz_fail(PZ_ENOMEM, "no memory for the scores of %zu galaxies", room);
	r->score = more;
	r->score_room = room;
	return 0;
}

/* Adds the weighted p(z) to the sums over all galaxies. */
static void add_stacked(struct reading *d, double weight)
{
	struct report *r = d->report;

	for (size_t i = 0; i < d->pdf.bins; i++) {
		r->stacked[i] += weight * d->pdf.p[i];
		r->squared[i] += weight * d->pdf.p[i] * d->pdf.p[i];
	}
	r->stacked_weight += weight;
	d->square += weight * weight;
}

/* Adds the scores of a record's p(z), if it has one, and whether z lies in its intervals. */
static int take_pz(struct reading *d, const pz_map *record, double z, double zphot, double weight)
{
	struct report *r = d->report;
	signed char in[2] = { kept_inside(record, "68", z), kept_inside(record, "95", z) };
	double reach = r->options.outlier * (scalars_plain(&r->scalars) ? 1 : 1 + zphot);
	int rc = pdf_load(&d->pdf, record);
	struct pz_score *score;

	if (rc == 0 && r->options.strict && d->expected_pz)
		return pz_fail(PZ_EDATA, "pz: expected probabilities, found %s",
			       pz_map_has(record, "pz") ? "zeros or NaN" : "none");
	if (rc < 0 || (rc == 0 && in[0] < 0 && in[1] < 0))
		return rc < 0 ? rc : kept_add_moments(&r->kept, NAN, NAN);
	if (make_room(r) < 0)
		return PZ_ENOMEM;
	score = &r->score[r->n_score++];
	*score = (struct pz_score){ NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0, 0, 0 };
	if (rc > 0) {
		double mean, square;

		r->n_pz++;
		r->outside_pz += !pz_score_pdf(&r->grid, d->pdf.p, z, zphot, reach, score);
		add_stacked(d, weight);
		pz_pdf_moments(&r->grid, d->pdf.p, &mean, &square);
		rc = kept_add_moments(&r->kept, mean, square);
	} else {
		rc = kept_add_moments(&r->kept, NAN, NAN);
	}
	score->galaxy = (uint32_t)(r->kept.n);
	score->in_68 = in[0];
	score->in_95 = in[1];
	r->intervals |= in[0] >= 0 || in[1] >= 0;
	return rc;
}

/* --strict: every galaxy must have the chosen estimate, and what the first galaxy has. */
static int check_whole(struct reading *d, const pz_map *record)
{
	const struct report *r = d->report;
	bool begins = !d->whole.begun, has_pz = pz_map_has(record, "pz");
	int rc;

	d->whole.estimate[r->options.estimate] = true;
	if ((rc = whole_check(&d->whole, r->scalars.target, record)) < 0)
		return rc;
	d->expected_pz |= begins && has_pz;
	return has_pz && !d->expected_pz
		       ? pz_fail(PZ_EDATA, "pz: expected none, as in the first galaxy, found one")
		       : 0;
}

/* Counts a galaxy without weight: 1; 0: it has one, or none is asked for. */
static int lacks_weight(struct report *r, const pz_map *record, double *weight)
{
	const char *key = r->options.weights;

	*weight = key ? record_weight(record, key) : 1;
	if (!isnan(*weight))
		return 0;
	r->without_weight++;
	r->weight_zero += pz_map_number(record, key, NAN) == 0;
	return r->options.strict ? pz_fail(PZ_EDATA, "%s: expected a weight of %g to %g, found %s",
					   key, PZ_WEIGHT_MIN, PZ_WEIGHT_MAX,
					   pz_map_has(record, key) ? "another value" : "none")
				 : 1;
}

/* What only some options need of a galaxy with the chosen estimate. */
static int take_extras(struct reading *d, const pz_map *record)
{
	struct report *r = d->report;
	const struct report_options *o = &r->options;
	double by = NAN, against = NAN;
	struct lacking none = { 0 };

	if (o->tomography.bins)
		by = record_value(record, estimate_path[o->tomography.by], r->scalars.target,
				  &none);
	if (o->against && isnan(against = quantity_read(&d->against, record)))
		r->without_against++;
	if (o->differences)
		kept_add_id(&r->kept, record);
	return kept_add(&r->kept, by, against, d->place);
}

/* Whether all streams have the galaxy; 1, 0, or an error. */
static int is_common(struct reading *d, const pz_map *record)
{
	const struct common *c = d->report->options.common;
	int64_t place;
	uint64_t hash;
	int rc;

	if (!c)
		return 1;
	if ((rc = record_hash(record, 0, &hash)) < 0)
		return rc;
	if ((place = common_place(c, hash)) < 0)
		d->report->not_common++;
	d->place = (uint32_t)place;
	return place >= 0;
}

static int take_record(struct reading *d, const pz_map *record)
{
	struct report *r = d->report;
	const char *target = r->scalars.target, *path = estimate_path[r->options.estimate];
	double z = record_value(record, target, target, &r->without_z), zphot, weight;
	int rc;

	if (isnan(z))
		return r->options.strict ? record_lacks(record, target) : 0;
	if ((rc = lacks_weight(r, record, &weight)) != 0)
		return rc < 0 ? rc : 0;
	if (r->options.strict && (rc = check_whole(d, record)) < 0)
		return rc;
	zphot = record_value(record, path, target, &r->without_zphot);
	if (isnan(zphot) && r->options.common)
		return 0;
	if (!isnan(zphot) && (rc = is_common(d, record)) <= 0)
		return rc;
	if ((rc = scalars_add(&r->scalars, record)) < 0 || isnan(zphot))
		return rc;
	if ((rc = take_pz(d, record, z, zphot, weight)) < 0)
		return rc;
	return take_extras(d, record);
}

/* Says what a stream lacks in which no galaxy can be measured. */
static int check_any(const struct report *r, const char *name)
{
	if (r->scalars.n == 0 && r->without_weight)
		return pz_fail(PZ_EDATA,
			       "%s: expected records with a '%s' of %g to %g, the weight, found "
			       "none among %s",
			       name, r->options.weights, PZ_WEIGHT_MIN, PZ_WEIGHT_MAX,
			       COUNTED(r->without_weight, "record", "records"));
	if (r->scalars.n == 0)
		return pz_fail(PZ_EDATA, "%s: expected records with '%s', found none among %s",
			       name, r->scalars.target,
			       COUNTED(r->without_z.count, "record", "records"));
	if (r->kept.n == 0)
		return pz_fail(
			PZ_EDATA,
			"%s: expected records with an estimate '%s', found none among %s with '%s'",
			name, estimate_path[r->options.estimate],
			COUNTED(r->scalars.n, "record", "records"), r->scalars.target);
	return 0;
}

int report_read(struct report *r, struct pz_reader *in, const struct report_options *o,
		const struct report *first)
{
	struct reading d = { .report = r };
	int rc = take_header(r, pz_reader_header(in), o, first);

	if (rc == 0)
		rc = kept_begin(&r->kept, o);
	if (rc == 0 && o->against)
		rc = quantity_begin(&d.against, "--against", o->against, pz_reader_header(in));
	if (rc < 0)
		return pz_fail_in(rc, "%s", pz_reader_name(in));
	rc = pdf_init(&d.pdf, &r->grid);
	r->stacked = calloc(d.pdf.bins, sizeof *r->stacked);
	r->squared = calloc(d.pdf.bins, sizeof *r->squared);
	if (rc == 0 && (!r->stacked || !r->squared))
		rc = pz_fail(PZ_ENOMEM, "no memory for p(z) of %zu bins", d.pdf.bins);
	while (rc == 0 && (rc = pz_read(in)) > 0) {
		pz_map *record = pz_reader_record(in);

		if ((rc = take_record(&d, record)) < 0)
			rc = record_fail(in, record, rc);
	}
	if (rc == 0)
		rc = check_any(r, pz_reader_name(in));
	r->stacked_effective = r->stacked_weight * r->stacked_weight / d.square;
	scalars_settle(&r->scalars);
	if (rc == 0 && o->common)
		rc = kept_arrange(r);
	pdf_release(&d.pdf);
	return rc;
}

size_t report_scored(const struct report *r)
{
	return r->n_pz - r->outside_pz;
}

void report_release(struct report *r)
{
	scalars_release(&r->scalars);
	free(r->made);
	kept_release(&r->kept);
	free(r->own);
	free(r->inside_68);
	free(r->inside_95);
	free(r->cell);
	free(r->cell_zphot);
	free(r->tomography);
	free(r->tomography_low);
	free(r->trend);
	free(r->difference);
	free(r->each);
	free(r->score_each);
	free(r->stacked);
	free(r->squared);
	free(r->score);
	free(r->sigma_disp);
	free(r->mad);
	free(r->wasserstein);
	*r = (struct report){ 0 };
}
