/* mock -- a simulated survey: frames and a catalogue, or stamps at once
 *
 *   out   DIR/frame-<band>-000001-1-<field>.fits, DIR/catalogue.fits
 *         or, with --stamps, a stamps stream on stdout
 */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <pz/libraries.h>
#include <pz/mock.h>

#include "../common/surveys.h"
#include "../common/tool.h"
#include "origin.h"
#include "stamps.h"

#define GALAXIES 10000 /* where neither a number nor a catalogue is given */

struct options {
	int galaxies; /* -1: not given */
	const char *survey;
	const char *from, *columns, *magnitudes, *errors, *sizes, *missing; /* NULL: not given */
	bool field;
	double spectra, failures;
	bool stamps;
	int size;
	int density; /* 0: as many on an area of sky as SDSS's frames have */
	int compress;
	int layout; /* 0: of SDSS, else 1 + number of the archive */
	bool aligned;
	double pixscale; /* 0: the sky's, or the archive's */
};

/* The surveys cfhtls-wide and cfhtls-deep have skies of their own; any other survey, also one from
 * a file, has the sky of sdss. */
static const char *sky_of(const struct pz_survey *s)
{
	return strncmp(s->name, "cfhtls-", 7) == 0 ? s->name : "sdss";
}

/* Survey archives, in the order of pz_mock_archive_at. */
#define LAYOUTS "sdss,legacy,panstarrs,hsc,rubin,des,kids,euclid,unions"

/* The archive whose files are imitated; false: none is. */
static bool archive_of(const struct options *o, struct pz_mock_archive *a)
{
	return pz_mock_archive_at(o->layout - 1, a);
}

/* --- frames ------------------------------------------------------------- */

static volatile sig_atomic_t stopped_by;

static void note_signal(int number)
{
	stopped_by = number;
}

static int frame_done(void *context)
{
	pz_progress_add(context, 1);
	return stopped_by ? pz_fail(PZ_ESTOP, "stopped by signal %d", (int)stopped_by) : 0;
}

static int make_frames(struct tool *t, const struct origin *from, const struct pz_mock_layout *l,
		       const struct options *o)
{
	char *arguments = tool_arguments(t);
	struct pz_mock_archive archive;
	bool archived = archive_of(o, &archive);
	int frames = l->fields * (archived ? archive.bands : PZ_MOCK_BANDS);
	struct pz_progress progress;
	struct pz_mock_output to = {
		.directory = t->operands[0],
		.compress = (enum pz_mock_compress)o->compress,
		.archive = archived ? archive.name : NULL,
		.arguments = arguments,
		.progress = frame_done,
		.context = &progress,
	};
	int rc;

	if (!arguments)
		return pz_fail(PZ_ENOMEM, "no memory for the arguments");
	/* A stopped run removes what it wrote before the signal ends it. */
	tool_on_signal(SIGINT, note_signal);
	tool_on_signal(SIGTERM, note_signal);
	tool_on_signal(SIGHUP, note_signal);
	tool_progress(t, &progress, "mock", "frames", frames);
	rc = pz_mock_write(from->sky, l, origin_galaxy, from, &to);
	pz_progress_end(&progress);
	if (rc == 0 && t->verbose)
		tool_say(t, "%llu galaxies on %d frames", (unsigned long long)l->galaxies, frames);
	free(arguments);
	if (stopped_by) {
		signal(stopped_by, SIG_DFL);
		raise(stopped_by);
	}
	return rc;
}

/* ------------------------------------------------------------------------ */

static int check_operands(const struct tool *t, const struct options *o)
{
	if (o->stamps && t->operand_count > 0)
		return pz_fail(
			PZ_EUSAGE,
			"--stamps: expected no operand, because stamps go to standard output, "
			"found '%s'",
			t->operands[0]);
	if (o->stamps)
		return 0;
	if (t->operand_count == 0)
		return pz_fail(PZ_EUSAGE, "expected a directory for the frames, or --stamps");
	if (t->operand_count > 1)
		return pz_fail(PZ_EUSAGE, "expected one directory, found %d operands",
			       t->operand_count);
	return 0;
}

static int open_origin(struct tool *t, const struct options *o, const struct pz_survey *survey,
		       struct origin *from)
{
	struct origin_catalogue c = { o->from,
				      o->columns,
				      o->magnitudes,
				      o->errors,
				      o->sizes,
				      o->missing,
				      o->galaxies >= 0 ? (uint64_t)o->galaxies
						       : PZ_MOCK_GALAXIES_MAX };
	struct pz_mock_archive archive;
	bool archived = archive_of(o, &archive);
	const struct pz_mock_pixels pixels = {
		.scale = o->pixscale == 0 && archived ? archive.pixscale : o->pixscale,
		.aligned = o->aligned || archived,
	};
	int rc = pz_mock_open_pixels(&from->sky, sky_of(survey), &pixels, t->seed);

	/* The only number that can be wrong is that of --pixscale. */
	if (rc == PZ_EARG)
		return PZ_EUSAGE;
	from->count = (uint64_t)(o->galaxies >= 0 ? o->galaxies : GALAXIES);
	if (rc == 0)
		pz_mock_set_spectra(from->sky, o->spectra, o->failures);
	if (rc == 0 && o->field)
		rc = pz_mock_open_field(from->sky);
	if (rc < 0 || !o->from)
		return rc;
	from->count = 0;
	return origin_read(from, t, &c);
}

static int make_sky(struct tool *t, const struct options *o)
{
	struct origin from = { 0 };
	struct pz_mock_layout layout;
	struct pz_survey survey;
	int rc;

	if ((rc = check_operands(t, o)) < 0 || (rc = pz_survey_find(&survey, o->survey)) < 0)
		return rc;
	rc = open_origin(t, o, &survey, &from);
	/* If there are too many frames, --density is the reason. */
	if (rc == 0 && pz_mock_layout(&layout, from.sky, from.count, o->density) < 0)
		rc = PZ_EUSAGE;
	if (rc == 0 && o->stamps)
		rc = stamps_write(t, &from, &survey, &layout, o->size);
	else if (rc == 0)
		rc = make_frames(t, &from, &layout, o);
	origin_release(&from);
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = {
		.galaxies = -1,
		.survey = "sdss",
		.size = 64,
		.spectra = INFINITY,
	};
	const struct pz_option table[] = {
		{ PZ_OPTION_INT, 'n', "galaxies", "N", &o.galaxies,
		  "number of galaxies; default: 10000, or all of --from", .min = 0,
		  .max = PZ_MOCK_GALAXIES_MAX },
		{ PZ_OPTION_FILE, 0, "survey", "NAME", &o.survey,
		  "survey settings: sdss, cfhtls-wide, cfhtls-deep, or a JSON file; default: "
		  "sdss",
		  .words = SURVEY_NAMES },
		{ PZ_OPTION_FILE, 0, "from", "CATALOGUE", &o.from,
		  "take redshifts and magnitudes from this catalogue" },
		{ PZ_OPTION_TEXT, 0, "columns", "z=NAME,...", &o.columns,
		  "columns of --from for redshift (z) and ebv; default: by their usual names",
		  .needs = "from" },
		{ PZ_OPTION_TEXT, 0, "magnitudes", "PATTERN", &o.magnitudes,
		  "columns of --from with magnitudes, %b for the band; default: true_%b",
		  .needs = "from" },
		{ PZ_OPTION_TEXT, 0, "errors", "PATTERN", &o.errors,
		  "columns of --from with the errors of magnitudes, %b for the band; default: no "
		  "errors",
		  .needs = "from" },
		{ PZ_OPTION_TEXT, 0, "sizes", "NAME", &o.sizes,
		  "column of --from with half-light radii in arcsec; default: random sizes",
		  .needs = "from" },
		{ PZ_OPTION_TEXT, 0, "missing", "VALUE,...", &o.missing,
		  "numbers of --from that mean 'no value', such as -99; none: every number is a "
		  "value",
		  .needs = "from" },
		{ PZ_OPTION_DOUBLE, 0, "spectra", "MAG", &o.spectra,
		  "galaxies fainter than this measured magnitude have no redshift; default: all "
		  "have one",
		  .min = -50, .max = 50, .excludes = "from" },
		{ PZ_OPTION_DOUBLE, 0, "failures", "P", &o.failures,
		  "probability that the redshift of the faintest galaxies is wrong", .min = 0,
		  .max = 1, .excludes = "from" },
		{ PZ_OPTION_FLAG, 0, "field", NULL, &o.field,
		  "add the galaxies and stars of the field, which are not in the catalogue" },
		{ PZ_OPTION_INT, 0, "density", "N", &o.density,
		  "galaxies on a frame; default: 700, or as many on an area of sky with "
		  "--pixscale",
		  .min = 1, .max = PZ_MOCK_DENSITY_MAX },
		{ PZ_OPTION_CHOICE, 0, "layout", "NAME", &o.layout,
		  "write frames as this survey's archive does: names, units, masks, overlaps",
		  .choices = LAYOUTS, .excludes = "stamps,compress" },
		{ PZ_OPTION_DOUBLE, 0, "pixscale", "ARCSEC", &o.pixscale,
		  "pixel scale; 0: the sky's, or that of --layout", .min = 0, .max = 5 },
		{ PZ_OPTION_FLAG, 0, "aligned", NULL, &o.aligned,
		  "north up, all bands on one grid, as in coadded images; always with --layout",
		  .excludes = "stamps" },
		{ PZ_OPTION_CHOICE, 0, "compress", "HOW", &o.compress,
		  "write frames uncompressed, as .fits.gz or as .fits.fz", .choices = "none,gz,fz",
		  .excludes = "stamps" },
		{ PZ_OPTION_FLAG, 0, "stamps", NULL, &o.stamps,
		  "write stamps to standard output instead of frames" },
		{ PZ_OPTION_INT, 0, "size", "PIXELS", &o.size, "side of a stamp, in pixels",
		  .min = 1, .max = 1024, .needs = "stamps" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "mock",
		.does = "simulate a survey: frames with a catalogue, or stamps",
		.usage = "[options] DIR\n--stamps [options] >stamps",
		.notes = "A simulated sky that is in DIR already is replaced. The same seed and "
			 "options\n"
			 "give the same bytes; galaxy i depends only on the seed.\n",
		.options = table,
		.libraries = (library_name *const[]){ pz_array_library, pz_fits_library, NULL },
		.chance = true,
		.writes = true,
	};

	tool_begin(&t, argc, argv);
	return tool_end(&t, make_sky(&t, &o));
}
