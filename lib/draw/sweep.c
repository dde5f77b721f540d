/* sweep.c -- the figure of an experiment: panels against what was varied */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <pz/error.h>
#include <pz/sweep.h>

#include "page.h"

/* Centimetres. */
#define WIDTH  (PAGE_COLUMN - PAGE_LEFT - PAGE_RIGHT)
#define HEIGHT 3.2

#define FLOOR "lw 1.2 dt (1,2)" /* the line of total variation without mode collapse */
#define DODGE 0.012 /* from stream to stream, in widths of the axis: no bar hides another */

/* What is drawn, and the x axis in its own units: logarithms where it is logarithmic. */
struct drawing {
	const struct pz_sweep *sweep;
	struct page page;
	double lo, hi;
	double top; /* of the first panel, cm                                   */
};

static double place(const struct pz_sweep *s, int i)
{
	return !s->x ? i : s->log ? log10(s->x[i]) : s->x[i];
}

static int check_sweep(const struct pz_sweep *s)
{
	bool any = false;

	if (s->streams < 1 || s->streams > PZ_FIGURE_STREAMS)
		return pz_fail(PZ_EUSAGE, "a figure holds 1 to %d streams, found %d",
			       PZ_FIGURE_STREAMS, s->streams);
	for (int i = 0; s->x && i < s->n; i++)
		if (!isfinite(s->x[i]) || (s->log && !(s->x[i] > 0)))
			return pz_fail(PZ_EUSAGE, "a %s axis cannot have %g",
				       s->log ? "logarithmic" : "linear", s->x[i]);
	for (int k = 0; k < s->streams; k++)
		for (int i = 0; i < s->n; i++)
			any |= isfinite(s->stream[k].point[i].slope) ||
			       isfinite(s->stream[k].point[i].tv);
	return any ? 0 : pz_fail(PZ_EDATA, "figure: nothing to draw");
}

/* A number for gnuplot, which takes NaN for none. */
static void write_number(double x, FILE *to)
{
	if (isfinite(x))
		fprintf(to, " %.8g", x);
	else
		fputs(" NaN", to);
}

/* x; slope, tv, sigma_MAD and outliers, each with its error; the floor of tv. */
static void write_data(const void *what, FILE *to)
{
	const struct drawing *d = what;
	const struct pz_sweep *s = d->sweep;

	for (int k = 0; k < s->streams; k++) {
		double dodge = DODGE * (d->hi - d->lo) * (k - 0.5 * (s->streams - 1));

		fprintf(to, "$stream%d << EOD\n", k);
		for (int i = 0; i < s->n; i++) {
			const struct pz_sweep_point *p = &s->stream[k].point[i];

			fprintf(to, "%.8g", place(s, i) + dodge);
			write_number(p->slope, to);
			write_number(fmax(p->slope_error, 0), to);
			write_number(p->tv, to);
			write_number(fmax(p->tv_error, 0), to);
			write_number(p->sigma_mad, to);
			write_number(fmax(p->sigma_mad_error, 0), to);
			write_number(p->outliers, to);
			write_number(fmax(p->outliers_error, 0), to);
			write_number(p->floor, to);
			fputc('\n', to);
		}
		fputs("EOD\n", to);
	}
}

/* A tic at every value that was tried, but where they stand too close; labels as they are
 * given. Values rise or fall. */
static void write_x(const struct drawing *d, FILE *to)
{
	const struct pz_sweep *s = d->sweep;
	double last = -INFINITY, room = (d->hi - d->lo) / 9;

	fputs("set xlabel ", to);
	pz_page_quote(s->name ? s->name : "", to);
	fprintf(to, " noenhanced\nset xrange [%.8g:%.8g]\nset xtics (", d->lo, d->hi);
	for (int i = 0, n = 0; i < s->n; i++) {
		char number[32];

		if (fabs(place(s, i) - last) < room)
			continue;
		last = place(s, i);
		snprintf(number, sizeof number, "%g", s->x ? s->x[i] : 0);
		fputs(n++ ? ", " : "", to);
		pz_page_quote_tic(s->x ? number : s->label[i], to);
		fprintf(to, " %.8g", last);
	}
	fputs(") noenhanced\nset ytics autofreq\n", to);
}

static void write_curves(const struct drawing *d, int column, FILE *to)
{
	for (int k = 0; k < d->sweep->streams; k++) {
		fprintf(to, ", \\\n  $stream%d using 1:%d with lines ", k, column);
		pz_style_line(d->page.style[k], 1.2, to);
		/* bars as vectors: gnuplot 5.4 clears boxes about the points of yerrorbars */
		fprintf(to,
			", \\\n  $stream%d using 1:($%d-$%d):(0):(2*$%d) with vectors nohead lc "
			"rgb "
			"'%s' lw 1, \\\n  $stream%d using 1:%d with points ",
			k, column, column + 1, column + 1, pz_figure_colour(d->page.style[k]), k,
			column);
		pz_style_points(d->page.style[k], 0.4, to);
	}
	fputc('\n', to);
}

static bool any_floor(const struct pz_sweep *s)
{
	for (int k = 0; k < s->streams; k++)
		for (int i = 0; i < s->n; i++)
			if (isfinite(s->stream[k].point[i].floor))
				return true;
	return false;
}

/* The floor of each stream, in its colour: streams of one sky may have very different ones. */
static void write_floors(const struct drawing *d, FILE *to)
{
	for (int k = 0; k < d->sweep->streams; k++) {
		const char *colour = pz_figure_colour(d->page.style[k]);

		fprintf(to, ", \\\n  $stream%d using 1:10 with lines lc rgb '%s' " FLOOR, k,
			colour);
	}
}

/* The panels below the first one. */
static const struct {
	const char *label, *low; /* low: where the axis begins; *: by the numbers */
	int column;
	size_t at;
} widths[] = { { "total variation", "0", 4, offsetof(struct pz_sweep_point, tv) },
	       { "{/:Italic σ}_{MAD}", "*", 6, offsetof(struct pz_sweep_point, sigma_mad) },
	       { "outliers", "0", 8, offsetof(struct pz_sweep_point, outliers) } };

#define WIDTHS ((int)(sizeof widths / sizeof *widths))

static bool any_width(const struct pz_sweep *s, int which)
{
	for (int k = 0; k < s->streams; k++)
		for (int i = 0; i < s->n; i++) {
			double x;

			memcpy(&x, (const char *)&s->stream[k].point[i] + widths[which].at,
			       sizeof x);
			if (isfinite(x))
				return true;
		}
	return false;
}

static int count_panels(const struct pz_sweep *s)
{
	int n = 1;

	for (int k = 0; k < WIDTHS; k++)
		n += any_width(s, k);
	return n;
}

static void write_widths(const struct drawing *d, FILE *to)
{
	double top = d->top;

	for (int k = 0; k < WIDTHS; k++) {
		if (!any_width(d->sweep, k))
			continue;
		top += HEIGHT + PAGE_BELOW;
		pz_page_frame(&d->page, PAGE_LEFT, top, WIDTH, HEIGHT, to);
		fprintf(to, "set ylabel '%s' enhanced\nset yrange [%s:*]\nplot NaN",
			widths[k].label, widths[k].low);
		if (k == 0)
			write_floors(d, to);
		write_curves(d, widths[k].column, to);
	}
}

static void write_panels(const void *what, FILE *to)
{
	const struct drawing *d = what;

	pz_page_frame(&d->page, PAGE_LEFT, d->top, WIDTH, HEIGHT, to);
	write_x(d, to);
	fputs("set ylabel 'slope of the residuals'\nset yrange [*:*]\nset offsets 0,0,graph "
	      "0.06,graph "
	      "0.06\nplot 0 with lines " RULE,
	      to);
	write_curves(d, 2, to);
	fputs("set offsets 0,0,0,0\n", to);
	write_widths(d, to);
}

/* The range of the axis, with room at both ends. */
static void set_range(struct drawing *d)
{
	double lo = INFINITY, hi = -INFINITY, pad;

	for (int i = 0; i < d->sweep->n; i++) {
		double x = place(d->sweep, i);

		/* Not fmin and fmax: gcc 12 for arm64 has no code for them here. */
		lo = x < lo ? x : lo;
		hi = x > hi ? x : hi;
	}
	pad = hi > lo ? 0.08 * (hi - lo) : 0.5;
	d->lo = lo - pad;
	d->hi = hi + pad;
}

static int prepare_sweep(const struct pz_sweep *s, struct drawing *d)
{
	int rc = check_sweep(s);

	if (rc < 0)
		return rc;
	*d = (struct drawing){ .sweep = s };
	d->page = (struct page){
		.width = PAGE_COLUMN,
		.streams = s->streams,
		.data = write_data,
		.panels = write_panels,
		.what = d,
	};
	for (int k = 0; k < s->streams; k++)
		d->page.name[k] = s->stream[k].name;
	pz_figure_styles(d->page.name, s->streams, d->page.style);
	if (any_floor(s))
		d->page.note[d->page.notes++] =
			(struct page_note){ "lines lc rgb '#555555' " FLOOR, "no mode collapse" };
	d->top = pz_page_legend(&d->page);
	d->page.height = d->top + count_panels(s) * (HEIGHT + PAGE_BELOW);
	set_range(d);
	return 0;
}

int pz_sweep_write(const struct pz_sweep *s, const char *path)
{
	struct drawing d;
	int rc = prepare_sweep(s, &d);

	return rc < 0 ? rc : pz_page_write(&d.page, path);
}

int pz_sweep_program(const struct pz_sweep *s, FILE *to)
{
	struct drawing d;
	int rc = prepare_sweep(s, &d);

	return rc < 0 ? rc : pz_page_program(&d.page, to);
}
