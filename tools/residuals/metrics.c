/* metrics.c -- the numbers of a report by name */
#include <math.h>
#include <string.h>

#include "report.h"

#define OF_PZ(key, field)                                                                          \
	{                                                                                          \
		key, true, false, false, false, offsetof(struct pz_scores, field), 0               \
	}
#define OF_BINS(key, field)                                                                        \
	{                                                                                          \
		key, true, true, false, false, offsetof(struct pz_scores, field), 0                \
	}
#define OF_INTERVAL(key, field)                                                                    \
	{                                                                                          \
		key, true, false, true, false, offsetof(struct pz_scores, field), 0                \
	}
#define OF_POINT(key, field)                                                                       \
	{                                                                                          \
		key, false, false, false, false, offsetof(struct pz_measures, field), 0            \
	}
#define OF_LINE(key, field, error)                                                                 \
	{                                                                                          \
		key, false, false, false, true, offsetof(struct pz_measures, field),               \
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
	OF_PZ("crps_discrete", crps_discrete),
	OF_BINS("log_loss", log_loss),
	OF_PZ("cde_loss", cde_loss),
	OF_BINS("brier", brier),
	OF_PZ("odds", odds),
	OF_PZ("pit_ks", pit.ks),
	OF_PZ("pit_cvm", pit.cvm),
	OF_PZ("pit_ad", pit.ad),
	OF_PZ("pit_outlier_rate", pit.outliers),
	OF_PZ("coverage_68", pit.cover_68),
	OF_PZ("coverage_95", pit.cover_95),
	OF_PZ("pit_ks_local", ks_local),
	OF_PZ("pit_ks_worst", ks_worst),
	OF_INTERVAL("interval_68", interval_68),
	OF_INTERVAL("interval_95", interval_95),
	OF_LINE("slope_zspec", slope_zspec, zspec_line.slope_error),
	OF_LINE("intercept_zspec", intercept_zspec, zspec_line.intercept_error),
	OF_POINT("offset_zspec", offset_zspec),
	OF_POINT("rms_zspec_curve", rms_zspec),
	OF_LINE("slope_zphoto", slope_zphot, zphot_line.slope_error),
	OF_LINE("intercept_zphoto", intercept_zphot, zphot_line.intercept_error),
	OF_POINT("rms_zphoto_curve", rms_zphot),
	{ "tv", false, false, false, true, offsetof(struct pz_measures, tv), 0 },
};

static size_t measured(const struct report *r)
{
	return r->galaxies.n;
}

static size_t without_z(const struct report *r)
{
	return (size_t)r->without_z.count;
}

static size_t without_weight(const struct report *r)
{
	return r->without_weight;
}

static size_t not_common(const struct report *r)
{
	return r->not_common;
}

static size_t without_zphot(const struct report *r)
{
	return (size_t)r->without_zphot.count;
}

static size_t without_pz(const struct report *r)
{
	return r->galaxies.n - r->n_pz;
}

static size_t outside_pz(const struct report *r)
{
	return r->outside_pz;
}

static size_t outside_z(const struct report *r)
{
	return r->outside_z;
}

static size_t outside_zphot(const struct report *r)
{
	return r->outside_zphot;
}

const struct report_count report_counts[] = {
	{ "n", measured },
	{ "without_z", without_z },
	{ "without_zphot", without_zphot },
	{ "without_weight", without_weight },
	{ "not_common", not_common },
	{ "without_pz", without_pz },
	{ "outside_pz", outside_pz },
	{ "outside_z", outside_z },
	{ "outside_zphot", outside_zphot },
};

const size_t report_counts_count = sizeof report_counts / sizeof *report_counts;

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

bool report_has(const struct report *r, const struct report_metric *m)
{
	return !m->of_pz || (m->of_interval ? r->intervals : r->n_pz > 0);
}

/* Where JSON has the metric. */
static double training_of(const struct report *r, enum estimate e, const struct report_metric *m)
{
	char path[96];

	if (m->of_pz)
		return m->of_bins && !r->binned_alike
			       ? NAN
			       : networks_error(r->options.training, r->name, m->key);
	snprintf(path, sizeof path, "estimates.%s.%s", estimate_name[e], m->key);
	return networks_error(r->options.training, r->name, path);
}

double report_number(const struct report *r, enum estimate e, const struct report_metric *m,
		     enum report_part part)
{
	if (part == REPORT_TRAINING)
		return training_of(r, e, m);
	if (part == REPORT_FIT_ERROR)
		return m->fit_error && r->of[e].there ? number_at(&r->of[e].all, m->fit_error)
						      : NAN;
	if (!m->of_pz)
		return r->of[e].there ? number_at(numbers_of(&r->of[e], part), m->at) : NAN;
	if (!report_has(r, m) || part == REPORT_MEAN || (m->of_bins && !r->binned_alike))
		return NAN;
	return number_at(part == REPORT_VALUE ? &r->scores : &r->scores_error, m->at);
}

double report_ks_p(const struct report *r)
{
	return report_scored(r) ? pz_pit_ks_p(r->scores.pit.ks, r->scored_effective) : NAN;
}
