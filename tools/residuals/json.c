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
		json_array_append_new(a, at == offsetof(struct report_point, count)
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

		if ((flat && m->nested) || (m->of_pz && !(with_pz && r->n_pz)))
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
	for (int k = 0; k < REPORT_PIT_HISTOGRAM && rc == 0; k++)
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
