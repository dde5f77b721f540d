/* raw_fits.h -- FITS files made byte by byte, as no library would write them */
#ifndef RAW_FITS_H
#define RAW_FITS_H

#include <stdio.h>
#include <string.h>

#include <pz/fits.h>

/* Adds bytes, filled up to a block of 2880. */
static inline void raw_block(FILE *to, const void *bytes, size_t n, char fill)
{
	fwrite(bytes, 1, n, to);
	for (; n % 2880; n++)
		fputc(fill, to);
}

/* Adds an HDU: cards up to NULL, without END, then data. */
static inline void raw_hdu(FILE *to, const char *const *card, const void *data, size_t n, char fill)
{
	char header[80 * 36 * 2], *at = header;

	memset(header, ' ', sizeof header);
	for (; *card; card++, at += 80)
		memcpy(at, *card, strlen(*card));
	memcpy(at, "END", 3);
	raw_block(to, header, (size_t)(at - header) + 80, ' ');
	raw_block(to, data, n, fill);
}

/* Adds a primary HDU without data. */
static inline void raw_primary(FILE *to)
{
	static const char *const card[] = { "SIMPLE  =                    T",
					    "BITPIX  =                    8",
					    "NAXIS   =                    0",
					    "EXTEND  =                    T", NULL };

	raw_hdu(to, card, "", 0, 0);
}

#endif
