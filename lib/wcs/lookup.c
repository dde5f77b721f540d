/* lookup.c -- tables of offsets, bilinear between their values */
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>

#include "lookup.h"

#define VALUES_MAX ((size_t)1 << 24)

struct lookup {
	size_t size[2];
	int axis[2]; /* of the image, along each of the table's               */
	double pixel[2], value[2], step[2]; /* CRPIX, CRVAL, CDELT            */
	float *offset; /* (size[1], size[0]); NULL: no table                   */
};

struct lookups {
	struct lookup table[LOOKUP_STAGES][2];
};

/* How each stage is written. */
static const struct {
	const char *kind, *record, *name;
} stages[LOOKUP_STAGES] = { { "D2IMDIS", "D2IM", "D2IMARR" }, { "CPDIS", "DP", "WCSDVARR" } };

void pz_lookups_free(struct lookups *l)
{
	for (int i = 0; l && i < 2 * LOOKUP_STAGES; i++)
		free(l->table[i / 2][i % 2].offset);
	free(l);
}

int pz_lookups_copy(struct lookups **copy, const struct lookups *l)
{
	struct lookups *c = *copy = l ? calloc(1, sizeof *c) : NULL;

	for (int i = 0; c && i < 2 * LOOKUP_STAGES; i++) {
		const struct lookup *from = &l->table[i / 2][i % 2];
		struct lookup *to = &c->table[i / 2][i % 2];
		size_t bytes = from->size[0] * from->size[1] * sizeof *to->offset;

		*to = *from;
		to->offset = NULL;
		if (from->offset && (to->offset = malloc(bytes)))
			memcpy(to->offset, from->offset, bytes);
		if (from->offset && !to->offset) {
			pz_lookups_free(c);
			c = *copy = NULL;
		}
	}
	return l && !c ? pz_fail(PZ_ENOMEM, "no memory for tables of a WCS") : 0;
}

/* Whether a card has this keyword and a text; if so, where the text begins. */
static const char *text_of(const char *card, const char *key)
{
	size_t n = strlen(key);

	if (strncmp(card, key, n) != 0 || strspn(card + n, " ") < 8 - n ||
	    strncmp(card + 8, "= '", 3) != 0)
		return NULL;
	return card + 11;
}

/* The number of a record, 'field: number', of the keyword; absent where there is none. */
static double read_record(const char *header, int cards, const char *key, const char *field,
			  double absent)
{
	size_t n = strlen(field);

	for (int i = 0; i < cards; i++) {
		char card[81];
		const char *text;

		snprintf(card, sizeof card, "%.80s", header + 80 * i);
		text = text_of(card, key);
		if (text && strncasecmp(text, field, n) == 0 && text[n] == ':')
			return strtod(text + n + 1, NULL);
	}
	return absent;
}

static void blank(char *header, int cards, const char *key)
{
	for (int i = 0; i < cards; i++)
		if (text_of(header + 80 * i, key))
			memset(header + 80 * i, ' ', 80);
}

/* The card that says how axis i (from 1) is distorted: whether by a table. */
static bool is_lookup(const char *header, int cards, const char *kind, int i)
{
	char key[16];

	snprintf(key, sizeof key, "%s%d", kind, i);
	for (int c = 0; c < cards; c++) {
		const char *text = text_of(header + 80 * c, key);

		if (text && strncasecmp(text, "Lookup", 6) == 0)
			return true;
	}
	return false;
}

/* Where on the image the table lies. */
static int find_place(struct lookup *t, struct pz_fits *f)
{
	for (int j = 0; j < 2; j++) {
		char key[3][24];

		snprintf(key[0], sizeof key[0], "CRPIX%d", j + 1);
		snprintf(key[1], sizeof key[1], "CRVAL%d", j + 1);
		snprintf(key[2], sizeof key[2], "CDELT%d", j + 1);
		t->pixel[j] = pz_fits_number(f, key[0], 0);
		t->value[j] = pz_fits_number(f, key[1], 0);
		t->step[j] = pz_fits_number(f, key[2], 1);
		if (t->step[j] == 0 || !isfinite(t->pixel[j] + t->value[j] + 1 / t->step[j]))
			return pz_fail(PZ_EDATA, "%s: a table of a WCS with %s = %g",
				       pz_fits_where(f), key[2], t->step[j]);
	}
	return 0;
}

static int read_values(struct lookup *t, struct pz_fits *f)
{
	t->size[0] = pz_fits_width(f);
	t->size[1] = pz_fits_height(f);
	if (t->size[0] > VALUES_MAX / t->size[1])
		return pz_fail(PZ_EDATA, "%s: a table of a WCS of %zu x %zu values",
			       pz_fits_where(f), t->size[0], t->size[1]);
	t->offset = malloc(t->size[0] * t->size[1] * sizeof *t->offset);
	if (!t->offset)
		return pz_fail(PZ_ENOMEM, "%s: no memory for it", pz_fits_where(f));
	return pz_fits_read_rows(f, 0, t->size[1], t->offset);
}

/* The table of axis i (from 1). */
static int read_table(struct lookup *t, const char *header, int cards, struct pz_fits *f, int stage,
		      int i)
{
	struct pz_fits *table = NULL;
	char key[16];
	double version;
	int rc;

	snprintf(key, sizeof key, "%s%d", stages[stage].record, i);
	version = read_record(header, cards, key, "EXTVER", 1);
	t->axis[0] = read_record(header, cards, key, "AXIS.1", 1) == 2;
	t->axis[1] = read_record(header, cards, key, "AXIS.2", 2) != 1;
	if (t->axis[0] == t->axis[1] || read_record(header, cards, key, "NAXES", 2) != 2 ||
	    !(version >= 1 && version < 1e6))
		return pz_fail(PZ_EDATA, "%s: %s: expected a table over both axes",
			       pz_fits_where(f), key);
	rc = pz_fits_open_beside(&table, f, stages[stage].name, (int)version);
	if (rc == 0)
		rc = find_place(t, table);
	if (rc == 0)
		rc = read_values(t, table);
	pz_fits_close(table);
	return rc;
}

/* Forms that nobody writes any more, or never did. */
static int refuse_others(const char *header, int cards, const char *where)
{
	for (int i = 0; i < cards; i++)
		if (strncmp(header + 80 * i, "AXISCORR", 8) == 0)
			return pz_fail(PZ_EDATA,
				       "%s has a distortion given as a table in the form of 2010 "
				       "(AXISCORR), which is not supported",
				       where);
	for (int i = 1; i < 10; i++)
		for (int stage = 0; stage < LOOKUP_STAGES; stage++)
			if (is_lookup(header, cards, "CQDIS", i) ||
			    (i > 2 && is_lookup(header, cards, stages[stage].kind, i)))
				return pz_fail(PZ_EDATA,
					       "%s has a distortion given as a table (CQDIS, or "
					       "of axis %d), which is not supported",
					       where, i);
	return 0;
}

static int read_stage(struct lookups **l, char *header, int cards, struct pz_fits *f, int stage,
		      int i, const char *where)
{
	const char *kind = stages[stage].kind;
	char key[16];
	int rc;

	if (!is_lookup(header, cards, kind, i))
		return 0;
	if (!f)
		return pz_fail(PZ_EDATA, "%s has a distortion given as a table (%s%d)", where, kind,
			       i);
	if (!*l && !(*l = calloc(1, sizeof **l)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for its WCS", where);
	rc = read_table(&(*l)->table[stage][i - 1], header, cards, f, stage, i);
	snprintf(key, sizeof key, "%s%d", kind, i);
	blank(header, cards, key);
	snprintf(key, sizeof key, "%s%d", stages[stage].record, i);
	blank(header, cards, key);
	return rc;
}

int pz_lookups_read(struct lookups **l, char *header, int cards, struct pz_fits *f,
		    const char *where)
{
	int rc = refuse_others(header, cards, where);

	*l = NULL;
	for (int k = 0; k < 2 * LOOKUP_STAGES && rc == 0; k++)
		rc = read_stage(l, header, cards, f, k / 2, k % 2 + 1, where);
	return rc;
}

/* Between the four values around a place. CRPIX counts from 0 here, and CRVAL is that
 * of a pixel counted from 0: so the only files that there are have it, and astropy
 * reads them, whatever the draft says. Beyond its border a table goes on as it ends. */
static double offset_at(const struct lookup *t, const double pixel[2])
{
	const float *v = t->offset;
	size_t at[2], next[2];
	double part[2];

	for (int j = 0; j < 2; j++) {
		double last = (double)(t->size[j] - 1);
		double x = (pixel[t->axis[j]] - 1 - t->value[j]) / t->step[j] + t->pixel[j];

		if (!isfinite(x))
			return NAN;
		x = fmin(fmax(x, 0), last);
		at[j] = (size_t)x;
		next[j] = at[j] + (x < last);
		part[j] = x - (double)at[j];
	}
	at[1] *= t->size[0];
	next[1] *= t->size[0];
	return (1 - part[1]) * ((1 - part[0]) * v[at[1] + at[0]] + part[0] * v[at[1] + next[0]]) +
	       part[1] * ((1 - part[0]) * v[next[1] + at[0]] + part[0] * v[next[1] + next[0]]);
}

void pz_lookups_add(const struct lookups *l, enum lookup_stage stage, const double pixel[2],
		    double to[2])
{
	double offset[2] = { 0 };

	for (int i = 0; i < 2; i++)
		if (l->table[stage][i].offset)
			offset[i] = offset_at(&l->table[stage][i], pixel);
	to[0] += offset[0];
	to[1] += offset[1];
}
