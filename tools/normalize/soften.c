/* soften.c -- divisors of bands: given, those of other stamps, or the noise of the sky */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/aperture.h>

#include "../../lib/base/order.h"
#include "../common/counted.h"
#include "../common/scalars.h"
#include "../common/stamp.h"
#include "../common/used.h"
#include "soften.h"

/* Stamps that are measured, at most, and the bytes of their pixels: enough for a hundredth. */
#define STAMPS ((size_t)1000)
#define BYTES  ((size_t)64 << 20)

/* ---- given ---- */

int soften_parse(const char *text, struct pz_header *h)
{
	const char *at = text;
	int n = 0;

	for (bool more = true; more; n++) {
		char *end;
		double x = strtod(at, &end);

		if (end == at || (*end && *end != ',') || !(x > 0 && x <= FLT_MAX))
			return pz_fail(PZ_EUSAGE,
				       "--soften: expected auto, or numbers above 0 with commas "
				       "between, found '%s'",
				       text);
		if (n < h->bands)
			h->soften[n] = x;
		more = *end == ',';
		at = end + 1;
	}
	if (n != h->bands)
		return pz_fail(PZ_EUSAGE,
			       "--soften: expected a number for each of %d bands, found "
			       "%d",
			       h->bands, n);
	h->has_soften = true;
	return 0;
}

/* ---- those of other stamps ---- */

static int take_divisors(struct pz_header *h, const struct pz_header *from)
{
	if (from->bands == 0)
		return pz_fail(PZ_EMISMATCH, "expected a model that reads pixels, or stamps");
	if (!from->stretch[0])
		return pz_fail(PZ_EMISMATCH,
			       "expected normalised stamps, or a model of such, found "
			       "stamps as cut");
	for (int b = 0; b < from->bands || b < h->bands; b++) {
		const char *theirs = b < from->bands ? from->band[b] : "no more";
		const char *ours = b < h->bands ? h->band[b] : "no more";

		if (strcmp(theirs, ours) != 0)
			return pz_fail(PZ_EMISMATCH,
				       "bands: expected '%s' as band %d, as in the input, found "
				       "'%s'",
				       ours, b + 1, theirs);
	}
	if (strcmp(from->unit, h->unit) != 0)
		return pz_fail(PZ_EMISMATCH, "unit: expected '%s' as in the input, found '%s'",
			       h->unit, from->unit);
	memcpy(h->stretch, from->stretch, sizeof h->stretch);
	h->divide = from->divide;
	h->has_soften = from->has_soften;
	memcpy(h->soften, from->soften, sizeof h->soften);
	return 0;
}

int soften_like(struct tool *t, const char *path, struct pz_header *h)
{
	struct pz_reader *from;
	int rc = pz_reader_open(&from, &path, 1, PZ_READ_SCALARS);

	if (rc < 0)
		return rc;
	if ((rc = take_divisors(h, pz_reader_header(from))) < 0)
		pz_fail_in(rc, "%s", path);
	while (rc == 0 && (rc = pz_read(from)) > 0)
		rc = 0; /* to the trailer, which has the hash */
	if (rc == 0)
		rc = used_stream(t, path, pz_reader_hash(from));
	pz_reader_close(from);
	return rc;
}

/* ---- the noise of the sky ---- */

/* A band of a stamp: the median of the pixels on its border, and their deviation. */
struct border {
	double level, noise;
};

/* Of the bands of all stamps that were read. */
struct noise {
	size_t stamps, count[PZ_BANDS_MAX]; /* room for each band; how many have the band */
	struct border *of;                  /* [bands][stamps]                            */
	float *plane;
	double *border, *work; /* [4 size], [stamps]                             */
};

static int noise_init(struct noise *n, const struct pz_header *h, size_t stamps)
{
	size_t side = (size_t)h->size;

	*n = (struct noise){ .stamps = stamps };
	n->of = malloc((size_t)h->bands * stamps * sizeof *n->of);
	n->plane = malloc(side * side * sizeof *n->plane);
	n->border = malloc(4 * side * sizeof *n->border);
	n->work = malloc(stamps * sizeof *n->work);
	return n->of && n->plane && n->border && n->work
		       ? 0
		       : pz_fail(PZ_ENOMEM, "no memory for the noise of %zu stamps", stamps);
}

static void noise_release(struct noise *n)
{
	free(n->of);
	free(n->plane);
	free(n->border);
	free(n->work);
}

/* Where a band has no data its pixels are 0, which is no measurement. */
static void drop_gaps(float *x, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (x[i] == 0)
			x[i] = NAN;
}

static int noise_add(struct noise *n, const struct pz_header *h, const pz_map *record)
{
	size_t size = 0, pixels = (size_t)h->size * (size_t)h->size;
	double cover[PZ_BANDS_MAX];
	const void *img = NULL;
	int rc = pz_map_bytes(record, "img", &img, &size);
	int covers = pz_map_numbers(record, "cover", cover, PZ_BANDS_MAX);

	if (rc < 0 || (rc = stamp_check_size(h, size)) < 0)
		return rc;
	for (int b = 0; b < h->bands; b++) {
		const char *at = (const char *)img + (size_t)b * pixels * pz_pixel_bytes(h->pixel);
		struct border *place = n->of + (size_t)b * n->stamps + n->count[b];

		pz_pixels_load(n->plane, at, pixels, h->pixel);
		if (b < covers && cover[b] < 1)
			drop_gaps(n->plane, pixels);
		place->noise = pz_aperture_noise(h->size, n->plane, &place->level, n->border);
		n->count[b] += !isnan(place->noise);
	}
	return 0;
}

/* Four digits are more than is known of the noise, and can be given again. */
static double round_digits(double x)
{
	char text[32];

	snprintf(text, sizeof text, "%.4g", x);
	return strtod(text, NULL);
}

static int order_borders(const void *a, const void *b)
{
	const struct border *p = a, *q = b;

	if (p->level != q->level)
		return p->level < q->level ? -1 : 1;
	return (p->noise > q->noise) - (p->noise < q->noise);
}

/* The median over the half of the stamps with the darkest borders: on the others there is more
 * light of galaxies. */
static double noise_of(struct border *of, size_t n, double *work)
{
	size_t half = (n + 1) / 2;

	qsort(of, n, sizeof *of, order_borders);
	for (size_t i = 0; i < half; i++)
		work[i] = of[i].noise;
	return pz_order_median(work, half);
}

static int noise_settle(struct noise *n, struct pz_header *h, size_t stamps)
{
	if (stamps == 0)
		return pz_fail(PZ_EDATA, "--soften auto: expected stamps, to measure the noise of "
					 "the sky, found none: give numbers by --soften or --like");
	for (int b = 0; b < h->bands; b++) {
		double noise = noise_of(n->of + (size_t)b * n->stamps, n->count[b], n->work);

		if (n->count[b] == 0)
			return pz_fail(PZ_EDATA,
				       "--soften auto: band '%s': none of the first %s has data on "
				       "its border: give numbers by --soften or --like",
				       h->band[b], COUNTED(stamps, "stamp", "stamps"));
		h->soften[b] = round_digits(noise);
		if (!(h->soften[b] > 0 && h->soften[b] <= FLT_MAX))
			return pz_fail(PZ_EDATA,
				       "--soften auto: band '%s': expected noise on the borders of "
				       "the first %s, found %g: give numbers by --soften or --like",
				       h->band[b], COUNTED(stamps, "stamp", "stamps"), noise);
	}
	h->has_soften = true;
	return 0;
}

/* Keeps a copy of the record that was read last. */
static int keep_record(struct ahead *a, const pz_map *record)
{
	pz_map *copy = pz_map_new();
	int rc = copy ? pz_map_copy(copy, record) : pz_fail(PZ_ENOMEM, "no memory for a record");

	if (rc < 0)
		pz_map_free(copy);
	else
		a->record[a->count++] = copy;
	return rc;
}

static size_t most_of(const struct pz_header *h)
{
	size_t fit = BYTES / pz_header_stamp_bytes(h);

	return fit < 1 ? 1 : fit < STAMPS ? fit : STAMPS;
}

int soften_measure(struct tool *t, struct ahead *a, struct pz_header *h)
{
	const struct pz_header *from = pz_reader_header(t->in);
	size_t most = most_of(from);
	struct noise n;
	int rc = noise_init(&n, from, most);

	if (rc == 0 && !(a->record = calloc(most, sizeof *a->record)))
		rc = pz_fail(PZ_ENOMEM, "no memory for %zu records", most);
	while (rc == 0 && a->count < most && (rc = pz_read(t->in)) > 0) {
		const pz_map *record = pz_reader_record(t->in);

		if ((rc = noise_add(&n, from, record)) == 0)
			rc = keep_record(a, record);
		if (rc < 0)
			record_fail(t->in, record, rc);
	}
	a->ended = rc == 0 && a->count < most;
	if (rc == 0)
		rc = noise_settle(&n, h, a->count);
	noise_release(&n);
	return rc;
}

int soften_next(struct tool *t, struct ahead *a, pz_map **record)
{
	int rc;

	if (a->taken > 0 && a->taken <= a->count) {
		pz_map_free(a->record[a->taken - 1]);
		a->record[a->taken - 1] = NULL;
	}
	if (a->taken < a->count) {
		*record = a->record[a->taken++];
		return 1;
	}
	a->taken = a->count + 1;
	if (a->ended)
		return 0;
	rc = pz_read(t->in);
	*record = pz_reader_record(t->in);
	return rc;
}

void soften_release(struct ahead *a)
{
	for (size_t i = 0; i < a->count; i++)
		pz_map_free(a->record[i]);
	free(a->record);
}
