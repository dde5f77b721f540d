/* ensemble.h -- one model or several that estimate p(z) together
 *
 *      struct ensemble e = { 0 };
 *
 *      rc = ensemble_read(&e, &tool, "a.model,b.model");
 *      rc = ensemble_allocate(&e, 64);
 *      ensemble_run(&e, &batch);                       // of at most 64 stamps
 *      pz = ensemble_pz(&e, i, ENSEMBLE_MEAN);         // of stamp i, float32
 *      ensemble_release(&e);
 */
#ifndef ENSEMBLE_H
#define ENSEMBLE_H

#include "../common/model.h"
#include "../common/tool.h"

#define ENSEMBLE_MAX 64

/* Which mean of the models' p(z). */
enum ensemble_mean { ENSEMBLE_MEAN, ENSEMBLE_HARMONIC };

struct ensemble {
	int count;
	struct model model[ENSEMBLE_MAX];
	bool needs_pixels, needs_ebv, needs_features; /* a network among them reads these */
	size_t bins;

	/* of a batch */
	size_t batch;
	struct pz_work *work[ENSEMBLE_MAX];
	float *joined, *hidden, *logits; /* of the model that computes       */
	float *pz[ENSEMBLE_MAX];         /* (batch, bins) of each model             */
	double *p;                       /* of one stamp                            */

	uint64_t disjoint; /* stamps that have no p(z): the models share no bin   */
};

/* Reads the models of a list of files with commas between them. PZ_EMISMATCH: they do not all
 * estimate the same quantity on the same bins. */
int ensemble_read(struct ensemble *e, struct tool *t, const char *list);
/* Makes room for batches of at most so many stamps. */
int ensemble_allocate(struct ensemble *e, size_t batch);
void ensemble_release(struct ensemble *e); /* all zero is fine */

/* PZ_EMISMATCH: the data of this header are not such as one of the models reads. */
int ensemble_fits(const struct ensemble *e, const struct pz_header *h);

struct batch;

/* Computes p(z) of the galaxies of a batch. */
void ensemble_run(struct ensemble *e, const struct batch *b);
/* The p(z) of stamp i: bins numbers, and the same as doubles in e->p. Borrowed until the next
 * run; asked once for each stamp. NULL: it has none, because in each bin the p of some model is 0,
 * and the mean is harmonic; then it is counted. */
const float *ensemble_pz(struct ensemble *e, size_t i, enum ensemble_mean mean);
/* The last hidden layer of stamp i, of a single model: *width numbers. */
const float *ensemble_hidden(const struct ensemble *e, size_t i, size_t *width);

#endif
