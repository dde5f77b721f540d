/* panels.h -- private: panels, where they stand, and the text that draws them
 *
 *      layout.c  which panels, and where      data.c   their data as named blocks
 *      panel.c   each as gnuplot's commands   axis.c   ranges, tics, labels
 *
 * A figure is a page (page.h) of rows of panels; positions are in centimetres from
 * the top left and become fractions of the page when they are written.
 */
#ifndef PZ_DRAW_PANELS_H
#define PZ_DRAW_PANELS_H

#include <stdbool.h>
#include <stdio.h>

#include <pz/figure.h>

#include "page.h"

enum panel_kind {
	PANEL_ZSPEC,
	PANEL_ZPHOT,
	PANEL_NZ,
	PANEL_TV,
	PANEL_MAD,
	PANEL_WASSERSTEIN,
	PANEL_DENSITY,
	PANEL_PIT
};

#define PANEL_KINDS (PANEL_PIT + 1)
#define PANELS_MAX  (PANEL_KINDS + 3 * PZ_FIGURE_STREAMS)

#define GREY      "#BBBBBB" /* true redshifts                                    */
#define SIMULATED "lc rgb '#777777' lw 1.5 dt (8,3,2,3)"
#define STACKED   "lc rgb '#444444' lw 1.2 dt (4,2)"
#define UNSURE    10 /* times the smallest error of a curve                      */

struct panel {
	enum panel_kind kind;
	int stream;                      /* where each has its own panel, else -1       */
	double left, top, width, height; /* of the frame that the axes make, cm        */
	bool first, last;                /* of its row                                  */
};

struct figure_layout {
	int panels;
	struct panel panel[PANELS_MAX];
};

/* The kinds of a comma list, in its order; how many, or PZ_EUSAGE. */
int pz_figure_kinds(const char *list, enum panel_kind kinds[PANEL_KINDS]);
/* Chooses the panels; PZ_EUSAGE for an unknown name, PZ_EDATA: nothing to draw. */
int pz_figure_layout(const struct pz_figure *f, struct figure_layout *l);
/* Places them under a legend that ends at top, cm; returns the height of the page. */
double pz_figure_place(struct figure_layout *l, double top);
bool pz_panel_has_data(const struct pz_figure *f, enum panel_kind kind, int stream);

/* ---- text ---- */

/* The data of all panels, as named blocks. */
void pz_figure_write_data(const struct pz_figure *f, FILE *to);
/* The text that sets one panel up and plots it. */
void pz_panel_write(const struct pz_figure *f, const struct panel *p, FILE *to);

/* ---- axes ---- */

struct range {
	double lo, hi;
};

void pz_axis_widen_range(struct range *r, double x);
/* Above this error a point of the curve is much less certain than the best. */
double pz_figure_curve_limit(const struct pz_figure_curve *c);

void pz_axis_range(const char *axis, struct range r, double pad, FILE *to);
/* The step of tics, 1, 2 or 5 times a power of ten, so that at most `most` fit. */
void pz_axis_tics(const char *axis, struct range r, int most, FILE *to);
/* z as it is written, another target by its name. */
bool pz_axis_is_z(const struct pz_figure *f);
void pz_axis_label(const char *axis, const struct pz_figure *f, const char *for_z,
		   const char *before, const char *behind, FILE *to);

#endif
