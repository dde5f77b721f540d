/* card_list.c -- the cards of a header that belong to its WCS, each keyword once */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "card_list.h"

#define RECORDS_MAX 4096 /* of Paper IV */

void pz_cards_note(struct card_list *l, const char *text)
{
	snprintf(l->notes->text, sizeof l->notes->text, "%s", text);
}

struct card_item *pz_cards_find(const struct card_list *l, const char *key)
{
	for (int k = 0; k < l->count; k++)
		if (!strcmp(l->item[k].card.key, key))
			return &l->item[k];
	return NULL;
}

double pz_cards_number(const struct card_list *l, const char *key, double absent)
{
	const struct card_item *item = pz_cards_find(l, key);

	return item ? item->card.number : absent;
}

bool pz_cards_have(const struct card_list *l, enum card_group group)
{
	for (int k = 0; k < l->count; k++)
		if (!is_left(&l->item[k]) && l->item[k].card.group == group)
			return true;
	return false;
}

void pz_cards_leave_group(struct card_list *l, enum card_group group)
{
	for (int k = 0; k < l->count; k++)
		if (l->item[k].card.group == group)
			leave(&l->item[k]);
}

int pz_cards_collect(struct card_list *l, const char *header, int cards)
{
	struct card c;
	int n = 0;

	for (int i = 0; i < cards; i++)
		n += pz_card_find(&c, header + (size_t)i * CARD);
	if (!(l->item = malloc(((size_t)n + HEADER_ROOM) * sizeof *l->item)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for its WCS", l->where);
	for (int i = 0; i < cards; i++) {
		const char *at = header + (size_t)i * CARD;

		if (pz_card_find(&c, at))
			l->item[l->count++] = (struct card_item){ c, at, cards - i };
		else if (!strncmp(at, "CTYPE1", 6) && isupper((unsigned char)at[6]) && at[7] == ' ')
			l->notes->other = at[6];
	}
	return 0;
}

int pz_cards_read(struct card_list *l)
{
	for (int k = 0; k < l->count; k++) {
		struct card_item *item = &l->item[k];
		int rc;

		if (is_left(item))
			continue;
		rc = pz_card_read(&item->card, item->at, item->left, l->where);
		if (rc < 0 && item->card.group != CARD_DATE)
			return rc;
		l->notes->undated |= rc < 0;
		if (rc <= 0)
			leave(item);
	}
	return 0;
}

/* By keyword, records by what they say, then in the header's order. */
static int by_key(const void *a, const void *b)
{
	const struct card_item *x = a, *y = b;
	int order = strcmp(x->card.key, y->card.key);

	if (order == 0 && x->card.type == CARD_RECORD)
		order = strcmp(x->card.text, y->card.text);
	return order ? order : (x->at > y->at) - (x->at < y->at);
}

/* Whether two cards that follow each other are of the same keyword, or field of a record. */
static bool same_key(const struct card *a, const struct card *b)
{
	size_t n = a->type == CARD_RECORD ? strcspn(a->text, ":") + 1 : 0;

	return !strcmp(a->key, b->key) && !strncmp(a->text, b->text, n);
}

static bool same_value(const struct card *a, const struct card *b)
{
	return a->type == CARD_TEXT || a->type == CARD_LINE ? !strcmp(a->text, b->text)
							    : a->number == b->number;
}

/* Leaves one card of each keyword, and an error where they contradict each other. */
int pz_cards_leave_doubles(struct card_list *l)
{
	int n = 0, records = 0;

	qsort(l->item, (size_t)l->count, sizeof *l->item, by_key);
	for (int k = 0; k < l->count; k++) {
		struct card *c = &l->item[k].card, *last = n ? &l->item[n - 1].card : NULL;

		if (is_left(&l->item[k]))
			continue;
		if (!last || !same_key(last, c)) {
			records += c->type == CARD_RECORD;
			l->item[n++] = l->item[k];
		} else if (same_value(last, c)) {
			continue;
		} else if (c->group == CARD_DATE) {
			l->notes->undated = true;
		} else {
			return pz_fail(PZ_EDATA, "%s: %s: expected one card, found two: %s and %s",
				       l->where, c->key, last->text, c->text);
		}
	}
	l->count = n;
	if (records > RECORDS_MAX)
		return pz_fail(PZ_EDATA, "%s: %d records of distortions (DP, DQ), more than %d",
			       l->where, records, RECORDS_MAX);
	return 0;
}

/* What is left, over what there was: it is never more. */
int pz_cards_write(const struct card_list *l, char *header)
{
	int n = 0;

	for (int k = 0; k < l->count; k++)
		if (!is_left(&l->item[k]))
			pz_card_write(&l->item[k].card, header + (size_t)n++ * CARD);
	header[(size_t)n * CARD] = 0;
	return n;
}
