/* row_features.c -- columns of a table, and their differences, as the features of records */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "row_features.h"

static int check_colours(const struct pz_catalogue *c, int columns)
{
	char name[PZ_FEATURE];

	if (columns < 2)
		return pz_fail(PZ_EUSAGE, "--colours: expected two features and more, found %d",
			       columns);
	for (int i = 0; i < columns; i++) {
		pz_catalogue_feature(c, i, name);
		if (!pz_catalogue_feature_alone(c, i))
			return pz_fail(PZ_EUSAGE,
				       "--colours: expected features that are columns of one "
				       "number, found '%s'",
				       name);
	}
	return 0;
}

/* "g" for a column, "g-r" for a difference. */
static void name_feature(const struct pz_catalogue *c, int columns, int i,
			 char name[2 * PZ_FEATURE])
{
	char second[PZ_FEATURE];

	pz_catalogue_feature(c, i % columns, name);
	if (i < columns)
		return;
	pz_catalogue_feature(c, i % columns + 1, second);
	strcat(name, "-");
	strcat(name, second);
}

int row_features_begin(struct row_features *f, const struct pz_catalogue *c, bool colours)
{
	int rc;

	*f = (struct row_features){ .columns = pz_catalogue_features(c) };
	f->count = f->columns;
	if (f->columns == 0)
		return 0;
	if (colours && (rc = check_colours(c, f->columns)) < 0)
		return rc;
	if (colours)
		f->count += f->columns - 1;
	f->name = calloc((size_t)f->count, sizeof *f->name);
	f->value = malloc((size_t)f->count * sizeof *f->value);
	f->stored = malloc((size_t)f->count * sizeof *f->value);
	if (!f->name || !f->value || !f->stored)
		return pz_fail(PZ_ENOMEM, "no memory for %d features", f->count);
	for (int i = 0; i < f->count; i++)
		name_feature(c, f->columns, i, f->name[i]);
	return 0;
}

void row_features_release(struct row_features *f)
{
	free(f->name);
	free(f->value);
	free(f->stored);
	*f = (struct row_features){ 0 };
}

int row_features_name(const struct row_features *f, struct pz_header *h)
{
	const char **names = malloc(((size_t)f->count + 1) * sizeof *names);
	int rc = names ? 0 : pz_fail(PZ_ENOMEM, "no memory for the names of features");

	for (int i = 0; rc == 0 && i < f->count; i++)
		names[i] = f->name[i];
	if (rc == 0 && pz_header_set_features(h, names, f->count) < 0)
		rc = pz_fail_in(PZ_EUSAGE, "--features");
	free(names);
	return rc;
}

int row_features_agree(const struct row_features *f, const struct pz_header *h)
{
	struct pz_feature_walk walk = { 0 };
	char name[PZ_FEATURE_NAME];

	if (f->count != h->features)
		return pz_fail(PZ_EMISMATCH, "features: expected %d as before, found %d",
			       h->features, f->count);
	for (int i = 0; i < f->count; i++) {
		pz_header_next_feature(h, &walk, name);
		if (strcmp(name, f->name[i]) != 0)
			return pz_fail(PZ_EMISMATCH,
				       "feature %d: expected '%s' as before, found '%s'", i + 1,
				       name, f->name[i]);
	}
	return 0;
}

void row_features_put(struct row_features *f, const float *of_row, pz_map *record)
{
	if (f->columns == 0)
		return;
	memcpy(f->value, of_row, (size_t)f->columns * sizeof *f->value);
	for (int i = f->columns; i < f->count; i++)
		f->value[i] = of_row[i - f->columns] - of_row[i - f->columns + 1];
	pz_pixels_store(f->stored, f->value, (size_t)f->count, PZ_F4);
	pz_map_set_bytes(record, "features", f->stored, (size_t)f->count * sizeof *f->value);
}
