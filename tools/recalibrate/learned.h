/* learned.h -- what recalibrate learns from galaxies with known redshift
 *
 * p(z) are mapped by a fit to all training galaxies. Intervals need galaxies that nothing was
 * fitted to: they are those of p(z) mapped by a second fit, without a share of the galaxies that is
 * held out (chosen by a hash of the id), on which the margins are found in a second pass over the
 * file.
 */
#ifndef LEARNED_H
#define LEARNED_H

#include <pz/conformal.h>
#include <pz/recalibrate.h>

#include "../common/record_pdf.h"
#include "../common/tool.h"

struct fit_options {
	const char *train;
	int cell;
	struct pz_numbers intervals; /* per cent */
	double held;
	bool strict;
};

struct fit {
	struct pz_recalibration *map;
	struct pz_recalibration *part; /* the map of intervals; NULL: there are none          */
	struct pz_conformal intervals; /* levels 0: none                                      */
	double *ratio;                 /* [rows][bins] of n(z); NULL: none; set by the caller */
	double *p;                     /* [bins]: p(z) of intervals, of the galaxy at hand     */
	uint64_t *id;                  /* sorted hashes of the training galaxies' ids         */
	size_t ids, galaxies, held;
	char hash[9]; /* of the training stream, as in the history */
};

/* Reads the training stream and fits; h: header of the input. */
int fit_train(struct tool *t, const struct fit_options *o, const struct pz_header *h,
	      struct fit *f);
void fit_release(struct fit *f); /* all zero is fine; ratio too */

/* Applies the ratio and the map to the p(z) of a galaxy of this row; for intervals f->p is what
 * the second map makes of it. */
void fit_apply(struct fit *f, struct pdf *pdf, int row);
/* Whether a galaxy of the input is one of the training galaxies, by its id. */
bool fit_has_id(const struct fit *f, const pz_map *record);

#endif
