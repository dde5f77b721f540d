/* hdu_name.c -- which HDU is meant */
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "hdu_name.h"

bool pz_hdu_is_named(const char *text, int number, const char *name, int version)
{
	char *end, both[128];
	long n = strtol(text, &end, 10);

	if (*text && !*end)
		return n == number;
	snprintf(both, sizeof both, "%.100s,%d", name, version);
	return *name && (!strcasecmp(text, name) || !strcasecmp(text, both));
}
