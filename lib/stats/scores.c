/* scores.c -- scores of each p(z), their means and errors */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/bootstrap.h>
#include <pz/error.h>
#include <pz/pdf.h>
#include <pz/scores.h>

#define LEAST 1e-12 /* probability that the log loss takes, at least              */
#define STATS (sizeof(struct pz_scores) / sizeof(double))

double pz_score_below(const struct pz_grid *grid, const double *p, double z)
{
	int total = pz_grid_total(grid);
	double at = (z - grid->min) / pz_grid_width(grid) + grid->left, sum = 0, below = 0;

	for (int i = 0; i < total; i++) {
		double inside = at - i;

		sum += p[i];
		below += inside >= 1 ? p[i] : inside > 0 ? p[i] * inside : 0;
	}
	return below / sum;
}

bool pz_score_pdf(const struct pz_grid *grid, const double *p, double z, double zphot, double reach,
		  struct pz_score *s)
{
	double width = pz_grid_width(grid), truth, square = 0;
	int bin = pz_grid_extended(grid, z);

	*s = (struct pz_score){ NAN, NAN, NAN, NAN, NAN, NAN, NAN };
	s->odds = pz_score_below(grid, p, zphot + reach) - pz_score_below(grid, p, zphot - reach);
	if (bin < 0)
		return false;
	truth = p[bin];
	for (int i = 0; i < pz_grid_total(grid); i++)
		square += p[i] * p[i];
	s->pit = pz_score_below(grid, p, z);
	s->crps = pz_pdf_crps(grid, p, z);
	s->crps_discrete = pz_pdf_crps_discrete(grid, p, z);
	s->log_loss = -log(fmax(truth, LEAST));
	s->cde_loss = (square - 2 * truth) / width;
	s->brier = square - 2 * truth + 1;
	return true;
}

/* What a resample draws from: scores sorted by pit, and the pits alone. */
struct sample {
	const struct pz_score *score;
	const double *pit;
	size_t n, scored; /* scored: those that have more than odds, the first */
};

/* Every galaxy counted times[i] times; NULL: once. */
static struct pz_scores summarise_sample(const struct sample *of, const double *times)
{
	struct pz_scores s = { 0 };
	double n = 0;

	for (size_t i = 0; i < of->n; i++)
		s.odds += (times ? times[i] : 1) * of->score[i].odds;
	for (size_t i = 0; i < of->scored; i++) {
		double m = times ? times[i] : 1;

		n += m;
		s.crps += m * of->score[i].crps;
		s.crps_discrete += m * of->score[i].crps_discrete;
		s.log_loss += m * of->score[i].log_loss;
		s.cde_loss += m * of->score[i].cde_loss;
		s.brier += m * of->score[i].brier;
	}
	s.odds /= (double)of->n;
	s.crps /= n;
	s.crps_discrete /= n;
	s.log_loss /= n;
	s.cde_loss /= n;
	s.brier /= n;
	pz_pit_measure(of->pit, times, of->scored, &s.pit);
	return s;
}

static void draw_scores(struct pz_random *r, const void *data, double *times, double *out)
{
	const struct sample *of = data;
	struct pz_scores s;

	memset(times, 0, of->n * sizeof *times);
	for (size_t i = 0; i < of->n; i++)
		times[pz_random_below(r, of->n)]++;
	s = summarise_sample(of, times);
	memcpy(out, &s, sizeof s);
}

static int by_pit(const void *a, const void *b)
{
	double x = ((const struct pz_score *)a)->pit, y = ((const struct pz_score *)b)->pit;

	if (isnan(x) || isnan(y))
		return (isnan(x) != 0) - (isnan(y) != 0);
	return (x > y) - (x < y);
}

int pz_scores_summary(struct pz_score *score, size_t n, int draws, uint64_t seed,
		      struct pz_scores *value, struct pz_scores *error)
{
	double *pit = malloc((n + !n) * sizeof *pit), *errors = (double *)error;
	struct sample of = { score, pit, n, 0 };
	struct pz_bootstrap b = { .draws = n ? draws : 0,
				  .seed = seed,
				  .purpose = "scores",
				  .stats = STATS,
				  .work = n,
				  .draw = draw_scores,
				  .data = &of };
	struct pz_spread spread[STATS];
	int rc;

	if (!pit)
		return pz_fail(PZ_ENOMEM, "no memory for the scores of %zu galaxies", n);
	qsort(score, n, sizeof *score, by_pit);
	for (size_t i = 0; i < n; i++) {
		pit[i] = score[i].pit;
		of.scored += !isnan(pit[i]);
	}
	*value = summarise_sample(&of, NULL);
	if ((rc = pz_bootstrap_run(&b, spread)) == 0)
		for (size_t i = 0; i < STATS; i++)
			errors[i] = spread[i].error;
	free(pit);
	return rc;
}
