/* from_files.c -- FITS files, one or several for each galaxy of a catalogue, as stamps */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "../common/notes.h"
#include "../common/row.h"
#include "../common/twice.h"
#include "cutouts.h"
#include "from_files.h"
#include "images.h"

struct job {
	const struct from_files *from;
	struct pz_catalogue *table;
	struct row_form form;
	struct cutouts cutouts;
	struct pz_header header;
	pz_map *record;
	void *stored;
	char *carried; /* what is carried, "file" added */
	int file;      /* which of it is; -1            */
	uint64_t galaxies;
	struct twice twice; /* ids that occur again */
};

static int open_table(struct job *j)
{
	struct pz_catalogue_options columns = j->from->columns;
	int rc;

	j->file = -1;
	if (cutouts_need_file(j->from->stamps)) {
		if (asprintf(&j->carried, "%s%sfile", columns.carry ? columns.carry : "",
			     columns.carry ? "," : "") < 0) {
			j->carried = NULL;
			return pz_fail(PZ_ENOMEM, "no memory for the columns");
		}
		columns.carry = j->carried;
	}
	if ((rc = pz_catalogue_open(&j->table, j->from->catalogue, &columns)) < 0)
		return rc;
	for (int i = 0; i < pz_catalogue_carried(j->table); i++)
		if (!strcmp(pz_catalogue_carry(j->table, i), "file"))
			j->file = i;
	return row_begin(&j->form, j->table, j->from->colours);
}

/* The header, when the first stamp has said what all are. */
static int begin_output(struct tool *t, struct job *j)
{
	const struct from_files *from = j->from;
	struct pz_header *h = &j->header;
	int rc = pz_header_init(h, "stamps");

	if (rc < 0)
		return rc;
	h->bands = j->cutouts.bands;
	memcpy(h->band, j->cutouts.band, sizeof h->band);
	h->size = j->cutouts.size;
	h->pixscale = from->pixscale > 0 ? from->pixscale : j->cutouts.pixscale;
	if (!(h->pixscale > 0))
		return pz_fail(PZ_EUSAGE,
			       "expected --pixscale, as the first stamp has no WCS that says how "
			       "many arcsec a pixel has");
	h->psf = from->psf;
	snprintf(h->unit, sizeof h->unit, "%s", from->unit ? from->unit : j->cutouts.unit);
	pz_header_set_survey(h, from->survey);
	if ((rc = row_features_name(&j->form.features, h)) < 0)
		return rc;
	j->record = pz_map_new();
	j->stored = malloc(pz_header_stamp_bytes(h));
	if (!j->record || !j->stored)
		return pz_fail(PZ_ENOMEM, "no memory for a stamp");
	return tool_open_output(t, h);
}

static int write_stamp(struct tool *t, struct job *j, const struct pz_catalogue_row *row)
{
	const struct pz_header *h = &j->header;
	size_t n = (size_t)h->bands * (size_t)h->size * (size_t)h->size;
	double cover[PZ_BANDS_MAX];
	int rc;

	images_cover(j->cutouts.pixels, PZ_F4, h->bands, h->size, cover);
	row_put(&j->form, j->table, row, j->record);
	if ((rc = twice_note(&j->twice, j->record)) < 0)
		return rc;
	pz_map_set_numbers(j->record, "cover", cover, h->bands, 0);
	pz_pixels_store(j->stored, j->cutouts.pixels, n, h->pixel);
	pz_map_set_bytes(j->record, "img", j->stored, pz_header_stamp_bytes(h));
	return pz_write(t->out, j->record);
}

static int copy_galaxy(struct tool *t, struct job *j, const struct pz_catalogue_row *row)
{
	char id[PZ_ID_MAX];
	const char *file = j->file >= 0 ? row->carry_text[j->file] : "";
	int rc;

	j->galaxies++;
	if (*row->name)
		snprintf(id, sizeof id, "%s", row->name);
	else
		snprintf(id, sizeof id, "%" PRId64, row->id);
	if (strchr(id, '/'))
		return pz_fail(PZ_EDATA,
			       "%s: row %" PRIu64 ": expected an id that can be part of a "
			       "file's name, found '%s'",
			       j->from->catalogue, j->galaxies, id);
	if ((rc = cutouts_read(&j->cutouts, id, file)) <= 0)
		return rc;
	if (!t->out && (rc = begin_output(t, j)) < 0)
		return rc;
	return write_stamp(t, j, row);
}

/* What galaxies lack; with strict the first is an error. */
static int check_lacks(const struct tool *t, const struct job *j, bool end)
{
	static const char *const what[LACKS] = { "have no file", "lack a band",
						 "have stamps of another size",
						 "have pixels of another scale",
						 "have pixels of another unit" };
	const struct cutouts *c = &j->cutouts;

	for (int i = 0; i < LACKS; i++) {
		if (c->lacks[i] && j->from->strict)
			return pz_fail(PZ_EDATA,
				       "--strict: a galaxy would be left out: galaxies %s: %s",
				       what[i], c->first[i] ? c->first[i] : "");
		if (c->lacks[i] && end)
			tool_say(t,
				 "%" PRIu64 " of %" PRIu64
				 " galaxies left out: they %s (first: %s)",
				 c->lacks[i], j->galaxies, what[i], c->first[i] ? c->first[i] : "");
	}
	return 0;
}

static int copy_galaxies(struct tool *t, struct job *j)
{
	struct pz_catalogue_row row;
	struct pz_progress progress;
	int rc = 0;

	notes_say(t, j->table);
	tool_progress(t, &progress, "fromarray", "stamps", 0);
	while (rc == 0 && (rc = pz_catalogue_next(j->table, &row)) > 0)
		if ((rc = copy_galaxy(t, j, &row)) == 0 && (rc = check_lacks(t, j, false)) == 0)
			pz_progress_add(&progress, 1);
	pz_progress_end(&progress);
	notes_say(t, j->table);
	if (rc == 0)
		rc = check_lacks(t, j, true);
	if (rc == 0)
		twice_say(t, j->from->catalogue, j->twice.count, j->twice.first);
	if (rc == 0 && !t->out)
		rc = pz_fail(PZ_EDATA,
			     "%s: expected stamps of its %" PRIu64 " galaxies, found none",
			     j->from->catalogue, j->galaxies);
	return rc;
}

int from_files(struct tool *t, const struct from_files *from)
{
	struct job j = { .from = from };
	int rc = cutouts_open(&j.cutouts, from->stamps, from->bands, from->size);

	j.cutouts.any_scale = from->pixscale > 0;
	j.cutouts.any_unit = from->unit != NULL;
	if (rc == 0 && (rc = open_table(&j)) == 0)
		rc = copy_galaxies(t, &j);
	pz_catalogue_close(j.table);
	row_release(&j.form);
	twice_release(&j.twice);
	cutouts_close(&j.cutouts);
	pz_header_release(&j.header);
	pz_map_free(j.record);
	free(j.stored);
	free(j.carried);
	return rc;
}
