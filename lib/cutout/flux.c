/* flux.c -- units, zero points, asinh */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>
#include <pz/missing.h>

#include "flux.h"

#define SCALE 1e30  /* a pixel of 1 cannot be brighter, or fainter than 1/SCALE */
#define STACK "PS1" /* the zero point of Pan-STARRS's stacks */

int pz_flux_read_asinh(struct flux_asinh *a, struct pz_fits *file)
{
	int soften = pz_fits_find_number(file, "BSOFTEN", &a->soften), offset;

	if (soften < 0)
		return soften;
	if ((offset = pz_fits_find_number(file, "BOFFSET", &a->offset)) < 0)
		return offset;
	if (!soften && !offset) {
		*a = (struct flux_asinh){ 0 };
		return 0;
	}
	if (!soften || !offset)
		return pz_fail(PZ_EDATA,
			       "%s: BSOFTEN and BOFFSET: pixels are asinh of a flux and need both, "
			       "found %s alone",
			       pz_fits_where(file), soften ? "BSOFTEN" : "BOFFSET");
	if (!(a->soften > 0))
		return pz_fail(PZ_EDATA, "%s: BSOFTEN: expected a number above 0, found %g",
			       pz_fits_where(file), a->soften);
	return 0;
}

void pz_flux_make_linear(const struct flux_asinh *a, size_t n, float *pixels)
{
	if (a->soften == 0)
		return;
	for (size_t i = 0; i < n; i++)
		pixels[i] = (float)(a->offset + 2 * a->soften * sinh(pixels[i] * M_LN10 / 2.5));
}

/* The zero point of a Pan-STARRS stack, 25 + 2.5 log10 EXPTIME, of its linear pixels: 1, 0
 * where there is no EXPTIME. */
static int stack_zeropoint(struct pz_fits *file, double *zeropoint)
{
	double seconds;
	int found = pz_fits_find_number(file, "EXPTIME", &seconds);

	if (found <= 0)
		return found;
	if (!(seconds > 0))
		return pz_fail(PZ_EDATA,
			       "%s: EXPTIME: expected the exposure time in seconds, from which the "
			       "zero point is computed, found %g",
			       pz_fits_where(file), seconds);
	*zeropoint = 25 + 2.5 * log10(seconds);
	return 1;
}

static int fail_exposure(struct pz_fits *file)
{
	return pz_fail(PZ_EDATA, "%s: EXPTIME is missing; the zero point is computed from it",
		       pz_fits_where(file));
}

/* The unit of a frame as it is; of a stack the flux of a magnitude. */
static int read_unit(struct unit *u, struct pz_fits *file, const struct flux_asinh *a)
{
	char text[80];
	double zeropoint = 0;
	int rc = 0;

	if (a->soften == 0) {
		rc = pz_fits_find_text(file, "BUNIT", text, sizeof text);
		pz_unit_parse(u, text);
	} else {
		pz_unit_parse(u, "count");
		if ((rc = stack_zeropoint(file, &zeropoint)) > 0)
			snprintf(u->name, sizeof u->name, "flux of AB %.7g", zeropoint);
	}
	return rc < 0 ? rc : 0;
}

void pz_flux_unit(struct pz_fits *file, char unit[UNIT_NAME])
{
	struct flux_asinh a;
	struct unit u;

	pz_unit_parse(&u, "");
	if (pz_flux_read_asinh(&a, file) == 0)
		read_unit(&u, file, &a);
	if (u.area > 0 && u.jansky > 0) /* MJy/sr: in MJy a stamp would be of 1e-13 */
		strcpy(u.name, "nJy");
	strcpy(unit, u.name);
}

void pz_flux_item(const char *list, int b, char item[FLUX_ITEM])
{
	int n;

	for (const char *end; b > 0 && (end = strchr(list, ',')); b--)
		list = end + 1;
	list += strspn(list, " ");
	n = (int)strcspn(list, ",");
	while (n > 0 && list[n - 1] == ' ')
		n--;
	snprintf(item, FLUX_ITEM, "%.*s", n, list);
}

bool pz_flux_is_number(const char *item, double *value)
{
	char *end;

	*value = strtod(item, &end);
	return end != item && !*end;
}

/* The number under a keyword, which must be there. */
static int keyword_number(struct pz_fits *file, const char *key, double *value)
{
	int found = pz_fits_find_number(file, key, value);

	if (found == 0)
		return pz_fail(PZ_EDATA, "%s has no number under keyword '%s'", pz_fits_where(file),
			       key);
	return found < 0 ? found : 0;
}

/* Nanomaggies of a pixel of 1 by a magnitude. */
static double by_magnitude(double zeropoint)
{
	return pow(10, 0.4 * (22.5 - zeropoint));
}

/* By the item of an option: a number, PS1, or a keyword that has a magnitude or the flux of
 * one. A keyword of 0 has not been filled in; a number that the user gives is meant. */
static int by_item(struct pz_fits *file, const char *item, double *scale, double *value)
{
	bool number = pz_flux_is_number(item, value);
	double flux = !strcasecmp(item, "FLUXMAG0") ? 1e9 : !strcasecmp(item, "FLUX20") ? 10 : 0;
	int rc = 0;

	*scale = NAN;
	if (!strcasecmp(item, STACK)) {
		if ((rc = stack_zeropoint(file, value)) == 0)
			rc = fail_exposure(file);
	} else if (!number) {
		rc = keyword_number(file, item, value);
	}
	if (rc < 0)
		return rc;
	if (flux > 0 && *value > 0 && !pz_missing_suspect(*value))
		*scale = flux / *value;
	else if (flux == 0 && pz_is_magnitude(*value) && (number || *value != 0))
		*scale = by_magnitude(*value);
	return 0;
}

/* The frame's zero point by the table of frames, by the option, or of a stack: 1, 0 where
 * there is none. */
static int find_zeropoint(struct flux *f, struct pz_fits *file, const struct pz_frame *from, int b,
			  const struct pz_cutout_options *o)
{
	char item[FLUX_ITEM] = "zeropoint";
	double value = from->zeropoint;
	int rc = 0;

	if (value == 0 && !o->zeropoint) {
		if (f->asinh.soften == 0 || (rc = stack_zeropoint(file, &value)) <= 0)
			return rc;
		strcpy(item, STACK);
	}
	if (value != 0) {
		f->scale = by_magnitude(value);
	} else {
		pz_flux_item(o->zeropoint, b, item);
		rc = by_item(file, item, &f->scale, &value);
	}
	if (rc >= 0 && !(f->scale >= 1 / SCALE && f->scale <= SCALE))
		rc = pz_fail(PZ_EDATA, "%s: expected a zero point, found %s = %g",
			     pz_fits_where(file), item, value);
	return rc < 0 ? rc : 1;
}

void pz_flux_zeropoint_keyword(struct pz_fits *file, const char *unit, char keyword[FLUX_KEYWORD])
{
	static const char known[][FLUX_KEYWORD] = { "FLUXMAG0", "MAGZERO", "MAGZPT", "MAGZP",
						    "PHOTZP",   "ZPMAG",   "ZPTMAG" };
	double scale, value;
	struct unit u;

	pz_unit_parse(&u, unit);
	*keyword = '\0';
	if (u.jansky > 0 || !strcmp(unit, "nmgy"))
		return;
	for (size_t i = 0; i < sizeof known / sizeof *known && !*keyword; i++)
		if (by_item(file, known[i], &scale, &value) == 0 && isfinite(scale))
			strcpy(keyword, known[i]);
}

static int fail_unit(struct pz_fits *file, const struct unit *u, const char *expected)
{
	char text[80];

	pz_fits_find_text(file, "BUNIT", text, sizeof text);
	if (u->log)
		return pz_fail(PZ_EDATA,
			       "%s: BUNIT = '%s': pixels are magnitudes or logarithms, of which no "
			       "stamp can be made; expected pixels that are linear in flux",
			       pz_fits_where(file), text);
	if (u->unclear)
		return pz_fail(PZ_EDATA,
			       "%s: BUNIT = '%s': the area in it is not understood; --zeropoint "
			       "would say what a pixel of 1 is",
			       pz_fits_where(file), text);
	return pz_fail(PZ_EDATA,
		       "%s: BUNIT: expected '%s' as in the first frame, found '%s'; --zeropoint "
		       "would bring both to nanomaggies",
		       pz_fits_where(file), expected, u->name);
}

/* Stacks of other exposures are of another zero point. */
static int fail_stack(struct pz_fits *file, const struct unit *u, const char *expected)
{
	return pz_fail(PZ_EDATA,
		       "%s: BSOFTEN: a Pan-STARRS stack, whose pixels, made linear, are in '%s' by "
		       "EXPTIME; expected '%s' as in the first frame; --zeropoint " STACK
		       " brings all to nanomaggies",
		       pz_fits_where(file), u->name, expected);
}

/* Without a zero point a frame is brought to the unit of the first, if that can be. */
static int match_unit(struct flux *f, struct pz_fits *file, const struct unit *u,
		      const char *expected)
{
	bool same = !strcmp(u->name, expected);
	struct unit first;

	pz_unit_parse(&first, expected);
	if (u->unclear)
		return fail_unit(file, u, expected);
	if (!same && !(u->jansky > 0 && first.jansky > 0))
		return f->asinh.soften > 0 ? fail_stack(file, u, expected)
					   : fail_unit(file, u, expected);
	f->scale = same ? 1 : u->jansky / first.jansky;
	f->per_area = u->area > 0;
	if (f->per_area)
		f->scale /= u->area;
	return 0;
}

static int read_bias(double *bias, struct pz_fits *file, const char *list, int b)
{
	char item[FLUX_ITEM];

	*bias = 0;
	if (!list)
		return 0;
	pz_flux_item(list, b, item);
	return pz_flux_is_number(item, bias) && isfinite(*bias) ? 0
								: keyword_number(file, item, bias);
}

int pz_flux_read(struct flux *f, struct pz_fits *file, const struct pz_frame *from, int b,
		 const struct pz_cutout_options *o, const char *unit)
{
	struct unit u;
	int rc;

	*f = (struct flux){ .scale = 1 };
	if ((rc = pz_flux_read_asinh(&f->asinh, file)) < 0 ||
	    (rc = read_unit(&u, file, &f->asinh)) < 0 ||
	    (rc = read_bias(&f->bias, file, o->bias, b)) < 0)
		return rc;
	if (u.log)
		return fail_unit(file, &u, "");
	if (unit)
		return match_unit(f, file, &u, unit);
	if ((rc = find_zeropoint(f, file, from, b, o)) != 0)
		return rc < 0 ? rc : 0;
	if (strcmp(u.name, "nmgy") != 0)
		return pz_fail(
			PZ_EDATA,
			"%s: no zero point, as other frames have one by their table; fill it "
			"in, or give --zeropoint",
			pz_fits_where(file));
	return match_unit(f, file, &u, "nmgy");
}

int pz_image_flux_read(struct pz_image_flux *f, struct pz_fits *file)
{
	struct flux_asinh a;
	struct unit u;
	double zeropoint = 0;
	int rc;

	*f = (struct pz_image_flux){ .scale = 1 };
	if ((rc = pz_flux_read_asinh(&a, file)) < 0 || (rc = read_unit(&u, file, &a)) < 0)
		return rc;
	if (u.log)
		return fail_unit(file, &u, "");
	f->offset = a.offset;
	f->soften = a.soften;
	if (a.soften == 0) {
		rc = pz_fits_find_text(file, "BUNIT", f->unit, sizeof f->unit);
		return rc < 0 ? rc : 0;
	}
	if ((rc = stack_zeropoint(file, &zeropoint)) <= 0)
		return rc < 0 ? rc : fail_exposure(file);
	f->scale = by_magnitude(zeropoint);
	strcpy(f->unit, "nmgy");
	return 0;
}

void pz_image_flux_apply(const struct pz_image_flux *f, size_t n, float *pixels)
{
	pz_flux_make_linear(&(struct flux_asinh){ f->offset, f->soften }, n, pixels);
	for (size_t i = 0; i < n && f->scale != 1; i++)
		pixels[i] = (float)(pixels[i] * f->scale);
}

bool pz_image_flux_same(const char *unit, const char *other)
{
	struct unit a, b;

	pz_unit_parse(&a, unit);
	pz_unit_parse(&b, other);
	return !strcmp(a.name, b.name) && a.area == b.area;
}
