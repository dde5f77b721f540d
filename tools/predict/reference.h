/* reference.h -- how far galaxies are from those that the network has learned from
 *
 *      struct reference d = { 0 };
 *
 *      rc = reference_read(&d, &tool, "train.pz", 10, &ensemble);
 *      rc = reference_place(&d, &ensemble, &batch);       // after ensemble_run of the batch
 *      reference_put(&d, i, record);                      // galaxy i of the batch
 *      reference_release(&d);
 */
#ifndef REFERENCE_H
#define REFERENCE_H

#include <pz/domain.h>

#include "batches.h"
#include "ensemble.h"

#define REFERENCE_RARE 0.01 /* galaxies with a smaller share are counted and said       */

struct reference {
	struct pz_domain *sample; /* NULL: nobody asked                            */
	size_t galaxies;          /* of the sample                                 */
	struct pz_domain_place place[BATCH];
	uint64_t placed, rare;
};

/* Reads the reference sample from a stream such as the network reads, and computes the last hidden
 * layer of its galaxies. */
int reference_read(struct reference *d, struct tool *t, const char *path, int neighbours,
		   struct ensemble *e);
/* Finds the places of the galaxies of a batch of which the ensemble has the hidden layer. */
int reference_place(struct reference *d, const struct ensemble *e, const struct batch *b);
/* Writes the place of galaxy i into its record. */
void reference_put(struct reference *d, size_t i, pz_map *record);
/* Says how many galaxies are far from the sample. */
void reference_say(const struct reference *d, const struct tool *t);
void reference_release(struct reference *d); /* all zero is fine */

#endif
