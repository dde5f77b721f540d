/* test_knn.c -- the tree against looking at every point; planes; what surrounds an estimate */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/knn.h>
#include <pz/pdf.h>
#include <pz/random.h>
#include <pz/scores.h>
#include <pz/threads.h>

#include "../../lib/stats/kdtree.h"
#include "../../lib/stats/knn_pdf.h"
#include "descriptors.h"

static const struct pz_grid grid = { "z", 0, 0.4, 80, 0, 0 };

/* ---- the tree ---- */

/* Points of all kinds: spread, in few places, all in one, on a line. */
static void fill(float *x, size_t n, int dims, int kind, struct pz_random *r)
{
	for (size_t i = 0; i < n; i++) {
		double along = pz_random_normal(r);

		for (int d = 0; d < dims; d++)
			x[i * (size_t)dims + (size_t)d] =
				(float)(kind == 0   ? pz_random_normal(r)
					: kind == 1 ? (double)pz_random_below(r, 3)
					: kind == 2 ? 7
						    : along * (d + 1));
	}
}

static float square(const float *x, const float *q, int dims)
{
	float sum = 0;

	for (int d = 0; d < dims; d++)
		sum += (x[d] - q[d]) * (x[d] - q[d]);
	return sum;
}

static int ascending(const void *a, const void *b)
{
	pz_near x = *(const pz_near *)a, y = *(const pz_near *)b;

	return x < y ? -1 : x > y;
}

static void compare(const float *x, size_t n, int dims, size_t k, const float *q)
{
	pz_near *all = malloc(n * sizeof *all), *near = malloc(pz_kdtree_room(k) * sizeof *near);
	struct pz_kdtree *t;

	for (size_t i = 0; i < n; i++) {
		float s = square(x + i * (size_t)dims, q, dims);
		uint32_t bits;

		memcpy(&bits, &s, sizeof bits);
		all[i] = (pz_near)bits << 32 | i;
	}
	qsort(all, n, sizeof *all, ascending);
	assert_int_equal(pz_kdtree_new(&t, n, dims, x), 0);
	assert_int_equal(pz_kdtree_search(t, q, k, near), k < n ? k : n);
	assert_memory_equal(near, all, (k < n ? k : n) * sizeof *near);
	pz_kdtree_free(t);
	free(near);
	free(all);
}

static void tree_finds_what_a_search_of_all_finds(void **state)
{
	static const size_t sizes[] = { 1, 2, 31, 32, 33, 64, 65, 1000, 3333 },
			    ks[] = { 1, 2, 10, 100, 700 };
	struct pz_random r;
	float *x = malloc(3333 * 6 * sizeof *x), q[6];

	(void)state;
	pz_random_init(&r, 1, 0);
	for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
		for (int kind = 0; kind < 4; kind++)
			for (size_t k = 0; k < sizeof ks / sizeof *ks; k++) {
				int dims = 1 + (int)pz_random_below(&r, 6);

				fill(x, sizes[s], dims, kind, &r);
				fill(q, 1, dims, kind, &r);
				compare(x, sizes[s], dims, ks[k], q);
				q[0] = 1e9f; /* far outside */
				compare(x, sizes[s], dims, ks[k], q);
				compare(x, sizes[s], dims, ks[k], x); /* a point itself */
			}
	free(x);
}

static void tree_refuses_what_it_cannot_hold(void **state)
{
	const float x[] = { 1, 2, NAN, 4 };
	struct pz_kdtree *t;

	(void)state;
	assert_int_equal(pz_kdtree_new(&t, 0, 2, x), PZ_EARG);
	assert_int_equal(pz_kdtree_new(&t, 2, 0, x), PZ_EARG);
	assert_int_equal(pz_kdtree_new(&t, 2, PZ_KDTREE_DIMS + 1, x), PZ_EARG);
	assert_int_equal(pz_kdtree_new(&t, 2, 2, x), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "coordinate 0 of point 1"));
	assert_null(t);
}

/* ---- planes ---- */

#define DIMS 3
#define MOST 4000

struct sample {
	size_t n;
	float x[MOST * DIMS];
	double z[MOST];
	uint64_t id[MOST];
};

static struct sample *new_sample(size_t n, uint64_t stream)
{
	struct sample *s = malloc(sizeof *s);
	struct pz_random r;

	pz_random_init(&r, 1, stream);
	s->n = n;
	for (size_t i = 0; i < n; i++) {
		for (size_t d = 0; d < DIMS; d++)
			s->x[i * DIMS + d] = (float)(pz_random_normal(&r) * (double)(d + 1));
		s->id[i] = stream * MOST + i;
		s->z[i] = 0;
	}
	return s;
}

static void set_plane(struct sample *s, double noise)
{
	struct pz_random r;

	pz_random_init(&r, 2, s->id[0]);
	for (size_t i = 0; i < s->n; i++) {
		const float *x = s->x + i * DIMS;

		s->z[i] = 0.2 + 0.01 * (double)x[0] - 0.02 * (double)x[1] + 0.005 * (double)x[2] +
			  noise * pz_random_normal(&r);
	}
}

static struct pz_knn *learn(const struct sample *s, struct pz_knn_options o)
{
	struct pz_knn_set set = { s->n, DIMS, s->x, s->z, s->id };
	struct pz_knn *m;

	assert_int_equal(pz_knn_new(&m, &set, &o), 0);
	return m;
}

static void run(const struct pz_knn *m, const struct sample *q, struct pz_knn_estimate *e,
		float *pz)
{
	assert_int_equal(pz_knn_run(m, q->n, q->x, q->id, &grid, e, pz), 0);
}

/* Estimates of q by s. */
static struct pz_knn_estimate *estimates(const struct sample *s, const struct sample *q,
					 struct pz_knn_options o, float *pz)
{
	struct pz_knn_estimate *e = malloc(q->n * sizeof *e);
	struct pz_knn *m = learn(s, o);

	run(m, q, e, pz);
	pz_knn_free(m);
	return e;
}

static void a_plane_is_recovered_exactly(void **state)
{
	struct sample *s = new_sample(1000, 1), *q = new_sample(100, 2);

	(void)state;
	set_plane(s, 0);
	set_plane(q, 0);
	for (int weights = 0; weights < 2; weights++) {
		struct pz_knn_estimate *e = estimates(
			s, q, (struct pz_knn_options){ 40, 3, (enum pz_knn_weights)weights }, NULL);

		/* Features are floats: 6e-8 of a deviation. */
		for (size_t i = 0; i < q->n; i++) {
			assert_true(fabs(e[i].z - q->z[i]) < 1e-7);
			assert_true(e[i].error < 1e-7);
			assert_int_equal(e[i].rank, DIMS);
		}
		free(e);
	}
	free(s);
	free(q);
}

static void features_that_say_nothing_new_do_no_harm(void **state)
{
	struct sample *s = new_sample(500, 1), *q = new_sample(50, 2), *both[] = { s, q };
	struct pz_knn_estimate *e;

	(void)state;
	for (int b = 0; b < 2; b++)
		for (size_t i = 0; i < both[b]->n; i++) {
			float *x = both[b]->x + i * DIMS;

			x[1] = 2 * x[0];
			x[2] = 5;
			both[b]->z[i] = 0.2 + 0.03 * (double)x[0];
		}
	e = estimates(s, q, (struct pz_knn_options){ 40, 3, PZ_KNN_FLAT }, NULL);
	for (size_t i = 0; i < q->n; i++) {
		assert_int_equal(e[i].rank, 1);
		assert_true(fabs(e[i].z - q->z[i]) < 1e-7);
	}
	free(e);
	free(s);
	free(q);
}

static void weights_favour_the_near(void **state)
{
	struct sample *s = new_sample(2000, 1), *q = new_sample(200, 2), *both[] = { s, q };
	struct pz_knn_estimate *flat, *tricube;
	double off[2] = { 0, 0 };

	(void)state;
	/* Redshift is curved: what lies far misleads. */
	for (int b = 0; b < 2; b++)
		for (size_t i = 0; i < both[b]->n; i++)
			both[b]->z[i] = 0.05 *
					(double)(both[b]->x[i * DIMS] * both[b]->x[i * DIMS]);
	flat = estimates(s, q, (struct pz_knn_options){ 200, 0, PZ_KNN_FLAT }, NULL);
	tricube = estimates(s, q, (struct pz_knn_options){ 200, 0, PZ_KNN_TRICUBE }, NULL);
	for (size_t i = 0; i < q->n; i++) {
		off[0] += fabs(flat[i].z - q->z[i]);
		off[1] += fabs(tricube[i].z - q->z[i]);
	}
	assert_true(off[1] < 0.8 * off[0]);
	free(flat);
	free(tricube);
	free(s);
	free(q);
}

/* Where all galaxies are neighbours the box around them is that of the sample, each side in
 * deviations of its feature. */
static void the_box_of_all_is_that_of_the_sample(void **state)
{
	struct sample *s = new_sample(300, 1), *q = new_sample(1, 2);
	struct pz_knn_estimate *e;
	double volume = 1;

	(void)state;
	set_plane(s, 0.01);
	for (size_t d = 0; d < DIMS; d++) {
		double sum = 0, square = 0, low = INFINITY, high = -INFINITY;

		for (size_t i = 0; i < s->n; i++) {
			double x = (double)s->x[i * DIMS + d];

			sum += x;
			square += x * x;
			low = fmin(low, x);
			high = fmax(high, x);
		}
		volume *= (high - low) / sqrt(square / 300 - sum * sum / 90000);
	}
	e = estimates(s, q, (struct pz_knn_options){ 300, 0, PZ_KNN_FLAT }, NULL);
	assert_int_equal(e->count, 300);
	assert_true(fabs(e->volume / volume - 1) < 0.02);
	free(e);
	free(s);
	free(q);
}

static void outliers_are_left_out_and_counted(void **state)
{
	struct sample *s = new_sample(300, 1), *q = new_sample(50, 2);
	struct pz_knn_estimate *e, *kept;

	(void)state;
	set_plane(s, 0.001);
	set_plane(q, 0);
	s->z[17] += 1;
	e = estimates(s, q, (struct pz_knn_options){ 300, 3, PZ_KNN_FLAT }, NULL);
	kept = estimates(s, q, (struct pz_knn_options){ 300, 0, PZ_KNN_FLAT }, NULL);
	for (size_t i = 0; i < q->n; i++) {
		assert_true(e[i].count == 299 && kept[i].count == 300);
		assert_true(e[i].error < 0.0015 && kept[i].error > 0.05);
		assert_true(fabs(e[i].z - q->z[i]) < 0.002);
	}
	free(e);
	free(kept);
	free(s);
	free(q);
}

static void a_query_outside_of_its_neighbours_is_told(void **state)
{
	struct sample *s = new_sample(1000, 1), *q = new_sample(4, 2);
	struct pz_knn_estimate *e;

	(void)state;
	set_plane(s, 0.01);
	for (size_t i = 0; i < s->n * DIMS; i++)
		s->x[i] = s->x[i] < -1 ? -1 : s->x[i] > 1 ? 1 : s->x[i];
	memset(q->x, 0, sizeof q->x);
	q->x[1 * DIMS + 1] = 1;      /* on the border is inside */
	q->x[2 * DIMS + 2] = 1.001f; /* a little outside        */
	q->x[3 * DIMS] = -3e38f;
	e = estimates(s, q, (struct pz_knn_options){ 1000, 3, PZ_KNN_FLAT }, NULL);
	assert_false(e[0].extrapolated);
	assert_false(e[1].extrapolated);
	assert_true(e[2].extrapolated);
	assert_true(e[3].extrapolated && isfinite(e[3].z) && isfinite(e[3].distance));
	assert_true(e[0].volume > 0);
	free(e);
	free(s);
	free(q);
}

static void a_galaxy_does_not_inform_its_own_estimate(void **state)
{
	struct sample *s = new_sample(600, 1);
	struct pz_knn_estimate *e, *of_one;
	double before;

	(void)state;
	set_plane(s, 0.01);
	e = estimates(s, s, (struct pz_knn_options){ 20, 0, PZ_KNN_FLAT }, NULL);
	before = e[5].z;
	assert_true(e[5].count == 20 && e[5].nearest_z != s->z[5]);
	s->z[5] += 100;
	of_one = estimates(s, s, (struct pz_knn_options){ 20, 0, PZ_KNN_FLAT }, NULL);
	assert_true(of_one[5].z == before);
	free(of_one);
	s->n = 1;
	of_one = estimates(s, s, (struct pz_knn_options){ 20, 3, PZ_KNN_FLAT }, NULL);
	assert_true(of_one->count == 0 && isnan(of_one->z));
	free(of_one);
	free(e);
	free(s);
}

static void few_galaxies_give_what_they_can(void **state)
{
	struct sample *s = new_sample(MOST, 1), *q = new_sample(20, 2);

	(void)state;
	set_plane(s, 0.01);
	for (size_t n = 1; n < 12; n++) {
		struct pz_knn_estimate *e;
		float pz[20 * 80];

		s->n = n;
		e = estimates(s, q, (struct pz_knn_options){ 100, 3, PZ_KNN_FLAT }, pz);
		for (size_t i = 0; i < q->n; i++) {
			assert_true(e[i].count <= (int)n && e[i].count > 0);
			assert_true(e[i].rank <= (n < 4 ? 0 : (int)n / 2 - 1));
			assert_true(isfinite(e[i].z) && isfinite(e[i].error));
			for (int b = 0; b < 80; b++)
				assert_true(pz[i * 80 + (size_t)b] >= 0);
		}
		free(e);
	}
	free(s);
	free(q);
}

/* ---- p(z) ---- */

static void check_pdf(const float *f, double *p)
{
	for (int b = 0; b < grid.bins; b++)
		p[b] = (double)f[b];
	assert_int_equal(pz_pdf_check(&grid, p), 0);
}

static void pdf_without_scatter_is_one_bin(void **state)
{
	struct sample *s = new_sample(500, 1), *q = new_sample(3, 2);
	struct pz_knn_estimate *e;
	float pz[3 * 80];
	double p[80];

	(void)state;
	for (size_t i = 0; i < s->n; i++)
		s->z[i] = 0.2025;
	e = estimates(s, q, (struct pz_knn_options){ 50, 3, PZ_KNN_FLAT }, pz);
	check_pdf(pz, p);
	assert_true(pz[40] == 1);
	assert_true(fabs(e->z - 0.2025) < 1e-15 && e->error < 1e-15);
	free(e);
	free(s);
	free(q);
}

/* Share of a normal distribution below t. */
static double normal_below(double t)
{
	return 0.5 * erfc(-t * M_SQRT1_2);
}

/* Silverman's rule, whose width is the smaller of the deviation and of the quartiles' distance
 * over 1.349: five residuals in bins, of which one of each set decides otherwise. */
static void pdf_is_a_sum_of_gaussians_of_silvermans_width(void **state)
{
	static const double bins[2][5] = { { -9, -1, 0, 1, 12 }, { -3, -2.5, 1, 2.5, 3 } };
	static const double weight[5] = { 1, 2, 1, 1, 3 }, deviation[5] = { 2, 1, 1, 4, 1 };
	const double sum = 8, squares = 16, width = 0.005;

	(void)state;
	for (int k = 0; k < 2; k++) {
		double residual[5], moment = 0, rate, h, expected[80] = { 0 }, all = 0;
		double quartiles = k ? 5 / 1.349 : 2 / 1.349;
		struct knn_pdf f;
		float pz[80];

		for (int i = 0; i < 5; i++) {
			residual[i] = bins[k][i] * deviation[i] * width / 3;
			moment += weight[i] * bins[k][i] * bins[k][i];
		}
		rate = fmin(0.9 * pow(sum * sum / squares, -0.2), 0.8);
		h = rate * fmin(sqrt(moment / sum), quartiles);
		for (int i = 0; i < 5; i++)
			for (int b = 0; b < 80; b++) {
				double at = 40.5 + sqrt(1 - rate * rate) * bins[k][i];
				double share = normal_below((b + 1 - at) / h) -
					       normal_below((b - at) / h);

				expected[b] += weight[i] * share;
				all += weight[i] * share;
			}
		assert_int_equal(pz_knn_pdf_init(&f, &grid, 5), 0);
		assert_false(pz_knn_pdf_make(&f, 0.2025, 3, 5, residual, deviation, weight, pz));
		for (int b = 0; b < 80; b++)
			if (fabs((double)pz[b] - expected[b] / all) > 2e-6)
				fail_msg("set %d, bin %d: expected %g, found %g", k, b,
					 expected[b] / all, (double)pz[b]);
		pz_knn_pdf_release(&f);
	}
}

static void pdf_beyond_the_grid_goes_to_its_end(void **state)
{
	struct sample *s = new_sample(500, 1), *q = new_sample(2, 2);

	(void)state;
	for (int side = 0; side < 2; side++) {
		struct pz_knn_estimate *e;
		float pz[2 * 80];

		for (size_t i = 0; i < s->n; i++)
			s->z[i] = side ? 3 : -3;
		e = estimates(s, q, (struct pz_knn_options){ 50, 3, PZ_KNN_FLAT }, pz);
		assert_true(e->beyond);
		assert_true(pz[side ? 79 : 0] == 1 && pz[side ? 0 : 79] == 0);
		free(e);
	}
	free(s);
	free(q);
}

static void pdf_uses_the_bins_beside_the_grid(void **state)
{
	static const struct pz_grid extended = { "z", 0, 0.4, 80, 40, 20 };
	struct sample *s = new_sample(500, 1);
	uint64_t other = MOST * 7;
	struct pz_knn_estimate e;
	struct pz_knn *m;
	float pz[140];

	(void)state;
	for (size_t i = 0; i < s->n; i++)
		s->z[i] = i % 2 ? -0.0525 : -0.0575;
	m = learn(s, (struct pz_knn_options){ 500, 0, PZ_KNN_FLAT });
	assert_int_equal(pz_knn_run(m, 1, s->x, &other, &extended, &e, pz), 0);
	assert_false(e.beyond);
	assert_true(pz[28] + pz[29] > 0.5f && fabsf(pz[28] - pz[29]) < 0.15f);
	pz_knn_free(m);
	free(s);
}

static int rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

/* Noise with one long tail and outliers, wider at one end than at the other: shares of p(z)
 * below the truth must be as many in each tenth. */
static void pits_are_uniform(void **state)
{
	struct sample *s = new_sample(MOST, 1), *q = new_sample(MOST, 2), *both[] = { s, q };
	float *pz = malloc(MOST * 80 * sizeof *pz);
	double p[80], pit[MOST];
	struct pz_knn_estimate *e;
	struct pz_random r;
	struct pz_pit measured;

	(void)state;
	pz_random_init(&r, 3, 0);
	for (int b = 0; b < 2; b++) {
		set_plane(both[b], 0);
		for (size_t i = 0; i < MOST; i++) {
			double width = both[b]->x[i * DIMS] > 0 ? 0.04 : 0.02;
			double noise = exp(0.4 * pz_random_normal(&r)) - exp(0.08);

			both[b]->z[i] += pz_random_below(&r, 50) ? noise * width : 0.1;
		}
	}
	e = estimates(s, q, (struct pz_knn_options){ 100, 3, PZ_KNN_FLAT }, pz);
	for (size_t i = 0; i < MOST; i++) {
		check_pdf(pz + i * 80, p);
		pit[i] = pz_score_below(&grid, p, q->z[i]);
	}
	qsort(pit, MOST, sizeof *pit, rising);
	pz_pit_measure(pit, NULL, MOST, &measured);
	assert_true(measured.ks < 0.04);
	assert_true(fabs(measured.cover_68 - 0.68) < 0.035);
	assert_true(fabs(measured.cover_95 - 0.95) < 0.02);
	assert_true(measured.outliers < 0.02);
	free(e);
	free(pz);
	free(s);
	free(q);
}

static void the_same_at_any_number_of_threads(void **state)
{
	struct sample *s = new_sample(1000, 1), *q = new_sample(300, 2);
	struct pz_knn_options o = { 50, 3, PZ_KNN_TRICUBE };
	float *pz = malloc(3 * 300 * 80 * sizeof *pz);
	struct pz_knn_estimate *e[3];

	(void)state;
	set_plane(s, 0.01);
	for (int t = 0; t < 3; t++) {
		pz_threads_use(t + 1);
		e[t] = estimates(s, q, o, pz + t * 300 * 80);
	}
	pz_threads_use(0);
	for (int t = 1; t < 3; t++)
		assert_memory_equal(pz, pz + t * 300 * 80, 300 * 80 * sizeof *pz);
	for (size_t i = 0; i < q->n; i++)
		assert_true(e[0][i].z == e[1][i].z && e[0][i].error == e[2][i].error);
	for (int t = 0; t < 3; t++)
		free(e[t]);
	free(pz);
	free(s);
	free(q);
}

static void bad_arguments_are_refused(void **state)
{
	struct sample *s = new_sample(10, 1);
	struct pz_knn_set set = { s->n, DIMS, s->x, s->z, s->id }, none = set;
	struct pz_knn *m;

	(void)state;
	none.n = 0;
	assert_int_equal(pz_knn_new(&m, &set, &(struct pz_knn_options){ .k = 0 }), PZ_EARG);
	assert_int_equal(pz_knn_new(&m, &set, &(struct pz_knn_options){ 5, 0.5, 0 }), PZ_EARG);
	assert_int_equal(pz_knn_new(&m, &none, &(struct pz_knn_options){ 5, 3, 0 }), PZ_EDATA);
	s->z[3] = NAN;
	assert_int_equal(pz_knn_new(&m, &set, &(struct pz_knn_options){ 5, 3, 0 }), PZ_EDATA);
	s->z[3] = 0;
	s->x[4] = INFINITY;
	assert_int_equal(pz_knn_new(&m, &set, &(struct pz_knn_options){ 5, 3, 0 }), PZ_EDATA);
	assert_null(m);
	free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tree_finds_what_a_search_of_all_finds),
		cmocka_unit_test(tree_refuses_what_it_cannot_hold),
		cmocka_unit_test(a_plane_is_recovered_exactly),
		cmocka_unit_test(features_that_say_nothing_new_do_no_harm),
		cmocka_unit_test(weights_favour_the_near),
		cmocka_unit_test(the_box_of_all_is_that_of_the_sample),
		cmocka_unit_test(outliers_are_left_out_and_counted),
		cmocka_unit_test(a_query_outside_of_its_neighbours_is_told),
		cmocka_unit_test(a_galaxy_does_not_inform_its_own_estimate),
		cmocka_unit_test(few_galaxies_give_what_they_can),
		cmocka_unit_test(pdf_without_scatter_is_one_bin),
		cmocka_unit_test(pdf_is_a_sum_of_gaussians_of_silvermans_width),
		cmocka_unit_test(pdf_beyond_the_grid_goes_to_its_end),
		cmocka_unit_test(pdf_uses_the_bins_beside_the_grid),
		cmocka_unit_test(pits_are_uniform),
		cmocka_unit_test(the_same_at_any_number_of_threads),
		cmocka_unit_test(bad_arguments_are_refused),
	};

	return cmocka_run_group_tests_name("knn", tests, NULL, NULL);
}
