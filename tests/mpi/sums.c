/* sums.c -- sums over the ranks, begun in a row, against their own definition
 *
 *      mpirun -n 3 sums
 *
 * Blocks of none to several million floats, whose exact sum in the order of the ranks is
 * known to each: any other order rounds otherwise. Says a line; exit 1 at the first
 * difference.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/random.h>

#include "../../tools/train/processes.h"

static const size_t sizes[] = { 1, 2, 3, 7, 1000, 1 << 20, 1300003, 64, 5 };

#define BLOCKS (sizeof sizes / sizeof *sizes)

/* What a rank has of a block: of very different size, so that rounding shows. */
static float *values(int rank, size_t block)
{
	float *x = malloc(sizes[block] * sizeof *x);
	struct pz_random r;

	if (!x)
		exit(1);
	pz_random_init(&r, (uint64_t)rank, block);
	for (size_t i = 0; i < sizes[block]; i++) {
		uint32_t bits = pz_random_bits(&r);

		x[i] = ldexpf((float)(int32_t)bits, -(int)(bits % 16));
	}
	return x;
}

static int check(const struct pz_ranks *r, size_t block, const float *x)
{
	float *sum = values(0, block);
	int same;

	for (int other = 1; other < r->count; other++) {
		float *y = values(other, block);

		for (size_t i = 0; i < sizes[block]; i++)
			sum[i] += y[i];
		free(y);
	}
	same = !memcmp(sum, x, sizes[block] * sizeof *x);
	free(sum);
	return same ? 0 : pz_fail(PZ_EDATA, "block of %zu: another sum", sizes[block]);
}

static int sum_blocks(const struct pz_ranks *r)
{
	float *x[BLOCKS];
	int rc = 0;

	for (size_t b = 0; b < BLOCKS; b++)
		x[b] = values(r->rank, b);
	if (r->count > 1) {
		for (size_t b = 0; b < BLOCKS; b++)
			r->begin(r->context, x[b], sizes[b]);
		r->wait(r->context);
	}
	for (size_t b = 0; b < BLOCKS; b++) {
		rc = rc < 0 ? rc : check(r, b, x[b]);
		free(x[b]);
	}
	return rc;
}

static int add_numbers(const struct pz_ranks *r)
{
	double x[] = { r->rank + 0.1, 1 }, sum = 0;

	if (r->count < 2)
		return 0;
	for (int other = 0; other < r->count; other++)
		sum += other + 0.1;
	r->add(r->context, x, 2);
	return x[0] == sum && x[1] == r->count ? 0 : pz_fail(PZ_EDATA, "numbers: another sum");
}

/* One that is alone with its bytes, or with its failure, is found out on every rank. */
static int check_minds(const struct pz_ranks *r)
{
	int last = r->count - 1;
	double mine = r->rank == last;
	bool speaks;

	if (ranks_same(r, "bytes", "abc", 3) != 0)
		return pz_fail(PZ_EDATA, "the same bytes are called others");
	if (r->count > 1 && ranks_same(r, "bytes", &mine, sizeof mine) != PZ_EDATA)
		return pz_fail(PZ_EDATA, "other bytes are called the same");
	pz_fail(PZ_ECORRUPT, "the reason");
	if (ranks_agree(r, r->rank == last ? PZ_ECORRUPT : 0, &speaks) != PZ_ECORRUPT ||
	    speaks != (r->rank == last) ||
	    (r->count > 1 && speaks && !strstr(pz_error_text(), "rank")))
		return pz_fail(PZ_EDATA, "no agreement on a failure");
	return ranks_agree(r, 0, &speaks);
}

int main(void)
{
	struct pz_ranks r;
	int rc;

	if ((rc = ranks_begin(&r)) == 0 && (rc = sum_blocks(&r)) == 0 &&
	    (rc = add_numbers(&r)) == 0)
		rc = check_minds(&r);
	printf("rank %d of %d: %s\n", r.rank, r.count,
	       rc < 0 ? pz_error_text() : "all sums are right");
	ranks_end(&r);
	return rc < 0;
}
