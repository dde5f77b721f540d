/* figure.h -- the figures of the paper, drawn by gnuplot
 *
 * A figure is a grid of lettered panels, several streams (steps, networks, codes) in each:
 *
 *      zspec     residual against true redshift, errors, line fitted above `from`
 *      zphot     residual against photometric redshift, the same
 *      nz        n(z) of each stream's estimates over that of the true redshifts
 *      tv        total variation against slope, with each stream's floor without mode collapse
 *      tomography    bias of the mean redshift in each tomographic bin, with what surveys ask for
 *      against   residual against other quantities, a panel for each
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
 * dashes of their lines, which follow from their names: those of baseline, step1 to step5
 * and knn are the same in every figure. A figure is as wide as two columns of a journal,
 * 18 cm, and at most as high as its page, 24 cm; a lone panel is as wide as one column,
 * 8.8 cm. Its text is of 7 pt. A point outside of the axes is an arrow at their edge.
 */
#ifndef PZ_FIGURE_H
#define PZ_FIGURE_H

#include <stddef.h>
#include <stdio.h>

#include <pz/api.h>

#define PZ_FIGURE_STREAMS 16
#define PZ_FIGURE_KEYS    8

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

/* A number for the caption, with its standard deviation over bootstrap samples and that between
 * networks; NaN: none. */
struct pz_figure_number {
	const char *name;
	double value, error, training;
};

#define PZ_FIGURE_NUMBERS 8

struct pz_figure_stream {
	const char *name;
	int style;        /* 1 + that of pz_figure_styles; 0: by the names in this figure */
	size_t galaxies;  /* for the caption; 0: not said                      */
	const char *made; /* how, for the caption; NULL: not said              */
	int numbers;      /* for the caption                                   */
	struct pz_figure_number number[PZ_FIGURE_NUMBERS];
	struct pz_figure_curve zspec, zphot; /* residuals by redshift              */
	struct pz_figure_line zspec_line, zphot_line;
	struct pz_figure_curve simulated; /* over zspec, a line without points       */
	struct pz_figure_histogram n_zphot, n_zspec;
	struct pz_figure_histogram n_stacked;    /* mean p(z), over nz                  */
	double tv, tv_error;                     /* total variation; NaN: none                 */
	double floor, floor_error;               /* of it, without mode collapse; NaN: none    */
	struct pz_figure_curve mad, wasserstein; /* x: magnitude                  */
	struct pz_figure_curve tomography;       /* bias of the mean by mean redshift  */
	const struct pz_figure_curve *against;   /* [figure.keys]; NULL: none          */
	struct pz_figure_histogram pit;
	double pit_error;      /* of the density of a bin of uniform ones; 0: none */
	int density_n;         /* side of the density                           */
	const double *density; /* [estimate][true] over [min, max)^2, counts     */
};

/* What a survey asks for: at most `value` of bias on either side. */
struct pz_figure_requirement {
	const char *name;
	double value;
};

struct pz_figure {
	const char *target;    /* "z", or what else is estimated                 */
	double min, max;       /* its range                                      */
	const char *magnitude; /* the band of the magnitudes; may be NULL        */
	const char *panels;    /* comma list of names above; NULL or "all": all that there is
				  data for                                       */
	int keys;              /* of panels `against`, at most PZ_FIGURE_KEYS      */
	const char *const *key;
	int requirements; /* at most PZ_FIGURE_KEYS                              */
	const struct pz_figure_requirement *requirement;
	int streams; /* at most PZ_FIGURE_STREAMS                      */
	const struct pz_figure_stream *stream;
	int others; /* streams that are not drawn, which the caption names  */
	const char *const *other;
	int networks; /* behind the errors of training; 0: there are none  */
};

/* The style of each of n streams by their names: baseline, step1, step2, step3, step3a, step3b,
 * step4, step5, knn and knn-mag have a fixed one, the others take the free ones in order. */
PZ_API void pz_figure_styles(const char *const *name, int n, int *style);
/* The colour of a style, "#009E73". */
PZ_API const char *pz_figure_colour(int style);

/* 0, or PZ_EUSAGE: an unknown panel; another ending (path may be NULL). */
PZ_API int pz_figure_check(const char *panels, const char *path);

/* Draws into a .png, .pdf or .svg, whole or not at all. PZ_EUSAGE: another ending, an
 * unknown panel; PZ_EDATA: nothing to draw, no gnuplot, or what it said. */
PZ_API int pz_figure_write(const struct pz_figure *f, const char *path);

/* Writes the caption: what each panel shows, what each stream is and how it is drawn, its numbers
 * with their errors, which points lie outside of the axes, and which streams are not drawn. */
PZ_API int pz_figure_caption(const struct pz_figure *f, FILE *to);

/* Writes the gnuplot program with its data inside: `gnuplot -p program`. */
PZ_API int pz_figure_program(const struct pz_figure *f, FILE *to);

#endif
