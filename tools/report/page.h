/* page.h -- the sections of the page
 *
 *      page.c      what it is made of
 *      numbers.c   the table of numbers       charts.c   n(z) and training curves
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
void chart_end(const struct chart *c);

#endif
