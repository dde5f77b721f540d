/* view.h -- the views of a stream that inspect shows, a function for each
 *
 * They read t->in to its end (view_head: only as many records as it shows) and write to t->text.
 * Memory: a record, and a tally for each name (tally.h).
 */
#ifndef VIEW_H
#define VIEW_H

#include "../common/tool.h"

int view_summary(struct tool *t);     /* header, history, number of records; tensors    */
int view_head(struct tool *t, int n); /* the first n records                            */
int view_json(struct tool *t);        /* header and records as JSON, one per line        */
int view_check(struct tool *t);       /* "ok: N records" or the error                    */
int view_table(struct tool *t);       /* the first record's scalars as columns of a TSV  */
int view_fields(struct tool *t);      /* each key: type, how many, range, an example     */
int view_stats(struct tool *t);       /* each number: range, mean, median; pixels per band */

struct view_sheet {
	const char *path;  /* the PNG                                             */
	int count;         /* stamps at most                                      */
	int columns;       /* 0: about as wide as high                            */
	double scale;      /* brightness, 1: as the data suggest                  */
	const char *bands; /* "i,r,g" for red, green, blue; NULL: chosen           */
	int choose;        /* enum choose                                         */
	int estimate;      /* enum estimate: in captions, and for the worst        */
};

int view_sheet(struct tool *t, const struct view_sheet *s);

#endif
