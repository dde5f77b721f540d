/* layout.c -- which panels a figure has and where they stand */
#include <math.h>
#include <string.h>

#include <pz/error.h>

#include "panels.h"

/* Centimetres. */
#define BOX        1.1  /* right of a row of densities, for their colours         */
#define GAP        0.35 /* between panels of one stream each                      */
#define GAP_SQUARE 0.45 /* whose tics reach to the edges                         */
#define TITLE      0.45 /* above panels of one stream                             */
#define HIGH       3.6
#define LOW        1.9
#define SQUARE_MAX 4.6
#define MARGIN     0.12 /* above a panel without title                            */
#define SMALL_MAX  4    /* panels of one stream in a row                         */

static const char *const names[PANEL_KINDS] = { "zspec", "zphot",       "nz",      "tv",
						"mad",   "wasserstein", "density", "pit" };

bool pz_panel_has_data(const struct pz_figure *f, enum panel_kind kind, int stream)
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
	case PANEL_WASSERSTEIN:
		return s->wasserstein.n > 0;
	case PANEL_DENSITY:
		return s->density_n > 0 && s->density;
	default:
		return s->pit.n > 0 && s->pit.count;
	}
}

static bool any_has_data(const struct pz_figure *f, enum panel_kind kind)
{
	for (int i = 0; i < f->streams; i++)
		if (pz_panel_has_data(f, kind, i))
			return true;
	return false;
}

/* Each stream has a panel of its own of these kinds. */
static bool is_single(enum panel_kind kind)
{
	return kind == PANEL_NZ || kind == PANEL_DENSITY || kind == PANEL_PIT;
}

int pz_figure_kinds(const char *list, enum panel_kind kinds[PANEL_KINDS])
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
				       "wasserstein, density and pit",
				       (int)size, word);
		for (int i = 0; i < n; i++)
			if (kinds[i] == (enum panel_kind)k)
				return pz_fail(PZ_EUSAGE, "panels: '%s' is listed twice", names[k]);
		kinds[n++] = (enum panel_kind)k;
		word = word[size] ? word + size + 1 : NULL;
	}
	return n;
}

/* Places n panels of a row of so many columns, its frames below top; returns where the
 * next row may begin. */
static double place_row(struct panel *row, int n, int columns, double top)
{
	bool single = is_single(row->kind), square = row->kind == PANEL_DENSITY;
	double right = square ? BOX : PAGE_RIGHT, gap = square ? GAP_SQUARE : GAP;
	double width = (PAGE_WIDTH - PAGE_LEFT - right - (columns - 1) * gap) / columns;

	top += single ? TITLE : MARGIN;
	for (int i = 0; i < n; i++) {
		row[i].left = PAGE_LEFT + i * (width + gap);
		row[i].top = top;
		row[i].width = square ? fmin(width, SQUARE_MAX) : width;
		row[i].height = square ? row[i].width : single ? LOW : HIGH;
		row[i].first = i == 0;
		row[i].last = i == n - 1;
	}
	return top + row->height + PAGE_BELOW;
}

/* How many panels like p there are from it on. */
static int alike(const struct panel *p, int left)
{
	int n = 1;

	while (n < left && p[n].kind == p->kind)
		n++;
	return n;
}

/* Places all panels: one in a row, or those of one stream each in rows of about equal
 * length (7 are 4 and 3; densities need room: 3, 3 and 1). Returns the height of it all. */
double pz_figure_place(struct figure_layout *l, double top)
{
	for (int i = 0, n; i < l->panels; i += n) {
		struct panel *p = &l->panel[i];
		int most = p->kind == PANEL_DENSITY ? SMALL_MAX - 1 : SMALL_MAX, rows, columns;

		n = is_single(p->kind) ? alike(p, l->panels - i) : 1;
		rows = (n + most - 1) / most;
		columns = (n + rows - 1) / rows;
		for (int k = 0; k < n; k += columns)
			top = place_row(p + k, n - k < columns ? n - k : columns, columns, top);
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
		if (pz_panel_has_data(f, kind, i))
			l->panel[l->panels++] = (struct panel){ .kind = kind, .stream = i };
}

int pz_figure_layout(const struct pz_figure *f, struct figure_layout *l)
{
	enum panel_kind kinds[PANEL_KINDS] = { PANEL_ZSPEC,   PANEL_ZPHOT, PANEL_NZ,
					       PANEL_TV,      PANEL_MAD,   PANEL_WASSERSTEIN,
					       PANEL_DENSITY, PANEL_PIT };
	int n = f->panels ? pz_figure_kinds(f->panels, kinds) : PANEL_KINDS;

	*l = (struct figure_layout){ 0 };
	if (n < 0)
		return n;
	if (f->streams < 0 || f->streams > PZ_FIGURE_STREAMS)
		return pz_fail(PZ_EARG, "a figure of %d streams: at most %d", f->streams,
			       PZ_FIGURE_STREAMS);
	for (int i = 0; i < n; i++)
		add_panels(f, kinds[i], l);
	if (l->panels == 0)
		return pz_fail(PZ_EDATA, "figure: nothing to draw");
	return 0;
}
