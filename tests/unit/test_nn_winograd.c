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
	size_t n, xs, zs;       /* maps; floats from pixel to pixel      */
	float *x, *z, *dz, *dx; /* maps                                  */
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

/* The plain twin: all three results, from each pair of pixels that a weight joins. */
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
	pz_nn_winograd_make(&s.w, kernel, side, in, out, "plain");
	s.x = draw(&r, pixels(&s) * s.xs);
	s.dx = copy(s.x, pixels(&s) * s.xs);
	s.dz = draw(&r, pixels(&s) * s.zs);
	s.z = copy(s.dz, pixels(&s) * s.zs);
	s.weight = draw(&r, weights(&s));
	s.dweight = copy(s.weight, weights(&s));
	s.z_true = calloc(pixels(&s) * s.w.out, sizeof *s.z_true);
	s.dx_true = calloc(pixels(&s) * s.w.in, sizeof *s.dx_true);
	s.dweight_true = calloc(weights(&s), sizeof *s.dweight_true);
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
	pz_nn_winograd_make(&s->w, (int)s->w.kernel, (int)s->w.side, (int)s->w.in, (int)s->w.out,
			    cpu);
	s->u = malloc(s->w.weights * sizeof *s->u);
	s->ut = malloc(s->w.weights_back * sizeof *s->ut);
	s->du = calloc(s->w.weights, sizeof *s->du);
	s->scratch = malloc(s->w.scratch * sizeof *s->scratch);
	pz_nn_winograd_weights(&s->w, s->weight, s->u, s->ut);
	pz_nn_winograd_forward(&s->w, s->u, s->n, s->x, s->xs, s->z, s->zs, s->scratch);
	pz_nn_winograd_backward(&s->w, s->ut, s->n, s->x, s->xs, s->dz, s->zs, s->du, s->dx,
				s->scratch);
	pz_nn_winograd_gradient(&s->w, s->du, s->dweight);
	free(s->u);
	free(s->ut);
	free(s->du);
	free(s->scratch);
}

/* Rows of `count` values, `step` apart, against the truth added to `before`: root
 * mean square of the differences over that of the truth. */
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

	truth(&s);
	for (const struct nn_kernels *const *k = pz_nn_kernels_all(); *k; k++) {
		size_t count = pixels(&s);
		double z, dx, dweight;

		memcpy(s.dx, s.x, count * s.xs * sizeof *s.x);
		memcpy(s.dweight, s.weight, weights(&s) * sizeof *s.weight);
		run(&s, (*k)->name);
		z = error(s.z, NULL, s.zs, s.z_true, count, s.w.out);
		dx = error(s.dx, s.x, s.xs, s.dx_true, count, s.w.in);
		dweight = error(s.dweight, s.weight, 1, s.dweight_true, weights(&s), 1);
		if (z > 1e-5 || dx > 1e-5 || dweight > 1e-5)
			fail_msg("%s: kernel %d, side %d, %d to %d channels, %zu maps: "
				 "errors %g, %g, %g",
				 (*k)->name, kernel, side, in, out, n, z, dx, dweight);
		assert_gaps_kept(s.z, s.dz, s.zs, s.w.out, count);
		assert_gaps_kept(s.dx, s.x, s.xs, s.w.in, count);
	}
	sample_free(&s);
}

/* Sides on both sides of every tile's, channels of every vector's; a map of many
 * blocks; all in one pixel. */
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
	check(3, 65, 5, 20, 1, 0);
	check(5, 65, 5, 20, 1, 0);
	check(3, 16, 101, 130, 2, 3);
	check(5, 16, 130, 101, 2, 3);
	check(5, 1, 7, 9, 3, 0);
	check(3, 1, 9, 7, 3, 0);
}

static double dot(const float *a, const float *b, size_t count)
{
	double sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += (double)a[i] * (double)b[i];
	return sum;
}

/* z is linear in x and in the weights, and dx and dweight are its transposes:
 * <z, dz> = <x, dx> = <weight, dweight>. Sizes too large to be written out. */
static void ways_back_are_transposes(void **state)
{
	static const int shapes[][4] = { { 3, 65, 64, 92 },
					 { 5, 33, 101, 130 },
					 { 3, 31, 130, 16 } };

	(void)state;
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		const int *k = shapes[i];
		struct sample s = sample_make(k[0], k[1], k[2], k[3], 2, 0);
		size_t pixels_in = pixels(&s) * s.w.in, pixels_out = pixels(&s) * s.w.out;
		double size, z;

		memset(s.dx, 0, pixels_in * sizeof *s.dx);
		memset(s.dweight, 0, weights(&s) * sizeof *s.dweight);
		run(&s, pz_nn_kernels()->name);
		size = sqrt(dot(s.z, s.z, pixels_out) * dot(s.dz, s.dz, pixels_out));
		z = dot(s.z, s.dz, pixels_out);
		assert_true(size > 0);
		assert_true(fabs(dot(s.x, s.dx, pixels_in) - z) < 1e-7 * size);
		assert_true(fabs(dot(s.weight, s.dweight, weights(&s)) - z) < 1e-7 * size);
		sample_free(&s);
	}
}

/* Maps one by one, or all in one chunk: the same bits of z and dx. */
static void bits_do_not_depend_on_the_chunk(void **state)
{
	struct sample s = sample_make(5, 14, 20, 40, 7, 0);
	size_t in = s.w.side * s.w.side * s.w.in, out = s.w.side * s.w.side * s.w.out;
	float *z, *dx;

	(void)state;
	run(&s, pz_nn_kernels()->name);
	z = copy(s.z, s.n * out);
	dx = copy(s.dx, s.n * in);
	memcpy(s.dx, s.x, s.n * in * sizeof *s.x);
	for (size_t i = 0; i < 7; i++) {
		struct sample one = s;

		one.n = 1;
		one.x += i * in;
		one.dx += i * in;
		one.z += i * out;
		one.dz += i * out;
		run(&one, pz_nn_kernels()->name);
	}
	assert_memory_equal(z, s.z, s.n * out * sizeof *z);
	assert_memory_equal(dx, s.dx, s.n * in * sizeof *dx);
	free(z);
	free(dx);
	sample_free(&s);
}

/* Without dx the gradient of the weights is the same. */
static void image_gradient_may_be_left_out(void **state)
{
	struct sample s = sample_make(3, 9, 5, 16, 2, 0);
	float *dx = s.dx, *dweight = copy(s.dweight, weights(&s));

	(void)state;
	run(&s, pz_nn_kernels()->name);
	memcpy(dweight, s.dweight, weights(&s) * sizeof *dweight);
	memcpy(s.dweight, s.weight, weights(&s) * sizeof *dweight);
	s.dx = NULL;
	run(&s, pz_nn_kernels()->name);
	assert_memory_equal(dweight, s.dweight, weights(&s) * sizeof *dweight);
	s.dx = dx;
	free(dweight);
	sample_free(&s);
}

static void pays_where_it_was_measured_to(void **state)
{
	(void)state;
	assert_true(pz_nn_winograd_pays(3, 64, 5, 64));
	assert_true(pz_nn_winograd_pays(5, 8, 101, 156));
	assert_false(pz_nn_winograd_pays(3, 2, 64, 64));
	assert_false(pz_nn_winograd_pays(3, 32, 64, 1));
	assert_false(pz_nn_winograd_pays(1, 32, 64, 64));
	assert_false(pz_nn_winograd_pays(7, 32, 64, 64));
}

/* Of the point 0 the first row is the constant alone, of infinity the last the highest power; in
 * the others each number is one power, and those of -a have its signs. */
static void filters_are_powers_of_their_points(void **state)
{
	struct nn_winograd w;

	(void)state;
	for (int kernel = 3; kernel <= 5; kernel += 2) {
		pz_nn_winograd_make(&w, kernel, 16, 8, 8, "plain");
		assert_true(w.filter[0][0] != 0 && w.filter[w.reach - 1][kernel - 1] == 1);
		for (int i = 0; i < 5; i++) {
			assert_true(i == 0 || w.filter[0][i] == 0);
			assert_true(i == kernel - 1 || w.filter[w.reach - 1][i] == 0);
			for (size_t k = 1; k + 1 < w.reach; k += 2) {
				assert_true((w.filter[k][i] != 0) == (i < kernel));
				assert_true(w.filter[k + 1][i] ==
					    (i % 2 ? -w.filter[k][i] : w.filter[k][i]));
			}
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equals_sums_written_out),
		cmocka_unit_test(ways_back_are_transposes),
		cmocka_unit_test(bits_do_not_depend_on_the_chunk),
		cmocka_unit_test(image_gradient_may_be_left_out),
		cmocka_unit_test(filters_are_powers_of_their_points),
		cmocka_unit_test(pays_where_it_was_measured_to),
	};

	return cmocka_run_group_tests_name("nn_winograd", tests, NULL, NULL);
}
