/* stamp.h -- one band of one stamp */
#ifndef CUTOUT_STAMP_H
#define CUTOUT_STAMP_H

#include "frame.h"

/* The grid of a stamp, step arcsec a pixel, along the axes of the reference frame where
 * it is to be native; size 0: the galaxy has no place on that. */
void pz_stamp_make_grid(struct stamp_grid *g, const struct pz_cutout_options *o,
			const double radec[2], double step, struct pz_wcs *reference);

/* Widens low..high to the frame's rows that a stamp, and its sky, needs. */
void pz_stamp_rows(const struct stamp_map *m, const struct pz_cutout_options *o, double step,
		   double *low, double *high);

/* What to cut: band b of a galaxy of the field. */
struct piece {
	struct field *field;
	int b;
	const struct stamp_grid *grid;
	const struct stamp_map *map;
	const struct window *window;
	double step; /* arcsec of a stamp pixel */
};

#define NOTES 3 /* on a piece */

/* Fills pixels (size, size); where the stamp cannot be cut that are 0, and note says why (fault.h).
 * Else cover, the sky taken off, in the stamp's flux per pixel, and whether the middle has data (1,
 * 0) into note. Where there is no sky to be had that is NaN, and pixels and cover 0. */
int pz_stamp_cut_piece(struct resampler *r, const struct pz_cutout_options *o,
		       const struct piece *p, float *pixels, float note[NOTES]);

#endif
