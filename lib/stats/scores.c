/* scores.c -- scores of each p(z), their means and errors */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/bootstrap.h>
#include <pz/error.h>
#include <pz/pdf.h>
#include <pz/scores.h>

#include "../base/sort.h"

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

	*s = (struct pz_score){ NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0, 0, 0 };
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

/* What a resample draws from: the galaxies in their order, and those that have more than odds by
 * rising pit. */
struct sample {
	const struct pz_scored *of;
	uint32_t *order; /* [scored]                                              */
	double *pit;     /* [scored]                                              */
	size_t scored;
	double unit;              /* of weights in cvm and ad: their sum is the effective count */
	struct pz_pit_cell *cell; /* NULL: none                                   */
};

static double weight_of(const struct pz_scored *of, size_t i)
{
	return of->weight ? of->weight[i] : 1;
}

/* Means of the scores, galaxy i counted times[i] times; NULL: once. */
static void summarise_means(const struct sample *s, const double *times, struct pz_scores *out)
{
	double all = 0, scored = 0;

	for (size_t i = 0; i < s->of->n; i++) {
		const struct pz_score *x = &s->of->score[i];
		double m = weight_of(s->of, i) * (times ? times[i] : 1);

		if (isnan(x->odds))
			continue;
		all += m;
		out->odds += m * x->odds;
		if (isnan(x->pit))
			continue;
		scored += m;
		out->crps += m * x->crps;
		out->crps_discrete += m * x->crps_discrete;
		out->log_loss += m * x->log_loss;
		out->cde_loss += m * x->cde_loss;
		out->brier += m * x->brier;
	}
	out->odds /= all;
	out->crps /= scored;
	out->crps_discrete /= scored;
	out->log_loss /= scored;
	out->cde_loss /= scored;
	out->brier /= scored;
}

/* Share of the galaxies with an interval whose z lies in it; at: offset of in_68 or in_95. */
static double share_inside(const struct sample *s, const double *times, size_t at)
{
	double all = 0, inside = 0;

	for (size_t i = 0; i < s->of->n; i++) {
		signed char in = *((const signed char *)&s->of->score[i] + at);
		double m = weight_of(s->of, i) * (times ? times[i] : 1);

		all += in >= 0 ? m : 0;
		inside += in > 0 ? m : 0;
	}
	return inside / all;
}

/* ks[cells] of counted[scored]; room for 2 cells. */
static void measure_cells(const struct sample *s, const double *counted, double *room, double *ks)
{
	int cells = s->of->cells;
	double *total = room, *below = room + cells;

	for (int c = 0; c < cells; c++)
		total[c] = below[c] = ks[c] = 0;
	for (size_t k = 0; k < s->scored; k++)
		if (s->of->cell[s->order[k]] >= 0)
			total[s->of->cell[s->order[k]]] += counted[k];
	for (size_t k = 0; k < s->scored; k++) {
		int c = s->of->cell[s->order[k]];
		double u = s->pit[k];

		if (c < 0 || counted[k] == 0)
			continue;
		ks[c] = fmax(ks[c], u - below[c] / total[c]);
		below[c] += counted[k];
		ks[c] = fmax(ks[c], below[c] / total[c] - u);
	}
}

/* The numbers of all cells together; their effective counts are those of the whole sample. */
static void summarise_cells(const struct sample *s, const double *ks, struct pz_scores *out)
{
	double square = 0, weight = 0, worst = NAN;

	for (int c = 0; c < s->of->cells; c++) {
		const struct pz_pit_cell *cell = &s->cell[c];
		double noise = pz_pit_ks_noise(cell->effective);

		if (cell->count == 0)
			continue;
		square += cell->effective * (ks[c] * ks[c] - noise * noise);
		weight += cell->effective;
		worst = fmax(worst, ks[c] - cell->floor);
	}
	out->ks_local = sqrt(fmax(square, 0) / weight); /* NaN of none */
	out->ks_worst = worst;
}

/* Every galaxy counted times[i] times; NULL: once. counted: room for scored + 3 cells. */
static struct pz_scores summarise_sample(const struct sample *s, const double *times,
					 double *counted)
{
	double *room = counted + s->scored, *ks = room + 2 * s->of->cells;
	struct pz_scores out = {
		.ks_local = NAN, .ks_worst = NAN, .interval_68 = NAN, .interval_95 = NAN
	};

	summarise_means(s, times, &out);
	if (s->of->intervals) {
		out.interval_68 = share_inside(s, times, offsetof(struct pz_score, in_68));
		out.interval_95 = share_inside(s, times, offsetof(struct pz_score, in_95));
	}
	for (size_t k = 0; k < s->scored; k++) {
		size_t i = s->order[k];

		counted[k] = s->unit * weight_of(s->of, i) * (times ? times[i] : 1);
	}
	pz_pit_measure(s->pit, counted, s->scored, &out.pit);
	if (s->cell) {
		measure_cells(s, counted, room, ks);
		summarise_cells(s, ks, &out);
	}
	return out;
}

static void draw_scores(struct pz_random *r, const void *data, double *times, double *out)
{
	const struct sample *s = data;
	struct pz_scores found;

	memset(times, 0, s->of->n * sizeof *times);
	for (size_t i = 0; i < s->of->n; i++)
		times[pz_random_below(r, s->of->n)]++;
	found = summarise_sample(s, times, times + s->of->n);
	memcpy(out, &found, sizeof found);
}

static int by_pit(const void *a, const void *b, void *sample)
{
	const struct pz_score *score = ((const struct sample *)sample)->of->score;
	double x = score[*(const uint32_t *)a].pit, y = score[*(const uint32_t *)b].pit;

	return (x > y) - (x < y);
}

static void release_sample(struct sample *s)
{
	free(s->order);
	free(s->pit);
	free(s->cell);
}

/* Effective counts and floors of the cells, and with work the ks of each. */
static void fill_cells(struct sample *s, double *counted)
{
	const struct pz_scored *of = s->of;
	double *room = counted + s->scored, *ks = room + 2 * of->cells;

	for (int c = 0; c < of->cells; c++)
		room[c] = room[of->cells + c] = 0;
	for (size_t k = 0; k < s->scored; k++) {
		int c = of->cell[s->order[k]];

		counted[k] = weight_of(of, s->order[k]);
		if (c < 0)
			continue;
		s->cell[c].count++;
		room[c] += counted[k];
		room[of->cells + c] += counted[k] * counted[k];
	}
	for (int c = 0; c < of->cells; c++)
		s->cell[c].effective = room[c] * room[c] / room[of->cells + c];
	measure_cells(s, counted, room, ks);
	for (int c = 0; c < of->cells; c++) {
		s->cell[c].ks = s->cell[c].count ? ks[c] : NAN;
		s->cell[c].floor = s->cell[c].count ? pz_pit_ks_floor(s->cell[c].effective) : NAN;
	}
}

/* How many doubles summarise_sample needs. */
static size_t room_of(const struct sample *s)
{
	return s->scored + 3 * (size_t)s->of->cells;
}

static int begin_sample(struct sample *s, const struct pz_scored *of)
{
	double sum = 0, square = 0, *counted = NULL;
	int rc = 0;

	*s = (struct sample){ .of = of, .unit = 1 };
	if (of->n > UINT32_MAX)
		return pz_fail(PZ_EARG, "scores: expected at most %u galaxies, found %zu",
			       UINT32_MAX, of->n);
	s->order = malloc((of->n + 1) * sizeof *s->order);
	s->pit = malloc((of->n + 1) * sizeof *s->pit);
	for (size_t i = 0; i < of->n && s->order && s->pit; i++)
		if (!isnan(of->score[i].pit)) {
			s->order[s->scored++] = (uint32_t)i;
			sum += weight_of(of, i);
			square += weight_of(of, i) * weight_of(of, i);
		}
	if (of->weight && square > 0)
		s->unit = sum / square;
	if (of->cells > 0) {
		s->cell = calloc((size_t)of->cells, sizeof *s->cell);
		counted = malloc((room_of(s) + 1) * sizeof *counted);
	}
	if (!s->order || !s->pit || (of->cells > 0 && (!s->cell || !counted)))
		rc = pz_fail(PZ_ENOMEM, "no memory for the scores of %zu galaxies", of->n);
	if (rc == 0)
		rc = pz_sort_by(s->order, s->scored, sizeof *s->order, by_pit, s);
	for (size_t k = 0; k < s->scored && rc == 0; k++)
		s->pit[k] = of->score[s->order[k]].pit;
	if (rc == 0 && s->cell)
		fill_cells(s, counted);
	free(counted);
	if (rc < 0)
		release_sample(s);
	return rc;
}

int pz_scores_summary(const struct pz_scored *of, int draws, uint64_t seed, struct pz_scores *each,
		      struct pz_scores *value, struct pz_scores *error)
{
	double *errors = (double *)error, *counted;
	struct pz_spread spread[STATS];
	struct sample s;
	struct pz_bootstrap b = { .draws = of->n ? draws : 0,
				  .seed = seed,
				  .purpose = "measures",
				  .stats = STATS,
				  .draw = draw_scores,
				  .data = &s,
				  .values = (double *)each };
	int rc = begin_sample(&s, of);

	if (rc < 0)
		return rc;
	b.work = of->n + room_of(&s);
	if ((counted = malloc((room_of(&s) + 1) * sizeof *counted)))
		*value = summarise_sample(&s, NULL, counted);
	else
		rc = pz_fail(PZ_ENOMEM, "no memory for the scores of %zu galaxies", of->n);
	free(counted);
	if (rc == 0 && (rc = pz_bootstrap_run(&b, spread)) == 0)
		for (size_t i = 0; i < STATS; i++)
			errors[i] = spread[i].error;
	release_sample(&s);
	return rc;
}

int pz_scores_cells(const struct pz_scored *of, struct pz_pit_cell *cell)
{
	struct sample s;
	int rc = begin_sample(&s, of);

	if (rc < 0)
		return rc;
	memcpy(cell, s.cell, (size_t)of->cells * sizeof *cell);
	release_sample(&s);
	return 0;
}
