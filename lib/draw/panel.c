/* panel.c -- the panels of a figure, each as gnuplot's commands */
#include <math.h>
#include <string.h>

#include "panels.h"

#define POINT 0.28 /* size of a point among many */

#define TRUE_Z      "spectroscopic redshift {/:Italic z}_{spec}"
#define ESTIMATED_Z "photometric redshift {/:Italic z}_{phot}"
#define RESIDUAL    "⟨Δ{/:Italic z} / (1 + {/:Italic z}_{spec})⟩"

/* ---- ranges ---- */

static const struct pz_figure_curve *curve_of(const struct pz_figure_stream *s,
					      enum panel_kind kind)
{
	return kind == PANEL_ZSPEC   ? &s->zspec
	       : kind == PANEL_ZPHOT ? &s->zphot
	       : kind == PANEL_MAD   ? &s->mad
				     : &s->wasserstein;
}

/* The ranges that hold the points; those much less certain than the best may lie
 * outside. */
static void curve_ranges(const struct pz_figure *f, enum panel_kind kind, struct range *x,
			 struct range *y)
{
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_curve *c = curve_of(&f->stream[i], kind);
		double limit = pz_figure_curve_limit(c);

		for (int k = 0; k < c->n; k++) {
			const struct pz_figure_point *p = &c->point[k];

			if (p->error > limit)
				continue;
			pz_axis_widen_range(x, p->x);
			pz_axis_widen_range(y, p->y);
			pz_axis_widen_range(y, p->y + p->error);
			pz_axis_widen_range(y, p->y - p->error);
		}
	}
}

/* The simulated curve is seen where there are points to compare with. */
static void widen_by_simulated(const struct pz_figure *f, struct range x, struct range *y)
{
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_curve *c = &f->stream[i].simulated;

		for (int k = 0; k < c->n; k++)
			if (c->point[k].x >= x.lo && c->point[k].x <= x.hi)
				pz_axis_widen_range(y, c->point[k].y);
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

/* ---- all streams in one panel ---- */

/* Points with their errors, dodged by dx so that bars do not hide each other, on a
 * thin line that the eye can follow. Bars are vectors: gnuplot 5.4 clears a box about
 * the points of yerrorbars behind a function. */
static void write_points(const char *name, int stream, double dx, double size, FILE *to)
{
	const char *colour = pz_style_colour(stream);

	fprintf(to,
		"$%s%d using ($1%+.6g):2 with lines lc rgb '#80%s' lw 1, \\\n"
		"  $%s%d using ($1%+.6g):($2-$3):(0):(2*$3) with vectors nohead lc rgb '%s' lw 1, "
		"\\\n"
		"  $%s%d using ($1%+.6g):2 with points ",
		name, stream, dx, colour + 1, name, stream, dx, colour, name, stream, dx);
	pz_style_points(stream, size, to);
}

/* Residuals: a rule at 0, the curves with their errors, and the fitted lines. */
static void write_residuals(const struct pz_figure *f, enum panel_kind kind, FILE *to)
{
	const char *name = kind == PANEL_ZSPEC ? "zspec" : "zphot";
	struct range x = { f->min, f->min }, y = { -0.005, 0.005 };
	double dodge;

	curve_ranges(f, kind, &x, &y);
	if (kind == PANEL_ZSPEC)
		widen_by_simulated(f, x, &y);
	dodge = 0.003 * (x.hi - x.lo) / (f->streams > 4 ? 2 : 1);
	pz_axis_label("x", f, kind == PANEL_ZPHOT ? ESTIMATED_Z : TRUE_Z,
		      kind == PANEL_ZPHOT ? "estimated " : "true ", "", to);
	pz_axis_label("y", f, RESIDUAL, "mean residual of ", "", to);
	pz_axis_range("x", x, 0.03, to);
	pz_axis_range("y", y, 0.05, to);
	pz_axis_tics("x", x, 8, to);
	pz_axis_tics("y", y, 7, to);
	fputs("plot 0 with lines " RULE, to);
	for (int i = 0; i < f->streams; i++)
		if (curve_of(&f->stream[i], kind)->n > 0) {
			fputs(", \\\n  ", to);
			write_points(name, i, dodge * (i - 0.5 * (f->streams - 1)), POINT, to);
		}
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_stream *s = &f->stream[i];
		double slope = kind == PANEL_ZSPEC ? s->zspec_line.slope : s->zphot_line.slope;

		if (kind == PANEL_ZSPEC && s->simulated.n > 0)
			fprintf(to, ", \\\n  $simulated%d using 1:2 with lines " SIMULATED, i);
		if (isnan(slope))
			continue;
		fprintf(to, ", \\\n  $%sline%d with lines ", name, i);
		pz_style_line(i, 2, to);
	}
	fputc('\n', to);
}

/* The floors of all streams together are one band. */
static bool floor_band(const struct pz_figure *f, struct range *band)
{
	*band = (struct range){ INFINITY, -INFINITY };
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_stream *s = &f->stream[i];
		double error = s->floor_error > 0 ? s->floor_error : 0;

		pz_axis_widen_range(band, s->floor - error);
		pz_axis_widen_range(band, s->floor + error);
	}
	return band->lo <= band->hi;
}

static void write_tv(const struct pz_figure *f, FILE *to)
{
	struct range x = { 0, 0 }, y = { 0, 0 }, band;
	bool banded = floor_band(f, &band);

	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_stream *s = &f->stream[i];
		double error = fmax(s->zspec_line.slope_error, 0);

		if (!pz_panel_has_data(f, PANEL_TV, i))
			continue;
		pz_axis_widen_range(&x, s->zspec_line.slope - error);
		pz_axis_widen_range(&x, s->zspec_line.slope + error);
		pz_axis_widen_range(&y, s->tv + fmax(s->tv_error, 0));
	}
	if (banded)
		pz_axis_widen_range(&y, band.hi);
	pz_axis_range("x", x, 0.05, to);
	pz_axis_tics("x", x, 7, to);
	pz_axis_tics("y", y, 6, to);
	fprintf(to, "set yrange [0:%.6g]\n", y.hi > 0 ? 1.1 * y.hi : 1);
	fprintf(to,
		"set xlabel 'slope of the residuals%s' enhanced\nset ylabel 'total variation'\n",
		pz_axis_is_z(f) ? " against {/:Italic z}_{spec}" : "");
	if (banded)
		fprintf(to,
			"set object 1 rectangle from graph 0,first %.6g to graph 1,first %.6g " BAND
			" behind\n",
			band.lo, band.hi);
	fputs("set arrow 1 from 0,graph 0 to 0,graph 1 nohead back " RULE "\nplot", to);
	for (int i = 0, n = 0; i < f->streams; i++)
		if (pz_panel_has_data(f, PANEL_TV, i)) {
			fprintf(to, "%s $tv%d using 1:2:3:4 with xyerrorbars ",
				n++ ? ", \\\n " : "", i);
			pz_style_points(i, 2 * POINT, to);
		}
	fputs("\nunset object 1; unset arrow 1\n", to);
}

/* A width against magnitude. */
static void write_by_mag(const struct pz_figure *f, enum panel_kind kind, FILE *to)
{
	struct range x = { INFINITY, -INFINITY }, y = { 0, 0 };
	const char *name = kind == PANEL_MAD ? "mad" : "wasserstein";
	int n = 0;

	curve_ranges(f, kind, &x, &y);
	fputs("set xlabel ", to);
	pz_page_quote(f->magnitude ? f->magnitude : "magnitude", to);
	fputs(f->magnitude ? ".' [mag]' noenhanced\n" : " noenhanced\n", to);
	fprintf(to, "set ylabel '%s' enhanced\n",
		kind == PANEL_MAD ? "{/:Italic σ}_{MAD}" : "Wasserstein distance");
	pz_axis_range("x", x, 0.04, to);
	pz_axis_tics("x", x, 8, to);
	pz_axis_tics("y", y, 5, to);
	fprintf(to, "set yrange [0:%.6g]\nplot", y.hi > 0 ? 1.08 * y.hi : 1);
	for (int i = 0; i < f->streams; i++)
		if (curve_of(&f->stream[i], kind)->n > 0) {
			fputs(n++ ? ", \\\n  " : " ", to);
			write_points(name, i, 0, 1.5 * POINT, to);
		}
	fputc('\n', to);
}

/* ---- panels of one stream ---- */

/* A label, for gnuplot leaves a title out that would be empty were it enhanced: _ or {}. */
static void write_title(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	const char *name = f->stream[p->stream].name;

	fputs("set label 1 ", to);
	pz_page_quote(name ? name : "", to);
	fputs(" at graph 0.5,graph 1 center noenhanced offset 0,0.55\n", to);
	if (!p->first)
		fputs("set ylabel ''; set format y ''\n", to);
}

/* As many as there is room for on the x axis. */
static int tics_of(const struct panel *p)
{
	return (int)(p->width / 0.75);
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
	pz_axis_label("x", f, "{/:Italic z}", "", "", to);
	pz_axis_label("y", f, "n({/:Italic z})", "density of ", "", to);
	pz_axis_range("x", (struct range){ f->min, end }, 0.02, to);
	pz_axis_tics("x", (struct range){ f->min, end }, tics_of(p), to);
	pz_axis_tics("y", (struct range){ 0, peak }, 4, to);
	pz_axis_range("y", (struct range){ 0, 1.05 * peak }, 0, to);
	write_title(f, p, to);
	fputs("plot ", to);
	if (s->n_zspec.n > 0 && s->n_zspec.count)
		fprintf(to, "$nzspec%d with fillsteps fc rgb '" GREY "' fs solid noborder, \\\n  ",
			p->stream);
	fprintf(to, "$nzphot%d with steps lc rgb '%s' lw 1", p->stream, pz_style_colour(p->stream));
	if (s->n_stacked.n > 0 && s->n_stacked.count)
		fprintf(to, ", \\\n  $stacked%d with lines " STACKED, p->stream);
	fputs("\nunset label 1; set format y\n", to);
}

/* The most that a cell of any stream's density holds. */
static double fullest(const struct pz_figure *f)
{
	double most = 1;

	for (int i = 0; i < f->streams; i++)
		for (int k = 0; k < f->stream[i].density_n * f->stream[i].density_n; k++)
			if (f->stream[i].density)
				most = fmax(most, f->stream[i].density[k]);
	return most;
}

static void write_density_panel(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	const struct pz_figure_stream *s = &f->stream[p->stream];
	double width = (f->max - f->min) / s->density_n, most = fullest(f);

	pz_axis_label("x", f, "{/:Italic z}_{spec}", "true ", "", to);
	pz_axis_label("y", f, "{/:Italic z}_{phot}", "estimated ", "", to);
	pz_axis_range("x", (struct range){ f->min, f->max }, 0, to);
	pz_axis_range("y", (struct range){ f->min, f->max }, 0, to);
	pz_axis_tics("x", (struct range){ f->min, f->max }, tics_of(p), to);
	pz_axis_tics("y", (struct range){ f->min, f->max }, 4, to);
	write_title(f, p, to);
	/* one scale for all, from light to dark: the lightness alone tells it */
	fprintf(to,
		"set palette defined (0 '#D6E8F5', 0.4 '#56B4E9', 0.7 '#0072B2', 1 '#081336')\n"
		"set logscale cb; set cbrange [1:%.6g]; set format cb '%%g'\n",
		most > 1 ? most : 10);
	if (p->last)
		fprintf(to,
			"set colorbox user origin graph %.4f,0 size graph %.4f,1\n"
			"set cblabel 'galaxies' offset -0.5,0\n",
			1 + 0.12 / p->width, 0.15 / p->width);
	else
		fputs("unset colorbox\n", to);
	fprintf(to,
		"set xtics out nomirror; set ytics out nomirror\n"
		"plot $density%d matrix using (%.8g+$1*%.8g):(%.8g+$2*%.8g):($3>0?$3:NaN) with "
		"image pixels, x with lines lc rgb '#D55E00' lw 1 dt (6,3)\n"
		"unset label 1; set format y; set xtics in mirror; set ytics in mirror\n"
		"unset logscale cb; set cblabel ''\n",
		p->stream, f->min + 0.5 * width, width, f->min + 0.5 * width, width);
}

static void write_pit(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	double peak = 1, error = f->stream[p->stream].pit_error;

	for (int i = 0; i < f->streams; i++)
		peak = fmax(peak, histogram_peak(&f->stream[i].pit));
	fputs("set xlabel 'PIT'\nset ylabel 'density'\nset xrange [0:1]\nset xtics 0.25,0.5,0.75\n",
	      to);
	pz_axis_tics("y", (struct range){ 0, peak }, 4, to);
	fprintf(to, "set yrange [0:%.6g]\n", 1.08 * peak);
	write_title(f, p, to);
	if (error > 0)
		fprintf(to, "set object 1 rectangle from 0,%.6g to 1,%.6g " BAND " behind\n",
			fmax(1 - error, 0), 1 + error);
	fprintf(to,
		"plot 1 with lines " RULE ", $pit%d with steps lc rgb '%s' lw 1.2\n"
		"unset object 1; unset label 1; set format y\n",
		p->stream, pz_style_colour(p->stream));
}

void pz_panel_write(const struct pz_figure *f, const struct panel *p, FILE *to)
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
	case PANEL_WASSERSTEIN:
		write_by_mag(f, p->kind, to);
		break;
	case PANEL_DENSITY:
		write_density_panel(f, p, to);
		break;
	case PANEL_PIT:
		write_pit(f, p, to);
		break;
	}
}
