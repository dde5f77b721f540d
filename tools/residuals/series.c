/* series.c -- brings curves and histograms of a report into one form */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>

#include "report.h"

#define OF_CURVE  REPORT_HAS_ERROR | REPORT_HAS_BOOT | REPORT_HAS_COUNT
#define OF_MAG    REPORT_HAS_ERROR | REPORT_HAS_MEAN | REPORT_HAS_COUNT
#define OF_SHARES REPORT_HAS_ERROR

static const struct report_series forms[REPORT_KINDS] = {
	[REPORT_CURVE_ZSPEC] = { "curve_zspec", "z", "residual", OF_CURVE, 0, NULL },
	[REPORT_CURVE_ZPHOTO] = { "curve_zphoto", "z", "residual", OF_CURVE, 0, NULL },
	[REPORT_CURVE_SIMULATED] = { "curve_simulated", "z", "residual", OF_CURVE, 0, NULL },
	[REPORT_SIGMA_MAD_ROWS] = { "sigma_mad_rows", "mag", "value", OF_MAG, 0, NULL },
	[REPORT_WASSERSTEIN] = { "wasserstein", "mag", "value", OF_MAG, 0, NULL },
	[REPORT_NZ_ZSPEC] = { "nz_zspec", "z", "share", OF_SHARES, 0, NULL },
	[REPORT_NZ_ZPHOTO] = { "nz_zphoto", "z", "share", OF_SHARES, 0, NULL },
	[REPORT_NZ_STACKED] = { "nz_stacked", "z", "share", OF_SHARES, 0, NULL },
	[REPORT_PIT_HISTOGRAM] = { "pit_histogram", "pit", "share", OF_SHARES, 0, NULL },
};

static const struct report_point nothing = { NAN, NAN, NAN, NAN, NAN, NAN };

/* error: deviation over resamples of each wide bin. */
static void take_curve(const struct pz_curve *c, const double error[PZ_WIDE],
		       struct report_series *s)
{
	for (int i = 0; i < c->n; i++) {
		const struct pz_point *p = &c->point[i];

		s->point[i] = (struct report_point){ .x = p->z,
						     .value = p->residual,
						     .error = p->error,
						     .boot_mean = NAN,
						     .boot_error = error[p->bin],
						     .count = (double)p->count };
	}
	s->n = c->n;
}

/* The only error is the deviation over resamples. */
static void take_by_mag(const struct pz_by_mag *of, int n, struct report_series *s)
{
	for (int i = 0; i < n; i++)
		s->point[i] = (struct report_point){ .x = of[i].mag,
						     .value = of[i].value,
						     .error = of[i].boot.error,
						     .boot_mean = of[i].boot.mean,
						     .boot_error = NAN,
						     .count = (double)of[i].count };
	s->n = n;
}

/* The bins of the extended grid, with share 0. */
static void begin_shares(const struct pz_grid *g, struct report_series *s)
{
	s->n = pz_grid_total(g);
	for (int i = 0; i < s->n; i++) {
		s->point[i] = nothing;
		s->point[i].x = pz_grid_centre(g, i);
		s->point[i].value = 0;
	}
}

/* Shares of n values in the bins. The error of a share, that of infinitely many resamples, follows
 * from the binomial distribution: nothing is drawn. */
static void take_values(const struct pz_grid *g, const double *x, size_t n, struct report_series *s)
{
	begin_shares(g, s);
	for (size_t i = 0; i < n; i++) {
		int bin = pz_grid_extended(g, x[i]);

		if (bin >= 0)
			s->point[bin].value++;
	}
	for (int i = 0; i < s->n; i++) {
		double share = s->point[i].value /= (double)n;

		s->point[i].error = sqrt(share * (1 - share) / (double)n);
	}
}

/* Mean p(z), and the error of this mean. */
static void take_stacked(const struct report *r, struct report_series *s)
{
	double n = (double)r->n_pz;

	begin_shares(&r->grid, s);
	for (int i = 0; i < s->n; i++) {
		double mean = r->stacked[i] / n;

		s->point[i].value = mean;
		s->point[i].error = sqrt(fmax(r->squared[i] / n - mean * mean, 0) / n);
	}
}

static void take_pit(const struct report *r, struct report_series *s)
{
	s->n = PZ_PIT_BINS;
	for (int i = 0; i < s->n; i++) {
		s->point[i] = nothing;
		s->point[i].x = (i + 0.5) / PZ_PIT_BINS;
		s->point[i].value = r->scores.pit.histogram[i];
		s->point[i].error = r->scores_error.pit.histogram[i];
	}
}

static void fill_series(const struct report *r, enum report_kind kind, struct report_series *s)
{
	const struct report_estimate *e = report_chosen(r);

	switch (kind) {
	case REPORT_CURVE_ZSPEC:
		take_curve(&e->all.zspec, e->error.zspec, s);
		break;
	case REPORT_CURVE_ZPHOTO:
		take_curve(&e->all.zphot, e->error.zphot, s);
		break;
	case REPORT_CURVE_SIMULATED:
		take_curve(&e->all.simulated, e->error.simulated, s);
		break;
	case REPORT_SIGMA_MAD_ROWS:
		take_by_mag(r->mad, pz_rows_count(&r->rows), s);
		break;
	case REPORT_WASSERSTEIN:
		take_by_mag(r->wasserstein, r->rows.channels, s);
		break;
	case REPORT_NZ_ZSPEC:
		take_values(&r->axes, r->galaxies.z, r->galaxies.n, s);
		break;
	case REPORT_NZ_ZPHOTO:
		take_values(&r->axes, r->galaxies.zphot, r->galaxies.n, s);
		break;
	case REPORT_NZ_STACKED:
		if (r->n_pz)
			take_stacked(r, s);
		break;
	default:
		if (r->n_pz)
			take_pit(r, s);
	}
}

int report_series(const struct report *r, enum report_kind kind, struct report_series *s)
{
	/* room for the longest series: a histogram of either grid, or magnitude rows */
	size_t room = (size_t)pz_grid_total(&r->grid) + (size_t)pz_grid_total(&r->axes) +
		      2 * PZ_CHANNELS_MAX;

	*s = forms[kind];
	if (!(s->point = malloc(room * sizeof *s->point)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu points of %s", room, s->key);
	fill_series(r, kind, s);
	return 0;
}
