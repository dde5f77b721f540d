/* sources.h -- what stamps are cut from, as the options say */
#ifndef SOURCES_H
#define SOURCES_H

#include <pz/bins.h>
#include <pz/cutout.h>
#include <pz/missing.h>

#include "../common/tool.h"
#include "preset.h"
#include "settings.h"
#include "targets.h"

struct options {
	struct preset preset; /* those that a survey may fill in */
	const char *catalogue, *columns, *carry, *shard, *survey, *table, *missing, *sky_radii,
		*features, *dust;
	int size, kernel, sky;
	double min_cover;
	bool native, colours, heads;
};

/* The options that say where in a file something is. */
#define SOURCE_OPTIONS(o)                                                                          \
	{ PZ_OPTION_TEXT,  0,                                                                      \
	  "hdu",           "HDU",                                                                  \
	  &(o).preset.hdu, "HDU of the frames, number or name; default: all images with a WCS" },  \
		{ PZ_OPTION_TEXT,                                                                  \
		  0,                                                                               \
		  "planes",                                                                        \
		  "BAND,...",                                                                      \
		  &(o).preset.planes,                                                              \
		  "bands of the planes of frames that are cubes; default: as keywords say" },      \
		{ PZ_OPTION_FLAG,                                                                  \
		  0,                                                                               \
		  "heads",                                                                         \
		  NULL,                                                                            \
		  &(o).heads,                                                                      \
		  "take the WCS from NAME.head beside each frame, and FLXSCALE (SCAMP)" },         \
		{ PZ_OPTION_FILE,                                                                  \
		  0,                                                                               \
		  "dust",                                                                          \
		  "FOLDER",                                                                        \
		  &(o).dust,                                                                       \
		  "folder of the maps of SFD, for E(B-V) where the catalogue has none" },          \
	{                                                                                          \
		PZ_OPTION_TEXT, 0, "table", "HDU", &(o).table,                                     \
			"HDU of a FITS catalogue, number or name; default: the first table"        \
	}

/* The options of PSFs. */
#define PSF_OPTIONS(o)                                                                             \
	{ PZ_OPTION_DOUBLE,                                                                        \
	  0,                                                                                       \
	  "match-psf",                                                                             \
	  "FWHM",                                                                                  \
	  &(o).preset.match_psf,                                                                   \
	  "bring all bands to a PSF of this FWHM, in arcsec; default: leave PSFs as they are",     \
	  .min = 1e-3,                                                                             \
	  .max = 3600 },                                                                           \
	{                                                                                          \
		PZ_OPTION_TEXT, 0, "psf", "FWHM,...", &(o).preset.psf,                             \
			"FWHM of the frames' PSFs, in arcsec, or the keyword that holds it",       \
			.needs = "match-psf"                                                       \
	}

/* What the options say. */
struct settings {
	struct pz_survey survey;
	struct pz_missing missing;
	struct band_list bands;
	struct pz_cutout_options cutout;
	double nodata;                       /* that cutout.nodata points to */
	char planes[SETTINGS_PLANES];        /* names of --mask-bits, with commas between */
	const char *file_name[PZ_BANDS_MAX]; /* of the bands in names of files ...   */
	char file_names[PRESET_NAMES];
	bool renamed; /* ... where they are not the bands' own */
};

/* What stamps are cut from. */
struct sources {
	struct galaxies galaxies;
	struct pz_frames *frames;
	struct pz_cutout *c;
};

/* Reads the catalogue, finds the frames and places the galaxies; says what is to be said before the
 * first stamp. from: all zero; what was opened stays open after a failure. */
int sources_open(const struct tool *t, const struct options *o, const struct settings *s,
		 struct sources *from);
void sources_close(struct sources *from); /* all zero is fine */

#endif
