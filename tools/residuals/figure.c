/* figure.c -- draws reports as a figure (lib/draw) */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/figure.h>
#include <pz/file.h>

#include "chosen.h"
#include "report.h"

#define BIAS_UNIT 1e4
#define DENSITY   60 /* bins on a side of the density of estimates                  */

/* The arrays to which a stream of the figure points. */
struct drawn {
	struct pz_figure_point zspec[PZ_WIDE], zphot[PZ_WIDE], simulated[PZ_WIDE];
	struct pz_figure_point mad[2 * PZ_CHANNELS_MAX], wasserstein[PZ_CHANNELS_MAX];
	struct pz_figure_point tomography[REPORT_BINS], trend[REPORT_TREND];
	struct pz_figure_curve against;
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

/* The error with that of training, where there is one. */
static double with_training(double error, double training)
{
	return isfinite(training) ? hypot(error, training) : error;
}

/* The same of a number by its path in the JSON of single networks. */
static double with_networks(const struct report *r, double error, const char *path)
{
	return with_training(error, networks_error(r->options.training, r->name, path));
}

static struct pz_figure_line take_line(const struct pz_line *l, double from, double to)
{
	return (struct pz_figure_line){ l->slope, l->intercept, l->slope_error, from, to };
}

/* The biases of tomographic bins, of p(z) if there are any. */
static struct pz_figure_curve take_tomography(const struct report *r, struct pz_figure_point *point)
{
	int n = 0;

	for (int b = 0; r->tomography && b < r->options.tomography.bins; b++) {
		const struct pz_tomography_numbers *x = &r->tomography[b].value;
		const struct pz_tomography_numbers *error = &r->tomography[b].error;
		double bias = r->n_pz ? x->bias_pz : x->bias_zphot;
		double of_bias = r->n_pz ? error->bias_pz : error->bias_zphot;
		const char *key = r->n_pz ? "bias_pz" : "bias_zphot";

		of_bias = with_training(of_bias, report_bin_training(r, b, key));
		if (!isnan(bias))
			point[n++] = (struct pz_figure_point){ x->mean_true, BIAS_UNIT * bias,
							       BIAS_UNIT * of_bias };
	}
	return (struct pz_figure_curve){ n, point };
}

/* Mean residuals in bins of --against. */
static struct pz_figure_curve take_trend(const struct report *r, struct pz_figure_point *point)
{
	int n = 0;

	for (int b = 0; r->trend && b < REPORT_TREND; b++)
		if (r->trend[b].count > 1 && isfinite(r->trend[b].key))
			point[n++] = (struct pz_figure_point){ r->trend[b].key,
							       r->trend[b].value.mean,
							       r->trend[b].error.mean };
	return (struct pz_figure_curve){ n, point };
}

static void count_galaxies(const struct report *r, struct drawn *d)
{
	const double *z = r->galaxies.z, *zphot = r->galaxies.zphot;
	double width = (r->axes.max - r->axes.min) / DENSITY;

	for (size_t i = 0; i < r->galaxies.n; i++) {
		int a = pz_grid_bin(&r->axes, z[i]), b = pz_grid_bin(&r->axes, zphot[i]);
		double weight = pz_galaxies_weight(&r->galaxies, i);

		if (a >= 0)
			d->n_zspec[a] += weight;
		if (b >= 0)
			d->n_zphot[b] += weight;
		if (a >= 0 && b >= 0)
			d->density[pz_bin_index(zphot[i], r->axes.min, width) * DENSITY +
				   pz_bin_index(z[i], r->axes.min, width)] += weight;
	}
}

/* The numbers of the caption, by their keys. */
static const struct {
	const char *key, *name;
} said[] = { { "slope_zspec", "slope against z_spec" },
	     { "offset_zspec", "offset there" },
	     { "slope_zphoto", "slope against z_phot" },
	     { "tv", "total variation" },
	     { "sigma_mad", "sigma_MAD" },
	     { "outlier_fraction", "outliers" },
	     { "pit_ks", "Kolmogorov-Smirnov statistic of the PITs" } };

static void take_numbers(const struct report *r, struct pz_figure_stream *s)
{
	enum estimate e = r->options.estimate;

	for (size_t k = 0; k < sizeof said / sizeof *said; k++)
		for (size_t m = 0; m < report_metrics_count; m++) {
			const struct report_metric *metric = &report_metrics[m];

			if (strcmp(said[k].key, metric->key) != 0)
				continue;
			s->number[s->numbers++] = (struct pz_figure_number){
				said[k].name, report_number(r, e, metric, REPORT_VALUE),
				report_number(r, e, metric, REPORT_ERROR),
				report_number(r, e, metric, REPORT_TRAINING)
			};
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
	d->against = take_trend(r, d->trend);
	*s = (struct pz_figure_stream){
		.name = r->name,
		.galaxies = r->galaxies.n,
		.made = r->made,
		.zspec = take_curve(&e->all.zspec, d->zspec),
		.zphot = take_curve(&e->all.zphot, d->zphot),
		.zspec_line = take_line(&e->all.zspec_line, r->options.fit_from, g->max),
		.zphot_line = take_line(&e->all.zphot_line, g->min, g->max),
		.n_zspec = { g->bins, g->min, g->max, d->n_zspec },
		.n_zphot = { g->bins, g->min, g->max, d->n_zphot },
		.tv = e->all.value.tv,
		.tv_error = with_networks(r, e->error.tv, "tv.value"),
		.floor = r->tv_floor.mean,
		.floor_error = r->tv_floor.error,
		.mad = take_by_mag(r->mad, pz_rows_count(&r->rows), d->mad),
		.wasserstein = take_by_mag(r->wasserstein, r->rows.channels, d->wasserstein),
		.tomography = take_tomography(r, d->tomography),
		.against = &d->against,
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
		s->pit_error = sqrt((PZ_PIT_BINS - 1) / r->scored_effective);
	}
	s->zspec_line.slope_error =
		with_networks(r, s->zspec_line.slope_error, "slope_zspec.value");
	s->zphot_line.slope_error =
		with_networks(r, s->zphot_line.slope_error, "slope_zphoto.value");
	take_numbers(r, s);
	if (alone)
		s->simulated = take_curve(&e->all.simulated, d->simulated);
	return 0;
}

#define OF_PZ_ONLY "step5" /* its estimates are the baseline's, its p(z) are not     */

/* Its point estimates are another stream's, whose curves it would hide. */
static void keep_pz_only(struct pz_figure_stream *s)
{
	s->zspec.n = s->zphot.n = s->simulated.n = s->mad.n = s->wasserstein.n = 0;
	s->n_zphot.n = s->density_n = 0;
	s->zspec_line.slope = s->zphot_line.slope = s->tv = NAN;
	s->against = NULL;
}

/* ---- the figure ---- */

/* What a figure of n reports points to. */
struct canvas {
	struct drawn *drawn;
	bool *chosen;
	const char **name, **other;
	int *style;
	struct pz_figure_stream stream[PZ_FIGURE_STREAMS];
	struct pz_figure_requirement requirement[REPORT_REQUIREMENTS];
	struct pz_figure figure;
};

/* What surveys ask for, of those that --require names. */
static void fill_requirements(const struct report *r, struct canvas *c)
{
	for (int q = 0; q < REPORT_REQUIREMENTS; q++)
		if (r->options.tomography.require[q])
			c->requirement[c->figure.requirements++] = (struct pz_figure_requirement){
				report_requirements[q].name,
				BIAS_UNIT * report_requirements[q].limit
			};
	c->figure.requirement = c->requirement;
	c->figure.key = &r->options.against;
	c->figure.keys = r->options.against != NULL;
}

static void release_canvas(struct canvas *c, int n)
{
	for (int i = 0; i < n && c->drawn; i++)
		free(c->drawn[i].n_zspec);
	free(c->drawn);
	free(c->chosen);
	free(c->name);
	free(c->other);
	free(c->style);
}

static int fill_streams(const struct report *r, int n, const struct report_drawing *d,
			struct canvas *c)
{
	int count = chosen_streams(r, n, d->steps, c->chosen), rc = count < 0 ? count : 0;
	struct pz_figure_stream *s = c->stream;

	if (count > PZ_FIGURE_STREAMS)
		return pz_fail(PZ_EUSAGE, "--figure: expected at most %d streams, found %d",
			       PZ_FIGURE_STREAMS, count);
	/* by the names of all, so that a step looks alike whatever else is drawn */
	for (int i = 0; i < n; i++)
		c->name[i] = r[i].name;
	pz_figure_styles(c->name, n, c->style);
	for (int i = 0; i < n && rc == 0; i++) {
		if (!c->chosen[i]) {
			c->other[c->figure.others++] = r[i].name;
			continue;
		}
		rc = fill_stream(&r[i], n == 1, &c->drawn[i], s);
		s->style = 1 + c->style[i];
		if (!d->steps && n > CHOSEN_FEW && !strcmp(r[i].name, OF_PZ_ONLY))
			keep_pz_only(s);
		s++;
	}
	c->figure.streams = (int)(s - c->stream);
	return rc;
}

/* figure.txt beside figure.png; the caller frees it. */
static char *caption_path(const struct report_drawing *d)
{
	const char *dot = strrchr(d->path, '.');
	char *path = NULL;

	if (d->caption)
		return strdup(d->caption);
	return asprintf(&path, "%.*s.txt", (int)(dot - d->path), d->path) < 0 ? NULL : path;
}

static int write_caption(const struct pz_figure *f, const struct report_drawing *d)
{
	struct pz_file file = { 0 };
	char *path = caption_path(d);
	int rc = path ? pz_file_begin(&file, path)
		      : pz_fail(PZ_ENOMEM, "no memory for the name of a caption");

	if (rc == 0 && (rc = pz_figure_caption(f, file.stream)) < 0)
		pz_fail_in(rc, "%s", path);
	if (rc == 0)
		rc = pz_file_commit(&file);
	pz_file_abandon(&file);
	free(path);
	return rc;
}

int report_drawing_check(const struct report_drawing *d, const char *const *outputs, int n)
{
	int rc = pz_figure_check(d->panels, d->path);
	char *path;

	if (rc < 0 || !d->path)
		return rc;
	if (!(path = caption_path(d)))
		return pz_fail(PZ_ENOMEM, "no memory for the name of a caption");
	for (int i = 0; i < n && rc == 0; i++)
		if (outputs[i] && !strcmp(outputs[i], path))
			rc = pz_fail(PZ_EUSAGE,
				     "the caption of %s would have the name of another output, %s: "
				     "name it with --caption",
				     d->path, path);
	free(path);
	return rc;
}

/* The panels that a figure has unless it is told others. */
static const char *usual_panels(const struct pz_figure *f)
{
	for (int i = 0; i < f->streams; i++)
		if (f->stream[i].tomography.n > 0)
			return "zspec,zphot,tv,tomography,against,nz,pit";
	return "zspec,zphot,tv,mad,against,nz,pit";
}

int report_figure(const struct report *r, int n, const struct report_drawing *d, FILE *to)
{
	struct canvas c = { .drawn = calloc((size_t)n, sizeof *c.drawn),
			    .chosen = calloc((size_t)n, sizeof *c.chosen),
			    .name = calloc((size_t)n, sizeof *c.name),
			    .other = calloc((size_t)n, sizeof *c.other),
			    .style = calloc((size_t)n, sizeof *c.style),
			    .figure = { .target = r->axes.target,
					.min = r->axes.min,
					.max = r->axes.max,
					.magnitude = r->rows.mag } };
	int rc = 0;

	c.figure.stream = c.stream;
	fill_requirements(r, &c);
	c.figure.other = c.other;
	if (r->options.training)
		c.figure.networks = networks_count(r->options.training);
	if (!c.drawn || !c.chosen || !c.name || !c.other || !c.style)
		rc = pz_fail(PZ_ENOMEM, "no memory for a figure of %d streams", n);
	if (rc == 0)
		rc = fill_streams(r, n, d, &c);
	c.figure.panels = d->panels ? d->panels : usual_panels(&c.figure);
	if (rc == 0)
		rc = to ? pz_figure_program(&c.figure, to) : pz_figure_write(&c.figure, d->path);
	if (rc == 0 && !to)
		rc = write_caption(&c.figure, d);
	release_canvas(&c, n);
	return rc;
}
