/* data.c -- the data of a figure as gnuplot's named blocks: $zspec0, $nzphot3, ... */
#include <math.h>

#include "panels.h"

double pz_figure_curve_limit(const struct pz_figure_curve *c)
{
	double best = INFINITY;

	for (int i = 0; i < c->n; i++)
		best = c->point[i].error > 0 ? fmin(best, c->point[i].error) : best;
	return UNSURE * best;
}

/* Points much less certain than the best are not joined by lines. */
static void write_curve(const char *name, int stream, const struct pz_figure_curve *c, FILE *to)
{
	double limit = pz_figure_curve_limit(c);

	if (c->n == 0)
		return;
	fprintf(to, "$%s%d << EOD\n", name, stream);
	for (int i = 0; i < c->n; i++)
		fprintf(to, "%s%.8g %.8g %.8g\n", c->point[i].error > limit ? "\n" : "",
			c->point[i].x, c->point[i].y, fmax(c->point[i].error, 0));
	fputs("EOD\n", to);
}

/* Lower edge and density of each bin, and a closing edge: what steps are drawn from. */
static void write_histogram(const char *name, int stream, const struct pz_figure_histogram *h,
			    FILE *to)
{
	double width = (h->max - h->min) / h->n, sum = 0;

	if (h->n == 0 || !h->count)
		return;
	for (int i = 0; i < h->n; i++)
		sum += h->count[i];
	fprintf(to, "$%s%d << EOD\n", name, stream);
	for (int i = 0; i < h->n; i++)
		fprintf(to, "%.8g %.8g\n", h->min + i * width,
			sum > 0 ? h->count[i] / (sum * width) : 0);
	fprintf(to, "%.8g 0\nEOD\n", h->max);
}

static void write_line(const char *name, int stream, const struct pz_figure_line *l, FILE *to)
{
	if (isnan(l->slope))
		return;
	fprintf(to, "$%s%d << EOD\n%.8g %.8g\n%.8g %.8g\nEOD\n", name, stream, l->from,
		l->intercept + l->slope * l->from, l->to, l->intercept + l->slope * l->to);
}

static void write_density(int stream, const struct pz_figure_stream *s, FILE *to)
{
	if (s->density_n == 0 || !s->density)
		return;
	fprintf(to, "$density%d << EOD\n", stream);
	for (int y = 0; y < s->density_n; y++)
		for (int x = 0; x < s->density_n; x++)
			fprintf(to, "%.8g%c", s->density[y * s->density_n + x],
				x < s->density_n - 1 ? ' ' : '\n');
	fputs("EOD\n", to);
}

void pz_figure_write_data(const struct pz_figure *f, FILE *to)
{
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_stream *s = &f->stream[i];
		char name[32];

		fputs("\n# ", to);
		pz_page_quote(s->name ? s->name : "", to);
		fputc('\n', to);
		write_curve("zspec", i, &s->zspec, to);
		write_curve("zphot", i, &s->zphot, to);
		write_curve("simulated", i, &s->simulated, to);
		write_curve("mad", i, &s->mad, to);
		write_curve("wasserstein", i, &s->wasserstein, to);
		write_line("zspecline", i, &s->zspec_line, to);
		write_line("zphotline", i, &s->zphot_line, to);
		write_histogram("nzphot", i, &s->n_zphot, to);
		write_histogram("nzspec", i, &s->n_zspec, to);
		write_histogram("stacked", i, &s->n_stacked, to);
		write_histogram("pit", i, &s->pit, to);
		write_density(i, s, to);
		write_curve("tomography", i, &s->tomography, to);
		for (int k = 0; k < f->keys && s->against; k++) {
			snprintf(name, sizeof name, "against%d_", k);
			write_curve(name, i, &s->against[k], to);
		}
		fprintf(to, "$tv%d << EOD\n%.8g %.8g %.8g %.8g %.8g\nEOD\n", i, s->zspec_line.slope,
			s->tv, fmax(s->zspec_line.slope_error, 0), fmax(s->tv_error, 0),
			isfinite(s->floor) ? s->floor : 0);
	}
}
