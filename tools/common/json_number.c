/* json_number.c -- reads reports, and walks down a path */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "json_number.h"

#define KEY_MAX 128 /* bytes of a key in a path, the 0 included */

static int check_report(const json_t *report)
{
	const char *name;
	json_t *one;

	if (!json_is_object(report))
		return pz_fail(PZ_EDATA, "expected a report of residuals --json, found other JSON");
	json_object_foreach((json_t *)report, name, one) if (
		!json_is_integer(json_object_get(
			one, "n"))) return pz_fail(PZ_EDATA,
						   "expected a report of residuals --json, found "
						   "no count 'n' in '%s'",
						   name);
	return json_object_size(report)
		       ? 0
		       : pz_fail(PZ_EDATA, "expected a report of residuals --json, found no stream "
					   "in it");
}

int json_report_read(const char *path, json_t **report)
{
	json_error_t error;
	int rc;

	*report = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	rc = *report ? check_report(*report) : pz_fail(PZ_EDATA, "%s", error.text);
	return rc < 0 ? pz_fail_in(rc, "%s", path) : 0;
}

/* The element of an object, or of an array by its number. */
static const json_t *element(const json_t *o, const char *key)
{
	char *end;
	unsigned long i;

	if (!json_is_array(o))
		return json_object_get(o, key);
	i = strtoul(key, &end, 10);
	return *key && !*end ? json_array_get(o, i) : NULL;
}

double json_number_at(const json_t *o, const char *path)
{
	char key[KEY_MAX];
	size_t n;

	for (; o; path += n + 1) {
		n = strcspn(path, ".");
		snprintf(key, sizeof key, "%.*s", (int)n, path);
		o = element(o, key);
		if (!path[n])
			break;
	}
	return json_is_number(o) ? json_number_value(o) : NAN;
}
