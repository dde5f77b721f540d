/* chosen.h -- which of many streams are drawn */
#ifndef CHOSEN_H
#define CHOSEN_H

#include <stdbool.h>

#include "report.h"

#define CHOSEN_FEW 4 /* streams that are all drawn */

/* Which of n reports are drawn, into drawn[n]: those that steps names ("all": all of them); NULL:
 * all or, of many, those that the figure is about. Returns how many, or PZ_EUSAGE. */
int chosen_streams(const struct report *r, int n, const char *steps, bool drawn[]);

#endif
