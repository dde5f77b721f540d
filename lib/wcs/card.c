/* card.c -- a card's keyword, and its value by the rules of FITS
 *
 * WCSLIB 7.12 takes the digits before a D for the whole number, falls over texts that end
 * nowhere and leaves out, without a word, what it cannot read. So it is given none of a
 * header's own cards, but what was read here, written anew.
 */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "card.h"

#define TEXT_MAX 68 /* of a text in one card */
#define BEHIND   10 /* where the value of a card begins */

/* The keywords; # is a number. */
static const struct {
	const char *form;
	enum card_group group;
	enum card_type type;
	bool optional;
} forms[] = {
	{ "NAXIS", CARD_SIZE, CARD_COUNT, false },    { "WCSAXES", CARD_SIZE, CARD_COUNT, false },
	{ "CTYPE#", CARD_TYPE, CARD_TEXT, true },     { "CUNIT#", CARD_TYPE, CARD_TEXT, true },
	{ "CRPIX#", CARD_AXIS, CARD_NUMBER, false },  { "CRVAL#", CARD_AXIS, CARD_NUMBER, false },
	{ "CDELT#", CARD_AXIS, CARD_NUMBER, false },  { "LONPOLE", CARD_AXIS, CARD_NUMBER, true },
	{ "LATPOLE", CARD_AXIS, CARD_NUMBER, true },  { "CD#_#", CARD_CD, CARD_NUMBER, false },
	{ "CD#", CARD_CD, CARD_NUMBER, false }, /* CD001002 */
	{ "PC#_#", CARD_PC, CARD_NUMBER, false },     { "PC#", CARD_PC, CARD_NUMBER, false },
	{ "CROTA#", CARD_CROTA, CARD_NUMBER, false }, { "PV#_#", CARD_PV, CARD_NUMBER, false },
	{ "PROJP#", CARD_PV, CARD_NUMBER, false },    { "A_ORDER", CARD_SIP, CARD_COUNT, false },
	{ "B_ORDER", CARD_SIP, CARD_COUNT, false },   { "AP_ORDER", CARD_SIP, CARD_COUNT, false },
	{ "BP_ORDER", CARD_SIP, CARD_COUNT, false },  { "A_#_#", CARD_SIP, CARD_NUMBER, false },
	{ "B_#_#", CARD_SIP, CARD_NUMBER, false },    { "AP_#_#", CARD_SIP, CARD_NUMBER, false },
	{ "BP_#_#", CARD_SIP, CARD_NUMBER, false },   { "CNPIX#", CARD_DSS, CARD_NUMBER, false },
	{ "PPO#", CARD_DSS, CARD_NUMBER, false },     { "XPIXELSZ", CARD_DSS, CARD_NUMBER, false },
	{ "YPIXELSZ", CARD_DSS, CARD_NUMBER, false }, { "PLTRAH", CARD_DSS, CARD_NUMBER, false },
	{ "PLTRAM", CARD_DSS, CARD_NUMBER, false },   { "PLTRAS", CARD_DSS, CARD_NUMBER, false },
	{ "PLTDECSN", CARD_DSS, CARD_TEXT, false },   { "PLTDECD", CARD_DSS, CARD_NUMBER, false },
	{ "PLTDECM", CARD_DSS, CARD_NUMBER, false },  { "PLTDECS", CARD_DSS, CARD_NUMBER, false },
	{ "PLATEID", CARD_DSS, CARD_TEXT, false },    { "AMDX#", CARD_DSS, CARD_NUMBER, false },
	{ "AMDY#", CARD_DSS, CARD_NUMBER, false },    { "WAT1_#", CARD_WAT, CARD_LINE, false },
	{ "WAT2_#", CARD_WAT, CARD_LINE, false },     { "CPDIS#", CARD_TABLE, CARD_TEXT, false },
	{ "CQDIS#", CARD_TABLE, CARD_TEXT, false },   { "D2IMDIS#", CARD_TABLE, CARD_TEXT, false },
	{ "DP#", CARD_TABLE, CARD_RECORD, false },    { "DQ#", CARD_TABLE, CARD_RECORD, false },
	{ "D2IM#", CARD_TABLE, CARD_RECORD, false },  { "AXISCORR", CARD_TABLE, CARD_COUNT, true },
	{ "RADESYS", CARD_SYSTEM, CARD_TEXT, true },  { "RADECSYS", CARD_SYSTEM, CARD_TEXT, true },
	{ "EQUINOX", CARD_SYSTEM, CARD_YEAR, true },  { "EPOCH", CARD_SYSTEM, CARD_YEAR, true },
	{ "DATE-OBS", CARD_DATE, CARD_TEXT, true },   { "MJD-OBS", CARD_DATE, CARD_NUMBER, true },
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t skip_blanks(const char *card, size_t i)
{
	while (i < CARD && is_blank(card[i]))
		i++;
	return i;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static size_t skip_digits(const char *card, size_t i)
{
	while (i < CARD && is_digit(card[i]))
		i++;
	return i;
}

/* ---- keywords ---- */

/* Copies the keyword, in capitals; false where columns 1 to 8 hold none. Those of ESO's
 * convention stand behind HIERARCH. */
static bool copy_key(const char *card, char key[9])
{
	size_t begin = strncmp(card, "HIERARCH ", 9) == 0 ? skip_blanks(card, 9) : 0, n = 0;

	while (begin + n < CARD && n < 9 && card[begin + n] > ' ' && card[begin + n] != '=')
		n++;
	if (n == 0 || n > 8)
		return false;
	for (size_t i = 0; i < n; i++)
		key[i] = (char)toupper((unsigned char)card[begin + i]);
	key[n] = 0;
	for (size_t i = n; i < 8 && begin == 0 && card[i] != '='; i++)
		if (!is_blank(card[i]))
			return false;
	return true;
}

/* Whether the keyword has the form; if so, its numbers. */
static bool has_form(const char *key, const char *form, int number[2])
{
	int n = 0;

	for (; *form; form++) {
		char *end;

		if (*form != '#') {
			if (*key++ != *form)
				return false;
			continue;
		}
		if (!is_digit(*key) || n == 2)
			return false;
		number[n++] = (int)strtol(key, &end, 10); /* of 6 digits at most */
		key = end;
	}
	return *key == 0;
}

/* The keyword again, without leading zeros; those of WAT are part of it. */
static void write_key(struct card *c, const char *form)
{
	size_t n = strcspn(form, "#");

	if (c->group == CARD_WAT)
		return;
	if ((c->group == CARD_CD || c->group == CARD_PC) || strstr(form, "_#"))
		snprintf(c->key, sizeof c->key, "%.*s%d_%d", (int)n, form, c->i % 100, c->j % 100);
	else if (form[n])
		snprintf(c->key, sizeof c->key, "%.*s%d", (int)n, form, c->i % 100);
}

bool pz_card_find(struct card *c, const char *card)
{
	char key[9];

	if (!copy_key(card, key))
		return false;
	for (size_t k = 0; k < sizeof forms / sizeof *forms; k++) {
		int number[2] = { 0, 0 };

		if (!has_form(key, forms[k].form, number))
			continue;
		*c = (struct card){ .group = forms[k].group,
				    .type = forms[k].type,
				    .optional = forms[k].optional,
				    .i = number[0],
				    .j = number[1] };
		memcpy(c->key, key, sizeof key);
		if (forms[k].form[2] == '#' && (c->group == CARD_CD || c->group == CARD_PC) &&
		    !strchr(key, '_')) {
			if (strlen(key) != 8)
				return false;
			c->i = number[0] / 1000;
			c->j = number[0] % 1000;
		}
		if (c->group == CARD_WAT && strlen(key) != 8)
			return false;
		if (c->i < 100 && c->j < 100)
			write_key(c, forms[k].form);
		return true;
	}
	return false;
}

/* ---- values ---- */

/* Where the value field begins; CARD + 1: there is none. */
static size_t find_value(const char *card)
{
	size_t i = 8;

	if (strncmp(card, "HIERARCH ", 9) == 0) {
		i = skip_blanks(card, 9);
		while (i < CARD && !is_blank(card[i]) && card[i] != '=')
			i++;
		i = skip_blanks(card, i);
	}
	return i < CARD - 1 && card[i] == '=' && is_blank(card[i + 1]) ? i + 2 : CARD + 1;
}

/* Whether nothing but a comment is left from i on. */
static bool ends_well(const char *card, size_t i)
{
	i = i <= CARD ? skip_blanks(card, i) : i;
	return i == CARD || (i < CARD && card[i] == '/');
}

static int fail_value(const struct card *c, const char *card, const char *where,
		      const char *expected)
{
	size_t i = find_value(card), n = 0;
	char found[48];

	if (i > CARD)
		return pz_fail(PZ_EDATA,
			       "%s: %s: expected '= ' in columns 9 and 10, found no value", where,
			       c->key);
	for (i = skip_blanks(card, i); i < CARD && n < sizeof found - 1; i++)
		found[n++] = card[i];
	while (n > 0 && is_blank(found[n - 1]))
		n--;
	found[n] = 0;
	for (size_t k = 0; k < n; k++)
		if (found[k] < ' ' || found[k] > '~')
			found[k] = '?';
	if (n == 0 || found[0] == '/')
		return pz_fail(PZ_EDATA, "%s: %s: expected %s, found no value", where, c->key,
			       expected);
	return pz_fail(PZ_EDATA, "%s: %s: expected %s, found %s", where, c->key, expected, found);
}

/* Where the number that begins at i ends; CARD + 1: it is none. */
static size_t end_of_number(const char *card, size_t i)
{
	size_t first, digits;

	i += i < CARD && (card[i] == '+' || card[i] == '-');
	first = i;
	i = skip_digits(card, i);
	digits = i - first;
	if (i < CARD && card[i] == '.') {
		first = ++i;
		i = skip_digits(card, i);
		digits += i - first;
	}
	if (digits == 0)
		return CARD + 1;
	if (i < CARD && card[i] && strchr("EeDd", card[i])) {
		i++;
		i += i < CARD && (card[i] == '+' || card[i] == '-');
		first = i;
		i = skip_digits(card, i);
		if (i == first)
			return CARD + 1;
	}
	return i;
}

/* Takes the number at i .. end; false where it is beyond a double. */
static bool take_number(struct card *c, const char *card, size_t i, size_t end)
{
	size_t n = end - i;

	memcpy(c->text, card + i, n); /* the field is shorter than 72 bytes */
	c->text[n] = 0;
	for (char *d = c->text; *d; d++)
		if (*d == 'D' || *d == 'd' || *d == 'e')
			*d = 'E';
	c->number = strtod(c->text, NULL);
	return isfinite(c->number);
}

static int read_number(struct card *c, const char *card, size_t i, const char *where)
{
	size_t end = end_of_number(card, i);

	if (!ends_well(card, end) || !take_number(c, card, i, end))
		return fail_value(c, card, where, "a number");
	if (c->type != CARD_COUNT)
		return 1;
	if (c->number != trunc(c->number) || fabs(c->number) > 1e6)
		return fail_value(c, card, where, "a whole number");
	snprintf(c->text, sizeof c->text, "%d", (int)c->number);
	return 1;
}

/* Where the text that begins at a quote ends, behind its last quote; CARD + 1: nowhere.
 * Two quotes are one of the text. Appends it to c->text; *good becomes false where a card
 * has no room for it, or where it has bytes that no text may have. */
static size_t end_of_text(struct card *c, const char *card, size_t i, bool *good)
{
	size_t n = strlen(c->text), room = TEXT_MAX - n;

	for (i++; i < CARD; i++) {
		bool quote = card[i] == '\'';

		if (quote && (i + 1 == CARD || card[i + 1] != '\''))
			break;
		i += quote;
		*good = *good && room > quote && card[i] >= ' ' && card[i] <= '~';
		if (*good) {
			c->text[n++] = card[i];
			room -= 1 + quote;
		}
	}
	c->text[n] = 0;
	return i < CARD ? i + 1 : CARD + 1;
}

/* Whether the text so far goes on in the next card. */
static bool goes_on(struct card *c, const char *next, int left)
{
	size_t n = strlen(c->text);

	if (n == 0 || c->text[n - 1] != '&' || left < 1 || strncmp(next, "CONTINUE  ", 10) != 0 ||
	    skip_blanks(next, BEHIND) == CARD || next[skip_blanks(next, BEHIND)] != '\'')
		return false;
	c->text[n - 1] = 0;
	return true;
}

static int read_text(struct card *c, const char *card, size_t i, int left, const char *where)
{
	const char *at = card;
	bool good = true;

	c->text[0] = 0;
	if (i >= CARD || card[i] != '\'')
		return fail_value(c, card, where, "a text in quotes");
	for (;;) {
		if (!ends_well(at, end_of_text(c, at, i, &good)) || !good)
			return fail_value(c, card, where,
					  "a text of at most 68 characters in quotes");
		if (!goes_on(c, at + CARD, --left))
			break;
		at += CARD;
		i = skip_blanks(at, BEHIND);
	}
	for (size_t n = strlen(c->text); c->type != CARD_LINE && n > 0 && c->text[n - 1] == ' ';)
		c->text[--n] = 0;
	return c->optional && c->text[0] == 0 ? 0 : 1;
}

/* A year, which many write as a text: '2000.0', 'J2000'. */
static int read_year(struct card *c, const char *card, size_t i, const char *where)
{
	size_t end;
	int rc;

	if (i >= CARD || card[i] != '\'')
		return read_number(c, card, i, where);
	if ((rc = read_text(c, card, i, 1, where)) <= 0)
		return rc;
	i = skip_blanks(card, i + 1);
	i += card[i] == 'J' || card[i] == 'B';
	end = end_of_number(card, i);
	if (end > CARD || card[skip_blanks(card, end)] != '\'' || !take_number(c, card, i, end))
		return fail_value(c, card, where, "a year");
	return 1;
}

/* A record of Paper IV, 'field: number'. */
static int read_record(struct card *c, const char *card, size_t i, const char *where)
{
	char number[CARD + 1] = "";
	struct card value = *c;
	size_t n, end;
	int rc = read_text(c, card, i, 1, where);

	if (rc < 0)
		return rc;
	n = strspn(c->text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789.");
	memset(number, ' ', CARD);
	if (n == 0 || is_digit(c->text[0]) || c->text[n] != ':')
		return fail_value(c, card, where, "a record ('field: number')");
	memcpy(number, c->text + n + 1, strlen(c->text + n + 1));
	i = skip_blanks(number, 0);
	end = end_of_number(number, i);
	if (end > CARD || skip_blanks(number, end) != CARD || !take_number(&value, number, i, end))
		return fail_value(c, card, where, "a record ('field: number')");
	c->number = value.number;
	snprintf(c->text + n, sizeof c->text - n, ": %.*s", (int)(sizeof c->text - n - 3),
		 value.text);
	return 1;
}

int pz_card_read(struct card *c, const char *card, int left, const char *where)
{
	size_t i = find_value(card);

	if (i > CARD)
		return fail_value(c, card, where, "");
	i = skip_blanks(card, i);
	if (c->optional && ends_well(card, i))
		return 0;
	switch (c->type) {
	case CARD_TEXT:
	case CARD_LINE:
		return read_text(c, card, i, left, where);
	case CARD_RECORD:
		return read_record(c, card, i, where);
	case CARD_YEAR:
		return read_year(c, card, i, where);
	default:
		return read_number(c, card, i, where);
	}
}

void pz_card_write(const struct card *c, char *card)
{
	char text[2 * CARD] = "";
	size_t n = 0;
	int length;

	if (c->type == CARD_TEXT || c->type == CARD_LINE || c->type == CARD_RECORD) {
		text[n++] = '\'';
		for (const char *t = c->text; *t; t++) {
			text[n++] = *t;
			if (*t == '\'')
				text[n++] = *t;
		}
		while (n < 9)
			text[n++] = ' ';
		text[n++] = '\'';
	} else {
		n = strlen(c->text);
		memcpy(text, c->text, n);
	}
	length = (int)(n < CARD - BEHIND ? n : CARD - BEHIND);
	memset(card, ' ', CARD);
	memcpy(card, c->key, strlen(c->key));
	card[8] = '=';
	memcpy(card + BEHIND, text, (size_t)length);
}
