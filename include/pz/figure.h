/* figure.h -- the figures of the paper, drawn by gnuplot
 *
 * A figure is a grid of panels, several streams (steps, networks, codes) in each:
 *
 *      zspec     residual against true redshift, errors, line fitted above `from`
 *      zphot     residual against photometric redshift, the same
 *      nz        n(z) of each stream's estimates over that of the true redshifts
 *      tv        total variation against slope, with the floor without mode collapse
 *      mad       sigma_MAD against magnitude
 *      wasserstein   the distance of the distributions against magnitude
 *      density   estimate against true redshift, one panel per stream
 *      pit       probability integral transform, one panel per stream
 *
 * Only what there is data for is drawn: leave a curve's n at 0, a pointer NULL.
 *
 * Example:
 *      struct pz_figure f = { .target = "z", .min = 0, .max = 0.4, .streams = 2,
 *                             .stream = streams };
 *      rc = pz_figure_write(&f, "residuals.pdf");
 *
 * All arrays are borrowed for the call. The streams are told apart by colour
 * (Okabe and Ito's, for all kinds of sight), by the shape of their points and the
 * dashes of their lines. It is as wide as a column of a journal, 8.8 cm, and its text
 * 7 pt at that size.
 */
#ifndef PZ_FIGURE_H
#define PZ_FIGURE_H

#include <stddef.h>
#include <stdio.h>

#include <pz/api.h>

#define PZ_FIGURE_STREAMS 16

struct pz_figure_point {
	double x, y, error; /* error NaN: drawn without a bar                         */
};

struct pz_figure_curve {
	int n; /* points, by rising x                                      */
	const struct pz_figure_point *point;
};

/* y = slope x + intercept, drawn from `from` to `to`; slope NaN: no line. */
struct pz_figure_line {
	double slope, intercept, slope_error, from, to;
};

/* Counts or densities over n equal bins of [min, max), any unit: each is drawn
 * divided by its own area. */
struct pz_figure_histogram {
	int n;
	double min, max;
	const double *count;
};

struct pz_figure_stream {
	const char *name;
	struct pz_figure_curve zspec, zphot; /* residuals by redshift              */
	struct pz_figure_line zspec_line, zphot_line;
	struct pz_figure_curve simulated; /* over zspec, a line without points       */
	struct pz_figure_histogram n_zphot, n_zspec;
	struct pz_figure_histogram n_stacked;    /* mean p(z), over nz                  */
	double tv, tv_error;                     /* total variation; NaN: none                 */
	double floor, floor_error;               /* of it, without mode collapse; NaN: none    */
	struct pz_figure_curve mad, wasserstein; /* x: magnitude                  */
	struct pz_figure_histogram pit;
	double pit_error;      /* of the density of a bin of uniform ones; 0: none */
	int density_n;         /* side of the density                           */
	const double *density; /* [estimate][true] over [min, max)^2, counts     */
};

struct pz_figure {
	const char *target;    /* "z", or what else is estimated                 */
	double min, max;       /* its range                                      */
	const char *magnitude; /* the band of the magnitudes; may be NULL        */
	const char *panels;    /* comma list of names above; NULL: all that there is
				  data for                                       */
	int streams;           /* at most PZ_FIGURE_STREAMS                      */
	const struct pz_figure_stream *stream;
};

/* 0, or PZ_EUSAGE: an unknown panel; another ending (path may be NULL). */
PZ_API int pz_figure_check(const char *panels, const char *path);

/* Draws into a .png, .pdf or .svg, whole or not at all. PZ_EUSAGE: another ending, an
 * unknown panel; PZ_EDATA: nothing to draw, no gnuplot, or what it said. */
PZ_API int pz_figure_write(const struct pz_figure *f, const char *path);

/* Writes the gnuplot program with its data inside: `gnuplot -p program`. */
PZ_API int pz_figure_program(const struct pz_figure *f, FILE *to);

#endif
