/* knn.c -- neighbours, plane, and the neighbours' scatter about it */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/knn.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "kdtree.h"
#include "knn_pdf.h"
#include "plane.h"

#define FAR   1e15 /* deviations                                                */
#define BLOCK 16   /* queries a thread takes at a time                          */

struct pz_knn {
	struct pz_knn_options o;
	size_t n;
	int dims;
	double mean[PZ_KNN_DIMS], scale[PZ_KNN_DIMS]; /* of the features       */
	float *x;                                     /* (n, dims), scaled     */
	double *z;
	uint64_t *id;
	struct pz_kdtree *tree;
};

/* What one query needs; room for k + 1 neighbours. */
struct work {
	size_t n;                     /* neighbours                                             */
	double *u;                    /* (n, dims): their features less the query's             */
	double *z, *near;             /* redshift; distance                                */
	double *base, *weight;        /* without and with those left out at 0         */
	double *residual, *deviation; /* about the plane; of it, noise = 1     */
	struct plane plane;
	struct knn_pdf pdf;
	pz_near *found;
	double *block;
};

/* ---- the training set ---- */

/* Mean and 1/deviation; a feature that is constant tells nothing at any scale. */
static void take_scales(struct pz_knn *m, const float *x)
{
	size_t dims = (size_t)m->dims;

	for (size_t d = 0; d < dims; d++) {
		double sum = 0, square = 0;

		for (size_t i = 0; i < m->n; i++)
			sum += (double)x[i * dims + d];
		m->mean[d] = sum / (double)m->n;
		for (size_t i = 0; i < m->n; i++) {
			double off = (double)x[i * dims + d] - m->mean[d];

			square += off * off;
		}
		m->scale[d] = square > 0 ? 1 / sqrt(square / (double)m->n) : 1;
	}
}

/* However far away: squares stay finite. */
static void scale_features(const struct pz_knn *m, const float *x, float *to)
{
	for (int d = 0; d < m->dims; d++) {
		double scaled = ((double)x[d] - m->mean[d]) * m->scale[d];

		to[d] = (float)fmax(-FAR, fmin(FAR, scaled));
	}
}

static int copy_set(struct pz_knn *m, const struct pz_knn_set *set)
{
	size_t dims = (size_t)m->dims;

	m->x = malloc(m->n * dims * sizeof *m->x);
	m->z = malloc(m->n * sizeof *m->z);
	m->id = malloc(m->n * sizeof *m->id);
	if (!m->x || !m->z || !m->id)
		return pz_fail(PZ_ENOMEM, "no memory for %zu galaxies", m->n);
	memcpy(m->z, set->z, m->n * sizeof *m->z);
	memcpy(m->id, set->id, m->n * sizeof *m->id);
	take_scales(m, set->x);
	for (size_t i = 0; i < m->n; i++)
		scale_features(m, set->x + i * dims, m->x + i * dims);
	return 0;
}

static int check_set(const struct pz_knn_set *set)
{
	size_t dims = (size_t)set->dims;

	if (set->dims < 1 || set->dims > PZ_KNN_DIMS)
		return pz_fail(PZ_EARG, "features: expected 1 to %d, found %d", PZ_KNN_DIMS,
			       set->dims);
	if (set->n == 0)
		return pz_fail(PZ_EDATA, "no galaxies to learn from");
	for (size_t i = 0; i < set->n; i++) {
		if (!isfinite(set->z[i]))
			return pz_fail(PZ_EDATA, "galaxy %zu: redshift not finite", i);
		for (size_t d = 0; d < dims; d++)
			if (!isfinite(set->x[i * dims + d]))
				return pz_fail(PZ_EDATA, "galaxy %zu: feature %zu not finite", i,
					       d);
	}
	return 0;
}

int pz_knn_new(struct pz_knn **out, const struct pz_knn_set *set, const struct pz_knn_options *o)
{
	struct pz_knn *m;
	int rc;

	*out = NULL;
	if (o->k < 1 || o->k > PZ_KNN_MOST)
		return pz_fail(PZ_EARG, "neighbours: expected 1 to %d, found %d", PZ_KNN_MOST,
			       o->k);
	if (o->clip != 0 && !(o->clip >= 1))
		return pz_fail(PZ_EARG, "clip: expected 0 or from 1, found %g", o->clip);
	if ((rc = check_set(set)) < 0)
		return rc;
	if (!(m = malloc(sizeof *m)))
		return pz_fail(PZ_ENOMEM, "no memory for neighbours");
	*m = (struct pz_knn){ .o = *o, .n = set->n, .dims = set->dims };
	if ((rc = copy_set(m, set)) < 0 ||
	    (rc = pz_kdtree_new(&m->tree, m->n, m->dims, m->x)) < 0) {
		pz_knn_free(m);
		return rc;
	}
	*out = m;
	return 0;
}

void pz_knn_free(struct pz_knn *m)
{
	if (!m)
		return;
	pz_kdtree_free(m->tree);
	free(m->x);
	free(m->z);
	free(m->id);
	free(m);
}

/* ---- one query ---- */

static int work_new(struct work *w, const struct pz_knn *m, const struct pz_grid *grid)
{
	size_t room = (size_t)m->o.k + 1, dims = (size_t)m->dims;

	w->found = malloc(pz_kdtree_room(room) * sizeof *w->found);
	w->block = malloc(room * (dims + 6) * sizeof *w->block);
	if (!w->found || !w->block)
		return pz_fail(PZ_ENOMEM, "no memory for %zu neighbours", room);
	w->u = w->block;
	w->z = w->u + room * dims;
	w->near = w->z + room;
	w->base = w->near + room;
	w->weight = w->base + room;
	w->residual = w->weight + room;
	w->deviation = w->residual + room;
	return pz_knn_pdf_init(&w->pdf, grid, room);
}

static void work_release(struct work *w)
{
	free(w->found);
	free(w->block);
	pz_knn_pdf_release(&w->pdf);
}

/* One more than k are looked for, in case the query is among them. */
static void find_neighbours(const struct pz_knn *m, struct work *w, const float *q, uint64_t id)
{
	size_t dims = (size_t)m->dims, k = (size_t)m->o.k;
	size_t found = pz_kdtree_search(m->tree, q, k + 1, w->found);

	w->n = 0;
	for (size_t i = 0; i < found && w->n < k; i++) {
		size_t at = pz_near_index(w->found[i]);
		const float *x = m->x + at * dims;

		if (m->id[at] == id)
			continue;
		for (size_t d = 0; d < dims; d++)
			w->u[w->n * dims + d] = (double)x[d] - (double)q[d];
		w->z[w->n] = m->z[at];
		w->near[w->n++] = sqrt((double)pz_near_square(w->found[i]));
	}
}

static void set_weights(const struct pz_knn *m, struct work *w)
{
	double farthest = w->near[w->n - 1];

	for (size_t i = 0; i < w->n; i++) {
		double share = w->near[i] / farthest, left = 1 - share * share * share;

		/* Where all are as far as the farthest, tricube would leave none. */
		w->base[i] = m->o.weights == PZ_KNN_TRICUBE && w->near[0] < farthest
				     ? left * left * left
				     : 1;
		w->weight[i] = w->base[i];
	}
}

/* The rms about the plane of those that have a weight. */
static double fit_plane(const struct pz_knn *m, struct work *w)
{
	double square = 0;

	pz_plane_fit(&w->plane, w->n, m->dims, w->u, w->z, w->weight);
	for (size_t i = 0; i < w->n; i++) {
		double spread;

		w->residual[i] = w->z[i] -
				 pz_plane_at(&w->plane, w->u + i * (size_t)m->dims, &spread);
		/* The fit pulls the plane towards its own points; one that fixes a slope alone
		 * has no residual. */
		w->deviation[i] =
			sqrt(w->weight[i] > 0 ? fmax(1 - w->weight[i] * spread, 0.1) : 1 + spread);
		square += w->weight[i] * w->residual[i] * w->residual[i];
	}
	return sqrt(square / w->plane.weight);
}

/* Whether anyone was. Somebody stays: not all residuals are above their rms. */
static bool leave_out(struct work *w, double limit)
{
	bool any = false;

	limit *= 1 + 1e-12; /* rounding must not make them so */
	for (size_t i = 0; i < w->n; i++)
		if (fabs(w->residual[i]) > limit) {
			any |= w->weight[i] > 0;
			w->weight[i] = 0;
		}
	return any;
}

/* What the neighbours used say of themselves. */
static void describe_neighbours(const struct pz_knn *m, const struct work *w,
				struct pz_knn_estimate *e)
{
	e->mean_z = w->plane.mean_z;
	e->nearest_z = w->z[0];
	e->distance = w->near[w->n - 1];
	e->rank = w->plane.rank;
	for (size_t i = 0; i < w->n; i++)
		e->count += w->weight[i] > 0;
	e->volume = 1;
	for (int d = 0; d < m->dims; d++) {
		double low = INFINITY, high = -INFINITY;

		for (size_t i = 0; i < w->n; i++) {
			double u = w->u[i * (size_t)m->dims + (size_t)d];

			if (w->weight[i] > 0) {
				low = u < low ? u : low;
				high = u > high ? u : high;
			}
		}
		e->volume *= high - low;
		e->extrapolated |= low > 0 || high < 0;
	}
}

static void estimate_one(const struct pz_knn *m, struct work *w, const float *x, uint64_t id,
			 struct pz_knn_estimate *e, float *pz)
{
	static const double here[PZ_KNN_DIMS];
	float q[PZ_KNN_DIMS];
	double spread;

	*e = (struct pz_knn_estimate){ .z = NAN, .error = NAN, .mean_z = NAN, .nearest_z = NAN };
	scale_features(m, x, q);
	find_neighbours(m, w, q, id);
	if (w->n == 0)
		return;
	set_weights(m, w);
	e->error = fit_plane(m, w);
	if (m->o.clip > 0 && e->error > 0 && leave_out(w, m->o.clip * e->error))
		e->error = fit_plane(m, w);
	e->z = pz_plane_at(&w->plane, here, &spread);
	describe_neighbours(m, w, e);
	if (pz)
		e->beyond = pz_knn_pdf_make(&w->pdf, e->z, sqrt(1 + spread), w->n, w->residual,
					    w->deviation, w->base, pz);
}

/* ---- many ---- */

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The queries in an order in which neighbours follow each other (kdtree.h), in the low half. */
static uint64_t *make_order(const struct pz_knn *m, size_t n, const float *x)
{
	uint64_t *order = malloc(n * sizeof *order);
	float q[PZ_KNN_DIMS];

	for (size_t i = 0; i < n && order; i++) {
		scale_features(m, x + i * (size_t)m->dims, q);
		order[i] = (uint64_t)pz_kdtree_place(m->tree, q) << 32 | i;
	}
	if (order)
		qsort(order, n, sizeof *order, ascending);
	return order;
}

static struct work *new_works(const struct pz_knn *m, const struct pz_grid *grid, int n)
{
	struct work *all = calloc((size_t)n, sizeof *all);
	int rc = all ? 0 : pz_fail(PZ_ENOMEM, "no memory for %d threads", n);

	for (int i = 0; rc == 0 && i < n; i++)
		rc = work_new(&all[i], m, grid);
	if (rc == 0)
		return all;
	for (int i = 0; all && i < n; i++)
		work_release(&all[i]);
	free(all);
	return NULL;
}

/* What is asked for, and where the answers go. */
struct queries {
	const struct pz_knn *m;
	struct work *work; /* of each thread */
	const uint64_t *order;
	size_t n;
	const float *x;
	const uint64_t *id;
	struct pz_knn_estimate *estimate;
	float *pz; /* may be NULL */
	size_t bins;
};

static void estimate_block(void *arg, size_t block, size_t thread)
{
	const struct queries *q = arg;
	size_t end = (block + 1) * BLOCK < q->n ? (block + 1) * BLOCK : q->n;

	for (size_t k = block * BLOCK; k < end; k++) {
		size_t i = (uint32_t)q->order[k];

		estimate_one(q->m, &q->work[thread], q->x + i * (size_t)q->m->dims, q->id[i],
			     &q->estimate[i], q->pz ? q->pz + i * q->bins : NULL);
	}
}

int pz_knn_run(const struct pz_knn *m, size_t n, const float *x, const uint64_t *id,
	       const struct pz_grid *grid, struct pz_knn_estimate *estimate, float *pz)
{
	int threads = pz_threads(), rc = 0;
	struct work *work = n > 0 ? new_works(m, grid, threads) : NULL;
	uint64_t *order = work ? make_order(m, n, x) : NULL;

	if (n > 0 && !order)
		rc = pz_fail(PZ_ENOMEM, "no memory for %zu queries", n);
	if (rc == 0 && n > 0)
		pz_team_run((size_t)threads, (n + BLOCK - 1) / BLOCK, estimate_block,
			    &(struct queries){ m, work, order, n, x, id, estimate, pz,
					       (size_t)pz_grid_total(grid) });
	for (int i = 0; work && i < threads; i++)
		work_release(&work[i]);
	free(work);
	free(order);
	return rc;
}
