/* kept.h -- what a report keeps of each galaxy for some options only */
#ifndef KEPT_H
#define KEPT_H

#include "report.h"

/* Chooses the columns that these options need. 0 or PZ_ENOMEM. */
int kept_begin(struct report_kept *k, const struct report_options *o);
/* Of the next galaxy, before it is added: the moments of its p(z). 0 or PZ_ENOMEM. */
int kept_add_moments(struct report_kept *k, double mean, double square);
/* Of the next galaxy: its id joins the hash of all ids. */
void kept_add_id(struct report_kept *k, const pz_map *record);
/* Adds the galaxy. 0 or PZ_ENOMEM. */
int kept_add(struct report_kept *k, double by, double against, uint32_t place);
void kept_release(struct report_kept *k);

/* Whether z lies in the record's interval of this many per cent ("68"): 1, 0; -1: it has none. */
signed char kept_inside(const pz_map *record, const char *percent, double z);

/* With --common: brings all galaxies of the report into the order of the first stream. 0 or
 * PZ_ENOMEM. */
int kept_arrange(struct report *r);

#endif
