/* columns.c -- which column of a catalogue is what
 *
 * By the user's word, else by the usual names; what nobody can say for certain is not guessed.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>

#include "parts.h"

#define ALIASES 6

#define BANDS      "ugriUGRI" /* beside which z is one too                       */
#define BANDS_SEEN 64         /* columns of magnitudes that are looked at        */

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
	[WANT_MAG] = { "mag", { "mag", "dered_" BAND, BAND, "dered_petro_" BAND }, false },
	[WANT_EBV] = { "ebv", { "ebv", "e_bv", "ebv_sfd", "e(b-v)" }, false },
	[WANT_ZPHOT] = { "zphot",
			 { "zphot", "zphot_mode", "zphoto", "photoz", "z_phot", "zmode" },
			 false },
	[WANT_ZPHOT_MEAN] = { "zphot_mean", { "zphot_mean", "zmean" }, false },
	[WANT_ZPHOT_MEDIAN] = { "zphot_median", { "zphot_median", "zmedian" }, false },
	[WANT_ID] = { "id",
		      { "id", "objid", "object_id", "source_id", "name", "specobjid" },
		      false },
};

const char *pz_columns_what(int w)
{
	return wanted[w].what;
}

/* -- what is asked for */

int pz_columns_next_item(const char **list, char *item, const char *option)
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

int pz_columns_ask(struct pz_catalogue *c, const struct pz_catalogue_options *o)
{
	const char *list = o->columns ? o->columns : "";
	char item[NAME];
	int rc;

	while ((rc = pz_columns_next_item(&list, item, "columns")) > 0)
		if ((rc = take_mapping(c, item)) < 0)
			return rc;
	list = o->carry ? o->carry : "";
	while (rc == 0 && (rc = pz_columns_next_item(&list, item, "carry")) > 0) {
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

/* -- z that may be a magnitude */

/* Whether a column's name is that of a band's magnitude: rmag, magr, mag_r, r_mag, dered_r; at
 * *letter, of the name, stands the band. */
static bool has_band(const char *name, size_t *letter)
{
	size_t n = strlen(name);

	if (n >= NAME || strcasestr(name, "err") ||
	    !(strcasestr(name, "mag") || strcasestr(name, "dered")))
		return false;
	*letter = 0;
	if (strchr(BANDS, name[0]) && (name[1] == '_' || !strcasecmp(name + 1, "mag")))
		return true;
	*letter = n - 1;
	return strchr(BANDS, name[n - 1]) &&
	       (name[n - 2] == '_' || (n == 4 && !strncasecmp(name, "mag", 3)));
}

/* Whether there is a column of the same name but for z in the place of the band. */
static bool has_twin(const struct source *s, const char *name, size_t letter)
{
	char twin[NAME];

	strcpy(twin, name);
	twin[letter] = 'z';
	for (int i = 0; i < s->columns; i++)
		if (!strcasecmp(s->name(s, i), twin))
			return true;
	return false;
}

/* What stands beside a column z and makes it a magnitude, or may; NULL: nothing does.
 * Magnitudes that are named alike have one of z too, or none is of z; and beside those whose
 * unit is stated, z would have it too. */
static const char *magnitudes_beside(const struct source *s)
{
	const char *other = NULL;
	double degrees;
	int seen = 0;
	size_t letter;

	for (int i = 0; i < s->columns; i++) {
		const char *name = s->name(s, i);
		bool is_band = strlen(name) == 1 && strchr(BANDS, *name);

		if (!is_band && (other || !has_band(name, &letter)))
			continue;
		if (pz_catalogue_unit(s->unit(s, i), &degrees) == UNIT_MAGNITUDE)
			continue;
		if (is_band)
			return name;
		if (++seen > BANDS_SEEN || !has_twin(s, name, letter))
			other = name;
	}
	return other;
}

/* Whether the redshift that was found by its usual name is none: then it is said. */
static int doubt_redshift(struct pz_catalogue *c)
{
	const struct source *s = c->source;
	struct place *p = &c->place[WANT_Z];
	const char *name, *beside = NULL;
	double degrees;
	int rc = 0;

	if (p->column < 0 || c->asked[WANT_Z][0] || strcasecmp(s->name(s, p->column), "z") != 0)
		return 0;
	name = s->name(s, p->column);
	if (pz_catalogue_unit(s->unit(s, p->column), &degrees) == UNIT_MAGNITUDE)
		rc = pz_catalogue_say(
			c,
			"%s: column '%s' is in magnitudes: no redshift is read; if there "
			"is one, say --columns z=NAME",
			c->path, name);
	else if ((beside = magnitudes_beside(s)))
		rc = pz_catalogue_say(
			c,
			"%s: column '%s' beside '%s' may be a magnitude: no redshift is "
			"read; if there is one, say --columns z=NAME",
			c->path, name, beside);
	else
		return 0;
	*p = (struct place){ -1, -1 };
	c->doubted = true;
	return rc;
}

/* -- units */

static int take_unit_of_angle(struct pz_catalogue *c, int w)
{
	const struct source *s = c->source;
	int column = c->place[w].column;
	enum unit unit;

	if (column < 0)
		return 0;
	unit = pz_catalogue_unit(s->unit(s, column), &c->rows.scale[w]);
	if (unit == UNIT_NONE)
		unit = pz_catalogue_unit_of_name(s->name(s, column), &c->rows.scale[w]);
	if (unit == UNIT_NONE || unit == UNIT_ANGLE)
		return 0;
	return pz_fail(PZ_EDATA,
		       "%s: column '%s': expected deg, rad, hourangle, arcmin or arcsec as unit of "
		       "%s, found '%s'",
		       c->path, s->name(s, column), wanted[w].what, s->unit(s, column));
}

/* Whether it is the unit of something other than a redshift. (Some tables give redshifts a unit, as
 * "redshift" or "z".) */
static bool is_of_another(const char *unit)
{
	static const char *const parts[] = { "/", "km", "pc", "Jy", "jy", "mag", "yr" };

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (strstr(unit, parts[i]))
			return true;
	return false;
}

/* A flux is no magnitude, a speed no redshift. */
static int check_unit(struct pz_catalogue *c, int w)
{
	const struct source *s = c->source;
	bool is_mag = w == WANT_MAG || w == WANT_EBV;
	const char *text;
	double degrees;
	enum unit unit;

	if (c->place[w].column < 0)
		return 0;
	text = s->unit(s, c->place[w].column);
	unit = pz_catalogue_unit(text, &degrees);
	if (unit == UNIT_NONE || (is_mag && unit == UNIT_MAGNITUDE) ||
	    (!is_mag && unit == UNIT_OTHER && !is_of_another(text)))
		return 0;
	return pz_fail(PZ_EDATA,
		       "%s: column '%s': expected %s for %s, found the unit '%s': name another "
		       "column by --columns",
		       c->path, s->name(s, c->place[w].column),
		       is_mag ? "magnitudes" : "a redshift, which has no unit,", wanted[w].what,
		       text);
}

/* -- all of them */

/* The place of what is wanted. */
static int locate_column(struct pz_catalogue *c, int w, const char *band, struct place *p)
{
	char name[2 * NAME];
	int rc = 0;

	*p = (struct place){ -1, -1 };
	if (c->asked[w][0]) {
		rc = pz_columns_place(c, c->asked[w], p);
		snprintf(name, sizeof name, "'%s'", c->asked[w]);
		return rc < 0 || p->column >= 0 ? rc
						: pz_columns_fail_missing(c, wanted[w].what, name);
	}
	for (int i = 0; i < ALIASES && wanted[w].alias[i] && p->column < 0 && rc == 0; i++) {
		const char *alias = wanted[w].alias[i];

		snprintf(name, sizeof name, "%.*s%.32s", (int)strcspn(alias, BAND), alias,
			 strstr(alias, BAND) ? band : "");
		rc = pz_columns_find(c, name, &p->column);
	}
	if (rc == 0 && p->column < 0 && wanted[w].needed && !c->anywhere) {
		snprintf(name, sizeof name, "'%s' or the like", wanted[w].alias[0]);
		return pz_columns_fail_missing(c, wanted[w].what, name);
	}
	return rc;
}

static int locate_carried(struct pz_catalogue *c)
{
	int rc = 0;

	for (int i = 0; i < c->carried && rc == 0; i++) {
		char name[NAME + 2];

		snprintf(name, sizeof name, "'%s'", c->carried_from[i]);
		rc = pz_columns_place(c, c->carried_from[i], &c->place[WANT_CARRY + i]);
		if (rc == 0 && c->place[WANT_CARRY + i].column < 0)
			rc = pz_columns_fail_missing(c, "carry", name);
	}
	return rc;
}

/* Of a table without any column that is known. */
static int fail_unknown(const struct pz_catalogue *c)
{
	if (!c->source->named)
		return pz_fail(PZ_EDATA,
			       "%s: the file does not name its columns, or not as many as there "
			       "are: they are called col1 to col%d: say which is which, as "
			       "--columns z=col2",
			       c->path, c->source->columns);
	pz_columns_fail_missing(c, wanted[WANT_ID].what, "'id' or the like");
	return pz_fail(PZ_EDATA,
		       "%s: say which is which by --columns, or which table of a FITS file or "
		       "group of an HDF5 file by --hdu",
		       pz_error_text());
}

static int locate_id(struct pz_catalogue *c, const char *band)
{
	struct place p;
	bool used = false;
	int rc = locate_column(c, WANT_ID, band, &p);

	if (rc == 0 && p.element >= 0)
		rc = pz_fail(PZ_EUSAGE, "columns: an id cannot be one value of a vector: '%s'",
			     c->asked[WANT_ID]);
	c->id = p.column;
	if (rc < 0 || c->id >= 0)
		return rc;
	for (int w = 0; w < WANT_CARRY + c->carried; w++)
		used |= c->place[w].column >= 0;
	if (!used && !c->numbered) /* of rows of nothing, numbers are of no use */
		return fail_unknown(c);
	return pz_catalogue_say(c,
				"%s: no column 'id' or the like: ids are the numbers of the "
				"rows, from 1 (--columns id=NAME)",
				c->path);
}

int pz_columns_locate(struct pz_catalogue *c, const char *band)
{
	int rc = 0;

	if (!c->source->named && c->source->columns)
		rc = pz_catalogue_say(
			c,
			"%s: the file does not name its columns, or not as many as there "
			"are: they are called col1 to col%d (--columns z=col2)",
			c->path, c->source->columns);
	for (int w = 0; w < WANT_ID && rc == 0; w++)
		rc = locate_column(c, w, band, &c->place[w]);
	if (rc == 0 && (rc = doubt_redshift(c)) == 0 && (rc = locate_carried(c)) == 0 &&
	    (rc = take_unit_of_angle(c, WANT_RA)) == 0)
		rc = take_unit_of_angle(c, WANT_DEC);
	for (int w = WANT_Z; w < WANT_ID && rc == 0; w++)
		rc = check_unit(c, w);
	return rc < 0 ? rc : locate_id(c, band);
}
