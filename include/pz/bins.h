/* bins.h -- the redshift axis, the magnitude axis, and the surveys they belong to
 *
 * One rule cuts every axis (pzpipe-method(7), equation 1):
 *
 *      index(x; x0, w) = floor((x - x0)/w + 1e-9)
 *
 * so bins are half open and a value on an edge belongs to the upper bin.
 *
 * Magnitude rows and channels interlace: row 2k belongs to channel k alone,
 * row 2k+1 to channels k and k+1:
 *
 *      row        0   1   2   3   4        2m-1 rows of half a magnitude
 *      channels   0  0+1  1  1+2  2        m channels, one redshift output each
 *
 * Step 3 adds `left` bins below and `right` bins above; an index of the
 * extended grid is the index of the plain one plus left. Pure functions;
 * nothing here allocates.
 */
#ifndef PZ_BINS_H
#define PZ_BINS_H

#include <stdbool.h>
#include <stddef.h>

#include <pz/api.h>

#define PZ_BINS_MAX     100000 /* bins of a grid, extension included          */
#define PZ_CHANNELS_MAX 100    /* magnitude channels                          */
#define PZ_FEATURES_MAX 65536  /* features of a galaxy                        */
#define PZ_WIDE         40     /* wide bins of curves and step 4 (section 1)  */

struct pz_grid {
	char target[32]; /* what is estimated: "z", or a column's name          */
	double min, max; /* range of the unextended grid, min < max             */
	int bins;        /* n, at least 2                                       */
	int left, right; /* bins added below and above, at least 0 (step 3)     */
};

struct pz_rows {
	char mag[32]; /* the band whose magnitude makes the rows              */
	double min;   /* bright end of row 0                                  */
	double width; /* of a row, 0.5 mag                                    */
	int channels; /* m; rows are 2m-1; 1: a single channel                */
};

/* A survey's settings (pzpipe-method(7), SURVEYS): what `--survey` writes into a header. */
struct pz_survey {
	char name[32];
	struct pz_grid grid;
	struct pz_rows rows;
	double divide;   /* flux divisor before normalising                      */
	double outlier;  /* threshold on abs(dz)                                 */
	double fit_from; /* residual curves are fitted above this redshift       */
	int threshold;   /* balancing threshold                                  */
};

/* The one rule. x must be finite; the result saturates at +-2^30. */
PZ_API int pz_bin_index(double x, double x0, double width);

PZ_API double pz_grid_width(const struct pz_grid *g); /* w = (max-min)/n              */
PZ_API int pz_grid_total(const struct pz_grid *g);    /* N = left + n + right         */
PZ_API double pz_grid_centre(const struct pz_grid *g,
			     int extended); /* of a bin of the extended grid */
/* Bin of the unextended grid, clamped to 0..n-1 (labels). NaN: -1. */
PZ_API int pz_grid_label(const struct pz_grid *g, double z);
/* Bin of the unextended grid, -1 outside [min, max) or NaN (histograms). */
PZ_API int pz_grid_bin(const struct pz_grid *g, double z);
/* Bin of the extended grid, from 0; -1 outside of it or NaN (scores of p(z)). */
PZ_API int pz_grid_extended(const struct pz_grid *g, double z);
/* Wide bin of PZ_WIDE over [min, max); -1 outside or NaN. */
PZ_API int pz_grid_wide(const struct pz_grid *g, double z);
PZ_API double pz_grid_wide_centre(const struct pz_grid *g, int wide);
/* The same range and bins, extension included; the target's name is not compared. */
PZ_API bool pz_grid_equal(const struct pz_grid *a, const struct pz_grid *b);
/* 0, or PZ_EARG with the field that is wrong. */
PZ_API int pz_grid_check(const struct pz_grid *g);

PZ_API int pz_rows_count(const struct pz_rows *r); /* 2m-1                          */
/* Row of a magnitude, clamped; NaN or negative: the last row. */
PZ_API int pz_rows_row(const struct pz_rows *r, double mag);
/* The channels of a row, one or two, into c; returns how many. */
PZ_API int pz_rows_channels(int row, int c[2]);
PZ_API bool pz_rows_in_channel(int row, int channel);
PZ_API int pz_rows_check(const struct pz_rows *r);

/* Fills s from a built-in name (sdss, cfhtls-wide, cfhtls-deep) or else from a
 * JSON file of that path, whose keys replace those of sdss:
 *      {"survey": "demo", "grid": {"min": 0, "max": 0.4, "bins": 80},
 *       "rows": {"mag": "r", "min": 15.5, "channels": 3},
 *       "limits": {"outlier": 0.05, "fit_from": 0.15, "divide": 1, "threshold": 50}}
 * PZ_EUSAGE names what is wrong; unknown keys are refused. */
PZ_API int pz_survey_find(struct pz_survey *s, const char *name);

#endif
