/* foreign.h -- what is no stream: what else it looks like */
#ifndef FOREIGN_H
#define FOREIGN_H

#include <stddef.h>

/* The error of an input that is no stream, by its first n bytes; n may be 0. Where they tell
 * nothing, the error before it is kept behind. Returns PZ_ECORRUPT. */
int pz_foreign_fail(const unsigned char *bytes, size_t n);

#endif
