/* settings.c -- parses and checks lists of bands, bits, radii and numbers */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>
#include <pz/missing.h>

#include "settings.h"

#define PLANE_LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"

int settings_parse_bands(struct band_list *bands, const char *list)
{
	bands->count = 0;
	if (strlen(list) >= sizeof bands->text)
		return pz_fail(PZ_EUSAGE, "--bands: expected at most %zu bytes, found %zu",
			       sizeof bands->text - 1, strlen(list));
	strcpy(bands->text, list);
	for (char *save, *name = strtok_r(bands->text, ",", &save); name;
	     name = strtok_r(NULL, ",", &save)) {
		name += strspn(name, " ");
		for (size_t n = strlen(name); n && name[n - 1] == ' '; n--)
			name[n - 1] = '\0';
		if (!*name || strlen(name) >= PZ_BAND_NAME)
			return pz_fail(PZ_EUSAGE, "--bands: '%s': expected a name of 1 to %d bytes",
				       name, PZ_BAND_NAME - 1);
		for (int b = 0; b < bands->count; b++)
			if (!strcmp(bands->name[b], name))
				return pz_fail(PZ_EUSAGE, "--bands: '%s' is named twice", name);
		if (bands->count == PZ_BANDS_MAX)
			return pz_fail(PZ_EUSAGE, "--bands: expected at most %d bands, found more",
				       PZ_BANDS_MAX);
		bands->name[bands->count++] = name;
	}
	return bands->count ? 0 : pz_fail(PZ_EUSAGE, "--bands: expected bands, found none");
}

/* One item of --mask-bits: a bit from 0, a hexadecimal number of several, or a plane's name,
 * which is added to planes. false: it is none of these. */
static bool parse_bit(struct pz_cutout_options *c, const char *item, char planes[SETTINGS_PLANES])
{
	bool hex = !strncasecmp(item, "0x", 2);
	size_t used = strlen(planes);
	unsigned long long n;
	char *end;

	if (isalpha((unsigned char)*item)) {
		if (item[strspn(item, PLANE_LETTERS)] || used + strlen(item) + 2 > SETTINGS_PLANES)
			return false;
		snprintf(planes + used, SETTINGS_PLANES - used, "%s%s", used ? "," : "", item);
		c->mask_planes = planes;
		return true;
	}
	errno = 0;
	n = strtoull(item, &end, hex ? 16 : 10);
	if (!isdigit((unsigned char)*item) || *end || errno || (hex ? n == 0 : n > 63))
		return false;
	c->mask_bits |= hex ? n : 1ULL << n;
	return true;
}

int settings_parse_bits(struct pz_cutout_options *c, const char *text, char planes[SETTINGS_PLANES])
{
	bool good = !text || *text;

	for (size_t n; good && text && *text; text += n + (text[n] == ',')) {
		char item[80];

		n = strcspn(text, ",");
		snprintf(item, sizeof item, "%.*s", (int)n, text);
		good = n < sizeof item && (text[n] != ',' || text[n + 1]) &&
		       parse_bit(c, item, planes);
		if (!good)
			break;
	}
	return good ? 0
		    : pz_fail(PZ_EUSAGE,
			      "--mask-bits: expected bits from 0 to 63 or names of planes, with "
			      "commas between them, or a hexadecimal number (0x9), found '%s'",
			      text);
}

int settings_parse_nodata(struct pz_cutout_options *c, const char *text, double *value)
{
	char *end;

	if (!text || !strcmp(text, "none"))
		return 0;
	*value = strtod(text, &end);
	if (end == text || *end || !isfinite(*value) || !isfinite((float)*value))
		return pz_fail(PZ_EUSAGE,
			       "--nodata: expected a number that a pixel can have, or none, found "
			       "'%s'",
			       text);
	c->nodata = value;
	return 0;
}

int settings_parse_radii(struct pz_cutout_options *c, const char *text)
{
	char rest;

	if (text && (sscanf(text, "%lf,%lf%c", &c->sky_inner, &c->sky_outer, &rest) != 2 ||
		     !(c->sky_inner >= 0 && c->sky_outer > c->sky_inner && c->sky_outer < 36000)))
		return pz_fail(PZ_EUSAGE,
			       "--sky-radii: expected two radii in arcsec, as 15,25, found '%s'",
			       text);
	return 0;
}

/* One item for all bands, or one for each. */
static int check_length(const char *option, const char *list, int bands)
{
	int items = 0;
	size_t n;

	for (const char *at = list; at; at = at[n] ? at + n + 1 : NULL, items++)
		if ((n = strcspn(at, ",")) == 0)
			items = PZ_BANDS_MAX + 1;
	if (!list || items == 1 || items == bands)
		return 0;
	return pz_fail(PZ_EUSAGE,
		       "%s: expected one number or keyword, or %d with commas between, found '%s'",
		       option, bands, list);
}

/* Each number must be a possible one: finite, a zero point that of a magnitude. */
static int check_numbers(const char *option, const char *list, bool magnitudes)
{
	char item[80];
	size_t n;

	for (const char *at = list; at; at = at[n] ? at + n + 1 : NULL) {
		char *end;
		double value;

		n = strcspn(at, ",");
		snprintf(item, sizeof item, "%.*s", (int)n, at);
		value = strtod(item, &end);
		if (end == item || end[strspn(end, " ")])
			continue;
		if (magnitudes ? !pz_is_magnitude(value) : !isfinite(value))
			return pz_fail(PZ_EUSAGE, "%s: expected a %s or a keyword, found '%s'",
				       option, magnitudes ? "magnitude" : "number", item);
	}
	return 0;
}

int settings_check_list(const char *option, const char *list, int bands, bool magnitudes)
{
	int rc = check_length(option, list, bands);

	return rc < 0 ? rc : check_numbers(option, list, magnitudes);
}

int settings_check_psf(const char *list, int bands)
{
	int rc = check_length("--psf", list, bands);
	size_t n;

	for (const char *at = list; at && rc == 0; at = at[n] ? at + n + 1 : NULL) {
		char *end;
		double value = strtod(at, &end);

		n = strcspn(at, ",");
		if (end == at || (*end && !strchr(" ,:", *end)))
			continue; /* a keyword */
		if (!(value > 0 && value <= 3600))
			rc = pz_fail(PZ_EUSAGE,
				     "--psf: expected a FWHM above 0 and up to 3600, or a keyword, "
				     "found "
				     "'%.*s'",
				     (int)n, at);
	}
	return rc;
}
