/* report.h -- all that residuals measures on one stream of predictions
 *
 *      report_read     records -> scalars (z, mag, estimate) and scores of p(z)
 *      report_measure  scalars -> numbers, curves, lines, distances
 *      report_tsv, report_json, report_figure   several reports side by side
 *
 * Variances for the curve against z are fitted to the stream itself, or to others. Lines are
 * fitted to points of at least report_options.fit_count galaxies: the error of a
 * point holds the variance of its row and bin, not that of a handful of outliers.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdio.h>

#include <pz/curve.h>
#include <pz/distance.h>
#include <pz/fit.h>
#include <pz/metrics.h>
#include <pz/scores.h>

#include "scalars.h"

#define REPORT_NAME    64
#define REPORT_RMS_MIN 20 /* galaxies that a bin of the photo-z curve needs for its rms */

struct report_options {
	enum estimate estimate;
	double outlier;                  /* threshold on abs(dz); NaN: the survey's             */
	double fit_from;                 /* of the line by z; NaN: the survey's                */
	int fit_count;                   /* galaxies that a point needs to be fitted            */
	int bootstrap;                   /* draws; 0: none                                      */
	const double *dispersions;       /* of each channel, bins; NULL: fitted           */
	const struct scalars *variances; /* galaxies that variances are fitted to; NULL:
					    the stream's own                              */
	uint64_t seed;
};

struct report {
	char name[REPORT_NAME];
	struct report_options options; /* outlier and fit_from as used         */
	struct pz_grid grid;
	struct pz_rows rows;
	struct scalars scalars; /* galaxies with a redshift                     */
	size_t without_z;

	bool has_pz;
	struct pz_score *score; /* of each galaxy, as scalars; NULL without     */
	size_t score_room;
	struct pz_scores scores, scores_error;
	double *stacked; /* sum of p(z) over the extended grid; NULL without    */

	double *sigma_disp; /* of each channel, bins                            */
	struct pz_summary summary, error;
	struct pz_curve zspec, zphot, simulated;
	struct pz_line zspec_line, zphot_line;
	double rms_zphot;
	double tv;
	struct pz_spread tv_boot, tv_floor;
	struct pz_by_mag *mad;         /* of each magnitude row                 */
	struct pz_by_mag *wasserstein; /* of m magnitude bins                   */
};

/* Reads all of in into r (all zero before). PZ_EFIT, PZ_EDATA say what is missing. */
int report_read(struct report *r, struct pz_reader *in, const struct report_options *o);
/* Measures. Fewer than two galaxies: PZ_EDATA. */
int report_measure(struct report *r);
void report_release(struct report *r);

/* A line for each quantity, a column for each report. */
int report_tsv(const struct report *r, int n, FILE *to);
/* {"name": {...}, ...}; what the keys mean is in residuals(1). */
int report_json(const struct report *r, int n, FILE *to);
/* The figure, into a file (path) or as a gnuplot program (to); the other is NULL. */
int report_figure(const struct report *r, int n, const char *panels, const char *path, FILE *to);

#endif
