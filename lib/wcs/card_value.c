/* card_value.c -- the value of a card, by the rules of FITS */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "card.h"

#define TEXT_MAX 68 /* of a text in one card */

static size_t skip_digits(const char *card, size_t i)
{
	while (i < CARD && is_digit(card[i]))
		i++;
	return i;
}

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
	    skip_blanks(next, CARD_BEHIND) == CARD || next[skip_blanks(next, CARD_BEHIND)] != '\'')
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
		i = skip_blanks(at, CARD_BEHIND);
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
