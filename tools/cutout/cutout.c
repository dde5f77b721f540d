/* cutout -- stamps of a catalogue's galaxies from frames
 *
 *   in    a catalogue (FITS table, text) and FITS frames, one per field and band
 *   out   stamps stream on stdout   img (C,S,S) float32, flux per pixel; cover (C)
 */
#include <string.h>

#include <pz/cutout.h>
#include <pz/libraries.h>
#include <pz/missing.h>

#include "../common/shard.h"
#include "../common/surveys.h"
#include "../common/tool.h"
#include "messages.h"
#include "sources.h"

/* ---- options ---- */

/* Options that have no effect without another one, or that exclude each other. */
static int check_combinations(const struct options *o)
{
	if (o->sky_radii && !o->sky)
		return pz_fail(PZ_EUSAGE, "--sky-radii needs --subtract-sky annulus");
	if (o->preset.match_psf > 0 && o->kernel != PZ_LANCZOS3)
		return pz_fail(PZ_EUSAGE,
			       "--match-psf needs --kernel lanczos3; the other kernels widen PSFs");
	return 0;
}

static int check_options(const struct tool *t, const struct options *o)
{
	if (!o->catalogue || !o->preset.frames)
		return pz_fail(PZ_EUSAGE, "--catalogue and --frames are needed");
	if (t->operand_count > 0)
		return pz_fail(PZ_EUSAGE,
			       "'%s': expected no operands; in quotes, --frames "
			       "'frame-%%b-*.fits' is one pattern",
			       t->operands[0]);
	return check_combinations(o);
}

static struct pz_cutout_options cutout_options(const struct options *o)
{
	return (struct pz_cutout_options){ .size = o->size,
					   .pixscale = o->preset.pixscale,
					   .kernel = (enum pz_kernel)o->kernel,
					   .native = o->native,
					   .min_cover = o->min_cover,
					   .hdu = o->preset.hdu,
					   .planes = o->preset.planes,
					   .zeropoint = o->preset.zeropoint,
					   .bias = o->preset.bias,
					   .match_psf = o->preset.match_psf,
					   .psf = o->preset.psf,
					   .mask_hdu = o->preset.mask_hdu,
					   .mask_weights = o->preset.mask_weights,
					   .sky = o->sky };
}

static int parse_options(struct options *o, struct settings *s)
{
	struct shard shard;
	int rc;

	if ((rc = pz_survey_find(&s->survey, o->survey)) < 0 ||
	    (rc = preset_apply(&o->preset, &s->survey, o->native)) < 0)
		return rc;
	s->cutout = cutout_options(o);
	if ((rc = settings_parse_bands(&s->bands, o->preset.bands)) < 0 ||
	    (rc = settings_check_list("--zeropoint", o->preset.zeropoint, s->bands.count, true)) <
		    0 ||
	    (rc = settings_check_list("--bias", o->preset.bias, s->bands.count, false)) < 0 ||
	    (rc = settings_check_psf(o->preset.psf, s->bands.count)) < 0 ||
	    (rc = pz_missing_parse(&s->missing, o->missing)) < 0 ||
	    (rc = shard_parse(&shard, o->shard)) < 0 ||
	    (rc = settings_parse_nodata(&s->cutout, o->preset.nodata, &s->nodata)) < 0 ||
	    (rc = settings_parse_bits(&s->cutout, o->preset.mask_bits, s->planes)) < 0 ||
	    (rc = settings_parse_radii(&s->cutout, o->sky_radii)) < 0)
		return rc;
	s->cutout.shard = shard.part;
	s->cutout.shards = shard.parts;
	s->renamed = preset_file_names(&s->survey.frames, &s->bands, s->file_name, s->file_names);
	return 0;
}

/* ---- stamps ---- */

static int make_header(struct pz_header *h, const struct settings *s, const struct pz_cutout *c,
		       const struct galaxies *g)
{
	int rc = pz_header_init(h, "stamps");

	if (rc < 0)
		return rc;
	h->bands = s->bands.count;
	for (int b = 0; b < h->bands; b++)
		strcpy(h->band[b], s->bands.name[b]);
	h->size = s->cutout.size;
	h->pixscale = pz_cutout_pixscale(c);
	snprintf(h->unit, sizeof h->unit, "%s", pz_cutout_unit(c));
	h->pixel = PZ_F4;
	h->psf = s->cutout.match_psf;
	pz_header_set_survey(h, &s->survey);
	return row_features_name(&g->features, h);
}

static int write_stamp(struct pz_writer *out, const struct settings *s, struct galaxies *g,
		       const struct pz_stamp *stamp, pz_map *record)
{
	size_t side = (size_t)s->cutout.size, n = (size_t)s->bands.count * side * side;
	double cover[PZ_BANDS_MAX], sky[PZ_BANDS_MAX];

	for (int b = 0; b < s->bands.count; b++) {
		cover[b] = stamp->cover[b];
		sky[b] = stamp->sky[b];
	}
	pz_map_clear(record);
	galaxies_record(g, stamp->galaxy, record);
	pz_map_set_numbers(record, "cover", cover, s->bands.count, 0);
	if (s->cutout.sky)
		pz_map_set_numbers(record, "sky", sky, s->bands.count, 0);
	/* The f4 of a stream is a float in memory (pz/pixel.h). */
	pz_map_set_bytes(record, "img", stamp->pixels, n * pz_pixel_bytes(PZ_F4));
	return pz_write(out, record);
}

static int cut_stamps(struct tool *t, const struct settings *s, struct sources *from)
{
	struct pz_cutout_counts n;
	struct pz_progress progress;
	struct pz_stamp stamp;
	pz_map *record = pz_map_new();
	int rc = 0;

	if (!record)
		rc = pz_fail(PZ_ENOMEM, "no memory for a stamp");
	pz_cutout_count(from->c, &n);
	tool_progress(t, &progress, "cutout", "stamps",
		      (double)(n.galaxies - n.outside - n.others));
	while (rc == 0 && (rc = pz_cutout_next(from->c, &stamp)) > 0) {
		rc = write_stamp(t->out, s, &from->galaxies, &stamp, record);
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (rc == 0)
		messages_of_stamps(t, &(struct stamps_done){ &from->galaxies, from->frames, from->c,
							     s->bands.count, s->cutout.size,
							     s->cutout.min_cover });
	pz_map_free(record);
	return rc;
}

static library_name *const libraries[] = { pz_array_library, pz_fits_library, pz_wcs_library,
					   NULL };

static const char notes[] =
	"Stamps are written field by field, in the order of the fields' names, and within\n"
	"a field in the order of the catalogue.\n";

int main(int argc, char **argv)
{
	struct options o = { .size = 64, .kernel = PZ_LANCZOS3, .survey = "sdss" };
	const struct pz_option table[] = {
		{ PZ_OPTION_FILE, 'c', "catalogue", "FILE", &o.catalogue,
		  "table of galaxies: FITS, text (-: standard input), HDF5 or NumPy" },
		{ PZ_OPTION_FILE, 'f', "frames", "PATTERN,...", &o.preset.frames,
		  "file names of frames, with %b for the band and * ? []; @FILE: a list; a folder "
		  "of the survey's files" },
		{ PZ_OPTION_TEXT, 'b', "bands", "LIST", &o.preset.bands,
		  "bands, in the order in which a stamp holds them; default: the survey's" },
		{ PZ_OPTION_INT, 's', "size", "PIXELS", &o.size, "side of a stamp, in pixels",
		  .min = 1, .max = PZ_CUTOUT_SIZE_MAX },
		{ PZ_OPTION_DOUBLE, 'p', "pixscale", "ARCSEC", &o.preset.pixscale,
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
		{ PZ_OPTION_TEXT, 0, "features", "NAME,...", &o.features,
		  "catalogue columns that a network reads beside the stamp" },
		{ PZ_OPTION_FLAG, 0, "colours", NULL, &o.colours,
		  "add the differences of neighbouring --features, as further features",
		  .needs = "features" },
		{ PZ_OPTION_TEXT, 0, "missing", "VALUE,...", &o.missing,
		  "numbers that mean 'no value', such as -99; none: every number is a value" },
		{ PZ_OPTION_DOUBLE, 0, "min-cover", "SHARE", &o.min_cover,
		  "drop galaxies with fewer valid pixels in any band", .min = 0, .max = 1 },
		{ PZ_OPTION_TEXT, 0, "shard", "I/N", &o.shard,
		  "process only part I of N of the fields", .local = true },
		{ PZ_OPTION_FILE, 0, "survey", "NAME", &o.survey, SURVEY_HELP,
		  .words = SURVEY_NAMES },
		{ PZ_OPTION_TEXT, 0, "zeropoint", "MAG,...", &o.preset.zeropoint,
		  "convert to nanomaggies: magnitude of flux 1, the keyword that holds it, or "
		  "PS1" },
		{ PZ_OPTION_TEXT, 0, "bias", "FLUX,...", &o.preset.bias,
		  "subtract this from every frame pixel: a number, or the keyword that holds it" },
		{ PZ_OPTION_TEXT, 0, "nodata", "VALUE", &o.preset.nodata,
		  "frame pixels of exactly this value have no data; none: not even the survey's" },
		{ PZ_OPTION_FILE, 'm', "mask", "PATTERN,...", &o.preset.mask,
		  "file names of masks; masked pixels are left out; none: not even the survey's" },
		{ PZ_OPTION_TEXT, 0, "mask-bits", "LIST", &o.preset.mask_bits,
		  "mask bits that mark bad pixels: numbers from 0, names (SAT), or hexadecimal "
		  "(0x9); default: any bit" },
		{ PZ_OPTION_FLAG, 0, "mask-weights", NULL, &o.preset.mask_weights,
		  "masks are weights: pixels with 0 or less are bad", .excludes = "mask-bits" },
		{ PZ_OPTION_TEXT, 0, "mask-hdu", "HDU", &o.preset.mask_hdu,
		  "HDU of the masks, number or name; default: the first image" },
		{ PZ_OPTION_CHOICE, 0, "subtract-sky", "HOW", &o.sky,
		  "subtract the sky around each galaxy; annulus: the clipped median of a ring",
		  .choices = "none,annulus" },
		{ PZ_OPTION_TEXT, 0, "sky-radii", "IN,OUT", &o.sky_radii,
		  "radii of the ring in arcsec; default: 0.5 and 1.5 times a stamp's side" },
		PSF_OPTIONS(o),
		SOURCE_OPTIONS(o),
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "cutout",
		.does = "cut stamps of galaxies from the frames of a survey",
		.usage = "--catalogue FILE --frames PATTERN [options] >stamps",
		.notes = notes,
		.options = table,
		.libraries = libraries,
		.writes = true,
	};
	struct settings s = { 0 };
	struct sources from = { 0 };
	struct pz_header h = { 0 };
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = check_options(&t, &o)) == 0 && (rc = parse_options(&o, &s)) == 0 &&
	    (rc = sources_open(&t, &o, &s, &from)) == 0 &&
	    (rc = make_header(&h, &s, from.c, &from.galaxies)) == 0 &&
	    (rc = tool_open_output(&t, &h)) == 0)
		rc = cut_stamps(&t, &s, &from);
	sources_close(&from);
	pz_header_release(&h);
	rc = tool_end(&t, rc);
	preset_release(&o.preset);
	return rc;
}
