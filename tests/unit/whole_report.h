/* whole_report.h -- a report of residuals in which every number is there and is another one
 *
 *      struct report r[2];
 *
 *      make_reports(r);
 *      ... report_json(r, 2, to) ...
 *      release_reports(r);
 *
 * The second differs from the first by its numbers, and by what it lacks: tomographic bins,
 * a trend, p(z), intervals, differences.
 */
#ifndef WHOLE_REPORT_H
#define WHOLE_REPORT_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../tools/residuals/report.h"

#define WHOLE_BINS 7 /* of the extended grid of p(z): 1 + 4 + 2 */
#define WHOLE_ROWS 3

/* Numbers 1/64 apart, so that each is written with few digits. */
static inline void number_all(void *doubles, size_t size)
{
	static double next = 1;

	for (size_t i = 0; i < size / sizeof(double); i++) {
		memcpy((char *)doubles + i * sizeof(double), &next, sizeof next);
		next += 1. / 64;
	}
}

static inline double *numbered(size_t n)
{
	double *x = calloc(n, sizeof *x);

	number_all(x, n * sizeof *x);
	return x;
}

static inline void make_curve(struct pz_curve *c, int n, int first)
{
	c->n = n;
	for (int i = 0; i < n; i++) {
		c->point[i] = (struct pz_point){ .bin = first + 2 * i,
						 .count = (size_t)(100 + first + i) };
		number_all(&c->point[i].z, sizeof(double));
		number_all(&c->point[i].residual, 2 * sizeof(double));
	}
}

static inline void make_line(struct pz_line *l, int points)
{
	l->points = points;
	number_all(&l->slope, 6 * sizeof(double));
}

static inline struct pz_by_mag *make_by_mag(int n)
{
	struct pz_by_mag *of = calloc((size_t)n, sizeof *of);

	for (int i = 0; i < n; i++) {
		of[i].count = (size_t)(50 + 3 * i);
		number_all(&of[i].mag, 4 * sizeof(double));
	}
	return of;
}

static inline void make_estimate(struct report_estimate *e, int n)
{
	e->there = true;
	e->n = (size_t)n;
	number_all(&e->all.value, sizeof e->all.value);
	number_all(&e->mean, sizeof e->mean);
	number_all(&e->error, sizeof e->error);
	make_curve(&e->all.zspec, 3, 1);
	make_curve(&e->all.zphot, 2, 4);
	make_curve(&e->all.simulated, 4, 0);
	make_line(&e->all.zspec_line, 3);
	make_line(&e->all.zphot_line, 2);
}

static inline void make_groups(struct report *r)
{
	r->options.tomography = (struct report_tomography_options){
		.bins = 2, .by = ESTIMATE_MEDIAN, .require = { [1] = true, [4] = true }
	};
	r->tomography = calloc(2, sizeof *r->tomography);
	for (size_t b = 0; b < 2; b++) {
		r->tomography[b].count = 70 + b;
		r->tomography[b].stacked = 60 + b;
		number_all(&r->tomography[b].value, 2 * sizeof r->tomography[b].value);
	}
	r->tomography_low = numbered(4);
	r->tomography_high = r->tomography_low + 2;
	r->outside_tomography = 21;
	r->options.against = "x-y";
	r->without_against = 22;
	r->trend = calloc(REPORT_TREND, sizeof *r->trend);
	for (size_t b = 0; b < REPORT_TREND; b++) {
		r->trend[b].count = 80 + b;
		number_all(&r->trend[b].low, sizeof *r->trend - sizeof(size_t));
	}
	r->difference = calloc(report_metrics_count, sizeof *r->difference);
	number_all(r->difference, report_metrics_count * sizeof *r->difference);
	strcpy(r->difference_from, "first");
}

static inline void make_pdfs(struct report *r)
{
	r->n_pz = 3;
	r->outside_pz = 1;
	r->n_score = 3;
	r->binned_alike = r->intervals = true;
	number_all(&r->scores, sizeof r->scores);
	number_all(&r->scores_error, sizeof r->scores_error);
	r->scores.pit.ks = 0.1875;
	r->stacked = numbered(WHOLE_BINS);
	r->squared = calloc(WHOLE_BINS, sizeof *r->squared);
	for (int i = 0; i < WHOLE_BINS; i++)
		r->squared[i] = r->stacked[i] * r->stacked[i] * (1 + i);
	r->stacked_weight = 2;
	r->stacked_effective = 1.5;
	r->scored_effective = 25;
	r->inside_68 = make_by_mag(WHOLE_ROWS);
	r->inside_95 = make_by_mag(WHOLE_ROWS);
	r->cells = WHOLE_ROWS * REPORT_LOCAL;
	r->cell = calloc((size_t)r->cells, sizeof *r->cell);
	r->cell_zphot = numbered((size_t)r->cells);
	for (size_t c = 0; c < (size_t)r->cells; c++) {
		r->cell[c].count = c % 4 == 2 ? 0 : 30 + c;
		number_all(&r->cell[c].effective, 3 * sizeof(double));
	}
}

static inline void make_report(struct report *r, const char *name)
{
	static const double z[] = { 0.05, 0.15, 0.35, 0.55 }, zphot[] = { 0.45, 0.05, -0.2, 0.35 },
			    weight[] = { 1, 2, 4, 0.5 }, mag[] = { 15, 16, 17, 18 };

	*r = (struct report){ 0 };
	strcpy(r->name, name);
	r->options = (struct report_options){ .estimate = ESTIMATE_MEAN,
					      .outlier = 0.0625,
					      .fit_from = 0.125,
					      .fit_count = 5,
					      .factor = 0.75,
					      .weights = "w" };
	r->grid = (struct pz_grid){ "z", 0, 0.4, 4, 1, 2 };
	r->axes = (struct pz_grid){ "z", 0.1, 0.5, 2, 0, 1 };
	r->rows = (struct pz_rows){ "r", 15, 1, 2 };
	strcpy(r->scalars.target, "z");
	r->scalars.n = 9;
	r->galaxies = (struct pz_galaxies){
		.n = 4, .z = z, .zphot = zphot, .mag = mag, .weight = weight
	};
	r->without_z = (struct lacking){ 11, 0, 0 };
	r->without_zphot = (struct lacking){ 12, 0, 0 };
	r->without_weight = 13;
	r->not_common = 14;
	r->outside_z = 15;
	r->outside_zphot = 16;
	make_estimate(&r->of[ESTIMATE_MEAN], 4);
	make_estimate(&r->of[ESTIMATE_MEDIAN], 3);
	r->sigma_disp = numbered(2);
	number_all(&r->tv_floor, sizeof r->tv_floor);
	r->mad = make_by_mag(WHOLE_ROWS);
	r->wasserstein = make_by_mag(2);
}

static inline void make_reports(struct report r[2])
{
	make_report(&r[0], "one");
	make_pdfs(&r[0]);
	make_groups(&r[0]);
	make_report(&r[1], "two");
	r[1].options.weights = NULL;
	r[1].stacked = numbered(1);
	r[1].squared = numbered(1);
}

static inline void release_reports(struct report r[2])
{
	report_release(&r[0]);
	report_release(&r[1]);
}

/* The numbers by their keys, and where they stand. */
static const struct {
	const char *key;
	size_t value, error; /* in struct report */
	bool of_pz;
} whole_numbers[] = {
#define POINT(key, field)                                                                          \
	{                                                                                          \
		key, offsetof(struct report, of[ESTIMATE_MEAN].all.value.field),                   \
			offsetof(struct report, of[ESTIMATE_MEAN].error.field), false              \
	}
#define SCORE(key, field)                                                                          \
	{                                                                                          \
		key, offsetof(struct report, scores.field),                                        \
			offsetof(struct report, scores_error.field), true                          \
	}
	POINT("mean_residual", summary.mean),
	POINT("median_residual", summary.median),
	POINT("sigma_mad", summary.sigma_mad),
	POINT("sigma_68", summary.sigma_68),
	POINT("rms", summary.rms),
	POINT("outlier_fraction", summary.outliers),
	POINT("offset_zspec", offset_zspec),
	POINT("rms_zspec_curve", rms_zspec),
	POINT("rms_zphoto_curve", rms_zphot),
	SCORE("crps", crps),
	SCORE("crps_discrete", crps_discrete),
	SCORE("log_loss", log_loss),
	SCORE("cde_loss", cde_loss),
	SCORE("brier", brier),
	SCORE("odds", odds),
	SCORE("pit_ks", pit.ks),
	SCORE("pit_cvm", pit.cvm),
	SCORE("pit_ad", pit.ad),
	SCORE("pit_outlier_rate", pit.outliers),
	SCORE("coverage_68", pit.cover_68),
	SCORE("coverage_95", pit.cover_95),
	SCORE("pit_ks_local", ks_local),
	SCORE("pit_ks_worst", ks_worst),
	SCORE("interval_68", interval_68),
	SCORE("interval_95", interval_95),
};

#define WHOLE_NUMBERS (sizeof whole_numbers / sizeof *whole_numbers)

static inline double whole_at(const struct report *r, size_t offset)
{
	double x;

	memcpy(&x, (const char *)r + offset, sizeof x);
	return x;
}

#endif
