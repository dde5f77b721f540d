/* small_frames.h -- frames of known pixels on the sky, for tests of parts of the cutter */
#ifndef SMALL_FRAMES_H
#define SMALL_FRAMES_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/cutout.h>
#include <pz/error.h>
#include <pz/threads.h>

#include "own_folder.h"
#include "raw_fits.h"
#include "sky_header.h"

/* A frame of pixels of 0.4 arcsec with north up, whose pixel (x, y), from 0, is at (ra, dec). */
static inline struct test_wcs north_up(double ra, double dec, double x, double y)
{
	const double scale = 0.4 / 3600;

	return (struct test_wcs){ .crval = { ra, dec },
				  .crpix = { x + 1, y + 1 },
				  .cd = { { -scale, 0 }, { 0, scale } } };
}

/* A byte in each pixel, 1 to 250; more: a card, or NULL. */
static inline void write_bytes(const char *name, long width, long height, const struct test_wcs *w,
			       const char *more)
{
	struct pz_fits_card cards[CARDS_OF_WCS];
	int n = w ? test_wcs_cards(w, cards) : 0, used = 0;
	char text[30][81];
	const char *card[31] = { NULL };
	size_t size = (size_t)(width * height);
	unsigned char *data = malloc(size);
	FILE *to = fopen(name, "wb");

	assert_true(data && to);
	snprintf(text[used++], 81, "SIMPLE  =                    T");
	snprintf(text[used++], 81, "BITPIX  =                    8");
	snprintf(text[used++], 81, "NAXIS   =                    2");
	snprintf(text[used++], 81, "NAXIS1  = %20ld", width);
	snprintf(text[used++], 81, "NAXIS2  = %20ld", height);
	for (int i = 0; i < n; i++)
		if (cards[i].text)
			snprintf(text[used++], 81, "%-8s= '%s'", cards[i].key, cards[i].text);
		else
			snprintf(text[used++], 81, "%-8s= %.15E", cards[i].key, cards[i].number);
	if (more)
		snprintf(text[used++], 81, "%s", more);
	for (int i = 0; i < used; i++)
		card[i] = text[i];
	for (size_t i = 0; i < size; i++)
		data[i] = (unsigned char)(i % 250 + 1);
	raw_hdu(to, card, data, size, 0);
	assert_int_equal(fclose(to), 0);
	free(data);
}

#endif
