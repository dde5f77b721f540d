/* ascii.c -- fields of an ASCII table
 *
 * CFITSIO reads every number of such a table as a double, so that ids of 17 digits come out
 * changed, and a blank field as 0. So it gives the bytes of a field alone, and what they
 * mean is found here.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "open.h"

#define FIELD_MAX 4096 /* bytes of a field with a number in it */

/* A column, by its keywords. */
struct field {
	char kind;  /* A, I, F, E, D                    */
	long first; /* byte of a row, from 1            */
	long width, decimals;
	double scale, zero;
	char null[FLEN_VALUE]; /* what stands for undefined */
};

/* Blanks behind go; to the first that is none. */
static char *trim(char *text)
{
	size_t n = strlen(text);

	while (n && text[n - 1] == ' ')
		n--;
	text[n] = '\0';
	return text + strspn(text, " ");
}

static int describe_column(struct pz_fits *f, int c, struct field *d)
{
	char form[FLEN_VALUE] = "", *end;
	int status = 0;

	*d = (struct field){ .scale = 1 };
	fits_get_acolparms(f->file, c + 1, NULL, &d->first, NULL, form, &d->scale, &d->zero,
			   d->null, NULL, &status);
	if (status)
		return pz_fits_fail(f->where, status, "looking for a column");
	memmove(d->null, trim(d->null), strlen(trim(d->null)) + 1);
	d->kind = (char)toupper((unsigned char)form[strspn(form, " ")]);
	d->width = strtol(form + strspn(form, " ") + (d->kind ? 1 : 0), &end, 10);
	d->decimals = *end == '.' ? strtol(end + 1, NULL, 10) : 0;
	if (!d->kind || !strchr("AIFED", d->kind) || d->width < 1 || d->first < 1 ||
	    d->decimals < 0 || d->decimals > d->width)
		return pz_fail(PZ_EDATA, "%s: column '%s': format '%s' is none of an ASCII table",
			       f->where, f->name[c], form);
	if (d->kind != 'A' && d->width > FIELD_MAX)
		return pz_fail(PZ_EDATA, "%s: column '%s': numbers of %ld bytes", f->where,
			       f->name[c], d->width);
	return 0;
}

enum pz_fits_type pz_fits_ascii_type(struct pz_fits *f, int c, size_t *repeat)
{
	struct field d;

	if (describe_column(f, c, &d) < 0)
		d = (struct field){ .kind = 'F' };
	if (repeat)
		*repeat = d.kind == 'A' ? (size_t)d.width : 1;
	if (d.kind == 'A')
		return PZ_FITS_TEXT;
	return d.kind == 'I' && d.scale == 1 && d.zero == 0 ? PZ_FITS_INTEGER : PZ_FITS_DOUBLE;
}

/* The first size - 1 bytes of a field at most, without the blanks behind. */
static int read_field(struct pz_fits *f, int c, const struct field *d, size_t row, char *text,
		      size_t size)
{
	LONGLONG n = d->width < (long)size ? d->width : (long)size - 1;
	int status = 0;

	fits_read_tblbytes(f->file, (LONGLONG)row + 1, d->first, n, (unsigned char *)text, &status);
	text[status ? 0 : n] = '\0';
	trim(text);
	return status ? pz_fits_fail_column(f, status, c, row) : 0;
}

/* Whether a field has no value; to what its text begins at. */
static bool is_undefined(const struct field *d, const char *text, const char **begin)
{
	*begin = text + strspn(text, " ");
	return !**begin || !strcmp(*begin, d->null);
}

static int fail_number(const struct pz_fits *f, int c, size_t row, const char *found)
{
	return pz_fail(PZ_EDATA, "%s: column '%s': row %zu: expected a number, found '%s'",
		       f->where, f->name[c], row + 1, found);
}

/* A number as Fortran writes it: D is an exponent too, and without a point the last
 * digits are decimals (FITS 7.2.5). */
static bool parse_number(const struct field *d, const char *text, double *value)
{
	char copy[FIELD_MAX + 1], *end;
	size_t digits = strspn(text, "+-0123456789");
	bool point = text[digits] == '.' || d->kind == 'I';

	if (!isalpha((unsigned char)*text) && text[strspn(text, "+-.0123456789EeDd")])
		return false;
	snprintf(copy, sizeof copy, "%s", text);
	for (char *p = copy; digits && *p; p++)
		if (*p == 'D' || *p == 'd')
			*p = 'e';
	*value = strtod(copy, &end);
	if (end == copy || *end)
		return false;
	if (!point)
		*value /= pow(10, (double)d->decimals);
	return true;
}

int pz_fits_ascii_doubles(struct pz_fits *f, int c, size_t row, size_t n, double *values)
{
	char text[FIELD_MAX + 1];
	const char *begin;
	struct field d;
	int rc = describe_column(f, c, &d);

	for (size_t i = 0; i < n && rc == 0; i++) {
		rc = read_field(f, c, &d, row + i, text, sizeof text);
		if (rc < 0)
			break;
		values[i] = NAN;
		if (is_undefined(&d, text, &begin))
			continue;
		if (!parse_number(&d, begin, &values[i]))
			rc = fail_number(f, c, row + i, begin);
		else
			values[i] = values[i] * d.scale + d.zero;
	}
	return rc;
}

int pz_fits_ascii_integers(struct pz_fits *f, int c, size_t row, size_t n, int64_t *values,
			   bool *undefined)
{
	char text[FIELD_MAX + 1], *end;
	const char *begin;
	struct field d;
	int rc = describe_column(f, c, &d);

	for (size_t i = 0; i < n && rc == 0; i++) {
		rc = read_field(f, c, &d, row + i, text, sizeof text);
		if (rc < 0)
			break;
		values[i] = 0;
		if ((undefined[i] = is_undefined(&d, text, &begin)))
			continue;
		errno = 0;
		values[i] = strtoll(begin, &end, 10);
		if (errno || *end)
			rc = pz_fail(PZ_EDATA,
				     "%s: column '%s': row %zu: expected a whole number of 64 "
				     "bits, found '%s'",
				     f->where, f->name[c], row + i + 1, begin);
	}
	return rc;
}

int pz_fits_ascii_text(struct pz_fits *f, int c, size_t row, char *text, size_t size)
{
	const char *begin;
	struct field d;
	int rc = describe_column(f, c, &d);

	if (rc == 0)
		rc = read_field(f, c, &d, row, text, size);
	if (rc < 0)
		return rc;
	if (is_undefined(&d, text, &begin))
		text[0] = '\0';
	else if (d.kind != 'A')
		memmove(text, begin, strlen(begin) + 1);
	return 0;
}
