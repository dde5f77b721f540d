/* batch.h -- private: a batch on its way through the trunk, in chunks */
#ifndef PZ_NN_BATCH_H
#define PZ_NN_BATCH_H

#include "trunk.h"
#include "work.h"

/* x, joined up, lanes down. */
struct nn_job {
	const struct pz_net *net;
	struct pz_work *w;
	size_t n, lanes;
	const float *x, *joined;
	float *gradient;
};

/* chunk.c */
size_t pz_nn_chunks(const struct pz_net *net, size_t n);
/* The lanes in which a batch of n adds up gradients. */
size_t pz_nn_lanes(const struct pz_net *net, size_t n);
/* Stamps of chunk c of a batch of n. */
size_t pz_nn_chunk_size(const struct pz_net *net, size_t n, size_t c);
struct nn_store pz_nn_chunk_store(const struct pz_work *w, size_t chunk, size_t thread);

/* batch_norm.c: all chunks of a batch that is learned from, step by step, through a trunk with
 * steps that are normalised. */
void pz_nn_job_up(struct nn_job *j);
/* Fills the lanes. */
void pz_nn_job_down(struct nn_job *j);

/* batch.c: forward through the trunk by the batch's own statistics, which are in work then. */
void pz_nn_batch_measure(const struct pz_net *net, struct pz_work *work, size_t n, const float *x,
			 const float *joined);

#endif
