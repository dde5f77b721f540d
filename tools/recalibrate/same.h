/* same.h -- whether two streams of predictions can be of one network */
#ifndef SAME_H
#define SAME_H

#include "../common/tool.h"

/* 0 if the training stream (header `own`) has p(z) over the bins and rows of the input (h), both
 * in the same state: not recalibrated, or both. Otherwise PZ_EMISMATCH. Says so if the histories
 * name other models: the p(z) of one network say nothing of another's. */
int same_network(const struct tool *t, const struct pz_header *h, const struct pz_header *own,
		 const char *path);

#endif
