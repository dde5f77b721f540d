/* schedule.c -- whether a plan of training is possible, and its learning rates */
#include <math.h>

#include <pz/error.h>
#include <pz/train.h>

#define BATCH_MAX 65536

int pz_schedule_check(const struct pz_schedule *p)
{
	if (p->iterations < 1)
		return pz_fail(PZ_EARG, "iterations: expected at least 1, found %lld",
			       (long long)p->iterations);
	if (p->batch < 1 || p->batch > BATCH_MAX)
		return pz_fail(PZ_EARG, "batch: expected 1 to %d, found %zu", BATCH_MAX, p->batch);
	if (!(p->rate > 0 && isfinite(p->rate)))
		return pz_fail(PZ_EARG, "rate: expected above 0, found %g", p->rate);
	if (!(p->warmup >= 0 && p->warmup < 1))
		return pz_fail(PZ_EARG, "warm-up: expected a share from 0 to below 1, found %g",
			       p->warmup);
	if (p->patience < 0)
		return pz_fail(PZ_EARG, "patience: expected at least 0, found %lld",
			       (long long)p->patience);
	if (!(p->average >= 0 && p->average <= 1))
		return pz_fail(PZ_EARG, "average: expected a share from 0 to 1, found %g",
			       p->average);
	if (!(p->dropout >= 0 && p->dropout < 1))
		return pz_fail(PZ_EARG, "dropout: expected a share from 0 to below 1, found %g",
			       p->dropout);
	if (!(p->decay >= 0 && p->decay * p->rate < 1))
		return pz_fail(PZ_EARG, "decay: expected at least 0 and below 1/rate, found %g",
			       p->decay);
	if (!(p->factor >= 1 && isfinite(p->factor)))
		return pz_fail(PZ_EARG, "drop factor: expected at least 1, found %g", p->factor);
	if (p->drops < 0 || p->drops > PZ_DROPS_MAX)
		return pz_fail(PZ_EARG, "drops: expected at most %d, found %d", PZ_DROPS_MAX,
			       p->drops);
	if (p->ranks && p->batch < (size_t)p->ranks->count)
		return pz_fail(PZ_EARG, "batch: expected a stamp for each of %d ranks, found %zu",
			       p->ranks->count, p->batch);
	for (int i = 0; i < p->drops; i++)
		if (!(p->drop[i] >= 0 && p->drop[i] <= 1))
			return pz_fail(PZ_EARG, "drop: expected a share from 0 to 1, found %g",
				       p->drop[i]);
	return 0;
}

double pz_schedule_rate(const struct pz_schedule *p, int64_t iteration)
{
	double rate = p->rate, t = ((double)iteration + 0.5) / (double)p->iterations;

	for (int i = 0; p->course == PZ_COURSE_STEPS && i < p->drops; i++)
		if ((double)iteration >= p->drop[i] * (double)p->iterations)
			rate /= p->factor;
	if (t < p->warmup)
		return rate * t / p->warmup;
	if (p->course == PZ_COURSE_COSINE)
		rate *= (1 + cos(M_PI * (t - p->warmup) / (1 - p->warmup))) / 2;
	return rate;
}
