/* plane.c -- least squares by a Cholesky factor that picks its pivots
 *
 * With deviations from the means, C = sum w u u' scaled to a unit diagonal and C = L L' over the
 * features used, whitened coordinates y = L^-1 u have the unit matrix for their C: slopes along
 * them are plain sums, and the variance of the plane at u is 1/sum w + y'y.
 */
#include <math.h>
#include <string.h>

#include "plane.h"

/* Share of a feature's variance that others must leave unexplained: well above what rounding to
 * float leaves of none. */
#define NEW 1e-9

struct sums {
	double u[PZ_KNN_DIMS][PZ_KNN_DIMS]; /* lower triangle                  */
	double z[PZ_KNN_DIMS];
};

static void take_means(struct plane *p, size_t n, const double *u, const double *z, const double *w)
{
	size_t dims = (size_t)p->dims;

	for (size_t i = 0; i < n; i++) {
		p->weight += w[i];
		p->mean_z += w[i] * z[i];
		for (size_t d = 0; d < dims; d++)
			p->mean_u[d] += w[i] * u[i * dims + d];
	}
	p->mean_z /= p->weight;
	for (size_t d = 0; d < dims; d++)
		p->mean_u[d] /= p->weight;
}

/* Returns how many points there are. */
static size_t take_sums(const struct plane *p, size_t n, const double *u, const double *z,
			const double *w, struct sums *s)
{
	size_t dims = (size_t)p->dims, points = 0;
	double off[PZ_KNN_DIMS];

	memset(s, 0, sizeof *s);
	for (size_t i = 0; i < n; i++) {
		double weighted = w[i] * (z[i] - p->mean_z);

		points += w[i] > 0;
		for (size_t d = 0; d < dims; d++)
			off[d] = u[i * dims + d] - p->mean_u[d];
		for (size_t d = 0; d < dims; d++) {
			double of_d = w[i] * off[d];

			s->z[d] += weighted * off[d];
			for (size_t e = 0; e <= d; e++)
				s->u[d][e] += of_d * off[e];
		}
	}
	return points;
}

static double covariance(const struct sums *s, int a, int b)
{
	return a > b ? s->u[a][b] : s->u[b][a];
}

/* The feature that the ones used explain least; -1: they explain all. */
static int next_axis(const struct plane *p, const double *left)
{
	int best = -1;

	for (int d = 0; d < p->dims; d++)
		if (left[d] > NEW && (best < 0 || left[d] > left[best]))
			best = d;
	return best;
}

/* The row of factor L that belongs to the axis about to be used, and of the others' what is
 * left of their variance: row[d] is the column of L below it. */
static void eliminate_axis(struct plane *p, const struct sums *s, const double *scale, int axis,
			   double row[PZ_KNN_DIMS][PZ_KNN_DIMS], double *left)
{
	int r = p->rank++;
	double pivot = sqrt(left[axis]);

	p->axis[r] = axis;
	p->scale[r] = scale[axis];
	for (int d = 0; d < p->dims; d++) {
		double sum = covariance(s, d, axis) * scale[d] * scale[axis];

		for (int c = 0; c < r; c++)
			sum -= row[d][c] * row[axis][c];
		row[d][r] = sum / pivot;
		left[d] -= row[d][r] * row[d][r];
	}
	row[axis][r] = pivot;
	left[axis] = 0;
	memcpy(p->factor[r], row[axis], sizeof p->factor[r]);
}

static void factorise(struct plane *p, const struct sums *s, int rank_max)
{
	double row[PZ_KNN_DIMS][PZ_KNN_DIMS], left[PZ_KNN_DIMS], scale[PZ_KNN_DIMS];
	int axis;

	for (int d = 0; d < p->dims; d++) {
		left[d] = s->u[d][d] > 0 ? 1 : 0;
		scale[d] = left[d] > 0 ? 1 / sqrt(s->u[d][d]) : 0;
	}
	while (p->rank < rank_max && (axis = next_axis(p, left)) >= 0)
		eliminate_axis(p, s, scale, axis, row, left);
}

/* y = L^-1 of the features of off, scaled. */
static void whiten(const struct plane *p, const double *off, double *y)
{
	for (int r = 0; r < p->rank; r++) {
		double sum = off[p->axis[r]] * p->scale[r];

		for (int c = 0; c < r; c++)
			sum -= p->factor[r][c] * y[c];
		y[r] = sum / p->factor[r][r];
	}
}

void pz_plane_fit(struct plane *p, size_t n, int dims, const double *u, const double *z,
		  const double *w)
{
	struct sums s;
	size_t points;

	p->dims = dims;
	p->rank = 0;
	p->weight = p->mean_z = 0;
	memset(p->mean_u, 0, sizeof p->mean_u);
	take_means(p, n, u, z, w);
	points = take_sums(p, n, u, z, w, &s);
	factorise(p, &s, (int)(points / 2) - 1);
	whiten(p, s.z, p->slope);
}

double pz_plane_at(const struct plane *p, const double *u, double *spread)
{
	double off[PZ_KNN_DIMS], y[PZ_KNN_DIMS], value = p->mean_z, sum = 1 / p->weight;

	for (int d = 0; d < p->dims; d++)
		off[d] = u[d] - p->mean_u[d];
	whiten(p, off, y);
	for (int r = 0; r < p->rank; r++) {
		value += p->slope[r] * y[r];
		sum += y[r] * y[r];
	}
	*spread = sum;
	return value;
}
