/* bands.h -- names of bands on the command line */
#ifndef BANDS_H
#define BANDS_H

#include <pz/stream.h>

/* The names of the comma list: how many, or PZ_EUSAGE. */
int bands_take(char band[PZ_BANDS_MAX][PZ_BAND_NAME], const char *list);

#endif
