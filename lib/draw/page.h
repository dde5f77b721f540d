/* page.h -- private: a page that gnuplot draws: a legend, and under it panels
 *
 * What stands in the panels is its maker's; the page is the legend, the program's
 * frame, and the file. It is as wide as one or two columns of a journal, at the size
 * that it is printed. The legend stands alone at the top, where it can cover nothing:
 * the streams' names, then notes on what the panels share.
 */
#ifndef PZ_DRAW_PAGE_H
#define PZ_DRAW_PAGE_H

#include <stdio.h>

#include <pz/figure.h>

#define PAGE_COLUMN 8.8  /* cm, of one column                                     */
#define PAGE_WIDE   18.0 /* cm, of both                                           */
#define PAGE_HIGH   24.0 /* cm, at most                                           */
#define PAGE_LEFT   1.45 /* cm, of panels: room for the labels of their axes       */
#define PAGE_RIGHT  0.3
#define PAGE_BELOW  0.8 /* cm, under panels                                      */
#define NOTES_MAX   8

#define BAND      "fc rgb '#DDDDDD' fs solid noborder" /* where something without fault lies */
#define BAND_SIGN "boxes " BAND
#define RULE      "lc rgb '#777777' lw 1 dt (2,4)" /* where an ideal curve would lie */

/* A sign, as the arguments of gnuplot's `with`, and what it means. */
struct page_note {
	const char *style, *text;
};

struct page {
	double width, height; /* cm                                                 */
	int streams;
	const char *name[PZ_FIGURE_STREAMS]; /* of each; may be NULL                */
	int style[PZ_FIGURE_STREAMS];
	int notes;
	struct page_note note[NOTES_MAX];
	const void *what; /* for the two that follow                                */
	void (*data)(const void *what, FILE *to);
	void (*panels)(const void *what, FILE *to);

	/* by pz_page_legend */
	double name_height, note_height; /* cm                                      */
	int name_columns, note_columns;
};

/* Lays the legend of the names and notes out; returns how high it is, cm. */
double pz_page_legend(struct page *p);
void pz_page_write_legend(const struct page *p, FILE *to);
/* The edges of a panel, cm from the top left. */
void pz_page_frame(const struct page *p, double left, double top, double width, double height,
		   FILE *to);

/* Dashes; colour, shape and size of points; colour and dashes of lines, of a style. */
const char *pz_style_dash(int style);
void pz_style_points(int style, double size, FILE *to);
void pz_style_line(int style, double width, FILE *to);
/* "green triangles, point down, dash and dot" */
void pz_style_say(int style, FILE *to);
/* A text as a string of gnuplot that draws as it is where enhanced text is off. Nothing of it
 * is a command, a macro or a shell's; what is no UTF-8 or cannot be seen becomes ?. */
void pz_page_quote(const char *text, FILE *to);
/* The same for the label of a tic, which gnuplot takes for a format of numbers. */
void pz_page_quote_tic(const char *text, FILE *to);

int pz_page_check(const char *path); /* 0, or PZ_EUSAGE: no ending of a figure's        */
/* The file, whole or not at all. */
int pz_page_write(const struct page *p, const char *path);
/* The program. */
int pz_page_program(const struct page *p, FILE *to);

/* An empty file without a name, for a program; NULL: an error. */
FILE *pz_gnuplot_scratch(void);
/* Runs gnuplot on a program, which was flushed, from its beginning; its standard output goes to
 * `out`. */
int pz_gnuplot_run(FILE *program, FILE *out);

#endif
