/* wat.h -- IRAF's TNX and ZPX: a distortion as one text over many cards
 *
 *      WAT1_001= 'wtype=tnx axtype=ra lngcor = "1. 4. 4. 2. 0.0015 0.305 ... "'
 *
 * WCSLIB believes what these texts say of themselves: how long their words are, and how
 * many numbers follow.
 */
#ifndef WCS_WAT_H
#define WCS_WAT_H

/* Checks the texts of both axes, in cards that pz_card_write has written, and writes them anew
 * with a blank behind each number. PZ_EDATA: they are not of this form; names the card. */
int pz_wcs_clean_wat(char *header, const int *cards, const char *where);

#endif
