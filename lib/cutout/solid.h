/* solid.h -- how much of the sky the pixels of a stamp see */
#ifndef CUTOUT_SOLID_H
#define CUTOUT_SOLID_H

#include "stampmap.h"

/* The solid angle of a frame's pixel, sr: of that part of it that has a place on the sky. */
double pz_solid_pixel(struct pz_wcs *frame, const double xy[2]);

/* Brings pixels (size, size) that are fluxes in g->area each to fluxes in what each of them sees.
 */
void pz_solid_correct(const struct stamp_grid *g, float *pixels);

#endif
