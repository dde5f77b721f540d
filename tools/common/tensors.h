/* tensors.h -- a network's blocks (parameters, Adam's moments) as records of a model
 *
 * See model.h for what a record looks like.
 */
#ifndef TENSORS_H
#define TENSORS_H

#include <pz/nn.h>
#include <pz/stream.h>

/* Blocks are the parameters (moment 0), Adam's two moments, and the mean of the parameters over
 * iterations. */
enum { TENSORS_MEAN = 3, TENSORS_BLOCKS };

/* Writes the tensors of the given roles from a block. */
int tensors_write(struct pz_writer *to, const struct pz_net *net, const float *block, int moment,
		  unsigned roles);

/* Where tensors go that are read. */
struct tensors {
	struct pz_net *net;
	float *block[TENSORS_BLOCKS];   /* NULL: not wanted         */
	unsigned roles[TENSORS_BLOCKS]; /* of each: what must be there */
	unsigned char *came;            /* private                                          */
};

/* Reads all records. PZ_ECORRUPT: one that does not fit the network, comes twice, is
 * missing, or holds a value that is not finite. */
int tensors_read(struct pz_reader *from, struct tensors *to);

#endif
