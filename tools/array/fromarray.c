/* fromarray -- turn arrays of galaxy images into stamps
 *
 *   in    HDF5, .npz or .npy: images (N, C, S, S) or (N, S, S, C), and a value for each galaxy in
 *         arrays beside them or in another table
 *   out   stamps (id, ra, dec, z, mag, ebv, carried columns, cover, img)
 *
 * Image i belongs to row i of the table. Pixels stay as they are, in float32, or in float16 where
 * the first file has no more.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pz/libraries.h>

#include "../common/notes.h"
#include "../common/row.h"
#include "../common/surveys.h"
#include "../common/tool.h"
#include "../common/twice.h"
#include "bands.h"
#include "from_files.h"
#include "images.h"
#include "preset.h"
#include "restore_stream.h"

#define BANDS_TEXT (PZ_BANDS_MAX * PZ_BAND_NAME)

struct options {
	const char *images, *group, *catalogue, *columns, *carry, *missing, *features;
	const char *bands, *unit, *survey, *stamps;
	double pixscale, psf;
	int layout, size, as;
	bool strict, colours;
};

/* One file's images with the rows that belong to them. */
struct set {
	struct pz_arrays *file;
	struct images images;
	struct pz_catalogue *table; /* NULL: ids are numbers of rows, and nothing else is known */
	struct row_form form;
	const char *path;
};

/* What becomes a record. */
struct stamp {
	pz_map *record;
	const void *pixels; /* stored, borrowed */
	const double *cover;
	struct twice twice; /* ids that occur again */
};

/* -- opening */

static int open_table(struct set *s, const struct options *o, const struct pz_survey *survey)
{
	const struct preset *preset = preset_get(o->as);
	struct pz_catalogue_options c = { .columns = o->columns || o->catalogue ? o->columns
										: preset->columns,
					  .carry = o->carry,
					  .features = o->features,
					  .band = survey->rows.mag,
					  .hdu = o->catalogue ? NULL : o->group,
					  .anywhere = true,
					  .texts = true };
	int rc = pz_missing_parse(&c.missing, o->missing);

	if (rc < 0 || (!o->catalogue && !images_have_columns(&s->images) && !o->columns &&
		       !o->carry && !o->features))
		return rc;
	if ((rc = pz_catalogue_open(&s->table, o->catalogue ? o->catalogue : s->path, &c)) < 0)
		return rc;
	return row_begin(&s->form, s->table, o->colours);
}

static int open_set(struct set *s, const struct options *o, const struct pz_survey *survey,
		    const char *path)
{
	const struct preset *preset = preset_get(o->as);
	int rc;

	*s = (struct set){ .path = path };
	if ((rc = pz_arrays_open(&s->file, path, o->group)) < 0)
		return rc;
	rc = images_open(&s->images, s->file, path, o->images ? o->images : preset->images,
			 (enum layout)o->layout, o->size);
	return rc < 0 ? rc : open_table(s, o, survey);
}

static void close_set(struct set *s)
{
	images_close(&s->images);
	pz_catalogue_close(s->table);
	row_release(&s->form);
	pz_arrays_close(s->file);
	*s = (struct set){ 0 };
}

/* -- the header */

/* The names of a comma list into h, as many as there are bands. */
static int take_bands(struct pz_header *h, const char *list, const struct images *im)
{
	int n = bands_take(h->band, list);

	if (n < 0)
		return n;
	if (n != im->bands)
		return pz_fail(PZ_EUSAGE,
			       "--bands: expected %d names, as the images have bands, found '%s'",
			       im->bands, list);
	h->bands = n;
	return 0;
}

/* What the images are, by the options, else the file's word, else what is known of such files. */
static int make_header(struct pz_header *h, const struct options *o, const struct set *s,
		       const struct pz_survey *survey)
{
	const struct preset *preset = preset_get(o->as);
	const struct images *im = &s->images;
	char stated[BANDS_TEXT];
	const char *bands = o->bands;
	int rc;

	if ((rc = pz_header_init(h, "stamps")) < 0)
		return rc;
	if (!bands)
		bands = images_bands(im, stated, sizeof stated) ? stated : preset->bands;
	if (!bands)
		return pz_fail(PZ_EUSAGE,
			       "expected --bands: the names of the %d bands, in the order of the "
			       "images",
			       im->bands);
	if ((rc = take_bands(h, bands, im)) < 0)
		return rc;
	h->pixscale = o->pixscale > 0 ? o->pixscale : images_pixscale(im);
	h->pixscale = h->pixscale > 0 ? h->pixscale : preset->pixscale;
	if (!(h->pixscale > 0))
		return pz_fail(PZ_EUSAGE, "expected --pixscale: arcsec per pixel of the images");
	h->psf = o->psf > 0 ? o->psf : images_psf(im);
	images_unit(im, h->unit, sizeof h->unit);
	if (o->unit || (preset->unit && !h->unit[0]))
		snprintf(h->unit, sizeof h->unit, "%s", o->unit ? o->unit : preset->unit);
	h->size = im->size;
	h->pixel = im->pixel;
	pz_header_set_survey(h, survey);
	return row_features_name(&s->form.features, h);
}

/* Images of further files must be of the same kind. */
static int check_alike(const struct pz_header *h, struct set *s)
{
	int rc = row_features_agree(&s->form.features, h);

	if (rc < 0)
		return pz_fail_in(rc, "%s", s->path);
	if (h->pixel == PZ_F4)
		images_widen(&s->images);
	else if (s->images.pixel == PZ_F4)
		return pz_fail(PZ_EMISMATCH,
			       "%s: expected float16 images, as in the first file, found float32: "
			       "name this file first",
			       s->path);
	if (s->images.bands == h->bands && s->images.size == h->size)
		return 0;
	return pz_fail(PZ_EMISMATCH,
		       "%s: expected images of %d bands and %d pixels, as in the first file, found "
		       "%d and %d",
		       s->path, h->bands, h->size, s->images.bands, s->images.size);
}

/* -- records */

/* The row that belongs to image number `image`; 0 where the table has none. */
static int put_row(struct set *s, uint64_t image, uint64_t *id, pz_map *record)
{
	struct pz_catalogue_row row;
	int got;

	if (!s->table) {
		pz_map_clear(record);
		pz_map_set_integer(record, "id", (int64_t)++ * id);
		return 0;
	}
	if ((got = pz_catalogue_next(s->table, &row)) < 0)
		return got;
	if (got == 0)
		return pz_fail(PZ_EMISMATCH,
			       "%s: expected a row for each of its %" PRIu64
			       " images, found %" PRIu64,
			       s->path, s->images.count, image);
	row_put(&s->form, s->table, &row, record);
	return 0;
}

static int write_stamp(struct tool *t, const struct pz_header *h, struct stamp *s)
{
	pz_map_set_numbers(s->record, "cover", s->cover, h->bands, 0);
	pz_map_set_bytes(s->record, "img", s->pixels, pz_header_stamp_bytes(h));
	return pz_write(t->out, s->record);
}

/* All images of one file; *id is the last that was given. */
static int copy_set(struct tool *t, const struct pz_header *h, struct set *s, struct stamp *stamp,
		    struct pz_progress *progress, uint64_t *id)
{
	struct pz_catalogue_row row;
	int rc;

	images_say_unread(t, &s->images, s->path);
	if (s->table)
		notes_say(t, s->table);
	for (uint64_t i = 0; (rc = images_next(&s->images, &stamp->pixels, &stamp->cover)) > 0;
	     i++) {
		if ((rc = put_row(s, i, id, stamp->record)) < 0 ||
		    (s->table && (rc = twice_note(&stamp->twice, stamp->record)) < 0) ||
		    (rc = write_stamp(t, h, stamp)) < 0)
			return rc;
		pz_progress_add(progress, 1);
	}
	if (rc < 0 || !s->table)
		return rc;
	if ((rc = pz_catalogue_next(s->table, &row)) > 0)
		return pz_fail(PZ_EMISMATCH,
			       "%s: expected a row for each of its %" PRIu64 " images, found more",
			       s->path, s->images.count);
	notes_say(t, s->table);
	return rc;
}

static int copy_all(struct tool *t, const struct options *o, const struct pz_survey *survey,
		    const struct pz_header *h, struct set *first)
{
	struct stamp stamp = { .record = pz_map_new() };
	struct pz_progress progress;
	uint64_t id = 0;
	int rc = stamp.record ? 0 : pz_fail(PZ_ENOMEM, "no memory for a stamp");

	tool_progress(t, &progress, "fromarray", "stamps", 0);
	for (int i = 0; i < t->operand_count && rc == 0; i++) {
		if (i > 0) {
			close_set(first);
			if ((rc = open_set(first, o, survey, t->operands[i])) < 0 ||
			    (rc = check_alike(h, first)) < 0)
				break;
		}
		rc = copy_set(t, h, first, &stamp, &progress, &id);
	}
	pz_progress_end(&progress);
	if (rc == 0)
		twice_say(t, o->catalogue ? o->catalogue : t->operands[0], stamp.twice.count,
			  stamp.twice.first);
	twice_release(&stamp.twice);
	pz_map_free(stamp.record);
	return rc;
}

static int check_options(const struct tool *t, const struct options *o)
{
	if (o->stamps && !o->catalogue)
		return pz_fail(PZ_EUSAGE, "--stamps: expected --catalogue, the galaxies' table");
	if (o->stamps && (t->operand_count > 0 || o->images || o->group || o->layout || o->as))
		return pz_fail(PZ_EUSAGE,
			       "--stamps: expected no files of arrays beside it, found %s",
			       t->operand_count > 0 ? t->operands[0] : "options for them");
	if (t->operand_count == 0 && !o->stamps)
		return pz_fail(PZ_EUSAGE, "expected a file: HDF5, .npz or .npy");
	for (int i = 0; i < t->operand_count; i++)
		if (!strcmp(t->operands[i], "-"))
			return pz_fail(PZ_EUSAGE,
				       "expected the name of a file, found '-': HDF5, .npz and "
				       ".npy are read in several places, not from the beginning to "
				       "the end, as standard input is");
	if (o->catalogue && t->operand_count > 1)
		return pz_fail(PZ_EUSAGE, "--catalogue: expected one file of images, found %d",
			       t->operand_count);
	return 0;
}

static int convert_stamps(struct tool *t, const struct options *o)
{
	struct pz_survey survey;
	struct from_files from = {
		.stamps = o->stamps,
		.catalogue = o->catalogue,
		.columns = { .columns = o->columns,
			     .carry = o->carry,
			     .features = o->features,
			     .anywhere = true,
			     .texts = true },
		.survey = &survey,
		.bands = o->bands,
		.unit = o->unit,
		.pixscale = o->pixscale,
		.psf = o->psf,
		.size = o->size,
		.strict = o->strict,
		.colours = o->colours,
	};
	int rc = preset_survey(preset_get(o->as), o->survey, &survey);

	from.columns.band = survey.rows.mag;
	if (rc == 0 && (rc = pz_missing_parse(&from.columns.missing, o->missing)) == 0)
		rc = from_files(t, &from);
	return rc;
}

/* Whether no option says what is in the files: then one of toarray's says it by itself. */
static bool describes_nothing(const struct options *o)
{
	return !o->images && !o->group && !o->catalogue && !o->columns && !o->carry &&
	       !o->features && !o->missing && !o->bands && !o->unit && !o->survey && !o->pixscale &&
	       !o->psf && !o->layout && !o->size && !o->as && !o->stamps;
}

static int convert_files(struct tool *t, const struct options *o)
{
	struct pz_survey survey;
	struct pz_header h = { 0 };
	struct set set = { 0 };
	int rc;

	if ((rc = preset_survey(preset_get(o->as), o->survey, &survey)) == 0 &&
	    (rc = open_set(&set, o, &survey, t->operands[0])) == 0 &&
	    (rc = make_header(&h, o, &set, &survey)) == 0 && (rc = tool_open_output(t, &h)) == 0)
		rc = copy_all(t, o, &survey, &h, &set);
	close_set(&set);
	pz_header_release(&h);
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = { 0 };
	const struct pz_option table[] = {
		{ PZ_OPTION_CHOICE, 0, "as", "SET", &o.as,
		  "a known set: its arrays, bands, pixel scale and survey",
		  .choices = PRESET_CHOICES },
		{ PZ_OPTION_TEXT, 'i', "images", "NAME", &o.images,
		  "array of the images; default: image, data or another usual name" },
		{ PZ_OPTION_CHOICE, 'l', "layout", "AXES", &o.layout,
		  "order of the axes: image, band, row, column or image, row, column, band",
		  .choices = LAYOUT_CHOICES },
		{ PZ_OPTION_INT, 0, "size", "N", &o.size,
		  "take the central N x N pixels; 0: all of them", .min = 0, .max = PZ_SIZE_MAX },
		{ PZ_OPTION_TEXT, 'b', "bands", "NAME,...", &o.bands,
		  "names of the bands, in the order of the images" },
		{ PZ_OPTION_DOUBLE, 'p', "pixscale", "ARCSEC", &o.pixscale,
		  "arcsec per pixel; 0: as the file or the set says", .min = 0, .max = 3600 },
		{ PZ_OPTION_DOUBLE, 0, "psf", "FWHM", &o.psf,
		  "FWHM of the PSF that all bands were brought to, in arcsec; 0: as the file says",
		  .min = 0, .max = 3600 },
		{ PZ_OPTION_TEXT, 'u', "unit", "UNIT", &o.unit, "unit of the pixels: nmgy" },
		{ PZ_OPTION_FILE, 's', "survey", "NAME", &o.survey,
		  "grid, rows and limits: sdss, another preset (inspect --surveys), or a JSON file",
		  .words = SURVEY_NAMES },
		{ PZ_OPTION_FILE, 0, "catalogue", "TABLE", &o.catalogue,
		  "a table with a row for each image; default: the arrays beside the images" },
		{ PZ_OPTION_FILE, 0, "stamps", "NAME", &o.stamps,
		  "FITS stamps of the catalogue's galaxies: a folder, or a name with %i (id), %f "
		  "(column file), %b (band)" },
		{ PZ_OPTION_FLAG, 0, "strict", NULL, &o.strict,
		  "with --stamps: a galaxy without a stamp is an error" },
		{ PZ_OPTION_TEXT, 'c', "columns", "WHAT=NAME,...", &o.columns,
		  "columns to use for id, ra, dec, z, mag, ebv; default: by their usual names" },
		{ PZ_OPTION_TEXT, 0, "carry", "NAME,...", &o.carry,
		  "copy further columns into the records; KEY=NAME renames one" },
		{ PZ_OPTION_TEXT, 0, "features", "NAME,...", &o.features,
		  "columns that a network reads beside the stamp" },
		{ PZ_OPTION_FLAG, 0, "colours", NULL, &o.colours,
		  "add the differences of neighbouring --features, as further features",
		  .needs = "features" },
		{ PZ_OPTION_TEXT, 0, "missing", "VALUE,...", &o.missing,
		  "numbers that mean 'no value', such as -99; none: every number is a value" },
		{ PZ_OPTION_TEXT, 0, "group", "NAME", &o.group,
		  "group of an HDF5 file where the names of arrays begin" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "fromarray",
		.does = "turn images of galaxies (HDF5, NumPy, FITS) into stamps",
		.usage = "[options] FILE ... >stamps\n--stamps NAME --catalogue TABLE [options] "
			 ">stamps",
		.options = table,
		.libraries = (library_name *const[]){ pz_array_library, pz_fits_library, NULL },
		.writes = true,
	};
	int rc;

	tool_begin(&t, argc, argv);
	if ((rc = check_options(&t, &o)) == 0 && describes_nothing(&o))
		rc = restore_knows_file(t.operands[0]);
	if (rc == 0)
		rc = o.stamps ? convert_stamps(&t, &o) : convert_files(&t, &o);
	else if (rc > 0)
		rc = restore_files(&t);
	return tool_end(&t, rc);
}
