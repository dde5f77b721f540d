/* dataset.h -- labelled galaxies as examples for the trainer
 *
 * One pass reads labels, E(B-V) and features and checks that the stream is complete. It keeps
 * 44 bytes per galaxy, the place of its stamp and what it teaches, and 4 for each number that
 * joins the vector (E(B-V), features). The trainer later fetches pixels from
 * the file, or from the temporary file of a pipe. Pixels are checked when they are read: those
 * of a file when they are fetched, those of a pipe in the first pass too.
 */
#ifndef DATASET_H
#define DATASET_H

#include <pz/stream.h>
#include <pz/train.h>

#include "../common/model.h"
#include "../common/tool.h"

#define DATASET_READ (PZ_READ_KEEP | PZ_READ_SCALARS)

struct dataset {
	struct pz_reader *in; /* borrowed                                       */
	struct pz_examples examples;
	struct pz_place *place; /* [count]                                      */
	struct pz_lesson *lesson;
	float *joined; /* [count][J]                                            */
	size_t joins;  /* J                                                     */
	size_t capacity;
	uint64_t incomplete;  /* galaxies with a missing feature                 */
	unsigned char *bytes; /* of a stamp as stored                           */
	float *pixels;        /* of a stamp                                     */
};

/* Reads a stream that was opened with DATASET_READ. PZ_EMISMATCH: m cannot learn from such a
 * stream; PZ_EDATA names the record that cannot be used, as a failing fetch does. */
int dataset_read(struct dataset *d, struct pz_reader *in, const struct model *m);
void dataset_release(struct dataset *d); /* all zero is fine */
/* A hash of the labels of all examples and of the pixels of some of them. */
int dataset_hash(struct dataset *d, uint64_t *hash);

/* Says how many galaxies lack a feature. */
void dataset_say_missing(const struct dataset *d, const struct tool *t);
/* Measures mean and scale of the features for the network of m; says which of them have one value
 * only. PZ_EDATA: one has none. */
int dataset_scale_features(const struct dataset *d, const struct tool *t, struct model *m);

#endif
