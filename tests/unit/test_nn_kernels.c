/* test_nn_kernels.c -- fast kernels against their plain twins, adjoints */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cblas.h>
#include <cmocka.h>

#include <pz/cpu.h>
#include <pz/random.h>

#include "../../lib/nn/conv.h"
#include "../../lib/nn/gemm.h"
#include "../../lib/nn/kernels.h"
#include "../../lib/nn/pool.h"

static struct pz_random random_state;

static float *noise(size_t n)
{
	float *x = malloc((n + 1) * sizeof *x);

	assert_non_null(x);
	for (size_t i = 0; i < n; i++)
		x[i] = (float)pz_random_normal(&random_state);
	return x;
}

static float *copy(const float *x, size_t n)
{
	float *y = malloc((n + 1) * sizeof *y);

	assert_non_null(y);
	memcpy(y, x, n * sizeof *y);
	return y;
}

static int between(int low, int high)
{
	return low + (int)pz_random_below(&random_state, (uint64_t)(high - low + 1));
}

/* The largest difference, as a share of the largest value. */
static void near(const float *found, const float *expected, size_t n, float tolerance,
		 const char *what)
{
	float most = 1e-20f, off = 0;

	for (size_t i = 0; i < n; i++) {
		float d = fabsf(found[i] - expected[i]);

		most = fabsf(expected[i]) > most ? fabsf(expected[i]) : most;
		off = d > off || isnan(d) ? d : off;
	}
	if (!(off <= tolerance * most))
		fail_msg("%s: off by %g of %g", what, (double)off, (double)most);
}

static double dot(const float *x, const float *y, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)x[i] * (double)y[i];
	return sum;
}

/* ---- activations ---- */

struct act_case {
	struct nn_act_args a;
	size_t nz, ny;
};

static struct act_case act_case(void)
{
	struct act_case c = { .a = { .act = (enum nn_act)between(0, 3),
				     .pool = (enum nn_pool)between(0, 2),
				     .n = (size_t)between(1, 3),
				     .side = (size_t)between(1, 9),
				     .channels = (size_t)between(1, 40) } };
	size_t pooled;

	c.a.side += c.a.pool == NN_HALF && c.a.side % 2;
	pooled = c.a.pool == NN_HALF ? c.a.side / 2 : c.a.side;
	c.a.zs = c.a.channels + (size_t)between(0, 20);
	c.a.ys = c.a.channels + (size_t)between(0, 20);
	c.nz = c.a.n * c.a.side * c.a.side * c.a.zs;
	c.ny = c.a.n * pooled * pooled * c.a.ys;
	return c;
}

/* One level against plain, forward and back, on the same random data; what lies
 * between the columns must stay untouched. */
static void act_compare(const struct nn_kernels *k)
{
	struct act_case c = act_case(), p;
	size_t n = c.a.channels;
	float *z = noise(c.nz), *y = noise(c.ny), *bias = noise(n), *slope = noise(n);
	float *sums = noise(2 * n), *z2 = copy(z, c.nz), *y2 = copy(y, c.ny);
	float *sums2 = copy(sums, 2 * n);

	c.a.bias = bias;
	c.a.slope = slope;
	p = c;
	c.a.z = z, c.a.y = y, c.a.dbias = sums, c.a.dslope = sums + n;
	p.a.z = z2, p.a.y = y2, p.a.dbias = sums2, p.a.dslope = sums2 + n;
	k->act_forward(&c.a);
	pz_nn_kernels_plain.act_forward(&p.a);
	near(y, y2, c.ny, 1e-6f, "activation");
	k->act_backward(&c.a);
	pz_nn_kernels_plain.act_backward(&p.a);
	near(z, z2, c.nz, 2e-6f, "activation's gradient");
	near(sums, sums2, 2 * n, 1e-5f, "bias and slope");
	free(z), free(y), free(bias), free(slope), free(sums), free(z2), free(y2), free(sums2);
}

/* The same of a normalised product: forward, the sums, its gradient. mean, inverse, scale, means of
 * du and du x follow each other in `of`. */
static void norm_compare(const struct nn_kernels *k)
{
	struct act_case c = act_case(), p;
	size_t n = c.a.channels;
	float *z = noise(c.nz), *y = noise(c.ny), *bias = noise(2 * n), *of = noise(5 * n);
	float *sums = noise(3 * n), *z2 = copy(z, c.nz), *y2 = copy(y, c.ny);
	float *sums2 = copy(sums, 3 * n), *kept = copy(z, c.nz);

	c.a.bias = bias, c.a.slope = bias + n;
	c.a.mean = of, c.a.inverse = of + n, c.a.scale = of + 2 * n;
	p = c;
	c.a.z = z, c.a.y = y, c.a.dbias = sums, c.a.dslope = sums + n, c.a.dscale = sums + 2 * n;
	p.a.z = z2, p.a.y = y2, p.a.dbias = sums2, p.a.dslope = sums2 + n;
	p.a.dscale = sums2 + 2 * n;
	k->act_forward(&c.a);
	pz_nn_kernels_plain.act_forward(&p.a);
	near(y, y2, c.ny, 1e-6f, "normalised activation");
	k->act_backward(&c.a);
	pz_nn_kernels_plain.act_backward(&p.a);
	near(sums, sums2, 3 * n, 2e-5f, "bias, slope and scale");
	assert_memory_equal(z, kept, c.nz * sizeof *z);
	c.a.mean_du = p.a.mean_du = of + 3 * n;
	c.a.mean_dux = p.a.mean_dux = of + 4 * n;
	k->act_backward(&c.a);
	pz_nn_kernels_plain.act_backward(&p.a);
	near(z, z2, c.nz, 1e-5f, "normalised product's gradient");
	free(z), free(y), free(bias), free(of), free(sums), free(z2), free(y2), free(sums2);
	free(kept);
}

static void moments_compare(const struct nn_kernels *k)
{
	size_t rows = (size_t)between(1, 50), n = (size_t)between(1, 40);
	size_t stride = n + (size_t)between(0, 9);
	float *x = noise(rows * stride);
	double sum[40], squares[40];

	k->moments(rows, stride, n, x, sum, squares);
	for (size_t c = 0; c < n; c++) {
		double s = 0, q = 0;

		for (size_t i = 0; i < rows; i++) {
			s += (double)x[i * stride + c];
			q += (double)x[i * stride + c] * (double)x[i * stride + c];
		}
		assert_true(fabs(sum[c] - s) < 1e-12 * (double)rows);
		assert_true(fabs(squares[c] - q) < 1e-12 * q);
	}
	free(x);
}

static void rows_compare(const struct nn_kernels *k)
{
	size_t n = (size_t)between(1, 200);
	float *x = noise(n), *e = noise(n), *e2 = copy(e, n), *m = noise(n), *m2 = copy(m, n);
	float *v = noise(n), *v2, *w = noise(n), *w2 = copy(w, n);
	float top = k->largest(n, x);

	for (size_t i = 0; i < n; i++)
		v[i] = fabsf(v[i]);
	v2 = copy(v, n);
	assert_float_equal(top, pz_nn_kernels_plain.largest(n, x), 0);
	k->mix(n, x, 0.7f, e);
	pz_nn_kernels_plain.mix(n, x, 0.7f, e2);
	near(e, e2, n, 2e-6f, "mixed softmax");
	k->exps(n, x, top, e);
	pz_nn_kernels_plain.exps(n, x, top, e2);
	near(e, e2, n, 1e-6f, "exponentials");
	k->adam(&(struct nn_adam_args){ n, w, m, v, x, 0.01f });
	pz_nn_kernels_plain.adam(&(struct nn_adam_args){ n, w2, m2, v2, x, 0.01f });
	near(w, w2, n, 2e-6f, "adam");
	free(x), free(e), free(e2), free(m), free(m2), free(v), free(v2), free(w), free(w2);
}

static void pools_compare(const struct nn_kernels *k)
{
	size_t n = (size_t)between(1, 70), stride = n + (size_t)between(0, 5);
	size_t rows = (size_t)between(1, 40);
	float *x = noise(rows * stride), *y = noise(n), *y2 = copy(y, n);

	k->add(n, 0.3f, x, y);
	pz_nn_kernels_plain.add(n, 0.3f, x, y2);
	near(y, y2, n, 1e-6f, "sum of two");
	k->sum_rows(rows, stride, n, x, y);
	for (size_t c = 0; c < n; c++) {
		double sum = 0;

		for (size_t i = 0; i < rows; i++)
			sum += (double)x[i * stride + c];
		y2[c] = (float)sum;
	}
	near(y, y2, n, 1e-5f, "sum of rows");
	free(x), free(y), free(y2);
}

static void levels_agree_with_plain(void **state)
{
	const struct nn_kernels *const *sets = pz_nn_kernels_all();

	(void)state;
	pz_random_init(&random_state, 1, 1);
	for (size_t s = 0; sets[s]; s++) {
		for (int i = 0; i < 300; i++) {
			act_compare(sets[s]);
			norm_compare(sets[s]);
			moments_compare(sets[s]);
			rows_compare(sets[s]);
			pools_compare(sets[s]);
		}
	}
}

static void plain_functions_are_those_of_libm(void **state)
{
	float one = 1, zero = 0;

	(void)state;
	for (float x = -12; x < 12; x += 0.0137f) {
		float z = x, y = 0, e = x - 12;
		struct nn_act_args a = { .act = NN_TANH,
					 .n = 1,
					 .side = 1,
					 .channels = 1,
					 .z = &z,
					 .zs = 1,
					 .y = &y,
					 .ys = 1,
					 .bias = &zero,
					 .slope = &one };

		pz_nn_kernels_plain.act_forward(&a);
		assert_float_equal(y, tanhf(x), 5e-7f);
		pz_nn_kernels_plain.exps(1, &e, 0, &e);
		assert_float_equal(e, expf(x - 12), 3e-7f * expf(x - 12) + 1e-37f);
	}
}

/* ---- convolutions ---- */

/* n maps: input channels within wider maps, whole products. */
struct conv_case {
	struct nn_step s;
	size_t n, nx, nz, nw;
};

static struct conv_case conv_case(int kernel, int side, int in, int out, bool valid)
{
	struct conv_case c = { .n = (size_t)between(1, side > 16 ? 2 : 9) };
	size_t pixels;

	c.s.conv = true;
	c.s.in = (struct nn_map){ 0, side, in, in + between(0, 5), 0 };
	c.s.c = (struct nn_conv){ .kernel = kernel,
				  .pad = valid ? 0 : kernel / 2,
				  .in = in,
				  .out = out,
				  .side = valid ? side - kernel + 1 : side };
	pz_nn_conv_method(&c.s.c);
	c.s.add = between(0, 1);
	pixels = (size_t)(c.s.c.side * c.s.c.side);
	c.nx = c.n * (size_t)(side * side * c.s.in.stride);
	c.nz = c.n * pixels * (size_t)out;
	c.nw = (size_t)(out * kernel * kernel * in);
	return c;
}

static void conv_compare(const struct conv_case *c)
{
	float *x = noise(c->nx), *w = noise(c->nw), *z = noise(c->nz), *z2 = copy(z, c->nz);
	float *dw = noise(c->nw), *dw2 = copy(dw, c->nw), *dx = noise(c->nx);
	float *dx2 = copy(dx, c->nx), *scratch = noise(pz_nn_conv_scratch(&c->s));
	float *planes = noise(pz_nn_conv_planes(&c->s.c));
	float *lane = calloc(pz_nn_conv_lane(&c->s.c), sizeof *lane);

	assert_non_null(lane);
	pz_nn_conv_begin(&c->s.c, w, planes, true);
	pz_nn_conv_forward(&c->s, planes, c->n, x, z, scratch);
	pz_nn_conv_forward_plain(&c->s, w, c->n, x, z2);
	near(z, z2, c->nz, 3e-5f, "convolution");
	pz_nn_conv_backward(&c->s, planes, c->n, x, z2, lane, dx, scratch);
	pz_nn_conv_end(&c->s.c, lane, dw);
	memset(dw2, 0, c->nw * sizeof *dw2);
	pz_nn_conv_backward_plain(&c->s, w, c->n, x, z2, dw2, dx2);
	near(dw, dw2, c->nw, 3e-5f, "weights' gradient");
	near(dx, dx2, c->nx, 3e-5f, "data gradient");
	free(x), free(w), free(z), free(z2), free(dw), free(dw2), free(dx), free(dx2);
	free(scratch), free(planes), free(lane);
}

static void convolutions_agree_with_plain(void **state)
{
	(void)state;
	pz_random_init(&random_state, 1, 2);
	for (int i = 0; i < 150; i++) {
		int kernel = 1 + 2 * between(0, 3), valid = between(0, 1);
		int side = between(valid ? kernel : 1, 14);
		struct conv_case c = conv_case(kernel, side, between(1, 20), between(1, 20), valid);

		conv_compare(&c);
	}
}

/* Shapes that take the fast ways: many channels, sides from 2 to 65. */
static void wide_convolutions_agree_with_plain(void **state)
{
	static const int shapes[][4] = {
		/* kernel, side, in, out */
		{ 3, 16, 64, 64 },  { 5, 8, 48, 64 },  { 3, 7, 33, 130 }, { 5, 9, 101, 31 },
		{ 3, 2, 64, 64 },   { 5, 3, 64, 32 },  { 3, 65, 16, 16 }, { 5, 33, 16, 20 },
		{ 3, 32, 5, 64 },   { 3, 16, 16, 32 }, { 3, 8, 32, 64 },  { 3, 4, 64, 64 },
		{ 3, 12, 130, 70 },
	};

	(void)state;
	pz_random_init(&random_state, 1, 3);
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		const int *s = shapes[i];

		for (int valid = 0; valid < 2; valid++) {
			struct conv_case c;

			if (valid && s[1] < s[0])
				continue;
			c = conv_case(s[0], s[1], s[2], s[3], valid);
			conv_compare(&c);
		}
	}
}

/* <A x, y> = <x, A^T y> for data and, as z is linear in them, for weights. */
static void gradients_are_adjoints(void **state)
{
	(void)state;
	pz_random_init(&random_state, 1, 4);
	for (int i = 0; i < 20; i++) {
		int kernel = 1 + 2 * between(0, 2);
		struct conv_case c = conv_case(kernel, between(5, 20), between(1, 70),
					       between(1, 70), between(0, 1));
		float *x, *w, *y, *z, *dw, *dx, *scratch, *planes, *lane;
		double forth;

		c.s.add = false;
		c.s.in.stride = c.s.in.channels;
		c.nx = c.n * (size_t)(c.s.in.side * c.s.in.side * c.s.in.channels);
		x = noise(c.nx), w = noise(c.nw), y = noise(c.nz), z = noise(c.nz);
		dw = noise(c.nw), dx = noise(c.nx);
		planes = noise(pz_nn_conv_planes(&c.s.c));
		lane = calloc(pz_nn_conv_lane(&c.s.c), sizeof *lane);
		scratch = noise(pz_nn_conv_scratch(&c.s));
		pz_nn_conv_begin(&c.s.c, w, planes, true);
		pz_nn_conv_forward(&c.s, planes, c.n, x, z, scratch);
		pz_nn_conv_backward(&c.s, planes, c.n, x, y, lane, dx, scratch);
		pz_nn_conv_end(&c.s.c, lane, dw);
		forth = dot(z, y, c.nz);
		assert_true(fabs(forth - dot(x, dx, c.nx)) <
			    1e-4 * sqrt(dot(z, z, c.nz) * dot(y, y, c.nz)));
		assert_true(fabs(forth - dot(w, dw, c.nw)) <
			    1e-4 * sqrt(dot(z, z, c.nz) * dot(y, y, c.nz)));
		free(x), free(w), free(y), free(z), free(dw), free(dx), free(scratch);
		free(planes), free(lane);
	}
}

static void pools_are_adjoint_to_their_way_back(void **state)
{
	(void)state;
	pz_random_init(&random_state, 1, 5);
	for (int i = 0; i < 40; i++) {
		struct nn_step s = { .pool = i % 2 ? NN_HALF : NN_SAME };
		int side = 2 * between(1, 6), out = i % 2 ? side / 2 : side;
		size_t nx, ny;
		float *x, *y, *dx, *dy;

		s.in = (struct nn_map){ 0, side, 5, 5, 0 };
		s.out = (struct nn_map){ 0, out, 5, 5, 0 };
		nx = (size_t)(2 * side * side * 5), ny = (size_t)(2 * out * out * 5);
		x = noise(nx), y = noise(ny), dx = noise(nx), dy = noise(ny);
		pz_nn_pool_forward(&s, 2, x, y);
		pz_nn_pool_backward(&s, 2, dy, dx);
		assert_true(fabs(dot(y, dy, ny) - dot(x, dx, nx)) < 1e-4);
		free(x), free(y), free(dx), free(dy);
	}
}

/* A matrix of its own: rows or columns that lie side by side, some floats between. */
static struct nn_matrix matrix(const float *at, size_t rows, size_t columns, size_t gap,
			       bool turned)
{
	return turned ? NN_COLUMNS(at, rows + gap) : NN_ROWS(at, columns + gap);
}

static void product_agrees(const struct nn_gemm_set *set, size_t m, size_t n, size_t k,
			   unsigned way)
{
	size_t gap = way & 8 ? 0 : (size_t)between(0, 5), ldc = n + gap;
	float *a = noise((m + gap) * (k + gap)), *b = noise((k + gap) * (n + gap));
	float *c = noise(m * ldc), *c2 = copy(c, m * ldc), *scratch = noise(NN_GEMM_SCRATCH);
	struct nn_matrix left = matrix(a, m, k, gap, way & 1);
	struct nn_matrix right = matrix(b, k, n, gap, way & 2);

	pz_nn_gemm_by(set, m, n, k, left, right, way & 4, c, ldc, scratch);
	pz_nn_gemm_plain(m, n, k, left, right, way & 4, c2, ldc);
	near(c, c2, m * ldc, 1e-5f, set->name);
	free(a), free(b), free(c), free(c2), free(scratch);
}

/* Sizes of which most are no multiples of anything, some larger than a piece. */
static void products_agree_with_plain(void **state)
{
	static const size_t large[][3] = {
		{ 253, 33, 300 }, { 13, 530, 20 }, { 3, 2, 9000 }, { 500, 70, 5 }, { 26, 513, 600 }
	};

	(void)state;
	pz_random_init(&random_state, 1, 6);
	for (const struct nn_kernels *const *k = pz_nn_kernels_all(); *k; k++) {
		for (unsigned i = 0; i < 120; i++)
			product_agrees((*k)->gemm, (size_t)between(1, 40), (size_t)between(1, 70),
				       (size_t)between(1, 40), i);
		/* Rows as far apart as the first cache does not like. */
		for (unsigned way = 8; way < 16; way++)
			product_agrees((*k)->gemm, 29, 70, 1024, way);
		for (unsigned i = 0; i < 8 * sizeof large / sizeof *large; i++)
			product_agrees((*k)->gemm, large[i / 8][0], large[i / 8][1],
				       large[i / 8][2], i);
	}
}

/* What a row of the result is does not depend on the rows beside it. */
static void rows_are_products_of_their_own(void **state)
{
	const struct nn_gemm_set *set = pz_nn_kernels()->gemm;
	size_t m = 29, n = 37, k = 700;
	float *a = noise(m * k), *b = noise(k * n), *scratch = noise(NN_GEMM_SCRATCH);
	float *c = noise(m * n), *row = noise(n);

	(void)state;
	if (set == &pz_nn_gemm_blas)
		skip();
	pz_nn_gemm(m, n, k, NN_ROWS(a, k), NN_COLUMNS(b, k), false, c, n, scratch);
	for (size_t i = 0; i < m; i++) {
		pz_nn_gemm(1, n, k, NN_ROWS(a + i * k, k), NN_COLUMNS(b, k), false, row, n,
			   scratch);
		assert_memory_equal(row, c + i * n, n * sizeof *row);
	}
	free(a), free(b), free(c), free(row), free(scratch);
}

/* All that the machine can run, the best first: other tests go through this list. */
static void the_list_of_kernels_is_whole(void **state)
{
	const struct nn_kernels *const *k = pz_nn_kernels_all();
	int n = 0;

	(void)state;
	while (k[n])
		n++;
	assert_int_equal(n, (int)pz_cpu_best() - PZ_CPU_PLAIN + 1);
	assert_ptr_equal(k[n - 1], &pz_nn_kernels_plain);
	for (int i = 1; i < n; i++)
		assert_ptr_not_equal(k[i], k[i - 1]);
}

/* Threads of our own share the work: a product that starts more would fight them. */
static void products_of_blas_have_one_thread(void **state)
{
	(void)state;
	pz_nn_kernels();
	assert_int_equal(openblas_get_num_threads(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_agree_with_plain),
		cmocka_unit_test(plain_functions_are_those_of_libm),
		cmocka_unit_test(convolutions_agree_with_plain),
		cmocka_unit_test(wide_convolutions_agree_with_plain),
		cmocka_unit_test(gradients_are_adjoints),
		cmocka_unit_test(pools_are_adjoint_to_their_way_back),
		cmocka_unit_test(products_agree_with_plain),
		cmocka_unit_test(rows_are_products_of_their_own),
		cmocka_unit_test(the_list_of_kernels_is_whole),
		cmocka_unit_test(products_of_blas_have_one_thread),
	};

	return cmocka_run_group_tests_name("network kernels", tests, NULL, NULL);
}
