/* fault.h -- why single stamps cannot be cut
 *
 * Others can, so that the run goes on without them. A fault is returned in place of an error's
 * code, but leaves no text; it stands in the notes of the stamp, which may wait in a file
 * (choice.h, turned.h), and has its text in the end.
 */
#ifndef CUTOUT_FAULT_H
#define CUTOUT_FAULT_H

#include <stddef.h>

enum stamp_fault {
	STAMP_RING = -1004,    /* the ring around it, for its sky, covers too many */
	STAMP_WIDE = -1003,    /* it covers too many pixels of a frame          */
	STAMP_BLURRED = -1002, /* the Gaussian that its PSF lacks is too wide   */
	STAMP_LONG = -1001     /* its pixels are no squares, which a PSF needs */
};

/* The fault in the notes (3, bands) of a stamp, and its band; 0: none. */
enum stamp_fault pz_fault_find(const float *notes, int bands, int *band);
/* Notes of a band that has one. found: the sigma, or how much longer pixels are. */
void pz_fault_note(enum stamp_fault fault, double found, float note[3]);

struct fault_place {
	enum stamp_fault fault;
	double found, match_psf;
	const char *path;    /* of the frame */
	const double *radec; /* of the stamp */
};
void pz_fault_describe(const struct fault_place *at, char *text, size_t size);

#endif
