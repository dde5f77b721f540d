/* messages.h -- what cutout says about catalogue, frames and stamps
 *
 * Everything that was left out, or that may not be what the user expects, is counted and said;
 * what is known before the first stamp is said then, while there is time to stop.
 */
#ifndef MESSAGES_H
#define MESSAGES_H

#include <pz/cutout.h>

#include "../common/tool.h"
#include "targets.h"

/* Of the galaxies of this file. PZ_EDATA: there are none that can be cut. */
int messages_of_catalogue(const struct tool *t, const struct galaxies *g, const char *file);
/* Of how many galaxies E(B-V) is from the maps of dust, of how many from the catalogue. */
void messages_of_dust(const struct tool *t, const char *file, size_t filled, size_t known);
void messages_of_frames(const struct tool *t, const struct pz_frames *frames);
/* Which images of the files are frames. */
void messages_of_images(const struct tool *t, const struct pz_frames_seen *seen);
/* Whether the pixels of all frames have the same unit. */
void messages_of_unit(const struct tool *t, const struct pz_cutout *c);

/* A run at its end. */
struct stamps_done {
	const struct galaxies *galaxies;
	const struct pz_frames *frames;
	const struct pz_cutout *c;
	int bands, size;
	double min_cover;
};

void messages_of_stamps(const struct tool *t, const struct stamps_done *d);

#endif
