/* tensors.h -- a network's blocks (parameters, Adam's moments) as records of a model
 *
 * See model.h for what a record looks like.
 */
#ifndef TENSORS_H
#define TENSORS_H

#include <pz/nn.h>
#include <pz/stream.h>

/* Writes the tensors of the given roles from a block: moment 0 the parameters, 1
 * and 2 the moments. */
int tensors_write(struct pz_writer *to, const struct pz_net *net, const float *block, int moment,
		  unsigned roles);

/* Where tensors go that are read. */
struct tensors {
	struct pz_net *net;
	float *block[3];     /* parameters, first and second moment; NULL: not wanted */
	unsigned roles[3];   /* of each: what must be there                      */
	unsigned char *came; /* private                                          */
};

/* Reads all records. PZ_ECORRUPT: one that does not fit the network, comes twice, is
 * missing, or holds a value that is not finite. */
int tensors_read(struct pz_reader *from, struct tensors *to);

#endif
