/* nn.h -- convolutional networks that turn a stamp into p(z)
 *
 * A network is a text (its grammar is below), the shape of what goes in and
 * comes out, and one block of float32 parameters.
 *
 * Example:
 *      struct pz_net_shape shape = { .bands = 5, .size = 64, .bins = 180, .channels = 6 };
 *      struct pz_net *net;
 *      struct pz_work *work;
 *      struct pz_adam adam;
 *
 *      if ((rc = pz_net_new(&net, "P", &shape)) < 0 ||
 *          (rc = pz_work_new(&work, net, 32, true)) < 0 ||
 *          (rc = pz_adam_init(&adam, net, PZ_ROLES_ALL)) < 0)
 *              return rc;
 *      pz_net_init(net, seed);
 *      for (int step = 0; step < 1000; step++)         // a batch of 32 each
 *              loss = pz_net_train(net, work, &adam, 32, x, joined, &targets, 1e-4);
 *
 * Legend of shapes: N stamps in the batch, C bands, S pixels a side, A features of a
 * galaxy, J numbers that join the vector, F units of the last hidden layer, Z bins, m channels, O =
 * outputs = m Z + m (or Z). Nothing but the _new and _init functions allocates. Results are the
 * same bytes at any number of threads. One thread may call with one workspace at a time; several
 * workspaces may share a network that nobody trains.
 */
#ifndef PZ_NN_H
#define PZ_NN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>

/* The text: a line per item, '#' begins a comment, indentation is free.
 *
 *      whiten                                  first: the bands of a pixel, decorrelated
 *      conv [NAME] KxK CHANNELS [norm] ACT [valid]     K odd; zero padded unless valid; norm: batch
 *                                              normalisation before ACT
 *      pool                                    mean of 2 x 2, stride 2, even sides
 *      pool same                               mean of 2 x 2, stride 1, real cells only
 *      block NAME                              paths that read the same map ...
 *        path
 *          conv ... / pool ...
 *        path
 *          ...
 *      end                                     ... joined in the order written
 *      add NAME                                the same, but the paths are added: they end with
 *        path                                  the same side and channels. A path may be empty:
 *          conv ... / pool ...                 the map itself is added (a residual block)
 *        path
 *      end
 *      mean | flatten                          map to vector
 *      ebv                                     E(B-V) joins the vector
 *      features                                the galaxy's features join it, standardised
 *      dense [NAME] UNITS ACT                  hidden layer
 *
 *      ACT is prelu, relu, tanh or none
 *
 * A text that begins with ebv or features reads no pixels: it has no trunk, and no mean or
 * flatten. The output layer is not in the text: it follows from bins and channels. */

#define PZ_NET_TEXT_MAX 65536 /* bytes of a text */

/* The text of a built-in network: "P", "T", "S1", "S2", "S3", each of them with "+features" (the
 * features join the vector behind E(B-V)), or "M" (features alone); else NULL. */
PZ_API const char *pz_net_builtin(const char *name);

struct pz_net_shape {
	int bands;    /* C                                                      */
	int size;     /* S, pixels a side                                       */
	int bins;     /* Z, of the extended grid                                */
	int channels; /* m heads and a gate; 0: one softmax without a gate      */
	int features; /* A, of a galaxy; 0: none. Bands and size do not matter where the text
			 reads no pixels, features where it has none: they become 0. */
};

struct pz_net;

/* Makes a network from a built-in name or a text; its parameters are zero.
 * PZ_EARG names line and reason, PZ_EMISMATCH what the network reads and the shape lacks, PZ_EUSAGE
 * kernels (PZ_CPU) that this machine has not; free with pz_net_free (NULL is fine). */
PZ_API int pz_net_new(struct pz_net **net, const char *text, const struct pz_net_shape *shape);
PZ_API void pz_net_free(struct pz_net *net);

PZ_API const char *
pz_net_text(const struct pz_net *net); /* canonical; parses to the same network */
PZ_API const struct pz_net_shape *pz_net_shape(const struct pz_net *net);
/* Whether E(B-V) joins the vector. */
PZ_API bool pz_net_uses_ebv(const struct pz_net *net);
/* J: how many numbers join the vector, E(B-V) and behind it the A features. */
PZ_API size_t pz_net_joined(const struct pz_net *net);
PZ_API size_t pz_net_hidden(const struct pz_net *net);  /* F, of the last hidden layer        */
PZ_API size_t pz_net_outputs(const struct pz_net *net); /* O                                  */
PZ_API size_t pz_net_count(const struct pz_net *net);   /* parameters                         */

/* Draws the weights (Xavier, uniform; every head and the gate by itself), sets
 * biases to 0.1, slopes to 0, scales and variances to 1. Each tensor has a random stream of its
 * own. */
PZ_API void pz_net_init(struct pz_net *net, uint64_t seed);

/* ---- tensors: to save, load and count ---- */

enum pz_role {
	PZ_ROLE_TRUNK = 1,
	PZ_ROLE_HIDDEN = 2,
	PZ_ROLE_HEAD = 4,
	PZ_ROLE_GATE = 8,
	PZ_ROLE_SCALE = 16, /* of features, pixels and normalised maps: measured in training data,
			       not learned */
};

#define PZ_ROLES_LEARNED 15u
#define PZ_ROLES_ALL     31u

struct pz_tensor {
	char name[64]; /* "inc0.a1.weight", "fc0.bias", "head3.weight", "gate.bias",
			  "features.mean", "features.scale", "whiten.weight" */
	enum pz_role role;
	int rank;        /* 1 to 4                                                 */
	size_t shape[4]; /* weights [out][ky][kx][in] or [out][in]; else [out]     */
	size_t count;    /* product of shape                                       */
	size_t offset;   /* place in a block of parameters, gradients or moments   */
};

PZ_API size_t pz_net_tensors(const struct pz_net *net);
PZ_API const struct pz_tensor *pz_net_tensor(const struct pz_net *net, size_t i);
PZ_API const struct pz_tensor *pz_net_find(const struct pz_net *net,
					   const char *name); /* or NULL */

/* The block of parameters, pz_net_block() floats, 64-byte aligned. It may be
 * written between two calls; gaps between tensors stay zero. */
PZ_API float *pz_net_values(struct pz_net *net);
PZ_API size_t pz_net_block(const struct pz_net *net);

/* Copies the tensors of the given roles from another network; PZ_EMISMATCH where a
 * name is missing or its shape differs (nothing is copied then). */
PZ_API int pz_net_copy(struct pz_net *to, const struct pz_net *from, unsigned roles);

/* A layer as the tables of pzpipe-method(7) have it. */
struct pz_layer {
	char name[48];
	int kernel, in, out, side; /* kernel 0: dense; side of the output in pixels */
	size_t parameters, macs;   /* multiply-accumulates of one stamp          */
};

PZ_API size_t pz_net_layers(const struct pz_net *net); /* the outputs together are the last one */
PZ_API const struct pz_layer *pz_net_layer(const struct pz_net *net, size_t i);

/* The network with its batch normalisation folded into its convolutions, as prediction does: its
 * text is without the word norm, and it gives the same bytes. Free it with pz_net_free. */
PZ_API int pz_net_fold(const struct pz_net *net, struct pz_net **folded);

/* ---- workspace ---- */

struct pz_work;

/* All memory that batches of up to max_batch stamps need, for training or for
 * prediction only, at the number of threads in use now (pz_threads). */
PZ_API int pz_work_new(struct pz_work **work, const struct pz_net *net, size_t max_batch,
		       bool train);
PZ_API void pz_work_free(struct pz_work *work);
PZ_API size_t pz_work_bytes(const struct pz_work *work);

struct pz_ranks;

/* Trains shares of batches from now on (ranks.h): n stamps are this rank's part of a
 * batch of `batch`, losses their part of its mean, gradients the whole batch's on every
 * rank. Borrows ranks; NULL: n stamps are the batch, as at first. */
PZ_API void pz_work_share(struct pz_work *work, const struct pz_ranks *ranks, size_t batch);

/* ---- targets ---- */

/* A distribution over the Z bins of the extended grid. */
struct pz_target {
	float centre; /* in bins of the extended grid                           */
	float width;  /* Gaussian's deviation in bins; 0: one-hot at            */
};                    /* floor(centre + 0.5), clamped; negative: uniform        */

#define PZ_TARGET_UNIFORM ((struct pz_target){ 0, -1 })

/* Targets of a batch: label (N, max(m,1)) and gate (N, m), which sums to 1; or
 * dense (N, O), used instead where it is not NULL. */
struct pz_targets {
	const struct pz_target *label;
	const float *gate;
	const float *dense;
};

/* y(Z): the distribution of a target. */
PZ_API void pz_target_expand(struct pz_target target, size_t bins, float *y);

/* ---- running: x (N,C,S,S) as in records, joined (N,J), n <= max_batch ----
 *
 * joined: of each galaxy E(B-V) and behind it its features, of both what the network reads
 * (pz_net_joined). E(B-V) is finite; a feature may be NaN: it is missing, and the training
 * sample's mean stands for it. x may be NULL where no pixels are read, joined where J is 0. */

/* Measures mean and scale of each feature in the training sample, joined (n,J): part of the
 * network from then on. pz_net_init makes them 0 and 1. A feature that is the same for all gets
 * the scale 0. PZ_EDATA: a feature is NaN for all. */
PZ_API int pz_net_scale_features(struct pz_net *net, size_t n, const float *joined);

/* hidden(N,F): the trunk and the hidden layers. */
PZ_API void pz_net_forward(const struct pz_net *net, struct pz_work *work, size_t n, const float *x,
			   const float *joined, float *hidden);
/* logits(N,O): heads and gate of the last hidden layer. Give it the same N every time (rows of
 * zeros will do) where a stamp's result must not depend on how many follow it, to
 * the last bit, on CPUs whose products a BLAS makes (plain); pz_net_forward sees to
 * that itself, but not while training. */
PZ_API void pz_net_logits(const struct pz_net *net, struct pz_work *work, size_t n,
			  const float *hidden, float *logits);
/* pz(N,Z): sum over k of gate_k softmax(head_k). */
PZ_API void pz_net_pz(const struct pz_net *net, size_t n, const float *logits, float *pz);
/* Mean over the batch of the summed cross-entropies (pzpipe-method(7), equation 5). */
PZ_API double pz_net_loss(const struct pz_net *net, struct pz_work *work, size_t n,
			  const float *logits, const struct pz_targets *targets);

/* ---- training: work made with train = true ---- */

/* The loss, where normalised products are those of the batch; its gradient goes into a block like
 * pz_net_values' (gaps are left as they are). The second form starts from the last hidden layer and
 * fills heads and gate only. */
PZ_API double pz_net_backward(const struct pz_net *net, struct pz_work *work, size_t n,
			      const float *x, const float *joined, const struct pz_targets *targets,
			      float *gradient);
PZ_API double pz_net_backward_heads(const struct pz_net *net, struct pz_work *work, size_t n,
				    const float *hidden, const struct pz_targets *targets,
				    float *gradient);

/* Adam in TensorFlow's form (pzpipe-method(7), TRAINING); a checkpoint holds first,
 * second and step. Blocks of the layout of the parameters. */
struct pz_adam {
	size_t block;
	float *gradient, *first, *second;
	int64_t step;   /* steps done                                           */
	unsigned roles; /* what is trained; the rest is left as it is           */
};

PZ_API int pz_adam_init(struct pz_adam *adam, const struct pz_net *net, unsigned roles);
PZ_API void pz_adam_release(struct pz_adam *adam);
/* One step with the gradient that lies in adam. */
PZ_API void pz_adam_step(struct pz_adam *adam, struct pz_net *net, double rate);

/* Forward, backward, Adam, and the running statistics of normalised products; returns the loss
 * before the step. The second form trains outputs on the last hidden layer of the frozen rest. */
PZ_API double pz_net_train(struct pz_net *net, struct pz_work *work, struct pz_adam *adam, size_t n,
			   const float *x, const float *joined, const struct pz_targets *targets,
			   double rate);
PZ_API double pz_net_train_heads(struct pz_net *net, struct pz_work *work, struct pz_adam *adam,
				 size_t n, const float *hidden, const struct pz_targets *targets,
				 double rate);

/* ---- the eight symmetries of the square ---- */

#define PZ_SYMMETRIES 8

/* y = symmetry s (0..7) of x, both (C,S,S), not overlapping. 0 is the identity;
 * bit 0 mirrors columns, bit 1 mirrors rows, bit 2 transposes (last). */
PZ_API void pz_symmetry_apply(int s, size_t bands, size_t size, const float *x, float *y);

#endif
