/* whiten.h -- private: the bands of a stamp without their correlations */
#ifndef PZ_NN_WHITEN_H
#define PZ_NN_WHITEN_H

#include <pz/nn.h>

/* One stamp x (C,S,S) -> map (S,S,C), each pixel W x + b. */
void pz_nn_whiten(const struct pz_net *net, const float *x, float *map);

#endif
