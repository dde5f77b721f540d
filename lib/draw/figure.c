/* figure.c -- the figure of several streams as a page: its panels, and notes on them */
#include <math.h>

#include <pz/error.h>

#include "panels.h"

/* A figure as the page calls it back. */
struct drawing {
	const struct pz_figure *figure;
	struct figure_layout layout;
	struct page page;
};

static void write_data(const void *what, FILE *to)
{
	const struct drawing *d = what;

	pz_figure_write_data(d->figure, to);
}

static void write_panels(const void *what, FILE *to)
{
	const struct drawing *d = what;

	for (int i = 0; i < d->layout.panels; i++) {
		const struct panel *p = &d->layout.panel[i];

		pz_page_frame(&d->page, p->left, p->top, p->width, p->height, to);
		if (pz_panel_is_single(p->kind))
			pz_panel_write_single(d->figure, p, to);
		else
			pz_panel_write(d->figure, p, to);
	}
}

/* ---- what needs a word ---- */

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

static bool has_outside(const struct pz_figure *f, const struct figure_layout *l)
{
	for (int i = 0; i < l->panels; i++) {
		const struct panel *p = &l->panel[i];
		struct range x, y;

		if (pz_panel_is_single(p->kind) || p->kind == PANEL_TV)
			continue;
		pz_panel_ranges(f, p, &x, &y);
		for (int k = 0; k < f->streams; k++)
			if (pz_outside_count(pz_panel_curve(f, p, k), &x, &y) > 0)
				return true;
	}
	return false;
}

static void take_notes(const struct pz_figure *f, const struct figure_layout *l, struct page *p)
{
	bool residuals = has_panel(l, PANEL_ZSPEC) || has_panel(l, PANEL_ZPHOT);

	if (residuals && has_any(f, has_line))
		p->note[p->notes++] =
			(struct page_note){ "lines lc rgb '#777777' lw 3", "line fitted" };
	if (has_panel(l, PANEL_ZSPEC) && has_any(f, has_simulated))
		p->note[p->notes++] =
			(struct page_note){ "lines " SIMULATED, "regression to the mean" };
	if (has_panel(l, PANEL_NZ))
		p->note[p->notes++] =
			(struct page_note){ "boxes fc rgb '" GREY "' fs solid noborder",
					    pz_axis_is_z(f) ? "spectroscopic" : "true values" };
	if (has_panel(l, PANEL_NZ) && has_any(f, has_stacked))
		p->note[p->notes++] =
			(struct page_note){ "lines " STACKED, "mean p({/:Italic z})" };
	if (has_panel(l, PANEL_TV) && has_any(f, has_floor))
		p->note[p->notes++] = (struct page_note){ FLOOR, "no mode collapse" };
	if (has_panel(l, PANEL_PIT))
		p->note[p->notes++] = (struct page_note){ BAND_SIGN, "uniform, with error" };
	if (has_outside(f, l))
		p->note[p->notes++] = (struct page_note){ "points pt 9 ps 0.4 lc rgb '#777777'",
							  "outside of the axes" };
}

/* ---- the page ---- */

static int prepare_figure(const struct pz_figure *f, struct drawing *d)
{
	int rc;

	*d = (struct drawing){ .figure = f };
	if ((rc = pz_figure_layout(f, &d->layout)) < 0)
		return rc;
	d->page = (struct page){
		.streams = f->streams, .data = write_data, .panels = write_panels, .what = d
	};
	d->page.width = d->layout.width;
	for (int i = 0; i < f->streams; i++) {
		d->page.name[i] = f->stream[i].name;
		d->page.style[i] = pz_figure_style(f, i);
	}
	take_notes(f, &d->layout, &d->page);
	d->page.height = pz_figure_place(&d->layout, pz_page_legend(&d->page));
	return 0;
}

int pz_figure_program(const struct pz_figure *f, FILE *to)
{
	struct drawing d;
	int rc = prepare_figure(f, &d);

	return rc < 0 ? rc : pz_page_program(&d.page, to);
}

int pz_figure_check(const char *panels, const char *path)
{
	enum panel_kind kinds[PANEL_KINDS];
	int n = panels ? pz_figure_kinds(panels, kinds) : 0;

	return n < 0 ? n : path ? pz_page_check(path) : 0;
}

int pz_figure_write(const struct pz_figure *f, const char *path)
{
	struct drawing d;
	int rc = pz_figure_check(f->panels, path);

	if (rc < 0 || (rc = prepare_figure(f, &d)) < 0)
		return rc;
	return pz_page_write(&d.page, path);
}
