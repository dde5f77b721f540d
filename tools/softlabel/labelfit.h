/* labelfit.h -- fitting the labels of step 3 to the estimates of a stream */
#ifndef SOFTLABEL_LABELFIT_H
#define SOFTLABEL_LABELFIT_H

#include <stdbool.h>

#include <pz/bins.h>
#include <pz/label.h>
#include <pz/options.h>

#include "../common/tool.h"

struct label_fit {
	const struct pz_grid *grid;
	const struct pz_rows *rows;
	const char *target;             /* the key of the true value                   */
	const struct pz_numbers *known; /* dispersions; none: they are fitted          */
	bool strict;                    /* a galaxy without values is an error         */
};

/* Fits *m to the input, of which everything is read; the caller frees it by pz_label_free. Galaxies
 * without true value are counted by who reads the input again. 0, or < 0: there is no model. */
int fit_input(struct tool *t, const struct label_fit *how, struct pz_label_model **m);

/* The same to a file of predictions, which goes into the history. */
int fit_file(struct tool *t, const struct label_fit *how, const char *path,
	     struct pz_label_model **m);

/* Moves the labels against this share of the residuals of a file of predictions. 0, or < 0. */
int refine_file(struct tool *t, const struct label_fit *how, const char *path, double share,
		struct pz_label_model *m);

#endif
