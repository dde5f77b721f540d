/* panel.c -- the panels that show all streams, each as gnuplot's commands */
#include <math.h>
#include <string.h>

#include "panels.h"

#define POINT 0.28 /* size of a point among many */

#define TRUE_Z      "spectroscopic redshift {/:Italic z}_{spec}"
#define ESTIMATED_Z "photometric redshift {/:Italic z}_{phot}"
#define RESIDUAL    "⟨Δ{/:Italic z} / (1 + {/:Italic z}_{spec})⟩"
#define BIAS        "bias of ⟨{/:Italic z}⟩ / (1 + {/:Italic z})  [10^{−4}]"

/* ---- what panels share ---- */

int pz_figure_style(const struct pz_figure *f, int stream)
{
	const char *name[PZ_FIGURE_STREAMS];
	int style[PZ_FIGURE_STREAMS];

	if (f->stream[stream].style > 0)
		return f->stream[stream].style - 1;
	for (int i = 0; i < f->streams; i++)
		name[i] = f->stream[i].name;
	pz_figure_styles(name, f->streams, style);
	return style[stream];
}

void pz_panel_letter(const struct panel *p, char letter[16])
{
	if (p->number < 26)
		snprintf(letter, 16, "(%c)", 'a' + p->number);
	else
		snprintf(letter, 16, "(%c%c)", 'a' + p->number / 26 - 1, 'a' + p->number % 26);
}

void pz_panel_title(const struct pz_figure *f, int stream, FILE *to)
{
	const char *name = f->stream[stream].name;

	fputs(" title ", to);
	pz_page_quote(name ? name : "", to);
	fputs(" noenhanced", to);
}

static void write_letter(const struct panel *p, FILE *to)
{
	char letter[16];

	pz_panel_letter(p, letter);
	fprintf(to, "set label 1 '%s' at graph 0,graph 1 left offset 0,0.55\n", letter);
}

/* ---- ranges ---- */

/* The ranges that hold the points; those much less certain than the best may lie below or
 * above. */
static void curve_ranges(const struct pz_figure *f, const struct panel *panel, struct range *x,
			 struct range *y)
{
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_curve *c = pz_panel_curve(f, panel, i);
		double limit = pz_figure_curve_limit(c);

		for (int k = 0; k < c->n; k++) {
			const struct pz_figure_point *p = &c->point[k];

			pz_axis_widen_range(x, p->x);
			if (p->error > limit)
				continue;
			pz_axis_widen_range(y, p->y);
			pz_axis_widen_range(y, p->y + p->error);
			pz_axis_widen_range(y, p->y - p->error);
		}
	}
}

/* Includes the simulated curve in the range of y, as far as the points reach in x. */
static void widen_by_simulated(const struct pz_figure *f, struct range x, struct range *y)
{
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_curve *c = &f->stream[i].simulated;

		for (int k = 0; k < c->n; k++)
			if (c->point[k].x >= x.lo && c->point[k].x <= x.hi)
				pz_axis_widen_range(y, c->point[k].y);
	}
}

static bool is_width(const struct panel *p)
{
	return p->kind == PANEL_MAD || p->kind == PANEL_WASSERSTEIN;
}

/* Residuals have a rule at 0, widths begin there. */
void pz_panel_ranges(const struct pz_figure *f, const struct panel *p, struct range *x,
		     struct range *y)
{
	bool redshifts = p->kind == PANEL_ZSPEC || p->kind == PANEL_ZPHOT;

	*x = redshifts ? (struct range){ f->min, f->min } : (struct range){ INFINITY, -INFINITY };
	*y = is_width(p) ? (struct range){ 0, 0 } : (struct range){ -0.005, 0.005 };
	curve_ranges(f, p, x, y);
	if (p->kind == PANEL_ZSPEC)
		widen_by_simulated(f, *x, y);
	for (int k = 0; k < f->requirements && p->kind == PANEL_TOMOGRAPHY; k++) {
		pz_axis_widen_range(y, 1.1 * f->requirement[k].value);
		pz_axis_widen_range(y, -1.1 * f->requirement[k].value);
	}
	*x = pz_axis_padded(*x, redshifts ? 0.03 : 0.04);
	*y = is_width(p) ? (struct range){ 0, y->hi > 0 ? 1.08 * y->hi : 1 }
			 : pz_axis_padded(*y, 0.05);
}

/* ---- curves ---- */

static const char *const curve_name[PANEL_KINDS] = {
	[PANEL_ZSPEC] = "zspec",     [PANEL_ZPHOT] = "zphot",
	[PANEL_MAD] = "mad",         [PANEL_WASSERSTEIN] = "wasserstein",
	[PANEL_AGAINST] = "against", [PANEL_TOMOGRAPHY] = "tomography",
};

void pz_figure_block(const struct panel *p, int stream, char name[PANEL_BLOCK])
{
	if (p->kind == PANEL_AGAINST)
		snprintf(name, PANEL_BLOCK, "against%d_%d", p->key, stream);
	else
		snprintf(name, PANEL_BLOCK, "%s%d", curve_name[p->kind], stream);
}

/* Points with their errors, dodged by dx so that bars do not hide each other, on a
 * thin line that the eye can follow, and arrows to those outside. Bars are vectors: gnuplot
 * 5.4 clears a box about the points of yerrorbars behind a function. */
static void write_points(const struct pz_figure *f, const struct panel *p, int stream, double dx,
			 double size, bool outside, FILE *to)
{
	int style = pz_figure_style(f, stream);
	const char *colour = pz_figure_colour(style);
	char name[PANEL_BLOCK];

	pz_figure_block(p, stream, name);
	fprintf(to, "$%s using ($1%+.6g):2 with lines lc rgb '#80%s' lw 1", name, dx, colour + 1);
	pz_panel_title(f, stream, to);
	fprintf(to,
		", \\\n  $%s using ($1%+.6g):($2-$3):(0):(2*$3) with vectors nohead lc rgb '%s' lw "
		"1",
		name, dx, colour);
	pz_panel_title(f, stream, to);
	fprintf(to, ", \\\n  $%s using ($1%+.6g):2 with points ", name, dx);
	pz_style_points(style, size, to);
	pz_panel_title(f, stream, to);
	if (!outside)
		return;
	fprintf(to,
		", \\\n  $%soutside using ($1%+.6g):2:3:4 with vectors head filled size screen "
		"%.4f,22 lc rgb '%s' lw 1",
		name, dx, 0.12 / PAGE_WIDE, colour);
	pz_panel_title(f, stream, to);
}

/* The curves of all streams in the axes x and y; returns how many there are. What lies outside
 * becomes blocks of its own, before the command that plots. */
static void write_outside(const struct pz_figure *f, const struct panel *p, const struct range *x,
			  const struct range *y, FILE *to)
{
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_curve *c = pz_panel_curve(f, p, i);
		char name[PANEL_BLOCK], outside[PANEL_BLOCK + 8];

		if (pz_outside_count(c, x, y) == 0)
			continue;
		pz_figure_block(p, i, name);
		snprintf(outside, sizeof outside, "%soutside", name);
		pz_outside_write(outside, c, x, y, to);
	}
}

static void write_curves(const struct pz_figure *f, const struct panel *p, const struct range *x,
			 const struct range *y, double dodge, double size, FILE *to)
{
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_curve *c = pz_panel_curve(f, p, i);

		if (c->n == 0)
			continue;
		fputs(", \\\n  ", to);
		write_points(f, p, i, dodge * (i - 0.5 * (f->streams - 1)), size,
			     pz_outside_count(c, x, y) > 0, to);
	}
}

static void write_lines(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_stream *s = &f->stream[i];
		bool spec = p->kind == PANEL_ZSPEC;

		if (spec && s->simulated.n > 0)
			fprintf(to, ", \\\n  $simulated%d using 1:2 with lines " SIMULATED, i);
		if (isnan(spec ? s->zspec_line.slope : s->zphot_line.slope))
			continue;
		fprintf(to, ", \\\n  $%sline%d with lines ", curve_name[p->kind], i);
		pz_style_line(pz_figure_style(f, i), 2, to);
		pz_panel_title(f, i, to);
	}
}

/* The names of all requirements of the value of number k, or "" if an earlier one has that value.
 */
static void requirement_name(const struct pz_figure *f, int k, char *text, size_t size)
{
	size_t n = 0;

	*text = 0;
	for (int i = 0; i < f->requirements; i++) {
		const struct pz_figure_requirement *r = &f->requirement[i];

		if (r->value != f->requirement[k].value)
			continue;
		if (i < k)
			return;
		snprintf(text + n, size - n, "%s%s", n ? ", " : "", r->name ? r->name : "");
		n = strlen(text);
	}
}

/* What surveys ask for, a line on either side with its name: by turns above the upper and below the
 * lower one, so that names of close lines do not meet; those of further ones stand to their left.
 */
static void write_requirements(const struct pz_figure *f, FILE *to)
{
	for (int k = 0, shown = 0; k < f->requirements; k++) {
		double value = f->requirement[k].value;
		bool below = shown % 2;
		char name[128];

		requirement_name(f, k, name, sizeof name);
		if (!*name)
			continue;
		fprintf(to,
			"set arrow %d from graph 0,first %.6g to graph 1,first %.6g nohead " RULE
			"\nset arrow %d from graph 0,first %.6g to graph 1,first %.6g nohead " RULE
			"\nset label %d ",
			2 * k + 11, value, value, 2 * k + 12, -value, -value, k + 11);
		pz_page_quote(name, to);
		fprintf(to,
			" at graph %.2f,first %.6g right offset 0,%s noenhanced tc rgb "
			"'#555555'\n",
			0.99 - 0.3 * (shown / 2), below ? -value : value, below ? "-0.5" : "0.45");
		shown++;
	}
}

static void write_curve_labels(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	bool against = p->kind == PANEL_AGAINST;

	if (is_width(p)) {
		fputs("set xlabel ", to);
		pz_page_quote(f->magnitude ? f->magnitude : "magnitude", to);
		fputs(f->magnitude ? ".' [mag]' noenhanced\n" : " noenhanced\n", to);
		fprintf(to, "set ylabel '%s' enhanced\n",
			p->kind == PANEL_MAD ? "{/:Italic σ}_{MAD}" : "Wasserstein distance");
		return;
	}
	if (against) {
		fputs("set xlabel ", to);
		pz_page_quote(f->key[p->key], to);
		fputs(" noenhanced\n", to);
	} else
		pz_axis_label("x", f, p->kind == PANEL_ZPHOT ? ESTIMATED_Z : TRUE_Z,
			      p->kind == PANEL_ZPHOT ? "estimated " : "true ", "", to);
	if (p->kind == PANEL_TOMOGRAPHY)
		fprintf(to, "set ylabel '%s' enhanced\n", BIAS);
	else
		pz_axis_label("y", f, RESIDUAL, "mean residual of ", "", to);
}

/* Curves with their errors on axes of their own, over a rule at 0 or, if they are widths, from 0
 * on. */
static void write_curve_panel(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	struct range x, y;
	double dodge;

	pz_panel_ranges(f, p, &x, &y);
	dodge = 0.003 * (x.hi - x.lo) / (f->streams > 4 ? 2 : 1);
	if (p->kind == PANEL_TOMOGRAPHY)
		dodge = 0.012 * (x.hi - x.lo);
	write_letter(p, to);
	write_curve_labels(f, p, to);
	pz_axis_range("x", x, 0, to);
	pz_axis_range("y", y, 0, to);
	pz_axis_tics("x", x, p->width > 5 ? 8 : 4, to);
	pz_axis_tics("y", y, is_width(p) ? 5 : 7, to);
	if (p->kind == PANEL_TOMOGRAPHY)
		write_requirements(f, to);
	write_outside(f, p, &x, &y, to);
	fputs("plot 0 with lines " RULE " notitle", to);
	write_curves(f, p, &x, &y, is_width(p) ? 0 : dodge, is_width(p) ? 1.5 * POINT : POINT, to);
	if (p->kind == PANEL_ZSPEC || p->kind == PANEL_ZPHOT)
		write_lines(f, p, to);
	fputs("\nunset label; unset arrow\n", to);
}

/* ---- total variation ---- */

static void tv_ranges(const struct pz_figure *f, const struct panel *p, struct range *x,
		      struct range *y)
{
	for (int i = 0; i < f->streams; i++) {
		const struct pz_figure_stream *s = &f->stream[i];
		double error = fmax(s->zspec_line.slope_error, 0);

		if (!pz_panel_has_data(f, p, i))
			continue;
		pz_axis_widen_range(x, s->zspec_line.slope - error);
		pz_axis_widen_range(x, s->zspec_line.slope + error);
		pz_axis_widen_range(y, s->tv + fmax(s->tv_error, 0));
		pz_axis_widen_range(y, s->floor + fmax(s->floor_error, 0));
	}
}

/* Each stream's point, and under it the floor that it would have without mode collapse: a bar as
 * wide as the arms of the point are not, with a dotted line to the point. */
static void write_tv(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	struct range x = { 0, 0 }, y = { 0, 0 };

	tv_ranges(f, p, &x, &y);
	x = pz_axis_padded(x, 0.05);
	write_letter(p, to);
	pz_axis_range("x", x, 0, to);
	pz_axis_tics("x", x, p->width > 5 ? 7 : 4, to);
	pz_axis_tics("y", y, 6, to);
	fprintf(to, "set yrange [0:%.6g]\n", y.hi > 0 ? 1.1 * y.hi : 1);
	fprintf(to,
		"set xlabel 'slope of the residuals%s' enhanced\nset ylabel 'total variation'\n",
		pz_axis_is_z(f) ? " against {/:Italic z}_{spec}" : "");
	fputs("set arrow 1 from 0,graph 0 to 0,graph 1 nohead back " RULE "\nplot", to);
	for (int i = 0, n = 0; i < f->streams; i++) {
		int style = pz_figure_style(f, i);

		if (!pz_panel_has_data(f, p, i))
			continue;
		if (isfinite(f->stream[i].floor)) {
			fprintf(to,
				"%s $tv%d using 1:5:(0):($2-$5) with vectors nohead lc rgb '%s' lw "
				"0.8 "
				"dt (1,3)",
				n++ ? ", \\\n " : "", i, pz_figure_colour(style));
			pz_panel_title(f, i, to);
			fprintf(to,
				", \\\n  $tv%d using ($1-%.6g):5:(%.6g):(0) with vectors nohead lc "
				"rgb "
				"'%s' lw 2.5",
				i, 0.012 * (x.hi - x.lo), 0.024 * (x.hi - x.lo),
				pz_figure_colour(style));
			pz_panel_title(f, i, to);
		}
		fprintf(to, "%s $tv%d using 1:2:3:4 with xyerrorbars ", n++ ? ", \\\n " : "", i);
		pz_style_points(style, 2 * POINT, to);
		pz_panel_title(f, i, to);
	}
	fputs("\nunset arrow 1; unset label 1\n", to);
}

void pz_panel_write(const struct pz_figure *f, const struct panel *p, FILE *to)
{
	if (p->kind == PANEL_TV)
		write_tv(f, p, to);
	else
		write_curve_panel(f, p, to);
}
