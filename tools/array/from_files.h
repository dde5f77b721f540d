/* from_files.h -- FITS files, one or several for each galaxy of a catalogue, as stamps */
#ifndef FROM_FILES_H
#define FROM_FILES_H

#include <pz/catalogue.h>

#include "../common/tool.h"

struct from_files {
	const char *stamps;    /* the pattern: cutouts.h */
	const char *catalogue; /* of the galaxies, a row for each */
	struct pz_catalogue_options columns;
	const struct pz_survey *survey;
	const char *bands, *unit; /* NULL: as the files say */
	double pixscale;          /* 0: likewise            */
	double psf;               /* FWHM of all bands, arcsec; 0: it is not known */
	int size;                 /* central pixels; 0: all */
	bool strict;              /* a galaxy without a stamp is an error */
	bool colours;             /* differences of features are features too */
};

/* Writes the stamps of all galaxies that have one, and says how many have none. PZ_EDATA: none
 * has. */
int from_files(struct tool *t, const struct from_files *from);

#endif
