/* page.h -- the sections of the page
 *
 *      page.c      what it is made of
 *      numbers.c   the table of numbers       charts.c   n(z), PITs, training curves
 *      bins.c      tomographic bins, bins of a key, rows of intervals
 *      compared.c  paired differences
 *      figures.c   figures and pictures       origin.c   how each stream was made
 */
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>
#include <stdio.h>

#include <jansson.h>

#include "input.h"

#define STREAMS_MAX 64

struct page {
	const char *title;
	int inputs;
	struct input *input;
	const json_t *report;
	int streams; /* of the report, in its order                                */
	const char *name[STREAMS_MAX];
	const json_t *stream[STREAMS_MAX];
	int style[STREAMS_MAX];
	int figures; /* written so far                                             */
	int left;    /* elements of figures that were left out                     */
	int fault;   /* the first error of a section that cannot return it, or 0    */
	FILE *to;
};

/* Reads the files, of which one is the report. p->inputs are to be released, also on failure:
 * PZ_EUSAGE, PZ_ENOMEM, or what input_read() returns. */
int page_read(struct page *p, char **operands, int count);
/* Whether there is an input of the kind. */
bool page_has(const struct page *p, enum input_kind kind);
/* The text of the name, NULL: none: a caption. */
const struct input *page_text(const struct page *p, const char *name);

void page_write_numbers(struct page *p);
/* The boxes that show and hide streams. */
void page_write_streams(struct page *p);
int page_write_figures(struct page *p);
void page_write_pictures(struct page *p);
void page_write_distributions(struct page *p);
/* Histograms of the PITs; of the streams that have p(z). */
void page_write_pits(struct page *p);
bool page_has_pits(const struct page *p);
/* Charts of tomographic bins with what surveys require, of the bins of --against, of the shares
 * inside of intervals, and of paired differences; each only if the report has them. */
void page_write_bins(struct page *p);
bool page_has_bins(const struct page *p);
/* Of the streams that have differences from the first one. */
void page_write_differences(struct page *p);
int page_write_training(struct page *p);
int page_write_origins(struct page *p);
void page_write_texts(struct page *p);

/* ---- charts ---- */

/* A chart of the page's own, on paper of 520 x 320 units. */
struct chart {
	FILE *to;
	double x0, x1, y0, y1;
};

/* title and description are for readers who do not see it. Ranges that are empty are widened. */
void chart_begin(struct chart *c, const char *title, const char *x, const char *y);
/* A line through n points; NaN breaks it. class: NULL, or of its stream; dash: NULL or SVG's. */
void chart_line(const struct chart *c, const double *x, const double *y, int n, bool steps,
		const char *colour, const char *dash, int stream);
void chart_area(const struct chart *c, const double *x, const double *y, int n, const char *colour);
/* Discs at n points with bars of one error (NaN: none), moved sideways by dodge units of the paper,
 * so that bars of several streams can be told apart. What lies outside is drawn at the edge. */
void chart_points(const struct chart *c, const double *x, const double *y, const double *error,
		  int n, double dodge, const char *colour, int stream);
/* How far apart the points of so many streams are. */
double chart_dodge(int streams);
/* A dashed rule at y with a text above or below it (NULL: no text); none where it is outside of the
 * axis. */
void chart_rule(const struct chart *c, double y, const char *text, bool below);
void chart_end(const struct chart *c);

#endif
