/* cutout -- stamps of a catalogue's galaxies from frames
 *
 *   in    a catalogue (FITS table, text) and FITS frames, one per field and band
 *   out   stamps stream on stdout   img (C,S,S) float32, flux per pixel; cover (C)
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/alike.h>
#include <pz/cutout.h>
#include <pz/libraries.h>
#include <pz/missing.h>

#include "../common/apart.h"
#include "../common/shard.h"
#include "../common/tool.h"
#include "targets.h"

struct options {
	const char *catalogue, *frames, *bands, *columns, *carry, *shard, *survey, *hdu, *table,
		*zeropoint, *bias, *missing, *mask, *mask_hdu, *mask_bits, *sky_radii;
	int size, kernel, sky;
	double pixscale, min_cover;
	bool native, mask_weights;
};

#define PLANES        1024 /* bytes of --mask-bits */
#define PLANE_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

/* What a run works with. */
struct work {
	struct pz_survey survey;
	struct pz_missing missing;
	char bands[PZ_BANDS_MAX * PZ_BAND_NAME]; /* the names, each terminated      */
	const char *band[PZ_BANDS_MAX];
	int band_count;
	struct galaxies galaxies;
	struct pz_frames *frames;
	struct pz_cutout_options cutout;
	struct pz_cutout *c;
	char planes[PLANES]; /* names of --mask-bits, with commas between */
};

/* "g,r,i", blanks around names left out. */
static int parse_bands(struct work *w, const char *list)
{
	if (strlen(list) >= sizeof w->bands)
		return pz_fail(PZ_EUSAGE, "--bands: too long");
	strcpy(w->bands, list);
	for (char *save, *name = strtok_r(w->bands, ",", &save); name;
	     name = strtok_r(NULL, ",", &save)) {
		name += strspn(name, " ");
		for (size_t n = strlen(name); n && name[n - 1] == ' '; n--)
			name[n - 1] = '\0';
		if (!*name || strlen(name) >= PZ_BAND_NAME)
			return pz_fail(PZ_EUSAGE, "--bands: '%s': expected a name of 1 to %d bytes",
				       name, PZ_BAND_NAME - 1);
		for (int b = 0; b < w->band_count; b++)
			if (!strcmp(w->band[b], name))
				return pz_fail(PZ_EUSAGE, "--bands: '%s' twice", name);
		if (w->band_count == PZ_BANDS_MAX)
			return pz_fail(PZ_EUSAGE, "--bands: more than %d", PZ_BANDS_MAX);
		w->band[w->band_count++] = name;
	}
	return w->band_count ? 0 : pz_fail(PZ_EUSAGE, "--bands: no band");
}

/* Adds to the error of frames not found what ugriz, one name, may have been meant for. */
static int suggest_bands(const struct work *w, int rc)
{
	char list[PZ_ALIKE_MAX];

	if (w->band_count > 1 || !pz_alike_bands(w->band[0], list))
		return rc;
	return pz_fail(rc, "%s; did you mean --bands %s?", pz_error_text(), list);
}

/* One item of --mask-bits: a bit from 0, a hexadecimal number of several, or a plane's name,
 * which is added to names. false: none of these. */
static bool parse_bit(struct pz_cutout_options *c, const char *item, char names[PLANES])
{
	bool hex = !strncasecmp(item, "0x", 2);
	size_t used = strlen(names);
	unsigned long long n;
	char *end;

	if (isalpha((unsigned char)*item)) {
		if (item[strspn(item, PLANE_LETTERS)] || used + strlen(item) + 2 > PLANES)
			return false;
		snprintf(names + used, PLANES - used, "%s%s", used ? "," : "", item);
		c->mask_planes = names;
		return true;
	}
	errno = 0;
	n = strtoull(item, &end, hex ? 16 : 10);
	if (!isdigit((unsigned char)*item) || *end || errno || (hex ? n == 0 : n > 63))
		return false;
	c->mask_bits |= hex ? n : 1ULL << n;
	return true;
}

/* "0,3,17", "0x20009" or "SAT,MP_BAD,3": the bits of a mask. */
static int parse_bits(struct pz_cutout_options *c, const char *text, char names[PLANES])
{
	bool good = !text || *text;

	for (size_t n; good && text && *text; text += n + (text[n] == ',')) {
		char item[80];

		n = strcspn(text, ",");
		snprintf(item, sizeof item, "%.*s", (int)n, text);
		good = n < sizeof item && (text[n] != ',' || text[n + 1]) &&
		       parse_bit(c, item, names);
		if (!good)
			break;
	}
	return good ? 0
		    : pz_fail(PZ_EUSAGE,
			      "--mask-bits: expected bits from 0 to 63 or names of planes with "
			      "commas "
			      "between, or a hexadecimal number (0x9), found '%s'",
			      text);
}

/* "15,25" */
static int parse_radii(struct pz_cutout_options *c, const char *text)
{
	char rest;

	if (text && (sscanf(text, "%lf,%lf%c", &c->sky_inner, &c->sky_outer, &rest) != 2 ||
		     !(c->sky_inner >= 0 && c->sky_outer > c->sky_inner && c->sky_outer < 36000)))
		return pz_fail(PZ_EUSAGE,
			       "--sky-radii: expected two radii in arcsec, as 15,25, found '%s'",
			       text);
	return 0;
}

/* One item for all bands, or one for each. */
static int check_list(const struct work *w, const char *option, const char *list)
{
	int items = 0;
	size_t n;

	for (const char *at = list; at; at = at[n] ? at + n + 1 : NULL, items++)
		if ((n = strcspn(at, ",")) == 0)
			items = PZ_BANDS_MAX + 1;
	if (!list || items == 1 || items == w->band_count)
		return 0;
	return pz_fail(PZ_EUSAGE,
		       "%s: expected one number or keyword, or %d with commas between, found '%s'",
		       option, w->band_count, list);
}

/* Numbers of a list must be such as can be meant. */
static int check_numbers(const char *option, const char *list, bool magnitudes)
{
	char item[80];
	size_t n;

	for (const char *at = list; at; at = at[n] ? at + n + 1 : NULL) {
		char *end;
		double value;

		n = strcspn(at, ",");
		snprintf(item, sizeof item, "%.*s", (int)n, at);
		value = strtod(item, &end);
		if (end == item || end[strspn(end, " ")])
			continue;
		if (magnitudes ? !pz_is_magnitude(value) : !isfinite(value))
			return pz_fail(PZ_EUSAGE, "%s: expected a %s or a keyword, found '%s'",
				       option, magnitudes ? "magnitude" : "number", item);
	}
	return 0;
}

/* What is of no use without another option. */
static int check_company(const struct options *o)
{
	if (!o->mask && (o->mask_weights || o->mask_hdu) && o->frames[0] != '@')
		return pz_fail(PZ_EUSAGE, "--mask-hdu and --mask-weights want --mask");
	if (o->mask_bits && o->mask_weights)
		return pz_fail(PZ_EUSAGE, "--mask-bits or --mask-weights, not both");
	if (o->sky_radii && !o->sky)
		return pz_fail(PZ_EUSAGE, "--sky-radii wants --subtract-sky annulus");
	return 0;
}

static int check(struct tool *t, const struct options *o, struct work *w)
{
	struct shard shard;
	int rc;

	if (!o->catalogue || !o->frames)
		return pz_fail(PZ_EUSAGE, "expected --catalogue and --frames");
	if (t->operand_count > 0)
		return pz_fail(PZ_EUSAGE,
			       "'%s': no operands; in quotes, --frames 'frame-%%b-*.fits' "
			       "is one pattern",
			       t->operands[0]);
	w->cutout = (struct pz_cutout_options){ .size = o->size,
						.pixscale = o->pixscale,
						.kernel = (enum pz_kernel)o->kernel,
						.native = o->native,
						.min_cover = o->min_cover,
						.hdu = o->hdu,
						.zeropoint = o->zeropoint,
						.bias = o->bias,
						.mask_hdu = o->mask_hdu,
						.mask_weights = o->mask_weights,
						.sky = o->sky };
	if ((rc = check_company(o)) < 0 || (rc = parse_bands(w, o->bands)) < 0 ||
	    (rc = check_list(w, "--zeropoint", o->zeropoint)) < 0 ||
	    (rc = check_list(w, "--bias", o->bias)) < 0 ||
	    (rc = check_numbers("--zeropoint", o->zeropoint, true)) < 0 ||
	    (rc = check_numbers("--bias", o->bias, false)) < 0 ||
	    (rc = pz_missing_parse(&w->missing, o->missing)) < 0 ||
	    (rc = shard_parse(&shard, o->shard)) < 0 ||
	    (rc = parse_bits(&w->cutout, o->mask_bits, w->planes)) < 0 ||
	    (rc = parse_radii(&w->cutout, o->sky_radii)) < 0)
		return rc;
	w->cutout.shard = shard.part;
	w->cutout.shards = shard.parts;
	return pz_survey_find(&w->survey, o->survey);
}

/* Adds an item to an enumeration, after what parts it from those before. */
static void enumerate(char *to, size_t size, const char *parting, const char *item)
{
	size_t used = strlen(to);

	snprintf(to + used, size - used, "%s%s", used ? parting : "", item);
}

/* "no column of magnitudes or E(B-V) was found", and which have no value. What was said when the
 * catalogue was read is not said again. */
static void say_columns(const struct tool *t, const struct galaxies *g, const char *file)
{
	const struct {
		bool lacking, empty;
		const char *key, *what, *option;
	} column[] = {
		{ !g->has_z && !g->doubted_z, g->has_z && !g->z, "z", "redshifts", "z=NAME" },
		{ !g->has_mag, g->has_mag && !g->mag, "mag", "magnitudes", "mag=NAME" },
		{ !g->has_ebv, g->has_ebv && !g->ebv, "ebv", "E(B-V)", "ebv=NAME" },
	};
	char whats[64] = "", keys[32] = "", options[64] = "";
	int lacking = 0, left = 0;

	for (int i = 0; i < 3; i++)
		lacking += column[i].lacking;
	left = lacking;
	for (int i = 0; i < 3; i++) {
		if (column[i].empty)
			tool_say(t, "%s: the column of %s has no value in any row", file,
				 column[i].what);
		if (!column[i].lacking)
			continue;
		left--;
		enumerate(whats, sizeof whats, left ? ", " : " or ", column[i].what);
		enumerate(keys, sizeof keys, left ? ", " : " and ", column[i].key);
		enumerate(options, sizeof options, ",", column[i].option);
	}
	if (lacking)
		tool_say(t,
			 "%s: no column of %s was found: the stamps will lack %s; --columns %s "
			 "names %s",
			 file, whats, keys, options, lacking > 1 ? "them" : "one");
}

/* What the catalogue does not have, while there is time to stop. */
static int report_catalogue(const struct tool *t, const struct work *w, const char *file)
{
	const struct galaxies *g = &w->galaxies;
	size_t duplicates, first = 0;
	char name[PZ_ID_MAX];
	int rc = galaxies_count_duplicates(g, &duplicates, &first);

	if (rc < 0)
		return rc;
	if (g->n == 0 && g->bad)
		return pz_fail(
			PZ_EDATA,
			"%s: none of its %llu rows has good coordinates; the first is row %llu, "
			"id %s; expected RA from -180 to 360 and Dec from -90 to 90 degrees, or "
			"12:34:56.7: are they exchanged (--columns ra=NAME,dec=NAME)?",
			file, (unsigned long long)g->bad, (unsigned long long)g->first_bad + 1,
			g->bad_id);
	if (g->n == 0)
		return pz_fail(PZ_EDATA, "%s: no rows", file);
	if (g->bad)
		tool_say(t,
			 "%llu rows without good coordinates were left out; the first is row %llu, "
			 "id %s",
			 (unsigned long long)g->bad, (unsigned long long)g->first_bad + 1,
			 g->bad_id);
	say_columns(t, g, file);
	if (duplicates) {
		galaxies_name(g, first, name);
		tool_say(t,
			 "%s: %zu galaxies have the id of another one, the first id %s; what joins "
			 "by id cannot tell them apart",
			 file, duplicates, name);
	}
	return 0;
}

static void report_frames(const struct tool *t, const struct work *w)
{
	const char *first, *unknown = pz_frames_unknown(w->frames);
	size_t twice = pz_frames_twice(w->frames, &first);

	if (unknown)
		tool_say(t,
			 "columns that a table of frames does not need are ignored: %s; known are "
			 "file, band, hdu, field, zeropoint, mask and mask_hdu",
			 unknown);
	if (twice)
		tool_say(t, "%zu times a file is named again for its band; the first is %s", twice,
			 first);
}

/* Counts of frames with zero points of their own are not of one unit. */
static void report_unit(const struct tool *t, const struct work *w)
{
	const char *keyword = pz_cutout_unused_zeropoint(w->c), *unit = pz_cutout_unit(w->c);

	if (!strncmp(unit, "flux of AB ", 11))
		tool_say(t,
			 "pixels of Pan-STARRS stacks are made linear (BSOFTEN, BOFFSET), in units "
			 "of "
			 "the %s; with --zeropoint PS1 they are nanomaggies",
			 unit);
	else if (keyword)
		tool_say(t,
			 "pixels stay in '%s', though frames have a zero point, %s; with "
			 "--zeropoint "
			 "%s frames and bands are of one unit, nanomaggies",
			 unit, keyword, keyword);
}

/* The frames and their masks, one after the other. */
struct frame_names {
	const struct pz_frames *frames;
	size_t at; /* field, band, and frame or mask, counted through */
};

static const char *next_name(void *context)
{
	struct frame_names *n = context;
	size_t bands = (size_t)pz_frames_bands(n->frames), fields = pz_frames_fields(n->frames);

	while (n->at < 2 * fields * bands) {
		size_t at = n->at++;
		struct pz_frame f = pz_frames_get(n->frames, at / 2 / bands, (int)(at / 2 % bands));
		const char *path = at % 2 ? f.mask : f.path;

		if (path)
			return path;
	}
	return NULL;
}

static int open_all(const struct tool *t, const struct options *o, struct work *w)
{
	struct pz_catalogue_options columns = { .columns = o->columns,
						.carry = o->carry,
						.band = w->survey.rows.mag,
						.hdu = o->table,
						.missing = w->missing };
	int rc = galaxies_read(t, &w->galaxies, o->catalogue, &columns);

	if (rc == 0)
		rc = report_catalogue(t, w, o->catalogue);
	if (rc == 0 && (rc = pz_frames_find(&w->frames, o->frames, w->band, w->band_count)) < 0)
		rc = suggest_bands(w, rc);
	if (rc == 0)
		report_frames(t, w);
	if (rc == 0 && o->mask)
		rc = pz_frames_add_masks(w->frames, o->mask);
	if (rc == 0)
		rc = apart_check_more(t, next_name, &(struct frame_names){ w->frames, 0 });
	if (rc == 0)
		rc = pz_cutout_open(&w->c, w->frames, &w->cutout, w->galaxies.n, w->galaxies.radec);
	if (rc == 0)
		report_unit(t, w);
	return rc;
}

static int make_header(struct pz_header *h, const struct work *w)
{
	int rc = pz_header_init(h, "stamps");

	if (rc < 0)
		return rc;
	h->bands = w->band_count;
	for (int b = 0; b < h->bands; b++)
		strcpy(h->band[b], w->band[b]);
	h->size = w->cutout.size;
	h->pixscale = pz_cutout_pixscale(w->c);
	snprintf(h->unit, sizeof h->unit, "%s", pz_cutout_unit(w->c));
	h->pixel = PZ_F4;
	pz_header_set_survey(h, &w->survey);
	return 0;
}

static int write_stamp(struct tool *t, struct work *w, const struct pz_stamp *stamp, pz_map *record)
{
	size_t n = (size_t)w->band_count * (size_t)w->cutout.size * (size_t)w->cutout.size;
	double cover[PZ_BANDS_MAX], sky[PZ_BANDS_MAX];

	for (int b = 0; b < w->band_count; b++) {
		cover[b] = stamp->cover[b];
		sky[b] = stamp->sky[b];
	}
	pz_map_clear(record);
	galaxies_record(&w->galaxies, stamp->galaxy, record);
	pz_map_set_numbers(record, "cover", cover, w->band_count, 0);
	if (w->cutout.sky)
		pz_map_set_numbers(record, "sky", sky, w->band_count, 0);
	/* A stream's f4 is what floats are in memory (pixel.h). */
	pz_map_set_bytes(record, "img", stamp->pixels, n * pz_pixel_bytes(PZ_F4));
	return pz_write(t->out, record);
}

static void report_masks(const struct tool *t, const struct work *w)
{
	const char *first = NULL;
	size_t all, unmasked = pz_frames_unmasked(w->frames, &all, &first);

	if (unmasked && unmasked < all)
		tool_say(t, "%zu of %zu frames have no mask; the first is %s", unmasked, all,
			 first);
}

/* What headers say and is not done, of each frame. */
static void report_notes(const struct tool *t, const struct work *w, size_t n)
{
	const char *note;
	size_t i;

	for (i = 0; (note = pz_cutout_note(w->c, i)); i++)
		tool_say(t, "%s", note);
	if (n > i)
		tool_say(t, "the same of %zu more frames", n - i);
}

/* What was left out, and why. */
static void report(const struct tool *t, const struct work *w)
{
	struct pz_cutout_counts n;
	char name[PZ_ID_MAX];

	pz_cutout_count(w->c, &n);
	if (n.outside)
		tool_say(t, "%zu of %zu galaxies lie on no frame", n.outside, n.galaxies);
	if (n.poor)
		tool_say(t, "%zu galaxies were dropped: cover below %g in some band", n.poor,
			 w->cutout.min_cover);
	if (n.missing_frames) {
		galaxies_name(&w->galaxies, n.missing_galaxy, name);
		tool_say(t,
			 "%zu frames are missing; the first is %s, for galaxy %s; of %zu galaxies "
			 "pixels and cover are 0 there",
			 n.missing_frames, n.missing, name, n.lacking);
	}
	if (n.skyless)
		tool_say(t,
			 "%zu times a band had no data for its sky; there pixels and cover are 0",
			 n.skyless);
	if (n.bare)
		tool_say(t,
			 "%zu galaxies have no data at their place in some band, on any frame; "
			 "cover "
			 "says how much their stamps have",
			 n.bare);
	report_masks(t, w);
	report_notes(t, w, n.noted);
	if (t->verbose && n.moved)
		tool_say(t,
			 "%zu galaxies were cut from another frame than their deepest, which "
			 "has no data there",
			 n.moved);
	if (t->verbose)
		tool_say(t, "%zu stamps of %d bands, %d pixels of %g\"", n.cut, w->band_count,
			 w->cutout.size, pz_cutout_pixscale(w->c));
}

static int cut(struct tool *t, struct work *w)
{
	struct pz_cutout_counts n;
	struct pz_progress progress;
	struct pz_stamp stamp;
	pz_map *record = pz_map_new();
	int rc = 0;

	if (!record)
		rc = pz_fail(PZ_ENOMEM, "no memory for a stamp");
	pz_cutout_count(w->c, &n);
	tool_progress(t, &progress, "cutout", "stamps",
		      (double)(n.galaxies - n.outside - n.others));
	while (rc == 0 && (rc = pz_cutout_next(w->c, &stamp)) > 0) {
		rc = write_stamp(t, w, &stamp, record);
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (rc == 0)
		report(t, w);
	pz_map_free(record);
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = {
		.bands = "u,g,r,i,z", .size = 64, .kernel = PZ_LANCZOS3, .survey = "sdss"
	};
	const struct pz_option table[] = {
		{ PZ_OPTION_FILE, 'c', "catalogue", "FILE", &o.catalogue,
		  "table of galaxies: FITS or text (CSV and similar); - reads text from standard "
		  "input" },
		{ PZ_OPTION_FILE, 'f', "frames", "PATTERN,...", &o.frames,
		  "file names of the frames, with %b for the band and the shell's * ? []; @FILE: a "
		  "list or table of frames" },
		{ PZ_OPTION_TEXT, 'b', "bands", "LIST", &o.bands,
		  "bands, in the order in which a stamp holds them" },
		{ PZ_OPTION_INT, 's', "size", "PIXELS", &o.size, "side of a stamp, in pixels",
		  .min = 1, .max = PZ_CUTOUT_SIZE_MAX },
		{ PZ_OPTION_DOUBLE, 'p', "pixscale", "ARCSEC", &o.pixscale,
		  "size of a stamp's pixel; 0: that of the frames", .min = 0, .max = 3600 },
		{ PZ_OPTION_CHOICE, 'k', "kernel", "NAME", &o.kernel, "interpolation kernel",
		  .choices = "nearest,bilinear,lanczos3" },
		{ PZ_OPTION_FLAG, 'n', "native", NULL, &o.native,
		  "align stamps with the first band's frame instead of north up" },
		{ PZ_OPTION_TEXT, 0, "columns", "id=NAME,...", &o.columns,
		  "catalogue columns to use for id, ra, dec, z, mag, ebv; default: by their usual "
		  "names" },
		{ PZ_OPTION_TEXT, 0, "carry", "NAME,...", &o.carry,
		  "copy further columns into the records; key=NAME renames one" },
		{ PZ_OPTION_TEXT, 0, "missing", "VALUE,...", &o.missing,
		  "catalogue numbers that mean 'no value', such as -99; none: every number is a "
		  "value" },
		{ PZ_OPTION_DOUBLE, 0, "min-cover", "SHARE", &o.min_cover,
		  "drop galaxies with a smaller share of valid pixels in any band", .min = 0,
		  .max = 1 },
		{ PZ_OPTION_TEXT, 0, "shard", "I/N", &o.shard,
		  "process only part I of N of the fields", .local = true },
		{ PZ_OPTION_FILE, 0, "survey", "NAME", &o.survey,
		  "survey settings: sdss, cfhtls-wide, cfhtls-deep, or a JSON file; default: "
		  "sdss",
		  .words = "sdss,cfhtls-wide,cfhtls-deep" },
		{ PZ_OPTION_TEXT, 0, "zeropoint", "MAG,...", &o.zeropoint,
		  "convert to nanomaggies: magnitude of flux 1, the keyword that holds it, or "
		  "PS1" },
		{ PZ_OPTION_TEXT, 0, "bias", "FLUX,...", &o.bias,
		  "subtract this from every frame pixel: a number, or the keyword that holds it" },
		{ PZ_OPTION_FILE, 'm', "mask", "PATTERN,...", &o.mask,
		  "file names of masks; masked pixels are left out" },
		{ PZ_OPTION_TEXT, 0, "mask-bits", "LIST", &o.mask_bits,
		  "mask bits that mark bad pixels: numbers from 0, names (SAT), or hexadecimal "
		  "(0x9); default: any bit" },
		{ PZ_OPTION_FLAG, 0, "mask-weights", NULL, &o.mask_weights,
		  "masks are weight maps: pixels with weight 0 or less are bad" },
		{ PZ_OPTION_TEXT, 0, "mask-hdu", "HDU", &o.mask_hdu,
		  "HDU of the masks, number or name; default: the first image" },
		{ PZ_OPTION_CHOICE, 0, "subtract-sky", "HOW", &o.sky,
		  "subtract the sky around each galaxy; annulus: the clipped median of a ring",
		  .choices = "none,annulus" },
		{ PZ_OPTION_TEXT, 0, "sky-radii", "IN,OUT", &o.sky_radii,
		  "inner and outer radius of the ring, in arcsec; default: 0.5 and 1.5 times a "
		  "stamp's side" },
		{ PZ_OPTION_TEXT, 0, "hdu", "HDU", &o.hdu,
		  "HDU of the frames, number or name; default: the first image" },
		{ PZ_OPTION_TEXT, 0, "table", "HDU", &o.table,
		  "HDU of a FITS catalogue, number or name; default: the first table" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "cutout",
		.does = "cut stamps of galaxies from the frames of a survey",
		.usage = "--catalogue FILE --frames PATTERN [options] >stamps",
		.notes = "Stamps are written field by field, in the order of the fields' names, "
			 "and within\n"
			 "a field in the order of the catalogue.\n",
		.options = table,
		.libraries = (library_name *const[]){ pz_fits_library, pz_wcs_library, NULL },
		.writes = true,
	};
	struct work w = { 0 };
	struct pz_header h = { 0 };
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = check(&t, &o, &w)) == 0 && (rc = open_all(&t, &o, &w)) == 0 &&
	    (rc = make_header(&h, &w)) == 0 && (rc = tool_open_output(&t, &h)) == 0)
		rc = cut(&t, &w);
	pz_cutout_close(w.c);
	pz_frames_free(w.frames);
	galaxies_release(&w.galaxies);
	pz_header_release(&h);
	return tool_end(&t, rc);
}
