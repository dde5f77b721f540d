/* figure.h -- private: panels, where they stand, and the text that draws them
 *
 *      layout.c  which panels, and where      data.c   their data as named blocks
 *      panel.c   each as gnuplot's commands   axis.c   ranges, tics, labels
 *      legend.c  what the signs mean          gnuplot.c  runs the program
 *
 * A figure is rows of panels under a legend, as wide as a column of a journal;
 * positions are in centimetres from the top left and become fractions of the
 * canvas when they are written.
 */
#ifndef PZ_DRAW_FIGURE_H
#define PZ_DRAW_FIGURE_H

#include <stdbool.h>
#include <stdio.h>

#include <pz/figure.h>

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

#define FONT_PT      7         /* of all text                                       */
#define GREY         "#BBBBBB" /* true redshifts                                    */
#define BAND         "#DDDDDD" /* where something without fault would lie           */
#define RULE         "lc rgb '#777777' lw 1 dt (2,4)" /* where an ideal curve would */
#define NOTE_COLUMNS 2
#define UNSURE       10 /* times the smallest error of a curve                      */

struct panel {
	enum panel_kind kind;
	int stream;                      /* where each has its own panel, else -1       */
	double left, top, width, height; /* of the frame that the axes make, cm        */
	bool first, last;                /* of its row                                  */
};

struct figure_layout {
	double width, height; /* of the canvas, cm                                 */
	double names, notes;  /* heights of the two parts of the legend, cm        */
	int name_columns;
	int panels;
	struct panel panel[PANELS_MAX];
};

/* The kinds of a comma list, in its order; how many, or PZ_EUSAGE. */
int figure_kinds(const char *list, enum panel_kind kinds[PANEL_KINDS]);
/* Chooses and places the panels; PZ_EUSAGE for an unknown name, PZ_EDATA: nothing
 * to draw. */
int figure_layout(const struct pz_figure *f, struct figure_layout *l);
bool panel_has_data(const struct pz_figure *f, enum panel_kind kind, int stream);

/* ---- text ---- */

/* 'text' as gnuplot quotes it. */
void figure_quote(const char *text, FILE *to);
/* The data of all panels, as named blocks. */
void figure_write_data(const struct pz_figure *f, FILE *to);
/* How many notes there are to these panels, and the text of the legend above them. */
int legend_notes(const struct pz_figure *f, const struct figure_layout *l);
void legend_write(const struct pz_figure *f, const struct figure_layout *l, FILE *to);
/* The text that sets one panel up and plots it. */
void panel_write(const struct pz_figure *f, const struct panel *p, FILE *to);

/* Colour; colour, shape and size of points; colour and dashes of lines, of a stream. */
const char *style_colour(int stream);
void style_points(int stream, double size, FILE *to);
void style_line(int stream, double width, FILE *to);

/* ---- axes ---- */

struct range {
	double lo, hi;
};

void range_widen(struct range *r, double x);
/* Above this error a point of the curve is much less certain than the best. */
double curve_limit(const struct pz_figure_curve *c);

void axis_range(const char *axis, struct range r, double pad, FILE *to);
/* The step of tics, 1, 2 or 5 times a power of ten, so that at most `most` fit. */
void axis_tics(const char *axis, struct range r, int most, FILE *to);
/* z as it is written, another target by its name. */
bool axis_is_z(const struct pz_figure *f);
void axis_label(const char *axis, const struct pz_figure *f, const char *for_z, const char *before,
		const char *behind, FILE *to);

/* Runs gnuplot on a program from its beginning; its standard output goes to `out`. */
int gnuplot_run(FILE *program, FILE *out);

#endif
