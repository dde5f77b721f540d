/* json.c -- writes reports as JSON
 *
 * If jansson fails, the value is NULL, and so is every value that would hold it.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include <pz/error.h>

#include "report.h"

static json_t *make_number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

static json_t *make_integer(size_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *make_numbers(const double *x, int n)
{
	json_t *a = json_array();

	for (int i = 0; i < n; i++)
		json_array_append_new(a, make_number(x[i]));
	return a;
}

/* One column of a series; at: the offset of its number in a point. */
static void put_column(json_t *o, const char *name, const struct report_series *s, size_t at)
{
	json_t *a = json_array();
	double x;

	for (int i = 0; i < s->n; i++) {
		memcpy(&x, (const char *)&s->point[i] + at, sizeof x);
		json_array_append_new(a, at == offsetof(struct report_point, count) ||
							 at == offsetof(struct report_point, row)
						 ? make_integer((size_t)x)
						 : make_number(x));
	}
	json_object_set_new(o, name, a);
}

#define COLUMN(field) offsetof(struct report_point, field)

static int put_series(json_t *to, const struct report *r, enum report_kind kind)
{
	struct report_series s;
	json_t *o = json_object();
	int rc = report_series(r, kind, &s);

	if (rc < 0 || s.n == 0) {
		json_decref(o);
		free(s.point);
		return rc;
	}
	put_column(o, s.x, &s, COLUMN(x));
	put_column(o, s.value, &s, COLUMN(value));
	if (s.has & REPORT_HAS_ERROR)
		put_column(o, "error", &s, COLUMN(error));
	if (s.has & REPORT_HAS_MEAN)
		put_column(o, "bootstrap_mean", &s, COLUMN(boot_mean));
	if (s.has & REPORT_HAS_BOOT)
		put_column(o, "bootstrap_error", &s, COLUMN(boot_error));
	if (s.has & REPORT_HAS_COUNT)
		put_column(o, "count", &s, COLUMN(count));
	if (s.has & REPORT_HAS_ROW)
		put_column(o, "row", &s, COLUMN(row));
	if (s.has & REPORT_HAS_FLOOR)
		put_column(o, "floor", &s, COLUMN(floor));
	if (kind == REPORT_CURVE_SIMULATED)
		json_object_set_new(o, "factor", make_number(r->options.factor));
	json_object_set_new(to, s.key, o);
	free(s.point);
	return 0;
}

/* All metrics of an estimate; flat: only those that are not part of another object; with_pz: the
 * scores of p(z) as well. */
static void put_metrics(json_t *o, const struct report *r, enum estimate e, enum report_part part,
			bool flat, bool with_pz)
{
	for (size_t k = 0; k < report_metrics_count; k++) {
		const struct report_metric *m = &report_metrics[k];

		if ((flat && m->nested) || (m->of_pz && !(with_pz && report_has(r, m))))
			continue;
		json_object_set_new(o, m->key, make_number(report_number(r, e, m, part)));
	}
}

static json_t *make_estimates(const struct report *r)
{
	json_t *all = json_object();

	for (enum estimate e = 0; e < ESTIMATES; e++) {
		json_t *o, *errors;

		if (!r->of[e].there)
			continue;
		o = json_object();
		errors = json_object();
		put_metrics(o, r, e, REPORT_VALUE, false, false);
		put_metrics(errors, r, e, REPORT_ERROR, false, false);
		json_object_set_new(o, "errors", errors);
		if (networks_have(r->options.training, r->name)) {
			json_t *training = json_object();

			put_metrics(training, r, e, REPORT_TRAINING, false, false);
			json_object_set_new(o, "training", training);
		}
		json_object_set_new(all, estimate_name[e], o);
	}
	return all;
}

static json_t *make_line(const struct pz_line *l, double from)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:i}", "value", make_number(l->slope),
			 "error", make_number(l->slope_error), "from", make_number(from),
			 "intercept", make_number(l->intercept), "intercept_error",
			 make_number(l->intercept_error), "chi2", make_number(l->chi2), "points",
			 l->points);
}

static json_t *make_total_variation(const struct report *r)
{
	const struct report_estimate *e = report_chosen(r);

	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "value", make_number(e->all.value.tv),
			 "bootstrap_mean", make_number(e->mean.tv), "error",
			 make_number(e->error.tv), "floor", make_number(r->tv_floor.mean),
			 "floor_error", make_number(r->tv_floor.error));
}

static void put_pit(json_t *o, json_t *errors, const struct report *r)
{
	json_object_set_new(o, "pit_ks_p", make_number(report_ks_p(r)));
	json_object_set_new(o, "pit_histogram", make_numbers(r->scores.pit.histogram, PZ_PIT_BINS));
	json_object_set_new(errors, "pit_histogram",
			    make_numbers(r->scores_error.pit.histogram, PZ_PIT_BINS));
}

static json_t *make_bin_numbers(const struct pz_tomography_numbers *x)
{
	return json_pack(
		"{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "mean_true", make_number(x->mean_true),
		"mean_pz", make_number(x->mean_pz), "mean_zphot", make_number(x->mean_zphot),
		"bias_pz", make_number(x->bias_pz), "bias_zphot", make_number(x->bias_zphot),
		"width_ratio", make_number(x->width_ratio), "outside", make_number(x->outside));
}

static json_t *make_bin(const struct report *r, int b)
{
	const struct pz_tomography_bin *bin = &r->tomography[b];
	json_t *o = make_bin_numbers(&bin->value), *meets = json_object();

	json_object_set_new(o, "low", make_number(r->tomography_low[b]));
	json_object_set_new(o, "high", make_number(r->tomography_high[b]));
	json_object_set_new(o, "n", make_integer(bin->count));
	json_object_set_new(o, "n_pz", make_integer(bin->stacked));
	json_object_set_new(o, "errors", make_bin_numbers(&bin->error));
	for (int q = 0; q < REPORT_REQUIREMENTS; q++) {
		const struct report_requirement *one = &report_requirements[q];

		if (r->options.tomography.require[q])
			json_object_set_new(
				meets, one->name,
				json_pack("{s:s, s:s}", "pz",
					  report_meets(one, bin->value.bias_pz, bin->error.bias_pz),
					  "zphot",
					  report_meets(one, bin->value.bias_zphot,
						       bin->error.bias_zphot)));
	}
	json_object_set_new(o, "meets", meets);
	return o;
}

static json_t *make_worst(const struct report *r, bool of_pz)
{
	double error, worst = report_worst_bin(r, of_pz, &error);

	return json_pack("{s:o, s:o}", "value", make_number(worst), "error", make_number(error));
}

static json_t *make_tomography(const struct report *r)
{
	json_t *bins = json_array(), *require = json_object(), *sources = json_object();

	for (int b = 0; b < r->options.tomography.bins; b++)
		json_array_append_new(bins, make_bin(r, b));
	for (int q = 0; q < REPORT_REQUIREMENTS; q++) {
		const struct report_requirement *one = &report_requirements[q];

		if (!r->options.tomography.require[q])
			continue;
		json_object_set_new(require, one->name, json_real(one->limit));
		json_object_set_new(sources, one->name, json_string(one->source));
	}
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "by",
			 estimate_name[r->options.tomography.by], "require", require, "sources",
			 sources, "in_no_bin", make_integer(r->outside_tomography), "worst_pz",
			 make_worst(r, true), "worst_zphot", make_worst(r, false), "bins", bins);
}

static json_t *make_trend_numbers(const struct pz_trend_numbers *x)
{
	return json_pack("{s:o, s:o, s:o, s:o}", "mean_residual", make_number(x->mean), "sigma_mad",
			 make_number(x->sigma_mad), "outlier_fraction", make_number(x->outliers),
			 "pit_ks", make_number(x->ks));
}

static json_t *make_trend(const struct report *r)
{
	json_t *bins = json_array();

	for (int b = 0; b < REPORT_TREND; b++) {
		const struct pz_trend_bin *bin = &r->trend[b];
		json_t *o = make_trend_numbers(&bin->value);

		json_object_set_new(o, "low", make_number(bin->low));
		json_object_set_new(o, "high", make_number(bin->high));
		json_object_set_new(o, "mean", make_number(bin->key));
		json_object_set_new(o, "n", make_integer(bin->count));
		json_object_set_new(o, "pit_ks_floor", make_number(bin->floor));
		json_object_set_new(o, "errors", make_trend_numbers(&bin->error));
		json_array_append_new(bins, o);
	}
	return json_pack("{s:s, s:o, s:o}", "key", r->options.against, "without",
			 make_integer(r->without_against), "bins", bins);
}

static json_t *make_differences(const struct report *r)
{
	json_t *o = json_object();

	json_object_set_new(o, "from", json_string(r->difference_from));
	for (size_t k = 0; k < report_metrics_count; k++) {
		const struct report_difference *d = &r->difference[k];

		json_object_set_new(o, report_metrics[k].key,
				    json_pack("{s:o, s:o, s:o}", "difference",
					      make_number(d->value), "error", make_number(d->error),
					      "sigma", make_number(d->value / d->error)));
	}
	return o;
}

/* Deviations between networks. */
static json_t *make_training(const struct report *r)
{
	static const char *const of_bin[] = { "mean_true",  "mean_pz",     "mean_zphot", "bias_pz",
					      "bias_zphot", "width_ratio", "outside" };
	json_t *o = json_object(), *bins = json_array();

	json_object_set_new(o, "networks",
			    make_integer((size_t)networks_count(r->options.training)));
	put_metrics(o, r, r->options.estimate, REPORT_TRAINING, false, true);
	if (!r->tomography) {
		json_decref(bins);
		return o;
	}
	for (int b = 0; b < r->options.tomography.bins; b++) {
		json_t *bin = json_object();

		for (size_t k = 0; k < sizeof of_bin / sizeof *of_bin; k++)
			json_object_set_new(bin, of_bin[k],
					    make_number(report_bin_training(r, b, of_bin[k])));
		json_array_append_new(bins, bin);
	}
	json_object_set_new(o, "tomography",
			    json_pack("{s:o, s:o, s:o}", "worst_pz",
				      make_number(report_worst_training(r, true)), "worst_zphot",
				      make_number(report_worst_training(r, false)), "bins", bins));
	return o;
}

/* What was asked for beside the numbers that all reports have. */
static void put_asked(json_t *o, const struct report *r)
{
	if (r->options.weights)
		json_object_set_new(o, "weights", json_string(r->options.weights));
	if (r->tomography)
		json_object_set_new(o, "tomography", make_tomography(r));
	if (r->trend)
		json_object_set_new(o, "against", make_trend(r));
	if (r->difference)
		json_object_set_new(o, "differences", make_differences(r));
	if (networks_have(r->options.training, r->name))
		json_object_set_new(o, "training", make_training(r));
}

static json_t *make_stream(const struct report *r)
{
	const struct report_estimate *e = report_chosen(r);
	enum estimate chosen = r->options.estimate;
	json_t *o = json_object(), *errors = json_object();
	int rc = 0;

	for (size_t k = 0; k < report_counts_count; k++)
		json_object_set_new(o, report_counts[k].key, make_integer(report_counts[k].of(r)));
	json_object_set_new(o, "axes",
			    json_pack("{s:f, s:f, s:i}", "min", r->axes.min, "max", r->axes.max,
				      "bins", r->axes.bins));
	json_object_set_new(o, "estimate", json_string(estimate_name[chosen]));
	json_object_set_new(o, "outlier_threshold", make_number(r->options.outlier));
	put_metrics(o, r, chosen, REPORT_VALUE, true, true);
	put_metrics(errors, r, chosen, REPORT_ERROR, false, true);
	if (r->n_pz)
		put_pit(o, errors, r);
	json_object_set_new(o, "errors", errors);
	json_object_set_new(o, "slope_zspec", make_line(&e->all.zspec_line, r->options.fit_from));
	json_object_set_new(o, "slope_zphoto", make_line(&e->all.zphot_line, r->axes.min));
	json_object_set_new(o, "tv", make_total_variation(r));
	json_object_set_new(o, "estimates", make_estimates(r));
	put_asked(o, r);
	for (int k = 0; k < REPORT_AGAINST_BIAS && rc == 0; k++)
		if (k != REPORT_PIT_HISTOGRAM && k != REPORT_TOMOGRAPHY_PZ &&
		    k != REPORT_TOMOGRAPHY_ZPHOT)
			rc = put_series(o, r, (enum report_kind)k);
	json_object_set_new(o, "sigma_disp", make_numbers(r->sigma_disp, r->rows.channels));
	if (rc == 0)
		return o;
	json_decref(o);
	return NULL;
}

int report_json(const struct report *r, int n, FILE *to)
{
	json_t *root = json_object();
	int rc = 0;

	for (int i = 0; i < n && rc == 0; i++)
		rc = json_object_set_new(root, r[i].name, make_stream(&r[i]));
	if (rc < 0)
		rc = pz_fail(PZ_ENOMEM, "no memory for JSON");
	else if (json_dumpf(root, to, JSON_INDENT(1) | JSON_REAL_PRECISION(17)) < 0 ||
		 fputc('\n', to) == EOF || ferror(to))
		rc = pz_fail(PZ_EIO, "cannot write JSON: %s", strerror(errno));
	json_decref(root);
	return rc;
}
