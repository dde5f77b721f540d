/* survey.c -- the surveys of pzpipe-method(7), SURVEYS, and others from a file */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include <pz/bins.h>
#include <pz/error.h>

#define SDSS                                                                                       \
	{                                                                                          \
		.name = "sdss", .grid = { .target = "z", .min = 0, .max = 0.4, .bins = 180 },      \
		.rows = { .mag = "r", .min = 12.5, .width = 0.5, .channels = 6 }, .divide = 1,     \
		.outlier = 0.05, .fit_from = 0.15, .threshold = 200                                \
	}
#define CFHTLS(field, limit)                                                                       \
	{                                                                                          \
		.name = field, .grid = { .target = "z", .min = 0, .max = 4, .bins = 1000 },        \
		.rows = { .mag = "r", .min = 16, .width = 0.5, .channels = 10 }, .divide = 1000,   \
		.outlier = 0.15, .fit_from = 0, .threshold = limit                                 \
	}

static const struct pz_survey known[] = { SDSS, CFHTLS("cfhtls-wide", 100),
					  CFHTLS("cfhtls-deep", 5) };

/* Copies a text value of at most size-1 bytes into to. */
static int take_text(const json_t *value, const char *key, char *to, size_t size)
{
	const char *text = json_string_value(value);

	if (!text || !*text || strlen(text) >= size)
		return pz_fail(PZ_EUSAGE, "key '%s': expected a text of 1 to %zu bytes", key,
			       size - 1);
	strcpy(to, text);
	return 0;
}

static int take_number(const json_t *value, const char *key, double *to)
{
	if (!json_is_number(value))
		return pz_fail(PZ_EUSAGE, "key '%s': expected a number", key);
	*to = json_number_value(value);
	return 0;
}

static int take_count(const json_t *value, const char *key, int *to)
{
	if (!json_is_integer(value) || json_integer_value(value) < 0 ||
	    json_integer_value(value) > 1 << 30)
		return pz_fail(PZ_EUSAGE, "key '%s': expected a whole number of at least 0", key);
	*to = (int)json_integer_value(value);
	return 0;
}

static int take_key(struct pz_survey *s, const char *group, const char *key, const json_t *value)
{
	char path[96];

	snprintf(path, sizeof path, "%.40s.%.40s", group, key);
	if (!strcmp(path, "grid.target"))
		return take_text(value, path, s->grid.target, sizeof s->grid.target);
	if (!strcmp(path, "grid.min"))
		return take_number(value, path, &s->grid.min);
	if (!strcmp(path, "grid.max"))
		return take_number(value, path, &s->grid.max);
	if (!strcmp(path, "grid.bins"))
		return take_count(value, path, &s->grid.bins);
	if (!strcmp(path, "rows.mag"))
		return take_text(value, path, s->rows.mag, sizeof s->rows.mag);
	if (!strcmp(path, "rows.min"))
		return take_number(value, path, &s->rows.min);
	if (!strcmp(path, "rows.width"))
		return take_number(value, path, &s->rows.width);
	if (!strcmp(path, "rows.channels"))
		return take_count(value, path, &s->rows.channels);
	if (!strcmp(path, "limits.divide"))
		return take_number(value, path, &s->divide);
	if (!strcmp(path, "limits.outlier"))
		return take_number(value, path, &s->outlier);
	if (!strcmp(path, "limits.fit_from"))
		return take_number(value, path, &s->fit_from);
	if (!strcmp(path, "limits.threshold"))
		return take_count(value, path, &s->threshold);
	return pz_fail(PZ_EUSAGE, "unknown key '%s'", path);
}

static int take_file(struct pz_survey *s, json_t *root)
{
	const char *group, *key;
	json_t *value, *inner;
	int rc;

	json_object_foreach(root, group, value)
	{
		if (!strcmp(group, "survey")) {
			if ((rc = take_text(value, group, s->name, sizeof s->name)) < 0)
				return rc;
			continue;
		}
		if (!json_is_object(value))
			return pz_fail(PZ_EUSAGE,
				       "key '%.40s': expected an object with further keys", group);
		json_object_foreach(value, key,
				    inner) if ((rc = take_key(s, group, key, inner)) < 0) return rc;
	}
	if ((rc = pz_grid_check(&s->grid)) < 0 || (rc = pz_rows_check(&s->rows)) < 0)
		return PZ_EUSAGE;
	return 0;
}

int pz_survey_find(struct pz_survey *s, const char *name)
{
	json_error_t error;
	json_t *root;
	int rc;

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(name, known[i].name)) {
			*s = known[i];
			return 0;
		}
	*s = known[0];
	strcpy(s->name, "file");
	if (!(root = json_load_file(name, JSON_REJECT_DUPLICATES, &error)))
		return pz_fail(
			PZ_EUSAGE,
			"survey '%s': expected sdss, cfhtls-wide, cfhtls-deep or a JSON file: %s",
			name, error.text);
	rc = json_is_object(root) ? take_file(s, root)
				  : pz_fail(PZ_EUSAGE, "expected a JSON object");
	json_decref(root);
	return rc < 0 ? pz_fail_in(rc, "survey '%s'", name) : 0;
}
