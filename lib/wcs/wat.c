/* wat.c -- the texts of TNX and ZPX, checked */
#include <ctype.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "card.h"
#include "wat.h"

#define LINE      68 /* bytes of a text in a card */
#define CONTROLS  8  /* kind, two orders, cross terms, and the range in x and y */
#define ORDER_MAX 99
#define PROJP_MAX 29

static bool is_line(const char *card, int axis)
{
	return !strncmp(card, axis == 1 ? "WAT1_" : "WAT2_", 5);
}

static int fail(const char *where, int axis, const char *expected)
{
	return pz_fail(PZ_EDATA, "%s: WAT%d_001: expected %s", where, axis, expected);
}

/* The last quote of a card's value, or NULL. */
static const char *last_quote(const char *card)
{
	for (int i = CARD - 1; i >= 11; i--)
		if (card[i] == '\'')
			return card + i;
	return NULL;
}

/* The cards' texts in a row, blanks where one is shorter than a card; NULL: none, or an
 * error in *rc. */
static char *join_texts(const char *header, int cards, int axis, const char *where, int *rc)
{
	int lines = 0;
	char *text;

	for (int k = 0; k < cards; k++)
		lines += is_line(header + (size_t)k * CARD, axis);
	if (lines == 0)
		return NULL;
	if (!(text = malloc((size_t)lines * LINE + 1))) {
		*rc = pz_fail(PZ_ENOMEM, "%s: no memory for its WCS", where);
		return NULL;
	}
	memset(text, ' ', (size_t)lines * LINE);
	text[(size_t)lines * LINE] = 0;
	for (int k = 0; k < cards; k++) {
		const char *card = header + (size_t)k * CARD, *end = last_quote(card);
		long number = strtol(card + 5, NULL, 10);

		if (!is_line(card, axis))
			continue;
		if (number < 1 || number > lines) {
			*rc = pz_fail(PZ_EDATA,
				      "%s: %.8s: expected WAT%d_001 to WAT%d_%03d, one "
				      "after the other",
				      where, card, axis, axis, lines);
			break;
		}
		memcpy(text + (size_t)(number - 1) * LINE, card + 11, (size_t)(end - card) - 11);
	}
	return text;
}

/* An exponent is E's. */
static void write_exponents(char *text)
{
	for (char *t = text; *t; t++)
		if (t > text && (*t == 'D' || *t == 'd') &&
		    (isdigit((unsigned char)t[-1]) || t[-1] == '.') &&
		    (isdigit((unsigned char)t[1]) || t[1] == '-' || t[1] == '+'))
			*t = 'E';
}

/* How many coefficients follow. */
static long coefficients(const double control[CONTROLS])
{
	long x = (long)control[1], y = (long)control[2], low = x < y ? x : y;

	if (control[3] == 0)
		return x + y - 1;
	return control[3] == 1 ? x * y : x * y - low * (low - 1) / 2;
}

static bool is_whole(double x, double low, double high)
{
	return x == trunc(x) && x >= low && x <= high;
}

/* The numbers between quotes, one blank behind each; the second quote may be missing. */
static bool write_numbers(char *at)
{
	double control[CONTROLS] = { 0 }, value;
	char *to = at, *end = strchr(at, '"');
	long n = 0;

	if (!end)
		end = at + strlen(at);
	for (at += strspn(at, " "); at < end; n++) {
		size_t length = strcspn(at, " \"");
		char *rest;

		value = strtod(at, &rest);
		if (rest != at + length || !isfinite(value))
			return false;
		if (n < CONTROLS)
			control[n] = value;
		memmove(to, at, length);
		at += length;
		at += strspn(at, " ");
		to += length;
		*to++ = ' ';
	}
	*to = 0;
	return n >= CONTROLS && is_whole(control[0], 1, 3) && is_whole(control[1], 1, ORDER_MAX) &&
	       is_whole(control[2], 1, ORDER_MAX) && is_whole(control[3], 0, 2) &&
	       n >= CONTROLS + coefficients(control);
}

/* The parameters of ZPX: projp0=..., before the quote. */
static bool check_parameters(const char *text, const char *quote)
{
	int n = 0;

	for (const char *p = text; (p = strstr(p, "projp")) && p < quote; n++) {
		char *end;
		long m = strtol(p += 5, &end, 10);

		if (end == p || *end != '=' || m < 0 || m > PROJP_MAX || n >= PROJP_MAX)
			return false;
		p = end + 1;
		if (!isfinite(strtod(p, &end)) || end == p || *end != ' ')
			return false;
	}
	return true;
}

static int check(char *text, int axis, const char *where)
{
	char *quote = strchr(text, '"');

	if (strncmp(text, "wtype=tnx ", 10) != 0 && strncmp(text, "wtype=zpx ", 10) != 0)
		return fail(where, axis, "wtype=tnx or wtype=zpx");
	if (!quote || !check_parameters(text, quote) || !write_numbers(quote + 1))
		return fail(where, axis,
			    "a polynomial in quotes: its kind, orders, cross terms, range and as "
			    "many coefficients as that makes");
	return 0;
}

/* Writes the text back; what the cards have no more of is blank. */
static void split_text(char *header, int cards, int axis, const char *text)
{
	size_t n = strlen(text);

	for (int k = 0; k < cards; k++) {
		char *card = header + (size_t)k * CARD;
		size_t begin = (size_t)(strtol(card + 5, NULL, 10) - 1) * LINE;
		struct card c = { .type = CARD_LINE };

		if (!is_line(card, axis))
			continue;
		memcpy(c.key, card, 8);
		if (begin < n)
			snprintf(c.text, sizeof c.text, "%.*s", LINE, text + begin);
		if (begin < n)
			pz_card_write(&c, card);
		else
			memset(card, ' ', CARD);
	}
}

int pz_wcs_clean_wat(char *header, const int *cards, const char *where)
{
	int rc = 0;

	for (int axis = 1; axis <= 2 && rc == 0; axis++) {
		char *text = join_texts(header, *cards, axis, where, &rc);

		if (rc == 0 && text) {
			write_exponents(text);
			rc = check(text, axis, where);
		}
		if (rc == 0 && text)
			split_text(header, *cards, axis, text);
		free(text);
	}
	return rc;
}
