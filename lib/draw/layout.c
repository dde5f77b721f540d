/* layout.c -- which panels a figure has and where they stand */
#include <math.h>
#include <string.h>

#include <pz/error.h>

#include "panels.h"

/* Centimetres. */
#define BOX        1.1  /* right of a row of densities, for their colours         */
#define GAP        0.35 /* between panels of one stream each                      */
#define GAP_SQUARE 0.45 /* whose tics reach to the edges                         */
#define TITLE      0.45 /* above a panel, for its letter                         */
#define HIGH       4.2
#define LOW        2.1
#define SQUARE_MAX 3.6
#define SMALL_MAX  5 /* panels of one stream in a row of the page, where there is room */
#define SMALL_MOST 8
#define NARROW_MAX 4 /* in one column                                              */
#define SHRUNK     0.3

static const char *const names[PANEL_KINDS] = { "zspec",      "zphot",   "nz",  "tv",
						"tomography", "against", "mad", "wasserstein",
						"density",    "pit" };

bool pz_panel_is_single(enum panel_kind kind)
{
	return kind == PANEL_NZ || kind == PANEL_DENSITY || kind == PANEL_PIT;
}

const struct pz_figure_curve *pz_panel_curve(const struct pz_figure *f, const struct panel *p,
					     int stream)
{
	static const struct pz_figure_curve none;
	const struct pz_figure_stream *s = &f->stream[stream];

	switch (p->kind) {
	case PANEL_ZSPEC:
		return &s->zspec;
	case PANEL_ZPHOT:
		return &s->zphot;
	case PANEL_TOMOGRAPHY:
		return &s->tomography;
	case PANEL_AGAINST:
		return s->against ? &s->against[p->key] : &none;
	case PANEL_MAD:
		return &s->mad;
	case PANEL_WASSERSTEIN:
		return &s->wasserstein;
	default:
		return &none;
	}
}

/* Of n(z) the mean p(z) is enough: recalibrated streams may have no estimates of their own. */
static bool has_nz(const struct pz_figure_stream *s)
{
	return (s->n_zphot.n > 0 && s->n_zphot.count) || (s->n_stacked.n > 0 && s->n_stacked.count);
}

bool pz_panel_has_data(const struct pz_figure *f, const struct panel *p, int stream)
{
	const struct pz_figure_stream *s = &f->stream[stream];

	switch (p->kind) {
	case PANEL_NZ:
		return has_nz(s);
	case PANEL_TV:
		return !isnan(s->tv) && !isnan(s->zspec_line.slope);
	case PANEL_DENSITY:
		return s->density_n > 0 && s->density;
	case PANEL_PIT:
		return s->pit.n > 0 && s->pit.count;
	default:
		return pz_panel_curve(f, p, stream)->n > 0;
	}
}

static bool any_has_data(const struct pz_figure *f, const struct panel *p)
{
	for (int i = 0; i < f->streams; i++)
		if (pz_panel_has_data(f, p, i))
			return true;
	return false;
}

int pz_figure_kinds(const char *list, enum panel_kind kinds[PANEL_KINDS])
{
	static const enum panel_kind all[PANEL_KINDS] = {
		PANEL_ZSPEC, PANEL_ZPHOT,       PANEL_TV, PANEL_TOMOGRAPHY, PANEL_AGAINST,
		PANEL_MAD,   PANEL_WASSERSTEIN, PANEL_NZ, PANEL_PIT,        PANEL_DENSITY
	};
	int n = 0;

	if (!list || !strcmp(list, "all")) {
		memcpy(kinds, all, sizeof all);
		return PANEL_KINDS;
	}
	for (const char *word = list; word;) {
		size_t size = strcspn(word, ",");
		int k = 0;

		while (k < PANEL_KINDS &&
		       (strlen(names[k]) != size || strncmp(names[k], word, size)))
			k++;
		if (k == PANEL_KINDS)
			return pz_fail(PZ_EUSAGE,
				       "no panel '%.*s': there are zspec, zphot, nz, tv, "
				       "tomography, against, mad, wasserstein, density and pit, or "
				       "all",
				       (int)size, word);
		for (int i = 0; i < n; i++)
			if (kinds[i] == (enum panel_kind)k)
				return pz_fail(PZ_EUSAGE, "panels: '%s' is listed twice", names[k]);
		kinds[n++] = (enum panel_kind)k;
		word = word[size] ? word + size + 1 : NULL;
	}
	return n;
}

/* ---- places ---- */

/* How many panels of one stream a row may have, and what heights are multiplied by. */
struct fit {
	int most;
	double shrink;
};

/* Panels of one stream each, n in a row of so many columns, below top; returns where the next row
 * may begin. */
static double place_small(const struct figure_layout *l, struct panel *row, int n, int columns,
			  double top, double shrink)
{
	bool square = row->kind == PANEL_DENSITY;
	double right = square ? BOX : PAGE_RIGHT, gap = square ? GAP_SQUARE : GAP;
	double width = (l->width - PAGE_LEFT - right - (columns - 1) * gap) / columns;
	double high = square ? fmin(width, SQUARE_MAX * shrink) : LOW * shrink;

	top += TITLE;
	for (int i = 0; i < n; i++) {
		row[i].width = square ? high : width;
		row[i].left = PAGE_LEFT + i * (row[i].width + gap);
		row[i].top = top;
		row[i].height = high;
		row[i].first = i == 0;
		row[i].last = i == n - 1;
	}
	return top + high + PAGE_BELOW;
}

/* One panel of all streams, or two or three side by side. */
static double place_large(const struct figure_layout *l, struct panel *row, int n, double top,
			  double shrink)
{
	double column = l->width / n;

	top += TITLE;
	for (int i = 0; i < n; i++) {
		row[i].left = i * column + PAGE_LEFT;
		row[i].top = top;
		row[i].width = column - PAGE_LEFT - PAGE_RIGHT;
		row[i].height = HIGH * shrink;
	}
	return top + HIGH * shrink + PAGE_BELOW;
}

/* How many panels there are from p on that may stand in its rows. */
static int alike(const struct panel *p, int left)
{
	int n = 1;

	while (n < left && (pz_panel_is_single(p->kind) ? p[n].kind == p->kind
							: !pz_panel_is_single(p[n].kind)))
		n++;
	return n;
}

/* Places all panels: those of all streams two in a row, of an odd number three in the last, those
 * of one stream each in rows of about equal length (7 are 4 and 3). Returns the height of it all.
 */
static double place_panels(struct figure_layout *l, double top, struct fit fit)
{
	for (int i = 0, n; i < l->panels; i += n) {
		struct panel *p = &l->panel[i];
		bool single = pz_panel_is_single(p->kind);
		int rows, columns;

		n = alike(p, l->panels - i);
		rows = single ? (n + fit.most - 1) / fit.most : n > 1 ? n / 2 : 1;
		columns = single ? (n + rows - 1) / rows : 2;
		for (int k = 0, row = 0; row < rows; k += columns, row++) {
			int here = row == rows - 1 ? n - k : columns;

			top = single ? place_small(l, p + k, here, columns, top, fit.shrink)
				     : place_large(l, p + k, here, top, fit.shrink);
		}
	}
	return top;
}

/* As large as fits on a page: first lower, then with more panels in a row, then lower still. */
double pz_figure_place(struct figure_layout *l, double top)
{
	static const struct fit tries[] = { { SMALL_MAX, 1 },    { SMALL_MAX, 0.85 },
					    { SMALL_MAX, 0.7 },  { SMALL_MOST, 0.85 },
					    { SMALL_MOST, 0.7 }, { SMALL_MOST, 0.55 },
					    { SMALL_MOST, 0.4 }, { SMALL_MOST, SHRUNK } };
	double height = 0;

	for (size_t k = 0; k < sizeof tries / sizeof *tries; k++) {
		struct fit fit = tries[k];

		if (l->width < PAGE_WIDE)
			fit.most = NARROW_MAX;
		if ((height = place_panels(l, top, fit)) <= PAGE_HIGH)
			break;
	}
	return height;
}

/* ---- which ---- */

static void add_panel(struct figure_layout *l, struct panel p)
{
	p.number = l->panels;
	l->panel[l->panels++] = p;
}

/* A panel of the kind, or one for each stream or key, where there is data. */
static void add_panels(const struct pz_figure *f, enum panel_kind kind, struct figure_layout *l)
{
	int keys = kind == PANEL_AGAINST ? f->keys : 1;

	if (!pz_panel_is_single(kind)) {
		for (int k = 0; k < keys; k++) {
			struct panel p = { .kind = kind, .stream = -1, .key = k };

			if (any_has_data(f, &p))
				add_panel(l, p);
		}
		return;
	}
	for (int i = 0; i < f->streams; i++) {
		struct panel p = { .kind = kind, .stream = i };

		if (pz_panel_has_data(f, &p, i))
			add_panel(l, p);
	}
}

/* One column is enough for a single panel, or a row of one stream's. */
static bool is_narrow(const struct figure_layout *l)
{
	int n = alike(&l->panel[0], l->panels);

	return l->panels == 1 || (n == l->panels && pz_panel_is_single(l->panel[0].kind) &&
				  n <= (l->panel[0].kind == PANEL_DENSITY ? 2 : NARROW_MAX));
}

int pz_figure_layout(const struct pz_figure *f, struct figure_layout *l)
{
	enum panel_kind kinds[PANEL_KINDS];
	int n = pz_figure_kinds(f->panels, kinds);

	*l = (struct figure_layout){ 0 };
	if (n < 0)
		return n;
	if (f->streams < 0 || f->streams > PZ_FIGURE_STREAMS)
		return pz_fail(PZ_EARG, "a figure of %d streams: at most %d", f->streams,
			       PZ_FIGURE_STREAMS);
	if (f->keys < 0 || f->keys > PZ_FIGURE_KEYS || f->requirements < 0 ||
	    f->requirements > PZ_FIGURE_KEYS)
		return pz_fail(PZ_EARG, "a figure of %d keys and %d requirements: at most %d",
			       f->keys, f->requirements, PZ_FIGURE_KEYS);
	for (int i = 0; i < n; i++)
		add_panels(f, kinds[i], l);
	if (l->panels == 0)
		return pz_fail(PZ_EDATA, "figure: nothing to draw");
	l->width = is_narrow(l) ? PAGE_COLUMN : PAGE_WIDE;
	return 0;
}
