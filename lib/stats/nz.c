/* nz.c -- expectation maximisation of n(z), and its bootstrap */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/bootstrap.h>
#include <pz/error.h>

#include "group.h"
#include "nz_sample.h"
#include "smooth.h"

/* Rows that share a g: rows `from` to `to` - 1. */
struct part {
	size_t from, to, n;
	double smooth; /* bins                                            */
	double base;   /* what both shares are raised by                  */
	double *old;   /* [N]: share of bins in the trained sample        */
	double *g;     /* [N]: of the whole sample                        */
	int rounds;
};

struct solver {
	const struct pz_nz *s;
	struct group group; /* galaxies by row */
	size_t rows, bins, parts;
	struct part *part;
	double *room; /* behind old and g of all parts */
	bool settled;
};

/* ---- one part ---- */

/* sum[bins] of a part's rows, of which sums[rows][bins] were made. */
static void add_rows(const struct solver *v, const struct part *p, const double *sums, double *sum)
{
	memset(sum, 0, v->bins * sizeof *sum);
	for (size_t r = p->from; r < p->to; r++)
		for (size_t b = 0; b < v->bins; b++)
			sum[b] += sums[r * v->bins + b];
}

/* Sums of the posteriors under g: sums[rows][bins] and weight[rows] of the part's rows. */
static void sum_part(const struct solver *v, const struct part *p, const double *times,
		     const double *g, double *sums, double *weight)
{
	struct nz_sum of = { v->group.galaxy + v->group.first[p->from],
			     v->group.first[p->to] - v->group.first[p->from], times };

	memset(sums + p->from * v->bins, 0, (p->to - p->from) * v->bins * sizeof *sums);
	memset(weight + p->from, 0, (p->to - p->from) * sizeof *weight);
	pz_nz_expect(v->s, &of, g, sums, weight);
}

/* Brings g from where it stands to where it stays; how many rounds that took, PZ_NZ_ROUNDS + 1:
 * it did not. sums and weight as in sum_part; work: 2 bins. */
static int settle_part(const struct solver *v, const struct part *p, const double *times, double *g,
		       double *sums, double *weight, double *work)
{
	double *n = work, *smooth = work + v->bins, change = INFINITY;
	int rounds = 0;

	while (rounds++ < PZ_NZ_ROUNDS && change >= PZ_NZ_CHANGE) {
		double all = 0;

		sum_part(v, p, times, g, sums, weight);
		add_rows(v, p, sums, n);
		for (size_t r = p->from; r < p->to; r++)
			all += weight[r];
		if (all == 0)
			return rounds;
		for (size_t b = 0; b < v->bins; b++)
			n[b] /= all;
		pz_smooth(n, smooth, (int)v->bins, p->smooth);
		change = 0;
		for (size_t b = 0; b < v->bins; b++) {
			double next = (smooth[b] + p->base) / (p->old[b] + p->base);

			change += fabs(next - g[b]) / g[b] * n[b] / 2;
			g[b] = next;
		}
	}
	sum_part(v, p, times, g, sums, weight);
	return change < PZ_NZ_CHANGE ? rounds - 1 : PZ_NZ_ROUNDS + 1;
}

/* ---- setting up ---- */

/* Share of the bins among the trained galaxies of a part's rows, and their number. */
static double trained_share(const struct solver *v, const struct pz_counts *trained,
			    const struct part *p, double *work)
{
	double n = 0, all = pz_counts_of(trained, -1), *smooth = work + v->bins;

	add_rows(v, p, trained->count, work);
	for (size_t b = 0; b < v->bins; b++)
		n += work[b];
	pz_smooth(work, p->old, (int)v->bins, p->smooth);
	add_rows(v, &(struct part){ .from = 0, .to = v->rows }, trained->count, work);
	pz_smooth(work, smooth, (int)v->bins, p->smooth);
	for (size_t b = 0; b < v->bins; b++)
		p->old[b] = (p->old[b] + PZ_PRIOR_SHRINK * smooth[b] / all) / (n + PZ_PRIOR_SHRINK);
	return n;
}

/* A part with its old share, g = 1. work: 2 bins. */
static void begin_part(const struct solver *v, const struct pz_counts *trained, double smooth,
		       struct part *p, double *work)
{
	double half = 0, of_trained;

	p->n = v->group.first[p->to] - v->group.first[p->from];
	for (size_t r = p->from; r < p->to; r++)
		half += v->s->half[r];
	p->smooth = smooth > 0 ? smooth : p->n ? half / (double)p->n : 0;
	p->smooth = fmin(p->smooth, PZ_SMOOTH_MAX);
	of_trained = trained ? trained_share(v, trained, p, work) : (double)p->n;
	p->base = 1 / (PZ_PRIOR_SHRINK + fmin(of_trained, (double)p->n));
	for (size_t b = 0; b < v->bins; b++) {
		p->g[b] = 1;
		if (!trained)
			p->old[b] = 1 / (double)v->bins;
	}
}

static int group_rows(struct solver *v)
{
	long *key = malloc(v->s->n * sizeof *key);
	int rc;

	if (!key)
		return pz_fail(PZ_ENOMEM, "no memory for %zu galaxies", v->s->n);
	for (size_t i = 0; i < v->s->n; i++)
		key[i] = v->s->galaxy[i].row;
	rc = pz_group_init(&v->group, v->s->n, key, v->rows);
	free(key);
	return rc;
}

static int begin_solver(struct solver *v, const struct pz_counts *trained,
			const struct pz_nz_options *o)
{
	double *work;

	v->parts = o->single ? 1 : v->rows;
	v->part = calloc(v->parts, sizeof *v->part);
	v->room = malloc((v->parts + 1) * 2 * v->bins * sizeof *v->room);
	if (!v->part || !v->room)
		return pz_fail(PZ_ENOMEM, "no memory for %zu rows of %zu bins", v->rows, v->bins);
	work = v->room + v->parts * 2 * v->bins;
	for (size_t i = 0; i < v->parts; i++) {
		struct part *p = &v->part[i];

		p->from = i;
		p->to = o->single ? v->rows : i + 1;
		p->old = v->room + 2 * i * v->bins;
		p->g = p->old + v->bins;
		begin_part(v, trained, o->smooth, p, work);
	}
	return 0;
}

/* ---- shares and their errors ---- */

/* Shares of the rows and of all, in their place; means behind them. weight[rows]. */
static void make_shares(const struct solver *v, const double *weight, double *share, double *mean)
{
	double *all = share + v->rows * v->bins, n = 0;

	memset(all, 0, v->bins * sizeof *all);
	for (size_t r = 0; r < v->rows; r++)
		n += weight[r];
	for (size_t r = 0; r < v->rows; r++)
		for (size_t b = 0; b < v->bins; b++) {
			all[b] += share[r * v->bins + b] / n;
			share[r * v->bins + b] /= weight[r]; /* NaN of none */
		}
	for (size_t r = 0; r <= v->rows; r++) {
		mean[r] = 0;
		for (size_t b = 0; b < v->bins; b++)
			mean[r] += share[r * v->bins + b] * pz_grid_centre(&v->s->grid, (int)b);
	}
}

/* A resample of the galaxies, from the g of the whole sample on. work: times[n], weight[rows], g
 * and 2 times bins more. */
static void draw_nz(struct pz_random *r, const void *data, double *times, double *out)
{
	const struct solver *v = data;
	double *weight = times + v->s->n, *g = weight + v->rows;

	memset(times, 0, v->s->n * sizeof *times);
	for (size_t i = 0; i < v->s->n; i++)
		times[pz_random_below(r, v->s->n)]++;
	memset(weight, 0, v->rows * sizeof *weight);
	for (size_t i = 0; i < v->parts; i++) {
		const struct part *p = &v->part[i];

		memcpy(g, p->g, v->bins * sizeof *g);
		settle_part(v, p, times, g, out, weight, g + v->bins);
	}
	make_shares(v, weight, out, out + (v->rows + 1) * v->bins);
}

static int find_errors(const struct solver *v, const struct pz_nz_options *o,
		       struct pz_nz_found *found)
{
	size_t shares = (v->rows + 1) * v->bins;
	struct pz_bootstrap b = { .draws = o->draws,
				  .seed = o->seed,
				  .purpose = "nz",
				  .stats = shares + v->rows + 1,
				  .work = v->s->n + v->rows + 3 * v->bins,
				  .draw = draw_nz,
				  .data = v };
	struct pz_spread *spread = malloc(b.stats * sizeof *spread);
	int rc = spread ? pz_bootstrap_run(&b, spread)
			: pz_fail(PZ_ENOMEM, "no memory for %zu errors", b.stats);

	for (size_t i = 0; i < b.stats && rc == 0; i++)
		*(i < shares ? &found->error[i] : &found->mean_error[i - shares]) = spread[i].error;
	free(spread);
	return rc;
}

/* The numbers of a part beside the shares. */
static void note_part(struct solver *v, const struct part *p, struct pz_nz_found *found)
{
	for (size_t r = p->from; r < p->to; r++) {
		found->n[r] = pz_group_size(&v->group, r);
		found->smooth[r] = p->smooth;
		found->rounds[r] = p->rounds;
	}
	found->n[v->rows] += p->n;
	found->smooth[v->rows] += p->smooth * (double)p->n / (double)v->s->n;
	if (p->rounds > found->rounds[v->rows])
		found->rounds[v->rows] = p->rounds;
	v->settled = v->settled && p->rounds <= PZ_NZ_ROUNDS;
}

static int solve_all(struct solver *v, const struct pz_counts *trained,
		     const struct pz_nz_options *o, struct pz_nz_found *found)
{
	double *work = calloc(v->rows + 2 * v->bins, sizeof *work);
	int rc = work ? 0 : pz_fail(PZ_ENOMEM, "no memory for %zu bins", v->bins);

	if (rc == 0 && (rc = group_rows(v)) == 0)
		rc = begin_solver(v, trained, o);
	for (size_t i = 0; i < v->parts && rc == 0; i++) {
		struct part *p = &v->part[i];

		p->rounds = settle_part(v, p, NULL, p->g, found->share, work, work + v->rows);
		note_part(v, p, found);
	}
	if (rc == 0) {
		make_shares(v, work, found->share, found->mean);
		found->settled = v->settled;
		rc = find_errors(v, o, found);
	}
	free(work);
	return rc;
}

static int make_found(struct pz_nz_found *found, size_t rows, size_t bins)
{
	*found = (struct pz_nz_found){ .rows = (int)rows, .bins = (int)bins };
	found->n = calloc(rows + 1, sizeof *found->n);
	found->share = calloc((rows + 1) * bins, sizeof *found->share);
	found->error = calloc((rows + 1) * bins, sizeof *found->error);
	found->mean = calloc(rows + 1, sizeof *found->mean);
	found->mean_error = calloc(rows + 1, sizeof *found->mean_error);
	found->smooth = calloc(rows + 1, sizeof *found->smooth);
	found->rounds = calloc(rows + 1, sizeof *found->rounds);
	if (found->n && found->share && found->error && found->mean && found->mean_error &&
	    found->smooth && found->rounds)
		return 0;
	return pz_fail(PZ_ENOMEM, "no memory for %zu rows of %zu bins", rows, bins);
}

static int check_run(const struct pz_nz *s, const struct pz_counts *trained,
		     const struct pz_nz_options *o)
{
	if (s->n == 0)
		return pz_fail(PZ_EDATA, "n(z): expected galaxies with p(z), found none");
	if (!(o->smooth >= 0 && o->smooth <= PZ_SMOOTH_MAX))
		return pz_fail(PZ_EARG, "smooth: expected 0 to %d bins, found %g", PZ_SMOOTH_MAX,
			       o->smooth);
	if (trained && (!pz_grid_equal(&trained->grid, &s->grid) ||
			pz_rows_count(&trained->rows) != pz_rows_count(&s->rows)))
		return pz_fail(PZ_EMISMATCH, "the trained n(z) has other bins or rows");
	if (trained && !(pz_counts_of(trained, -1) > 0))
		return pz_fail(PZ_EDATA, "the trained n(z): expected galaxies, found none");
	return 0;
}

int pz_nz_run(const struct pz_nz *s, const struct pz_counts *trained,
	      const struct pz_nz_options *options, struct pz_nz_found *found)
{
	struct solver v = { .s = s, .settled = true };
	int rc = check_run(s, trained, options);

	*found = (struct pz_nz_found){ 0 };
	if (rc < 0)
		return rc;
	v.rows = (size_t)pz_rows_count(&s->rows);
	v.bins = (size_t)pz_grid_total(&s->grid);
	if ((rc = make_found(found, v.rows, v.bins)) == 0)
		rc = solve_all(&v, trained, options, found);
	pz_group_release(&v.group);
	free(v.part);
	free(v.room);
	if (rc < 0)
		pz_nz_found_release(found);
	return rc;
}

void pz_nz_found_release(struct pz_nz_found *found)
{
	free(found->n);
	free(found->share);
	free(found->error);
	free(found->mean);
	free(found->mean_error);
	free(found->smooth);
	free(found->rounds);
	*found = (struct pz_nz_found){ 0 };
}
