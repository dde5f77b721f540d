/* foreign.h -- tells what an input that is no stream looks like instead */
#ifndef FOREIGN_H
#define FOREIGN_H

#include <stddef.h>

/* The error for an input that is no stream, judged by its first n bytes; n may be 0. If they look
 * like nothing known, the text of the error before is appended. Returns PZ_ECORRUPT. */
int pz_foreign_fail(const unsigned char *bytes, size_t n);

#endif
