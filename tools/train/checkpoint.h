/* checkpoint.h -- the state of a run of train in a file, from which the run is resumed
 *
 * A checkpoint is a model (model.h) with additions: its header has "checkpoint", which
 * says which run this is and how far it is, and "seed" and "data"; after the tensors of the
 * network come Adam's moments of those that are trained, as tensors with "moment": 1, 2.
 */
#ifndef CHECKPOINT_H
#define CHECKPOINT_H

#include <pz/train.h>

#include "../common/model.h"

/* What must be the same for a resumed run to end with the same bytes. */
struct run_id {
	uint64_t seed;
	uint64_t data;    /* hash of the stamps and their labels                    */
	uint64_t weights; /* hash of the parameters before the first iteration      */
	double examples, batch, augment, roles, decay, dropout;
	const struct pz_schedule *plan; /* the rates so far, and the last iteration */
};

/* Writes a checkpoint file, which gets its name when it is complete and on the disk; the one
 * before it becomes path.previous. */
int checkpoint_write(const char *path, const struct model *m, const struct pz_train *t,
		     const struct run_id *id);
/* Writes it to a stream that the caller closes; name: for messages. */
int checkpoint_write_to(FILE *to, const char *name, const struct model *m, const struct pz_train *t,
			const struct run_id *id);

enum { CHECKPOINT_NONE, CHECKPOINT_NEWEST, CHECKPOINT_PREVIOUS };

/* Sets the network and t, which are those of a new run, to the state of a checkpoint. If the
 * checkpoint at path is missing, cut or corrupt, path.previous is read instead, if it is there
 * and complete, and pz_error_text says why. Returns which of them it was. PZ_ECORRUPT: neither
 * can be read. PZ_EMISMATCH: a complete checkpoint of another run; the text says in what the
 * two runs differ. */
int checkpoint_read(const char *path, struct model *m, struct pz_train *t, const struct run_id *id);

#endif
