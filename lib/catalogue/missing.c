/* missing.c -- numbers of a catalogue that stand for no value
 *
 * Where the user named such numbers, they become NaN. Where none was named, what looks like
 * one is refused in the columns that hold what is measured: -99 as a redshift spoils every
 * mean. In other columns 99 may be a value of anything.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>

#include "parts.h"

/* -- columns of magnitudes */

#define WORD 24

/* The next word of a name, in small letters; NULL: no more. */
static const char *next_word(const char *name, char word[WORD])
{
	size_t n = 0;

	while (*name && !isalnum((unsigned char)*name))
		name++;
	if (!*name)
		return NULL;
	for (; isalnum((unsigned char)*name); name++)
		if (n + 1 < WORD)
			word[n++] = (char)tolower((unsigned char)*name);
	word[n] = '\0';
	return name;
}

/* Words of columns that are about magnitudes and are none. */
static bool is_of_another(const char *word)
{
	static const char *const others[] = { "err",  "error", "e",     "sig", "sigma",
					      "unc",  "flag",  "flags", "n",   "num",
					      "nobs", "count", "ext",   "var", "weight" };

	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (!strcmp(word, others[i]))
			return true;
	return strstr(word, "err") != NULL;
}

/* u, g, r, i, z, y; mag_u, MAG_AUTO, umag, dered_r, modelMag_g */
static bool is_named_magnitude(const char *name)
{
	char word[WORD];
	bool found = strlen(name) == 1 && strchr("ugrizyUGRIZY", *name);

	for (const char *at = name; (at = next_word(at, word));) {
		size_t n = strlen(word);

		if (is_of_another(word))
			return false;
		found |= !strncmp(word, "mag", 3) || !strcmp(word, "dered") ||
			 (n >= 3 && !strcmp(word + n - 3, "mag"));
	}
	return found;
}

/* Whether a comma list has the word. */
static bool has(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *at = list; at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
		if (!strncmp(at, word, n) && (at[n] == '\0' || at[n] == ','))
			return true;
	return false;
}

void pz_catalogue_find_strict(struct pz_catalogue *c, const char *list)
{
	for (int i = 0; i < c->carried; i++) {
		double degrees;
		int column = c->place[WANT_CARRY + i].column;

		c->strict[i] = c->positive || has(list, c->carry[i]) ||
			       is_named_magnitude(c->carry[i]) ||
			       is_named_magnitude(c->carried_from[i]) ||
			       pz_catalogue_unit(c->source->unit(c->source, column), &degrees) ==
				       UNIT_MAGNITUDE;
	}
}

/* -- a row */

/* Redshifts of -1 or less cannot be, whatever the user says of other numbers; but where he
 * says that all are values. */
static bool is_impossible(const struct pz_catalogue *c, int w, double x)
{
	bool redshift = w == WANT_Z || (w >= WANT_ZPHOT && w <= WANT_ZPHOT_MEDIAN);

	if (redshift && x <= -1)
		return !c->missing.given || c->missing.count;
	if (c->missing.given || !isfinite(x))
		return false;
	return redshift        ? !pz_is_redshift(x)
	       : w == WANT_MAG ? !pz_is_magnitude(x)
			       : pz_missing_suspect(x);
}

static int fail_suspect(const struct pz_catalogue *c, int w, double x)
{
	const struct source *s = c->source;
	struct pz_missing named = { .count = 1 };
	char text[32];

	/* as many digits as the option needs to mean this number */
	snprintf(text, sizeof text, "%.9g", x);
	named.value[0] = strtod(text, NULL);
	if (!pz_missing_is(&named, x))
		snprintf(text, sizeof text, "%.17g", x);
	return pz_fail(PZ_EDATA,
		       "%s: row %llu: column %s: %s looks like a missing value: say --missing %s "
		       "(or --missing none if it is a value)",
		       c->path, (unsigned long long)c->row + 1, s->name(s, c->place[w].column),
		       text, text);
}

/* One value: it stays, or becomes NaN. */
static int judge_value(const struct pz_catalogue *c, int w, bool strict)
{
	double *x = &c->rows.value[w][c->at];

	/* most are small: they are looked at no further */
	if (!(fabs(*x) >= 99 || c->missing.count || *x <= (c->positive ? 0 : -1)))
		return 0;
	if (pz_missing_is(&c->missing, *x) || (w >= WANT_CARRY && c->positive && *x <= 0)) {
		*x = NAN;
		if (w >= WANT_CARRY && c->rows.cells[w - WANT_CARRY])
			c->rows.cells[w - WANT_CARRY]->type[c->at] = PZ_CELL_NUMBER;
		return 0;
	}
	return strict && is_impossible(c, w, *x) ? fail_suspect(c, w, *x) : 0;
}

int pz_catalogue_judge_missing(const struct pz_catalogue *c)
{
	int rc = 0;

	for (int w = WANT_Z; w < WANT_CARRY + c->carried && rc == 0; w++)
		if (c->place[w].column >= 0)
			rc = judge_value(c, w, w < WANT_CARRY || c->strict[w - WANT_CARRY]);
	return rc;
}
