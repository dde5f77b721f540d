/* unit.h -- what a frame's BUNIT says of its pixels
 *
 *      struct unit u;
 *      pz_unit_parse(&u, "MJy/sr");       // name "MJy", area 1 sr, 1e6 Jy
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdbool.h>

#define UNIT_NAME 72 /* bytes, the 0 included: all that a card holds */

struct unit {
	char name[UNIT_NAME]; /* as streams call it: per pixel, without any area   */
	double area;          /* sr, of which the pixels are the mean; 0: of none, they are
				 flux per pixel                                    */
	double jansky;        /* of 1; 0: it is no multiple of a jansky            */
	bool log;             /* magnitudes or logarithms                          */
	bool unclear;         /* an area that is not understood, a beam            */
};

/* Pure. A text that means nothing here becomes the name as it is. */
void pz_unit_parse(struct unit *u, const char *text);

#endif
