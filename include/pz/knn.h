/* knn.h -- photo-z by a plane through the k nearest galaxies of known redshift
 *
 * Local linear regression (Beck et al. 2016, MNRAS 460, 1371; Csabai et al. 2007): features (a
 * magnitude and colours, say) are brought to mean 0 and deviation 1 over the training set; a
 * plane is fitted by least squares to the redshifts of the k nearest training galaxies; those
 * farther than `clip` rms from it are left out and it is fitted once more. Its value at the
 * query is the estimate, the rms of the rest about it the error.
 *
 * Example:
 *      struct pz_knn *m;
 *
 *      rc = pz_knn_new(&m, &set, &options);
 *      if (rc == 0)                            // and as often as there are queries
 *              rc = pz_knn_run(m, n, x, id, &grid, estimate, pz);
 *      pz_knn_free(m);
 *
 * A galaxy never informs its own estimate: training galaxies with the query's id are passed
 * over, so that the training set's own estimates are as honest as those of others.
 *
 * p(z) is how far the neighbours scatter about the plane, moved to the estimate:
 *
 *      p(z) = sum_i w_i N(z; plane + r_i, h),   r_i = e_i c sqrt((1 + H)/(1 - H_i))
 *
 * e_i is the residual of neighbour i, those left out of the second fit included: outliers will
 * be as frequent among queries. 1 - H_i (leverage; 1 + H_i for those left out) is what a
 * residual's variance misses (has too much) of the noise's, because the plane was drawn towards
 * it; 1 + H what the query's has too much, the plane being uncertain, ever more so outside of the
 * neighbours. No Gaussian is assumed for the noise: asymmetry and tails are those that were
 * seen. h is Silverman's bandwidth, 0.9 min(deviation, quartiles/1.349) k^(-1/5), and c the
 * shrinking that gives its widening back. What lies outside of the grid is cut off and the rest
 * brought to the sum 1; where nothing is left, all goes to the nearest bin.
 *
 * Memory: 8.5 dims + 20 bytes for each training galaxy, and 8 more while the tree is built.
 */
#ifndef PZ_KNN_H
#define PZ_KNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>
#include <pz/bins.h>

#define PZ_KNN_DIMS 32
#define PZ_KNN_MOST 10000 /* neighbours at most                                */

enum pz_knn_weights {
	PZ_KNN_FLAT,   /* every neighbour counts the same                      */
	PZ_KNN_TRICUBE /* (1 - (d/d_k)^3)^3: the near ones more                */
};

struct pz_knn_options {
	int k;       /* neighbours, 1..PZ_KNN_MOST                             */
	double clip; /* in rms, at least 1; 0: nobody is left out              */
	enum pz_knn_weights weights;
};

/* Galaxies of known redshift. */
struct pz_knn_set {
	size_t n;
	int dims;
	const float *x;     /* (n, dims), finite                               */
	const double *z;    /* (n), finite                                     */
	const uint64_t *id; /* (n), or a hash of it                            */
};

struct pz_knn_estimate {
	double z;          /* the plane at the query                           */
	double error;      /* rms of the neighbours used about the plane       */
	double mean_z;     /* their mean redshift                              */
	double nearest_z;  /* redshift of the nearest                          */
	double distance;   /* of the farthest, in deviations of the features   */
	double volume;     /* of the box around those used, likewise           */
	int count;         /* neighbours used                                  */
	int rank;          /* features that told them apart                    */
	bool extrapolated; /* the query lies outside of that box               */
	bool beyond;       /* p(z) has nothing inside of the grid              */
};

struct pz_knn;

/* Copies the set. PZ_EARG: options or dims out of range; PZ_EDATA: no galaxies, or a number that
 * is not finite. With fewer than k galaxies all of them are neighbours. */
PZ_API int pz_knn_new(struct pz_knn **m, const struct pz_knn_set *set,
		      const struct pz_knn_options *o);
PZ_API void pz_knn_free(struct pz_knn *m); /* NULL is fine */

/* Estimates for n queries x (n, dims), finite, of these ids, and their pz (n, bins of the
 * extended grid; NULL: none), on all threads in use. A training set of nothing but the query
 * itself: an estimate of count 0 and NaN. 0 or PZ_ENOMEM. */
PZ_API int pz_knn_run(const struct pz_knn *m, size_t n, const float *x, const uint64_t *id,
		      const struct pz_grid *grid, struct pz_knn_estimate *estimate, float *pz);

#endif
