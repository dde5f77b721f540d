/* sources.c -- opens the catalogue and the frames */
#include <pz/alike.h>

#include "../common/apart.h"
#include "messages.h"
#include "sources.h"

/* Where no frames were found for the one band "ugriz", five bands may be meant. */
static int suggest_bands(const struct band_list *bands, int rc)
{
	char list[PZ_ALIKE_MAX];

	if (bands->count > 1 || !pz_alike_bands(bands->name[0], list))
		return rc;
	return pz_fail(rc, "%s; did you mean --bands %s?", pz_error_text(), list);
}

/* Masks come by --mask or by a table of frames. */
static int check_masks(const struct options *o, const struct settings *s,
		       const struct pz_frames *frames)
{
	const char *option = o->preset.mask_bits      ? "mask-bits"
			     : o->preset.mask_weights ? "mask-weights"
			     : o->preset.mask_hdu     ? "mask-hdu"
						      : NULL;

	/* Those of a survey have no effect where its frames come in a table without masks. */
	if (!option || o->preset.mask || s->survey.frames.masked)
		return 0;
	for (size_t f = 0; f < pz_frames_fields(frames); f++)
		for (int b = 0; b < pz_frames_bands(frames); b++)
			if (pz_frames_get(frames, f, b).mask)
				return 0;
	return pz_fail(PZ_EUSAGE, "--%s needs --mask, or a table of frames with a column 'mask'",
		       option);
}

/* The frames and their masks, one after the other. */
struct frame_names {
	const struct pz_frames *frames;
	size_t at; /* field, band, and frame or mask, counted together */
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

/* The PSFs of frames come by --psf, a preset or a table of frames. */
static int check_psfs(const struct options *o, const struct pz_frames *frames)
{
	if (o->preset.match_psf == 0 || o->preset.psf || pz_frames_psfs(frames))
		return 0;
	return pz_fail(PZ_EUSAGE,
		       "--match-psf needs the PSFs of the frames: --psf FWHM (arcsec) or --psf "
		       "KEYWORD, or a table of frames with a column 'psf'");
}

static int open_galaxies(const struct tool *t, const struct options *o, const struct settings *s,
			 struct galaxies *g)
{
	struct pz_catalogue_options columns = { .columns = o->columns,
						.carry = o->carry,
						.band = s->survey.rows.mag,
						.hdu = o->table,
						.features = o->features,
						.missing = s->missing };
	size_t filled, known;
	int rc = galaxies_read(t, g, o->catalogue, &columns, o->colours);

	known = g->ebv;
	if (rc == 0 && o->dust && (rc = galaxies_fill_ebv(g, o->dust, &filled)) == 0)
		messages_of_dust(t, o->catalogue, filled, known);
	return rc == 0 ? messages_of_catalogue(t, g, o->catalogue) : rc;
}

/* Masks that a survey has beside its frames may not have been fetched. */
static int add_masks(const struct tool *t, const struct options *o, const struct settings *s,
		     struct pz_frames *frames)
{
	const struct pz_survey_frames *f = &s->survey.frames;
	int rc;

	if (!o->preset.masks_beside)
		return o->preset.mask ? pz_frames_add_masks(frames, o->preset.mask) : 0;
	rc = pz_frames_add_beside(frames, f->mask_instead, f->mask_files,
				  *o->preset.frames == '@' ? s->file_name : NULL);
	if (rc != PZ_EDATA)
		return rc;
	tool_say(t, "%s: stamps are cut without masks (--mask none says that there are none)",
		 pz_error_text());
	return 0;
}

static int open_frames(const struct tool *t, const struct options *o, const struct settings *s,
		       struct pz_frames **frames)
{
	struct pz_frames_options inside = { .hdu = o->preset.hdu,
					    .mask_hdu = o->preset.mask_hdu,
					    .planes = o->preset.planes,
					    .heads = o->heads,
					    .files = s->survey.frames.files,
					    .file_name = s->file_name,
					    .zeropoint = o->preset.zeropoint };
	struct pz_frames_seen seen;
	int rc = preset_find_frames(&o->preset, &s->bands, s->renamed ? s->file_name : NULL,
				    &inside, frames);

	if (rc < 0)
		return suggest_bands(&s->bands, rc);
	messages_of_frames(t, *frames);
	if ((rc = check_masks(o, s, *frames)) < 0 || (rc = check_psfs(o, *frames)) < 0 ||
	    (rc = add_masks(t, o, s, *frames)) < 0)
		return rc;
	if ((rc = apart_check_more(t, next_name, &(struct frame_names){ *frames, 0 })) < 0 ||
	    (rc = pz_frames_look(*frames, &inside, &seen)) < 0)
		return rc;
	messages_of_images(t, &seen);
	return 0;
}

int sources_open(const struct tool *t, const struct options *o, const struct settings *s,
		 struct sources *from)
{
	struct galaxies *g = &from->galaxies;
	int rc;

	if ((rc = open_galaxies(t, o, s, g)) < 0 ||
	    (rc = open_frames(t, o, s, &from->frames)) < 0 ||
	    (rc = pz_cutout_open(&from->c, from->frames, &s->cutout, g->n, g->radec)) < 0)
		return rc;
	messages_of_unit(t, from->c);
	return 0;
}

void sources_close(struct sources *from)
{
	pz_cutout_close(from->c);
	pz_frames_free(from->frames);
	galaxies_release(&from->galaxies);
}
