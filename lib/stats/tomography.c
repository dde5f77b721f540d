/* tomography.c -- sums of each bin, of all galaxies and of resamples */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/bootstrap.h>
#include <pz/error.h>
#include <pz/tomography.h>

#define STATS (sizeof(struct pz_tomography_numbers) / sizeof(double))

/* Of one bin; all weighted. */
struct sums {
	double all, z, zphot, outside;
	double stacked, true_z, true_square, mean, square; /* of those with a p(z)       */
};

#define SUMS (sizeof(struct sums) / sizeof(double))

static void add_galaxy(const struct pz_tomography *t, size_t i, struct sums *all)
{
	const struct pz_galaxies *g = t->galaxies;
	double w = pz_galaxies_weight(g, i), z = g->z[i];
	int b = t->bin[i];
	struct sums *s = &all[b < 0 ? 0 : b];

	if (b < 0)
		return;
	s->all += w;
	s->z += w * z;
	s->zphot += w * g->zphot[i];
	s->outside += w * !(z >= t->low[b] && z < t->high[b]);
	if (!t->pz_mean || isnan(t->pz_mean[i]))
		return;
	s->stacked += w;
	s->true_z += w * z;
	s->true_square += w * z * z;
	s->mean += w * t->pz_mean[i];
	s->square += w * t->pz_square[i];
}

static double deviation(double mean, double square)
{
	return sqrt(fmax(square - mean * mean, 0));
}

static void reduce_sums(const struct pz_tomography *t, const struct sums *s,
			struct pz_tomography_numbers *out)
{
	double own = s->true_z / s->stacked;

	out->mean_true = s->z / s->all;
	out->mean_zphot = s->zphot / s->all;
	out->bias_zphot = (out->mean_zphot - out->mean_true) /
			  pz_galaxies_scale(t->galaxies, out->mean_true);
	out->outside = s->outside / s->all;
	out->mean_pz = s->mean / s->stacked;
	out->bias_pz = (out->mean_pz - own) / pz_galaxies_scale(t->galaxies, own);
	out->width_ratio = deviation(out->mean_pz, s->square / s->stacked) /
			   deviation(own, s->true_square / s->stacked);
}

/* work: the sums of all bins. */
static void draw_bins(struct pz_random *r, const void *data, double *work, double *out)
{
	const struct pz_tomography *t = data;
	struct sums *s = (struct sums *)work;
	size_t n = t->galaxies->n;

	memset(s, 0, (size_t)t->bins * sizeof *s);
	for (size_t i = 0; i < n; i++)
		add_galaxy(t, (size_t)pz_random_below(r, n), s);
	for (int b = 0; b < t->bins; b++)
		reduce_sums(t, &s[b], (struct pz_tomography_numbers *)out + b);
}

static void count_galaxies(const struct pz_tomography *t, struct pz_tomography_bin *out)
{
	for (int b = 0; b < t->bins; b++)
		out[b].count = out[b].stacked = 0;
	for (size_t i = 0; i < t->galaxies->n; i++) {
		if (t->bin[i] < 0)
			continue;
		out[t->bin[i]].count++;
		out[t->bin[i]].stacked += t->pz_mean && !isnan(t->pz_mean[i]);
	}
}

int pz_tomography_measure(const struct pz_tomography *t, int draws, uint64_t seed,
			  struct pz_tomography_bin *out)
{
	size_t bins = (size_t)t->bins, n = t->galaxies->n;
	struct pz_bootstrap b = { .draws = n ? draws : 0,
				  .seed = seed,
				  .purpose = "measures",
				  .stats = STATS * bins,
				  .work = SUMS * bins,
				  .draw = draw_bins,
				  .data = t };
	struct sums *s = calloc(bins + 1, sizeof *s);
	struct pz_spread *spread = malloc((STATS * bins + 1) * sizeof *spread);
	int rc = pz_galaxies_check(t->galaxies);

	if (rc == 0 && (!s || !spread))
		rc = pz_fail(PZ_ENOMEM, "no memory for %d bins", t->bins);
	if (rc == 0)
		rc = pz_bootstrap_run(&b, spread);
	if (rc == 0) {
		count_galaxies(t, out);
		for (size_t i = 0; i < n; i++)
			add_galaxy(t, i, s);
	}
	for (size_t k = 0; k < bins && rc == 0; k++) {
		double *error = (double *)&out[k].error;

		reduce_sums(t, &s[k], &out[k].value);
		for (size_t i = 0; i < STATS; i++)
			error[i] = spread[STATS * k + i].error;
	}
	free(s);
	free(spread);
	return rc;
}
