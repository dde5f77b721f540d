/* grouped.c -- tomographic bins, what surveys require of them, and bins of any key */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/quantiles.h>

#include "grouped.h"

const struct report_requirement report_requirements[REPORT_REQUIREMENTS] = {
	{ "lsst-y1", 0.002,
	  "LSST DESC Science Requirements Document v1.0.2, arXiv:1809.01669: mean redshift of each "
	  "source bin, weak lensing, year 1" },
	{ "lsst-y10", 0.001,
	  "LSST DESC Science Requirements Document v1.0.2, arXiv:1809.01669: mean redshift of each "
	  "source bin, weak lensing, year 10" },
	{ "lsst-lens-y1", 0.005,
	  "LSST DESC Science Requirements Document v1.0.2, arXiv:1809.01669: mean redshift of each "
	  "lens bin, large-scale structure, year 1" },
	{ "lsst-lens-y10", 0.003,
	  "LSST DESC Science Requirements Document v1.0.2, arXiv:1809.01669: mean redshift of each "
	  "lens bin, large-scale structure, year 10" },
	{ "euclid", 0.002,
	  "Euclid Definition Study Report, Laureijs et al. 2011, arXiv:1110.3193: mean redshift of "
	  "each bin" },
};

/* ---- options ---- */

/* A number at *at, which moves behind it and the comma that follows. */
static bool take_number(const char **at, double *x)
{
	char *end;

	*x = strtod(*at, &end);
	if (end == *at || !isfinite(*x) || (*end && *end != ',') || (*end == ',' && !end[1]))
		return false;
	*at = *end ? end + 1 : end;
	return true;
}

int tomography_parse(const char *text, struct report_tomography_options *t)
{
	double x;
	int n = 0;

	t->bins = 0;
	t->given = strchr(text, ',') != NULL;
	for (const char *at = text; n == 0 || *at; n++) {
		if (n > REPORT_BINS || !take_number(&at, &x) || (n > 0 && x <= t->edge[n - 1]))
			return pz_fail(PZ_EUSAGE,
				       "--tomography: expected a number of bins (1 to %d), or "
				       "rising edges with commas between them, found '%s'",
				       REPORT_BINS, text);
		t->edge[n] = x;
	}
	t->bins = t->given ? n - 1 : (int)fmin(fmax(x, 0), REPORT_BINS + 1);
	if (t->bins < 1 || t->bins > REPORT_BINS || (!t->given && x != t->bins))
		return pz_fail(PZ_EUSAGE, "--tomography: expected 1 to %d bins, found '%s'",
			       REPORT_BINS, text);
	return 0;
}

int requirements_parse(const char *list, struct report_tomography_options *t)
{
	for (const char *at = list, *end; at; at = *end ? end + 1 : NULL) {
		bool found = false;

		end = at + strcspn(at, ",");
		for (int q = 0; q < REPORT_REQUIREMENTS; q++)
			if (strlen(report_requirements[q].name) == (size_t)(end - at) &&
			    !strncmp(report_requirements[q].name, at, (size_t)(end - at)))
				found = t->require[q] = true;
		if (!found)
			return pz_fail(PZ_EUSAGE,
				       "--require: expected some of " REQUIREMENTS ", "
				       "found '%.*s'",
				       (int)(end - at), at);
	}
	return 0;
}

/* ---- tomography ---- */

double report_worst_bin(const struct report *r, bool of_pz, double *error)
{
	double worst = NAN;

	*error = NAN;
	for (int b = 0; r->tomography && b < r->options.tomography.bins; b++) {
		const struct pz_tomography_bin *bin = &r->tomography[b];
		double bias = fabs(of_pz ? bin->value.bias_pz : bin->value.bias_zphot);

		if (isnan(bias) || bias <= worst)
			continue;
		worst = bias;
		*error = of_pz ? bin->error.bias_pz : bin->error.bias_zphot;
	}
	return worst;
}

double report_worst_training(const struct report *r, bool of_pz)
{
	return networks_error(r->options.training, r->name,
			      of_pz ? "tomography.worst_pz.value" : "tomography.worst_zphot.value");
}

double report_bin_training(const struct report *r, int b, const char *key)
{
	char path[96];

	snprintf(path, sizeof path, "tomography.bins.%d.%s", b, key);
	return networks_error(r->options.training, r->name, path);
}

const char *report_meets(const struct report_requirement *q, double bias, double error)
{
	double off = fabs(bias), width = isnan(error) ? 0 : error;

	if (isnan(off))
		return "-";
	return off + width <= q->limit ? "yes" : off - width > q->limit ? "no" : "unsure";
}

/* The edges of all bins: as given, or between equal numbers of galaxies with open ends. */
static int find_edges(struct report *r)
{
	const struct report_tomography_options *o = &r->options.tomography;
	double *low, *high, edge[REPORT_BINS];
	int rc = 0;

	low = r->tomography_low = malloc(2 * (size_t)o->bins * sizeof *low);
	if (!low)
		return pz_fail(PZ_ENOMEM, "no memory for %d bins", o->bins);
	high = r->tomography_high = low + o->bins;
	if (!o->given)
		rc = pz_quantile_edges(r->kept.by, r->galaxies.weight, r->galaxies.n, o->bins,
				       edge);
	for (int b = 0; b < o->bins; b++) {
		low[b] = o->given ? o->edge[b] : b ? edge[b - 1] : -INFINITY;
		high[b] = o->given ? o->edge[b + 1] : b + 1 < o->bins ? edge[b] : INFINITY;
	}
	return rc;
}

/* The bin of an estimate; -1: none. */
static int find_bin(const struct report *r, double by)
{
	const double *low = r->tomography_low, *high = r->tomography_high;

	for (int b = 0; b < r->options.tomography.bins; b++)
		if (by >= low[b] && by < high[b])
			return b;
	return -1;
}

int tomography_measure(struct report *r)
{
	const struct report_options *o = &r->options;
	struct pz_galaxies g = r->galaxies;
	struct pz_tomography t = { .galaxies = &g,
				   .bins = o->tomography.bins,
				   .pz_mean = r->kept.pz_mean,
				   .pz_square = r->kept.pz_square };
	int *bin = malloc((g.n + 1) * sizeof *bin), rc = find_edges(r);

	r->tomography = calloc((size_t)t.bins, sizeof *r->tomography);
	if (rc == 0 && (!bin || !r->tomography))
		rc = pz_fail(PZ_ENOMEM, "no memory for the bins of %zu galaxies", g.n);
	for (size_t i = 0; i < g.n && rc == 0; i++) {
		bin[i] = find_bin(r, r->kept.by[i]);
		r->outside_tomography += bin[i] < 0;
		if (isnan(r->kept.by[i]))
			r->kept.by[i] = 0; /* it is in no bin */
	}
	t.bin = bin;
	t.low = r->tomography_low;
	t.high = r->tomography_high;
	g.zphot = r->kept.by;
	if (rc == 0)
		rc = pz_tomography_measure(&t, o->bootstrap, o->seed, r->tomography);
	free(bin);
	return rc;
}

/* ---- against any key ---- */

int trend_measure(struct report *r)
{
	struct pz_trend t = { .galaxies = &r->galaxies,
			      .key = r->kept.against,
			      .outlier = r->options.outlier };
	double *pit = malloc((r->galaxies.n + 1) * sizeof *pit);
	int rc;

	if (r->without_against == r->galaxies.n) {
		free(pit);
		return pz_fail(PZ_EDATA, "--against: expected records with '%s', found none",
			       r->options.against);
	}
	r->trend = calloc(REPORT_TREND, sizeof *r->trend);
	if (!pit || !r->trend) {
		free(pit);
		return pz_fail(PZ_ENOMEM, "no memory for the bins of %zu galaxies", r->galaxies.n);
	}
	for (size_t i = 0; i < r->galaxies.n; i++)
		pit[i] = NAN;
	for (size_t k = 0; k < r->n_score; k++)
		pit[r->score[k].galaxy] = r->score[k].pit;
	t.pit = pit;
	rc = pz_trend_measure(&t, REPORT_TREND, r->options.bootstrap, r->options.seed, r->trend);
	free(pit);
	return rc;
}
