/* fault.c -- why single stamps cannot be cut */
#include <math.h>
#include <stdio.h>

#include "fault.h"
#include "sky.h"
#include "widened.h"

enum stamp_fault pz_fault_find(const float *notes, int bands, int *band)
{
	for (*band = 0; *band < bands; ++*band)
		if (notes[2 * bands + *band] < 0)
			return (enum stamp_fault)lrintf(notes[2 * bands + *band]);
	return 0;
}

void pz_fault_note(enum stamp_fault fault, double found, float note[3])
{
	note[0] = 0;
	note[1] = (float)found;
	note[2] = (float)fault;
}

void pz_fault_describe(const struct fault_place *at, char *text, size_t size)
{
	double ra = at->radec[0], dec = at->radec[1];

	if (at->fault == STAMP_BLURRED)
		snprintf(text, size,
			 "--match-psf %g: %s: the Gaussian for a stamp at RA %.6f, Dec %.6f has a "
			 "sigma of %.0f points, expected at most %d; ask for a narrower PSF or "
			 "smaller pixels",
			 at->match_psf, at->path, ra, dec, at->found, WIDENED_SIGMA_MAX);
	else if (at->fault == STAMP_LONG)
		snprintf(
			text, size,
			"--match-psf with --native: %s: at RA %.6f, Dec %.6f pixels are %.3g times "
			"longer one way than the other, which no PSF is to be; give --pixscale, or "
			"leave out --native",
			at->path, ra, dec, at->found);
	else if (at->fault == STAMP_RING)
		snprintf(
			text, size,
			"%s: the ring for the sky of a stamp at RA %.6f, Dec %.6f has more than %g "
			"pixels of the frame; give narrower --sky-radii",
			at->path, ra, dec, SKY_RING_MAX);
	else
		snprintf(
			text, size,
			"%s: a stamp at RA %.6f, Dec %.6f covers more than %d pixels of the frame; "
			"cut smaller stamps",
			at->path, ra, dec, SURROUNDINGS_MAX);
}
