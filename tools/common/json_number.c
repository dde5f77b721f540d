/* json_number.c -- walks down a path */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "json_number.h"

#define KEY_MAX 128 /* bytes of a key in a path, the 0 included */

double json_number_at(const json_t *o, const char *path)
{
	char key[KEY_MAX];
	size_t n;

	for (; o; path += n + 1) {
		n = strcspn(path, ".");
		snprintf(key, sizeof key, "%.*s", (int)n, path);
		o = json_object_get(o, key);
		if (!path[n])
			break;
	}
	return json_is_number(o) ? json_number_value(o) : NAN;
}
