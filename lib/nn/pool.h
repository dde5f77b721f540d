/* pool.h -- pools that follow no convolution, sums of maps, and the mean over pixels */
#ifndef PZ_NN_POOL_H
#define PZ_NN_POOL_H

#include "plan.h"

/* x, y: n maps as s->in and s->out describe them, from their first channel on. */
void pz_nn_pool_forward(const struct nn_step *s, size_t n, const float *x, float *y);
/* dx = the gradient; added to it where s->add. */
void pz_nn_pool_backward(const struct nn_step *s, size_t n, const float *dy, float *dx);

/* y += x, of n whole maps (stride is channels); and back, dx = dy, or += dy where s->add. */
void pz_nn_sum_forward(const struct nn_step *s, size_t n, const float *x, float *y);
void pz_nn_sum_backward(const struct nn_step *s, size_t n, const float *dy, float *dx);

/* v(channels) = mean over the pixels of one map; and back, dx = dv/pixels. */
void pz_nn_mean_forward(const struct nn_map *m, const float *x, float *v);
void pz_nn_mean_backward(const struct nn_map *m, const float *dv, float *dx);

#endif
