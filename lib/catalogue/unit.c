/* unit.c -- what the units of columns mean */
#include <ctype.h>
#include <math.h>
#include <string.h>
#include <strings.h>

#include "parts.h"

#define TEXT 64

/* Spellings of tables that are met: FITS, VizieR, astropy, STILTS, ECSV. Those of sexagesimal
 * texts say what the first number is. */
static const struct {
	const char *spelling;
	double degrees;
} angles[] = {
	{ "deg", 1 },
	{ "degree", 1 },
	{ "degrees", 1 },
	{ "degs", 1 },
	{ "angle[deg]", 1 },
	{ "\xc2\xb0", 1 },
	{ "d:m:s", 1 },
	{ "dms", 1 },
	{ "dd:mm:ss", 1 },
	{ "dd:mm:ss.s", 1 },
	{ "dd:mm:ss.ss", 1 },
	{ "rad", 180 / M_PI },
	{ "radian", 180 / M_PI },
	{ "radians", 180 / M_PI },
	{ "mrad", 0.18 / M_PI },
	{ "h", 15 },
	{ "hr", 15 },
	{ "hrs", 15 },
	{ "hour", 15 },
	{ "hours", 15 },
	{ "hourangle", 15 },
	{ "h:m:s", 15 },
	{ "hms", 15 },
	{ "hh:mm:ss", 15 },
	{ "hh:mm:ss.s", 15 },
	{ "hh:mm:ss.ss", 15 },
	{ "arcmin", 1 / 60. },
	{ "arcminute", 1 / 60. },
	{ "arcminutes", 1 / 60. },
	{ "arcsec", 1 / 3600. },
	{ "arcsecs", 1 / 3600. },
	{ "arcsecond", 1 / 3600. },
	{ "arcseconds", 1 / 3600. },
	{ "mas", 1 / 3.6e6 },
	{ "marcsec", 1 / 3.6e6 },
	{ "uas", 1 / 3.6e9 },
};

/* Says that there is none. */
static const char *const none[] = {
	"", "-", "--", "---", "none", "1", "unitless", "dimensionless"
};

static const char *const magnitudes[] = { "mag",   "mags",    "magnitude", "magnitudes",
					  "abmag", "vegamag", "stmag" };

/* Without blanks and quotes around it, in small letters. */
static void tidy(const char *unit, char *text)
{
	size_t n = 0;

	unit += strspn(unit, " \t\"'");
	for (; *unit && n + 1 < TEXT; unit++)
		text[n++] = (char)tolower((unsigned char)*unit);
	while (n && strchr(" \t\"'.", text[n - 1]))
		n--;
	text[n] = '\0';
}

/* mag, mag(AB), mag_AB, AB mag */
static bool is_magnitude(const char *text)
{
	for (size_t i = 0; i < sizeof magnitudes / sizeof *magnitudes; i++) {
		size_t n = strlen(magnitudes[i]);

		if (!strncmp(text, magnitudes[i], n) && !isalpha((unsigned char)text[n]))
			return true;
	}
	return !strncmp(text, "ab mag", 6) || !strncmp(text, "vega mag", 8);
}

enum unit pz_catalogue_unit(const char *unit, double *degrees)
{
	char text[TEXT];

	*degrees = 0;
	tidy(unit, text);
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (!strcmp(text, none[i]))
			return UNIT_NONE;
	for (size_t i = 0; i < sizeof angles / sizeof *angles; i++)
		if (!strcmp(text, angles[i].spelling)) {
			*degrees = angles[i].degrees;
			return UNIT_ANGLE;
		}
	return is_magnitude(text) ? UNIT_MAGNITUDE : UNIT_OTHER;
}

/* What stands in brackets at the end; else behind the last _ what is the name of an angle and
 * no abbreviation (h, d and the like are other things as well). */
enum unit pz_catalogue_unit_of_name(const char *name, double *degrees)
{
	char text[TEXT];
	size_t n = strlen(name);
	const char *open = n ? strrchr(name, name[n - 1] == ']' ? '[' : '(') : NULL;
	const char *last = strrchr(name, '_');
	enum unit unit = UNIT_NONE;

	*degrees = 0;
	if (open && n - (size_t)(open - name) < TEXT && strchr("])", name[n - 1])) {
		memcpy(text, open + 1, n - (size_t)(open - name) - 2);
		text[n - (size_t)(open - name) - 2] = '\0';
		unit = pz_catalogue_unit(text, degrees);
	} else if (last && strlen(last) > 3 && strcasecmp(last, "_mas") != 0) {
		unit = pz_catalogue_unit(last + 1, degrees);
	}
	return unit == UNIT_ANGLE ? unit : UNIT_NONE;
}
