/* ensemble.h -- one model or several that estimate p(z) together
 *
 *      struct ensemble e = { 0 };
 *
 *      rc = ensemble_read(&e, &tool, "a.model,b.model");
 *      rc = ensemble_allocate(&e, 64);
 *      ensemble_run(&e, n, x, ebv);                    // of n stamps, at most 64
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
	bool needs_ebv; /* a network among them has E(B-V) as an input           */
	size_t bins;

	/* of a batch */
	size_t batch;
	struct pz_work *work[ENSEMBLE_MAX];
	float *features, *logits; /* of the model that computes              */
	float *pz[ENSEMBLE_MAX];  /* (batch, bins) of each model             */
	double *p;                /* of one stamp                            */
};

/* Reads the models of a list of files with commas between them. PZ_EMISMATCH: they do not all
 * estimate the same quantity on the same bins. */
int ensemble_read(struct ensemble *e, struct tool *t, const char *list);
/* Makes room for batches of at most so many stamps. */
int ensemble_allocate(struct ensemble *e, size_t batch);
void ensemble_release(struct ensemble *e); /* all zero is fine */

/* Computes p(z) of n stamps x (n, bands, size, size) with reddening ebv (n). */
void ensemble_run(struct ensemble *e, size_t n, const float *x, const float *ebv);
/* The p(z) of stamp i: bins numbers, and the same as doubles in e->p. Borrowed until the next
 * run; asked once for each stamp. */
const float *ensemble_pz(struct ensemble *e, size_t i, enum ensemble_mean mean);
/* The last hidden layer of stamp i, of a single model: *width numbers. */
const float *ensemble_features(const struct ensemble *e, size_t i, size_t *width);

#endif
