/* label.h -- from a redshift to a target for the network
 *
 * A label is a parameter triple per channel, in bins of the unextended grid; it
 * becomes numbers over the N = left + n + right bins of the extended grid only
 * where it is needed:
 *
 *      width 0   0 0 0 1 0 0 0        one-hot at floor(left + centre + 0.5)
 *      width s   0 .1 .2 .4 .2 .1 0   Gaussian, normalised over the N bins
 *
 * A galaxy of an even magnitude row has one label, of an odd row two (bins.h);
 * its other channels are uniform by the loss's definition and not listed.
 *
 * Hard labels (baseline, steps 1 and 2) need the redshift alone. The baseline is
 * the case of rows with a single channel.
 *
 * Step 3 (pzpipe-method(7), equations 10 to 14) needs a model of how a first network errs, fitted
 * on galaxies with true redshifts z and its estimates zphot. A network that was trained on such
 * labels still errs: pz_label_refine moves the shifted means against a share of what it left
 * (equation 14b), for another training.
 *
 * Example:
 *      struct pz_label_model *m;
 *      struct pz_label label[2];
 *
 *      pz_label_fit(&m, &grid, &rows, &galaxies, NULL);
 *      pz_label_refine(m, &left, 0.5);
 *      n = pz_label_soft(m, PZ_LABEL_STEP3, z, mag, label);
 *      pz_label_free(m);
 *
 * where left has estimates of the same galaxies by that network; without that call labels are the
 * article's. Apart from it a fitted model is never changed: any number of threads may use it.
 */
#ifndef PZ_LABEL_H
#define PZ_LABEL_H

#include <pz/api.h>
#include <pz/bins.h>
#include <pz/galaxies.h>

struct pz_label {
	int channel;
	double centre; /* in bins: the middle of bin b is b                    */
	double width;  /* standard deviation in bins; 0: one-hot               */
};

/* What step 3 makes of the fit (pzpipe-method(7), equations 13 and 14). */
enum pz_label_variant {
	PZ_LABEL_STEP3,    /* soft labels with shifted means                   */
	PZ_LABEL_HARD,     /* 3a: shifted means, one-hot                       */
	PZ_LABEL_NO_SHIFT, /* 3b: soft labels, the mean at the galaxy's bin    */
};

struct pz_label_model {
	struct pz_grid grid;
	struct pz_rows rows;
	double *dispersion; /* sigma_disp of channel k, bins; [m]              */
	double *objective;  /* -ln likelihood at each; [m]                     */
	double *scatter;    /* sigma_scatter of channel k, bin i; [m][n], bins */
	double *count;      /* C: galaxies of row j in bin i; [2m-1][n]        */
	double *centre;     /* shifted mean of row j, its first and second
			     * channel, bin i; [2m-1][2][n]; NaN where count is 0 */
	double *left;       /* by which shifted means of channel k, bin i, are moved down; [m][n],
			     * bins; 0 before pz_label_refine */
};

/* One-hot labels into out[2]; returns how many (1 or 2). A redshift beyond the
 * grid goes to its first or last bin; NaN: PZ_EDATA. */
PZ_API int pz_label_hard(const struct pz_grid *grid, const struct pz_rows *rows, double z,
			 double mag, struct pz_label out[2]);

/* Fits a model. dispersion[m] in bins, or NULL to fit that as well. Memory: three
 * numbers per (row, bin) and one per (channel, bin). *out is freed by the caller
 * with pz_label_free; NULL on failure: PZ_EDATA (NaN, no galaxies), PZ_ENOMEM. */
PZ_API int pz_label_fit(struct pz_label_model **out, const struct pz_grid *grid,
			const struct pz_rows *rows, const struct pz_galaxies *g,
			const double *dispersion);
/* Moves all shifted means against this share (0..1) of the mean residual that the estimates g
 * have at each redshift: those of a network that was trained on labels of the same model. A
 * second call replaces the first. 0, or PZ_EDATA (NaN, no galaxies), PZ_ENOMEM: nothing is changed.
 */
PZ_API int pz_label_refine(struct pz_label_model *m, const struct pz_galaxies *g, double share);
PZ_API void pz_label_free(struct pz_label_model *m); /* NULL is fine */

/* Labels of a galaxy into out[2]; returns how many. NaN redshift: PZ_EDATA. */
PZ_API int pz_label_soft(const struct pz_label_model *m, enum pz_label_variant variant, double z,
			 double mag, struct pz_label out[2]);

/* The label as numbers over the extended grid, y[N], sum 1. */
PZ_API void pz_label_expand(const struct pz_grid *grid, const struct pz_label *label, double *y);

#endif
