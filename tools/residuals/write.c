/* write.c -- writes reports as tables */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "report.h"

/* 0, or the error of writing to the stream. */
static int check_written(FILE *to)
{
	return ferror(to) ? pz_fail(PZ_EIO, "cannot write: %s", strerror(errno)) : 0;
}

/* A number in as many digits as are needed to read the same number back; "-": there is none. */
static void put_cell(double x, FILE *to)
{
	char text[40] = "-";

	if (!isnan(x))
		pz_value_format(x, false, text, sizeof text);
	fprintf(to, "\t%s", text);
}

/* What a line of the table shows: a part of a metric, of one estimate. Where the estimate is
 * ESTIMATES, each report shows the estimate that it has chosen. */
struct line {
	const struct report_metric *metric;
	enum report_part part;
	enum estimate estimate;
};

static void put_line(const struct report *r, int n, struct line l, const char *ending, FILE *to)
{
	if (l.estimate != ESTIMATES)
		fprintf(to, "%s.", estimate_name[l.estimate]);
	fprintf(to, "%s%s", l.metric->key, ending);
	for (int i = 0; i < n; i++) {
		enum estimate e = l.estimate == ESTIMATES ? r[i].options.estimate : l.estimate;

		put_cell(report_number(&r[i], e, l.metric, l.part), to);
	}
	fputc('\n', to);
}

/* A metric and its errors; for the total variation also the mean, which the article gives. */
static void put_metric(const struct report *r, int n, const struct report_metric *m,
		       enum estimate e, FILE *to)
{
	put_line(r, n, (struct line){ m, REPORT_VALUE, e }, "", to);
	if (m->fit_error)
		put_line(r, n, (struct line){ m, REPORT_FIT_ERROR, e }, "_err", to);
	if (!strcmp(m->key, "tv"))
		put_line(r, n, (struct line){ m, REPORT_MEAN, e }, "_bootstrap", to);
	put_line(r, n, (struct line){ m, REPORT_ERROR, e },
		 m->fit_error ? "_bootstrap_err" : "_err", to);
	if (r->options.training)
		put_line(r, n, (struct line){ m, REPORT_TRAINING, e }, "_training_err", to);
}

static double floor_of(const struct report *r)
{
	return r->tv_floor.mean;
}

static double floor_error_of(const struct report *r)
{
	return r->tv_floor.error;
}

static void put_count(const struct report *r, int n, const struct report_count *count, FILE *to)
{
	fputs(count->key, to);
	for (int i = 0; i < n; i++)
		fprintf(to, "\t%zu", count->of(&r[i]));
	fputc('\n', to);
}

/* A line with another number than a metric. */
static void put_other(const struct report *r, int n, const char *name,
		      double (*number)(const struct report *), FILE *to)
{
	fputs(name, to);
	for (int i = 0; i < n; i++)
		put_cell(number(&r[i]), to);
	fputc('\n', to);
}

/* ---- tomographic bins: a line for each number of each bin ---- */

/* The numbers of a bin, their names, and whether they have errors. */
static const struct {
	const char *name;
	size_t at;
} bin_numbers[] = {
	{ "mean_true", offsetof(struct pz_tomography_numbers, mean_true) },
	{ "mean_pz", offsetof(struct pz_tomography_numbers, mean_pz) },
	{ "mean_zphot", offsetof(struct pz_tomography_numbers, mean_zphot) },
	{ "bias_pz", offsetof(struct pz_tomography_numbers, bias_pz) },
	{ "bias_zphot", offsetof(struct pz_tomography_numbers, bias_zphot) },
	{ "width_ratio", offsetof(struct pz_tomography_numbers, width_ratio) },
	{ "outside", offsetof(struct pz_tomography_numbers, outside) },
};

static void put_bin_number(const struct report *r, int n, int b, size_t k, FILE *to)
{
	double x;

	fprintf(to, "tomography.%d.%s", b + 1, bin_numbers[k].name);
	for (int i = 0; i < n; i++) {
		memcpy(&x, (const char *)&r[i].tomography[b].value + bin_numbers[k].at, sizeof x);
		put_cell(x, to);
	}
	fprintf(to, "\ntomography.%d.%s_err", b + 1, bin_numbers[k].name);
	for (int i = 0; i < n; i++) {
		memcpy(&x, (const char *)&r[i].tomography[b].error + bin_numbers[k].at, sizeof x);
		put_cell(x, to);
	}
	fputc('\n', to);
	if (!r->options.training)
		return;
	fprintf(to, "tomography.%d.%s_training_err", b + 1, bin_numbers[k].name);
	for (int i = 0; i < n; i++)
		put_cell(report_bin_training(&r[i], b, bin_numbers[k].name), to);
	fputc('\n', to);
}

/* Whether the bin meets a requirement, by its p(z) and by its estimates. */
static void put_verdicts(const struct report *r, int n, int b, const struct report_requirement *q,
			 FILE *to)
{
	for (int of_pz = 1; of_pz >= 0; of_pz--) {
		fprintf(to, "tomography.%d.%s_%s", b + 1, of_pz ? "bias_pz" : "bias_zphot",
			q->name);
		for (int i = 0; i < n; i++) {
			const struct pz_tomography_bin *bin = &r[i].tomography[b];

			fprintf(to, "\t%s",
				of_pz ? report_meets(q, bin->value.bias_pz, bin->error.bias_pz)
				      : report_meets(q, bin->value.bias_zphot,
						     bin->error.bias_zphot));
		}
		fputc('\n', to);
	}
}

static void put_bin(const struct report *r, int n, int b, FILE *to)
{
	fprintf(to, "tomography.%d.low", b + 1);
	for (int i = 0; i < n; i++)
		put_cell(isfinite(r[i].tomography_low[b]) ? r[i].tomography_low[b] : NAN, to);
	fprintf(to, "\ntomography.%d.high", b + 1);
	for (int i = 0; i < n; i++)
		put_cell(isfinite(r[i].tomography_high[b]) ? r[i].tomography_high[b] : NAN, to);
	fprintf(to, "\ntomography.%d.n", b + 1);
	for (int i = 0; i < n; i++)
		fprintf(to, "\t%zu", r[i].tomography[b].count);
	fputc('\n', to);
	for (size_t k = 0; k < sizeof bin_numbers / sizeof *bin_numbers; k++)
		put_bin_number(r, n, b, k, to);
	for (int q = 0; q < REPORT_REQUIREMENTS; q++)
		if (r->options.tomography.require[q])
			put_verdicts(r, n, b, &report_requirements[q], to);
}

static void put_worst(const struct report *r, int n, bool of_pz, FILE *to)
{
	const char *name = of_pz ? "pz" : "zphot";
	double error;

	fprintf(to, "tomography.worst_%s", name);
	for (int i = 0; i < n; i++)
		put_cell(report_worst_bin(&r[i], of_pz, &error), to);
	fprintf(to, "\ntomography.worst_%s_err", name);
	for (int i = 0; i < n; i++) {
		(void)report_worst_bin(&r[i], of_pz, &error);
		put_cell(error, to);
	}
	fputc('\n', to);
	if (!r->options.training)
		return;
	fprintf(to, "tomography.worst_%s_training_err", name);
	for (int i = 0; i < n; i++)
		put_cell(report_worst_training(&r[i], of_pz), to);
	fputc('\n', to);
}

/* ---- differences from the first stream ---- */

enum difference_part { DIFFERENCE, DIFFERENCE_ERROR, DIFFERENCE_SIGMA };

static void put_difference(const struct report *r, int n, size_t k, enum difference_part part,
			   FILE *to)
{
	static const char *const ending[] = { "", "_err", "_sigma" };

	fprintf(to, "difference.%s%s", report_metrics[k].key, ending[part]);
	for (int i = 0; i < n; i++) {
		const struct report_difference *d = r[i].difference ? &r[i].difference[k] : NULL;

		put_cell(!d                         ? NAN
			 : part == DIFFERENCE       ? d->value
			 : part == DIFFERENCE_ERROR ? d->error
			 : d->error > 0             ? d->value / d->error
						    : NAN,
			 to);
	}
	fputc('\n', to);
}

/* What was asked for beside the numbers that all tables have. */
static void put_asked(const struct report *r, int n, FILE *to)
{
	for (int b = 0; r->tomography && b < r->options.tomography.bins; b++)
		put_bin(r, n, b, to);
	if (r->tomography) {
		put_worst(r, n, true, to);
		put_worst(r, n, false, to);
	}
	for (size_t k = 0; r->options.differences && k < report_metrics_count; k++) {
		put_difference(r, n, k, DIFFERENCE, to);
		put_difference(r, n, k, DIFFERENCE_ERROR, to);
		put_difference(r, n, k, DIFFERENCE_SIGMA, to);
	}
}

int report_tsv(const struct report *r, int n, FILE *to)
{
	fputs("quantity", to);
	for (int i = 0; i < n; i++)
		fprintf(to, "\t%s", r[i].name);
	fputc('\n', to);
	for (size_t k = 0; k < report_counts_count; k++)
		put_count(r, n, &report_counts[k], to);
	for (size_t k = 0; k < report_metrics_count; k++)
		put_metric(r, n, &report_metrics[k], ESTIMATES, to);
	put_other(r, n, "tv_floor", floor_of, to);
	put_other(r, n, "tv_floor_err", floor_error_of, to);
	put_other(r, n, "pit_ks_p", report_ks_p, to);
	for (enum estimate e = 0; e < ESTIMATES; e++)
		for (size_t k = 0; k < report_metrics_count; k++)
			if (!report_metrics[k].of_pz)
				put_metric(r, n, &report_metrics[k], e, to);
	put_asked(r, n, to);
	return check_written(to);
}

static void put_series(const char *name, const struct report_series *s, FILE *to)
{
	for (int i = 0; i < s->n; i++) {
		const struct report_point *p = &s->point[i];

		fprintf(to, "%s\t%s", name, s->key);
		put_cell(p->x, to);
		put_cell(p->value, to);
		put_cell(p->error, to);
		put_cell(p->boot_mean, to);
		put_cell(p->boot_error, to);
		put_cell(p->count, to);
		put_cell(p->row, to);
		put_cell(p->floor, to);
		fputc('\n', to);
	}
}

int report_curves(const struct report *r, int n, FILE *to)
{
	struct report_series s;
	int rc = 0;

	fputs("stream\tcurve\tx\tvalue\terror\tbootstrap_mean\tbootstrap_"
	      "error\tcount\trow\tfloor\n",
	      to);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < REPORT_KINDS && rc == 0; k++) {
			if ((rc = report_series(&r[i], (enum report_kind)k, &s)) < 0)
				break;
			put_series(r[i].name, &s, to);
			free(s.point);
		}
	return rc < 0 ? rc : check_written(to);
}
