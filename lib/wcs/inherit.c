/* inherit.c -- cards of the primary header for an extension */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>
#include <pz/fits.h>

#include "card.h"
#include "inherit.h"

/* What a card is a part of: keywords of one kind come from one header. */
enum statement {
	OWN, /* an image's own */
	ALONE,
	MATRIX,
	POLYNOMIAL, /* and one more for each group of them */
};

static int statement_of(const struct card *c)
{
	switch (c->group) {
	case CARD_SIZE:
	case CARD_TABLE:
		return OWN;
	case CARD_CD:
	case CARD_PC:
	case CARD_CROTA:
		return MATRIX;
	case CARD_AXIS:
		return strncmp(c->key, "CDELT", 5) ? ALONE : MATRIX;
	case CARD_TYPE:
	case CARD_SYSTEM:
		return ALONE;
	default:
		return POLYNOMIAL + (int)c->group;
	}
}

/* A keyword by the name that it has today. */
static const char *name_of(const struct card *c)
{
	if (!strcmp(c->key, "RADECSYS"))
		return "RADESYS";
	return strcmp(c->key, "EPOCH") ? c->key : "EQUINOX";
}

/* By statement: 0 for two cards of one. */
static int by_statement(const void *a, const void *b)
{
	int x = statement_of(a), y = statement_of(b);

	if (x != y)
		return x < y ? -1 : 1;
	return x == ALONE ? strcmp(name_of(a), name_of(b)) : 0;
}

static bool ends(const char *card)
{
	return !strncmp(card, "END     ", 8);
}

static int count_cards(const char *header, int cards)
{
	int n = 0;

	while (n < cards && !ends(header + (size_t)n * CARD))
		n++;
	return n;
}

/* Cards of the WCS in a header, by statement; NULL: no memory. */
static struct card *collect(const char *header, int cards, int *count)
{
	struct card *all = malloc(((size_t)cards + 1) * sizeof *all);

	*count = 0;
	for (int i = 0; all && i < cards; i++)
		*count += pz_card_find(&all[*count], header + (size_t)i * CARD);
	if (all)
		qsort(all, (size_t)*count, sizeof *all, by_statement);
	return all;
}

static bool is_lacking(const struct card *own, int count, const struct card *c)
{
	return statement_of(c) != OWN && !bsearch(c, own, (size_t)count, sizeof *own, by_statement);
}

/* A card with the cards on which its value goes on; how many. */
static int length_of(const char *card, int left)
{
	int n = 1;

	while (n < left && !strncmp(card + (size_t)n * CARD, "CONTINUE", 8))
		n++;
	return n;
}

/* Puts the cards that are lacking before the END of the header, which may move. */
static int add_inherited(char **header, int *cards, const char *primary, int primary_cards)
{
	int own = count_cards(*header, *cards), above = count_cards(primary, primary_cards), count;
	char *longer = malloc(((size_t)own + (size_t)above + 1) * CARD + 1);
	struct card *is = collect(*header, own, &count), c;

	if (!longer || !is) {
		free(longer);
		free(is);
		return pz_fail(PZ_ENOMEM, "no memory for a header of %d cards", own + above);
	}
	memcpy(longer, *header, (size_t)own * CARD);
	for (int i = 0, n; i < above; i += n) {
		const char *card = primary + (size_t)i * CARD;

		n = length_of(card, above - i);
		if (!pz_card_find(&c, card) || !is_lacking(is, count, &c))
			continue;
		memcpy(longer + (size_t)own * CARD, card, (size_t)n * CARD);
		own += n;
	}
	memset(longer + (size_t)own * CARD, ' ', CARD);
	memcpy(longer + (size_t)own * CARD, "END", 3);
	longer[((size_t)own + 1) * CARD] = '\0';
	free(is);
	free(*header);
	*header = longer;
	*cards = own + 1;
	return 0;
}

/* Whether a card names a system that RA and Dec are not taken for where none is named. */
static bool is_another(struct card *c, const char *card, int left)
{
	if (c->group != CARD_SYSTEM || pz_card_read(c, card, left, "") <= 0)
		return false;
	if (c->type == CARD_TEXT)
		return strcasecmp(c->text, "ICRS") != 0 && strcasecmp(c->text, "FK5") != 0;
	return c->number != 2000;
}

/* Says by which keyword the primary header names an equinox or a system that is not ICRS or FK5 of
 * J2000, where the extension's header names none at all. */
static void note_another(const char *header, int cards, const char *primary, int primary_cards,
			 char note[INHERIT_NOTE])
{
	int own = count_cards(header, cards), above = count_cards(primary, primary_cards);
	struct card c;

	for (int i = 0; i < own; i++)
		if (pz_card_find(&c, header + (size_t)i * CARD) && c.group == CARD_SYSTEM)
			return;
	for (int i = 0; i < above && !*note; i++) {
		const char *card = primary + (size_t)i * CARD;

		if (pz_card_find(&c, card) && is_another(&c, card, above - i))
			snprintf(note, INHERIT_NOTE,
				 "its coordinates are taken for ICRS: %s of the primary header "
				 "counts only where the image has INHERIT = T",
				 c.key);
	}
}

int pz_wcs_read_header(struct pz_fits *f, char **header, int *cards, char note[INHERIT_NOTE])
{
	char *primary = NULL;
	int above, rc = pz_fits_header(f, header, cards);
	bool asked;

	*note = '\0';
	if (rc == 0)
		rc = pz_fits_primary_header(f, &primary, &above, &asked);
	if (rc == 0 && primary && asked)
		rc = add_inherited(header, cards, primary, above);
	else if (rc == 0 && primary)
		note_another(*header, *cards, primary, above, note);
	free(primary);
	return rc;
}
