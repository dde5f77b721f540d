/* matched.h -- the PSFs of frames whose stamps all get the same one (widened.h)
 *
 * All bands of all stamps are brought to one FWHM (--match-psf). What a frame's own is, a table
 * of frames says, or an option: a number or a keyword.
 */
#ifndef CUTOUT_MATCHED_H
#define CUTOUT_MATCHED_H

#include "index.h"

/* Reads, or has read before, the FWHM of every frame that a galaxy is cut from, into x->psf.
 * PZ_EDATA: nothing says that of a frame, or a frame's is wider than asked for; the message has
 * the widest. Nothing is done if PSFs are left alone. */
int pz_matched_read(struct cutout_index *x, const struct pz_frames *frames,
		    const struct pz_cutout_options *o);

/* Pixels of `step` arcsec on each side of a stamp that a kernel may need, whatever the frame's own
 * PSF; 0 if PSFs are left alone. */
int pz_matched_margin(const struct pz_cutout_options *o, double step);

#endif
