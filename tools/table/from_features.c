/* from_features.c -- columns of a table, and their differences, as the features of records */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "from_features.h"

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

static int put_names(const struct table_features *f, const struct pz_catalogue *c,
		     struct pz_header *h)
{
	char(*name)[2 * PZ_FEATURE] = calloc((size_t)f->count, sizeof *name);
	const char **names = calloc((size_t)f->count, sizeof *names);
	int rc = name && names ? 0 : pz_fail(PZ_ENOMEM, "no memory for the names of features");

	for (int i = 0; rc == 0 && i < f->count; i++) {
		name_feature(c, f->columns, i, name[i]);
		names[i] = name[i];
	}
	if (rc == 0 && pz_header_set_features(h, names, f->count) < 0)
		rc = pz_fail_in(PZ_EUSAGE, "--features");
	free(name);
	free(names);
	return rc;
}

int table_features_begin(struct table_features *f, const struct pz_catalogue *c, bool colours,
			 struct pz_header *h)
{
	int rc;

	*f = (struct table_features){ .columns = pz_catalogue_features(c) };
	f->count = f->columns;
	if (f->columns == 0)
		return 0;
	if (colours && (rc = check_colours(c, f->columns)) < 0)
		return rc;
	if (colours)
		f->count += f->columns - 1;
	f->value = malloc((size_t)f->count * sizeof *f->value);
	f->stored = malloc((size_t)f->count * sizeof *f->value);
	if (!f->value || !f->stored)
		return pz_fail(PZ_ENOMEM, "no memory for %d features", f->count);
	return put_names(f, c, h);
}

void table_features_release(struct table_features *f)
{
	free(f->value);
	free(f->stored);
	*f = (struct table_features){ 0 };
}

void table_features_put(struct table_features *f, const float *of_row, pz_map *record)
{
	if (f->columns == 0)
		return;
	memcpy(f->value, of_row, (size_t)f->columns * sizeof *f->value);
	for (int i = f->columns; i < f->count; i++)
		f->value[i] = of_row[i - f->columns] - of_row[i - f->columns + 1];
	pz_pixels_store(f->stored, f->value, (size_t)f->count, PZ_F4);
	pz_map_set_bytes(record, "features", f->stored, (size_t)f->count * sizeof *f->value);
}
