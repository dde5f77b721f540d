/* domain.h -- whether a galaxy is like those that a network has learned from
 *
 * A network answers for every galaxy, also for one that is unlike all that it has seen. The last
 * hidden layer tells: galaxies of a kind lie close together there. The distance of a galaxy is that
 * to the k-th nearest galaxy of a reference sample, in the units of the layer divided by their
 * standard deviations over the sample (Sun et al. 2022, ICML, arXiv:2204.06507, without their
 * normalisation of each vector, which would hide galaxies of unusual strength). Its share is the
 * part of galaxies like the sample's own that are at least as far away:
 *
 *      share = (1 + number of m galaxies of the sample at least as far)/(m + 1)
 *
 * where each of the m galaxies is compared with the others of the sample. Of galaxies that come
 * from the same population as the sample, 5 % have a share of at most 0.05.
 *
 * Example:
 *      struct pz_domain *d;
 *
 *      rc = pz_domain_new(&d, n, width, hidden, id, 10);
 *      if (rc == 0)                            // and as often as there are galaxies
 *              rc = pz_domain_run(d, count, x, x_id, place);
 *      pz_domain_free(d);
 *
 * Memory: 4 width + 12 bytes for each galaxy of the sample; as much again for PZ_DOMAIN_OWN of them
 * and 4 bytes for each galaxy of the sample times PZ_DOMAIN_BATCH and threads while it runs.
 */
#ifndef PZ_DOMAIN_H
#define PZ_DOMAIN_H

#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>

#define PZ_DOMAIN_K   1000 /* neighbours at most                               */
#define PZ_DOMAIN_OWN 4000 /* galaxies of the sample by which shares are measured, at most */

struct pz_domain;

struct pz_domain_place {
	double distance; /* root mean square over the units, in standard deviations       */
	double share;    /* above 0, at most 1                                      */
};

/* The reference sample: hidden (n, width), finite, of galaxies with these ids (hashes), which is
 * copied; k: which of the neighbours counts. A unit that hardly varies over the sample is divided
 * by a tenth of the units' root mean square deviation instead of its own. PZ_EARG: k out of range;
 * PZ_EDATA: not more than k + 1 galaxies, or none of the units varies; PZ_ENOMEM. */
PZ_API int pz_domain_new(struct pz_domain **d, size_t n, size_t width, const float *hidden,
			 const uint64_t *id, int k);
PZ_API void pz_domain_free(struct pz_domain *d); /* NULL is fine */

/* Places of n galaxies x (n, width), finite. A galaxy of the sample with the same id is not its
 * neighbour. The same bytes for any number of threads. 0 or PZ_ENOMEM. */
PZ_API int pz_domain_run(const struct pz_domain *d, size_t n, const float *x, const uint64_t *id,
			 struct pz_domain_place *place);

#endif
