/* hdu_name.c -- which HDU is meant */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "hdu_name.h"

/* Whether a text without | is meant. other: there are further ones, and names are preferred. */
static bool is_one(const char *text, bool other, int number, const char *name, int version)
{
	char *end, both[128];
	long n = strtol(text, &end, 10);

	if (*text && !*end)
		return n == number && !(other && *name);
	snprintf(both, sizeof both, "%.100s,%d", name, version);
	return *name && (!strcasecmp(text, name) || !strcasecmp(text, both));
}

bool pz_hdu_is_named(const char *text, int number, const char *name, int version)
{
	bool other = strchr(text, '|');
	char one[128];

	for (const char *next; (next = strchr(text, '|')); text = next + 1) {
		snprintf(one, sizeof one, "%.*s", (int)(next - text), text);
		if (is_one(one, other, number, name, version))
			return true;
	}
	return is_one(text, other, number, name, version);
}
