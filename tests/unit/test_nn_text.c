/* test_nn_text.c -- the network's text, shapes, tensors and counts */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/nn.h>
#include <pz/random.h>

static const struct pz_net_shape sdss = { 5, 64, 180, 6 };

static struct pz_net *net_new(const char *text, const struct pz_net_shape *shape)
{
	struct pz_net *net;

	if (pz_net_new(&net, text, shape) < 0)
		fail_msg("%s", pz_error_text());
	return net;
}

static size_t macs(const struct pz_net *net)
{
	size_t sum = 0;

	for (size_t i = 0; i < pz_net_layers(net); i++)
		sum += pz_net_layer(net, i)->macs;
	return sum;
}

static void counts_are_those_of_the_tables(void **state)
{
	static const struct {
		const char *name;
		size_t parameters, macs;
	} table[] = {
		{ "P", 26755622, 758793216 }, { "T", 7603774, 2968418048 },
		{ "S1", 364798, 12156672 },   { "S2", 401790, 49905408 },
		{ "S3", 438782, 59342592 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct pz_net *net = net_new(table[i].name, &sdss);

		assert_int_equal(pz_net_count(net), table[i].parameters);
		assert_int_equal(macs(net), table[i].macs);
		pz_net_free(net);
	}
}

static void layers_are_those_of_the_table(void **state)
{
	struct pz_net *net = net_new("P", &sdss);
	bool found = false;

	(void)state;
	for (size_t i = 0; i < pz_net_layers(net); i++) {
		const struct pz_layer *l = pz_net_layer(net, i);

		if (strcmp(l->name, "inc1.c5"))
			continue;
		found = true;
		assert_int_equal(l->kernel, 5);
		assert_int_equal(l->in, 64);
		assert_int_equal(l->out, 92);
		assert_int_equal(l->side, 32);
		assert_int_equal(l->parameters, 147384);
		assert_int_equal(l->macs, 150732800);
	}
	assert_true(found);
	assert_null(pz_net_layer(net, pz_net_layers(net)));
	pz_net_free(net);
}

static void canonical_text_parses_to_itself(void **state)
{
	static const char *const names[] = { "P", "T", "S1", "S2", "S3" };

	(void)state;
	for (size_t i = 0; i < 5; i++) {
		struct pz_net *a = net_new(names[i], &sdss), *b = net_new(pz_net_text(a), &sdss);

		assert_string_equal(pz_net_text(a), pz_net_text(b));
		assert_int_equal(pz_net_block(a), pz_net_block(b));
		pz_net_free(a);
		pz_net_free(b);
	}
}

static void names_are_given_where_missing(void **state)
{
	struct pz_net_shape shape = { 3, 20, 10, 0 };
	struct pz_net *net = net_new("# a comment\n\n  conv 3x3 4 prelu # another\npool\n"
				     "block b\npath\nconv 1x1 2 relu\npath\nconv 3x3 3 tanh\n"
				     "pool same\nend\nmean\ndense 7 none",
				     &shape);

	(void)state;
	assert_string_equal(pz_net_text(net),
			    "conv conv0 3x3 4 prelu\npool\nblock b\n  path\n"
			    "    conv conv0 1x1 2 relu\n  path\n    conv conv1 3x3 3 tanh\n"
			    "    pool same\nend\nmean\ndense fc0 7 none\n");
	assert_non_null(pz_net_find(net, "b.conv1.bias"));
	assert_null(pz_net_find(net, "b.conv1.slope"));
	assert_non_null(pz_net_find(net, "conv0.slope"));
	assert_int_equal(pz_net_hidden(net), 7);
	assert_int_equal(pz_net_outputs(net), 10);
	pz_net_free(net);
}

static void faults_name_line_and_reason(void **state)
{
	static const char *const bad[][2] = {
		{ "", "line 0" },
		{ "conv 3x3 4 prelu\n", "line 1" },
		{ "mean\nconv 3x3 4 prelu", "line 2" },
		{ "conv 4x4 4 relu\nmean", "kernel such as 3x3" },
		{ "conv 3x5 4 relu\nmean", "kernel such as 3x3" },
		{ "conv 17x17 4 relu\nmean", "kernel such as 3x3" },
		{ "conv 3x3 0 relu\nmean", "channels" },
		{ "conv 3x3 99999999999999999999 relu\nmean", "channels" },
		{ "conv 3x3 4 sigmoid\nmean", "prelu, relu, tanh or none" },
		{ "conv 3x3 4 relu same\nmean", "end of the line" },
		{ "conv 3x3\nmean", "conv [NAME]" },
		{ "dense 3 relu\nmean", "behind mean, flatten or features" },
		{ "mean\nebv\nebv", "ebv comes once" },
		{ "conv a 3x3 4 relu\nconv a 3x3 4 relu\nmean",
		  "line 2: expected a name not used" },
		{ "conv a-b 3x3 4 relu\nmean", "a name of at most 15" },
		{ "conv gate 3x3 4 relu\nmean", "a name other than head..., gate and whiten" },
		{ "block b\nconv 3x3 4 relu\nend\nmean", "'path' first" },
		{ "block b\npath\nend\nmean", "not empty" },
		{ "block b\npath\nconv 1x1 4 relu\nblock c", "not inside a block" },
		{ "block b\npath\nconv 1x1 4 relu\nmean", "mean or flatten comes once" },
		{ "block b\npath\nconv 1x1 4 relu\npath\npool\nend\nmean", "different sides" },
		{ "add b\nconv 3x3 4 relu\nend\nmean", "'path' first" },
		{ "add b\nend\nmean", "end closes a block" },
		{ "add b\npath\npath\nend\nmean", "line 2: all paths that are added are empty" },
		{ "add b\npath\nconv 1x1 4 relu\npath\nend\nmean", "different sides or channels" },
		{ "add b\npath\npool\npath\nend\nmean", "different sides or channels" },
		{ "add\npath\npool\nend\nmean", "a name behind this word" },
		{ "add b\npath\npool\nend\nblock c\npath\nend\nmean", "not empty" },
		{ "pool\npool\npool\nmean", "line 3: a pool of stride 2 needs an even side" },
		{ "conv 13x13 4 relu valid\nconv 3x3 4 relu valid\nmean", "kernel is larger" },
		{ "pool pool pool\nmean", "end of the line" },
		{ "whatever\nmean", "found 'whatever'" },
		{ "conv 3x3 4 relu\nwhiten\nmean", "line 2: whiten stands first" },
		{ "whiten\nwhiten\nmean", "line 2: whiten stands first" },
		{ "whiten\nfeatures\ndense 4 relu", "line 2: features come once" },
		{ "conv whiten 1x1 4 relu\nmean", "a name other than head..., gate and whiten" },
		{ "ebv\ndense 4 relu", "line 1: a network without mean or flatten needs features" },
		{ "features\nebv", "line 2: ebv comes once" },
		{ "features\nconv 3x3 4 relu\nmean", "convolutions and pools come before" },
		{ "mean\nfeatures\nfeatures", "line 3: features come once" },
	};
	struct pz_net_shape shape = { 2, 12, 10, 0 };
	struct pz_net *net;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(pz_net_new(&net, bad[i][0], &shape), PZ_EARG);
		assert_null(net);
		if (!strstr(pz_error_text(), bad[i][1]))
			fail_msg("'%s': %s", bad[i][0], pz_error_text());
	}
}

/* Texts of random words: most are refused, none crashes, those that are taken
 * come back the same. */
static void random_texts_are_taken_or_refused(void **state)
{
	static const char *const words[] = { "conv",
					     "3x3",
					     "1x1",
					     "5x5",
					     "4",
					     "7",
					     "prelu",
					     "tanh",
					     "\n",
					     "\n",
					     "\n",
					     "pool",
					     "same",
					     "block",
					     "b",
					     "path",
					     "end",
					     "mean",
					     "flatten",
					     "ebv",
					     "dense",
					     "valid",
					     "conv 3x3 4 relu\n",
					     "mean\n",
					     "dense 5 relu\n",
					     "add",
					     "add b\npath\npool same\npath\nend\n",
					     "block b\npath\nconv 1x1 3 relu\nend\n" };
	struct pz_net_shape shape = { 2, 12, 10, 2 };
	struct pz_random r;
	int taken = 0;

	(void)state;
	pz_random_init(&r, 1, 1);
	for (int i = 0; i < 20000; i++) {
		char text[600] = "";
		struct pz_net *a, *b;

		for (int n = (int)pz_random_below(&r, 12); n >= 0; n--) {
			strcat(text, words[pz_random_below(&r, sizeof words / sizeof *words)]);
			strcat(text, " ");
		}
		if (pz_net_new(&a, text, &shape) < 0)
			continue;
		b = net_new(pz_net_text(a), &shape);
		assert_string_equal(pz_net_text(a), pz_net_text(b));
		assert_int_equal(pz_net_count(a), pz_net_count(b));
		pz_net_free(a);
		pz_net_free(b);
		taken++;
	}
	assert_true(taken > 100);
}

/* What the network reads and the data lack is a matter of the data. */
static void data_may_lack_what_is_read(void **state)
{
	struct pz_net_shape none = { .bins = 10, .channels = 2 };
	struct pz_net_shape features = { .bins = 10, .channels = 2, .features = 3 };
	struct pz_net_shape stamps = { 2, 12, 10, 2, 0 };
	struct pz_net *net;

	(void)state;
	assert_int_equal(pz_net_new(&net, "S1", &features), PZ_EMISMATCH);
	assert_non_null(strstr(pz_error_text(), "the network reads pixels"));
	assert_int_equal(pz_net_new(&net, "M", &stamps), PZ_EMISMATCH);
	assert_non_null(strstr(pz_error_text(), "the network reads features (line 1)"));
	assert_int_equal(pz_net_new(&net, "S1+features", &stamps), PZ_EMISMATCH);
	assert_int_equal(pz_net_new(&net, "M", &none), PZ_EMISMATCH);
	stamps.features = 3;
	assert_int_equal(pz_net_new(&net, "S1", &stamps), 0);
	assert_int_equal(pz_net_shape(net)->features, 0); /* not read */
	assert_int_equal(pz_net_joined(net), 1);
	pz_net_free(net);
	assert_int_equal(pz_net_new(&net, "S1+features", &stamps), 0);
	assert_int_equal(pz_net_joined(net), 4);
	assert_int_equal(pz_net_find(net, "fc0.weight")->shape[1], 64 + 4);
	pz_net_free(net);
}

static void shapes_have_limits(void **state)
{
	static const struct pz_net_shape bad[] = {
		{ 0, 64, 180, 6 },     { 5, 0, 180, 6 },    { 5, 1 << 20, 180, 6 },
		{ 5, 64, 1, 6 },       { 5, 64, 180, -1 },  { 5, 64, 180, 101 },
		{ 5, 64, 1 << 30, 6 }, { 999, 64, 180, 6 },
	};
	struct pz_net_shape huge = { 5, 4096, 180, 6 };
	struct pz_net *net;

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_int_equal(pz_net_new(&net, "S1", &bad[i]), PZ_EARG);
	assert_int_equal(pz_net_new(&net, "conv 15x15 4096 relu\nmean", &huge), PZ_EARG);
	assert_int_equal(pz_net_new(&net, "flatten\ndense 65536 relu", &huge), PZ_EARG);
}

static void weights_are_drawn_by_xavier(void **state)
{
	struct pz_net *net = net_new("S2", &sdss), *again = net_new("S2", &sdss);
	const struct pz_tensor *head = pz_net_find(net, "head2.weight");
	const struct pz_tensor *bias = pz_net_find(net, "conv1.bias");
	const struct pz_tensor *slope = pz_net_find(net, "conv1.slope");
	const float *v = pz_net_values(net);
	float bound = 0.11731f, most = 0; /* sqrt(6 / (256 + 180)) */

	(void)state;
	pz_net_init(net, 7);
	pz_net_init(again, 7);
	assert_memory_equal(v, pz_net_values(again), pz_net_block(net) * sizeof *v);
	for (size_t i = 0; i < head->count; i++)
		most = v[head->offset + i] > most ? v[head->offset + i] : most;
	assert_true(most < bound && most > 0.999f * bound);
	assert_float_equal(v[bias->offset + 3], 0.1f, 0);
	assert_float_equal(v[slope->offset + 3], 0, 0);
	pz_net_init(again, 8);
	assert_memory_not_equal(v, pz_net_values(again), pz_net_block(net) * sizeof *v);
	pz_net_free(net);
	pz_net_free(again);
}

static void copies_go_by_role(void **state)
{
	struct pz_net_shape wide = { 5, 64, 360, 6 };
	struct pz_net *from = net_new("S1", &sdss), *to = net_new("S1", &wide);
	const struct pz_tensor *a, *b;

	(void)state;
	pz_net_init(from, 1);
	pz_net_init(to, 2);
	assert_int_equal(pz_net_copy(to, from, PZ_ROLES_ALL), PZ_EMISMATCH);
	assert_non_null(strstr(pz_error_text(), "head0.weight"));
	assert_int_equal(pz_net_copy(to, from, PZ_ROLE_TRUNK | PZ_ROLE_HIDDEN | PZ_ROLE_GATE), 0);
	a = pz_net_find(from, "gate.weight");
	b = pz_net_find(to, "gate.weight");
	assert_memory_equal(pz_net_values(from) + a->offset, pz_net_values(to) + b->offset,
			    a->count * sizeof(float));
	pz_net_free(from);
	pz_net_free(to);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_are_those_of_the_tables),
		cmocka_unit_test(layers_are_those_of_the_table),
		cmocka_unit_test(canonical_text_parses_to_itself),
		cmocka_unit_test(names_are_given_where_missing),
		cmocka_unit_test(faults_name_line_and_reason),
		cmocka_unit_test(random_texts_are_taken_or_refused),
		cmocka_unit_test(data_may_lack_what_is_read),
		cmocka_unit_test(shapes_have_limits),
		cmocka_unit_test(weights_are_drawn_by_xavier),
		cmocka_unit_test(copies_go_by_role),
	};

	return cmocka_run_group_tests_name("network text", tests, NULL, NULL);
}
