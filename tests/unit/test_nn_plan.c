/* test_nn_plan.c -- what a network's text becomes: steps, stacks, maps and how many stamps go
 * together
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/nn.h>

#include "../../lib/nn/plan.h"

static struct pz_net *net_of(const char *text, int bands, int size)
{
	struct pz_net *net;

	if (pz_net_new(&net, text, &(struct pz_net_shape){ bands, size, 4, 0, 3 }) < 0)
		fail_msg("%s", pz_error_text());
	return net;
}

/* ---- chunks ---- */

static void chunk_is(size_t expected, const char *text, int bands, int size)
{
	struct pz_net *net = net_of(text, bands, size);

	if (net->plan.chunk != expected)
		fail_msg("%s: expected chunks of %zu stamps, found %zu", text, expected,
			 net->plan.chunk);
	pz_net_free(net);
}

/* As many stamps as give the smallest product 256 pixels: a power of 2, and 8 at most. */
static void small_maps_go_together(void **state)
{
	(void)state;
	chunk_is(1, "conv 3x3 4 relu\nmean", 2, 17);
	chunk_is(1, "conv 3x3 4 relu\nmean", 2, 16);
	chunk_is(1, "conv 3x3 4 relu\nmean", 2, 12);
	chunk_is(2, "conv 3x3 4 relu\nmean", 2, 11);
	chunk_is(4, "conv 3x3 4 relu\nmean", 2, 8);
	chunk_is(4, "conv 3x3 4 relu\nmean", 2, 6);
	chunk_is(8, "conv 3x3 4 relu\nmean", 2, 5);
	chunk_is(8, "conv 1x1 4 relu\nmean", 2, 1);
	/* the smallest of several, and of those alone that are products */
	chunk_is(4, "conv 3x3 4 relu\npool\nconv 3x3 4 relu\nmean", 2, 16);
	chunk_is(4, "conv 3x3 4 relu valid\nconv 3x3 4 relu\nmean", 2, 10);
	chunk_is(1, "conv 3x3 4 relu\npool\npool\npool\nmean", 2, 16);
	/* without any there is nothing that would be faster */
	chunk_is(1, "mean", 2, 4);
	chunk_is(1, "pool same\npool\nflatten", 2, 4);
	chunk_is(1, "features\ndense 3 relu", 0, 0);
}

/* As long as the largest product has no more than 1310720 numbers. */
static void large_products_go_apart(void **state)
{
	(void)state;
	/* 64 pixels: 327680, of which four fit exactly, and 331776, of which three do */
	chunk_is(4, "block b\npath\nconv 1x1 2560 relu\npath\nconv 1x1 2560 relu\nend\nmean", 1, 8);
	chunk_is(2, "block b\npath\nconv 1x1 2592 relu\npath\nconv 1x1 2592 relu\nend\nmean", 1, 8);
	/* 16 pixels of which eight would fit, but for the first product */
	chunk_is(1, "conv 1x1 4096 relu\npool\nconv 1x1 2 relu\npool\nconv 1x1 2 relu\nmean", 1,
		 16);
	/* larger than all */
	chunk_is(1,
		 "block b\npath\nconv 1x1 4096 relu\npath\nconv 1x1 4096 relu\npath\nconv 1x1 4096 "
		 "relu\nend\npool\npool\nmean",
		 1, 12);
}

/* ---- steps ---- */

static const struct nn_step *conv_is(const struct pz_net *net, size_t i, int kernel, int in,
				     int out, int side, int branches)
{
	const struct nn_step *s = &net->plan.step[i];

	assert_true(s->conv && !s->sum);
	assert_int_equal(s->c.kernel, kernel);
	assert_int_equal(s->c.in, in);
	assert_int_equal(s->c.out, out);
	assert_int_equal(s->c.side, side);
	assert_int_equal(s->c.branches, branches);
	assert_int_equal(s->in.channels, in);
	return s;
}

static void branch_is(const struct nn_step *s, int i, int first, int channels, enum nn_pool pool)
{
	assert_int_equal(s->c.branch[i].first, first);
	assert_int_equal(s->c.branch[i].channels, channels);
	assert_int_equal(s->c.branch[i].pool, pool);
	assert_int_equal(s->c.branch[i].out.channels, channels);
}

/* Channels [first, first + channels) of a map of so many. */
static void slice_is(const struct nn_map *m, size_t at, int side, int first, int channels,
		     int stride)
{
	assert_int_equal(m->at, at);
	assert_int_equal(m->side, side);
	assert_int_equal(m->first, first);
	assert_int_equal(m->channels, channels);
	assert_int_equal(m->stride, stride);
}

/* The 1x1 layers with which paths begin are one product; each path writes its slice of the block's
 * map. */
static void first_layers_of_paths_are_a_stack(void **state)
{
	struct pz_net *net = net_of("block a\n"
				    "path\nconv 1x1 3 prelu\nconv 5x5 4 prelu\n"
				    "path\nconv 1x1 5 tanh\npool same\n"
				    "path\nconv 3x3 6 tanh\n"
				    "path\npool same\nconv 1x1 2 none\n"
				    "path\nconv 1x1 7 none\nend\nflatten\n",
				    2, 6);
	const struct nn_plan *p = &net->plan;
	size_t wide = 36 * 2; /* behind the image */
	const struct nn_step *s;

	(void)state;
	assert_int_equal(p->steps, 5);
	slice_is(&p->image, 0, 6, 0, 2, 2);
	slice_is(&p->last, wide, 6, 0, 24, 24);
	s = conv_is(net, 0, 1, 2, 15, 6, 3);
	branch_is(s, 0, 0, 3, NN_KEEP);
	branch_is(s, 1, 3, 5, NN_SAME);
	branch_is(s, 2, 8, 7, NN_KEEP);
	slice_is(&s->c.branch[0].out, wide + (size_t)36 * 24, 6, 0, 3, 3);
	slice_is(&s->c.branch[1].out, wide, 6, 4, 5, 24);
	slice_is(&s->c.branch[2].out, wide, 6, 17, 7, 24);
	assert_true(s->image && s->add);
	s = conv_is(net, 1, 5, 3, 4, 6, 1);
	slice_is(&s->in, wide + (size_t)36 * 24, 6, 0, 3, 3);
	slice_is(&s->c.branch[0].out, wide, 6, 0, 4, 24);
	assert_true(!s->image && !s->add);
	s = conv_is(net, 2, 3, 2, 6, 6, 1);
	slice_is(&s->c.branch[0].out, wide, 6, 9, 6, 24);
	assert_true(s->image && s->add);
	s = &p->step[3];
	assert_true(!s->conv && !s->sum && s->pool == NN_SAME && s->image && !s->add);
	slice_is(&s->out, wide + (size_t)36 * 27, 6, 0, 2, 2);
	s = conv_is(net, 4, 1, 2, 2, 6, 1);
	slice_is(&s->c.branch[0].out, wide, 6, 15, 2, 24);
	assert_int_equal(p->pixels, 36 * 24);
	assert_int_equal(p->maps, 36 * (2 + 24 + 3 + 2));
	assert_int_equal(p->products, 36 * (15 + 4 + 6 + 2));
	assert_int_equal(p->product_max, 36 * 15);
	pz_net_free(net);
}

/* A pool behind a convolution is part of it, also where a path ends with it; one behind a pool is a
 * step. */
static void pools_go_along_with_convolutions(void **state)
{
	struct pz_net *net = net_of("conv 3x3 3 relu\npool\npool\n"
				    "block a\npath\nconv 1x1 4 relu\npool\nconv 3x3 5 relu\n"
				    "path\nconv 3x3 2 relu\npool\npath\npool\nend\n"
				    "conv 3x3 6 relu valid\nmean\n",
				    1, 24);
	const struct nn_plan *p = &net->plan;
	const struct nn_step *s;

	(void)state;
	assert_int_equal(p->steps, 7);
	branch_is(conv_is(net, 0, 3, 1, 3, 24, 1), 0, 0, 3, NN_HALF);
	assert_int_equal(p->step[0].c.branch[0].out.side, 12);
	assert_true(!p->step[1].conv && p->step[1].pool == NN_HALF);
	assert_int_equal(p->step[1].out.side, 6);
	s = conv_is(net, 2, 1, 3, 4, 6, 1);
	branch_is(s, 0, 0, 4, NN_HALF);
	assert_int_equal(s->c.branch[0].out.side, 3);
	branch_is(conv_is(net, 3, 3, 4, 5, 3, 1), 0, 0, 5, NN_KEEP);
	branch_is(conv_is(net, 4, 3, 3, 2, 6, 1), 0, 0, 2, NN_HALF);
	assert_true(!p->step[5].conv && p->step[5].pool == NN_HALF);
	assert_int_equal(p->step[5].out.first, 7);
	s = conv_is(net, 6, 3, 10, 6, 1, 1);
	assert_int_equal(s->c.pad, 0);
	assert_int_equal(p->step[4].c.pad, 1);
	assert_true(p->mean);
	assert_int_equal(p->pixels, 6);
	pz_net_free(net);
}

/* The first path that is not empty writes the sum, each other one is added to it. */
static void paths_that_add_have_a_step_each(void **state)
{
	struct pz_net *net = net_of("conv 1x1 4 relu\nadd b\npath\npath\nconv 3x3 4 tanh\n"
				    "path\npath\nconv 3x3 5 tanh\nconv 3x3 4 none\nend\nflatten\n",
				    2, 6);
	const struct nn_plan *p = &net->plan;
	const struct nn_map *sum = &p->last;

	(void)state;
	assert_int_equal(p->steps, 7);
	slice_is(&conv_is(net, 1, 3, 4, 4, 6, 1)->c.branch[0].out, sum->at, 6, 0, 4, 4);
	conv_is(net, 2, 3, 4, 5, 6, 1);
	conv_is(net, 3, 3, 5, 4, 6, 1);
	for (size_t i = 4; i < 7; i++) {
		assert_true(p->step[i].sum && !p->step[i].conv);
		slice_is(&p->step[i].out, sum->at, 6, 0, 4, 4);
	}
	assert_int_equal(p->step[4].in.at, p->step[1].in.at);
	assert_int_equal(p->step[5].in.at, p->step[1].in.at);
	assert_int_equal(p->step[6].in.at, p->step[3].c.branch[0].out.at);
	/* gradients of one map are added up, but for that which comes first on the way back */
	assert_true(p->step[1].add && p->step[2].add && p->step[4].add);
	assert_true(!p->step[0].add && !p->step[3].add && !p->step[5].add && !p->step[6].add);
	pz_net_free(net);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(small_maps_go_together),
		cmocka_unit_test(large_products_go_apart),
		cmocka_unit_test(first_layers_of_paths_are_a_stack),
		cmocka_unit_test(pools_go_along_with_convolutions),
		cmocka_unit_test(paths_that_add_have_a_step_each),
	};

	return cmocka_run_group_tests_name("plans", tests, NULL, NULL);
}
