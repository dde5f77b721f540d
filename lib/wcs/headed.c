/* headed.c -- the WCS of an image with another header in place of its own */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/fits.h>

#include "card.h"
#include "head.h"
#include "inherit.h"
#include "transform.h"

static bool has_group(const struct head *head, enum card_group group)
{
	struct card c;

	for (int i = 0; i < head->count; i++)
		if (pz_card_find(&c, head->cards + (size_t)i * CARD) && c.group == group)
			return true;
	return false;
}

/* Whether a card of the image's own header still counts beside another header. */
static bool stays(const struct head *head, const char *card)
{
	struct card c;

	if (!pz_card_find(&c, card))
		return true;
	if (c.group == CARD_SIZE)
		return !strcmp(c.key, "NAXIS");
	return (c.group == CARD_SYSTEM || c.group == CARD_DATE) && !has_group(head, c.group);
}

/* Another header's cards but those of an image's size, which the image itself has. */
static bool counts(const char *card)
{
	struct card c;

	return pz_card_find(&c, card) && strcmp(c.key, "NAXIS") != 0;
}

/* How many cards a header has before its END. */
static int cards_before_end(const char *header, int cards)
{
	int n = 0, whole = pz_card_count(header, cards);

	while (n < whole && strncmp(header + (size_t)n * CARD, "END     ", 8) != 0)
		n++;
	return n;
}

/* Cards of one on which values go on, CONTINUE, go with it. */
static int add_cards(char *to, int at, const char *from, int count, const struct head *own)
{
	bool taken = false;

	for (int i = 0; i < count; i++) {
		const char *card = from + (size_t)i * CARD;

		if (strncmp(card, "CONTINUE", 8) != 0)
			taken = own ? stays(own, card) : counts(card);
		if (taken)
			memcpy(to + (size_t)at++ * CARD, card, CARD);
	}
	return at;
}

int pz_wcs_read_headed(struct pz_wcs **w, struct pz_fits *f, const struct heads *h, size_t k)
{
	const struct head *head = &h->head[k];
	char *header = NULL, *both = NULL, note[INHERIT_NOTE];
	int cards, n, rc;

	*w = NULL;
	if (!pz_head_has_wcs(h, k))
		return pz_wcs_read(w, f);
	if ((rc = pz_wcs_read_header(f, &header, &cards, note)) < 0)
		goto done;
	n = cards_before_end(header, cards);
	both = calloc((size_t)n + (size_t)head->count + 2, CARD);
	if (!both) {
		rc = pz_fail(PZ_ENOMEM, "%s: no memory for its header", h->path);
		goto done;
	}
	n = add_cards(both, 0, header, n, head);
	n = add_cards(both, n, head->cards, head->count, NULL);
	memset(both + (size_t)n * CARD, ' ', CARD);
	memcpy(both + (size_t)n * CARD, "END", 3);
	rc = pz_wcs_parse_image(w, both, n + 1, f);
	if (rc < 0)
		rc = pz_fail_in(rc, "%s: header %zu", h->path, k + 1);
done:
	free(header);
	free(both);
	return rc;
}

int pz_head_list_both(const struct heads *h, size_t k, struct pz_fits *f, char *list, size_t size)
{
	const struct head *head = &h->head[k];
	char *header = NULL, note[INHERIT_NOTE];
	int cards, rc = pz_wcs_read_header(f, &header, &cards, note);
	int n = rc == 0 ? cards_before_end(header, cards) : 0;
	size_t used = 0;

	list[0] = '\0';
	for (int i = 0; i < n && used + 20 < size; i++) {
		struct card own, c;

		if (!pz_card_find(&own, header + (size_t)i * CARD) || own.group == CARD_SIZE)
			continue;
		for (int j = 0; j < head->count; j++)
			if (pz_card_find(&c, head->cards + (size_t)j * CARD) &&
			    !strcmp(c.key, own.key)) {
				used += (size_t)snprintf(list + used, size - used, "%s%s",
							 used ? ", " : "", c.key);
				break;
			}
	}
	if (used + 20 >= size)
		snprintf(list + used, size - used, ", ...");
	free(header);
	return rc;
}
