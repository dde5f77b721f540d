/* sky_header.h -- headers with a WCS, and the same WCS by formula, for the tests
 *
 * TAN with SIP, written out from the papers (Calabretta & Greisen 2002; Shupe et al.
 * 2005) and sharing no code with the library.
 */
#ifndef SKY_HEADER_H
#define SKY_HEADER_H

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <pz/fits.h>
#include <pz/random.h>

#define CARDS_OF_WCS 18

struct test_wcs {
	double crval[2], crpix[2], cd[2][2]; /* as in FITS                      */
	double a[2][3]; /* SIP: x2, xy, y2 for each axis; 0: none              */
};

/* Any scale from 0.1" to 1", any angle, either handedness, and for odd i SIP. */
static inline void random_wcs(struct test_wcs *w, struct pz_random *r, int i, double size)
{
	double scale = (0.1 + 0.9 * pz_random_uniform(r)) / 3600;
	double angle = 2 * M_PI * pz_random_uniform(r);
	double flip = pz_random_uniform(r) < 0.5 ? -1 : 1;

	w->crval[0] = 360 * pz_random_uniform(r);
	w->crval[1] = 85 * (2 * pz_random_uniform(r) - 1);
	for (int k = 0; k < 2; k++)
		w->crpix[k] = size * (2 * pz_random_uniform(r) - 0.5);
	w->cd[0][0] = flip * scale * cos(angle);
	w->cd[0][1] = -scale * sin(angle);
	w->cd[1][0] = flip * scale * sin(angle);
	w->cd[1][1] = scale * cos(angle);
	for (int k = 0; k < 6; k++)
		w->a[k / 3][k % 3] = i % 2 ? 2e-5 * (2 * pz_random_uniform(r) - 1) : 0;
}

/* RA and Dec (degrees) of a pixel (from 0). */
static inline void test_wcs_sky(const struct test_wcs *w, const double pixel[2], double radec[2])
{
	double u = pixel[0] + 1 - w->crpix[0], v = pixel[1] + 1 - w->crpix[1];
	double p = u + w->a[0][0] * u * u + w->a[0][1] * u * v + w->a[0][2] * v * v;
	double q = v + w->a[1][0] * u * u + w->a[1][1] * u * v + w->a[1][2] * v * v;
	double rad = M_PI / 180, d0 = w->crval[1] * rad;
	double xi = (w->cd[0][0] * p + w->cd[0][1] * q) * rad;
	double eta = (w->cd[1][0] * p + w->cd[1][1] * q) * rad;
	double down = cos(d0) - eta * sin(d0);

	radec[0] = w->crval[0] + atan2(xi, down) / rad;
	radec[0] -= 360 * floor(radec[0] / 360);
	radec[1] = atan2(sin(d0) + eta * cos(d0), hypot(xi, down)) / rad;
}

/* Fills cards[CARDS_OF_WCS]; returns how many. */
static inline int test_wcs_cards(const struct test_wcs *w, struct pz_fits_card *c)
{
	static const char *const key[] = { "CRVAL1", "CRVAL2", "CRPIX1", "CRPIX2", "CD1_1",
					   "CD1_2",  "CD2_1",  "CD2_2",  "A_2_0",  "A_1_1",
					   "A_0_2",  "B_2_0",  "B_1_1",  "B_0_2" };
	const double value[] = { w->crval[0], w->crval[1], w->crpix[0], w->crpix[1], w->cd[0][0],
				 w->cd[0][1], w->cd[1][0], w->cd[1][1], w->a[0][0],  w->a[0][1],
				 w->a[0][2],  w->a[1][0],  w->a[1][1],  w->a[1][2] };
	int sip = w->a[0][0] != 0, n = 0;

	c[n++] = (struct pz_fits_card){ "CTYPE1", .text = sip ? "RA---TAN-SIP" : "RA---TAN" };
	c[n++] = (struct pz_fits_card){ "CTYPE2", .text = sip ? "DEC--TAN-SIP" : "DEC--TAN" };
	if (sip) {
		c[n++] = (struct pz_fits_card){ "A_ORDER", .number = 2 };
		c[n++] = (struct pz_fits_card){ "B_ORDER", .number = 2 };
	}
	for (int i = 0; i < (sip ? 14 : 8); i++)
		c[n++] = (struct pz_fits_card){ key[i], .number = value[i] };
	return n;
}

#endif
