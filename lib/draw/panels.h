/* panels.h -- private: panels, where they stand, and the text that draws them
 *
 *      layout.c  which panels, and where      data.c    their data as named blocks
 *      panel.c   each as gnuplot's commands   single.c  those of one stream each
 *      axis.c    ranges, tics, labels         outside.c points outside of the axes
 *      caption.c the text that goes with the figure
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
	PANEL_TOMOGRAPHY,
	PANEL_AGAINST,
	PANEL_MAD,
	PANEL_WASSERSTEIN,
	PANEL_DENSITY,
	PANEL_PIT
};

#define PANEL_KINDS (PANEL_PIT + 1)
#define PANELS_MAX  (PANEL_KINDS + PZ_FIGURE_KEYS + 3 * PZ_FIGURE_STREAMS)

#define GREY      "#BBBBBB" /* true redshifts                                    */
#define SIMULATED "lc rgb '#777777' lw 1.5 dt (8,3,2,3)"
#define STACKED   "lc rgb '#444444' lw 1.2 dt (4,2)"
#define UNSURE    10 /* times the smallest error of a curve                      */
#define FLOOR     "lines lc rgb '#777777' lw 5 dt (2,50)"

#define PANEL_BLOCK 32

struct panel {
	enum panel_kind kind;
	int stream;                      /* where each has its own panel, else -1       */
	int key;                         /* of a panel `against`                        */
	int number;                      /* from 0: its letter                          */
	double left, top, width, height; /* of the frame that the axes make, cm        */
	bool first, last;                /* of its row, of panels of one stream         */
};

struct figure_layout {
	double width; /* of the page, cm                                          */
	int panels;
	struct panel panel[PANELS_MAX];
};

/* The kinds of a comma list, in its order; "all" or NULL: all. How many, or PZ_EUSAGE. */
int pz_figure_kinds(const char *list, enum panel_kind kinds[PANEL_KINDS]);
/* Chooses the panels; PZ_EUSAGE for an unknown name, PZ_EDATA: nothing to draw. */
int pz_figure_layout(const struct pz_figure *f, struct figure_layout *l);
/* Places them under a legend that ends at top, cm; returns the height of the page. */
double pz_figure_place(struct figure_layout *l, double top);
bool pz_panel_has_data(const struct pz_figure *f, const struct panel *p, int stream);

/* ---- text ---- */

/* The name of the block of a curve. */
void pz_figure_block(const struct panel *p, int stream, char name[PANEL_BLOCK]);
/* The data of all panels, as named blocks. */
void pz_figure_write_data(const struct pz_figure *f, FILE *to);
/* The text that sets one panel of all streams up and plots it. */
void pz_panel_write(const struct pz_figure *f, const struct panel *p, FILE *to);
/* The same of a panel that belongs to one stream. */
void pz_panel_write_single(const struct pz_figure *f, const struct panel *p, FILE *to);
/* "(b)", "(b) step3": at most 80 bytes beside the name. */
void pz_panel_letter(const struct panel *p, char letter[16]);
bool pz_panel_is_single(enum panel_kind kind);
/* How gnuplot's title says whose the lines are: nothing is drawn by it, as there is no key, but
 * an SVG names its groups so. */
void pz_panel_title(const struct pz_figure *f, int stream, FILE *to);
/* The style of a stream. */
int pz_figure_style(const struct pz_figure *f, int stream);
/* The curve that a panel of several streams shows of one of them. */
const struct pz_figure_curve *pz_panel_curve(const struct pz_figure *f, const struct panel *p,
					     int stream);

/* ---- points outside of the axes ---- */

struct range;
/* How many of the curve's points lie outside. */
int pz_outside_count(const struct pz_figure_curve *c, const struct range *x, const struct range *y);
/* Their arrows as a block $NAME: where they begin, and to where they point. */
void pz_outside_write(const char *name, const struct pz_figure_curve *c, const struct range *x,
		      const struct range *y, FILE *to);

/* ---- axes ---- */

struct range {
	double lo, hi;
};

void pz_axis_widen_range(struct range *r, double x);
/* With a share pad of it on both sides. */
struct range pz_axis_padded(struct range r, double pad);
/* What the axes of a panel of curves hold, their padding included. */
void pz_panel_ranges(const struct pz_figure *f, const struct panel *p, struct range *x,
		     struct range *y);
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
