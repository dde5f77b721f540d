/* row.c -- a row of a catalogue as a record */
#include <math.h>
#include <string.h>

#include <pz/error.h>

#include "row.h"

static int name_carried(struct carry *carry, const struct pz_catalogue *table)
{
	for (int i = 0; i < pz_catalogue_carried(table); i++) {
		const char *name = pz_catalogue_carry(table, i), *taken = carry_taken(name);
		int rc;

		if (taken)
			return pz_fail(
				PZ_EUSAGE,
				"--carry: '%s' has a meaning in the stream%s%s%s: name it by "
				"--columns, or carry it under another key (KEY=NAME)",
				taken, strcmp(taken, name) ? ", and with it '" : "",
				strcmp(taken, name) ? name : "", strcmp(taken, name) ? "'" : "");
		if ((rc = carry_add(carry, name)) < 0)
			return pz_fail_in(rc, "--carry");
	}
	return 0;
}

int row_begin(struct row_form *f, const struct pz_catalogue *table, bool colours)
{
	int rc = name_carried(&f->carry, table);

	return rc < 0 ? rc : row_features_begin(&f->features, table, colours);
}

void row_release(struct row_form *f)
{
	carry_release(&f->carry);
	row_features_release(&f->features);
}

static void put_number(pz_map *record, const char *key, double value)
{
	if (isfinite(value))
		pz_map_set_number(record, key, value);
}

static void put_carried(struct carry *carry, const struct pz_catalogue *table,
			const struct pz_catalogue_row *row, pz_map *record)
{
	for (int i = 0; i < pz_catalogue_carried(table); i++) {
		const char *key;
		pz_map *to = carry_map(carry, record, i, &key);

		if (row->carry_type[i] == PZ_CELL_TEXT)
			pz_map_set_text(to, key, row->carry_text[i]);
		else if (row->carry_type[i] == PZ_CELL_INTEGER)
			pz_map_set_integer(to, key, row->carry_integer[i]);
		else
			put_number(to, key, row->carry[i]);
	}
	carry_end(carry, record);
}

void row_put(struct row_form *f, const struct pz_catalogue *table,
	     const struct pz_catalogue_row *row, pz_map *record)
{
	pz_map_clear(record);
	if (*row->name)
		pz_map_set_text(record, "id", row->name);
	else
		pz_map_set_integer(record, "id", row->id);
	put_number(record, "ra", row->ra);
	put_number(record, "dec", row->dec);
	put_number(record, "z", row->z);
	put_number(record, "mag", row->mag);
	put_number(record, "ebv", row->ebv);
	put_carried(&f->carry, table, row, record);
	row_features_put(&f->features, row->features, record);
}
