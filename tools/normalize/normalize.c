/* normalize -- bring pixels to the scale that networks need
 *
 *   in    stamps as cut, img (C,S,S) in flux
 *   out   the same, each pixel divided and stretched
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/normalize.h>

#include "../common/counted.h"
#include "../common/scalars.h"
#include "../common/tool.h"
#include "soften.h"

#define PIECE 512 /* pixels converted at a time */

/* The scale of the first pixels is looked at, and networks learn badly from one outside of this. */
#define LOOKED_AT ((uint64_t)1 << 22)
#define LEAST     0.03
#define MOST      10

struct options {
	int stretch;        /* enum pz_stretch                                       */
	double divide;      /* 0: the survey's                                       */
	const char *soften; /* numbers, "auto", or NULL                              */
	const char *like;   /* a model or stream; NULL: none                         */
	int pixel;          /* 0: as in the input, else 1 + enum pz_pixel            */
};

/* Pixels that were changed in another way than by the stretch. */
struct counts {
	uint64_t no_value, clipped;
	uint64_t pixels; /* of the first stamps, with their sums */
	double sum, squares;
};

static int check_header(const struct pz_header *h)
{
	int rc = pz_header_need_kind(h, "stamps");

	if (rc < 0)
		return rc;
	if (h->stretch[0])
		return pz_fail(PZ_EMISMATCH,
			       "expected stamps as cut, found normalised ones (stretch %s)",
			       h->stretch);
	if (h->bands == 0 || h->size == 0)
		return pz_fail(PZ_EMISMATCH,
			       "header: expected the bands and the size of stamps, found none");
	return 0;
}

/* What the header says of the pixels to come; ahead: the stamps that were read to find it. */
static int plan_header(struct tool *t, struct pz_header *h, struct options *o, struct ahead *ahead)
{
	int rc;

	if (o->like) {
		enum pz_stretch stretch = PZ_STRETCH_NONE;

		if ((rc = soften_like(t, o->like, h)) < 0)
			return rc;
		if (pz_normalize_find(h->stretch, &stretch) < 0)
			return pz_fail_in(PZ_EMISMATCH, "%s", o->like);
		o->stretch = (int)stretch;
		return 0;
	}
	h->divide = o->divide;
	if (o->divide == 0)
		h->divide = h->has_limits && h->limits.divide > 0 ? h->limits.divide : 1;
	snprintf(h->stretch, sizeof h->stretch, "%s",
		 pz_normalize_name((enum pz_stretch)o->stretch));
	if (!o->soften)
		return 0;
	return strcmp(o->soften, "auto") ? soften_parse(o->soften, h) : soften_measure(t, ahead, h);
}

static void look_at_scale(struct counts *c, const float *x, size_t n)
{
	if (c->pixels >= LOOKED_AT)
		return;
	for (size_t i = 0; i < n; i++) {
		c->sum += (double)x[i];
		c->squares += (double)x[i] * (double)x[i];
	}
	c->pixels += n;
}

/* Converts n pixels: from `stored` into `to`, by way of a piece that stays in the cache. */
static void convert_pixels(enum pz_stretch stretch, double divide, const char *stored,
			   enum pz_pixel from, char *to, enum pz_pixel pixel, size_t n,
			   struct counts *counts)
{
	float x[PIECE];
	size_t some;

	for (; n > 0;
	     n -= some, stored += some * pz_pixel_bytes(from), to += some * pz_pixel_bytes(pixel)) {
		some = n < PIECE ? n : PIECE;
		pz_pixels_load(x, stored, some, from);
		counts->no_value += pz_normalize_pixels(stretch, divide, x, some);
		look_at_scale(counts, x, some);
		if (pixel == PZ_F2)
			counts->clipped += pz_pixels_clip(x, some);
		pz_pixels_store(to, x, some, pixel);
	}
}

/* Converts one record's stamp. */
static int convert_stamp(const struct options *o, const struct pz_header *from,
			 const struct pz_header *to, pz_map *record, struct counts *counts)
{
	size_t n = (size_t)from->size * (size_t)from->size, size;
	const char *stored;
	const void *img;
	char *room;
	int rc = pz_map_bytes(record, "img", &img, &size);

	if (rc <= 0 || size != pz_header_stamp_bytes(from))
		return pz_fail(rc < 0 ? rc : PZ_EDATA, "img: expected %zu bytes, found %zu",
			       pz_header_stamp_bytes(from), rc > 0 ? size : 0);
	if (!(room = pz_map_set_room(record, "img", pz_header_stamp_bytes(to))))
		return pz_map_error(record);
	stored = img;
	for (int b = 0; b < from->bands; b++) {
		convert_pixels((enum pz_stretch)o->stretch, pz_header_divisor(to, b), stored,
			       from->pixel, room, to->pixel, n, counts);
		stored += n * pz_pixel_bytes(from->pixel);
		room += n * pz_pixel_bytes(to->pixel);
	}
	return 0;
}

static void say_softening(const struct tool *t, const struct pz_header *h)
{
	char text[PZ_BANDS_MAX * 16] = "";

	for (int b = 0; b < h->bands; b++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%.4g", b ? "," : "",
			 h->soften[b]);
	tool_say(t, "--soften %s", text);
}

/* That networks learn badly from such numbers. */
static void say_scale(const struct tool *t, const struct options *o, const struct pz_header *to,
		      double deviation)
{
	char divisor[40] = "the numbers of --soften";

	if (!to->has_soften)
		snprintf(divisor, sizeof divisor, "%g", to->divide);
	tool_say(
		t,
		"the pixels have a standard deviation of %.2g after division by %s: a network "
		"learns badly from numbers that are not between 0.1 and 10. Give %s --%s, or train "
		"a network that begins with whiten (train --recipe modern), which finds their "
		"scale by itself",
		deviation, divisor,
		o->soften           ? deviation < LEAST ? "smaller numbers to" : "larger numbers to"
		: deviation < LEAST ? "a smaller"
				    : "a larger",
		o->soften ? "soften" : "divide");
}

static void say_counts(const struct tool *t, const struct counts *c, const struct options *o,
		       const struct pz_header *to)
{
	double n = (double)c->pixels, mean = n > 0 ? c->sum / n : 0;
	double deviation = n > 0 ? sqrt(fmax(c->squares / n - mean * mean, 0)) : 1;

	if (to->has_soften && t->verbose)
		say_softening(t, to);
	if (c->no_value)
		tool_say(t, "%s no value (NaN, infinite) and %s set to 0",
			 COUNTED(c->no_value, "pixel has", "pixels have"),
			 c->no_value == 1 ? "was" : "were");
	if (c->clipped)
		tool_say(t, "%s clipped to 65504, the largest number of f2",
			 COUNTED(c->clipped, "pixel was", "pixels were"));
	if (!o->like && (deviation < LEAST || deviation > MOST))
		say_scale(t, o, to, deviation);
}

static int normalize_stream(struct tool *t, const struct options *o, const struct pz_header *to,
			    struct ahead *ahead)
{
	const struct pz_header *from = pz_reader_header(t->in);
	struct counts counts = { 0 };
	struct pz_progress progress;
	pz_map *record;
	int rc = 0;

	tool_progress(t, &progress, "normalize", "stamps", 0);
	while (rc == 0 && (rc = soften_next(t, ahead, &record)) > 0) {
		rc = convert_stamp(o, from, to, record, &counts);
		rc = rc < 0 ? record_fail(t->in, record, rc) : pz_write(t->out, record);
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (rc == 0)
		say_counts(t, &counts, o, to);
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = { .stretch = PZ_STRETCH_SQRT };
	const struct pz_option table[] = {
		{ PZ_OPTION_CHOICE, 's', "stretch", "NAME", &o.stretch,
		  "function applied to each pixel", .choices = "none,sqrt,asinh,log" },
		{ PZ_OPTION_DOUBLE, 'd', "divide", "X", &o.divide,
		  "divide fluxes by X first; 0: by the survey's divisor", .min = 0, .max = 1e30 },
		{ PZ_OPTION_TEXT, 0, "soften", "X,...|auto", &o.soften,
		  "divide each band by a number of its own; auto: by the noise of its sky",
		  .words = "auto", .excludes = "divide" },
		{ PZ_OPTION_FILE, 0, "like", "FILE", &o.like,
		  "do what was done to these stamps, or to those of this model",
		  .excludes = "stretch,divide,soften" },
		{ PZ_OPTION_CHOICE, 'p', "pixel", "TYPE", &o.pixel,
		  "store pixels as float32 (f4) or float16 (f2)", .choices = "same,f4,f2" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "normalize",
		.does = "scale pixel values to the range that networks learn from best",
		.usage = "[options] [stamps ...] >stamps",
		.options = table,
		.writes = true,
	};
	struct pz_header h = { 0 };
	struct ahead ahead = { 0 };
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = tool_open_input(&t, 0)) == 0 &&
	    (rc = pz_header_copy(&h, pz_reader_header(t.in))) == 0 &&
	    (rc = tool_blame_input(&t, check_header(&h))) == 0) {
		if (o.pixel)
			h.pixel = (enum pz_pixel)(o.pixel - 1);
		rc = plan_header(&t, &h, &o, &ahead);
	}
	if (rc == 0 && (rc = tool_open_output(&t, &h)) == 0)
		rc = normalize_stream(&t, &o, &h, &ahead);
	soften_release(&ahead);
	pz_header_release(&h);
	return tool_end(&t, rc);
}
