/* header.h -- what of a header WCSLIB is given */
#ifndef WCS_HEADER_H
#define WCS_HEADER_H

#include <stdbool.h>

#define HEADER_ROOM 2 /* cards by which it may grow */

/* What is to be said of a header. */
struct header_notes {
	char text[240]; /* what was left aside that may surprise; or "" */
	bool undated;   /* a date that could not be read */
	char other;     /* an alternate system that has a CTYPE1; or 0 */
};

/* Leaves, in place, the cards of the WCS, each once and written anew, and sets *cards to
 * how many they are; there is room for HEADER_ROOM more. What the conventions disagree
 * about is settled here:
 *
 *      SIP coefficients without -SIP in CTYPE    are not applied; noted
 *      TAN with PV polynomials (SCAMP)           is TPV
 *      TAN-SIP with PV polynomials               SIP alone; noted
 *      CTYPE, CUNIT and PV of a third axis       are of no use
 *
 * PZ_EDATA: a card whose value is none, two cards that contradict each other, or more axes
 * than CARD_AXES; the message names them. */
int pz_wcs_clean_header(char *header, int *cards, const char *where, struct header_notes *notes);

#endif
