/* grouped.h -- numbers of a report in bins: of the estimate, of the magnitude, of any key */
#ifndef GROUPED_H
#define GROUPED_H

#include "report.h"

/* Sorts the scored galaxies of `of` into cells of magnitude row and estimate, and takes all scores
 * with their errors. 0 or PZ_ENOMEM. */
int cells_measure(struct report *r, struct pz_scored *of, struct pz_scores *value,
		  struct pz_scores *error);
/* Shares of z in their intervals, of each magnitude row. weight: of each score; NULL: all alike. */
int intervals_measure(struct report *r, const double *weight);

/* The tomographic bins, and the bins of --against. 0, PZ_EDATA, PZ_ENOMEM. */
int tomography_measure(struct report *r);
int trend_measure(struct report *r);

/* What --tomography says: a number of bins, or their edges, with commas between them. PZ_EUSAGE. */
int tomography_parse(const char *text, struct report_tomography_options *t);
/* What --require says. PZ_EUSAGE. */
int requirements_parse(const char *list, struct report_tomography_options *t);

#endif
