/* page.h -- private: a page that gnuplot draws: a legend, and under it panels
 *
 * What stands in the panels is its maker's; the page is the legend, the program's
 * frame, and the file.
 */
#ifndef PZ_DRAW_PAGE_H
#define PZ_DRAW_PAGE_H

#include <stdio.h>

#include <pz/figure.h>

struct page {
	double width, height; /* cm                                                 */
	double legend;        /* its height, cm                                     */
	int legend_columns, streams;
	const char *name[PZ_FIGURE_STREAMS]; /* of each; may be NULL                */
	const void *what;                    /* for the two that follow             */
	void (*data)(const void *what, FILE *to);
	void (*panels)(const void *what, FILE *to);
};

/* How high the legend of so many streams is, cm, and its columns. */
void page_legend(struct page *p, int streams);

/* The edges of a panel, cm from the top left. */
void page_frame(const struct page *p, double left, double top, double width, double height,
		FILE *to);

int page_check(const char *path); /* 0, or PZ_EUSAGE: no ending of a figure's        */
/* The file, whole or not at all. */
int page_write(const struct page *p, const char *path);
/* The program. */
int page_program(const struct page *p, FILE *to);

#endif
