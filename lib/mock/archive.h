/* archive.h -- private: frames as the archives of surveys distribute them */
#ifndef PZ_MOCK_ARCHIVE_H
#define PZ_MOCK_ARCHIVE_H

#include <pz/fits.h>

#include "cards.h"
#include "parts.h"

#define ARCHIVE_BANDS 8
#define ARCHIVE_HDUS  4

/* A band of the archive: its name in files, the band of the sky that it shows, and the AB magnitude
 * of 1 in the pixels' unit. */
struct archive_band {
	const char *name;
	int of;
	double zeropoint;
};

/* Where the zero point stands, and what pixels are. */
enum archive_unit {
	UNIT_NANOMAGGY, /* BUNIT                                            */
	UNIT_NJY,       /* BUNIT                                            */
	UNIT_FIXED,     /* nowhere                                          */
	UNIT_FLUXMAG0,  /* FLUXMAG0 of the primary header: flux of magnitude 0 */
	UNIT_MAGZERO,   /* MAGZERO, of each tile                            */
	UNIT_PS1,       /* asinh pixels by BSOFTEN and BOFFSET, zero point by EXPTIME */
};

enum archive_wcs {
	WCS_CD,
	WCS_TPV,   /* TPV, of no distortion                               */
	WCS_SCAMP, /* TAN with PV, of no distortion                       */
	WCS_PC,    /* CDELT and PC001001, as before the standard          */
};

enum archive_part { PART_NOTHING, PART_PIXELS, PART_BITS, PART_WEIGHTS, PART_VARIANCE };

/* An HDU of a file. PART_NOTHING: keywords alone. */
struct archive_hdu {
	enum archive_part part;
	const char *name; /* EXTNAME; NULL: none */
	enum pz_fits_pixels type;
	bool tiled;
};

struct archive_file {
	const char *name; /* %b: the band, %n: the number of the tile, five digits; NULL: none */
	int hdus;
	struct archive_hdu hdu[ARCHIVE_HDUS];
};

struct archive {
	const char *name;
	double pixscale;
	enum archive_unit unit;
	enum archive_wcs wcs;
	int bad, harmless;  /* bits: of bad pixels, and of bright ones; < 0: there is none    */
	const char *planes; /* names of the bits from 0 on, as MP_ keywords have them; NULL   */
	bool shared;        /* one mask for all bands                                         */
	int border;         /* pixels along the edges without a value                         */
	bool zeros;         /* which is 0 there, not NaN                                      */
	struct archive_file frame, mask;
	struct archive_file weights; /* of each band, beside a mask that all share            */
	int bands;
	struct archive_band band[ARCHIVE_BANDS];
};

/* NULL: there is none of that name. */
const struct archive *pz_mock_archive_find(const char *name);
/* Whether a name is that of a file which a glob tells, whole or what a killed run left (file.h). */
bool pz_mock_is_file(const char *glob, const char *name);
/* Whether it is so that of some archive's frame or mask, as pz_mock_archive_write names them. */
bool pz_mock_archive_is_file(const char *name);
/* Writes both tiles of band k of the job's archive for a field, whose pixels (height, width) are
 * those of the sky. */
int pz_mock_archive_write(const struct mock_job *job, int field, int k, const float *pixels);
/* The name of a file: to[size]. tile: five digits, or what stands for them. */
void pz_mock_archive_name(const char *pattern, const char *band, const char *tile, char *to,
			  size_t size);

#endif
