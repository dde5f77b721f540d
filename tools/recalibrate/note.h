/* note.h -- what recalibrate writes about itself: the key of the header, the table */
#ifndef NOTE_H
#define NOTE_H

#include "learned.h"

/* Sets "recalibrated" in the header, keeping what an earlier run wrote there:
 *      times      how often p(z) were recalibrated
 *      prior      1: multiplied by a ratio of n(z)
 *      galaxies   that the map was fitted to; cell, train: its cells, the hash of its file
 *      interval   {"level": [68, ...], "galaxies": n, "margin": [[...] of each row]} */
int note_header(struct pz_header *h, const struct fit *f, const struct fit_options *o);

/* Writes the map R(u) of each cell: row, mag, cell, zphot, galaxies, u, mapped. */
int note_table(const char *path, const struct fit *f, const struct pz_header *h);

#endif
