/* settle.h -- statistics of normalised products for parameters that no batch was learned with
 *
 * The mean of the parameters over many iterations is such: each batch was normalised by what the
 * parameters of its iteration made of it. So the statistics of the mean are measured in training
 * data.
 */
#ifndef PZ_NN_SETTLE_H
#define PZ_NN_SETTLE_H

#include <pz/train.h>

/* Measures them in up to 4096 examples, spread over all, in batches of so many, and of 128 at most,
 * and sets them; nothing where nothing is normalised. Returns what fetch returned if it failed;
 * PZ_ENOMEM; the network is as it was then. */
int pz_nn_settle(struct pz_net *net, const struct pz_examples *train, size_t batch);

/* How many they are; copies them away and back. */
size_t pz_nn_statistics(const struct pz_net *net);
void pz_nn_statistics_keep(const struct pz_net *net, float *kept);
void pz_nn_statistics_restore(struct pz_net *net, const float *kept);

#endif
