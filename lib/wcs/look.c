/* look.c -- whether an image has a place on the sky, without making a WCS of its header */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>
#include <pz/fits.h>
#include <pz/random.h>

#include "card.h"
#include "inherit.h"
#include "look.h"

/* Whether a CTYPE is that of an axis of the sky: RA---TAN, DEC--TAN, GLON-CAR. */
static bool is_celestial(const char *type)
{
	return !strncasecmp(type, "RA-", 3) || !strncasecmp(type, "DEC-", 4) ||
	       !strncasecmp(type + (*type != 0), "LON-", 4) ||
	       !strncasecmp(type + (*type != 0), "LAT-", 4);
}

/* Takes card i of a header into account, if it is of the WCS. The sum of the cards' hashes does not
 * depend on their order. */
static void look_at_card(struct wcs_look *look, const char *header, int i, int cards)
{
	const char *card = header + (size_t)i * CARD;
	char anew[CARD];
	struct card c;

	if (!pz_card_find(&c, card) || c.group == CARD_DATE || c.group == CARD_SIZE)
		return;
	memcpy(anew, card, sizeof anew);
	if (pz_card_read(&c, card, cards - i, "") > 0) {
		look->celestial |= c.group == CARD_TYPE && c.key[1] == 'T' && is_celestial(c.text);
		pz_card_write(&c, anew);
	}
	look->print += pz_hash(anew, sizeof anew, 0);
}

int pz_wcs_look(struct wcs_look *look, struct pz_fits *f)
{
	size_t size[2] = { pz_fits_width(f), pz_fits_height(f) };
	char *header, note[INHERIT_NOTE];
	int cards, rc = pz_wcs_read_header(f, &header, &cards, note);

	*look = (struct wcs_look){ 0 };
	cards = rc == 0 ? pz_card_count(header, cards) : 0;
	for (int i = 0; i < cards; i++)
		look_at_card(look, header, i, cards);
	look->print = pz_hash(size, sizeof size, look->print);
	free(header);
	return rc;
}
