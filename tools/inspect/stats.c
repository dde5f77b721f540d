/* stats.c -- prints range, mean and median of every number, and of the pixels of each band */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <pz/pixel.h>

#include "columns.h"
#include "view.h"

#define PIXEL_CHUNK 4096 /* pixels converted at a time */
#define NAME_WIDTH  20

struct pixels {
	const struct pz_header *header;
	struct tally band[PZ_BANDS_MAX];
};

/* Pixels of a stamp, band by band. */
static int add_pixels(struct pixels *p, const unsigned char *bytes)
{
	const struct pz_header *h = p->header;
	size_t pixels = (size_t)h->size * (size_t)h->size, one = pz_pixel_bytes(h->pixel);
	float x[PIXEL_CHUNK];
	int rc = 0;

	for (int b = 0; b < h->bands; b++)
		for (size_t i = 0, n; i < pixels && rc == 0; i += n) {
			n = pixels - i < PIXEL_CHUNK ? pixels - i : PIXEL_CHUNK;
			pz_pixels_load(x, bytes + ((size_t)b * pixels + i) * one, n, h->pixel);
			rc = tally_add_floats(&p->band[b], x, n);
		}
	return rc;
}

/* An array's numbers are tallied together. */
static int add_array(struct column *column, const struct value *v)
{
	const void *item = NULL;
	size_t size = 0;
	int rc = 0;

	while (rc == 0 && pz_value_next(v->raw, v->size, &item, &size)) {
		struct value inner = { .raw = item, .size = size, .type = pz_value_type(item) };

		if (inner.type == PZ_ARRAY)
			rc = add_array(column, &inner);
		else if (value_is_number(&inner))
			rc = tally_add(&column->tally, pz_value_number(item, size, NAN));
	}
	return rc;
}

static int add_value(void *context, const struct value *v)
{
	struct columns *c = context;
	struct pixels *p = c->context;
	struct column *column;
	const void *bytes;
	size_t n;

	if (!strcmp(v->name, "img") && v->type == PZ_BYTES) {
		bytes = pz_value_bytes(v->raw, v->size, &n);
		if (n != pz_header_stamp_bytes(p->header))
			return pz_fail(PZ_ECORRUPT, "img: expected %zu bytes, found %zu",
				       pz_header_stamp_bytes(p->header), n);
		return add_pixels(p, bytes);
	}
	if (!(value_is_number(v) || v->type == PZ_ARRAY) || !(column = columns_find(c, v)))
		return 0;
	if (v->type == PZ_ARRAY)
		return add_array(column, v);
	return tally_add(&column->tally, pz_value_number(v->raw, v->size, NAN));
}

static void print_tally(struct tally *t, FILE *to)
{
	if (t->count > t->nan)
		fprintf(to, " %10" PRIu64 " %8" PRIu64 " %12.6g %12.6g %12.6g %12.6g\n", t->count,
			t->nan, t->min, tally_median(t), tally_mean(t), t->max);
	else
		fprintf(to, " %10" PRIu64 " %8" PRIu64 "\n", t->count, t->nan);
}

static void print_stats(struct columns *c, struct pixels *p, FILE *to)
{
	fprintf(to, "%-*s %10s %8s %12s %12s %12s %12s\n", NAME_WIDTH, "number", "count", "nan",
		"min", "median", "mean", "max");
	for (int i = 0; i < c->n; i++) {
		if (c->column[i].tally.count == 0)
			continue;
		column_print_name(&c->column[i], NAME_WIDTH, to);
		print_tally(&c->column[i].tally, to);
	}
	for (int b = 0; b < p->header->bands && p->band[b].count > 0; b++) {
		fprintf(to, "pixels %-*s", NAME_WIDTH - 7, p->header->band[b]);
		print_tally(&p->band[b], to);
	}
}

int view_stats(struct tool *t)
{
	struct pixels p = { .header = pz_reader_header(t->in) };
	struct columns c;
	int rc = columns_init(&c);

	c.context = &p;
	for (int b = 0; b < PZ_BANDS_MAX; b++)
		tally_init(&p.band[b]);
	if (rc == 0)
		rc = columns_walk(&c, t, add_value);
	if (rc == 0)
		print_stats(&c, &p, t->text);
	for (int b = 0; b < PZ_BANDS_MAX; b++)
		tally_release(&p.band[b]);
	columns_release(&c);
	return rc;
}
