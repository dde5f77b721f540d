/* sheet.c -- draws stamps of a stream as a contact sheet */
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
#include "choose.h"
#include "view.h"

#define CAPTION    80                /* bytes                              */
#define STAMPS_MAX ((size_t)1 << 28) /* pixels kept, all stamps together    */

struct sheet {
	const struct pz_header *header;
	enum pz_stretch stretch; /* of the pixels, to be inverted                      */
	int band[3];             /* for red, green, blue                                  */
	size_t pixels;
	int room, lines; /* lines: of the longest caption                     */
	struct choice choice;
	enum estimate estimate;
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

static void take_planes(struct sheet *s, int place, const unsigned char *img)
{
	size_t one = s->pixels * pz_pixel_bytes(s->header->pixel);
	float *planes = s->planes + (size_t)place * 3 * s->pixels;

	for (int k = 0; k < 3; k++) {
		float *x = planes + (size_t)k * s->pixels;
		double divide = pz_header_divisor(s->header, s->band[k]);

		pz_pixels_load(x, img + (size_t)s->band[k] * one, s->pixels, s->header->pixel);
		for (size_t i = 0; i < s->pixels; i++)
			x[i] = (float)pz_normalize_inverse(s->stretch, divide, (double)x[i]);
	}
}

/* Up to three lines, "1237648720693755918", "z 0.081 r 16.93" and "phot 0.0794", with what is known
 * of the galaxy. */
static int take_caption(struct sheet *s, int place, const pz_map *record)
{
	char *text = s->caption[place];
	double z = pz_map_number(record, "z", NAN), mag = pz_map_number(record, "mag", NAN);
	double zphot = pz_map_number(record, estimate_path[s->estimate], NAN);
	struct value id;
	FILE *to = fmemopen(text, CAPTION, "w");

	if (!to)
		return pz_fail(PZ_ENOMEM, "no memory for a caption");
	if (value_find(record, "id", &id))
		value_print_cell(&id, to);
	fputc('\n', to);
	if (!isnan(z))
		fprintf(to, "z %.3f ", z);
	if (!isnan(mag))
		fprintf(to, "%s %.2f", s->header->has_rows ? s->header->rows.mag : "mag", mag);
	if (!isnan(zphot)) {
		fprintf(to, "\nphot %.3f", zphot);
		s->lines = 3;
	}
	fclose(to); /* a longer text is truncated */
	text[CAPTION - 1] = 0;
	return 0;
}

static int take_stamp(struct sheet *s, const pz_map *record)
{
	const void *img;
	size_t size, expected = pz_header_stamp_bytes(s->header);
	int rc = pz_map_bytes(record, "img", &img, &size), place;

	if (rc <= 0)
		return rc; /* a record without a stamp is left out */
	if (size != expected)
		return pz_fail(PZ_ECORRUPT, "img: expected %zu bytes, found %zu", expected, size);
	if ((place = choice_place(&s->choice, record, s->estimate)) < 0)
		return 0;
	take_planes(s, place, img);
	return take_caption(s, place, record);
}

static int sheet_init(struct sheet *s, const struct tool *t, const struct view_sheet *o)
{
	const struct pz_header *h = pz_reader_header(t->in);
	size_t most;

	*s = (struct sheet){ .header = h,
			     .lines = 2,
			     .estimate = (enum estimate)o->estimate,
			     .pixels = (size_t)h->size * (size_t)h->size };
	if (h->bands == 0 || s->pixels == 0)
		return pz_fail(PZ_EMISMATCH, "--png: expected a stream of stamps, found %s",
			       h->kind);
	if (*h->stretch && pz_normalize_find(h->stretch, &s->stretch) < 0)
		return pz_fail(PZ_EMISMATCH, "header: stretch: '%s' is unknown to this version",
			       h->stretch);
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
	if (o->bands && take_bands(s, o->bands) < 0)
		return PZ_EUSAGE;
	return choice_init(&s->choice, (enum choose)o->choose, s->room, t);
}

static int draw_sheet(const struct sheet *s, const struct view_sheet *o)
{
	const struct pz_sheet_form form = { s->choice.n, o->columns, s->header->size, s->lines,
					    s->header->pixscale };
	unsigned char *rgb = malloc(3 * s->pixels);
	struct pz_sheet *sheet = NULL;
	struct pz_colour colour;
	int rc = rgb ? 0 : pz_fail(PZ_ENOMEM, "no memory for a stamp");

	if (rc == 0 && (rc = pz_sheet_new(&sheet, &form)) == 0)
		rc = pz_colour_fit(&colour, s->planes, (size_t)s->choice.n, s->pixels);
	for (int i = 0; i < s->choice.n && rc == 0; i++) {
		int place = s->choice.kept[i].place;

		if (i == 0) {
			colour.white /= o->scale;
			colour.soft /= o->scale;
		}
		pz_colour_apply(&colour, s->planes + (size_t)place * 3 * s->pixels, s->pixels, rgb);
		pz_sheet_put(sheet, i, rgb, s->caption[place]);
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
	int rc = sheet_init(&s, t, o);

	while (rc == 0 && !choice_is_full(&s.choice) && (rc = pz_read(t->in)) > 0)
		if ((rc = take_stamp(&s, pz_reader_record(t->in))) < 0)
			rc = record_fail(t->in, pz_reader_record(t->in), rc);
	if (rc == 0 && o->choose == CHOOSE_WORST) {
		say_lacking(t, "", s.choice.target, &s.choice.z);
		say_lacking(t, "", estimate_path[o->estimate], &s.choice.zphot);
	}
	if (rc == 0 && s.choice.n == 0)
		rc = pz_fail(PZ_EDATA, "%s: no stamps to draw%s", pz_reader_name(t->in),
			     o->choose == CHOOSE_WORST ? " that have a redshift and an estimate"
						       : "");

	if (rc == 0) {
		choice_order(&s.choice);
		rc = draw_sheet(&s, o);
	}
	choice_release(&s.choice);
	free(s.planes);
	free(s.caption);
	return rc;
}
