/* checkpoint.h -- a run of train, put aside and taken up again
 *
 * A checkpoint is a model (model.h) with more: its header has "checkpoint", which
 * says what run this is and how far it came, and "seed" and "data"; behind the
 * tensors stand Adam's moments of what is trained, as tensors with "moment": 1, 2.
 */
#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include <pz/train.h>

#include "../common/model.h"

/* What must be the same for a run to go on to the same bytes. */
struct run_id {
	uint64_t seed;
	uint64_t data;    /* hash of the stamps and what they teach                 */
	uint64_t weights; /* hash of the parameters before the first iteration      */
	double examples, batch, augment, roles;
	const struct pz_schedule *plan; /* the rates so far; where it ends          */
};

/* Writes a checkpoint file, which takes its name when it is whole and on the disk; the
 * one before it becomes path.previous. */
int checkpoint_write(const char *path, const struct model *m, const struct pz_train *t,
		     const struct run_id *id);
/* Writes it to a stream that stays the caller's; name: for messages. */
int checkpoint_write_to(FILE *to, const char *name, const struct model *m, const struct pz_train *t,
			const struct run_id *id);

enum { CHECKPOINT_NONE, CHECKPOINT_NEWEST, CHECKPOINT_PREVIOUS };

/* Sets the network and t, which are those of a new run, to what a checkpoint says. Where
 * that at path is missing, cut or corrupt, path.previous takes its place, if that is there
 * and whole, and pz_error_text says why. Which of them it was; PZ_ECORRUPT, PZ_EMISMATCH: a
 * checkpoint that is whole, but of another run: in what they differ. */
int checkpoint_read(const char *path, struct model *m, struct pz_train *t, const struct run_id *id);

#endif
