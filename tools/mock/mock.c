/* mock -- a simulated survey: frames and a catalogue, or stamps at once
 *
 *   out   DIR/frame-<band>-000001-1-<field>.fits, DIR/catalogue.fits
 *         or, with --stamps, a stamps stream on stdout
 */
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <pz/catalogue.h>
#include <pz/file.h>
#include <pz/libraries.h>
#include <pz/mock.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "../common/notes.h"
#include "../common/tool.h"

#define GALAXIES 10000 /* where neither a number nor a catalogue is given */
#define BATCH    256   /* stamps made at a time                           */

struct options {
	int galaxies; /* -1: not given */
	const char *survey;
	const char *from, *columns, *magnitudes, *sizes, *missing; /* NULL: not given */
	bool stamps;
	int size;
	int density;
	int compress;
};

/* A galaxy of --from: what is known of it, NaN where unknown. */
struct known {
	double z, mags[PZ_MOCK_BANDS], size, ebv;
};

/* All that a galaxy comes from. */
struct origin {
	struct pz_mock *sky;
	struct known *known; /* NULL: drawn */
	uint64_t count;
};

static int galaxy(const void *context, uint64_t i, struct pz_mock_galaxy *g)
{
	const struct origin *o = context;
	const struct known *k = o->known ? &o->known[i] : NULL;
	int rc = 0;

	if (!k)
		pz_mock_galaxy(o->sky, i, g);
	else
		rc = pz_mock_galaxy_like(o->sky, i, k->z, k->mags, k->size, g);
	if (rc == 0 && k && k->ebv >= 0)
		g->ebv = k->ebv;
	return rc;
}

/* --- a catalogue to paint ------------------------------------------------ */

static int keep(struct origin *o, size_t *room, const struct known *k)
{
	if (o->count == *room) {
		size_t more = *room ? 2 * *room : 4096;
		struct known *grown = realloc(o->known, more * sizeof *grown);

		if (!grown)
			return pz_fail(PZ_ENOMEM, "no memory for %zu galaxies", more);
		o->known = grown;
		*room = more;
	}
	o->known[o->count++] = *k;
	return 0;
}

/* Can it be painted? It needs a redshift that the sky has, and r. */
static bool paintable(const struct pz_mock_survey *s, const struct known *k)
{
	return k->z > 0 && k->z <= s->zmax && isfinite(k->mags[2]);
}

static void understand(const struct pz_catalogue_row *row, struct known *k)
{
	k->z = row->z;
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		k->mags[b] = row->carry[b];
	k->size = row->carry[PZ_MOCK_BANDS]; /* 0 where there is no such column */
	k->ebv = row->ebv;
}

/* The columns to read: magnitudes with each band in the place of %b, sizes. The caller
 * frees them. */
static int name_columns(const struct options *o, const struct pz_mock_survey *s, char **names)
{
	const char *pattern = o->magnitudes ? o->magnitudes : "true_%b";
	const char *place = strstr(pattern, "%b");
	size_t size;
	FILE *to;

	*names = NULL;
	if (!place || strchr(pattern, ','))
		return pz_fail(PZ_EUSAGE, "--magnitudes %s: expected a name with %%b for the band",
			       pattern);
	if ((to = open_memstream(names, &size))) {
		for (int b = 0; b < PZ_MOCK_BANDS; b++)
			fprintf(to, "%s%.*s%s%s", b ? "," : "", (int)(place - pattern), pattern,
				s->band[b], place + 2);
		if (o->sizes)
			fprintf(to, ",%s", o->sizes);
	}
	return pz_file_close_text(to, names);
}

/* Reads the galaxies that can be painted, at most as many as were asked for. */
static int read_rows(struct tool *t, const struct options *o, struct pz_catalogue *c,
		     struct origin *from)
{
	const struct pz_mock_survey *s = pz_mock_survey(from->sky);
	uint64_t most = o->galaxies >= 0 ? (uint64_t)o->galaxies : PZ_MOCK_GALAXIES_MAX;
	unsigned long long left_out = 0;
	struct pz_catalogue_row row = { 0 };
	size_t room = 0;
	int rc = 0;

	while (rc == 0 && from->count < most && (rc = pz_catalogue_next(c, &row)) > 0) {
		struct known k;

		understand(&row, &k);
		rc = 0;
		if (paintable(s, &k))
			rc = keep(from, &room, &k);
		else
			left_out++;
	}
	if (rc == 0 && left_out && from->count == 0)
		return pz_fail(PZ_EDATA, "%s: none of %llu galaxies has r and a redshift up to %g",
			       o->from, left_out, s->zmax);
	if (left_out)
		tool_say(t, "%s: %llu galaxies without r or a redshift up to %g left out", o->from,
			 left_out, s->zmax);
	return rc;
}

static int read_catalogue(struct tool *t, const struct options *o, struct origin *from)
{
	struct pz_catalogue_options wanted = { .columns = o->columns,
					       .anywhere = true,
					       .positive = true };
	struct pz_catalogue *c = NULL;
	char *names;
	int rc = name_columns(o, pz_mock_survey(from->sky), &names);

	wanted.carry = names;
	if (rc == 0)
		rc = pz_missing_parse(&wanted.missing, o->missing);
	if (rc == 0 && (rc = pz_catalogue_open(&c, o->from, &wanted)) == 0) {
		notes_say(t, c);
		rc = read_rows(t, o, c, from);
		notes_say(t, c);
	}
	pz_catalogue_close(c);
	free(names);
	return rc;
}

/* The sky of cfhtls-wide and cfhtls-deep is theirs; any other survey's is that of
 * sdss, whatever grid and rows a file gives it. */
static const char *sky_of(const struct pz_survey *s)
{
	return strncmp(s->name, "cfhtls-", 7) == 0 ? s->name : "sdss";
}

/* --- stamps ------------------------------------------------------------- */

static int stamps_header(struct pz_header *h, const struct options *o, const struct pz_survey *s,
			 const struct pz_mock_survey *m)
{
	int rc = pz_header_init(h, "stamps");

	if (rc < 0)
		return rc;
	h->bands = PZ_MOCK_BANDS;
	for (int b = 0; b < PZ_MOCK_BANDS; b++)
		snprintf(h->band[b], sizeof h->band[b], "%s", m->band[b]);
	h->size = o->size;
	h->pixscale = m->pixscale;
	snprintf(h->unit, sizeof h->unit, "%s", m->unit);
	h->pixel = PZ_F4;
	pz_header_set_survey(h, s);
	return 0;
}

struct batch {
	struct pz_mock_galaxy galaxy[BATCH];
	float *pixels; /* (BATCH, bands, size, size) */
	void *stored;  /* one stamp as the stream has it */
	size_t stamp;  /* numbers of a stamp */
};

static int write_stamp(struct tool *t, const struct origin *from, const struct pz_mock_layout *l,
		       struct batch *b, uint64_t i, int k, pz_map *record)
{
	static const double cover[PZ_MOCK_BANDS] = { 1, 1, 1, 1, 1 };
	const struct pz_mock_galaxy *g = &b->galaxy[k];
	double radec[2];

	pz_mock_place(from->sky, l, i, radec);
	pz_pixels_store(b->stored, b->pixels + (size_t)k * b->stamp, b->stamp, PZ_F4);
	pz_map_clear(record);
	pz_map_set_integer(record, "id", (int64_t)i);
	pz_map_set_number(record, "ra", radec[0]);
	pz_map_set_number(record, "dec", radec[1]);
	pz_map_set_number(record, "z", g->z);
	pz_map_set_number(record, "mag", g->mag);
	pz_map_set_number(record, "ebv", g->ebv);
	pz_map_set_number(record, "size", g->size);
	pz_map_set_number(record, "axis", g->axis);
	pz_map_set_number(record, "bulge", g->bulge);
	pz_map_set_numbers(record, "cover", cover, PZ_MOCK_BANDS, 0);
	pz_map_set_bytes(record, "img", b->stored, b->stamp * pz_pixel_bytes(PZ_F4));
	return pz_write(t->out, record);
}

/* The stamps of a batch, as threads make them. */
struct filling {
	const struct origin *from;
	struct batch *b;
	uint64_t first;
	int size;
	struct pz_failure failure;
};

static void fill_stamp(void *arg, size_t k, size_t thread)
{
	struct filling *f = arg;
	struct batch *b = f->b;
	int rc = galaxy(f->from, f->first + k, &b->galaxy[k]);

	(void)thread;
	if (rc == 0)
		pz_mock_stamp(f->from->sky, f->first + k, &b->galaxy[k], f->size,
			      b->pixels + k * b->stamp);
	else
		pz_failure_note(&f->failure, k, rc);
}

/* Makes the stamps of a batch on all threads; 0 or an error of one of them. */
static int fill_batch(const struct origin *from, struct batch *b, uint64_t first, int n, int size)
{
	struct filling f = { .from = from, .b = b, .first = first, .size = size };

	pz_team_run((size_t)pz_threads(), (size_t)n, fill_stamp, &f);
	return pz_failure_raise(&f.failure);
}

static int write_stamps(struct tool *t, const struct options *o, const struct origin *from,
			const struct pz_mock_layout *l)
{
	struct batch b = { .stamp = PZ_MOCK_BANDS * (size_t)o->size * (size_t)o->size };
	pz_map *record = pz_map_new();
	struct pz_progress progress;
	int rc = 0;

	b.pixels = malloc(BATCH * b.stamp * sizeof *b.pixels);
	b.stored = malloc(b.stamp * pz_pixel_bytes(PZ_F4));
	if (!record || !b.pixels || !b.stored)
		rc = pz_fail(PZ_ENOMEM, "no memory for stamps of %d pixels", o->size);
	tool_progress(t, &progress, "mock", "stamps", (double)l->galaxies);
	for (uint64_t i = 0; rc == 0 && i < l->galaxies; i += BATCH) {
		uint64_t left = l->galaxies - i;
		int n = left < BATCH ? (int)left : BATCH;

		rc = fill_batch(from, &b, i, n, o->size);
		for (int k = 0; rc == 0 && k < n; k++)
			rc = write_stamp(t, from, l, &b, i + (uint64_t)k, k, record);
		pz_progress_add(&progress, n);
	}
	pz_progress_end(&progress);
	pz_map_free(record);
	free(b.pixels);
	free(b.stored);
	return rc;
}

static int make_stamps(struct tool *t, const struct options *o, const struct pz_survey *s,
		       const struct origin *from, const struct pz_mock_layout *l)
{
	struct pz_header h = { 0 };
	int rc = stamps_header(&h, o, s, pz_mock_survey(from->sky));

	if (rc == 0 && (rc = tool_open_output(t, &h)) == 0)
		rc = write_stamps(t, o, from, l);
	pz_header_release(&h);
	return rc;
}

/* --- frames ------------------------------------------------------------- */

static volatile sig_atomic_t stopped_by;

static void stop(int number)
{
	stopped_by = number;
}

static int frame_done(void *context)
{
	pz_progress_add(context, 1);
	return stopped_by ? pz_fail(PZ_ESTOP, "stopped by signal %d", (int)stopped_by) : 0;
}

static int make_frames(struct tool *t, const struct options *o, const struct origin *from,
		       const struct pz_mock_layout *l)
{
	char *arguments = tool_arguments(t);
	struct pz_progress progress;
	struct pz_mock_output to = {
		.directory = t->operands[0],
		.compress = (enum pz_mock_compress)o->compress,
		.arguments = arguments,
		.progress = frame_done,
		.context = &progress,
	};
	int rc;

	if (!arguments)
		return pz_fail(PZ_ENOMEM, "no memory for the arguments");
	/* A stopped run removes what it wrote before it dies of the signal. */
	tool_on_signal(SIGINT, stop);
	tool_on_signal(SIGTERM, stop);
	tool_on_signal(SIGHUP, stop);
	tool_progress(t, &progress, "mock", "frames", (double)l->fields * PZ_MOCK_BANDS);
	rc = pz_mock_write(from->sky, l, galaxy, from, &to);
	pz_progress_end(&progress);
	if (rc == 0 && t->verbose)
		tool_say(t, "%llu galaxies on %d frames", (unsigned long long)l->galaxies,
			 l->fields * PZ_MOCK_BANDS);
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
	if (!o->from && (o->columns || o->magnitudes || o->sizes || o->missing))
		return pz_fail(PZ_EUSAGE,
			       "--columns, --magnitudes, --sizes and --missing go with --from");
	if (o->stamps && t->operand_count > 0)
		return pz_fail(PZ_EUSAGE, "--stamps go to standard output, not to '%s'",
			       t->operands[0]);
	if (o->stamps)
		return 0;
	if (t->operand_count == 0)
		return pz_fail(PZ_EUSAGE, "name a directory for the frames, or ask for --stamps");
	if (t->operand_count > 1)
		return pz_fail(PZ_EUSAGE, "one directory, not %d", t->operand_count);
	return 0;
}

static int make(struct tool *t, const struct options *o)
{
	struct origin from = { 0 };
	struct pz_mock_layout layout;
	struct pz_survey survey;
	int rc;

	if ((rc = check_operands(t, o)) < 0 || (rc = pz_survey_find(&survey, o->survey)) < 0 ||
	    (rc = pz_mock_open(&from.sky, sky_of(&survey), t->seed)) < 0)
		goto done;
	if (o->from)
		rc = read_catalogue(t, o, &from);
	else
		from.count = (uint64_t)(o->galaxies >= 0 ? o->galaxies : GALAXIES);
	if (rc < 0)
		goto done;
	if ((rc = pz_mock_layout(&layout, from.sky, from.count, o->density)) < 0) {
		rc = PZ_EUSAGE; /* too many frames: the density was asked for */
		goto done;
	}
	if (o->stamps)
		rc = make_stamps(t, o, &survey, &from, &layout);
	else
		rc = make_frames(t, o, &from, &layout);
done:
	pz_mock_close(from.sky);
	free(from.known);
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = {
		.galaxies = -1, .survey = "sdss", .size = 64, .density = PZ_MOCK_DENSITY
	};
	const struct pz_option table[] = {
		{ PZ_OPTION_INT, 'n', "galaxies", "N", &o.galaxies,
		  "number of galaxies; default: 10000, or all of --from", .min = 0,
		  .max = PZ_MOCK_GALAXIES_MAX },
		{ PZ_OPTION_FILE, 0, "survey", "NAME", &o.survey,
		  "survey settings: sdss, cfhtls-wide, cfhtls-deep, or a JSON file; default: "
		  "sdss",
		  .words = "sdss,cfhtls-wide,cfhtls-deep" },
		{ PZ_OPTION_FILE, 0, "from", "CATALOGUE", &o.from,
		  "take redshifts and magnitudes from this catalogue" },
		{ PZ_OPTION_TEXT, 0, "columns", "z=NAME,...", &o.columns,
		  "columns of --from for redshift (z) and ebv; default: by their usual names" },
		{ PZ_OPTION_TEXT, 0, "magnitudes", "PATTERN", &o.magnitudes,
		  "columns of --from with magnitudes, %b for the band; default: true_%b" },
		{ PZ_OPTION_TEXT, 0, "sizes", "NAME", &o.sizes,
		  "column of --from with half-light radii in arcsec; default: random sizes" },
		{ PZ_OPTION_TEXT, 0, "missing", "VALUE,...", &o.missing,
		  "numbers of --from that mean 'no value', such as -99; none: every number is a "
		  "value" },
		{ PZ_OPTION_INT, 0, "density", "N", &o.density, "galaxies on a frame", .min = 1,
		  .max = PZ_MOCK_DENSITY_MAX },
		{ PZ_OPTION_CHOICE, 0, "compress", "HOW", &o.compress,
		  "write frames uncompressed, as .fits.gz or as .fits.fz",
		  .choices = "none,gz,fz" },
		{ PZ_OPTION_FLAG, 0, "stamps", NULL, &o.stamps,
		  "write stamps to standard output instead of frames" },
		{ PZ_OPTION_INT, 0, "size", "PIXELS", &o.size, "side of a stamp, in pixels",
		  .min = 1, .max = 1024 },
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
		.libraries = (library_name *const[]){ pz_fits_library, NULL },
		.chance = true,
		.writes = true,
	};

	tool_begin(&t, argc, argv);
	return tool_end(&t, make(&t, &o));
}
