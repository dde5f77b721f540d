/* series.c -- brings curves and histograms of a report into one form */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "report.h"

#define OF_CURVE  REPORT_HAS_ERROR | REPORT_HAS_BOOT | REPORT_HAS_COUNT
#define OF_MAG    REPORT_HAS_ERROR | REPORT_HAS_MEAN | REPORT_HAS_COUNT
#define OF_SHARES REPORT_HAS_ERROR
#define OF_BINS   REPORT_HAS_ERROR | REPORT_HAS_COUNT
#define OF_CELLS  REPORT_HAS_COUNT | REPORT_HAS_ROW | REPORT_HAS_FLOOR
#define OF_PITS   REPORT_HAS_ERROR | REPORT_HAS_COUNT | REPORT_HAS_FLOOR

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
	[REPORT_TOMOGRAPHY_PZ] = { "tomography_pz", "z", "bias", OF_BINS, 0, NULL },
	[REPORT_TOMOGRAPHY_ZPHOT] = { "tomography_zphot", "z", "bias", OF_BINS, 0, NULL },
	[REPORT_PIT_LOCAL] = { "pit_local", "zphot", "ks", OF_CELLS, 0, NULL },
	[REPORT_INTERVAL_68] = { "interval_68_rows", "mag", "share", OF_BINS, 0, NULL },
	[REPORT_INTERVAL_95] = { "interval_95_rows", "mag", "share", OF_BINS, 0, NULL },
	[REPORT_AGAINST_BIAS] = { "against_mean_residual", "key", "value", OF_BINS, 0, NULL },
	[REPORT_AGAINST_SIGMA_MAD] = { "against_sigma_mad", "key", "value", OF_BINS, 0, NULL },
	[REPORT_AGAINST_OUTLIERS] = { "against_outlier_fraction", "key", "value", OF_BINS, 0,
				      NULL },
	[REPORT_AGAINST_PIT_KS] = { "against_pit_ks", "key", "value", OF_PITS, 0, NULL },
};

static const struct report_point nothing = { NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN };

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
						     .count = (double)p->count,
						     .row = NAN,
						     .floor = NAN };
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
						     .count = (double)of[i].count,
						     .row = NAN,
						     .floor = NAN };
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

/* Shares of the galaxies with their values x in the bins. The error of a share, that of infinitely
 * many resamples, follows from the binomial distribution: nothing is drawn. */
static void take_values(const struct pz_grid *g, const struct pz_galaxies *of, const double *x,
			struct report_series *s)
{
	double total = 0, squares = 0;

	begin_shares(g, s);
	for (size_t i = 0; i < of->n; i++) {
		int bin = pz_grid_extended(g, x[i]);
		double weight = pz_galaxies_weight(of, i);

		total += weight;
		squares += weight * weight;
		if (bin >= 0)
			s->point[bin].value += weight;
	}
	for (int i = 0; i < s->n; i++) {
		double share = s->point[i].value /= total;

		s->point[i].error = sqrt(share * (1 - share) / (total * total / squares));
	}
}

/* Mean p(z), and the error of this mean. */
static void take_stacked(const struct report *r, struct report_series *s)
{
	double n = r->stacked_weight;

	begin_shares(&r->grid, s);
	for (int i = 0; i < s->n; i++) {
		double mean = r->stacked[i] / n;

		s->point[i].value = mean;
		s->point[i].error =
			sqrt(fmax(r->squared[i] / n - mean * mean, 0) / r->stacked_effective);
	}
}

/* The bias of the tomographic bins that have galaxies, of p(z) or of estimates. */
static void take_tomography(const struct report *r, bool of_pz, struct report_series *s)
{
	for (int b = 0; r->tomography && b < r->options.tomography.bins; b++) {
		const struct pz_tomography_bin *bin = &r->tomography[b];
		size_t count = of_pz ? bin->stacked : bin->count;

		if (count == 0)
			continue;
		s->point[s->n] = nothing;
		s->point[s->n].x = bin->value.mean_true;
		s->point[s->n].value = of_pz ? bin->value.bias_pz : bin->value.bias_zphot;
		s->point[s->n].error = of_pz ? bin->error.bias_pz : bin->error.bias_zphot;
		s->point[s->n++].count = (double)count;
	}
}

/* The cells that have enough galaxies, row after row. */
static void take_cells(const struct report *r, struct report_series *s)
{
	for (int c = 0; c < r->cells; c++) {
		const struct pz_pit_cell *cell = &r->cell[c];

		if (cell->count == 0)
			continue;
		s->point[s->n] = nothing;
		s->point[s->n].x = r->cell_zphot[c];
		s->point[s->n].value = cell->ks;
		s->point[s->n].count = (double)cell->count;
		s->point[s->n].row = c / REPORT_LOCAL;
		s->point[s->n++].floor = cell->floor;
	}
}

/* Rows with intervals. */
static void take_inside(const struct report *r, const struct pz_by_mag *of, struct report_series *s)
{
	for (int row = 0; of && row < pz_rows_count(&r->rows); row++) {
		if (of[row].count == 0)
			continue;
		s->point[s->n] = nothing;
		s->point[s->n].x = of[row].mag;
		s->point[s->n].value = of[row].value;
		s->point[s->n].error = of[row].boot.error;
		s->point[s->n++].count = (double)of[row].count;
	}
}

/* Bins of --against; at: offset of the number. */
static void take_trend(const struct report *r, size_t at, bool with_floor, struct report_series *s)
{
	for (int b = 0; r->trend && b < REPORT_TREND; b++) {
		const struct pz_trend_bin *bin = &r->trend[b];
		struct report_point *p = &s->point[s->n];

		if (bin->count == 0 || (with_floor && isnan(bin->floor)))
			continue;
		*p = nothing;
		p->x = bin->key;
		memcpy(&p->value, (const char *)&bin->value + at, sizeof p->value);
		memcpy(&p->error, (const char *)&bin->error + at, sizeof p->error);
		p->count = (double)bin->count;
		p->floor = with_floor ? bin->floor : NAN;
		s->n++;
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

/* The series that only some reports have. */
static void fill_asked(const struct report *r, enum report_kind kind, struct report_series *s)
{
	switch (kind) {
	case REPORT_TOMOGRAPHY_PZ:
	case REPORT_TOMOGRAPHY_ZPHOT:
		take_tomography(r, kind == REPORT_TOMOGRAPHY_PZ, s);
		break;
	case REPORT_PIT_LOCAL:
		take_cells(r, s);
		break;
	case REPORT_INTERVAL_68:
		take_inside(r, r->inside_68, s);
		break;
	case REPORT_INTERVAL_95:
		take_inside(r, r->inside_95, s);
		break;
	case REPORT_AGAINST_BIAS:
		take_trend(r, offsetof(struct pz_trend_numbers, mean), false, s);
		break;
	case REPORT_AGAINST_SIGMA_MAD:
		take_trend(r, offsetof(struct pz_trend_numbers, sigma_mad), false, s);
		break;
	case REPORT_AGAINST_OUTLIERS:
		take_trend(r, offsetof(struct pz_trend_numbers, outliers), false, s);
		break;
	default:
		take_trend(r, offsetof(struct pz_trend_numbers, ks), true, s);
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
		take_values(&r->axes, &r->galaxies, r->galaxies.z, s);
		break;
	case REPORT_NZ_ZPHOTO:
		take_values(&r->axes, &r->galaxies, r->galaxies.zphot, s);
		break;
	case REPORT_NZ_STACKED:
		if (r->n_pz)
			take_stacked(r, s);
		break;
	case REPORT_PIT_HISTOGRAM:
		if (r->n_pz)
			take_pit(r, s);
		break;
	default:
		fill_asked(r, kind, s);
	}
}

int report_series(const struct report *r, enum report_kind kind, struct report_series *s)
{
	/* room for the longest series: a histogram of either grid, or cells of magnitude rows */
	size_t room = (size_t)pz_grid_total(&r->grid) + (size_t)pz_grid_total(&r->axes) +
		      (2 * PZ_CHANNELS_MAX) * REPORT_LOCAL;

	*s = forms[kind];
	if (!(s->point = malloc(room * sizeof *s->point)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu points of %s", room, s->key);
	fill_series(r, kind, s);
	return 0;
}
