/* figure.h -- private: panels, where they stand, and the text that draws them
 *
 * A figure is rows of panels under a legend; positions are in centimetres from
 * the top left and become fractions of the canvas when they are written.
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
	PANEL_DENSITY,
	PANEL_PIT
};

#define PANEL_KINDS (PANEL_PIT + 1)
#define PANELS_MAX  (PANEL_KINDS + 2 * PZ_FIGURE_STREAMS)

struct panel {
	enum panel_kind kind;
	int stream;                      /* where each has its own panel, else -1       */
	double left, top, width, height; /* of the frame that the axes make, cm        */
	bool first;                      /* of its row                                  */
};

struct figure_layout {
	double width, height; /* of the canvas, cm                                 */
	double legend;        /* height of the legend, cm                          */
	int legend_columns;
	int panels;
	struct panel panel[PANELS_MAX];
};

/* The kinds of a comma list, in its order; how many, or PZ_EUSAGE. */
int figure_kinds(const char *list, enum panel_kind kinds[PANEL_KINDS]);
/* Chooses and places the panels; PZ_EUSAGE for an unknown name, PZ_EDATA: nothing
 * to draw. */
int figure_layout(const struct pz_figure *f, struct figure_layout *l);

bool panel_has_data(const struct pz_figure *f, enum panel_kind kind, int stream);

/* The text that sets one panel up and plots it. */
void panel_write(const struct pz_figure *f, const struct panel *p, FILE *to);
/* The data of all panels, as named blocks. */
void panel_write_data(const struct pz_figure *f, FILE *to);
/* The points of a stream: colour and shape, for plots and legend. */
void panel_write_style(int stream, double size, FILE *to);

/* 'text' as gnuplot quotes it. */
void figure_quote(const char *text, FILE *to);

/* Runs gnuplot on a program from its beginning; its standard output goes to `out`. */
int gnuplot_run(FILE *program, FILE *out);

#endif
