/* dataset.h -- labelled stamps as examples for the trainer
 *
 * One pass reads labels and E(B-V), and sees that the stream is whole. What is kept is
 * where each stamp stands and what it teaches, 48 bytes a galaxy; the trainer has the
 * pixels fetched from the file, or from the spool of a pipe. Pixels are checked when
 * they are read: those of a file when they are fetched, those of a pipe, which have to
 * pass by, in the first pass too.
 */
#ifndef DATASET_H
#define DATASET_H

#include <pz/stream.h>
#include <pz/train.h>

#include "../common/model.h"

#define DATASET_READ (PZ_READ_KEEP | PZ_READ_SCALARS)

struct dataset {
	struct pz_reader *in; /* borrowed                                       */
	struct pz_examples examples;
	struct pz_place *place; /* [count]                                      */
	struct pz_lesson *lesson;
	float *ebv;
	size_t capacity;
	unsigned char *bytes; /* of a stamp as stored                           */
	float *pixels;        /* of a stamp                                     */
};

/* Reads a stream opened with DATASET_READ. PZ_EMISMATCH: it is not what m learns from;
 * PZ_EDATA names the record that cannot be learned from, as a failing fetch does. */
int dataset_read(struct dataset *d, struct pz_reader *in, const struct model *m);
void dataset_release(struct dataset *d); /* all zero is fine */
/* A hash of what all examples teach, and of the pixels of some of them. */
int dataset_hash(struct dataset *d, uint64_t *hash);

#endif
