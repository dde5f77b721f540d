/* header.c -- the cards of a WCS made ready for WCSLIB */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "card_list.h"
#include "wat.h"

/* Cards behind END are none. */
static int count_cards(const char *header, int cards)
{
	for (int n = 0; n < cards; n++)
		if (!strncmp(header + (size_t)n * CARD, "END     ", 8))
			return n;
	return cards;
}

/* Whether a keyword's number has to be that of an axis. */
static bool counts_axes(const struct card *c)
{
	return c->group == CARD_TYPE || c->group == CARD_CD || c->group == CARD_PC ||
	       c->group == CARD_CROTA || is_pv(c) || c->group == CARD_TABLE ||
	       (c->group == CARD_AXIS && c->key[0] == 'C');
}

/* A header may name more axes than a WCS can have, and WCSLIB makes a matrix of them. */
static int check_axes(const struct card_list *l)
{
	for (int k = 0; k < l->count; k++) {
		const struct card *c = &l->item[k].card;
		bool matrix = c->group == CARD_CD || c->group == CARD_PC;

		if (counts_axes(c) && strcmp(c->key, "AXISCORR") != 0 &&
		    (c->i < 1 || c->i > CARD_AXES || (matrix && (c->j < 1 || c->j > CARD_AXES))))
			return pz_fail(PZ_EDATA, "%s: %s: expected axes from 1 to %d", l->where,
				       c->key, CARD_AXES);
	}
	return 0;
}

/* What a third axis is called, and in which unit, is of no use; nor how it bends. */
static void leave_further_axes(struct card_list *l)
{
	for (int k = 0; k < l->count; k++) {
		const struct card *c = &l->item[k].card;

		if (c->i > 2 && (c->group == CARD_TYPE || c->group == CARD_CROTA || is_pv(c)))
			leave(&l->item[k]);
	}
}

static int check_counts(const struct card_list *l)
{
	for (int k = 0; k < l->count; k++) {
		const struct card *c = &l->item[k].card;
		bool naxis = !strcmp(c->key, "NAXIS");

		if (c->group == CARD_SIZE &&
		    !(c->number >= (naxis ? 0 : 2) && c->number <= CARD_AXES))
			return pz_fail(PZ_EDATA, "%s: %s: expected 2 to %d, found %s", l->where,
				       c->key, CARD_AXES, c->text);
	}
	return 0;
}

/* Where today's keyword is, the old one does not count. */
static void leave_old(struct card_list *l)
{
	static const char *const keys[][2] = { { "RADESYS", "RADECSYS" }, { "EQUINOX", "EPOCH" } };

	for (int k = 0; k < 2; k++) {
		struct card_item *new = pz_cards_find(l, keys[k][0]),
				 *old = pz_cards_find(l, keys[k][1]);

		if (new &&old)
			leave(old);
	}
	for (int k = 0; k < l->count; k++)
		if (l->item[k].card.group == CARD_SYSTEM && l->item[k].card.type == CARD_TEXT)
			for (char *t = l->item[k].card.text; *t; t++)
				*t = (char)toupper((unsigned char)*t);
}

static int clean_cards(struct card_list *l, char *header, int cards)
{
	int rc;

	if ((rc = pz_cards_collect(l, header, cards)) < 0 || (rc = check_axes(l)) < 0 ||
	    (rc = pz_distortion_read_types(l)) < 0 || (rc = pz_distortion_choose(l)) < 0)
		return rc;
	leave_further_axes(l);
	if ((rc = pz_cards_read(l)) < 0 || (rc = pz_cards_leave_doubles(l)) < 0 ||
	    (rc = check_counts(l)) < 0 || (rc = pz_distortion_check_tables(l)) < 0 ||
	    (rc = pz_distortion_check_sip(l)) < 0 || (rc = pz_wcs_check_matrix(l)) < 0)
		return rc;
	leave_old(l);
	pz_distortion_prepare(l);
	return 0;
}

int pz_wcs_clean_header(char *header, int *cards, const char *where, struct header_notes *notes)
{
	struct card_list l = { .where = where, .notes = notes };
	int rc;

	*notes = (struct header_notes){ 0 };
	rc = clean_cards(&l, header, count_cards(header, *cards));
	if (rc == 0) {
		*cards = pz_cards_write(&l, header);
		rc = pz_wcs_clean_wat(header, cards, where);
	}
	free(l.item);
	return rc;
}
