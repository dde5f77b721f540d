/* hdu_name.h -- which HDU is meant */
#ifndef CUTOUT_HDU_NAME_H
#define CUTOUT_HDU_NAME_H

#include <stdbool.h>

/* Whether a text is the number, the EXTNAME, or "EXTNAME,EXTVER" of an HDU that has these. Of
 * several with | between, a number means an HDU without EXTNAME. */
bool pz_hdu_is_named(const char *text, int number, const char *name, int version);

#endif
