/* parts.h -- a WCS in memory: open.c makes it of a header, transform.c applies it */
#ifndef WCS_PARTS_H
#define WCS_PARTS_H

#include <stdbool.h>
#include <wcslib/wcs.h>

#include "card.h"
#include "cylinder.h"
#include "fk4.h"
#include "header.h"
#include "lookup.h"
#include "transform.h"

#define AXES_MAX CARD_AXES

struct pz_wcs {
	struct wcsprm *wcs; /* the first of count; NULL: none              */
	int count;
	char *header, *where; /* for copies                                  */
	int cards;
	struct header_notes notes;
	struct lookups *lookups; /* distortions that WCSLIB does not know; or NULL */
	struct cylinder cylinder;
	bool smooth; /* leave the detector's irregularities out       */
	bool old;    /* FK4                                       */
	struct fk4 fk4;
	double world[AXES_MAX]; /* what axes but the celestial ones are kept at */
};

#endif
