/* report_metrics.c -- the numbers of a report by name */
#include <math.h>
#include <string.h>

#include "report.h"

#define OF_PZ(key, field)                                                                          \
	{                                                                                          \
		key, true, false, offsetof(struct pz_scores, field), 0                             \
	}
#define OF_POINT(key, field)                                                                       \
	{                                                                                          \
		key, false, false, offsetof(struct pz_measures, field), 0                          \
	}
#define OF_LINE(key, field, error)                                                                 \
	{                                                                                          \
		key, false, true, offsetof(struct pz_measures, field),                             \
			offsetof(struct pz_measured, error)                                        \
	}

const struct report_metric report_metrics[] = {
	OF_POINT("mean_residual", summary.mean),
	OF_POINT("median_residual", summary.median),
	OF_POINT("sigma_mad", summary.sigma_mad),
	OF_POINT("sigma_68", summary.sigma_68),
	OF_POINT("rms", summary.rms),
	OF_POINT("outlier_fraction", summary.outliers),
	OF_PZ("crps", crps),
	OF_PZ("log_loss", log_loss),
	OF_PZ("cde_loss", cde_loss),
	OF_PZ("brier", brier),
	OF_PZ("odds", odds),
	OF_PZ("pit_ks", pit.ks),
	OF_PZ("pit_cvm", pit.cvm),
	OF_PZ("pit_ad", pit.ad),
	OF_PZ("pit_outlier_rate", pit.outliers),
	OF_PZ("coverage_68", pit.cover_68),
	OF_PZ("coverage_95", pit.cover_95),
	OF_LINE("slope_zspec", slope_zspec, zspec_line.slope_error),
	OF_LINE("intercept_zspec", intercept_zspec, zspec_line.intercept_error),
	OF_LINE("slope_zphoto", slope_zphot, zphot_line.slope_error),
	OF_LINE("intercept_zphoto", intercept_zphot, zphot_line.intercept_error),
	OF_POINT("rms_zphoto_curve", rms_zphot),
	{ "tv", false, true, offsetof(struct pz_measures, tv), 0 },
};

const size_t report_metrics_count = sizeof report_metrics / sizeof *report_metrics;

static double number_at(const void *numbers, size_t offset)
{
	double x;

	memcpy(&x, (const char *)numbers + offset, sizeof x);
	return x;
}

static const void *numbers_of(const struct report_estimate *e, enum report_part part)
{
	return part == REPORT_VALUE ? &e->all.value : part == REPORT_MEAN ? &e->mean : &e->error;
}

double report_number(const struct report *r, enum estimate e, const struct report_metric *m,
		     enum report_part part)
{
	if (part == REPORT_FIT_ERROR)
		return m->fit_error && r->of[e].there ? number_at(&r->of[e].all, m->fit_error)
						      : NAN;
	if (!m->of_pz)
		return r->of[e].there ? number_at(numbers_of(&r->of[e], part), m->at) : NAN;
	if (!r->has_pz || part == REPORT_MEAN)
		return NAN;
	return number_at(part == REPORT_VALUE ? &r->scores : &r->scores_error, m->at);
}

double report_ks_p(const struct report *r)
{
	return r->has_pz ? pz_pit_ks_p(r->scores.pit.ks, r->scalars.n) : NAN;
}
