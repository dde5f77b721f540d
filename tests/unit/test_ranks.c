/* test_ranks.c -- the trainer's work shared out: ranks that are threads of this process */
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <pz/ranks.h>
#include <pz/threads.h>

#include "../../lib/nn/gemm.h"
#include "../../lib/nn/kernels.h"
#include "lessons.h"

#define RANKS_MAX 5
#define BLOCKS    8
#define REPORTS   16

static const char *taught = text; /* the network of all ranks */

/* A rank, and what it has begun to add up. */
struct member {
	struct crew *crew;
	struct pz_ranks ranks;
	struct pz_net *net;
	struct pz_schedule plan;
	unsigned roles;
	int stop_at, asked; /* the question that is answered by yes; -1: none  */
	float *x[BLOCKS];
	size_t n[BLOCKS];
	int begun;
	size_t covered; /* floats that were begun in this batch */
	double *sums;
	int rc, reports;
	int64_t iteration;
	double loss[REPORTS], valid_loss[REPORTS];
};

struct crew {
	int count;
	pthread_barrier_t barrier;
	struct member member[RANKS_MAX];
};

static void begin(void *context, float *x, size_t n)
{
	struct member *m = context;

	assert_true(m->begun < BLOCKS);
	m->x[m->begun] = x;
	m->n[m->begun++] = n;
}

/* The first rank does the work while the others wait. */
static bool meet(struct member *m)
{
	pthread_barrier_wait(&m->crew->barrier);
	return m->ranks.rank == 0;
}

static void sum_block(struct crew *crew, int b)
{
	for (int r = 1; r < crew->count; r++) {
		assert_int_equal(crew->member[r].n[b], crew->member[0].n[b]);
		for (size_t i = 0; i < crew->member[0].n[b]; i++)
			crew->member[0].x[b][i] += crew->member[r].x[b][i];
	}
	for (int r = 1; r < crew->count; r++)
		memcpy(crew->member[r].x[b], crew->member[0].x[b],
		       crew->member[0].n[b] * sizeof(float));
}

/* Every place of what is trained was begun once: heads and gate are one block. Where products are
 * normalised there are two waits in a batch. */
static void check_cover(struct member *m)
{
	for (int b = 0; b < m->begun; b++) {
		m->covered += m->n[b];
		for (int c = 0; c < b; c++)
			assert_true(m->x[b] + m->n[b] <= m->x[c] || m->x[c] + m->n[c] <= m->x[b]);
	}
	if (m->roles == PZ_ROLES_ALL && (taught == text || m->covered == pz_net_block(m->net))) {
		assert_int_equal(m->covered, pz_net_block(m->net));
		m->covered = 0;
	}
}

static void wait(void *context)
{
	struct member *m = context;

	check_cover(m);
	if (meet(m))
		for (int b = 0; b < m->begun; b++)
			sum_block(m->crew, b);
	meet(m);
	m->begun = 0;
}

static void add(void *context, double *x, size_t n)
{
	struct member *m = context;

	m->sums = x;
	if (meet(m))
		for (int r = 1; r < m->crew->count; r++)
			for (size_t i = 0; i < n; i++)
				x[i] += m->crew->member[r].sums[i];
	if (!meet(m))
		memcpy(x, m->crew->member[0].sums, n * sizeof *x);
	meet(m);
}

static bool stop(void *context)
{
	struct member *m = context;

	return m->asked++ == m->stop_at;
}

static int report(void *context, const struct pz_train_report *report)
{
	struct member *m = context;

	assert_true(m->reports < REPORTS);
	m->loss[m->reports] = report->loss;
	m->valid_loss[m->reports++] = report->valid_loss;
	return 0;
}

static void *run_member(void *context)
{
	struct member *m = context;
	struct pz_train_hooks hooks = { .context = m, .report = report, .stop = stop };
	struct pz_train t;

	assert_int_equal(pz_train_init(&t, m->net, m->roles), 0);
	m->rc = pz_train_run(&t, &m->plan, &sky.examples, &sky.examples, &hooks);
	m->iteration = t.iteration;
	assert_true(m->roles != PZ_ROLES_ALL || m->covered == 0);
	pz_train_release(&t);
	return NULL;
}

/* Trains as many networks as there are ranks; one without any where count is 1. */
static void run_crew(struct crew *crew, int count, struct pz_schedule plan, unsigned roles,
		     int stopper)
{
	pthread_t thread[RANKS_MAX];

	*crew = (struct crew){ .count = count };
	pthread_barrier_init(&crew->barrier, NULL, (unsigned)count);
	for (int r = 0; r < count; r++) {
		struct member *m = &crew->member[r];

		*m = (struct member){ .crew = crew,
				      .ranks = { r, count, m, begin, wait, add },
				      .net = net_of(taught),
				      .plan = plan,
				      .roles = roles,
				      .stop_at = r == stopper ? 20 : -1 };
		m->plan.ranks = count > 1 ? &m->ranks : NULL;
		assert_int_equal(pthread_create(&thread[r], NULL, run_member, m), 0);
	}
	for (int r = 0; r < count; r++)
		pthread_join(thread[r], NULL);
}

static void free_crew(struct crew *crew)
{
	for (int r = 0; r < crew->count; r++)
		pz_net_free(crew->member[r].net);
	pthread_barrier_destroy(&crew->barrier);
}

static double off(double a, double b)
{
	return fabs(a / b - 1);
}

/* By how much losses may differ. A BLAS rounds a row by how many rows there are, and a ReLU whose
 * input is 0 but for rounding may then go the other way: seen with OpenBLAS's Haswell kernels, 3e-4
 * after 60 iterations. Where no row depends on the others, 1e-8 is seen. */
static double bound(void)
{
	return pz_nn_kernels()->gemm->apart ? 1e-5 : 1e-3;
}

/* Losses are those of one rank, parameters those of the first, to the byte. */
static void check_crew(const struct crew *alone, const struct crew *crew)
{
	const struct member *one = &alone->member[0], *first = &crew->member[0];
	size_t bytes = pz_net_block(one->net) * sizeof(float);

	for (int r = 0; r < crew->count; r++) {
		const struct member *m = &crew->member[r];

		assert_int_equal(m->rc, 0);
		assert_int_equal(m->reports, one->reports);
		for (int i = 0; i < m->reports; i++) {
			assert_true(off(m->loss[i], one->loss[i]) < bound());
			assert_true(off(m->valid_loss[i], one->valid_loss[i]) < bound());
		}
		assert_memory_equal(pz_net_values(m->net), pz_net_values(first->net), bytes);
	}
}

static void check_roles(unsigned roles)
{
	struct pz_schedule plan = plan_of(60);
	struct crew alone, crew;

	run_crew(&alone, 1, plan, roles, -1);
	assert_int_equal(alone.member[0].reports, 6);
	assert_true(alone.member[0].loss[5] < alone.member[0].loss[0] - 0.1);
	for (int count = 2; count <= RANKS_MAX; count++) {
		sky.fetched = 0;
		run_crew(&crew, count, plan, roles, -1);
		/* Not a stamp more than alone: a share each of 60 batches, and of the
		 * validation set at 6 reports. A feed may have run ahead by two batches. */
		assert_true(sky.fetched <= 60 * 8 + 6 * COUNT);
		check_crew(&alone, &crew);
		free_crew(&crew);
	}
	free_crew(&alone);
}

static void test_same_losses(void **state)
{
	(void)state;
	pz_threads_use(1);
	check_roles(PZ_ROLES_ALL);
	check_roles(PZ_ROLE_HEAD);
}

/* Products are normalised over the whole batch, whatever a rank has of it, and all ranks measure
 * the same statistics for the mean of the parameters. */
static void test_norm(void **state)
{
	struct pz_schedule plan = plan_of(60);
	struct crew alone, crew;

	(void)state;
	taught = norm_text;
	check_roles(PZ_ROLES_ALL);
	check_roles(PZ_ROLE_HEAD);
	plan.average = 0.5;
	run_crew(&alone, 1, plan, PZ_ROLES_ALL, -1);
	for (int count = 2; count <= RANKS_MAX; count++) {
		run_crew(&crew, count, plan, PZ_ROLES_ALL, -1);
		check_crew(&alone, &crew);
		free_crew(&crew);
	}
	free_crew(&alone);
	taught = text;
}

/* What one rank is asked for, all do after the same iteration. */
static void test_stop_together(void **state)
{
	struct crew crew;

	(void)state;
	for (int stopper = 0; stopper < 3; stopper++) {
		run_crew(&crew, 3, plan_of(60), PZ_ROLES_ALL, stopper);
		for (int r = 0; r < 3; r++) {
			assert_int_equal(crew.member[r].rc, PZ_ESTOP);
			assert_int_equal(crew.member[r].iteration, crew.member[0].iteration);
		}
		assert_in_range(crew.member[0].iteration, 10, 20);
		free_crew(&crew);
	}
}

static void test_shares(void **state)
{
	(void)state;
	for (size_t n = 0; n < 40; n++)
		for (int count = 1; count < 12; count++) {
			assert_int_equal(pz_ranks_first(0, count, n), 0);
			assert_int_equal(pz_ranks_first(count, count, n), n);
			for (int r = 0; r < count; r++) {
				size_t share = pz_ranks_first(r + 1, count, n) -
					       pz_ranks_first(r, count, n);

				assert_true(share == n / (size_t)count ||
					    share == n / (size_t)count + 1);
			}
		}
}

static void test_too_many_ranks(void **state)
{
	struct pz_ranks nine = { .rank = 0, .count = 9 };
	struct pz_schedule plan = plan_of(60);

	(void)state;
	plan.ranks = &nine;
	assert_int_equal(pz_schedule_check(&plan), PZ_EARG);
	assert_non_null(strstr(pz_error_text(), "a stamp for each of 9 ranks, found 8"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_shares),         cmocka_unit_test(test_same_losses),
		cmocka_unit_test(test_norm),           cmocka_unit_test(test_stop_together),
		cmocka_unit_test(test_too_many_ranks),
	};

	return cmocka_run_group_tests(tests, make_sky, NULL);
}
