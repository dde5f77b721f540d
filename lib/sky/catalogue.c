/* catalogue.c -- which column is what, and rows one by one */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>
#include <pz/fits.h>

#include "catalogue_source.h"

#define NAME    72 /* bytes of a column's name that was asked for */
#define ALIASES 6

/* What stands for the band's name below. */
#define BAND "%"

static const struct {
	const char *what;
	const char *alias[ALIASES];
	bool needed;
} wanted[] = {
	[WANT_RA] = { "ra", { "ra", "raj2000", "ra_deg", "alpha_j2000" }, true },
	[WANT_DEC] = { "dec", { "dec", "dej2000", "decj2000", "dec_deg", "delta_j2000" }, true },
	[WANT_Z] = { "z", { "zspec", "z_spec", "specz", "redshift", "z" }, false },
	[WANT_MAG] = { "mag", { "mag", "dered_" BAND, BAND }, false },
	[WANT_EBV] = { "ebv", { "ebv", "e_bv", "ebv_sfd", "e(b-v)" }, false },
	[WANT_ZPHOT] = { "zphot", { "zphot", "zphot_mode", "zphoto", "photoz", "z_phot" }, false },
	[WANT_ZPHOT_MEAN] = { "zphot_mean", { "zphot_mean" }, false },
	[WANT_ZPHOT_MEDIAN] = { "zphot_median", { "zphot_median" }, false },
	[WANT_CARRY] = { "id", { "id", "objid", "object_id", "source_id", "name" }, true },
};

#define WANT_ID WANT_CARRY /* only in the table above */

struct pz_catalogue {
	struct source *source;
	char *path;
	char asked[WANT_ID + 1][NAME]; /* by the columns option; "": not      */
	char carry[PZ_CARRY_MAX][NAME], carried_from[PZ_CARRY_MAX][NAME];
	int carried;
	bool anywhere, texts;
	int column[WANTS_MAX], id;
	struct rows rows;
	size_t at; /* in rows                                                */
	uint64_t row, bad, first_bad;
	char bad_id[PZ_ID_MAX];
};

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
	free(c->rows.id);
	free(c->rows.name);
	free(c->path);
	free(c);
}

/* The next item of a comma list, without blanks around it, into item[NAME]:
 * 1, 0 at the end, PZ_EUSAGE. */
static int next_item(const char **list, char *item, const char *option)
{
	const char *p = *list + strspn(*list, " ");
	size_t n = strcspn(p, ",");

	*list = p + n + (p[n] == ',');
	while (n && p[n - 1] == ' ')
		n--;
	if (n == 0)
		return **list || p[0] == ',' ? pz_fail(PZ_EUSAGE, "%s: an empty name", option) : 0;
	if (n >= NAME)
		return pz_fail(PZ_EUSAGE, "%s: a name of more than %d bytes", option, NAME - 1);
	memcpy(item, p, n);
	item[n] = '\0';
	return 1;
}

/* One "what=name". */
static int take_mapping(struct pz_catalogue *c, char *item)
{
	char *name = strchr(item, '=');

	if (!name || !name[1])
		return pz_fail(PZ_EUSAGE, "columns: expected what=name, found '%s'", item);
	*name++ = '\0';
	for (int w = 0; w <= WANT_ID; w++)
		if (!strcmp(item, wanted[w].what)) {
			strcpy(c->asked[w], name);
			return 0;
		}
	return pz_fail(
		PZ_EUSAGE,
		"columns: expected id, ra, dec, z, mag, ebv or zphot before '=%s', found '%s'",
		name, item);
}

static int take_options(struct pz_catalogue *c, const struct pz_catalogue_options *o)
{
	const char *list = o->columns ? o->columns : "";
	char item[NAME];
	int rc;

	c->anywhere = o->anywhere;
	c->texts = o->texts;
	while ((rc = next_item(&list, item, "columns")) > 0)
		if ((rc = take_mapping(c, item)) < 0)
			return rc;
	list = o->carry ? o->carry : "";
	while (rc == 0 && (rc = next_item(&list, item, "carry")) > 0) {
		const char *from = strchr(item, '=') ? strchr(item, '=') + 1 : item;

		if (c->carried == PZ_CARRY_MAX)
			return pz_fail(PZ_EUSAGE, "carry: more than %d columns", PZ_CARRY_MAX);
		strcpy(c->carried_from[c->carried], from);
		item[strcspn(item, "=")] = '\0';
		if (!*item || !*from)
			return pz_fail(PZ_EUSAGE, "carry: expected name or key=name");
		strcpy(c->carry[c->carried++], item);
		rc = 0;
	}
	return rc;
}

/* The column of that name; where none is spelt so, whatever its case. */
static int find(const struct source *s, const char *name)
{
	int alike = -1;

	for (int c = s->columns - 1; c >= 0; c--) {
		if (!strcmp(s->name(s, c), name))
			return c;
		if (!strcasecmp(s->name(s, c), name))
			alike = c;
	}
	return alike;
}

/* Of two columns of the very same name nobody can say which is meant. */
static int check_single(const struct pz_catalogue *c, int at)
{
	const struct source *s = c->source;

	for (int i = 0; i < s->columns; i++)
		if (i != at && !strcmp(s->name(s, i), s->name(s, at)))
			return pz_fail(PZ_EDATA, "%s: two columns are named '%s'", c->path,
				       s->name(s, at));
	return 0;
}

/* "path: no column 'x'; found objid, ra, dec". */
static int fail_missing(const struct pz_catalogue *c, const char *what, const char *name)
{
	char found[600];
	size_t used = 0;

	for (int i = 0; i < c->source->columns && used < sizeof found; i++)
		used += (size_t)snprintf(found + used, sizeof found - used, "%s%s", i ? ", " : "",
					 c->source->name(c->source, i));
	return pz_fail(PZ_EDATA, "%s: no column %s for %s; it has %s%s", c->path, name, what, found,
		       used >= sizeof found ? " ..." : "");
}

/* The column of what is wanted into *at; -1 if it may be absent and is. */
static int locate(const struct pz_catalogue *c, int w, const char *band, int *at)
{
	char name[2 * NAME];

	*at = -1;
	if (c->asked[w][0]) {
		*at = find(c->source, c->asked[w]);
		snprintf(name, sizeof name, "'%s'", c->asked[w]);
		return *at < 0 ? fail_missing(c, wanted[w].what, name) : check_single(c, *at);
	}
	for (int i = 0; i < ALIASES && wanted[w].alias[i] && *at < 0; i++) {
		const char *alias = wanted[w].alias[i], *cut = strstr(alias, BAND);

		snprintf(name, sizeof name, "%.*s%.32s", cut ? (int)(cut - alias) : 60, alias,
			 cut ? band : "");
		*at = find(c->source, name);
	}
	if (*at < 0 && wanted[w].needed && !(c->anywhere && w != WANT_ID)) {
		snprintf(name, sizeof name, "'%s' or the like", wanted[w].alias[0]);
		return fail_missing(c, wanted[w].what, name);
	}
	return *at < 0 ? 0 : check_single(c, *at);
}

static int locate_all(struct pz_catalogue *c, const char *band)
{
	int rc = locate(c, WANT_ID, band, &c->id);

	for (int w = 0; w < WANT_ID && rc == 0; w++)
		rc = locate(c, w, band, &c->column[w]);
	for (int i = 0; i < c->carried && rc == 0; i++) {
		char name[NAME + 2];

		snprintf(name, sizeof name, "'%s'", c->carried_from[i]);
		if ((c->column[WANT_CARRY + i] = find(c->source, c->carried_from[i])) < 0)
			rc = fail_missing(c, "carry", name);
		else
			rc = check_single(c, c->column[WANT_CARRY + i]);
	}
	return rc;
}

static int make_rows(struct pz_catalogue *c)
{
	bool ok = true;

	for (int w = 0; w < WANT_CARRY + c->carried; w++)
		if (c->column[w] >= 0)
			ok = (c->rows.value[w] = calloc(SOURCE_BLOCK, sizeof(double))) && ok;
	for (int i = 0; i < c->carried && c->texts; i++)
		ok = (c->rows.cells[i] = calloc(1, sizeof *c->rows.cells[i])) && ok;
	c->rows.id = calloc(SOURCE_BLOCK, sizeof *c->rows.id);
	c->rows.name = calloc(SOURCE_BLOCK, sizeof *c->rows.name);
	if (!ok || !c->rows.id || !c->rows.name)
		return pz_fail(PZ_ENOMEM, "%s: no memory for a block of rows", c->path);
	return 0;
}

/* Standard input, pipes and what is not FITS are CSV. */
static int open_source(struct pz_catalogue *c, const char *hdu)
{
	int fits = hdu ? 1 : pz_fits_looks_like(c->path);

	if (fits < 0)
		return fits;
	if (fits)
		return source_open_fits(&c->source, c->path, hdu);
	return source_open_csv(&c->source, c->path);
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
	rc = take_options(c, o);
	if (rc == 0)
		rc = open_source(c, o->hdu);
	if (rc == 0)
		rc = locate_all(c, o->band ? o->band : "r");
	if (rc == 0)
		rc = make_rows(c);
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
static bool take(const struct pz_catalogue *c, struct pz_catalogue_row *row)
{
	*row = (struct pz_catalogue_row){ .row = c->row,
					  .id = c->rows.id[c->at],
					  .ra = value(c, WANT_RA),
					  .dec = value(c, WANT_DEC),
					  .z = value(c, WANT_Z),
					  .mag = value(c, WANT_MAG),
					  .ebv = value(c, WANT_EBV),
					  .zphot = value(c, WANT_ZPHOT),
					  .zphot_mean = value(c, WANT_ZPHOT_MEAN),
					  .zphot_median = value(c, WANT_ZPHOT_MEDIAN) };
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

int pz_catalogue_next(struct pz_catalogue *c, struct pz_catalogue_row *row)
{
	for (;;) {
		bool good;

		if (c->at == c->rows.n) {
			int rc = c->source->next(c->source, c->column, WANT_CARRY + c->carried,
						 c->id, &c->rows);

			c->at = 0;
			if (rc <= 0) {
				c->rows.n = 0;
				return rc;
			}
		}
		good = take(c, row);
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

bool pz_catalogue_has(const struct pz_catalogue *c, const char *what)
{
	for (int w = 0; w < WANT_ID; w++)
		if (!strcmp(wanted[w].what, what))
			return c->column[w] >= 0;
	return false;
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
