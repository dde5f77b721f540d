/* whiten.c -- decorrelates the bands of each pixel before the first convolution
 *
 *      y = W x + b,   W (C,C), b (C),   so that y has mean 0 and covariance 1 over all pixels of
 *                                       the training sample
 *
 * The bands of a galaxy rise and fall together: its colours, which tell the redshift, are a small
 * part of what the pixels vary by, and a network finds them late. W is lower triangular: y of a
 * band is what the bands before it do not predict by linear regression, over its deviation. A
 * band that they predict completely, or that is constant, becomes 0.
 *
 * Source: LeCun et al. 1998, "Efficient BackProp", section 4.3, on inputs without correlation.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/train.h>

#include "plan.h"
#include "whiten.h"

#define SAMPLE    4096 /* stamps that are measured, at most                            */
#define LEAST     1e-6 /* share of a band's variance below which nothing is left of it */
#define AT_A_TIME 256  /* pixels                                                       */

/* Sums over the pixels of stamps: of each band, and of products of bands. */
struct moments {
	size_t bands, pixels; /* of a stamp                                  */
	double count, *sum;   /* pixels seen; (C)                            */
	double *product;      /* (C,C), of bands b <= a                      */
};

static void add_stamp(struct moments *m, const float *x)
{
	for (size_t a = 0; a < m->bands; a++) {
		const float *p = x + a * m->pixels;

		for (size_t i = 0; i < m->pixels; i++)
			m->sum[a] += (double)p[i];
		for (size_t b = 0; b <= a; b++) {
			const float *q = x + b * m->pixels;
			double sum = 0;

			for (size_t i = 0; i < m->pixels; i++)
				sum += (double)p[i] * (double)q[i];
			m->product[a * m->bands + b] += sum;
		}
	}
	m->count += (double)m->pixels;
}

/* Up to SAMPLE stamps, spread over all examples. */
static int measure_stamps(struct moments *m, const struct pz_examples *from)
{
	size_t n = from->count < SAMPLE ? from->count : SAMPLE;
	float *x = malloc(m->bands * m->pixels * sizeof *x);
	int rc = x ? 0 : pz_fail(PZ_ENOMEM, "no memory for a stamp");

	for (size_t i = 0; i < n && from->ask; i++)
		from->ask(from->context, i * from->count / n);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if ((rc = from->fetch(from->context, i * from->count / n, x)) == 0)
			add_stamp(m, x);
	free(x);
	return rc;
}

/* The sums of products become covariances, both halves of them; the sums means. */
static void find_covariance(struct moments *m)
{
	size_t n = m->bands;

	for (size_t a = 0; a < n; a++)
		m->sum[a] /= m->count;
	for (size_t a = 0; a < n; a++)
		for (size_t b = 0; b <= a; b++)
			m->product[b * n + a] = m->product[a * n + b] =
				m->product[a * n + b] / m->count - m->sum[a] * m->sum[b];
}

/* v C w */
static double covary(const struct moments *m, const double *v, const double *w)
{
	double sum = 0;

	for (size_t a = 0; a < m->bands; a++)
		for (size_t b = 0; b < m->bands; b++)
			sum += v[a] * m->product[a * m->bands + b] * w[b];
	return sum;
}

/* Rows of W, each without what the rows before it predict (Gram and Schmidt's method). */
static void find_rows(const struct moments *m, double *row)
{
	size_t n = m->bands;

	for (size_t a = 0; a < n; a++) {
		double *w = row + a * n, variance, all = m->product[a * n + a];

		memset(w, 0, n * sizeof *w);
		w[a] = 1;
		for (size_t b = 0; b < a; b++) {
			double known = covary(m, row + b * n, w);

			for (size_t c = 0; c <= b; c++)
				w[c] -= known * row[b * n + c];
		}
		variance = covary(m, w, w);
		for (size_t c = 0; c <= a; c++)
			w[c] = variance > LEAST * all ? w[c] / sqrt(variance) : 0;
	}
}

static void set_values(struct pz_net *net, const struct moments *m, const double *row)
{
	float *weight = net->values + net->plan.white_weight;
	float *bias = net->values + net->plan.white_bias;

	for (size_t a = 0; a < m->bands; a++) {
		double b = 0;

		for (size_t c = 0; c < m->bands; c++) {
			weight[a * m->bands + c] = (float)row[a * m->bands + c];
			b -= row[a * m->bands + c] * m->sum[c];
		}
		bias[a] = (float)b;
	}
}

int pz_train_whiten(struct pz_net *net, const struct pz_examples *train)
{
	size_t bands = (size_t)net->shape.bands, side = (size_t)net->shape.size;
	struct moments m = { .bands = bands, .pixels = side * side };
	double *row = NULL;
	int rc = 0;

	if (!net->plan.whiten)
		return 0;
	m.sum = calloc(bands, sizeof *m.sum);
	m.product = calloc(bands * bands, sizeof *m.product);
	row = malloc(bands * bands * sizeof *row);
	if (!m.sum || !m.product || !row)
		rc = pz_fail(PZ_ENOMEM, "no memory for the covariance of %zu bands", bands);
	if (rc == 0 && (rc = measure_stamps(&m, train)) == 0) {
		find_covariance(&m);
		find_rows(&m, row);
		set_values(net, &m, row);
	}
	free(m.sum);
	free(m.product);
	free(row);
	return rc;
}

/* One band of one stamp's pixels: y += weight x. */
static void add_band(size_t n, float weight, const float *restrict x, float *restrict y)
{
	for (size_t i = 0; i < n; i++)
		y[i] += weight * x[i];
}

void pz_nn_whiten(const struct pz_net *net, const float *x, float *map)
{
	const float *weight = net->values + net->plan.white_weight;
	const float *bias = net->values + net->plan.white_bias;
	size_t bands = (size_t)net->shape.bands;
	size_t plane = (size_t)net->shape.size * (size_t)net->shape.size;

	for (size_t at = 0; at < plane; at += AT_A_TIME) {
		size_t n = plane - at < AT_A_TIME ? plane - at : AT_A_TIME;

		for (size_t a = 0; a < bands; a++) {
			float y[AT_A_TIME];

			for (size_t i = 0; i < n; i++)
				y[i] = bias[a];
			for (size_t c = 0; c < bands; c++)
				if (weight[a * bands + c] != 0)
					add_band(n, weight[a * bands + c], x + c * plane + at, y);
			for (size_t i = 0; i < n; i++)
				map[(at + i) * bands + a] = y[i];
		}
	}
}
