/* bootstrap.c -- draws in parallel, summed in order */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/bootstrap.h>
#include <pz/error.h>
#include <pz/team.h>
#include <pz/threads.h>

/* Mean and error over the draws that gave a number. */
static struct pz_spread reduce_draws(const double *value, int draws, size_t stride)
{
	double sum = 0, square = 0, mean;
	int n = 0;

	for (int i = 0; i < draws; i++) {
		if (isnan(value[(size_t)i * stride]))
			continue;
		sum += value[(size_t)i * stride];
		n++;
	}
	mean = n ? sum / n : NAN;
	for (int i = 0; i < draws; i++) {
		double d = value[(size_t)i * stride] - mean;

		if (!isnan(d))
			square += d * d;
	}
	return (struct pz_spread){ mean, n > 1 ? sqrt(square / (n - 1)) : NAN };
}

/* All draws into value[draws][stats]; the threads' work follows, one thread after the other. */
struct run {
	const struct pz_bootstrap *b;
	double *value, *work;
};

static void draw(void *arg, size_t i, size_t thread)
{
	const struct run *run = arg;
	const struct pz_bootstrap *b = run->b;
	struct pz_random r;

	pz_random_init(&r, b->seed, pz_random_stream(b->purpose, i));
	b->draw(&r, b->data, run->work + thread * b->work, run->value + i * b->stats);
}

int pz_bootstrap_run(const struct pz_bootstrap *b, struct pz_spread *out)
{
	int threads = pz_threads() < b->draws ? pz_threads() : b->draws, rc = 0;
	double *value, *work;

	if (b->draws < 0 || b->draws == 1 || b->draws > PZ_DRAWS_MAX)
		return pz_fail(PZ_EARG, "bootstrap: expected 0 or 2 to %d draws, found %d",
			       PZ_DRAWS_MAX, b->draws);
	value = calloc((size_t)b->draws * b->stats + 1, sizeof *value);
	work = malloc(((size_t)threads * b->work + 1) * sizeof *work);
	if (!value || !work)
		rc = pz_fail(PZ_ENOMEM, "no memory for %d draws of %zu numbers", b->draws,
			     b->stats);
	else if (b->draws > 0)
		pz_team_run((size_t)threads, (size_t)b->draws, draw,
			    &(struct run){ b, value, work });
	if (rc == 0 && b->values)
		memcpy(b->values, value, (size_t)b->draws * b->stats * sizeof *value);
	for (size_t k = 0; k < b->stats && rc == 0; k++)
		out[k] = reduce_draws(value + k, b->draws, b->stats);
	free(value);
	free(work);
	return rc;
}
