/* library.c -- the version of WCSLIB */
#include <stdio.h>
#include <wcslib/wcs.h>

#include <pz/libraries.h>

const char *pz_wcs_library(void)
{
	static char text[64];

	snprintf(text, sizeof text, "WCSLIB %s", wcslib_version(NULL));
	return text;
}
