/* look.h -- a look at an image's header: has it a place on the sky, and which */
#ifndef WCS_LOOK_H
#define WCS_LOOK_H

#include <stdbool.h>
#include <stdint.h>

struct pz_fits;

struct wcs_look {
	bool celestial; /* an axis is one of the sky, as RA---TAN            */
	uint64_t print; /* of the cards of its WCS and its size: equal for images of which the
			   same pixels see the same places                    */
};

/* Of an open image, or one that is walked by. Whether its WCS can be used, pz_wcs_read says. */
int pz_wcs_look(struct wcs_look *look, struct pz_fits *f);

#endif
