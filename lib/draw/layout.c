/* layout.c -- which panels a figure has and where they stand */
#include <math.h>
#include <string.h>

#include <pz/error.h>

#include "figure.h"

/* Centimetres, for text of 12 pt on two columns: half of it is a column's width. */
#define WIDTH       17.6
#define LEFT        2.4 /* for labels of the axis                                */
#define RIGHT       0.4
#define GAP_WIDE    2.5 /* between panels that have labels of their own            */
#define GAP_NARROW  0.55
#define BELOW       1.5  /* tics and label of the x axis                         */
#define TITLE       0.65 /* above panels of one stream                           */
#define HIGH        5.4
#define LOW         3.8
#define MARGIN      0.25 /* at the top, and under a panel without title             */
#define LEGEND_LINE 0.6
#define SMALL_MAX   4 /* panels of one stream in a row                          */

static const char *const names[PANEL_KINDS] = { "zspec", "zphot",   "nz", "tv",
						"mad",   "density", "pit" };

bool panel_has_data(const struct pz_figure *f, enum panel_kind kind, int stream)
{
	const struct pz_figure_stream *s = &f->stream[stream];

	switch (kind) {
	case PANEL_ZSPEC:
		return s->zspec.n > 0;
	case PANEL_ZPHOT:
		return s->zphot.n > 0;
	case PANEL_NZ:
		return s->n_zphot.n > 0 && s->n_zphot.count;
	case PANEL_TV:
		return !isnan(s->tv) && !isnan(s->zspec_line.slope);
	case PANEL_MAD:
		return s->mad.n > 0;
	case PANEL_DENSITY:
		return s->density_n > 0 && s->density;
	default:
		return s->pit.n > 0 && s->pit.count;
	}
}

static bool any_has_data(const struct pz_figure *f, enum panel_kind kind)
{
	for (int i = 0; i < f->streams; i++)
		if (panel_has_data(f, kind, i))
			return true;
	return false;
}

/* Each stream has a panel of its own of these kinds. */
static bool is_single(enum panel_kind kind)
{
	return kind == PANEL_NZ || kind == PANEL_DENSITY;
}

int figure_kinds(const char *list, enum panel_kind kinds[PANEL_KINDS])
{
	int n = 0;

	for (const char *word = list; word;) {
		size_t size = strcspn(word, ",");
		int k = 0;

		while (k < PANEL_KINDS &&
		       (strlen(names[k]) != size || strncmp(names[k], word, size)))
			k++;
		if (k == PANEL_KINDS)
			return pz_fail(PZ_EUSAGE,
				       "no panel '%.*s': there are zspec, zphot, nz, tv, mad, "
				       "density and pit",
				       (int)size, word);
		if (n == PANEL_KINDS)
			return pz_fail(PZ_EUSAGE, "panels: at most %d", PANEL_KINDS);
		kinds[n++] = (enum panel_kind)k;
		word = word[size] ? word + size + 1 : NULL;
	}
	return n;
}

/* Places n panels of a row of so many columns, its frames below top; returns where the
 * next row may begin. */
static double place_row(struct panel *row, int n, int columns, double top)
{
	bool single = is_single(row->kind);
	double gap = single ? GAP_NARROW : GAP_WIDE;
	double width = (WIDTH - LEFT - RIGHT - (columns - 1) * gap) / columns;
	double height = single || columns == 1 ? LOW : HIGH;

	top += single ? TITLE : MARGIN;
	for (int i = 0; i < n; i++) {
		row[i].left = LEFT + i * (width + gap);
		row[i].top = top;
		row[i].width = width;
		row[i].height = row->kind == PANEL_DENSITY ? fmin(width, HIGH) : height;
		row[i].first = i == 0;
	}
	return top + row->height + BELOW;
}

/* How many panels like p there are from it on. */
static int alike(const struct panel *p, int left)
{
	int n = 1;

	while (n < left && p[n].kind == p->kind)
		n++;
	return n;
}

/* Places all panels in rows: two by two, or up to SMALL_MAX of one stream each in
 * rows of about equal length (7 are 4 and 3). Returns the height of it all. */
static double place_panels(struct figure_layout *l, double top)
{
	for (int i = 0, n; i < l->panels; i += n) {
		struct panel *p = &l->panel[i];
		int left = l->panels - i;

		if (!is_single(p->kind)) {
			n = left > 1 && !is_single(p[1].kind) ? 2 : 1;
			top = place_row(p, n, n, top);
			continue;
		}
		n = alike(p, left);
		for (int k = 0, rows = (n + SMALL_MAX - 1) / SMALL_MAX; k < n;) {
			int columns = (n + rows - 1) / rows,
			    here = n - k < columns ? n - k : columns;

			top = place_row(p + k, here, columns, top);
			k += here;
		}
	}
	return top;
}

/* A panel of the kind, or one for each stream, where there is data. */
static void add_panels(const struct pz_figure *f, enum panel_kind kind, struct figure_layout *l)
{
	if (!is_single(kind)) {
		if (any_has_data(f, kind))
			l->panel[l->panels++] = (struct panel){ .kind = kind, .stream = -1 };
		return;
	}
	for (int i = 0; i < f->streams; i++)
		if (panel_has_data(f, kind, i))
			l->panel[l->panels++] = (struct panel){ .kind = kind, .stream = i };
}

int figure_layout(const struct pz_figure *f, struct figure_layout *l)
{
	/* those that stand two by two first, those of one stream last */
	enum panel_kind kinds[PANEL_KINDS] = { PANEL_ZSPEC, PANEL_ZPHOT, PANEL_TV,     PANEL_MAD,
					       PANEL_PIT,   PANEL_NZ,    PANEL_DENSITY };
	int n = f->panels ? figure_kinds(f->panels, kinds) : PANEL_KINDS;

	*l = (struct figure_layout){ .width = WIDTH };
	if (n < 0)
		return n;
	if (f->streams < 0 || f->streams > PZ_FIGURE_STREAMS)
		return pz_fail(PZ_EARG, "a figure of %d streams: at most %d", f->streams,
			       PZ_FIGURE_STREAMS);
	for (int i = 0; i < n; i++)
		add_panels(f, kinds[i], l);
	if (l->panels == 0)
		return pz_fail(PZ_EDATA, "figure: nothing to draw");
	l->legend_columns = f->streams < 5 ? f->streams : (f->streams + 1) / 2;
	if (l->legend_columns > 5)
		l->legend_columns = 5;
	l->legend = LEGEND_LINE * ceil((double)f->streams / l->legend_columns) + MARGIN;
	l->height = place_panels(l, l->legend);
	return 0;
}
