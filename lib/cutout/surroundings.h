/* surroundings.h -- the pixels of a frame that a stamp is made from */
#ifndef SURROUNDINGS_H
#define SURROUNDINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "fault.h"
#include "stampmap.h"

#define NO_DATA          1e30F    /* a pixel whose absolute value is not below it has no data */
#define SURROUNDINGS_MAX 16777216 /* pixels of a frame for one stamp */

/* Rows of a frame in memory. */
struct window {
	const float *pixels; /* (rows, width)                                 */
	long width, height;  /* of the frame                                  */
	long y0, rows;       /* which rows                                    */
	double scale;        /* of the pixels, to the stamp's unit            */
	bool per_area;       /* they are means over an area of the sky, in sr */
};

/* How they are wanted. */
enum pixel_order {
	PIXELS_AS_THEY_LIE, /* the window's own, where all of them hold data       */
	PIXELS_BY_ROWS,     /* and where the cache has room for a column of them   */
	PIXELS_BY_COLUMNS   /* copied, the columns of the frame as rows            */
};

/* All zero to begin with. Where turned, x is the frame's y, and y its x. */
struct surroundings {
	const float *pixels; /* of the frame: the window's own, or patch      */
	long stride;         /* from one row of them to the next              */
	float *patch;        /* the pixels less the sky; 0 where there are no data */
	float *data;         /* 1 where there are data, else 0; where there are holes */
	uint8_t *near;       /* not 0 where a kernel that begins there has a hole     */
	size_t room;         /* pixels of patch, data and near                */
	long x0, y0;         /* the first pixel, in the frame                 */
	long width, height;
	bool holes;  /* there is a 0 in data                                   */
	bool turned; /* PIXELS_BY_COLUMNS                                      */
};

/* Finds the pixels that the stamp of this map needs, and subtracts the sky: 1; 0 where stamp and
 * frame have nothing in common; STAMP_WIDE for more than SURROUNDINGS_MAX, PZ_ENOMEM. */
int pz_surroundings_find(struct surroundings *s, const struct window *w, const struct stamp_map *m,
			 enum pixel_order order, float sky);
void pz_surroundings_release(struct surroundings *s);

#endif
