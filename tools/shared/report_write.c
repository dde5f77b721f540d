/* report_write.c -- reports as a table and as JSON */
#include <errno.h>
#include <math.h>
#include <string.h>

#include <jansson.h>

#include <pz/error.h>

#include "report.h"

/* -- the table */

static double count_of(const struct report *r)
{
	return (double)r->scalars.n;
}

/* A quantity of the table: where it stands in a report, or a function of it. */
struct quantity {
	const char *name;
	size_t offset;
	double (*function)(const struct report *r);
	bool of_pz; /* needs p(z)                                              */
};

#define AT(field) offsetof(struct report, field), NULL
/* A number and its bootstrap error. */
#define METRIC(name, field)                                                                        \
	{ name, AT(summary.field) },                                                               \
	{                                                                                          \
		name "_err", AT(error.field)                                                       \
	}
#define SCORE(name, field)                                                                         \
	{ name, AT(scores.field), true },                                                          \
	{                                                                                          \
		name "_err", AT(scores_error.field), true                                          \
	}

static const struct quantity quantities[] = {
	{ "n", 0, count_of },
	METRIC("mean_residual", mean),
	METRIC("median_residual", median),
	METRIC("sigma_mad", sigma_mad),
	METRIC("sigma_68", sigma_68),
	METRIC("rms", rms),
	METRIC("outlier_fraction", outliers),
	SCORE("crps", crps),
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
	{ "slope_zspec", AT(zspec_line.slope) },
	{ "slope_zspec_err", AT(zspec_line.slope_error) },
	{ "slope_zphoto", AT(zphot_line.slope) },
	{ "slope_zphoto_err", AT(zphot_line.slope_error) },
	{ "rms_zphoto_curve", AT(rms_zphot) },
	{ "tv", AT(tv) },
	{ "tv_bootstrap", AT(tv_boot.mean) },
	{ "tv_err", AT(tv_boot.error) },
	{ "tv_floor", AT(tv_floor.mean) },
	{ "tv_floor_err", AT(tv_floor.error) },
};

static double value_of(const struct quantity *q, const struct report *r)
{
	double x;

	if (q->of_pz && !r->has_pz)
		return NAN;
	if (q->function)
		return q->function(r);
	memcpy(&x, (const char *)r + q->offset, sizeof x);
	return x;
}

/* 0, or what the stream that was written to has to say. */
static int check_written(FILE *to)
{
	return ferror(to) ? pz_fail(PZ_EDATA, "cannot write: %s", strerror(errno)) : 0;
}

int report_tsv(const struct report *r, int n, FILE *to)
{
	fputs("quantity", to);
	for (int i = 0; i < n; i++)
		fprintf(to, "\t%s", r[i].name);
	fputc('\n', to);
	for (size_t k = 0; k < sizeof quantities / sizeof *quantities; k++) {
		fputs(quantities[k].name, to);
		for (int i = 0; i < n; i++) {
			double x = value_of(&quantities[k], &r[i]);

			if (isnan(x))
				fputs("\t-", to);
			else
				fprintf(to, "\t%.6g", x);
		}
		fputc('\n', to);
	}
	return check_written(to);
}

/* -- JSON. jansson keeps the first failure in the value: NULL all the way up. */

static json_t *number(double x)
{
	return isfinite(x) ? json_real(x) : json_null();
}

static json_t *integer(size_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *numbers(const double *x, int n)
{
	json_t *a = json_array();

	for (int i = 0; i < n; i++)
		json_array_append_new(a, number(x[i]));
	return a;
}

static json_t *curve(const struct pz_curve *c)
{
	json_t *z = json_array(), *residual = json_array();
	json_t *error = json_array(), *count = json_array();

	for (int i = 0; i < c->n; i++) {
		json_array_append_new(z, number(c->point[i].z));
		json_array_append_new(residual, number(c->point[i].residual));
		json_array_append_new(error, number(c->point[i].error));
		json_array_append_new(count, integer(c->point[i].count));
	}
	return json_pack("{s:o, s:o, s:o, s:o}", "z", z, "residual", residual, "error", error,
			 "count", count);
}

static json_t *line(const struct pz_line *l, double from)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:i}", "value", number(l->slope), "error",
			 number(l->slope_error), "from", number(from), "intercept",
			 number(l->intercept), "intercept_error", number(l->intercept_error),
			 "chi2", number(l->chi2), "points", l->points);
}

static json_t *by_mag(const struct pz_by_mag *x, int n)
{
	json_t *mag = json_array(), *count = json_array(), *value = json_array();
	json_t *mean = json_array(), *error = json_array();

	for (int i = 0; i < n; i++) {
		json_array_append_new(mag, number(x[i].mag));
		json_array_append_new(count, integer(x[i].count));
		json_array_append_new(value, number(x[i].value));
		json_array_append_new(mean, number(x[i].boot.mean));
		json_array_append_new(error, number(x[i].boot.error));
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "mag", mag, "count", count, "value", value,
			 "bootstrap_mean", mean, "error", error);
}

static json_t *total_variation(const struct report *r)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "value", number(r->tv), "bootstrap_mean",
			 number(r->tv_boot.mean), "error", number(r->tv_boot.error), "floor",
			 number(r->tv_floor.mean), "floor_error", number(r->tv_floor.error));
}

/* The numbers of a summary under the names of the contract. */
static void put_summary(json_t *o, const struct pz_summary *s)
{
	json_object_set_new(o, "mean_residual", number(s->mean));
	json_object_set_new(o, "median_residual", number(s->median));
	json_object_set_new(o, "sigma_mad", number(s->sigma_mad));
	json_object_set_new(o, "sigma_68", number(s->sigma_68));
	json_object_set_new(o, "rms", number(s->rms));
	json_object_set_new(o, "outlier_fraction", number(s->outliers));
}

/* The scores of p(z) likewise. */
static void put_scores(json_t *o, const struct pz_scores *s)
{
	json_object_set_new(o, "crps", number(s->crps));
	json_object_set_new(o, "log_loss", number(s->log_loss));
	json_object_set_new(o, "cde_loss", number(s->cde_loss));
	json_object_set_new(o, "brier", number(s->brier));
	json_object_set_new(o, "odds", number(s->odds));
	json_object_set_new(o, "pit_ks", number(s->pit.ks));
	json_object_set_new(o, "pit_cvm", number(s->pit.cvm));
	json_object_set_new(o, "pit_ad", number(s->pit.ad));
	json_object_set_new(o, "pit_outlier_rate", number(s->pit.outliers));
	json_object_set_new(o, "coverage_68", number(s->pit.cover_68));
	json_object_set_new(o, "coverage_95", number(s->pit.cover_95));
	json_object_set_new(o, "pit_histogram", numbers(s->pit.histogram, PZ_PIT_BINS));
}

static json_t *stream(const struct report *r)
{
	json_t *o = json_object(), *errors = json_object();

	json_object_set_new(o, "n", integer(r->scalars.n));
	json_object_set_new(o, "without_z", integer(r->without_z));
	json_object_set_new(o, "estimate", json_string(estimate_name[r->options.estimate]));
	put_summary(o, &r->summary);
	json_object_set_new(o, "outlier_threshold", number(r->options.outlier));
	put_summary(errors, &r->error);
	if (r->has_pz) {
		put_scores(o, &r->scores);
		put_scores(errors, &r->scores_error);
	}
	json_object_set_new(o, "errors", errors);
	json_object_set_new(o, "slope_zspec", line(&r->zspec_line, r->options.fit_from));
	json_object_set_new(o, "slope_zphoto", line(&r->zphot_line, r->grid.min));
	json_object_set_new(o, "tv", total_variation(r));
	json_object_set_new(o, "rms_zphoto_curve", number(r->rms_zphot));
	json_object_set_new(o, "curve_zspec", curve(&r->zspec));
	json_object_set_new(o, "curve_zphoto", curve(&r->zphot));
	json_object_set_new(o, "curve_simulated", curve(&r->simulated));
	json_object_set_new(o, "sigma_mad_rows", by_mag(r->mad, pz_rows_count(&r->rows)));
	json_object_set_new(o, "wasserstein", by_mag(r->wasserstein, r->rows.channels));
	json_object_set_new(o, "sigma_disp", numbers(r->sigma_disp, r->rows.channels));
	return o;
}

int report_json(const struct report *r, int n, FILE *to)
{
	json_t *root = json_object();
	int rc;

	for (int i = 0; i < n; i++)
		json_object_set_new(root, r[i].name, stream(&r[i]));
	rc = json_dumpf(root, to, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
	json_decref(root);
	fputc('\n', to);
	return rc ? pz_fail(PZ_EDATA, "cannot write JSON: %s", strerror(errno)) : check_written(to);
}
