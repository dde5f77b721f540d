/* plan.h -- what a text becomes for a given shape: steps, maps, places
 *
 * A map is a square of pixels with channels, NHWC. Maps of a chunk of stamps
 * follow each other in a store: map at floats `at` per stamp begins at
 * store + chunk * at, and pixel (i, y, x) of it is
 *
 *      store + chunk * at + ((i * side + y) * side + x) * stride + first
 *
 * Concatenation is only that: paths of a block write channels `first` ... of
 * one wide map (stride above channels). Where a block adds, its first path that is not empty writes
 * the map, and a step for each other path adds to it what that path made.
 *
 * Convolutions of one input with 1x1 kernels are a stack: one product, whose
 * columns go through bias, activation and pool to a map each. The product
 * itself (z, without bias) is kept in training: the backward pass turns it into
 * its gradient in place.
 *
 * Winograd's transformed weights are made once per batch. A lane holds the
 * gradients of the trunk while they are summed: of each stack the weights
 * (transformed where its method does so), then biases, slopes, and scales where it is normalised.
 */
#ifndef PZ_NN_PLAN_H
#define PZ_NN_PLAN_H

#include <pz/nn.h>

#include "grammar.h"
#include "winograd.h"

#define NN_PATHS 16 /* of a block */

struct nn_map {
	size_t at;
	int side, channels, stride, first;
};

enum nn_pool { NN_KEEP, NN_HALF, NN_SAME };

struct nn_branch {
	int first, channels; /* columns of the product                        */
	bool norm;           /* they are normalised                           */
	enum nn_act act;
	enum nn_pool pool;
	struct nn_map out;
};

struct nn_conv {
	int kernel, pad, in, out, side; /* side of the product                */
	size_t z;                       /* floats per stamp before it         */
	size_t weight, bias, slope;     /* places in the block of parameters  */
	bool norm;                      /* of some branch                     */
	size_t scale, mean, variance;   /* norm: places in the block as well  */
	size_t norm_at;                 /* norm: place among all such columns */
	bool tiles;                     /* by Winograd's method               */
	struct nn_winograd w;
	size_t planes, lane; /* places of transformed weights      */
	int branches;
	struct nn_branch branch[NN_PATHS];
};

struct nn_step {
	bool conv;  /* else a sum, or a pool that no convolution could take along */
	bool sum;   /* `in` is added to what `out` has already           */
	bool image; /* reads the image, whose gradient is not needed      */
	bool add;   /* another step's gradient lies in `in` already      */
	struct nn_map in;
	struct nn_conv c;  /* conv                                              */
	enum nn_pool pool; /* pool                                              */
	struct nn_map out;
};

struct nn_dense {
	size_t in, out;
	size_t weight, bias, slope;
	enum nn_act act;
};

struct nn_plan {
	size_t steps;
	struct nn_step *step;
	bool whiten;                     /* the bands of a pixel are decorrelated first,     */
	size_t white_weight, white_bias; /* by W (C,C) and b (C) in the block of parameters  */
	struct nn_map image, last;       /* `last` becomes the vector               */
	bool mean;                       /* mean over pixels, or all of them        */
	size_t pixels;                   /* of the vector: what comes from them; 0: none are read */
	bool ebv;                        /* E(B-V) joins the vector,                */
	size_t features;                 /* and so many features behind it          */
	size_t feature_mean, feature_scale; /* places in the block of parameters */
	size_t vector;                      /* its length, with all that joins it      */
	size_t layers;                      /* hidden layers                           */
	struct nn_dense *dense;             /* and after them the outputs             */
	size_t maps, products;              /* floats per stamp: all maps, all z       */
	size_t norms;                       /* columns of stacks that are normalised   */
	size_t norm_widest;                 /* of one of them                          */
	size_t planes, lane;                /* floats of all transformed weights; of a lane */
	size_t product_max;                 /* the largest z                           */
	size_t chunk;                       /* stamps                                  */
};

struct pz_net {
	struct pz_net_shape shape;
	struct nn_plan plan;
	char *text;
	size_t tensors, layers;
	struct pz_tensor *tensor;
	struct pz_layer *layer;
	size_t block, outputs_at; /* floats; where the outputs' begin         */
	float *values;
};

/* Fills plan, tensors and layers of a net whose shape is set. */
int pz_nn_plan_make(struct pz_net *net, const struct nn_text *text);

#endif
