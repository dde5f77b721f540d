/* single.c -- the panels that belong to one stream each: n(z), density, PIT */
#include <math.h>
#include <string.h>

#include "panels.h"

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

/* The letter and the name, as a label: gnuplot leaves a title out that would be empty were it
 * enhanced, _ or {}. */
static void write_title(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	const char *name = f->stream[p->stream].name;
	char letter[16], text[256];

	pz_panel_letter(p, letter);
	snprintf(text, sizeof text, "%s %s", letter, name ? name : "");
	fputs("set label 1 ", to);
	pz_page_quote(text, to);
	fputs(" at graph 0.5,graph 1 center noenhanced offset 0,0.55\n", to);
	if (!p->first)
		fputs("set ylabel ''; set format y ''\n", to);
}

/* As many as there is room for on the x axis. */
static int tics_of(const struct panel *p)
{
	return p->width > 1.5 ? (int)(p->width / 0.75) : 2;
}

static bool has_counts(const struct pz_figure_histogram *h)
{
	return h->n > 0 && h->count;
}

/* The truth, the estimates, and the mean p(z), of those that there are. */
static void write_distributions(const struct pz_figure *f, int stream, FILE *to)
{
	const struct pz_figure_stream *s = &f->stream[stream];
	int n = 0;

	if (has_counts(&s->n_zspec)) {
		fprintf(to, "$nzspec%d with fillsteps fc rgb '" GREY "' fs solid noborder", stream);
		n++;
	}
	if (has_counts(&s->n_zphot)) {
		fprintf(to, "%s$nzphot%d with steps lc rgb '%s' lw 1", n++ ? ", \\\n  " : "",
			stream, pz_figure_colour(pz_figure_style(f, stream)));
		pz_panel_title(f, stream, to);
	}
	if (has_counts(&s->n_stacked)) {
		fprintf(to, "%s$stacked%d with lines " STACKED, n ? ", \\\n  " : "", stream);
		pz_panel_title(f, stream, to);
	}
}

static void write_nz(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	double peak = 0, end = f->min;

	for (int i = 0; i < f->streams; i++) {
		peak = fmax(peak, histogram_peak(&f->stream[i].n_zphot));
		peak = fmax(peak, histogram_peak(&f->stream[i].n_zspec));
		end = fmax(end, histogram_end(&f->stream[i].n_zphot));
		end = fmax(end, histogram_end(&f->stream[i].n_zspec));
		if (!has_counts(&f->stream[i].n_zphot))
			peak = fmax(peak, histogram_peak(&f->stream[i].n_stacked));
	}
	pz_axis_label("x", f, "{/:Italic z}", "", "", to);
	pz_axis_label("y", f, "n({/:Italic z})", "density of ", "", to);
	pz_axis_range("x", (struct range){ f->min, end }, 0.02, to);
	pz_axis_tics("x", (struct range){ f->min, end }, tics_of(p), to);
	pz_axis_tics("y", (struct range){ 0, peak }, 4, to);
	pz_axis_range("y", (struct range){ 0, 1.05 * peak }, 0, to);
	write_title(f, p, to);
	fputs("plot ", to);
	write_distributions(f, p->stream, to);
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
	fprintf(to, "plot 1 with lines " RULE ", $pit%d with steps lc rgb '%s' lw 1.2", p->stream,
		pz_figure_colour(pz_figure_style(f, p->stream)));
	pz_panel_title(f, p->stream, to);
	fputs("\nunset object 1; unset label 1; set format y\n", to);
}

void pz_panel_write_single(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	if (p->kind == PANEL_NZ)
		write_nz(f, p, to);
	else if (p->kind == PANEL_DENSITY)
		write_density_panel(f, p, to);
	else
		write_pit(f, p, to);
}
