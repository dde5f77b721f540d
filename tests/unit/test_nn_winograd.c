/* test_nn_winograd.c -- Winograd's convolutions against sums written out, for every
 * kind of CPU this machine has */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/random.h>

#include "../../lib/nn/kernels.h"
#include "../../lib/nn/winograd.h"

/* A convolution with its operands, and room for what the functions write. */
struct sample {
	struct nn_winograd w;
	size_t n, xs, zs;                /* maps; floats from pixel to pixel      */
	float *x, *z, *dz, *dx;          /* maps                                  */
	float *weight, *dweight;
	float *u, *ut, *du, *scratch;
	double *z_true, *dx_true, *dweight_true;
};

static size_t pixels(const struct sample *s)
{
	return s->n * s->w.side * s->w.side;
}

static size_t weights(const struct sample *s)
{
	return s->w.out * s->w.kernel * s->w.kernel * s->w.in;
}

static float *draw(struct pz_random *r, size_t count)
{
	float *a = malloc(count * sizeof *a);

	for (size_t i = 0; i < count; i++)
		a[i] = (float)pz_random_normal(r);
	return a;
}

static float *copy(const float *a, size_t count)
{
	float *b = malloc(count * sizeof *b);

	memcpy(b, a, count * sizeof *b);
	return b;
}

/* For each pair of pixels that a weight joins: all three results. */
static void truth(const struct sample *s)
{
	size_t side = s->w.side, k = s->w.kernel, in = s->w.in, out = s->w.out, pad = k / 2;

	for (size_t p = 0; p < pixels(s) * k * k; p++) {
		size_t tap = p % (k * k), pixel = p / (k * k), y = pixel / side % side;
		size_t from_y = y + tap / k, from_x = pixel % side + tap % k;
		size_t from;

		if (from_y < pad || from_y >= side + pad || from_x < pad || from_x >= side + pad)
			continue;
		from = (pixel / (side * side) * side + from_y - pad) * side + from_x - pad;
		for (size_t o = 0; o < out; o++) {
			size_t w = (o * k * k + tap) * in;
			double sum = 0, dz = (double)s->dz[pixel * s->zs + o];

			for (size_t c = 0; c < in; c++) {
				double x = (double)s->x[from * s->xs + c];

				sum += x * (double)s->weight[w + c];
				s->dx_true[from * in + c] += dz * (double)s->weight[w + c];
				s->dweight_true[w + c] += dz * x;
			}
			s->z_true[pixel * out + o] += sum;
		}
	}
}

static struct sample sample_make(int kernel, int side, int in, int out, size_t n, size_t gap)
{
	struct sample s = { .n = n, .xs = (size_t)in + gap, .zs = (size_t)out + gap / 2 };
	struct pz_random r;

	pz_random_init(&r, (uint64_t)(side * 1000 + in), (uint64_t)kernel);
	nn_winograd_make(&s.w, kernel, side, in, out, "plain");
	s.x = draw(&r, pixels(&s) * s.xs);
	s.dx = copy(s.x, pixels(&s) * s.xs);
	s.dz = draw(&r, pixels(&s) * s.zs);
	s.z = copy(s.dz, pixels(&s) * s.zs);
	s.weight = draw(&r, weights(&s));
	s.dweight = copy(s.weight, weights(&s));
	s.z_true = calloc(pixels(&s) * s.w.out, sizeof *s.z_true);
	s.dx_true = calloc(pixels(&s) * s.w.in, sizeof *s.dx_true);
	s.dweight_true = calloc(weights(&s), sizeof *s.dweight_true);
	truth(&s);
	return s;
}

static void sample_free(struct sample *s)
{
	free(s->x);
	free(s->z);
	free(s->dz);
	free(s->dx);
	free(s->weight);
	free(s->dweight);
	free(s->z_true);
	free(s->dx_true);
	free(s->dweight_true);
}

/* Everything once, by one kind of CPU. */
static void run(struct sample *s, const char *cpu)
{
	nn_winograd_make(&s->w, (int)s->w.kernel, (int)s->w.side, (int)s->w.in, (int)s->w.out,
			 cpu);
	s->u = malloc(s->w.weights * sizeof *s->u);
	s->ut = malloc(s->w.weights_back * sizeof *s->ut);
	s->du = calloc(s->w.weights, sizeof *s->du);
	s->scratch = malloc(s->w.scratch * sizeof *s->scratch);
	nn_winograd_weights(&s->w, s->weight, s->u, s->ut);
	nn_winograd_forward(&s->w, s->u, s->n, s->x, s->xs, s->z, s->zs, s->scratch);
	nn_winograd_backward(&s->w, s->ut, s->n, s->x, s->xs, s->dz, s->zs, s->du, s->dx,
			     s->scratch);
	nn_winograd_gradient(&s->w, s->du, s->dweight);
	free(s->u);
	free(s->ut);
	free(s->du);
	free(s->scratch);
}

/* Rows of `count` values, `step` apart, against the truth added to `before`: the
 * deviation of the differences, in deviations of the truth. */
static double error(const float *found, const float *before, size_t step, const double *expected,
		    size_t rows, size_t count)
{
	double sum = 0, square = 0;

	for (size_t r = 0; r < rows; r++)
		for (size_t c = 0; c < count; c++) {
			double old = before ? (double)before[r * step + c] : 0;
			double e = expected[r * count + c];
			double d = (double)found[r * step + c] - old - e;

			sum += d * d;
			square += e * e;
		}
	return sqrt(sum / square);
}

/* What lies between the channels belongs to others. */
static void assert_gaps_kept(const float *a, const float *before, size_t step, size_t count,
			     size_t rows)
{
	for (size_t r = 0; r < rows; r++)
		assert_memory_equal(a + r * step + count, before + r * step + count,
				    (step - count) * sizeof *a);
}

static void check(int kernel, int side, int in, int out, size_t n, size_t gap)
{
	struct sample s = sample_make(kernel, side, in, out, n, gap);

	for (const struct nn_kernels *const *k = nn_kernels_all(); *k; k++) {
		size_t count = pixels(&s);
		double z, dx, dweight;

		memcpy(s.dx, s.x, count * s.xs * sizeof *s.x);
		memcpy(s.dweight, s.weight, weights(&s) * sizeof *s.weight);
		run(&s, (*k)->name);
		z = error(s.z, NULL, s.zs, s.z_true, count, s.w.out);
		dx = error(s.dx, s.x, s.xs, s.dx_true, count, s.w.in);
		dweight = error(s.dweight, s.weight, 1, s.dweight_true, weights(&s), 1);
		if (z > 1e-5 || dx > 1e-5 || dweight > 1e-5)
			fail_msg("%s: kernel %d, side %d, %d to %d channels, %zu maps: errors %g, %g, %g",
				 (*k)->name, kernel, side, in, out, n, z, dx, dweight);
		if (getenv("SHOW"))
			print_message("%s: kernel %d, side %d, %d to %d channels, %zu maps: errors %g, %g, %g\n",
				 (*k)->name, kernel, side, in, out, n, z, dx, dweight);
		assert_gaps_kept(s.z, s.dz, s.zs, s.w.out, count);
		assert_gaps_kept(s.dx, s.x, s.xs, s.w.in, count);
	}
	sample_free(&s);
}

static void equals_sums_written_out(void **state)
{
	static const int sides[] = { 2, 3, 4, 5, 6, 7, 8, 9, 12, 13, 15, 17 };
	static const int channels[] = { 1, 2, 3, 5, 15, 16, 17, 31, 32, 33, 48, 92 };
	size_t sizes = sizeof sides / sizeof *sides;

	(void)state;
	for (size_t i = 0; i < sizes; i++)
		for (int kernel = 3; kernel <= 5; kernel += 2)
			check(kernel, sides[i], channels[i * 5 % sizes], channels[i * 7 % sizes],
			      1 + i * 4 % 9, i % 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_sums_written_out),
	};

	return cmocka_run_group_tests_name("nn_winograd", tests, NULL, NULL);
}
