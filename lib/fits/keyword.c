/* keyword.c -- keywords of an HDU, in its own header or the primary one
 *
 * By the INHERIT convention an extension has the primary header's keywords too, where the
 * primary HDU holds no data and the extension does not say INHERIT = F. Values are read as
 * they are written: CFITSIO takes T for 1 where a number is asked for.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/text.h>
#include <pz/utf8.h>

#include "open.h"

/* CFITSIO takes *, ? and # in a name for wildcards. */
static bool is_literal(const char *key)
{
	return *key && strlen(key) < FLEN_KEYWORD && !strpbrk(key, "*?#");
}

/* The value as it stands in the current header: 1, 0 where there is none. */
static int read_here(fitsfile *file, const char *key, char value[FLEN_VALUE])
{
	int status = 0;

	if (!is_literal(key))
		return 0;
	fits_read_keyword(file, key, value, NULL, &status);
	fits_clear_errmsg(); /* that a text has no end, too */
	return status == 0;
}

/* Whether this HDU may have keywords of the primary one, which is then the current HDU of the
 * file until return_from_primary. *asked: it says INHERIT = T. */
static bool go_to_primary(struct pz_fits *f, bool *asked)
{
	char inherit[FLEN_VALUE] = "";
	int axes = 0, status = 0;

	*asked = false;
	if (f->hdu == 0)
		return false;
	read_here(f->file, "INHERIT", inherit);
	*asked = inherit[inherit[0] == '\''] == 'T';
	if (inherit[0] && !*asked)
		return false;
	fits_movabs_hdu(f->file, 1, NULL, &status);
	fits_get_img_dim(f->file, &axes, &status);
	return !status && (*asked || axes == 0);
}

/* 0, or < 0 where the file can no longer be read. */
static int return_from_primary(struct pz_fits *f)
{
	int status = 0;

	fits_movabs_hdu(f->file, f->hdu + 1, NULL, &status);
	return status ? pz_fits_fail(f->where, status, "going back from the primary header") : 0;
}

/* The primary header's: 1, 0 where there is none or it is not for this extension. */
static int read_inherited(struct pz_fits *f, const char *key, char value[FLEN_VALUE])
{
	bool asked;
	int found = go_to_primary(f, &asked) ? read_here(f->file, key, value) : 0;
	int rc = return_from_primary(f);

	return rc < 0 ? rc : found;
}

static int find(struct pz_fits *f, const char *key, char value[FLEN_VALUE])
{
	int found = read_here(f->file, key, value);

	return found ? found : read_inherited(f, key, value);
}

/* A value without its quotes and the blanks behind it. */
static void unquote_value(char *value)
{
	char *to = value, *from = value;
	size_t n;

	if (*from == '\'')
		for (from++; *from && (*from != '\'' || from[1] == '\''); from++) {
			from += *from == '\'';
			*to++ = *from;
		}
	else
		to = value + strlen(value);
	*to = '\0';
	for (n = strlen(value); n && value[n - 1] == ' '; n--)
		value[n - 1] = '\0';
}

/* A header's text into text[size]: UTF-8 as it is, Latin-1 made UTF-8, cut between characters. */
static void put_text(const char *value, char *text, size_t size)
{
	size_t n = strlen(value), most = size - 1;

	if (!pz_text_is_utf8(value, n))
		most /= 2; /* Latin-1 grows when it becomes UTF-8 */
	n = n <= most ? n : pz_text_cut(value, most);
	memcpy(text, value, n);
	text[n] = '\0';
	pz_utf8_from_latin1(text, size);
}

int pz_fits_find_text(struct pz_fits *f, const char *key, char *text, size_t size)
{
	char value[FLEN_VALUE] = "";
	int found = find(f, key, value);

	unquote_value(value);
	put_text(found > 0 ? value : "", text, size);
	return found;
}

int pz_fits_find_number(struct pz_fits *f, const char *key, double *number)
{
	char value[FLEN_VALUE] = "", written[FLEN_VALUE], *end;
	int found = find(f, key, value);

	*number = NAN;
	if (found <= 0)
		return found;
	memcpy(written, value, sizeof written);
	unquote_value(value);
	for (char *c = value; *c; c++)
		if (*c == 'D' || *c == 'd') /* of an exponent */
			*c = 'e';
	*number = strtod(value, &end);
	if (end != value && !*end && isfinite(*number) && !strpbrk(value, "xX"))
		return 1;
	*number = NAN;
	return pz_fail(PZ_EDATA, "%s: %s: expected a number, found %s", f->where, key,
		       *written ? written : "no value");
}

double pz_fits_number(struct pz_fits *f, const char *key, double absent)
{
	double value;
	int status = 0;

	if (fits_read_key_dbl(f->file, key, &value, NULL, &status) == 0)
		return value;
	fits_clear_errmsg();
	return absent;
}

int pz_fits_text(struct pz_fits *f, const char *key, char *text, size_t size)
{
	char *value = NULL;
	int status = 0, ignored = 0;

	/* one that goes on in CONTINUE cards, too */
	fits_read_key_longstr(f->file, key, &value, NULL, &status);
	fits_clear_errmsg();
	put_text(value ? value : "", text, size);
	if (value)
		fits_free_memory(value, &ignored);
	return status == 0;
}

/* The current header of the file. */
static int copy_header(const struct pz_fits *f, char **header, int *cards)
{
	char *text = NULL;
	int status = 0;

	*header = NULL;
	*cards = 0;
	fits_hdr2str(f->file, 0, NULL, 0, &text, cards, &status);
	if (status)
		return pz_fits_fail(f->where, status, "reading the header");
	*header = strdup(text);
	fits_free_memory(text, &status);
	return *header ? 0 : pz_fail(PZ_ENOMEM, "%s: no memory for the header", f->where);
}

int pz_fits_header(struct pz_fits *f, char **header, int *cards)
{
	return copy_header(f, header, cards);
}

int pz_fits_primary_header(struct pz_fits *f, char **header, int *cards, bool *asked)
{
	int rc = 0, back;

	*header = NULL;
	*cards = 0;
	if (go_to_primary(f, asked))
		rc = copy_header(f, header, cards);
	back = return_from_primary(f);
	return rc < 0 ? rc : back;
}
