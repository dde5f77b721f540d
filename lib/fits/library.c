/* library.c -- the version of CFITSIO */
#include <math.h>
#include <stdio.h>

#include "open.h"

#include <pz/libraries.h>

const char *pz_fits_library(void)
{
	static char text[64];
	float version; /* 4.0203 is 4.2.3 */
	long n;

	fits_get_version(&version);
	n = lround(1e4 * (double)version);
	snprintf(text, sizeof text, "CFITSIO %ld.%ld.%ld", n / 10000, n / 100 % 100, n % 100);
	return text;
}
