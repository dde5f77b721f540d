/* frames_cells.h -- what the cells of a table of frames say */
#ifndef FRAMES_CELLS_H
#define FRAMES_CELLS_H

#include <stdint.h>

#include "frames_found.h"

/* A list or table that is being read. */
struct frames_list {
	struct found_list *to;
	const char *path;
	const char *const *band;
	int bands;
	const struct pz_frames_options *o; /* or NULL */
};

/* The FWHM of a frame's PSF, arcsec; of an empty cell, or NULL, 0. */
int pz_frames_cell_psf(const struct frames_list *l, const char *cell, uint64_t row, double *value);
/* A zero point for a frame; 0: there is none. 0 itself, -99 and their like stand for none as well,
 * but then somebody took them for one: PZ_EDATA. 0 is one where those of other frames are 0. */
int pz_frames_cell_zeropoint(const struct frames_list *l, const char *cell, uint64_t row, int band,
			     double *value);
/* A plane of a cube, -1 where its cell is empty. */
int pz_frames_cell_plane(const struct frames_list *l, const char *cell, uint64_t row, long *plane);

#endif
