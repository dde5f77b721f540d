/* join.h -- private: what joins the vector of a stamp: E(B-V) and features */
#ifndef PZ_NN_JOIN_H
#define PZ_NN_JOIN_H

#include "plan.h"

/* given (pz_net_joined) -> v of as many floats: E(B-V) as it is, features standardised. */
void pz_nn_join(const struct pz_net *net, const float *given, float *v);

#endif
