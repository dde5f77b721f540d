/* cutout_strip.h -- the pixels and maps for a strip of a field
 *
 * Filled by one thread while another cuts stamps from the strip before (ahead.h).
 */
#ifndef CUTOUT_STRIP_H
#define CUTOUT_STRIP_H

#include "cutout_index.h"
#include "resample.h"
#include "stampmap.h"

#define BANDS_MAX 64

struct strip {
	const struct placed *item; /* its galaxies                           */
	size_t n, room;
	struct stamp_grid *grid; /* n                                        */
	struct stamp_map *map;   /* (n, bands)                               */
	struct window window[BANDS_MAX];
	float *pixels[BANDS_MAX];
	size_t pixels_room[BANDS_MAX];
	struct pz_wcs *wcs[BANDS_MAX]; /* only where a map is MAP_EXACT, else NULL */
	size_t missing;                /* frames that this strip's field lacks, once   */
	char missing_name[256];
};

struct loader;

/* Reads strip after strip of the placed galaxies; frames, options, radec and x are
 * borrowed. */
int loader_open(struct loader **l, const struct pz_frames *frames,
		const struct pz_cutout_options *o, const double *radec,
		const struct cutout_index *x);
void loader_close(struct loader *l); /* NULL is fine */
/* Fills the next strip: 1, 0 none is left, < 0. As pz_ahead_fill. */
int loader_fill(void *loader, void *strip);
void strip_release(struct strip *s, int bands);

#endif
