/* card_list.h -- the cards of a header that belong to its WCS
 *
 * A card that does not count is left out: its key becomes "", and pz_cards_write writes the others.
 */
#ifndef WCS_CARD_LIST_H
#define WCS_CARD_LIST_H

#include <stdbool.h>

#include "card.h"
#include "header.h"

/* A card of the WCS; key "" where it is left out. */
struct card_item {
	struct card card;
	const char *at; /* in the header */
	int left;       /* cards from here on */
};

struct card_list {
	struct card_item *item; /* to be freed */
	int count;
	const char *where;
	struct header_notes *notes;

	char ctype[2][72]; /* of the first two axes; "" where there is none      */
	int lat;           /* the axis of latitude, from 0 */
	bool sip;          /* CTYPE has -SIP */
};

static inline void leave(struct card_item *item)
{
	item->card.key[0] = 0;
}

static inline bool is_left(const struct card_item *item)
{
	return item->card.key[0] == 0;
}

/* PVi_m, not PROJPm. */
static inline bool is_pv(const struct card *c)
{
	return c->group == CARD_PV && c->key[1] == 'V';
}

/* Notes what is to be said of the header; the last note counts. */
void pz_cards_note(struct card_list *l, const char *text);
/* The first card of this keyword, or NULL. */
struct card_item *pz_cards_find(const struct card_list *l, const char *key);
/* The value of the first card of this keyword, or what it is where there is none. */
double pz_cards_number(const struct card_list *l, const char *key, double absent);
bool pz_cards_have(const struct card_list *l, enum card_group group);
void pz_cards_leave_group(struct card_list *l, enum card_group group);

/* The cards of the WCS in a header, without values yet, and room for HEADER_ROOM more. */
int pz_cards_collect(struct card_list *l, const char *header, int cards);
/* Reads the values of those that are not left out; cards without a value are left out. */
int pz_cards_read(struct card_list *l);
/* Leaves one card of each keyword; PZ_EDATA where two contradict each other. */
int pz_cards_leave_doubles(struct card_list *l);
/* Writes what is left over the header, which never needs more room; returns how many cards. */
int pz_cards_write(const struct card_list *l, char *header);

/* Below: what the cards mean together. */

/* Reads CTYPE: which axis is that of latitude, and whether SIP coefficients apply (distortion.c).
 */
int pz_distortion_read_types(struct card_list *l);
/* Whether both axes have this projection, as "-TPV". */
bool pz_distortion_is(const struct card_list *l, const char *code);
/* Leaves the cards of one distortion, of several that a header may have. */
int pz_distortion_choose(struct card_list *l);
/* Leaves what WCSLIB can apply of SIP and of tables; of values read. */
int pz_distortion_check_sip(struct card_list *l);
int pz_distortion_check_tables(struct card_list *l);
/* Makes polynomials and plate solutions what WCSLIB expects of them. */
void pz_distortion_prepare(struct card_list *l);
/* Leaves one of CD, PC and CROTA; PZ_EDATA where they contradict each other (matrix.c). */
int pz_wcs_check_matrix(struct card_list *l);

#endif
