/* sort.h -- sorting by a function with an argument, with the same result on every system */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stddef.h>

/* Below, at or above 0, as x comes before, with or after y. */
typedef int pz_sort_compare(const void *x, const void *y, void *arg);

/* Sorts n elements of this many bytes; those that compare as equal stay in their order. 0, or
 * PZ_ENOMEM. (There is a qsort_r in most systems, but with other arguments in each, and with equal
 * elements in an order of its own.) */
int pz_sort_by(void *base, size_t n, size_t size, pz_sort_compare *compare, void *arg);

#endif
