/* order.h -- medians and quantiles, in linear time
 *
 * All reorder the array that they are given and need no other memory. Values
 * must not be NaN.
 */
#ifndef PZ_BASE_ORDER_H
#define PZ_BASE_ORDER_H

#include <stddef.h>

/* The value that would stand at index k (< n) were x sorted. Afterwards nothing
 * before k is greater and nothing behind it smaller. */
double pz_order_select(double *x, size_t n, size_t k);

/* The middle value; of an even count the mean of the middle two; NaN of none. */
double pz_order_median(double *x, size_t n);

/* Quantile q in 0..1, linear between neighbours (q = 0.5 is the median); NaN of none. */
double pz_order_quantile(double *x, size_t n, double q);

#endif
