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

/* What a line of the table shows: a part of a metric, of one estimate, or with ESTIMATES of the
 * estimate that each report has chosen. */
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
		fputc('\n', to);
	}
}

int report_curves(const struct report *r, int n, FILE *to)
{
	struct report_series s;
	int rc = 0;

	fputs("stream\tcurve\tx\tvalue\terror\tbootstrap_mean\tbootstrap_error\tcount\n", to);
	for (int i = 0; i < n; i++)
		for (int k = 0; k < REPORT_KINDS && rc == 0; k++) {
			if ((rc = report_series(&r[i], (enum report_kind)k, &s)) < 0)
				break;
			put_series(r[i].name, &s, to);
			free(s.point);
		}
	return rc < 0 ? rc : check_written(to);
}
