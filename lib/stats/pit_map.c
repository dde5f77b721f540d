/* pit_map.c -- a cumulated histogram and the monotone cubic through it */
#include <math.h>
#include <stdlib.h>

#include <pz/error.h>

#include "pit_map.h"

int pz_pit_map_init(struct pit_map *m, int n)
{
	*m = (struct pit_map){ .n = n };
	m->value = calloc((size_t)n + 1, sizeof *m->value);
	m->slope = calloc((size_t)n + 1, sizeof *m->slope);
	if (m->value && m->slope)
		return 0;
	pz_pit_map_release(m);
	return pz_fail(PZ_ENOMEM, "no memory for a map of %d intervals", n);
}

void pz_pit_map_release(struct pit_map *m)
{
	free(m->value);
	free(m->slope);
	*m = (struct pit_map){ 0 };
}

void pz_pit_map_add(struct pit_map *m, double u, double weight)
{
	int k = (int)ceil(u * m->n); /* the first knot at or above u, but for rounding */

	k = k < 0 ? 0 : k > m->n ? m->n : k;
	if (k > 0 && u <= (double)(k - 1) / m->n)
		k--;
	else if (k < m->n && u > (double)k / m->n)
		k++;
	m->value[k] += weight;
	m->weight += weight;
}

/* The slope at an end whose interval rises by a, the next one by b. Not 0: p(z) beyond the last
 * knot would vanish with it. */
static double end_slope(double a, double b)
{
	return fmax((3 * a - b) / 2, a / 2);
}

void pz_pit_map_finish(struct pit_map *m, double shrink)
{
	double *v = m->value, sum = 0;
	int n = m->n;

	for (int k = 0; k <= n; k++) {
		sum += v[k];
		v[k] = (sum + shrink * k / n) / (m->weight + shrink);
	}
	v[0] = 0;
	v[n] = 1;
	for (int k = 1; k < n; k++) {
		double a = (v[k] - v[k - 1]) * n, b = (v[k + 1] - v[k]) * n;

		m->slope[k] = 2 * a * b / (a + b);
	}
	m->slope[0] = end_slope((v[1] - v[0]) * n, (v[2] - v[1]) * n);
	m->slope[n] = end_slope((v[n] - v[n - 1]) * n, (v[n - 1] - v[n - 2]) * n);
}

double pz_pit_map_value(const struct pit_map *m, double u)
{
	double at = fmin(fmax(u, 0), 1) * m->n, t, a, b, da, db;
	int k = (int)at < m->n ? (int)at : m->n - 1;

	t = at - k;
	a = m->value[k];
	b = m->value[k + 1];
	da = m->slope[k] / m->n;
	db = m->slope[k + 1] / m->n;
	return fmin(
		fmax(a + t * (da + t * (3 * (b - a) - 2 * da - db + t * (2 * (a - b) + da + db))),
		     0),
		1);
}
