/* settings.h -- the options of cutout that are lists, as the library takes them */
#ifndef SETTINGS_H
#define SETTINGS_H

#include <pz/cutout.h>
#include <pz/stream.h>

#define SETTINGS_PLANES 1024 /* bytes of --mask-bits */

struct band_list {
	char text[PZ_BANDS_MAX * PZ_BAND_NAME]; /* the names, each terminated   */
	const char *name[PZ_BANDS_MAX];         /* into text                    */
	int count;
};

/* "g,r,i", without the spaces around names. PZ_EUSAGE: no band, the same one twice, too many. */
int settings_parse_bands(struct band_list *bands, const char *list);
/* "0,3,17", "0x20009" or "SAT,MP_BAD,3": bits of a mask into c->mask_bits, and the names of planes
 * with commas between them into planes (all zero before), to which c->mask_planes then points.
 * NULL: neither is given. */
int settings_parse_bits(struct pz_cutout_options *c, const char *text,
			char planes[SETTINGS_PLANES]);
/* "0": the value of pixels without data into value, to which c->nodata then points; "none" or NULL:
 * there is no such value. */
int settings_parse_nodata(struct pz_cutout_options *c, const char *text, double *value);
/* "15,25": radii in arcsec, the second the larger one. NULL: not given. */
int settings_parse_radii(struct pz_cutout_options *c, const char *text);
/* A list, of zero points (magnitudes) or of other numbers, must have one item, or one for each
 * band; an item is a number or a keyword. NULL: not given. option: for messages. */
int settings_check_list(const char *option, const char *list, int bands, bool magnitudes);

/* The same of --psf: each number, also one with :px behind it, is a FWHM. */
int settings_check_psf(const char *list, int bands);

#endif
