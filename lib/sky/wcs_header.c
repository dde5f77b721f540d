/* wcs_header.c -- a header's cards, one by one */
#include <stdbool.h>
#include <string.h>

#include "wcs_header.h"

#define CARD 80

static size_t skip(const char *card, size_t i)
{
	while (i < CARD && card[i] == ' ')
		i++;
	return i;
}

/* Where the text that begins at a quote ends, behind its last quote; CARD + 1: nowhere. */
static size_t end_of_text(const char *card, size_t i)
{
	for (i++; i < CARD; i++) {
		if (card[i] != '\'')
			continue;
		if (i + 1 == CARD || card[i + 1] != '\'')
			return i + 1;
		i++; /* two are one of the text */
	}
	return CARD + 1;
}

static bool is_ascii(const char *card)
{
	for (size_t i = 0; i < CARD; i++)
		if (card[i] < ' ' || card[i] > '~')
			return false;
	return true;
}

static size_t skip_digits(const char *card, size_t i)
{
	while (i < CARD && card[i] >= '0' && card[i] <= '9')
		i++;
	return i;
}

/* Where the number that begins at i ends; CARD + 1: it is none. */
static size_t end_of_number(const char *card, size_t i)
{
	size_t first, digits;

	i += card[i] == '+' || card[i] == '-';
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
	if (i < CARD && strchr("EeDd", card[i])) {
		i++;
		i += i < CARD && (card[i] == '+' || card[i] == '-');
		first = i;
		i = skip_digits(card, i);
		if (i == first)
			return CARD + 1;
	}
	return i;
}

/* Coefficients of SIP, which WCSLIB counts before it reads them. */
static bool is_coefficient(const char *card)
{
	return (card[0] == 'A' || card[0] == 'B') && card[1 + (card[1] == 'P')] == '_';
}

/* Whether a card gives a keyword a text or a number. */
static bool is_value(const char *card)
{
	size_t i = skip(card, 9);

	if (card[8] != '=' || card[9] != ' ' || i == CARD || !is_ascii(card))
		return false;
	if (card[i] == '\'' && !is_coefficient(card))
		i = end_of_text(card, i);
	else
		i = end_of_number(card, i);
	i = i <= CARD ? skip(card, i) : i;
	return i == CARD || (i < CARD && card[i] == '/');
}

void header_clean(char *header, int cards)
{
	for (char *card = header; cards-- > 0; card += CARD)
		if (!is_value(card) && strncmp(card, "END     ", 8) != 0)
			memset(card, ' ', CARD);
}
