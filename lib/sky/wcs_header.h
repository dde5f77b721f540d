/* wcs_header.h -- what of a header WCSLIB can be given */
#ifndef WCS_HEADER_H
#define WCS_HEADER_H

/* Blanks, in place, all cards but those of the form KEY = number or KEY = 'text': comments,
 * and what WCSLIB's scanner does not survive, as texts without an end and bytes that are
 * not ASCII. */
void header_clean(char *header, int cards);

#endif
