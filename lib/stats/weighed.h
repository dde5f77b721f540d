/* weighed.h -- quantiles of values with weights
 *
 * The values stand in order, each as wide as its weight. Value k lies at the middle of its own
 * width; the first lies at quantile 0, the last at 1, and between neighbours it is linear:
 *
 *      t_k = w_1 + ... + w_(k-1) + w_k/2,      q_k = (t_k - t_1)/(t_n - t_1)
 *
 * Equal weights give the quantiles of pz/base/order.h, and the unit of the weights does not matter.
 */
#ifndef PZ_STATS_WEIGHED_H
#define PZ_STATS_WEIGHED_H

#include <stddef.h>

/* As large as two doubles, so that it may lie in an array of these. */
struct weighed {
	double x, weight;
};

/* By rising x, then weight. */
void pz_weighed_sort(struct weighed *v, size_t n);
/* Of sorted values, q in 0..1; NaN of none. */
double pz_weighed_quantile(const struct weighed *v, size_t n, double q);
/* 1.4826 times the median distance from the median; spoils the values, which need no order. */
double pz_weighed_mad(struct weighed *v, size_t n);

#endif
