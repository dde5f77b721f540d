/* card.c -- a card's keyword, and the card written anew
 *
 * WCSLIB 7.12 takes the digits before a D for the whole number, falls over texts that end
 * nowhere and leaves out, without a word, what it cannot read. So it is given none of a
 * header's own cards, but what was read here, written anew.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "card.h"

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

/* Copies the keyword, in capitals; false where columns 1 to 8 hold none. Those of ESO's
 * convention stand behind HIERARCH. */
static bool copy_key(const char *card, char key[9])
{
	size_t begin = strncmp(card, "HIERARCH ", 9) == 0 ? skip_blanks(card, 9) : 0, n = 0;

	while (begin + n < CARD && card[begin + n] > ' ' && card[begin + n] != '=')
		n++;
	if (n > 8)
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

int pz_card_count(const char *header, int cards)
{
	size_t whole = strlen(header) / CARD;

	return (size_t)cards < whole ? cards : (int)whole;
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
	length = (int)(n < CARD - CARD_BEHIND ? n : CARD - CARD_BEHIND);
	memset(card, ' ', CARD);
	memcpy(card, c->key, strlen(c->key));
	card[8] = '=';
	memcpy(card + CARD_BEHIND, text, (size_t)length);
}
