/* dataset.h -- labelled stamps as examples for the trainer
 *
 * One pass reads labels and E(B-V) and checks that the stream is complete. It keeps 48 bytes
 * per galaxy: the place of its stamp and what it teaches. The trainer later fetches pixels from
 * the file, or from the temporary file of a pipe. Pixels are checked when they are read: those
 * of a file when they are fetched, those of a pipe in the first pass too.
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

/* Reads a stream that was opened with DATASET_READ. PZ_EMISMATCH: m cannot learn from such a
 * stream; PZ_EDATA names the record that cannot be used, as a failing fetch does. */
int dataset_read(struct dataset *d, struct pz_reader *in, const struct model *m);
void dataset_release(struct dataset *d); /* all zero is fine */
/* A hash of the labels of all examples and of the pixels of some of them. */
int dataset_hash(struct dataset *d, uint64_t *hash);

#endif
