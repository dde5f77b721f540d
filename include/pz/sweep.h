/* sweep.h -- the figure of an experiment: biases and scatter against what was varied
 *
 *      slope of the residuals          total variation
 *      |  o                            |  o
 *      |     o  o                      |     o
 *      |           o                   |        o  o
 *      +-------------- x               +-------------- x
 *
 * and below these sigma_MAD and the share of outliers, where they are known.
 *
 * Example:
 *      struct pz_sweep s = { .name = "threshold", .log = true, .n = 8, .x = x,
 *                            .streams = 2, .stream = steps };
 *      rc = pz_sweep_write(&s, "sweep.png");
 *
 * Streams are told apart as in figure.h. All arrays are borrowed for the call.
 */
#ifndef PZ_SWEEP_H
#define PZ_SWEEP_H

#include <stdbool.h>
#include <stdio.h>

#include <pz/api.h>

/* What one stream came to at one x; NaN: unknown, not drawn. */
struct pz_sweep_point {
	double slope, slope_error;
	double tv, tv_error, floor, floor_error; /* floor: of this stream's tv        */
	double sigma_mad, sigma_mad_error, outliers, outliers_error;
	double subset; /* galaxies of the training subset                        */
};

struct pz_sweep_stream {
	const char *name;
	const struct pz_sweep_point *point; /* [n]                              */
};

struct pz_sweep {
	const char *name; /* of what was varied                                 */
	bool log;         /* x on a logarithmic axis; all of them above 0       */
	int n;
	const double *x;          /* [n]; NULL: labels stand side by side         */
	const char *const *label; /* [n], of x NULL                              */
	int streams;              /* at most PZ_FIGURE_STREAMS                    */
	const struct pz_sweep_stream *stream;
};

/* Draws into a .png, .pdf or .svg, whole or not at all; errors as pz_figure_write. */
PZ_API int pz_sweep_write(const struct pz_sweep *s, const char *path);

/* Writes the gnuplot program with its data inside. */
PZ_API int pz_sweep_program(const struct pz_sweep *s, FILE *to);

#endif
