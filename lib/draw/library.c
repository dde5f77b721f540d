/* library.c -- the version of libpng */
#include <png.h>
#include <stdio.h>

#include <pz/libraries.h>

const char *pz_draw_library(void)
{
	static char text[64];

	snprintf(text, sizeof text, "libpng %s", png_get_libpng_ver(NULL));
	return text;
}
