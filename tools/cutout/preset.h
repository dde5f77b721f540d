/* preset.h -- what a survey's preset says of its frames, where no option says something else */
#ifndef PRESET_H
#define PRESET_H

#include <stdbool.h>

#include <pz/bins.h>

#include "settings.h"

#define PRESET_NAMES 256 /* bytes of the names of bands in the names of files */

/* The options that a preset fills in. On entry what was given, NULL for the rest. */
struct preset {
	const char *frames, *bands, *hdu, *zeropoint, *bias, *nodata, *psf, *mask, *mask_hdu,
		*mask_bits;
	const char *planes; /* of no preset so far */
	bool mask_weights;
	double match_psf; /* of no preset; without it psf has no effect, and is not filled in */
	double pixscale;  /* 0: not given */
	/* filled in */
	bool masks_beside; /* masks are where the preset says, if they are there */
	char *made;        /* a text that preset_release frees                   */
};

/* Fills in what is NULL. frames may be a folder: then the names of files are the survey's. mask
 * "none" becomes NULL, with all that belongs to it. native: stamps keep the pixels of the frames,
 * so that the survey's pixel scale is left alone. PZ_EUSAGE: a folder, and the survey has no names
 * of files. */
int preset_apply(struct preset *p, const struct pz_survey *survey, bool native);
void preset_release(struct preset *p); /* all zero is fine */

/* What the names of files call the bands, where the survey calls them otherwise: true. names and
 * the texts they point to, in text, are filled in. */
bool preset_file_names(const struct pz_survey_frames *f, const struct band_list *bands,
		       const char *names[PZ_BANDS_MAX], char text[PRESET_NAMES]);

/* Finds the frames by these names of the bands, borrowed, or else by the bands' own; a list or
 * table has these. file_name NULL: they are the same. */
int preset_find_frames(const struct preset *p, const struct band_list *bands,
		       const char *const *file_name, const struct pz_frames_options *inside,
		       struct pz_frames **frames);

#endif
