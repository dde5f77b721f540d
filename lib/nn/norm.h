/* norm.h -- products that are normalised over the batch
 *
 * Of a channel of a convolution's product z, over all pixels of all stamps of a batch:
 *
 *      x = (z - mean) / sqrt(variance + 1e-5),    y = act(scale x + bias)
 *
 * scale and bias are learned. Gradients flow through mean and variance, du being that of what is
 * activated, and < > the mean over the same pixels:
 *
 *      dz = scale / sqrt(variance + 1e-5) (du - <du> - x <du x>)
 *
 * So a step of the trunk must be done for all chunks of a batch before any chunk goes on:
 * batch_norm.c walks it in this way. Sums of chunks, lanes and ranks are added in their order, in
 * double precision.
 *
 * In each batch x is a line of z, of slope 1 / sqrt(variance + 1e-5) and offset mean times slope.
 * Prediction takes the mean of the lines of the latest batches (each counts 0.1 of what is left);
 * the network keeps it as the mean and the variance that give this line. It is not the line of the
 * mean variance: where a few galaxies are far brighter than all others, that is above what most
 * batches have, and a network learns from these (0.05 in log loss on a deep sky). The line is
 * folded into the convolution: weights times k = scale slope, bias - mean k.
 *
 * Source: Ioffe and Szegedy 2015 (ICML), "Batch normalization".
 */
#ifndef PZ_NN_NORM_H
#define PZ_NN_NORM_H

#include "plan.h"

#define NN_NORM_LEAST  1e-5 /* is added to the variance            */
#define NN_NORM_LATEST 0.1  /* what a batch counts in the line     */

/* The memory for it: numbers of columns lie at norm_at of their stack. */
struct nn_norm {
	bool batch; /* by means and variances of the batch; else by those of the network, folded */
	float *scale, *shift;      /* what is activated is scale z + shift  */
	float *mean, *inverse;     /* x is (z - mean) inverse               */
	float *mean_du, *mean_dux; /* <du>, <du x>                          */
	double *sums, *all;        /* of each chunk, and of all: (2, widest) */
};

/* k of a column of a stack whose branch is b, and the shift that goes with it; by the statistics of
 * the network. Of a column that is not normalised 1 and its bias. */
float pz_nn_norm_fold(const struct pz_net *net, const struct nn_conv *c, const struct nn_branch *b,
		      int column, float *shift);

/* Before a batch that is predicted: shifts of a stack; its weights times k go to folded. */
void pz_nn_norm_begin(const struct pz_net *net, const struct nn_conv *c, const struct nn_norm *norm,
		      float *folded);

/* From all = the sums of z and z^2 over n pixels: what is done to a stack in this batch. */
void pz_nn_norm_settle(const struct pz_net *net, const struct nn_conv *c,
		       const struct nn_norm *norm, double n);

/* The mean and the variance of a line: of its slope, and of its offset, which is subtracted. */
void pz_nn_norm_set_line(float *mean, float *variance, double slope, double offset);

/* After a batch: the lines of the network follow it. */
void pz_nn_norm_follow(struct pz_net *net, const struct nn_norm *norm);

#endif
