/* stampmap.h -- from the pixels of a stamp to those of a frame
 *
 *      stamp (i, j)  ->  tangent plane  ->  sky  ->  frame (x, y)
 *
 * The exact transformation is computed at a few points of each stamp only. Between them a
 * polynomial is used: of the lowest degree whose error, measured at points that it was not
 * fitted to, is at most MAP_ERROR of a pixel.
 */
#ifndef STAMPMAP_H
#define STAMPMAP_H

#include <stdbool.h>

#include "../wcs/transform.h"

#define MAP_ERROR 2e-5 /* frame pixels, anywhere in the stamp               */
#define MAP_AREA  1e-3 /* to which its polynomial has to tell an area, relative */

/* Points a map is made from, (-1, 0, 1) x (-1, 0, 1), and those it is tried at. */
#define MAP_NODES 9
#define MAP_TRIED 8

/* Where they are, in halves of the stamp from its middle. */
static const double map_place[MAP_NODES + MAP_TRIED][2] = {
	{ -1, -1 }, { 0, -1 }, { 1, -1 },  { -1, 0 },    { 0, 0 },    { 1, 0 },
	{ -1, 1 },  { 0, 1 },  { 1, 1 },   { -.5, -.5 }, { .5, -.5 }, { -.5, .5 },
	{ .5, .5 }, { 1, .5 }, { -.5, 1 }, { -1, -.5 },  { .5, -1 },
};

/* The pixels of a stamp on the sky: the axes of its grid on the tangent plane at
 * the galaxy (xi to the east, eta to the north), or another frame's pixels. */
struct stamp_grid {
	int size;
	double sky[MAP_NODES + MAP_TRIED][2]; /* of the points of its maps   */
	double radec[2];                      /* of the galaxy                               */
	double x[2], y[2];                    /* a step in i, in j: (xi, eta) in arcsec; of a
						 frame's pixels those in the middle          */
	double area;                          /* of a pixel in the middle, sr                */
	struct pz_wcs *frame;                 /* not NULL: the grid is this frame's, around  */
	double centre[2];                     /* this pixel of it                            */
};

/* Half of the stamp, in its pixels: as far as its points go from the middle. */
static inline double map_half(const struct stamp_grid *g)
{
	return g->size > 1 ? g->size / 2.0 : 1;
}

enum map_kind { MAP_NONE, MAP_AFFINE, MAP_QUADRATIC, MAP_EXACT };

/* u = (i - (S-1)/2), v likewise, in stamp pixels:
 *      x = c[0][0] + c[0][1] u + c[0][2] v + c[0][3] u^2 + c[0][4] u v + c[0][5] v^2
 * and y likewise from c[1].
 *
 * A map is called torn if a part of the stamp has no pixel on the frame (because a distortion
 * cannot be inverted there), if the stamp crosses the seam of a map of the whole sky, or if
 * the map is so strongly curved that no polynomial gives its areas. Of such a stamp only the
 * part that is connected with its centre has pixels; the polynomial is the
 * tangent there, and areas are to be had from pz_stampmap_areas alone. */
struct stamp_map {
	enum map_kind kind;
	bool torn; /* of MAP_EXACT                                             */
	double c[2][6];
	double low[2], high[2]; /* of x and y over the stamp                  */
};

/* The grid with north up, its middle the galaxy. */
void pz_stampmap_north(struct stamp_grid *g, int size, const double radec[2], double pixscale);
/* The grid along the axes of a frame; pixscale 0: the frame's own pixels. The frame
 * must outlive the grid. 0, or -1 where the galaxy has no place on the frame. */
int pz_stampmap_native(struct stamp_grid *g, int size, const double radec[2], double pixscale,
		       struct pz_wcs *frame);
/* The grid of fewer pixels around the same middle. */
void pz_stampmap_inner(const struct stamp_grid *g, int size, struct stamp_grid *inner);
/* How much longer the pixels of a grid are one way than the other; 1: they are squares. */
double pz_stampmap_elongation(const struct stamp_grid *g);
/* Sky positions of n points (n, 2) of the grid, given as (u, v). */
void pz_stampmap_sky(const struct stamp_grid *g, int n, const double *uv, double *radec);

/* The map onto the frame; kind MAP_NONE where the frame does not see the stamp. */
void pz_stampmap_make(struct stamp_map *m, const struct stamp_grid *g, struct pz_wcs *frame);
/* The map of a stamp that is torn; kind MAP_NONE where its middle has no pixel (torn.c). */
void pz_stampmap_make_torn(struct stamp_map *m, const struct stamp_grid *g, struct pz_wcs *frame);
/* Frame pixel of (u, v); kinds AFFINE and QUADRATIC. */
static inline void map_point(const struct stamp_map *m, double u, double v, double xy[2])
{
	for (int k = 0; k < 2; k++) {
		const double *c = m->c[k];

		xy[k] = c[0] + u * (c[1] + u * c[3] + v * c[4]) + v * (c[2] + v * c[5]);
	}
}
/* Frame pixels per stamp pixel at (u, v): the determinant of the map's derivative. */
double pz_stampmap_area(const struct stamp_map *m, double u, double v);

/* Of a torn map: makes those of the points (side, side, 2), frame pixels on a regular grid
 * over the stamp, NaN that do not hang together with its middle. 0, or PZ_ENOMEM. */
int pz_stampmap_connect(const struct stamp_map *m, int side, double *points);
/* Points on a stamp, their middle that of the stamp. */
struct lattice {
	int side; /* of them                                  */
	int step; /* so many from one pixel to the next       */
};

/* Where the points of row j of a lattice are on the sky, and around each the four places by
 * which area is measured; then, with n of these as frame pixels, frame pixels per stamp pixel:
 * NaN where there is none. */
#define MAP_AROUND 5
void pz_stampmap_around(const struct stamp_grid *g, const struct lattice *l, int j, double *radec);
void pz_stampmap_areas(int n, const double *pixel, double *area);

/* Arcsec per pixel of a frame at (x, y): the square root of a pixel's area. */
double pz_frame_pixscale(struct pz_wcs *frame, double x, double y);

#endif
