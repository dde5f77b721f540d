/* card.h -- one card of a header that says something of the sky
 *
 * A card is known by its keyword alone, and its value is read by the rules of FITS: what
 * stands in the comment behind it never matters. Keywords of alternate systems (CRVAL1A)
 * and of anything else are none of these.
 */
#ifndef WCS_CARD_H
#define WCS_CARD_H

#include <stdbool.h>

#define CARD      80
#define CARD_AXES 9 /* the most that a WCS may have */

/* What the card is about. */
enum card_group {
	CARD_SIZE, /* NAXIS, WCSAXES                                          */
	CARD_TYPE, /* CTYPEi, CUNITi                                          */
	CARD_AXIS, /* CRPIXj, CRVALi, CDELTi, the poles                       */
	CARD_CD,
	CARD_PC,
	CARD_CROTA,
	CARD_PV,
	CARD_SIP,    /* A_p_q and the like                                   */
	CARD_DSS,    /* the plates of the Digitized Sky Survey               */
	CARD_WAT,    /* IRAF's TNX and ZPX                                   */
	CARD_TABLE,  /* distortions as tables */
	CARD_SYSTEM, /* RADESYS, EQUINOX                                     */
	CARD_DATE,   /* when it was taken                                    */
};

enum card_type { CARD_NUMBER, CARD_COUNT, CARD_YEAR, CARD_TEXT, CARD_LINE, CARD_RECORD };

#define CARD_BEHIND 10 /* where the value of a card begins */

struct card {
	char key[9]; /* in capitals, its numbers without leading zeros        */
	enum card_group group;
	enum card_type type;
	bool optional; /* without a value it is as if it were absent          */
	int i, j;      /* the numbers in the keyword; 0 where there are none  */

	char text[72]; /* the value: a text, or the number as E has it       */
	double number;
};

static inline bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static inline size_t skip_blanks(const char *card, size_t i)
{
	while (i < CARD && is_blank(card[i]))
		i++;
	return i;
}

static inline bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* How many of a header's cards there are: a NUL among its bytes ends it before. */
int pz_card_count(const char *header, int cards);

/* Whether a card (80 bytes) has such a keyword, and if so which: fills all but the value. */
bool pz_card_find(struct card *c, const char *card);

/* Reads the value of the first of `left` cards, which may go on in those behind it
 * (CONTINUE): 1, or 0 where an optional one has none. PZ_EDATA: it is no value of its
 * keyword, which the message names. */
int pz_card_read(struct card *c, const char *card, int left, const char *where);

/* Writes the card anew, 80 bytes, in the form that every reader knows. */
void pz_card_write(const struct card *c, char *card);

#endif
