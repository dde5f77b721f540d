/* plane.h -- a plane through weighted points, whatever their rank
 *
 * Features that say nothing new about these points (constant, or a sum of others) are left
 * out, the ones that vary most are taken first, and never more than leave two points to each
 * coefficient. With none left the plane is the mean.
 */
#ifndef PZ_STATS_PLANE_H
#define PZ_STATS_PLANE_H

#include <stddef.h>

#include <pz/knn.h>

struct plane {
	int dims, rank;
	double weight; /* sum of weights                 */
	double mean_u[PZ_KNN_DIMS], mean_z;
	int axis[PZ_KNN_DIMS];                   /* the features used, in order    */
	double scale[PZ_KNN_DIMS];               /* 1/deviation of each            */
	double factor[PZ_KNN_DIMS][PZ_KNN_DIMS]; /* Cholesky, of those used    */
	double slope[PZ_KNN_DIMS];               /* along the whitened axes        */
};

/* u (n, dims), z and w (n); points of weight 0 do not count, but not all may be such. */
void pz_plane_fit(struct plane *p, size_t n, int dims, const double *u, const double *z,
		  const double *w);
/* The plane at u; *spread is the variance of that value in units of the noise's. */
double pz_plane_at(const struct plane *p, const double *u, double *spread);

#endif
