/* test_nn_limits.c -- texts and shapes of networks at their limits and one beyond, word for word */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/nn.h>

#include "../../lib/nn/grammar.h"

static struct nn_text text;

static void parses(const char *source, size_t items)
{
	if (pz_nn_text_parse(&text, source) != 0)
		fail_msg("%.80s: %s", source, pz_error_text());
	assert_int_equal(text.count, items);
}

static void fails(const char *source, const char *why)
{
	assert_int_equal(pz_nn_text_parse(&text, source), PZ_EARG);
	assert_string_equal(pz_error_text(), why);
}

static void layers_have_kernels_and_widths(void **state)
{
	(void)state;
	parses("conv a 15x15 4096 tanh valid\n\nconv 1x1 1 norm none\nflatten\ndense 65536 prelu",
	       4);
	assert_string_equal(text.item[0].name, "a");
	assert_string_equal(text.item[1].name, "conv1");
	assert_string_equal(text.item[3].name, "fc0");
	assert_int_equal(text.item[0].kernel, 15);
	assert_int_equal(text.item[0].width, 4096);
	assert_int_equal(text.item[1].kernel, 1);
	assert_int_equal(text.item[3].width, 65536);
	assert_true(text.item[0].valid && !text.item[1].valid);
	assert_true(!text.item[0].norm && text.item[1].norm);
	assert_int_equal(text.item[0].line, 1);
	assert_int_equal(text.item[1].line, 3);
	assert_int_equal(text.item[3].line, 5);
	fails("conv 17x17 1 relu\nmean",
	      "network line 1: expected a kernel such as 3x3, odd and at "
	      "most 15, found '17x17'");
	fails("conv 2x2 1 relu\nmean", "network line 1: expected a kernel such as 3x3, odd and at "
				       "most 15, found '2x2'");
	fails("conv 3x3 4097 relu\nmean",
	      "network line 1: expected channels, 1 to 4096, found '4097'");
	fails("conv 3x3 0 relu\nmean", "network line 1: expected channels, 1 to 4096, found '0'");
	fails("conv 3x3 4k relu\nmean", "network line 1: expected channels, 1 to 4096, found '4k'");
	fails("conv 3x3 -4 relu\nmean", "network line 1: expected channels, 1 to 4096, found '-4'");
	fails("mean\n\ndense 65537 relu",
	      "network line 3: expected units, 1 to 65536, found '65537'");
	fails("mean\ndense 7 norm relu",
	      "network line 2: expected prelu, relu, tanh or none, found 'norm'");
	fails("mean\ndense 7 relu valid",
	      "network line 2: expected the end of the line, found 'valid'");
	fails("conv 3x3 7\nmean", "network line 1: expected conv [NAME] KxK CHANNELS [norm] ACT "
				  "[valid], found 'conv'");
	fails("mean\ndense a 7", "network line 2: expected dense [NAME] UNITS ACT, found 'dense'");
	fails("conv 3x3 7 relu valid valid\nmean",
	      "network line 1: expected the end of the line, found 'valid'");
}

static void words_and_names_have_lengths(void **state)
{
	static char lengthy[PZ_NET_TEXT_MAX + 2];

	(void)state;
	parses("conv a12345678901234 3x3 7 relu\nmean", 2);
	fails("conv a123456789012345 3x3 7 relu\nmean",
	      "network line 1: expected a name of at most 15 letters, digits and _, found "
	      "'a123456789012345'");
	fails("a234567890123456789012345678901",
	      "network line 1: expected whiten, conv, pool, block, add, path, end, mean, flatten, "
	      "ebv, features or dense, found 'a234567890123456789012345678901'");
	fails("mean\na2345678901234567890123456789012", "network line 2: word too long");
	fails("mean\na b c d e f g h i", "network line 2: too many words");
	fails("mean\na b c d e f g h",
	      "network line 2: expected whiten, conv, pool, block, add, path, end, mean, flatten, "
	      "ebv, features or dense, found 'a'");
	fails("mean pool", "network line 1: expected the end of the line, found 'pool'");
	memset(lengthy, ' ', PZ_NET_TEXT_MAX);
	memcpy(lengthy, "mean", 4);
	parses(lengthy, 1);
	lengthy[PZ_NET_TEXT_MAX] = ' ';
	fails(lengthy, "network: text longer than 65536 bytes");
	*lengthy = '\0';
	for (int i = 0; i < 511; i++)
		strcat(lengthy, "pool same\n");
	strcat(lengthy, "mean");
	parses(lengthy, 512);
	strcat(lengthy, "\nebv");
	fails(lengthy, "network line 513: more than 512 items");
	fails("pool same\n\n\n", "network line 3: text ends before mean or flatten");
}

/* Each block has numbers of its own, and its names are nobody else's. */
static void layers_are_numbered_and_named_once(void **state)
{
	static const char canonical[] = "conv conv0 3x3 2 relu\n"
					"block b\n"
					"  path\n"
					"    conv conv0 1x1 2 relu\n"
					"    conv conv1 3x3 3 norm tanh valid\n"
					"  path\n"
					"    conv conv2 3x3 1 none valid\n"
					"end\n"
					"conv conv1 1x1 5 prelu\n"
					"add c\n"
					"  path\n"
					"    conv conv0 1x1 5 relu\n"
					"    pool same\n"
					"  path\n"
					"end\n"
					"pool\n"
					"flatten\n"
					"ebv\n"
					"features\n"
					"dense fc0 7 relu\n"
					"dense fc1 8 tanh\n";
	char *back;

	(void)state;
	parses("conv 3x3 2 relu\nblock b\npath\nconv 1x1 2 relu\nconv 3x3 3 norm tanh valid\npath\n"
	       "conv 3x3 1 none valid\nend\nconv 1x1 5 prelu\nadd c\npath\nconv 1x1 5 relu\n"
	       "pool same\npath\nend\npool\nflatten\nebv\nfeatures\ndense 7 relu\ndense 8 tanh",
	       21);
	back = pz_nn_text_write(&text);
	assert_string_equal(back, canonical);
	free(back);
	fails("conv a 1x1 2 relu\nblock a\npath\npool\nend\nmean",
	      "network line 2: expected a name not used before, found 'a'");
	fails("block a\npath\nconv b 1x1 2 relu\npath\nconv b 1x1 2 relu\nend\nmean",
	      "network line 5: expected a name not used before, found 'b'");
	fails("block b\npath\nconv c 1x1 2 relu\nend\nconv b 1x1 2 relu\nmean",
	      "network line 5: expected a name not used before, found 'b'");
	parses("block b\npath\nconv c 1x1 2 relu\nend\nconv c 1x1 2 relu\nmean", 6);
	parses("block b\npath\nconv head 1x1 2 relu\nend\nmean", 5);
	fails("conv head3 1x1 2 relu\nmean",
	      "network line 1: expected a name other than head..., gate and whiten, found 'head3'");
	parses("conv heap 1x1 2 relu\nmean", 2);
}

static void places_are_kept(void **state)
{
	static const char *const cases[][2] = {
		{ "mean\nconv 1x1 2 relu",
		  "2: convolutions and pools come before mean or flatten" },
		{ "block b\npool", "2: expected 'path' first in a block" },
		{ "block b\npath\npool\nadd c",
		  "4: a block stands in the trunk, not inside a block" },
		{ "pool\npath", "2: a path stands in a block, behind one that is not empty" },
		{ "block b\npath\npath",
		  "3: a path stands in a block, behind one that is not empty" },
		{ "pool\nend", "2: end closes a block whose last path is not empty" },
		{ "mean\nflatten", "2: mean or flatten comes once, behind the trunk" },
		{ "mean\nebv\nebv", "3: ebv comes once, behind mean or flatten, or first" },
		{ "pool\nebv", "2: ebv comes once, behind mean or flatten, or first" },
		{ "pool\nfeatures",
		  "2: features come once, behind mean, flatten or ebv, or first" },
		{ "mean\ndense 2 relu\nfeatures",
		  "3: features come once, behind mean, flatten or ebv, or first" },
		{ "pool\ndense 2 relu", "2: dense comes behind mean, flatten or features" },
		{ "mean\nwhiten", "2: whiten stands first" },
		{ "ebv", "1: a network without mean or flatten needs features" },
		{ "ebv\ndense 3 relu", "1: a network without mean or flatten needs features" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char why[128];

		snprintf(why, sizeof why, "network line %s", cases[i][1]);
		fails(cases[i][0], why);
	}
	parses("ebv\nfeatures\ndense 2 relu", 3);
	assert_false(pz_nn_text_has_pixels(&text));
	parses("features\ndense 2 relu", 2);
	assert_false(pz_nn_text_has_pixels(&text));
	parses("whiten\nmean\nebv\nfeatures", 4);
	assert_true(pz_nn_text_has_pixels(&text));
	parses("add b\npath\npath\npool same\nend\nmean", 6);
}

/* ---- shapes ---- */

static void shape_is(const char *source, struct pz_net_shape shape, const char *why)
{
	struct pz_net *net;
	int rc = pz_net_new(&net, source, &shape);

	assert_int_equal(rc, *why ? PZ_EARG : 0);
	if (*why)
		assert_string_equal(pz_error_text(), why);
	pz_net_free(net);
}

static void shapes_have_limits(void **state)
{
	static const char *const pixels = "conv 1x1 1 relu\nmean\n", *const table = "features\n";

	(void)state;
	shape_is(pixels, (struct pz_net_shape){ 1, 1, 2, 0, 0 }, "");
	shape_is(pixels, (struct pz_net_shape){ 256, 2, 2, 0, 0 }, "");
	shape_is(pixels, (struct pz_net_shape){ 257, 2, 2, 0, 0 },
		 "bands: expected 1 to 256, found 257");
	shape_is(pixels, (struct pz_net_shape){ 0, 2, 2, 0, 0 },
		 "bands: expected 1 to 256, found 0");
	shape_is(pixels, (struct pz_net_shape){ 1, 4096, 2, 0, 0 }, "");
	shape_is(pixels, (struct pz_net_shape){ 1, 4097, 2, 0, 0 },
		 "size: expected 1 to 4096 pixels, found 4097");
	shape_is(pixels, (struct pz_net_shape){ 1, 0, 2, 0, 0 },
		 "size: expected 1 to 4096 pixels, found 0");
	shape_is(pixels, (struct pz_net_shape){ 1, 2, 1, 0, 0 },
		 "bins: expected 2 to 100000, found 1");
	shape_is(pixels, (struct pz_net_shape){ 1, 2, 100000, 0, 0 }, "");
	shape_is(pixels, (struct pz_net_shape){ 1, 2, 100001, 0, 0 },
		 "bins: expected 2 to 100000, found 100001");
	shape_is(pixels, (struct pz_net_shape){ 1, 2, 2, 100, 0 }, "");
	shape_is(pixels, (struct pz_net_shape){ 1, 2, 2, 101, 0 },
		 "channels: expected 0 to 100, found 101");
	shape_is(pixels, (struct pz_net_shape){ 1, 2, 2, -1, 0 },
		 "channels: expected 0 to 100, found -1");
	shape_is(table, (struct pz_net_shape){ 0, 0, 2, 0, 65536 }, "");
	shape_is(table, (struct pz_net_shape){ 0, 0, 2, 0, 65537 },
		 "features: expected at most 65536, found 65537");
	shape_is(table, (struct pz_net_shape){ 0, 0, 2, 0, -1 },
		 "features: expected at most 65536, found -1");
}

/* Where a text does not fit the maps, its line and the map's size are told. */
static void maps_are_large_enough(void **state)
{
	const struct pz_net_shape s = { 1, 6, 2, 0, 0 };
	char many[1024] = "block b\n";

	(void)state;
	shape_is("pool\npool\nmean", s,
		 "network line 2: a pool of stride 2 needs an even side (map of 3 x 3 pixels)");
	shape_is("conv 3x3 1 relu valid\nconv 5x5 1 relu valid\nmean", s,
		 "network line 2: the kernel is larger than the map (map of 4 x 4 pixels)");
	shape_is("conv 5x5 1 relu valid\nconv 1x1 1 relu valid\nmean", s, "");
	shape_is("conv 3x3 1 relu valid\nconv 3x3 1 relu valid\npool\nmean", s, "");
	shape_is("block b\npath\nconv 3x3 1 relu valid\nconv 5x5 1 relu valid\nend\nmean", s,
		 "network line 4: the kernel is larger than the map (map of 4 x 4 pixels)");
	shape_is("block b\npath\npool\npool\nend\nmean", s,
		 "network line 4: a pool of stride 2 needs an even side (map of 3 x 3 pixels)");
	shape_is("block b\npath\npool\npath\npool same\nend\nmean", s,
		 "network line 5: the paths of a block end with different sides (map of 6 x 6 "
		 "pixels)");
	shape_is(
		"add b\npath\npool same\npath\nconv 1x1 2 relu\nend\nmean", s,
		"network line 5: the paths that are added have different sides or channels (map of "
		"6 x 6 pixels)");
	for (int i = 0; i < 16; i++)
		strcat(many, "path\npool same\n");
	strcat(many, "end\nmean");
	shape_is(many, s, "");
	strcpy(many + strlen(many) - 8, "path\npool same\nend\nmean");
	shape_is(many, s, "network line 34: more than 16 paths (map of 6 x 6 pixels)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(layers_have_kernels_and_widths),
		cmocka_unit_test(words_and_names_have_lengths),
		cmocka_unit_test(layers_are_numbered_and_named_once),
		cmocka_unit_test(places_are_kept),
		cmocka_unit_test(shapes_have_limits),
		cmocka_unit_test(maps_are_large_enough),
	};

	return cmocka_run_group_tests_name("limits of networks", tests, NULL, NULL);
}
