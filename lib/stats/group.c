/* group.c -- a counting sort */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>

#include "group.h"

int pz_group_init(struct group *g, size_t n, const long *key, size_t count)
{
	size_t *next;

	*g = (struct group){ .count = count };
	g->first = calloc(count + 2, sizeof *g->first);
	g->galaxy = malloc((n + !n) * sizeof *g->galaxy);
	if (!g->first || !g->galaxy) {
		pz_group_release(g);
		return pz_fail(PZ_ENOMEM, "no memory to group %zu galaxies", n);
	}
	next = g->first + 1; /* while filling, next[k] moves from k's begin to its end */
	for (size_t i = 0; i < n; i++)
		if (key[i] >= 0)
			next[key[i] + 1]++;
	for (size_t k = 0; k < count; k++)
		next[k + 1] += next[k];
	for (size_t i = 0; i < n; i++)
		if (key[i] >= 0)
			g->galaxy[next[key[i]]++] = i;
	return 0;
}

void pz_group_release(struct group *g)
{
	free(g->first);
	free(g->galaxy);
	*g = (struct group){ 0 };
}

size_t pz_group_size(const struct group *g, size_t which)
{
	return g->first[which + 1] - g->first[which];
}

double pz_group_mean_mag(const struct group *g, size_t which, const struct pz_galaxies *of)
{
	double sum = 0, total = 0;

	for (size_t k = g->first[which]; k < g->first[which + 1]; k++) {
		size_t i = g->galaxy[k];
		double weight = pz_galaxies_weight(of, i);

		sum += weight * (of->mag[i] < 0 ? NAN : of->mag[i]);
		total += weight;
	}
	return sum / total;
}
