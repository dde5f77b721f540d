/* bands.c -- names of bands on the command line */
#include <string.h>

#include <pz/error.h>

#include "bands.h"

int bands_take(char band[PZ_BANDS_MAX][PZ_BAND_NAME], const char *list)
{
	int bands = 0;

	for (const char *at = list; *at; at += *at == ',') {
		size_t n = strcspn(at, ",");

		if (n == 0 || n >= PZ_BAND_NAME || bands == PZ_BANDS_MAX)
			return pz_fail(PZ_EUSAGE,
				       "--bands: expected at most %d names of 1 to %d bytes with "
				       "commas between, found '%s'",
				       PZ_BANDS_MAX, PZ_BAND_NAME - 1, list);
		memcpy(band[bands], at, n);
		band[bands++][n] = '\0';
		at += n;
	}
	return bands;
}
