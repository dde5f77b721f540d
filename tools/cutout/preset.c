/* preset.c -- fills in options of cutout from the preset of a survey */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pz/error.h>

#include "preset.h"

#define DEFAULT_BANDS "u,g,r,i,z"

/* The text where it says something and the option was not given. */
static void take_text(const char **option, const char *text)
{
	if (!*option && *text)
		*option = text;
}

/* --frames FOLDER: the survey's names in it. */
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
	size = strlen(p->frames) + strlen(survey->frames.files) + 2;
	if (!(p->made[0] = malloc(size)))
		return pz_fail(PZ_ENOMEM, "no memory for --frames");
	snprintf(p->made[0], size, "%s%s%s", p->frames,
		 p->frames[strlen(p->frames) - 1] == '/' ? "" : "/", survey->frames.files);
	p->frames = p->made[0];
	return 0;
}

/* The patterns of frames with one text in each in place of another; NULL: one does not have it, or
 * there is no memory. */
static char *replace_each(const char *patterns, const char *instead, const char *files)
{
	char *made = calloc(1, (strlen(patterns) + 1) * (strlen(files) + 2)), *to = made;

	while (made && *patterns) {
		size_t n = strcspn(patterns, ",");
		const char *at = strstr(patterns, instead);

		if (!at || at + strlen(instead) > patterns + n) {
			free(made);
			return NULL;
		}
		to += sprintf(to, "%.*s%s%.*s%s", (int)(at - patterns), patterns, files,
			      (int)(patterns + n - at - strlen(instead)), at + strlen(instead),
			      patterns[n] ? "," : "");
		patterns += n + (patterns[n] == ',');
	}
	return made;
}

/* Masks that belong to the frames, unless there is a list of frames, whose own column says it. */
static void take_mask(struct preset *p, const struct pz_survey_frames *f)
{
	if (p->mask && !strcmp(p->mask, "none")) {
		p->mask = p->mask_hdu = p->mask_bits = NULL;
		p->mask_weights = false;
		return;
	}
	if (!f->masked)
		return;
	if (!p->mask && p->frames && *p->frames != '@') {
		p->mask = *f->mask_instead ? p->made[1] = replace_each(p->frames, f->mask_instead,
								       f->mask_files)
					   : p->frames;
		p->masks_expected = p->mask != NULL;
	}
	if (!p->mask && (!p->frames || *p->frames != '@'))
		return;
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
	if (p->match_psf > 0)
		take_text(&p->psf, f->psf);
	if (p->pixscale == 0 && !native)
		p->pixscale = f->pixscale;
	take_mask(p, f);
	return 0;
}

void preset_release(struct preset *p)
{
	free(p->made[0]);
	free(p->made[1]);
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
	char said[512];
	int rc;

	if (!file_name || *p->frames == '@')
		return pz_frames_search(frames, p->frames, bands->name, bands->count, inside);
	rc = pz_frames_search(frames, p->frames, file_name, bands->count, inside);
	if (rc != PZ_EDATA)
		return rc;
	snprintf(said, sizeof said, "%s", pz_error_text());
	if (pz_frames_search(frames, p->frames, bands->name, bands->count, inside) < 0)
		return pz_fail(PZ_EDATA, "%s", said);
	return 0;
}
