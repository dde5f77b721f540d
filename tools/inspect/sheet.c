/* sheet.c -- draws the first stamps of a stream as a contact sheet */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/alike.h>
#include <pz/colour.h>
#include <pz/normalize.h>
#include <pz/pixel.h>
#include <pz/sheet.h>

#include "../common/scalars.h"
#include "../common/values.h"
#include "view.h"

#define CAPTION    80                /* bytes                              */
#define STAMPS_MAX ((size_t)1 << 28) /* pixels kept, all stamps together    */

struct sheet {
	const struct pz_header *header;
	enum pz_stretch stretch; /* of the pixels, to be inverted                      */
	double divide;
	int band[3]; /* for red, green, blue                                  */
	size_t pixels;
	int n, room;
	float *planes;            /* [room][3][pixels], flux                  */
	char (*caption)[CAPTION]; /* [room]                                   */
};

static int find_band(const struct pz_header *h, const char *name, size_t n)
{
	for (int b = 0; b < h->bands; b++)
		if (strlen(h->band[b]) == n && !strncmp(h->band[b], name, n))
			return b;
	return -1;
}

static int fail_band(const char *list, const char *name, size_t n)
{
	char bands[PZ_ALIKE_MAX];
	const char *meant = pz_alike_bands(list, bands);

	return pz_fail(PZ_EUSAGE, "--bands %s: the stream has no band '%.*s'%s%s%s", list, (int)n,
		       name, meant ? "; did you mean --bands " : "", meant ? meant : "",
		       meant ? "?" : "");
}

/* Parses a list of bands with commas between them: three, or one for grey. */
static int take_bands(struct sheet *s, const char *list)
{
	int n = 0;

	for (const char *name = list; name; name = strchr(name, ',')) {
		size_t size;

		name += *name == ',';
		name += strspn(name, " ");
		for (size = strcspn(name, ","); size && name[size - 1] == ' '; size--)
			;
		if (n == 3)
			return pz_fail(PZ_EUSAGE,
				       "--bands: expected one or three bands, found more");
		if ((s->band[n++] = find_band(s->header, name, size)) < 0)
			return fail_band(list, name, size);
	}
	if (n == 2)
		return pz_fail(PZ_EUSAGE, "--bands: expected one or three bands, found '%s'", list);
	if (n == 1)
		s->band[1] = s->band[2] = s->band[0];
	return 0;
}

/* i, r, g if the stream has them; else the three reddest bands, but of four or more without the
 * last, because z is noisy; else one band, in grey. */
static void choose_bands(struct sheet *s)
{
	int bands = s->header->bands, last = bands > 3 ? bands - 2 : bands - 1;
	int irg[3] = { find_band(s->header, "i", 1), find_band(s->header, "r", 1),
		       find_band(s->header, "g", 1) };

	for (int k = 0; k < 3; k++) {
		s->band[k] = bands < 3 ? bands / 2 : last - k;
		if (irg[0] >= 0 && irg[1] >= 0 && irg[2] >= 0)
			s->band[k] = irg[k];
	}
}

static void take_planes(struct sheet *s, const unsigned char *img)
{
	size_t one = s->pixels * pz_pixel_bytes(s->header->pixel);
	float *planes = s->planes + (size_t)s->n * 3 * s->pixels;

	for (int k = 0; k < 3; k++) {
		float *x = planes + (size_t)k * s->pixels;

		pz_pixels_load(x, img + (size_t)s->band[k] * one, s->pixels, s->header->pixel);
		for (size_t i = 0; i < s->pixels; i++)
			x[i] = (float)pz_normalize_inverse(s->stretch, s->divide, x[i]);
	}
}

/* Two lines, "1237648720693755918" and "z 0.0812 r 16.93", with what is known of the galaxy. */
static int take_caption(struct sheet *s, const pz_map *record)
{
	char *text = s->caption[s->n];
	double z = pz_map_number(record, "z", NAN), mag = pz_map_number(record, "mag", NAN);
	struct value id;
	FILE *to = fmemopen(text, CAPTION, "w");

	if (!to)
		return pz_fail(PZ_ENOMEM, "no memory for a caption");
	if (value_find(record, "id", &id))
		value_print_cell(&id, to);
	fputc('\n', to);
	if (!isnan(z))
		fprintf(to, "z %.4f ", z);
	if (!isnan(mag))
		fprintf(to, "%s %.2f", s->header->has_rows ? s->header->rows.mag : "mag", mag);
	fclose(to); /* a longer text is truncated */
	text[CAPTION - 1] = 0;
	return 0;
}

static int take_stamp(struct sheet *s, const pz_map *record)
{
	const void *img;
	size_t size, expected = pz_header_stamp_bytes(s->header);
	int rc = pz_map_bytes(record, "img", &img, &size);

	if (rc <= 0)
		return rc; /* a record without a stamp is left out */
	if (size != expected)
		return pz_fail(PZ_ECORRUPT, "img: expected %zu bytes, found %zu", expected, size);
	take_planes(s, img);
	if ((rc = take_caption(s, record)) < 0)
		return rc;
	s->n++;
	return 0;
}

static int sheet_init(struct sheet *s, const struct pz_header *h, const struct view_sheet *o)
{
	size_t most;

	*s = (struct sheet){ .header = h,
			     .divide = 1,
			     .pixels = (size_t)h->size * (size_t)h->size };
	if (h->bands == 0 || s->pixels == 0)
		return pz_fail(PZ_EMISMATCH, "--png: expected a stream of stamps, found %s",
			       h->kind);
	if (*h->stretch && pz_normalize_find(h->stretch, &s->stretch) < 0)
		return pz_fail(PZ_EMISMATCH, "header: stretch: '%s' is unknown to this version",
			       h->stretch);
	if (*h->stretch && h->divide > 0)
		s->divide = h->divide;
	most = STAMPS_MAX / (3 * s->pixels);
	if ((size_t)o->count > most)
		return pz_fail(PZ_EUSAGE,
			       "--count: expected at most %zu stamps of this size, found %d", most,
			       o->count);
	s->room = o->count;
	s->planes = malloc((size_t)s->room * 3 * s->pixels * sizeof *s->planes);
	s->caption = calloc((size_t)s->room, sizeof *s->caption);
	if (!s->planes || !s->caption)
		return pz_fail(PZ_ENOMEM, "no memory for %d stamps", s->room);
	choose_bands(s);
	return o->bands ? take_bands(s, o->bands) : 0;
}

static int draw_sheet(const struct sheet *s, const struct view_sheet *o)
{
	unsigned char *rgb = malloc(3 * s->pixels);
	struct pz_sheet *sheet = NULL;
	struct pz_colour colour;
	int rc = rgb ? 0 : pz_fail(PZ_ENOMEM, "no memory for a stamp");

	if (rc == 0 && (rc = pz_sheet_new(&sheet, s->n, o->columns, s->header->size)) == 0)
		rc = pz_colour_fit(&colour, s->planes, (size_t)s->n, s->pixels);
	for (int i = 0; i < s->n && rc == 0; i++) {
		if (i == 0) {
			colour.white /= o->scale;
			colour.soft /= o->scale;
		}
		pz_colour_apply(&colour, s->planes + (size_t)i * 3 * s->pixels, s->pixels, rgb);
		pz_sheet_put(sheet, i, rgb, s->caption[i]);
	}
	if (rc == 0)
		rc = pz_sheet_write(sheet, o->path);
	pz_sheet_free(sheet);
	free(rgb);
	return rc;
}

int view_sheet(struct tool *t, const struct view_sheet *o)
{
	struct sheet s;
	int rc = sheet_init(&s, pz_reader_header(t->in), o);

	while (rc == 0 && s.n < s.room && (rc = pz_read(t->in)) > 0)
		if ((rc = take_stamp(&s, pz_reader_record(t->in))) < 0)
			rc = record_fail(t->in, pz_reader_record(t->in), rc);
	if (rc == 0 && s.n == 0)
		rc = pz_fail(PZ_EDATA, "%s: no stamps to draw", pz_reader_name(t->in));
	if (rc == 0)
		rc = draw_sheet(&s, o);
	free(s.planes);
	free(s.caption);
	return rc;
}
