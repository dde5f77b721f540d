/* preset.c -- fills in options of cutout from the preset of a survey */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pz/error.h>
#include <pz/team.h>

#include "preset.h"

#define DEFAULT_BANDS "u,g,r,i,z"

/* The text where it says something and the option was not given. */
static void take_text(const char **option, const char *text)
{
	if (!*option && *text)
		*option = text;
}

/* --frames FOLDER: the survey's names in it, or in folders of it. */
static int take_folder(struct preset *p, const struct pz_survey *survey)
{
	struct stat s;
	size_t size;

	if (!p->frames || stat(p->frames, &s) != 0 || !S_ISDIR(s.st_mode))
		return 0;
	if (!*survey->frames.files)
		return pz_fail(PZ_EUSAGE,
			       "--frames: '%s' is a folder, and the survey '%s' has no names of "
			       "files: expected a pattern, as 'frames/*-%%b.fits'",
			       p->frames, survey->name);
	size = strlen(p->frames) + strlen(survey->frames.files) + 4;
	if (!(p->made = malloc(size)))
		return pz_fail(PZ_ENOMEM, "no memory for --frames");
	snprintf(p->made, size, "%s%s%%/%s", p->frames,
		 p->frames[strlen(p->frames) - 1] == '/' ? "" : "/", survey->frames.files);
	p->frames = p->made;
	return 0;
}

/* Masks that belong to the frames. */
static void take_mask(struct preset *p, const struct pz_survey_frames *f)
{
	if (p->mask && !strcmp(p->mask, "none")) {
		p->mask = p->mask_hdu = p->mask_bits = NULL;
		p->mask_weights = false;
		return;
	}
	if (!f->masked)
		return;
	p->masks_beside = !p->mask;
	take_text(&p->mask_hdu, f->mask_hdu);
	if (p->mask_bits || p->mask_weights)
		return;
	take_text(&p->mask_bits, f->mask_bits);
	p->mask_weights = f->mask_weights;
}

int preset_apply(struct preset *p, const struct pz_survey *survey, bool native)
{
	const struct pz_survey_frames *f = &survey->frames;
	int rc = take_folder(p, survey);

	if (rc < 0)
		return rc;
	take_text(&p->bands, *f->bands ? f->bands : DEFAULT_BANDS);
	take_text(&p->hdu, f->hdu);
	take_text(&p->zeropoint, f->zeropoint);
	take_text(&p->bias, f->bias);
	take_text(&p->nodata, f->nodata);
	if (p->match_psf > 0)
		take_text(&p->psf, f->psf);
	if (p->pixscale == 0 && !native)
		p->pixscale = f->pixscale;
	take_mask(p, f);
	return 0;
}

void preset_release(struct preset *p)
{
	free(p->made);
}

/* Item i of a list with commas: its bytes, and how many. */
static const char *find_item(const char *list, int i, size_t *n)
{
	while ((*n = strcspn(list, ",")), i-- > 0 && list[*n])
		list += *n + 1;
	return list;
}

bool preset_file_names(const struct pz_survey_frames *f, const struct band_list *bands,
		       const char *names[PZ_BANDS_MAX], char text[PRESET_NAMES])
{
	bool found = false;
	size_t used = 0, n;

	for (int b = 0; b < bands->count; b++) {
		names[b] = bands->name[b];
		for (int i = 0; *f->names && i < PZ_BANDS_MAX; i++) {
			const char *band = find_item(f->bands, i, &n);

			if (n == strlen(names[b]) && !strncmp(band, names[b], n)) {
				const char *name = find_item(f->names, i, &n);

				if (used + n + 1 > PRESET_NAMES)
					return false;
				names[b] = text + used;
				used += (size_t)sprintf(text + used, "%.*s", (int)n, name) + 1;
				found = true;
				break;
			}
			if (!band[n])
				break;
		}
	}
	return found;
}

int preset_find_frames(const struct preset *p, const struct band_list *bands,
		       const char *const *file_name, const struct pz_frames_options *inside,
		       struct pz_frames **frames)
{
	struct pz_failure by_file_names = { 0 };
	int rc;

	if (!file_name || *p->frames == '@')
		return pz_frames_search(frames, p->frames, bands->name, bands->count, inside);
	rc = pz_frames_search(frames, p->frames, file_name, bands->count, inside);
	if (rc != PZ_EDATA)
		return rc;
	pz_failure_note(&by_file_names, 0, rc);
	if (pz_frames_search(frames, p->frames, bands->name, bands->count, inside) < 0)
		return pz_failure_raise(&by_file_names);
	return 0;
}
