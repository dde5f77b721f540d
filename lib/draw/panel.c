/* panel.c -- the panels of a figure, each as gnuplot's commands and data */
#include <math.h>
#include <string.h>

#include "figure.h"

/* Okabe & Ito's colours, told apart by all kinds of sight; yellow is left out, it
 * does not show on white. */
static const char *const colours[] = { "#000000", "#E69F00", "#56B4E9", "#009E73",
				       "#D55E00", "#0072B2", "#CC79A7" };
static const int shapes[] = { 7, 5, 9, 11, 13, 6, 4, 8, 10, 12 };

#define COLOURS ((int)(sizeof colours / sizeof *colours))
#define SHAPES  ((int)(sizeof shapes / sizeof *shapes))
#define UNSURE  10   /* times the smallest error of a curve */
#define POINT   0.45 /* size of a point among many */
#define GREY    "#BBBBBB"
#define RULE    "lc rgb '#777777' lw 0.8 dt 3" /* where an ideal curve would lie */

void panel_write_style(int stream, double size, FILE *to)
{
	fprintf(to, "lc rgb '%s' pt %d ps %.2f lw 0.7", colours[stream % COLOURS],
		shapes[stream % SHAPES], size);
}

/* ---- data ---- */

static double smallest_error(const struct pz_figure_curve *c)
{
	double best = INFINITY;

	for (int i = 0; i < c->n; i++)
		best = c->point[i].error > 0 ? fmin(best, c->point[i].error) : best;
	return best;
}

/* Points much less certain than the best are not joined by lines. */
static void write_curve(const char *name, int stream, const struct pz_figure_curve *c, FILE *to)
{
	double limit = UNSURE * smallest_error(c);

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

void panel_write_data(const struct pz_figure *f, FILE *to)
{
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_stream *s = &f->stream[i];

		fputs("\n# ", to);
		figure_quote(s->name ? s->name : "", to);
		fputc('\n', to);
		write_curve("zspec", i, &s->zspec, to);
		write_curve("zphot", i, &s->zphot, to);
		write_curve("simulated", i, &s->simulated, to);
		write_curve("mad", i, &s->mad, to);
		write_line("zspecline", i, &s->zspec_line, to);
		write_line("zphotline", i, &s->zphot_line, to);
		write_histogram("nzphot", i, &s->n_zphot, to);
		write_histogram("nzspec", i, &s->n_zspec, to);
		write_histogram("pit", i, &s->pit, to);
		write_density(i, s, to);
		fprintf(to, "$tv%d << EOD\n%.8g %.8g %.8g %.8g\nEOD\n", i, s->zspec_line.slope,
			s->tv, fmax(s->zspec_line.slope_error, 0), fmax(s->tv_error, 0));
	}
}

/* ---- ranges ---- */

struct range {
	double lo, hi;
};

static void widen(struct range *r, double x)
{
	if (!isfinite(x))
		return;
	r->lo = fmin(r->lo, x);
	r->hi = fmax(r->hi, x);
}

/* A range that can be an axis: not empty, not of one value. */
static struct range settled(struct range r)
{
	if (!(r.lo <= r.hi))
		return (struct range){ 0, 1 };
	if (r.lo == r.hi)
		return (struct range){ r.lo - 0.5, r.hi + 0.5 };
	return r;
}

static void write_range(const char *axis, struct range r, double pad, FILE *to)
{
	r = settled(r);
	pad *= r.hi - r.lo;
	fprintf(to, "set %srange [%.6g:%.6g]\n", axis, r.lo - pad, r.hi + pad);
}

static const struct pz_figure_curve *curve_of(const struct pz_figure_stream *s,
					      enum panel_kind kind)
{
	return kind == PANEL_ZSPEC ? &s->zspec : kind == PANEL_ZPHOT ? &s->zphot : &s->mad;
}

/* The ranges that hold the points; those much less certain than the best may lie
 * outside. */
static void curve_ranges(const struct pz_figure *f, enum panel_kind kind, struct range *x,
			 struct range *y)
{
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_curve *c = curve_of(&f->stream[i], kind);
		double limit = UNSURE * smallest_error(c);

		for (int k = 0; k < c->n; k++) {
			const struct pz_figure_point *p = &c->point[k];

			if (p->error > limit)
				continue;
			widen(x, p->x);
			widen(y, p->y);
			widen(y, p->y + p->error);
			widen(y, p->y - p->error);
		}
	}
}

static double histogram_peak(const struct pz_figure_histogram *h)
{
	double peak = 0, sum = 0;

	for (int i = 0; i < h->n && h->count; i++) {
		peak = fmax(peak, h->count[i]);
		sum += h->count[i];
	}
	return sum > 0 ? peak / sum * h->n / (h->max - h->min) : 0;
}

/* The edge above which there is but a thousandth. */
static double histogram_end(const struct pz_figure_histogram *h)
{
	double sum = 0, above = 0;
	int last = h->count ? h->n : 0;

	for (int i = 0; i < last; i++)
		sum += h->count[i];
	while (last > 0 && (above += h->count[last - 1]) <= 1e-3 * sum)
		last--;
	return h->n ? h->min + (h->max - h->min) * last / h->n : h->min;
}

/* The step of tics, 1, 2 or 5 times a power of ten, so that at most `most` fit. */
static void write_tics(const char *axis, struct range r, int most, FILE *to)
{
	double raw, power, step;

	r = settled(r);
	raw = (r.hi - r.lo) / most;
	power = pow(10, floor(log10(raw)));
	step = power * (raw <= power ? 1 : raw <= 2 * power ? 2 : raw <= 5 * power ? 5 : 10);

	fprintf(to, "set %stics %.6g\n", axis, step);
}

/* ---- labels: z as it is written, another target by its name ---- */

static void write_label(const char *axis, const struct pz_figure *f, const char *for_z,
			const char *before, const char *behind, FILE *to)
{
	char text[256];
	bool z = !f->target || !strcmp(f->target, "z");

	snprintf(text, sizeof text, "%s%s%s", before, z ? "" : f->target, behind);
	fprintf(to, "set %slabel ", axis);
	figure_quote(z ? for_z : text, to);
	fprintf(to, "%s\n", z ? " enhanced" : " noenhanced");
}

#define TRUE_Z      "spectroscopic redshift  {/:Italic z}_{spec}"
#define ESTIMATED_Z "photometric redshift  {/:Italic z}_{phot}"
#define RESIDUAL    "⟨Δ{/:Italic z} / (1 + {/:Italic z}_{spec})⟩"

static void write_axis(const char *axis, const struct pz_figure *f, bool estimated, FILE *to)
{
	write_label(axis, f, estimated ? ESTIMATED_Z : TRUE_Z, estimated ? "estimated " : "true ",
		    "", to);
}

/* ---- panels ---- */

/* Residuals: a rule at 0, the curves with their errors, dodged so that the bars do
 * not hide each other, and the fitted lines. */
static void write_residuals(const struct pz_figure *f, enum panel_kind kind, FILE *to)
{
	const char *name = kind == PANEL_ZSPEC ? "zspec" : "zphot";
	struct range x = { f->min, f->min }, y = { -0.005, 0.005 };
	double dodge;

	curve_ranges(f, kind, &x, &y);
	dodge = 0.006 * (x.hi - x.lo) / (f->streams > 4 ? 2 : 1);
	write_axis("x", f, kind == PANEL_ZPHOT, to);
	write_label("y", f, RESIDUAL, "residual / (1 + ", ")", to);
	write_range("x", x, 0.03, to);
	write_range("y", y, 0.05, to);
	write_tics("x", x, 6, to);
	write_tics("y", y, 7, to);
	fputs("plot 0 with lines " RULE, to);
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_stream *s = &f->stream[i];

		if (curve_of(s, kind)->n == 0)
			continue;
		if (kind == PANEL_ZSPEC && s->simulated.n > 0)
			fprintf(to,
				", \\\n  $simulated%d using 1:2 with lines lc rgb '%s' lw 0.8 dt 4",
				i, colours[i % COLOURS]);
		fprintf(to, ", \\\n  $%s%d using ($1%+.6g):2:3 with yerrorlines ", name, i,
			dodge * (i - 0.5 * (f->streams - 1)));
		panel_write_style(i, POINT, to);
	}
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_stream *s = &f->stream[i];
		double slope = kind == PANEL_ZSPEC ? s->zspec_line.slope : s->zphot_line.slope;

		if (!isnan(slope))
			fprintf(to, ", \\\n  $%sline%d with lines lc rgb '%s' lw 1.8", name, i,
				colours[i % COLOURS]);
	}
	fputc('\n', to);
}

static void write_nz(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	const struct pz_figure_stream *s = &f->stream[p->stream];
	double peak = 0, end = f->min;

	for (int i = 0; i < f->streams; i++) {
		peak = fmax(peak, histogram_peak(&f->stream[i].n_zphot));
		peak = fmax(peak, histogram_peak(&f->stream[i].n_zspec));
		end = fmax(end, histogram_end(&f->stream[i].n_zphot));
		end = fmax(end, histogram_end(&f->stream[i].n_zspec));
	}
	fputs("set title ", to);
	figure_quote(s->name ? s->name : "", to);
	fputs(" noenhanced offset 0,-0.6\n", to);
	write_label("x", f, "redshift  {/:Italic z}", "", "", to);
	write_label("y", f, "n({/:Italic z})", "density of ", "", to);
	write_range("x", (struct range){ f->min, end }, 0.02, to);
	write_tics("x", (struct range){ f->min, end }, 4, to);
	write_tics("y", (struct range){ 0, peak }, 5, to);
	write_range("y", (struct range){ 0, 1.05 * peak }, 0, to);
	if (!p->first)
		fputs("unset ylabel; set format y ''\n", to);
	fputs("plot ", to);
	if (s->n_zspec.n > 0 && s->n_zspec.count)
		fprintf(to, "$nzspec%d with fillsteps fc rgb '" GREY "' fs solid noborder, \\\n  ",
			p->stream);
	fprintf(to, "$nzphot%d with steps lc rgb '%s' lw 0.9\nunset title; set format y\n",
		p->stream, colours[p->stream % COLOURS]);
}

/* The floors of all streams together are one band. */
static bool floor_band(const struct pz_figure *f, struct range *band)
{
	*band = (struct range){ INFINITY, -INFINITY };
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_stream *s = &f->stream[i];
		double error = s->floor_error > 0 ? s->floor_error : 0;

		widen(band, s->floor - error);
		widen(band, s->floor + error);
	}
	return band->lo <= band->hi;
}

static void write_tv(const struct pz_figure *f, FILE *to)
{
	struct range x = { 0, 0 }, y = { 0, 0 }, band;
	bool banded = floor_band(f, &band);

	for (int i = 0; i < f->streams; i++)
		if (panel_has_data(f, PANEL_TV, i)) {
			widen(&x, f->stream[i].zspec_line.slope);
			widen(&y, f->stream[i].tv + fmax(f->stream[i].tv_error, 0));
		}
	if (banded)
		widen(&y, band.hi);
	write_range("x", x, 0.12, to);
	write_tics("x", x, 6, to);
	write_tics("y", y, 5, to);
	fprintf(to, "set yrange [0:%.6g]\n", y.hi > 0 ? 1.1 * y.hi : 1);
	fprintf(to, "set xlabel 'slope of the residuals%s'\nset ylabel 'total variation'\n",
		!f->target || !strcmp(f->target, "z") ? " against {/:Italic z}_{spec}" : "");
	if (banded)
		fprintf(to,
			"set object 1 rectangle from graph 0,first %.6g to graph 1,first %.6g "
			"fc rgb '#DDDDDD' fs solid noborder behind\n"
			"set label 1 'without mode collapse' at graph 0.02,first %.6g left "
			"offset 0,0.6 font ',9' tc rgb '#666666'\n",
			band.lo, band.hi, band.hi);
	fputs("set arrow 1 from 0,graph 0 to 0,graph 1 nohead back " RULE "\nplot", to);
	for (int i = 0, n = 0; i < f->streams; i++)
		if (panel_has_data(f, PANEL_TV, i)) {
			fprintf(to, "%s $tv%d using 1:2:3:4 with xyerrorbars ",
				n++ ? ", \\\n " : "", i);
			panel_write_style(i, 2 * POINT, to);
		}
	fputs("\nunset object 1; unset label 1; unset arrow 1\n", to);
}

static void write_mad(const struct pz_figure *f, FILE *to)
{
	struct range x = { INFINITY, -INFINITY }, y = { 0, 0 };
	int n = 0;

	curve_ranges(f, PANEL_MAD, &x, &y);
	fputs("set xlabel ", to);
	figure_quote(f->magnitude ? f->magnitude : "magnitude", to);
	fputs(f->magnitude ? ".' [mag]' noenhanced\n" : " noenhanced\n", to);
	fputs("set ylabel '{/:Italic σ}_{MAD}'\n", to);
	write_range("x", x, 0.04, to);
	write_tics("x", x, 6, to);
	write_tics("y", y, 6, to);
	fprintf(to, "set yrange [0:%.6g]\nplot", y.hi > 0 ? 1.08 * y.hi : 1);
	for (int i = 0; i < f->streams; i++)
		if (f->stream[i].mad.n > 0) {
			fprintf(to, "%s $mad%d using 1:2:3 with yerrorlines ", n++ ? ", \\\n " : "",
				i);
			panel_write_style(i, POINT, to);
		}
	fputc('\n', to);
}

static void write_density_panel(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	const struct pz_figure_stream *s = &f->stream[p->stream];
	double width = (f->max - f->min) / s->density_n;

	fputs("set title ", to);
	figure_quote(s->name ? s->name : "", to);
	fputs(" noenhanced offset 0,-0.6\n", to);
	write_label("x", f, "{/:Italic z}_{spec}", "true ", "", to);
	write_label("y", f, "{/:Italic z}_{phot}", "estimated ", "", to);
	write_range("x", (struct range){ f->min, f->max }, 0, to);
	write_range("y", (struct range){ f->min, f->max }, 0, to);
	write_tics("x", (struct range){ f->min, f->max }, 4, to);
	write_tics("y", (struct range){ f->min, f->max }, 4, to);
	fputs("set xtics out nomirror; set ytics out nomirror\n", to);
	if (!p->first)
		fputs("unset ylabel; set format y ''\n", to);
	/* white where there is nothing, then dark blue to yellow by the logarithm */
	fputs("set palette defined (0 '#FFFFFF', 0.001 '#0D1B4C', 0.35 '#0072B2', "
	      "0.7 '#56B4E9', 1 '#F0E442')\nunset colorbox\n",
	      to);
	fprintf(to,
		"plot $density%d matrix using (%.8g+$1*%.8g):(%.8g+$2*%.8g):(log10(1+$3)) with "
		"image pixels, x with lines lc rgb '#D55E00' lw 0.8\n"
		"unset title; set format y; set xtics in mirror; set ytics in mirror\n",
		p->stream, f->min + 0.5 * width, width, f->min + 0.5 * width, width);
}

static void write_pit(const struct pz_figure *f, FILE *to)
{
	double peak = 1;

	for (int i = 0; i < f->streams; i++)
		peak = fmax(peak, histogram_peak(&f->stream[i].pit));
	fprintf(to,
		"set xlabel 'PIT'\nset ylabel 'density'\nset xrange [0:1]\nset yrange [0:%.6g]\n"
		"set xtics 0.2\nset ytics autofreq\n"
		"plot 1 with lines " RULE,
		1.08 * peak);
	for (int i = 0; i < f->streams; i++)
		if (panel_has_data(f, PANEL_PIT, i))
			fprintf(to, ", \\\n  $pit%d with steps lc rgb '%s' lw 1.2", i,
				colours[i % COLOURS]);
	fputc('\n', to);
}

void panel_write(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	switch (p->kind) {
	case PANEL_ZSPEC:
	case PANEL_ZPHOT:
		write_residuals(f, p->kind, to);
		break;
	case PANEL_NZ:
		write_nz(f, p, to);
		break;
	case PANEL_TV:
		write_tv(f, to);
		break;
	case PANEL_MAD:
		write_mad(f, to);
		break;
	case PANEL_DENSITY:
		write_density_panel(f, p, to);
		break;
	case PANEL_PIT:
		write_pit(f, to);
		break;
	}
}
