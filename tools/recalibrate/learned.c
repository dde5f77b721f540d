/* learned.c -- PITs of the training galaxies, then scores of those that were held out */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/pdf.h>
#include <pz/prior.h>
#include <pz/random.h>
#include <pz/scores.h>

#include "../common/axes.h"
#include "../common/counted.h"
#include "../common/scalars.h"
#include "../common/used.h"
#include "learned.h"
#include "same.h"

/* The training galaxies, as far as they were read. */
struct training {
	struct tool *tool;
	const struct fit_options *o;
	struct fit *f;
	struct pz_reader *in;
	struct pz_rows rows;
	const char *target;
	struct pdf pdf;
	double level[PZ_NUMBERS_MAX];
	size_t n, room; /* galaxies of pit, at, row                            */
	double *pit, *at;
	int *row;
	bool *held;
	size_t scored, score_room;
	int *score_row;
	double *score; /* [scored][levels]                                    */
	struct lacking without_z;
	uint64_t without_pz, outside;
	size_t without_mag;
};

/* Makes room for one more of n elements; 0 or PZ_ENOMEM. */
static int grow(void **array, size_t n, size_t room, size_t size)
{
	void *more;

	if (n < room && *array)
		return 0;
	if (!(more = realloc(*array, (room ? 2 * room : 1024) * size)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu training galaxies", n);
	*array = more;
	return 0;
}

static size_t doubled(size_t n, size_t room)
{
	return n < room ? room : room ? 2 * room : 1024;
}

/* The hash has a seed of its own: partition, which chose these galaxies by a hash of the same ids,
 * may have had the same number. */
static bool is_held(const struct training *d, const pz_map *record, int *rc)
{
	uint64_t hash, seed = pz_random_stream("recalibrate", d->tool->seed);

	*rc = 0;
	if (d->o->intervals.count == 0 || (*rc = record_hash(record, seed, &hash)) < 0)
		return false;
	return ldexp((double)(hash >> 11), -53) < d->o->held;
}

/* A galaxy that the maps are fitted to, the second one unless it is held out. */
static int add_pit(struct training *d, int row, double z, bool held)
{
	int rc;

	if ((rc = grow((void **)&d->pit, d->n, d->room, sizeof *d->pit)) < 0 ||
	    (rc = grow((void **)&d->at, d->n, d->room, sizeof *d->at)) < 0 ||
	    (rc = grow((void **)&d->row, d->n, d->room, sizeof *d->row)) < 0 ||
	    (rc = grow((void **)&d->held, d->n, d->room, sizeof *d->held)) < 0)
		return rc;
	d->room = doubled(d->n, d->room);
	d->held[d->n] = held;
	d->pit[d->n] = fmin(pz_score_below(&d->pdf.grid, d->pdf.p, z), 1);
	d->at[d->n] = pz_pdf_median(&d->pdf.grid, d->pdf.p);
	d->row[d->n++] = row;
	return 0;
}

/* A galaxy that was held out, whose p(z) of intervals is made. */
static int add_score(struct training *d, int row, double z)
{
	size_t levels = (size_t)d->o->intervals.count;
	int rc;

	if ((rc = grow((void **)&d->score_row, d->scored, d->score_room, sizeof *d->score_row)) <
		    0 ||
	    (rc = grow((void **)&d->score, d->scored, d->score_room, levels * sizeof *d->score)) <
		    0)
		return rc;
	d->score_room = doubled(d->scored, d->score_room);
	for (size_t l = 0; l < levels; l++)
		d->score[d->scored * levels + l] =
			pz_conformal_score(&d->pdf.grid, d->f->p, z, d->level[l]);
	d->score_row[d->scored++] = row;
	return 0;
}

static int add_id(struct training *d, const pz_map *record)
{
	struct fit *f = d->f;
	uint64_t hash;
	int rc;

	if (!pz_map_has(record, "id"))
		return 0;
	if ((rc = record_hash(record, 0, &hash)) < 0)
		return rc;
	if ((f->ids & (f->ids - 1)) == 0 && (f->ids == 0 || f->ids >= 1024)) {
		uint64_t *more = realloc(f->id, (f->ids ? 2 * f->ids : 1024) * sizeof *more);

		if (!more)
			return pz_fail(PZ_ENOMEM, "no memory for %zu ids", f->ids);
		f->id = more;
	}
	f->id[f->ids++] = hash;
	return 0;
}

/* A record of the pass in which the maps (fitted: false) or the margins are learned. What is
 * counted is said after the first pass. */
static int take_record(struct training *d, const pz_map *record, bool fitted)
{
	double z = record_value(record, d->target, d->target, &d->without_z);
	double mag = record_magnitude(record);
	int row = pz_rows_row(&d->rows, mag), rc;
	bool held;

	if (isnan(z))
		return d->o->strict ? record_lacks(record, d->target) : 0;
	if ((rc = pdf_load(&d->pdf, record)) < 0)
		return rc;
	if (rc == 0 && d->o->strict)
		return pz_fail(PZ_EDATA, "pz: expected probabilities, found none");
	d->without_pz += rc == 0;
	d->outside += rc > 0 && pz_grid_extended(&d->pdf.grid, z) < 0;
	d->without_mag += rc > 0 && !(mag >= 0);
	if (rc == 0 || pz_grid_extended(&d->pdf.grid, z) < 0)
		return 0;
	held = is_held(d, record, &rc);
	if (rc < 0 || (!fitted && (rc = add_id(d, record)) < 0) || (fitted && !held))
		return rc;
	fit_apply(d->f, &d->pdf, row);
	return fitted ? add_score(d, row, z) : add_pit(d, row, z, held);
}

static int read_pass(struct training *d, bool fitted)
{
	int rc;

	while ((rc = pz_read(d->in)) > 0)
		if ((rc = take_record(d, pz_reader_record(d->in), fitted)) < 0)
			return record_fail(d->in, pz_reader_record(d->in), rc);
	return rc;
}

static void say_training(const struct training *d)
{
	const char *path = d->o->train;

	say_lacking(d->tool, path, d->target, &d->without_z);
	if (d->without_pz)
		tool_say(d->tool, "%s: %s no p(z) and %s left out", path,
			 COUNTED(d->without_pz, "galaxy has", "galaxies have"),
			 d->without_pz == 1 ? "was" : "were");
	if (d->outside)
		tool_say(d->tool, "%s: %s a redshift outside of the bins and %s left out", path,
			 COUNTED(d->outside, "galaxy has", "galaxies have"),
			 d->outside == 1 ? "was" : "were");
	say_without_mag(d->tool, path, d->without_mag);
}

static int compare_ids(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

bool fit_has_id(const struct fit *f, const pz_map *record)
{
	uint64_t hash;

	if (f->ids == 0 || !pz_map_has(record, "id") || record_hash(record, 0, &hash) < 0)
		return false;
	return bsearch(&hash, f->id, f->ids, sizeof hash, compare_ids) != NULL;
}

static int fit_map(struct training *d, struct pz_recalibration **map, size_t n)
{
	struct pz_pits pits = { n, d->pit, d->at, d->row };
	int rc = pz_recalibrate_fit(map, pz_rows_count(&d->rows), &pits, (size_t)d->o->cell);

	return rc == PZ_EDATA ? pz_fail_in(rc, "%s", d->o->train) : rc;
}

/* Moves the galaxies that are not held out to the front; how many they are. */
static size_t move_fitted(struct training *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++)
		if (!d->held[i]) {
			d->pit[n] = d->pit[i];
			d->at[n] = d->at[i];
			d->row[n++] = d->row[i];
		}
	return n;
}

static int fit_intervals(struct training *d)
{
	struct pz_recalibration *part = NULL;
	int rc = fit_map(d, &part, move_fitted(d));

	d->f->part = part;
	if (rc == 0 && !(d->f->p = malloc(d->pdf.bins * sizeof *d->f->p)))
		rc = pz_fail(PZ_ENOMEM, "no memory for p(z) of %zu bins", d->pdf.bins);
	if (rc == 0 && (rc = pz_reader_rewind(d->in, 0)) == 0 && (rc = read_pass(d, true)) == 0 &&
	    (rc = pz_conformal_fit(&d->f->intervals, pz_rows_count(&d->rows), d->level,
				   d->o->intervals.count, d->score_row, d->score, d->scored)) ==
		    PZ_EDATA)
		rc = pz_fail_in(rc, "%s: --held %g", d->o->train, d->o->held);
	d->f->held = d->scored;
	return rc;
}

static int fit_all(struct training *d)
{
	int rc = fit_map(d, &d->f->map, d->n);

	d->f->galaxies = d->n;
	if (d->f->ids)
		qsort(d->f->id, d->f->ids, sizeof *d->f->id, compare_ids);
	return rc == 0 && d->o->intervals.count ? fit_intervals(d) : rc;
}

static int open_training(struct training *d, const struct pz_header *h)
{
	const char *path = d->o->train;
	int rc = pz_reader_open(&d->in, &d->o->train, 1, PZ_READ_KEEP);

	if (rc < 0)
		return rc;
	if (d->o->intervals.count == 0)
		pz_reader_no_rewind(d->in);
	return same_network(d->tool, h, pz_reader_header(d->in), path);
}

int fit_train(struct tool *t, const struct fit_options *o, const struct pz_header *h, struct fit *f)
{
	struct training d = { t, o, f, .rows = h->rows, .target = axes_target(h) };
	int rc;

	for (int l = 0; l < o->intervals.count; l++)
		d.level[l] = o->intervals.value[l] / 100;
	if ((rc = open_training(&d, h)) == 0 && (rc = pdf_init(&d.pdf, &h->grid)) == 0 &&
	    (rc = read_pass(&d, false)) == 0) {
		say_training(&d);
		rc = fit_all(&d);
	}
	if (rc == 0) {
		snprintf(f->hash, sizeof f->hash, "%08x", (unsigned)(pz_reader_hash(d.in) >> 32));
		rc = used_stream(t, o->train, pz_reader_hash(d.in));
	}
	pz_reader_close(d.in);
	pdf_release(&d.pdf);
	free(d.pit);
	free(d.at);
	free(d.row);
	free(d.held);
	free(d.score);
	free(d.score_row);
	return rc;
}

void fit_apply(struct fit *f, struct pdf *pdf, int row)
{
	if (f->ratio)
		pz_prior_apply(&pdf->grid, f->ratio + (size_t)row * pdf->bins, pdf->p, pdf->p);
	if (f->part)
		pz_recalibrate_pdf(f->part, &pdf->grid, row, pdf->p, f->p);
	if (f->map)
		pz_recalibrate_pdf(f->map, &pdf->grid, row, pdf->p, pdf->p);
}

void fit_release(struct fit *f)
{
	pz_recalibrate_free(f->map);
	pz_recalibrate_free(f->part);
	pz_conformal_release(&f->intervals);
	free(f->ratio);
	free(f->p);
	free(f->id);
	*f = (struct fit){ 0 };
}
