/* sky_hdus.h -- files of several HDUs, some of which lie on the sky
 *
 *      FILE *to = fopen("m.fits", "wb");
 *      raw_primary(to);
 *      add_hdu(to, &(struct sky_hdu){ .name = "SCI", .ra = 10 });     // a frame at RA 10
 *      add_hdu(to, &(struct sky_hdu){ .name = "DQ" });                // no WCS
 */
#ifndef SKY_HDUS_H
#define SKY_HDUS_H

#include <stdlib.h>

#include "raw_fits.h"

struct sky_hdu {
	const char *name; /* EXTNAME; NULL: none */
	int version;      /* EXTVER; 0: none     */
	double ra;        /* 0: no WCS           */
	long planes;      /* 0: two axes         */
	bool primary;
	const char *more[8]; /* other cards, whole */
};

/* An image of 4 x 3 pixels of a byte, plane p of which is p + 1. */
static inline void add_hdu(FILE *to, const struct sky_hdu *h)
{
	char card[32][81], data[12 * 8];
	const char *cards[33] = { NULL };
	size_t n = 0, size = 12 * (size_t)(h->planes ? h->planes : 1);

	snprintf(card[n++], 81,
		 h->primary ? "SIMPLE  =                    T" : "XTENSION= 'IMAGE   '");
	snprintf(card[n++], 81, "BITPIX  =                    8");
	snprintf(card[n++], 81, "NAXIS   = %20d", h->planes ? 3 : 2);
	snprintf(card[n++], 81, "NAXIS1  =                    4");
	snprintf(card[n++], 81, "NAXIS2  =                    3");
	if (h->planes)
		snprintf(card[n++], 81, "NAXIS3  = %20ld", h->planes);
	snprintf(card[n++], 81, "PCOUNT  =                    0");
	snprintf(card[n++], 81, "GCOUNT  =                    1");
	if (h->name)
		snprintf(card[n++], 81, "EXTNAME = '%s'", h->name);
	if (h->version)
		snprintf(card[n++], 81, "EXTVER  = %20d", h->version);
	if (h->ra > 0) {
		snprintf(card[n++], 81, "CTYPE1  = 'RA---TAN'");
		snprintf(card[n++], 81, "CTYPE2  = 'DEC--TAN'");
		snprintf(card[n++], 81, "CRVAL1  = %20.10f", h->ra);
		snprintf(card[n++], 81, "CRVAL2  =                  0.0");
		snprintf(card[n++], 81, "CRPIX1  =                  2.5");
		snprintf(card[n++], 81, "CRPIX2  =                  2.0");
		snprintf(card[n++], 81, "CDELT1  =              -0.0001");
		snprintf(card[n++], 81, "CDELT2  =               0.0001");
	}
	for (int i = 0; i < 8 && h->more[i]; i++)
		snprintf(card[n++], 81, "%s", h->more[i]);
	for (size_t i = 0; i < n; i++)
		cards[i] = card[i];
	for (size_t i = 0; i < size; i++)
		data[i] = (char)(i / 12 + 1);
	raw_hdu(to, cards, data, size, 0);
}

#endif
