/* cutouts.h -- stamps of galaxies in FITS files, one or several for each galaxy
 *
 *      rc = cutouts_open(&c, "stamps/%i.fits", "g,r,z", 64);
 *      while (... a galaxy ...)
 *              got = cutouts_read(&c, id, file);       // c.pixels (c.bands, c.size, c.size)
 *      cutouts_close(&c);
 *
 * The pattern has %i for the id of the galaxy, %f for what its column "file" says, and %b for a
 * band where each band has a file. A folder stands for FOLDER/%i.fits, or with .fz or .gz behind it
 * where that is there. The bands of a file are the planes of a cube (BANDS = 'grz' or BAND0 = 'g'
 * ... name them, else they are in order), or its HDUs with an image, by EXTNAME or else in order.
 */
#ifndef CUTOUTS_H
#define CUTOUTS_H

#include <stdint.h>

#include <pz/cutout.h>
#include <pz/fits.h>
#include <pz/stream.h>

/* Why a galaxy has no stamp. */
enum cutout_lack { LACK_FILE, LACK_BAND, LACK_SIZE, LACK_SCALE, LACK_UNIT, LACKS };

struct cutouts {
	int bands;
	char band[PZ_BANDS_MAX][PZ_BAND_NAME];
	int side, size;  /* of the files, of what is taken: the central part; 0: not known yet */
	double pixscale; /* of the first file, arcsec; 0: it states none      */
	char unit[72];   /* of the first file; "": it states none             */
	float *pixels;
	bool any_scale, any_unit; /* options say them: files are not compared with the first */

	/* private */
	struct pz_image_flux flux; /* of the image that was looked at last */
	char *pattern;
	bool folder; /* the pattern is that of a folder */
	int asked;   /* the size that was asked for */
	float *plane;

	uint64_t lacks[LACKS];
	char *first[LACKS]; /* what was said of the first */
};

/* bands: a comma list; NULL: those that the first file names. size: 0: all pixels. */
int cutouts_open(struct cutouts *c, const char *pattern, const char *bands, int size);
/* Whether the pattern asks for the column "file". */
bool cutouts_need_file(const char *pattern);
/* Reads a galaxy's stamp: 1; 0: it has none, which is counted; < 0: a file cannot be read. */
int cutouts_read(struct cutouts *c, const char *id, const char *file);
void cutouts_close(struct cutouts *c); /* all zero is fine */

#endif
