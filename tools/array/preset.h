/* preset.h -- sets of images that many people have, and what is known of them */
#ifndef PRESET_H
#define PRESET_H

#include <stdbool.h>

#include <pz/bins.h>

#define PRESET_CHOICES "none,pasquet,galaxiesml,mmu"

/* What is not known is NULL or 0. */
struct preset {
	const char *name;
	const char *images;  /* the arrays of images to look for, one of a comma list */
	const char *columns; /* as the option of that name                            */
	const char *bands;
	double pixscale; /* arcsec per pixel */
	const char *unit;
	const char *survey;               /* by its name ...               */
	const struct pz_survey *settings; /* ... or, where it is NULL, these */
};

/* Number i of PRESET_CHOICES; the first knows nothing but usual names. */
const struct preset *preset_get(int i);

/* Grid, rows and limits: those of the survey that is named (NULL: none), else the preset's, else
 * those of sdss. Errors as pz_survey_find. */
int preset_survey(const struct preset *preset, const char *named, struct pz_survey *survey);

#endif
