/* dataset.c -- one pass over the labels and features of galaxies, then pixels by their number */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/random.h>
#include <pz/team.h>

#include "../common/counted.h"
#include "../common/scalars.h"
#include "../common/stamp.h"
#include "dataset.h"

#define HASHED 64 /* stamps whose pixels go into the hash of the data */

/* Labels, grid and rows must be those that the network was made for. */
static int check_labels(const struct pz_header *h, const struct model *m)
{
	const struct pz_grid *a = &m->header.grid, *b = &h->grid;
	enum labels_kind kind;
	int rc = labels_kind(h, &kind);

	if (rc < 0)
		return rc;
	if (kind != m->labels)
		return pz_fail(PZ_EMISMATCH, "labels: expected %s, found %s",
			       m->labels == LABELS_SINGLE ? "single" : "channels",
			       kind == LABELS_SINGLE ? "single" : "channels");
	if (!pz_grid_equal(a, b))
		return pz_fail(PZ_EMISMATCH,
			       "grid: expected %g to %g, %d+%d+%d bins, found %g to %g, "
			       "%d+%d+%d",
			       a->min, a->max, a->left, a->bins, a->right, b->min, b->max, b->left,
			       b->bins, b->right);
	if (kind == LABELS_CHANNELS && m->header.rows.channels != h->rows.channels)
		return pz_fail(PZ_EMISMATCH, "rows.channels: expected %d, found %d",
			       m->header.rows.channels, h->rows.channels);
	return 0;
}

/* Room in a column for more rows of so many bytes. */
static bool grow_column(void *column, size_t capacity, size_t row)
{
	void **at = column, *more = realloc(*at, capacity * row);

	if (more)
		*at = more;
	return more != NULL;
}

static int grow_columns(struct dataset *d, size_t joined)
{
	size_t capacity = d->capacity ? 2 * d->capacity : 1024;

	if (!grow_column(&d->place, capacity, sizeof *d->place) ||
	    !grow_column(&d->lesson, capacity, sizeof *d->lesson) ||
	    (joined && !grow_column(&d->joined, capacity, joined * sizeof *d->joined)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu galaxies", capacity);
	d->capacity = capacity;
	return 0;
}

/* In bins of the extended grid. */
static struct pz_lesson make_lesson(const struct pz_label *label, int n, const struct pz_grid *grid)
{
	struct pz_lesson lesson = { .channel = { -1, -1 } };

	for (int i = 0; i < n; i++) {
		lesson.channel[i] = (int16_t)label[i].channel;
		lesson.target[i] = (struct pz_target){
			.centre = (float)(grid->left + label[i].centre),
			.width = (float)label[i].width,
		};
	}
	return lesson;
}

/* Where the stamp stands in the file. Its pixels are checked here if they were read. */
static int take_place(struct dataset *d, const pz_map *record, struct pz_place *place)
{
	const struct pz_header *h = pz_reader_header(d->in);
	int rc = pz_reader_place(d->in, "img", place);
	const void *bytes;
	size_t size;

	if (rc == 0)
		return pz_fail(PZ_EDATA, "img: expected the pixels of a stamp, found none");
	if (rc < 0 || (rc = stamp_check_size(h, place->size)) < 0)
		return rc;
	rc = pz_map_bytes(record, "img", &bytes, &size);
	return rc > 0 ? stamp_decode(bytes, h, d->pixels) : rc;
}

/* E(B-V) and the features, as far as the network reads them. */
static int take_joined(struct dataset *d, const pz_map *record, const struct model *m)
{
	size_t joined = pz_net_joined(m->net);
	float *to = d->joined + d->examples.count * joined;
	int rc = 0;

	if (pz_net_uses_ebv(m->net))
		rc = stamp_ebv(record, true, to++);
	if (rc < 0 || !model_uses_features(m))
		return rc;
	if ((rc = stamp_features(record, pz_reader_header(d->in), to)) > 0)
		d->incomplete++;
	return rc < 0 ? rc : 0;
}

static int take_record(struct dataset *d, const struct model *m)
{
	const struct pz_header *h = pz_reader_header(d->in);
	const pz_map *record = pz_reader_record(d->in);
	struct pz_label label[LABELS_MAX];
	size_t i = d->examples.count;
	int rc, n;

	if (i == d->capacity && (rc = grow_columns(d, pz_net_joined(m->net))) < 0)
		return rc;
	if ((rc = n = labels_get(record, h, m->labels, label)) < 0 ||
	    (rc = take_joined(d, record, m)) < 0 ||
	    (d->pixels && (rc = take_place(d, record, &d->place[i])) < 0))
		return rc;
	d->lesson[i] = make_lesson(label, n, &h->grid);
	d->examples.count++;
	return 0;
}

/* Puts before the text of a failure at example i which record that is; returns code. The stream
 * is read again for the record's id, which nothing forbids: stamps are fetched by their place. */
static int blame_record(struct dataset *d, size_t i, int code)
{
	struct pz_failure failure = { 0 };
	int rc;

	pz_failure_note(&failure, 0, code);
	if ((rc = pz_reader_rewind(d->in, PZ_READ_SCALARS)) < 0)
		return rc;
	for (size_t k = 0; k <= i; k++)
		if ((rc = pz_read(d->in)) <= 0)
			return rc < 0 ? rc
				      : pz_fail(PZ_ECORRUPT,
						"%s: the file became shorter while it was read",
						pz_reader_name(d->in));
	pz_failure_raise(&failure);
	return record_fail(d->in, pz_reader_record(d->in), code);
}

static int fetch_stamp(void *context, size_t i, float *x)
{
	struct dataset *d = context;
	int rc = pz_reader_fetch(d->in, &d->place[i], d->bytes);

	if (rc < 0)
		return rc;
	rc = stamp_decode(d->bytes, pz_reader_header(d->in), x);
	return rc < 0 ? blame_record(d, i, rc) : 0;
}

static void ask_for_stamp(void *context, size_t i)
{
	const struct dataset *d = context;

	pz_reader_ask(d->in, &d->place[i]);
}

static int begin_reading(struct dataset *d, const struct model *m)
{
	const struct pz_header *h = pz_reader_header(d->in);
	int rc;

	if ((rc = pz_header_need_kind(h, model_uses_pixels(m) ? "stamps" : "stamps,catalogue")) <
		    0 ||
	    (rc = check_labels(h, m)) < 0 || (rc = model_fits(m, h)) < 0)
		return pz_fail_in(rc, "%s", pz_reader_name(d->in));
	if (!model_uses_pixels(m))
		return 0;
	d->bytes = malloc(pz_header_stamp_bytes(h));
	d->pixels = malloc(stamp_pixels(h) * sizeof *d->pixels);
	return d->bytes && d->pixels ? 0 : pz_fail(PZ_ENOMEM, "no memory for a stamp");
}

int dataset_read(struct dataset *d, struct pz_reader *in, const struct model *m)
{
	int rc;

	*d = (struct dataset){ .in = in };
	if ((rc = begin_reading(d, m)) < 0)
		return rc;
	while ((rc = pz_read(in)) > 0)
		if ((rc = take_record(d, m)) < 0)
			return record_fail(in, pz_reader_record(in), rc);
	if (rc == 0 && d->examples.count == 0)
		rc = pz_fail(PZ_EDATA, "%s: expected labelled galaxies, found no records",
			     pz_reader_name(in));
	d->examples.lesson = d->lesson;
	d->examples.joined = d->joined;
	d->examples.fetch = d->pixels ? fetch_stamp : NULL;
	d->examples.ask = d->pixels ? ask_for_stamp : NULL;
	d->joins = pz_net_joined(m->net);
	d->examples.context = d;
	return rc;
}

void dataset_release(struct dataset *d)
{
	free(d->place);
	free(d->lesson);
	free(d->joined);
	free(d->bytes);
	free(d->pixels);
	*d = (struct dataset){ 0 };
}

int dataset_hash(struct dataset *d, uint64_t *hash)
{
	size_t n = d->examples.count, step = n > HASHED ? n / HASHED : 1;

	*hash = pz_hash(d->lesson, n * sizeof *d->lesson, 0);
	if (d->joins)
		*hash = pz_hash(d->joined, n * d->joins * sizeof *d->joined, *hash);
	for (size_t i = 0; d->pixels && i < n; i += step) {
		int rc = pz_reader_fetch(d->in, &d->place[i], d->bytes);

		if (rc < 0)
			return rc;
		*hash = pz_hash(d->bytes, d->place[i].size, *hash);
	}
	return 0;
}

void dataset_say_missing(const struct dataset *d, const struct tool *t)
{
	if (d->incomplete)
		tool_say(
			t,
			"%s: %s not all features: the mean of the training sample stands for those "
			"that are missing",
			pz_reader_name(d->in),
			COUNTED(d->incomplete, "galaxy has", "galaxies have"));
}

int dataset_scale_features(const struct dataset *d, const struct tool *t, struct model *m)
{
	const struct pz_header *h = pz_reader_header(d->in);
	const struct pz_tensor *scale = pz_net_find(m->net, "features.scale");
	const float *value = pz_net_values(m->net) + scale->offset;
	struct pz_feature_walk walk = { 0 };
	char name[PZ_FEATURE_NAME];
	int rc = pz_net_scale_features(m->net, d->examples.count, d->joined);

	if (rc < 0)
		return pz_fail_in(rc, "%s", pz_reader_name(d->in));
	for (size_t i = 0; i < scale->count; i++) {
		pz_header_next_feature(h, &walk, name);
		if (value[i] == 0)
			tool_say(t,
				 "%s: feature '%s' has the same value in all galaxies: nothing "
				 "can be learned from it",
				 pz_reader_name(d->in), name);
	}
	return 0;
}
