/* average.h -- private: decay of weights, and their mean over iterations */
#ifndef PZ_NN_AVERAGE_H
#define PZ_NN_AVERAGE_H

#include <pz/nn.h>

/* Takes a share of their size away from all weights of these roles; biases and slopes stay. */
void pz_nn_decay(struct pz_net *net, unsigned roles, double share);
/* mean, a block like pz_net_values', of n - 1 iterations becomes that of n: with the parameters as
 * they are now. */
void pz_nn_average(const struct pz_net *net, unsigned roles, float *mean, int64_t n);
/* Exchanges the parameters of these roles and their mean. */
void pz_nn_swap(struct pz_net *net, unsigned roles, float *mean);

#endif
