/* report.h -- everything that residuals measures on one stream of predictions
 *
 *      report_read     records -> scalars (z, mag, estimates) and scores of p(z)
 *      report_measure  scalars -> numbers, curves, lines, distances, all with errors
 *      report_tsv, report_curves, report_json, report_figure   several reports side by side
 *
 * Scores of p(z) use the stream's own grid. Curves, histograms and distances use the axes that all
 * reports share, those of the first stream.
 *
 * Variances for the simulated curve are fitted to the stream itself, or to another one. Lines are
 * fitted to points of at least report_options.fit_count galaxies: the error of a point follows
 * from the variance of its magnitude row and bin, which does not hold for a few outliers.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdio.h>

#include <pz/distance.h>
#include <pz/measure.h>
#include <pz/scores.h>
#include <pz/tomography.h>
#include <pz/trend.h>

#include "../common/scalars.h"
#include "common.h"
#include "networks.h"

#define REPORT_NAME    64
#define REPORT_TREND   10 /* bins of --against                                          */
#define REPORT_LOCAL   5  /* bins of the estimate in each magnitude row, for local PITs */
#define REPORT_BINS    64 /* tomographic bins at most                                   */
#define REPORT_RMS_MIN 20 /* galaxies that a bin of a curve needs for its rms          */

/* What a survey requires of the mean redshift of a tomographic bin: abs(bias) at most this times
 * 1 + z. */
struct report_requirement {
	const char *name; /* "lsst-y1", ...                                     */
	double limit;
	const char *source;
};

#define REPORT_REQUIREMENTS 5
#define REQUIREMENTS        "lsst-y1,lsst-y10,lsst-lens-y1,lsst-lens-y10,euclid"
extern const struct report_requirement report_requirements[REPORT_REQUIREMENTS];

/* Tomographic bins: bins 0: none. */
struct report_tomography_options {
	int bins;
	double edge[REPORT_BINS + 1]; /* of bins that were given, rising           */
	bool given;                   /* false: equal numbers of galaxies          */
	enum estimate by;
	bool require[REPORT_REQUIREMENTS]; /* which are shown                    */
};

struct report_options {
	enum estimate estimate;
	double outlier;                  /* threshold on abs(dz); NaN: the survey's             */
	double fit_from;                 /* of the line by z; NaN: the survey's                */
	int fit_count;                   /* galaxies that a point needs to be fitted            */
	double factor;                   /* of the variances of the simulated curve             */
	int bootstrap;                   /* draws; 0: none                                      */
	const double *dispersions;       /* of each channel, bins; NULL: fitted           */
	const struct scalars *variances; /* galaxies that variances are fitted to; NULL:
					    the stream's own                              */
	const char *weights;             /* key of each galaxy's weight; NULL: all alike        */
	const char *against;             /* a key, or two with a - between them; NULL: none      */
	struct report_tomography_options tomography;
	const struct common *common;     /* only these galaxies, in their order; NULL: all       */
	bool differences;                /* from the first report, by paired resamples           */
	const struct networks *training; /* reports of single networks; NULL: none       */
	bool strict;                     /* a galaxy with a missing value is an error           */
	uint64_t seed;
};

/* What is measured of one kind of point estimate. */
struct report_estimate {
	bool there; /* at least two galaxies have it                            */
	size_t n;   /* galaxies that have it                                    */
	struct pz_measured all;
	struct pz_measures mean, error; /* over resamples                        */
};

/* What is kept of each galaxy with the chosen estimate besides scalars. NULL: not asked for. */
struct report_kept {
	size_t n, room;
	double *pz_mean, *pz_square; /* moments of p(z); NaN: none                */
	double *by;                  /* the estimate that makes the tomographic bins */
	double *against;             /* NaN: none                                 */
	uint32_t *place;             /* among the common galaxies                 */
	uint64_t ids;                /* a hash of all ids in their order          */
	bool without_ids;
	bool tomography, trend, common; /* which columns are asked for              */
};

/* One number, this report's less the first one's. */
struct report_difference {
	double value, error; /* NaN: there is none                                */
};

struct report {
	char name[REPORT_NAME];
	char *made;                    /* its history as a line; NULL: none    */
	struct report_options options; /* outlier and fit_from as used         */
	struct pz_grid grid;           /* of p(z)                              */
	struct pz_grid axes;           /* of curves, histograms and distances  */
	struct pz_rows rows;
	struct scalars scalars;      /* galaxies with a redshift             */
	struct pz_galaxies galaxies; /* those of them that have the chosen one  */
	double *own;                 /* a copy, if galaxies are not columns of scalars */
	struct report_kept kept;
	struct lacking without_z, without_zphot;
	size_t without_weight, weight_zero; /* those with the weight 0 among them     */
	size_t not_common;                  /* that other streams do not have        */
	size_t outside_z, outside_zphot;    /* of the axes: in none of the curves over it */
	struct report_estimate of[ESTIMATES];

	/* of the galaxies with the chosen estimate */
	size_t n_pz;            /* those that have a p(z); 0: there are no scores      */
	size_t outside_pz;      /* whose z lies in none of the bins of p(z): not scored */
	bool binned_alike;      /* the bins are as wide as those of the first report, so
				   that log_loss and brier can be compared         */
	struct pz_score *score; /* [n_score], of galaxies with a p(z) or an interval */
	size_t n_score, score_room;
	bool intervals; /* any galaxy has interval.low68 ...            */
	struct pz_scores scores, scores_error;
	double *stacked, *squared; /* sums of p(z) and its square over the extended grid */
	double stacked_weight, stacked_effective; /* of these sums; without weights n_pz  */
	double scored_effective;                  /* (sum of weights)^2/(sum of squares)  */

	/* of the chosen estimate */
	double *sigma_disp; /* of each channel, bins                            */
	struct pz_spread tv_floor;
	struct pz_by_mag *mad;                   /* of each magnitude row                 */
	struct pz_by_mag *wasserstein;           /* of m magnitude bins                   */
	struct pz_by_mag *inside_68, *inside_95; /* of each row: share of z in its interval;
						    NULL: there are no intervals      */

	/* local calibration: cells of magnitude row and estimate, REPORT_LOCAL of each row */
	struct pz_pit_cell *cell; /* NULL: no scores                                */
	double *cell_zphot;       /* mean estimate of each                          */
	int cells;

	struct pz_tomography_bin *tomography;     /* [options.tomography.bins]; NULL: none */
	double *tomography_low, *tomography_high; /* edges, open ones infinite         */
	size_t outside_tomography;                /* galaxies in none of the bins      */

	struct pz_trend_bin *trend; /* [REPORT_TREND] of options.against; NULL: none */
	size_t without_against;     /* galaxies without it                           */

	struct report_difference *difference; /* [report_metrics_count]; NULL: none */
	char difference_from[REPORT_NAME];
	struct pz_measures *each;     /* [bootstrap], of the chosen estimate, while streams */
	struct pz_scores *score_each; /* are compared                                        */
};

/* Reads all of in into r (all zero before). first: the report whose axes it takes; NULL: its own.
 * A galaxy without true value or estimate is left out and counted; one without p(z) (or with zeros
 * instead, as some programs write) has no scores. PZ_EMISMATCH, PZ_EDATA say what is missing. */
int report_read(struct report *r, struct pz_reader *in, const struct report_options *o,
		const struct report *first);
/* Galaxies that have scores. */
size_t report_scored(const struct report *r);
/* Measures. Fewer than two galaxies: PZ_EDATA. */
int report_measure(struct report *r);
/* Takes r's differences from the first report; both must have the same galaxies in the same order.
 * PZ_EMISMATCH says what to do where they have not. */
int report_compare(struct report *r, const struct report *first);
void report_release(struct report *r);

/* The chosen estimate's. */
const struct report_estimate *report_chosen(const struct report *r);

/* ---- the numbers, by name: one table for TSV and JSON ---- */

/* How many galaxies were measured, and how many were left out of what. */
struct report_count {
	const char *key;
	size_t (*of)(const struct report *r);
};

extern const struct report_count report_counts[];
extern const size_t report_counts_count;

struct report_metric {
	const char *key;  /* as in the manual page                               */
	bool of_pz;       /* a score of p(z), not a number of a point estimate   */
	bool of_bins;     /* one that depends on how wide the bins are           */
	bool of_interval; /* one that needs intervals                            */
	bool nested;      /* in JSON it is part of an object of its own         */
	size_t at;        /* in struct pz_scores or struct pz_measures           */
	size_t fit_error; /* lines: of its error in struct pz_measured; 0: none  */
};

extern const struct report_metric report_metrics[];
extern const size_t report_metrics_count;

/* Whether the report can have this number at all: it has p(z), intervals. */
bool report_has(const struct report *r, const struct report_metric *m);

enum report_part { REPORT_VALUE, REPORT_MEAN, REPORT_ERROR, REPORT_FIT_ERROR, REPORT_TRAINING };

/* A number, its mean or deviation over resamples, the error of its fit, or its deviation between
 * networks; NaN: none. */
double report_number(const struct report *r, enum estimate e, const struct report_metric *m,
		     enum report_part part);
/* Probability of a Kolmogorov-Smirnov statistic at least as large if PITs were uniform. */
double report_ks_p(const struct report *r);

/* The largest abs(bias) of the tomographic bins, of p(z) or of estimates, and its error; NaN: none.
 */
double report_worst_bin(const struct report *r, bool of_pz, double *error);
/* Its deviation between networks; NaN: none. */
double report_worst_training(const struct report *r, bool of_pz);
/* The same of a number of tomographic bin b, by its key in JSON. */
double report_bin_training(const struct report *r, int b, const char *key);
/* Whether a bias is within a requirement: "yes" and "no" with its error to spare, "unsure" within
 * its error, "-" where there is none. */
const char *report_meets(const struct report_requirement *q, double bias, double error);

/* ---- curves and histograms: one form for TSV, JSON and figure ---- */

enum report_kind {
	REPORT_CURVE_ZSPEC,
	REPORT_CURVE_ZPHOTO,
	REPORT_CURVE_SIMULATED,
	REPORT_SIGMA_MAD_ROWS,
	REPORT_WASSERSTEIN,
	REPORT_NZ_ZSPEC,
	REPORT_NZ_ZPHOTO,
	REPORT_NZ_STACKED,
	REPORT_PIT_HISTOGRAM,
	REPORT_TOMOGRAPHY_PZ,    /* x: mean true z of a bin, value: bias of the stacked p(z) */
	REPORT_TOMOGRAPHY_ZPHOT, /* the same of the mean of the estimates              */
	REPORT_PIT_LOCAL,        /* x: mean estimate of a cell, value: KS; row, floor   */
	REPORT_INTERVAL_68,      /* x: mean magnitude of a row, value: share inside    */
	REPORT_INTERVAL_95,
	REPORT_AGAINST_BIAS, /* x: mean of options.against in a bin             */
	REPORT_AGAINST_SIGMA_MAD,
	REPORT_AGAINST_OUTLIERS,
	REPORT_AGAINST_PIT_KS, /* floor as well                                  */
	REPORT_KINDS
};

/* Columns beside x and value. */
enum {
	REPORT_HAS_ERROR = 1,
	REPORT_HAS_MEAN = 2,
	REPORT_HAS_BOOT = 4,
	REPORT_HAS_COUNT = 8,
	REPORT_HAS_ROW = 16,
	REPORT_HAS_FLOOR = 32
};

struct report_point {
	double x, value;
	double error;                 /* of the method                            */
	double boot_mean, boot_error; /* over resamples                           */
	double count;                 /* galaxies                                 */
	double row;                   /* of magnitude                             */
	double floor;                 /* of value: its mean if there were no fault    */
};

struct report_series {
	const char *key, *x, *value; /* names                                    */
	unsigned has;
	int n; /* 0: the stream has none of it                             */
	struct report_point *point;
};

/* One of a report's series; free s->point. 0 or PZ_ENOMEM. */
int report_series(const struct report *r, enum report_kind kind, struct report_series *s);

/* ---- output ---- */

/* A line for each number, a column for each report. */
int report_tsv(const struct report *r, int n, FILE *to);
/* A line for each point of each series of each report. */
int report_curves(const struct report *r, int n, FILE *to);
/* {"name": {...}, ...}; what the keys mean is in residuals(1). */
int report_json(const struct report *r, int n, FILE *to);
/* How figures are drawn. */
struct report_drawing {
	const char *panels;  /* NULL: the usual ones                              */
	const char *steps;   /* names of streams, "all", or NULL: the usual ones   */
	const char *path;    /* of the picture; NULL: no picture                  */
	const char *caption; /* of its text; NULL: beside the picture, as .txt     */
};

/* 0, or PZ_EUSAGE: a panel or an ending that is unknown, a caption in the place of an output. */
int report_drawing_check(const struct report_drawing *d, const char *const *outputs, int n);
/* The figure, with its caption, into files, or as a gnuplot program (to; NULL: into files). */
int report_figure(const struct report *r, int n, const struct report_drawing *d, FILE *to);

#endif
