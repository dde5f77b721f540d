/* figure.c -- draws reports as a figure (lib/draw) */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/figure.h>

#include "report.h"

#define DENSITY 60 /* bins on a side of the density of estimates                  */

/* The arrays to which a stream of the figure points. */
struct drawn {
	struct pz_figure_point zspec[PZ_WIDE], zphot[PZ_WIDE], simulated[PZ_WIDE];
	struct pz_figure_point mad[2 * PZ_CHANNELS_MAX], wasserstein[PZ_CHANNELS_MAX];
	double density[DENSITY * DENSITY];
	double *n_zspec, *n_zphot; /* [bins]                                    */
};

static struct pz_figure_curve take_curve(const struct pz_curve *c, struct pz_figure_point *point)
{
	for (int i = 0; i < c->n; i++)
		point[i] = (struct pz_figure_point){ c->point[i].z, c->point[i].residual,
						     c->point[i].error };
	return (struct pz_figure_curve){ c->n, point };
}

/* A curve over magnitude: the rows or bins that have a mean magnitude and an error. */
static struct pz_figure_curve take_by_mag(const struct pz_by_mag *of, int rows,
					  struct pz_figure_point *point)
{
	int n = 0;

	for (int j = 0; j < rows; j++)
		if (isfinite(of[j].mag) && of[j].count > 1)
			point[n++] = (struct pz_figure_point){ of[j].mag, of[j].value,
							       of[j].boot.error };
	return (struct pz_figure_curve){ n, point };
}

static struct pz_figure_line take_line(const struct pz_line *l, double from, double to)
{
	return (struct pz_figure_line){ l->slope, l->intercept, l->slope_error, from, to };
}

static void count_galaxies(const struct report *r, struct drawn *d)
{
	const double *z = r->galaxies.z, *zphot = r->galaxies.zphot;
	double width = (r->axes.max - r->axes.min) / DENSITY;

	for (size_t i = 0; i < r->galaxies.n; i++) {
		int a = pz_grid_bin(&r->axes, z[i]), b = pz_grid_bin(&r->axes, zphot[i]);

		if (a >= 0)
			d->n_zspec[a]++;
		if (b >= 0)
			d->n_zphot[b]++;
		if (a >= 0 && b >= 0)
			d->density[pz_bin_index(zphot[i], r->axes.min, width) * DENSITY +
				   pz_bin_index(z[i], r->axes.min, width)]++;
	}
}

/* One stream of the figure; d (all zero before) holds its arrays. The simulated curve is drawn
 * only if there is a single stream: several of them would hide the measured ones. */
static int fill_stream(const struct report *r, bool alone, struct drawn *d,
		       struct pz_figure_stream *s)
{
	const struct report_estimate *e = report_chosen(r);
	const struct pz_grid *g = &r->axes, *own = &r->grid;

	d->n_zspec = calloc(2 * (size_t)g->bins, sizeof *d->n_zspec);
	if (!d->n_zspec)
		return pz_fail(PZ_ENOMEM, "no memory for a figure of %d bins", g->bins);
	d->n_zphot = d->n_zspec + g->bins;
	count_galaxies(r, d);
	*s = (struct pz_figure_stream){
		.name = r->name,
		.zspec = take_curve(&e->all.zspec, d->zspec),
		.zphot = take_curve(&e->all.zphot, d->zphot),
		.zspec_line = take_line(&e->all.zspec_line, r->options.fit_from, g->max),
		.zphot_line = take_line(&e->all.zphot_line, g->min, g->max),
		.n_zspec = { g->bins, g->min, g->max, d->n_zspec },
		.n_zphot = { g->bins, g->min, g->max, d->n_zphot },
		.tv = e->all.value.tv,
		.tv_error = e->error.tv,
		.floor = r->tv_floor.mean,
		.floor_error = r->tv_floor.error,
		.mad = take_by_mag(r->mad, pz_rows_count(&r->rows), d->mad),
		.wasserstein = take_by_mag(r->wasserstein, r->rows.channels, d->wasserstein),
		.density_n = DENSITY,
		.density = d->density,
	};
	if (r->n_pz)
		s->n_stacked = (struct pz_figure_histogram){
			pz_grid_total(own), own->min - own->left * pz_grid_width(own),
			own->max + own->right * pz_grid_width(own), r->stacked
		};
	if (report_scored(r) > 0) {
		s->pit = (struct pz_figure_histogram){ PZ_PIT_BINS, 0, 1, r->scores.pit.histogram };
		s->pit_error = sqrt((PZ_PIT_BINS - 1) / (double)report_scored(r));
	}
	if (alone)
		s->simulated = take_curve(&e->all.simulated, d->simulated);
	return 0;
}

int report_figure(const struct report *r, int n, const char *panels, const char *path, FILE *to)
{
	struct pz_figure_stream stream[PZ_FIGURE_STREAMS];
	struct drawn *drawn = calloc((size_t)n, sizeof *drawn);
	struct pz_figure f = { .target = r->axes.target,
			       .min = r->axes.min,
			       .max = r->axes.max,
			       .magnitude = r->rows.mag,
			       .panels = panels,
			       .streams = n,
			       .stream = stream };
	int rc = 0;

	if (!drawn)
		return pz_fail(PZ_ENOMEM, "no memory for a figure of %d streams", n);
	if (n > PZ_FIGURE_STREAMS)
		rc = pz_fail(PZ_EUSAGE, "--figure: expected at most %d streams, found %d",
			     PZ_FIGURE_STREAMS, n);
	for (int i = 0; i < n && rc == 0; i++)
		rc = fill_stream(&r[i], n == 1, &drawn[i], &stream[i]);
	if (rc == 0)
		rc = path ? pz_figure_write(&f, path) : pz_figure_program(&f, to);
	for (int i = 0; i < n; i++)
		free(drawn[i].n_zspec);
	free(drawn);
	return rc;
}
