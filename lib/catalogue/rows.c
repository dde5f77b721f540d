/* rows.c -- galaxies of a table, one by one */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/array.h>
#include <pz/error.h>
#include <pz/fits.h>
#include <pz/utf8.h>

#include "../delimited/parts.h"
#include "parts.h"

void pz_catalogue_close(struct pz_catalogue *c)
{
	if (!c)
		return;
	if (c->source)
		c->source->close(c->source);
	for (int w = 0; w < WANTS_MAX; w++)
		free(c->rows.value[w]);
	for (int i = 0; i < PZ_CARRY_MAX; i++)
		free(c->rows.cells[i]);
	pz_catalogue_release_features(c);
	pz_vectors_release(c);
	free(c->rows.id);
	free(c->rows.name);
	for (int i = 0; i < c->notes; i++)
		free(c->note[i]);
	free(c->path);
	free(c);
}

static int make_rows(struct pz_catalogue *c)
{
	bool ok = true;

	for (int w = 0; w < WANT_CARRY + c->carried; w++)
		if (c->place[w].column >= 0)
			ok = (c->rows.value[w] = calloc(SOURCE_BLOCK, sizeof(double))) && ok;
	for (int i = 0; i < c->carried && c->texts; i++)
		ok = (c->rows.cells[i] = calloc(1, sizeof *c->rows.cells[i])) && ok;
	if (c->rows.features.n > 0) {
		ok = (c->rows.features.value = calloc(c->rows.most * c->rows.features.values,
						      sizeof *c->rows.features.value)) &&
		     ok;
		ok = (c->feature = calloc(c->rows.features.values, sizeof *c->feature)) && ok;
	}
	c->rows.id = calloc(SOURCE_BLOCK, sizeof *c->rows.id);
	c->rows.name = calloc(SOURCE_BLOCK, sizeof *c->rows.name);
	if (!ok || !c->rows.id || !c->rows.name)
		return pz_fail(PZ_ENOMEM, "%s: no memory for a block of rows", c->path);
	return 0;
}

/* What is neither arrays nor a FITS file is text; so are standard input and pipes. A zip archive
 * of other things than arrays is nothing of these. */
static int open_source(struct pz_catalogue *c, const char *hdu)
{
	bool named = strcmp(c->path, "-") != 0;
	int arrays = named ? pz_arrays_look_like(c->path) : 0, fits, rc;

	if (arrays < 0)
		return arrays;
	if (arrays > 0 && (rc = pz_kind_check_archive(c->path)) < 0)
		return rc;
	if (arrays > 0)
		return pz_catalogue_open_arrays(&c->source, c->path, hdu);
	if ((fits = hdu ? 1 : pz_fits_looks_like(c->path)) < 0)
		return fits;
	if (fits == 0)
		return pz_catalogue_open_csv(&c->source, c->path);
	rc = pz_catalogue_open_fits(&c->source, c->path, hdu);
	return rc < 0 ? pz_kind_hint_packed(c->path, rc) : 0;
}

int pz_catalogue_open(struct pz_catalogue **out, const char *path,
		      const struct pz_catalogue_options *o)
{
	struct pz_catalogue *c = calloc(1, sizeof *c);
	int rc;

	*out = NULL;
	if (!c || !(c->path = strdup(path))) {
		free(c);
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	}
	c->anywhere = o->anywhere;
	c->texts = o->texts;
	c->positive = o->positive;
	c->numbered = o->numbered;
	c->missing = o->missing;
	c->rows.most = SOURCE_BLOCK;
	if (o->features && !(c->features = strdup(o->features)))
		rc = pz_fail(PZ_ENOMEM, "%s: no memory", path);
	else if ((rc = pz_columns_ask(c, o)) == 0 && (rc = open_source(c, o->hdu)) == 0 &&
		 (rc = pz_columns_locate(c, o->band ? o->band : "r")) == 0 &&
		 (rc = pz_catalogue_find_features(c)) == 0 && (rc = make_rows(c)) == 0)
		pz_catalogue_find_strict(c, o->strict);
	if (rc < 0)
		pz_catalogue_close(c);
	else
		*out = c;
	return rc;
}

static double value(const struct pz_catalogue *c, int w)
{
	return c->rows.value[w] ? c->rows.value[w][c->at] : NAN;
}

/* Takes the row at c->at; false: its coordinates are none. */
static bool take_row(const struct pz_catalogue *c, struct pz_catalogue_row *row)
{
	*row = (struct pz_catalogue_row){ .row = c->row,
					  .id = c->id < 0 ? (int64_t)c->row + 1 : c->rows.id[c->at],
					  .ra = value(c, WANT_RA),
					  .dec = value(c, WANT_DEC),
					  .z = value(c, WANT_Z),
					  .mag = value(c, WANT_MAG),
					  .ebv = value(c, WANT_EBV),
					  .zphot = value(c, WANT_ZPHOT),
					  .zphot_mean = value(c, WANT_ZPHOT_MEAN),
					  .zphot_median = value(c, WANT_ZPHOT_MEDIAN) };
	row->features = c->feature;
	row->vector = pz_vectors_take(c);
	strcpy(row->name, c->rows.name[c->at]);
	for (int i = 0; i < c->carried; i++) {
		const struct cells *cells = c->rows.cells[i];

		row->carry[i] = value(c, WANT_CARRY + i);
		if (!cells)
			continue;
		row->carry_type[i] = cells->type[c->at];
		row->carry_integer[i] = cells->integer[c->at];
		row->carry_text[i] = cells->text[c->at];
	}
	if (!(row->ra >= -180 && row->ra <= 360 && fabs(row->dec) <= 90))
		return c->anywhere;
	row->ra += row->ra < 0 ? 360 : row->ra == 360 ? -360 : 0;
	return true;
}

static void note_bad(struct pz_catalogue *c, const struct pz_catalogue_row *row)
{
	c->first_bad = row->row;
	if (row->name[0])
		strcpy(c->bad_id, row->name);
	else
		snprintf(c->bad_id, sizeof c->bad_id, "%lld", (long long)row->id);
}

/* Texts of the row at c->at become UTF-8. */
static int convert_texts(struct pz_catalogue *c)
{
	int rc = pz_utf8_from_latin1(c->rows.name[c->at], PZ_ID_MAX);
	uint64_t converted = rc > 0;

	for (int i = 0; i < c->carried && rc >= 0; i++)
		if (c->rows.cells[i])
			converted += (rc = pz_utf8_from_latin1(c->rows.cells[i]->text[c->at],
							       PZ_CELL_MAX)) > 0;
	if (converted && c->converted == 0)
		c->first_converted = c->row;
	c->converted += converted;
	return rc < 0 ? pz_fail_in(rc, "%s: row %llu", c->path, (unsigned long long)c->row + 1) : 0;
}

/* What can only be said when all rows have been read. */
static int say_at_end(struct pz_catalogue *c)
{
	int rc = 0;

	if (c->ended)
		return 0;
	c->ended = true;
	if (c->converted)
		rc = pz_catalogue_say(
			c,
			"%s: texts that are not valid UTF-8 are read as Latin-1: %llu, the "
			"first in row %llu",
			c->path, (unsigned long long)c->converted,
			(unsigned long long)c->first_converted + 1);
	if (rc == 0 && c->source->aside && *c->source->aside)
		rc = pz_catalogue_say(c, "%s: comment lines (#) between the rows are skipped: %llu",
				      c->path, (unsigned long long)*c->source->aside);
	return rc;
}

/* The next block of rows: 1, 0 at the end. */
static int next_block(struct pz_catalogue *c)
{
	int rc = c->source->next(c->source, c->place, WANT_CARRY + c->carried, c->id, &c->rows);

	c->at = 0;
	if (rc > 0)
		return 1;
	c->rows.n = 0;
	return rc < 0 ? rc : say_at_end(c);
}

int pz_catalogue_next(struct pz_catalogue *c, struct pz_catalogue_row *row)
{
	int rc;

	for (;;) {
		bool good;

		if (c->at == c->rows.n && (rc = next_block(c)) <= 0)
			return rc;
		if ((rc = convert_texts(c)) < 0 || (rc = pz_catalogue_judge_missing(c)) < 0 ||
		    (rc = pz_catalogue_take_features(c)) < 0)
			return rc;
		good = take_row(c, row);
		c->at++;
		c->row++;
		if (good)
			return 1;
		if (c->bad++ == 0)
			note_bad(c, row);
	}
}

int pz_catalogue_carried(const struct pz_catalogue *c)
{
	return c->carried;
}

const char *pz_catalogue_carry(const struct pz_catalogue *c, int i)
{
	return c->carry[i];
}

bool pz_catalogue_doubted(const struct pz_catalogue *c)
{
	return c->doubted;
}

bool pz_catalogue_has(const struct pz_catalogue *c, const char *what)
{
	for (int w = 0; w < WANT_ID; w++)
		if (!strcmp(pz_columns_what(w), what))
			return c->place[w].column >= 0;
	return !strcmp(what, pz_columns_what(WANT_ID)) && c->id >= 0;
}

uint64_t pz_catalogue_bad(const struct pz_catalogue *c, uint64_t *first)
{
	if (c->bad && first)
		*first = c->first_bad;
	return c->bad;
}

const char *pz_catalogue_bad_id(const struct pz_catalogue *c)
{
	return c->bad_id;
}
