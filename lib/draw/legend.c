/* legend.c -- colours, shapes and dashes of the streams, and what they mean
 *
 * The legend stands alone above the panels, where it can cover nothing: the streams'
 * names, then notes on what the panels share.
 */
#include <math.h>

#include "figure.h"

/* Okabe & Ito's colours, told apart by all kinds of sight; yellow is left out, it
 * does not show on white. */
static const char *const colours[] = { "#000000", "#E69F00", "#56B4E9", "#009E73",
				       "#D55E00", "#0072B2", "#CC79A7" };
static const int shapes[] = { 7, 5, 9, 11, 13, 6, 4, 8, 10, 12 };
static const char *const dashes[] = { "1",          "(12,4)",    "(6,4)",
				      "(12,4,3,4)", "(3,3)",     "(12,4,3,4,3,4)",
				      "(18,6)",     "(6,4,3,4)", "(18,4,6,4)" };

#define COUNT(of) ((int)(sizeof(of) / sizeof *(of)))

const char *style_colour(int stream)
{
	return colours[stream % COUNT(colours)];
}

void style_points(int stream, double size, FILE *to)
{
	fprintf(to, "lc rgb '%s' pt %d ps %.2f lw 0.8", style_colour(stream),
		shapes[stream % COUNT(shapes)], size);
}

void style_line(int stream, double width, FILE *to)
{
	fprintf(to, "lc rgb '%s' dt %s lw %.1f", style_colour(stream),
		dashes[stream % COUNT(dashes)], width);
}

static bool has_panel(const struct figure_layout *l, enum panel_kind kind)
{
	for (int i = 0; i < l->panels; i++)
		if (l->panel[i].kind == kind)
			return true;
	return false;
}

static bool has_any(const struct pz_figure *f, bool (*has)(const struct pz_figure_stream *))
{
	for (int i = 0; i < f->streams; i++)
		if (has(&f->stream[i]))
			return true;
	return false;
}

static bool has_stacked(const struct pz_figure_stream *s)
{
	return s->n_stacked.n > 0 && s->n_stacked.count;
}

static bool has_simulated(const struct pz_figure_stream *s)
{
	return s->simulated.n > 0;
}

static bool has_floor(const struct pz_figure_stream *s)
{
	return isfinite(s->floor);
}

static bool has_line(const struct pz_figure_stream *s)
{
	return isfinite(s->zspec_line.slope) || isfinite(s->zphot_line.slope);
}

struct note {
	const char *style, *text;
};

/* What needs a word; returns how many. */
static int take_notes(const struct pz_figure *f, const struct figure_layout *l, struct note note[6])
{
	bool residuals = has_panel(l, PANEL_ZSPEC) || has_panel(l, PANEL_ZPHOT);
	int n = 0;

	if (residuals && has_any(f, has_line))
		note[n++] = (struct note){ "lines lc rgb '#777777' lw 3", "line fitted" };
	if (has_panel(l, PANEL_ZSPEC) && has_any(f, has_simulated))
		note[n++] = (struct note){ "lines lc rgb '#777777' lw 1.5 dt (8,3,2,3)",
					   "regression to the mean" };
	if (has_panel(l, PANEL_NZ))
		note[n++] = (struct note){ "boxes fc rgb '" GREY "' fs solid noborder",
					   axis_is_z(f) ? "spectroscopic" : "true" };
	if (has_panel(l, PANEL_NZ) && has_any(f, has_stacked))
		note[n++] = (struct note){ "lines lc rgb '#444444' lw 1.2 dt (4,2)",
					   "mean p({/:Italic z})" };
	if (has_panel(l, PANEL_TV) && has_any(f, has_floor))
		note[n++] = (struct note){ "boxes fc rgb '" BAND "' fs solid noborder",
					   "no mode collapse" };
	if (has_panel(l, PANEL_PIT))
		note[n++] = (struct note){ "lines " RULE, "uniform" };
	return n;
}

int legend_notes(const struct pz_figure *f, const struct figure_layout *l)
{
	struct note note[6];

	return take_notes(f, l, note);
}

/* Sets up a key of its own from `top` cm down. */
static void begin_key(const struct figure_layout *l, double top, double height, int columns,
		      FILE *to)
{
	fprintf(to,
		"\n# legend\n"
		"set lmargin at screen 0.01; set rmargin at screen 0.99\n"
		"set tmargin at screen %.4f; set bmargin at screen %.4f\n"
		"set key center center horizontal reverse Left maxcols %d samplen 2.2 width 0.5 "
		"spacing 1.1\n"
		"plot \\\n",
		1 - top / l->height, 1 - (top + height) / l->height, columns);
}

static void write_names(const struct pz_figure *f, const struct figure_layout *l, FILE *to)
{
	begin_key(l, 0, l->names, l->name_columns, to);
	for (int i = 0; i < f->streams; i++) {
		fputs("  NaN with lines ", to);
		style_line(i, 1.5, to);
		fputs(" notitle, \\\n  NaN with linespoints ", to);
		style_points(i, 0.5, to);
		fputs(" title ", to);
		figure_quote(f->stream[i].name ? f->stream[i].name : "", to);
		fprintf(to, " noenhanced%s\n", i < f->streams - 1 ? ", \\" : "");
	}
}

static void write_notes(const struct pz_figure *f, const struct figure_layout *l, FILE *to)
{
	struct note note[6];
	int n = take_notes(f, l, note);

	if (n == 0)
		return;
	begin_key(l, l->names, l->notes, NOTE_COLUMNS, to);
	for (int i = 0; i < n; i++) {
		fprintf(to, "  NaN with %s title ", note[i].style);
		figure_quote(note[i].text, to);
		fputs(i < n - 1 ? ", \\\n" : "\n", to);
	}
}

void legend_write(const struct pz_figure *f, const struct figure_layout *l, FILE *to)
{
	fputs("unset border; unset tics; unset xlabel; unset ylabel; unset title\n"
	      "set xrange [0:1]; set yrange [0:1]\n",
	      to);
	write_names(f, l, to);
	write_notes(f, l, to);
	fputs("unset key; set border 31 lw 1\n"
	      "set xtics offset 0,0.3; set ytics; set cbtics offset -0.6,0\n"
	      "set xlabel offset 0,0.8; set ylabel offset 0.5,0\n",
	      to);
}
