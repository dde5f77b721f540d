/* loss.h -- loss and its gradient with respect to the logits */
#ifndef PZ_NN_LOSS_H
#define PZ_NN_LOSS_H

#include <pz/nn.h>

/* The loss of logits (n, O), their part of the mean over `of` stamps; leaves its gradient
 * in w->dlogits. */
double pz_nn_loss(const struct pz_net *net, struct pz_work *w, size_t n, size_t of,
		  const float *logits, const struct pz_targets *t);

#endif
