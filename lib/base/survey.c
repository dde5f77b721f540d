/* survey.c -- the settings of a survey, from its JSON file (pzpipe-surveys(7)) */
#include <jansson.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/alike.h>
#include <pz/bins.h>
#include <pz/error.h>

/* What a file leaves out is that of sdss. */
static const struct pz_survey basis = {
	.name = "file",
	.grid = { .target = "z", .min = 0, .max = 0.4, .bins = 180 },
	.rows = { .mag = "r", .min = 12.5, .width = 0.5, .channels = 6 },
	.divide = 1,
	.outlier = 0.05,
	.fit_from = 0.15,
	.threshold = 200,
};

#define AT(field)   offsetof(struct pz_survey, field)
#define TEXT(field) 'T', AT(field), sizeof(((struct pz_survey *)NULL)->field)

/* Each key of a group: what it holds ('T' a text, 'N' a number, 'C' a count, 'B' true or false),
 * and where it goes. */
static const struct field {
	const char *path;
	char is;
	size_t at, size;
} fields[] = {
	{ "grid.target", TEXT(grid.target) },
	{ "grid.min", 'N', AT(grid.min), 0 },
	{ "grid.max", 'N', AT(grid.max), 0 },
	{ "grid.bins", 'C', AT(grid.bins), 0 },
	{ "rows.mag", TEXT(rows.mag) },
	{ "rows.min", 'N', AT(rows.min), 0 },
	{ "rows.width", 'N', AT(rows.width), 0 },
	{ "rows.channels", 'C', AT(rows.channels), 0 },
	{ "limits.divide", 'N', AT(divide), 0 },
	{ "limits.outlier", 'N', AT(outlier), 0 },
	{ "limits.fit_from", 'N', AT(fit_from), 0 },
	{ "limits.threshold", 'C', AT(threshold), 0 },
	{ "frames.files", TEXT(frames.files) },
	{ "frames.bands", TEXT(frames.bands) },
	{ "frames.names", TEXT(frames.names) },
	{ "frames.pixscale", 'N', AT(frames.pixscale), 0 },
	{ "frames.hdu", TEXT(frames.hdu) },
	{ "frames.zeropoint", TEXT(frames.zeropoint) },
	{ "frames.bias", TEXT(frames.bias) },
	{ "frames.psf", TEXT(frames.psf) },
	{ "frames.nodata", TEXT(frames.nodata) },
	{ "mask.instead", TEXT(frames.mask_instead) },
	{ "mask.files", TEXT(frames.mask_files) },
	{ "mask.hdu", TEXT(frames.mask_hdu) },
	{ "mask.bits", TEXT(frames.mask_bits) },
	{ "mask.weights", 'B', AT(frames.mask_weights), 0 },
};

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

static int take_truth(const json_t *value, const char *key, bool *to)
{
	if (!json_is_boolean(value))
		return pz_fail(PZ_EUSAGE, "key '%s': expected true or false", key);
	*to = json_is_true(value);
	return 0;
}

static int take_extinction(struct pz_survey *s, const char *band, const json_t *value)
{
	int i = s->extinctions;

	if (i == PZ_EXTINCTION_MAX || !*band || strlen(band) >= sizeof s->extinction[i].band)
		return pz_fail(PZ_EUSAGE, "extinction: expected at most %d bands of 1 to %zu bytes",
			       PZ_EXTINCTION_MAX, sizeof s->extinction[i].band - 1);
	strcpy(s->extinction[i].band, band);
	s->extinctions++;
	return take_number(value, "extinction", &s->extinction[i].coefficient);
}

static int take_key(struct pz_survey *s, const char *group, const char *key, const json_t *value)
{
	struct pz_alike alike;
	char path[96];

	snprintf(path, sizeof path, "%.40s.%.40s", group, key);
	pz_alike_begin(&alike, path, strlen(path));
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
		const struct field *f = &fields[i];
		void *to = (char *)s + f->at;

		if (!strcmp(path, f->path))
			return f->is == 'T'   ? take_text(value, path, to, f->size)
			       : f->is == 'N' ? take_number(value, path, to)
			       : f->is == 'C' ? take_count(value, path, to)
					      : take_truth(value, path, to);
		pz_alike_try(&alike, f->path, strlen(f->path));
	}
	return pz_fail(PZ_EUSAGE, "unknown key '%s'%s%s%s", path,
		       pz_alike_best(&alike) ? "; did you mean '" : "",
		       pz_alike_best(&alike) ? pz_alike_best(&alike) : "",
		       pz_alike_best(&alike) ? "'?" : "");
}

static int take_group(struct pz_survey *s, const char *group, json_t *value)
{
	const char *key;
	json_t *inner;
	int rc = 0;

	if (!json_is_object(value))
		return pz_fail(PZ_EUSAGE, "key '%.40s': expected an object with further keys",
			       group);
	s->frames.masked |= !strcmp(group, "mask");
	json_object_foreach(value, key, inner)
	{
		rc = strcmp(group, "extinction") ? take_key(s, group, key, inner)
						 : take_extinction(s, key, inner);
		if (rc < 0)
			return rc;
	}
	return rc;
}

/* How many items a list with commas has. */
static int count_items(const char *list)
{
	int n = *list != '\0';

	for (; *list; list++)
		n += *list == ',';
	return n;
}

static int check_frames(const struct pz_survey_frames *f)
{
	if (*f->names && count_items(f->names) != count_items(f->bands))
		return pz_fail(PZ_EUSAGE, "key 'frames.names': expected one for each of '%s'",
			       f->bands);
	if (!isfinite(f->pixscale) || f->pixscale < 0 || f->pixscale > 3600)
		return pz_fail(PZ_EUSAGE, "key 'frames.pixscale': expected 0 to 3600");
	if (f->mask_weights && *f->mask_bits)
		return pz_fail(PZ_EUSAGE, "key 'mask.weights': expected no mask.bits beside it");
	return 0;
}

static int take_file(struct pz_survey *s, json_t *root)
{
	const char *group;
	json_t *value;
	int rc;

	json_object_foreach(root, group, value)
	{
		if (!strcmp(group, "survey"))
			rc = take_text(value, group, s->name, sizeof s->name);
		else if (!strcmp(group, "about"))
			rc = take_text(value, group, s->about, sizeof s->about);
		else
			rc = take_group(s, group, value);
		if (rc < 0)
			return rc;
	}
	if ((rc = check_frames(&s->frames)) < 0)
		return rc;
	if ((rc = pz_grid_check(&s->grid)) < 0 || (rc = pz_rows_check(&s->rows)) < 0)
		return PZ_EUSAGE;
	return 0;
}

/* Neither a preset nor a file: which presets there are. */
static int fail_unknown(const char *name, const char *why)
{
	struct pz_alike alike;
	char all[512] = "", *known = pz_survey_after(""), *next;
	size_t used = 0;

	pz_alike_begin(&alike, name, strlen(name));
	for (; known; free(known), known = next) {
		pz_alike_try(&alike, known, strlen(known));
		if (used + strlen(known) + 3 < sizeof all)
			used += (size_t)sprintf(all + used, "%s, ", known);
		next = pz_survey_after(known);
	}
	return pz_fail(PZ_EUSAGE, "survey '%s': expected %sor a JSON file: %s%s%s%s", name,
		       *all ? all : "sdss ", why, pz_alike_best(&alike) ? "; did you mean " : "",
		       pz_alike_best(&alike) ? pz_alike_best(&alike) : "",
		       pz_alike_best(&alike) ? "?" : "");
}

int pz_survey_find(struct pz_survey *s, const char *name)
{
	char preset[4096];
	bool known = pz_survey_path(name, preset, sizeof preset);
	json_error_t error;
	json_t *root;
	int rc;

	*s = basis;
	if (!(root = json_load_file(known ? preset : name, JSON_REJECT_DUPLICATES, &error))) {
		if (strcmp(name, "sdss") != 0)
			return fail_unknown(name, error.text);
		strcpy(s->name, name); /* what a program without its folder of presets needs */
		return 0;
	}
	rc = json_is_object(root) ? take_file(s, root)
				  : pz_fail(PZ_EUSAGE, "expected a JSON object");
	json_decref(root);
	return rc < 0 ? pz_fail_in(rc, "survey '%s'", name) : 0;
}
