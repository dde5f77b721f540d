/* test_domain.c -- distances from a sample against all of them computed plainly; shares */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/domain.h>
#include <pz/error.h>
#include <pz/random.h>
#include <pz/threads.h>

#define N     700
#define WIDTH 19
#define QUERY 150
#define K     5

struct galaxies {
	float x[N * WIDTH], q[QUERY * WIDTH];
	uint64_t id[N], q_id[QUERY];
};

/* A layer whose units differ in size and mean; unit 3 hardly varies, unit 4 not at all. */
static void fill(float *x, size_t n, double away, struct pz_random *r)
{
	for (size_t i = 0; i < n; i++)
		for (size_t u = 0; u < WIDTH; u++)
			x[i * WIDTH + u] = (float)(10 * (double)u +
						   (u == 3   ? 1e-5
						    : u == 4 ? 0
							     : 0.2 * (double)u + 0.1) *
							   pz_random_normal(r) +
						   away);
}

static struct galaxies *make_galaxies(double away)
{
	struct galaxies *g = malloc(sizeof *g);
	struct pz_random r;

	assert_non_null(g);
	pz_random_init(&r, 1, 1);
	fill(g->x, N, 0, &r);
	fill(g->q, QUERY, away, &r);
	for (size_t i = 0; i < N; i++)
		g->id[i] = 1000 + i;
	for (size_t i = 0; i < QUERY; i++)
		g->q_id[i] = i;
	return g;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* What a unit is divided by. */
static void plain_scale(const float *x, double scale[WIDTH])
{
	double all = 0;

	for (size_t u = 0; u < WIDTH; u++) {
		double mean = 0, square = 0;

		for (size_t i = 0; i < N; i++)
			mean += (double)x[i * WIDTH + u] / N;
		for (size_t i = 0; i < N; i++)
			square += pow((double)x[i * WIDTH + u] - mean, 2) / N;
		scale[u] = sqrt(square);
		all += square / WIDTH;
	}
	for (size_t u = 0; u < WIDTH; u++)
		scale[u] = fmax(scale[u], 0.1 * sqrt(all));
}

static double plain_distance(const struct galaxies *g, const float *q, uint64_t id)
{
	double scale[WIDTH], distance[N];
	size_t n = 0;

	plain_scale(g->x, scale);
	for (size_t i = 0; i < N; i++) {
		double sum = 0;

		if (g->id[i] == id)
			continue;
		for (size_t u = 0; u < WIDTH; u++)
			sum += pow(((double)g->x[i * WIDTH + u] - (double)q[u]) / scale[u], 2);
		distance[n++] = sqrt(sum / WIDTH);
	}
	qsort(distance, n, sizeof *distance, ascending);
	return distance[K - 1];
}

static void distances_are_those_of_plain_loops(void **state)
{
	struct galaxies *g = make_galaxies(0.3);
	struct pz_domain_place place[QUERY];
	struct pz_domain *d;

	(void)state;
	g->q_id[7] = 1007; /* one of the sample, compared with the others */
	memcpy(g->q + 7 * WIDTH, g->x + 7 * WIDTH, WIDTH * sizeof *g->q);
	assert_int_equal(pz_domain_new(&d, N, WIDTH, g->x, g->id, K), 0);
	assert_int_equal(pz_domain_run(d, QUERY, g->q, g->q_id, place), 0);
	for (size_t i = 0; i < QUERY; i++) {
		double expected = plain_distance(g, g->q + i * WIDTH, g->q_id[i]);

		if (!(fabs(place[i].distance - expected) < 1e-5 * expected))
			fail_msg("galaxy %zu: %g, not %g", i, place[i].distance, expected);
	}
	pz_domain_free(d);
	free(g);
}

static void shares_count_the_samples_own_distances(void **state)
{
	struct galaxies *g = make_galaxies(0);
	struct pz_domain_place place[QUERY];
	double own[N];
	struct pz_domain *d;
	int rare = 0;

	(void)state;
	for (size_t i = 0; i < N; i++)
		own[i] = plain_distance(g, g->x + i * WIDTH, g->id[i]);
	assert_int_equal(pz_domain_new(&d, N, WIDTH, g->x, g->id, K), 0);
	assert_int_equal(pz_domain_run(d, QUERY, g->q, g->q_id, place), 0);
	for (size_t i = 0; i < QUERY; i++) {
		int as_far = 0;

		for (size_t k = 0; k < N; k++)
			as_far += own[k] >= place[i].distance;
		assert_true(fabs(place[i].share - (1.0 + as_far) / (N + 1)) < 2.0 / N);
		rare += place[i].share < 0.1;
	}
	/* of the same population a tenth has a share below 0.1: 15, and two deviations of 3.7 */
	assert_in_range(rare, 8, 22);
	pz_domain_free(d);
	free(g);
}

static void what_is_far_has_a_small_share_at_any_number_of_threads(void **state)
{
	struct galaxies *g = make_galaxies(3);
	struct pz_domain_place one[QUERY], three[QUERY], single;
	struct pz_domain *d;

	(void)state;
	pz_threads_use(1);
	assert_int_equal(pz_domain_new(&d, N, WIDTH, g->x, g->id, K), 0);
	assert_int_equal(pz_domain_run(d, QUERY, g->q, g->q_id, one), 0);
	assert_int_equal(pz_domain_run(d, 1, g->q + 9 * WIDTH, g->q_id + 9, &single), 0);
	assert_memory_equal(&single, &one[9], sizeof single);
	pz_domain_free(d);
	pz_threads_use(3);
	assert_int_equal(pz_domain_new(&d, N, WIDTH, g->x, g->id, K), 0);
	assert_int_equal(pz_domain_run(d, QUERY, g->q, g->q_id, three), 0);
	assert_int_equal(pz_domain_run(d, 0, NULL, NULL, NULL), 0);
	assert_memory_equal(one, three, sizeof one);
	for (size_t i = 0; i < QUERY; i++)
		assert_true(one[i].share == 1.0 / (N + 1) && one[i].distance > 1);
	pz_domain_free(d);
	pz_threads_use(0);
	free(g);
}

static void samples_that_tell_nothing_are_refused(void **state)
{
	struct galaxies *g = make_galaxies(0);
	struct pz_domain *d;

	(void)state;
	assert_int_equal(pz_domain_new(&d, K + 1, WIDTH, g->x, g->id, K), PZ_EDATA);
	assert_null(d);
	assert_int_equal(pz_domain_new(&d, K + 2, WIDTH, g->x, g->id, K), 0);
	pz_domain_free(d);
	assert_int_equal(pz_domain_new(&d, N, WIDTH, g->x, g->id, 0), PZ_EARG);
	assert_int_equal(pz_domain_new(&d, N, WIDTH, g->x, g->id, PZ_DOMAIN_K + 1), PZ_EARG);
	memset(g->x, 0, sizeof g->x);
	assert_int_equal(pz_domain_new(&d, N, WIDTH, g->x, g->id, K), PZ_EDATA);
	assert_string_equal(pz_error_text(), "expected galaxies that differ in the last hidden "
					     "layer, found 700 that are all the same");
	pz_domain_free(NULL);
	free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(distances_are_those_of_plain_loops),
		cmocka_unit_test(shares_count_the_samples_own_distances),
		cmocka_unit_test(what_is_far_has_a_small_share_at_any_number_of_threads),
		cmocka_unit_test(samples_that_tell_nothing_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
