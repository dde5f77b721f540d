/* differences.c -- the numbers of a stream less those of the first, over the same resamples */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "report.h"

/* Whether both have the same galaxies in the same order, and a score of each of them. */
static int check_pairs(const struct report *r, const struct report *first)
{
	if (r->kept.without_ids || first->kept.without_ids)
		return pz_fail(PZ_EDATA,
			       "%s: --differences: expected an 'id' in every record, found none in "
			       "some",
			       r->kept.without_ids ? r->name : first->name);
	if (r->kept.n == first->kept.n && (r->options.common || r->kept.ids == first->kept.ids))
		return 0;
	return pz_fail(PZ_EMISMATCH,
		       "%s: --differences: expected the galaxies of %s in the same order, found "
		       "others: give --common",
		       r->name, first->name);
}

static double number_at(const void *numbers, size_t offset)
{
	double x;

	memcpy(&x, (const char *)numbers + offset, sizeof x);
	return x;
}

/* The number in resample i. */
static double drawn(const struct report *r, const struct report_metric *m, int i)
{
	return m->of_pz ? number_at(&r->score_each[i], m->at) : number_at(&r->each[i], m->at);
}

/* The standard deviation of the difference over resamples. */
static double error_of(const struct report *r, const struct report *first,
		       const struct report_metric *m)
{
	double sum = 0, square = 0, mean;
	int n = 0, draws = r->options.bootstrap;

	for (int i = 0; i < draws; i++) {
		double d = drawn(r, m, i) - drawn(first, m, i);

		sum += isnan(d) ? 0 : d;
		n += !isnan(d);
	}
	mean = sum / n;
	for (int i = 0; i < draws; i++) {
		double d = drawn(r, m, i) - drawn(first, m, i) - mean;

		square += isnan(d) ? 0 : d * d;
	}
	return n > 1 ? sqrt(square / (n - 1)) : NAN;
}

int report_compare(struct report *r, const struct report *first)
{
	bool scored = r->n_score == r->galaxies.n && first->n_score == r->galaxies.n;
	int rc = check_pairs(r, first);

	if (rc < 0)
		return rc;
	if (!(r->difference = calloc(report_metrics_count, sizeof *r->difference)))
		return pz_fail(PZ_ENOMEM, "no memory for differences");
	memcpy(r->difference_from, first->name, sizeof r->difference_from);
	for (size_t k = 0; k < report_metrics_count; k++) {
		const struct report_metric *m = &report_metrics[k];
		enum estimate e = r->options.estimate;
		bool paired = !m->of_pz || scored;

		r->difference[k].value = paired ? report_number(r, e, m, REPORT_VALUE) -
							  report_number(first, e, m, REPORT_VALUE)
						: NAN;
		r->difference[k].error = isnan(r->difference[k].value) ? NAN
								       : error_of(r, first, m);
	}
	free(r->each);
	free(r->score_each);
	r->each = NULL;
	r->score_each = NULL;
	return 0;
}
