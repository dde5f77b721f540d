/* test_train_data.c -- what train reads: labels, features and pixels of many galaxies by value, the
 * hash by which a resumed run knows them, and the network that it starts with
 */
#include <math.h>

#include "../../tools/train/dataset.h"
#include "../../tools/train/start.h"
#include "in_process.h"

#define AXES(channels)                                                                             \
	"\"labels\": \"channels\", \"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, "       \
	"\"bins\": 5, \"left\": 2, \"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15.5, "      \
	"\"width\": 0.5, \"channels\": " channels "}"
#define CATALOGUE                                                                                  \
	"{\"pzpipe\": 1, \"kind\": \"catalogue\", \"features\": [\"a\", \"b\", \"c\"], " AXES(     \
		"3") "}"
#define STAMPS                                                                                     \
	"{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\"], \"size\": 2, \"pixel\": "       \
	"\"f4\", \"stretch\": \"sqrt\", \"divide\": 1, " AXES("3") "}"

#define MANY 2500

static struct tool tool = { .called = "train" };
static struct model model;
static struct dataset data;
static struct pz_reader *in;

/* Numbers of a galaxy; NaN: none. */
static float feature_of(int i, int k)
{
	return k == 1 ? 7 : k == 2 && i % 5 == 3 ? NAN : (float)(i * 3 + k);
}

/* A stream of n galaxies with features and pixels; that of number `odd` has another pixel. */
static void write_stream(const char *name, const char *header_text, int n, int odd)
{
	const char *head = "head.pz";
	struct pz_reader *r = NULL;
	struct pz_writer *w = NULL;
	FILE *to = fopen(name, "wb");
	pz_map *record = pz_map_new();

	stream(head, header_text, NULL);
	assert_int_equal(pz_reader_open(&r, &head, 1, 0), 0);
	assert_int_equal(pz_writer_open(&w, to, name, pz_reader_header(r)), 0);
	for (int i = 0; i < n; i++) {
		double label[6] = { i % 3, i % 5, 0.5 * (i % 4), (i + 1) % 3, (i + 2) % 5, 0 };
		float x[3], img[4] = { (float)i, 1, 2, i == odd ? 9 : 3 };

		for (int k = 0; k < 3; k++)
			x[k] = feature_of(i, k);
		pz_map_clear(record);
		pz_map_set_integer(record, "id", i);
		pz_map_set_number(record, "ebv", i * 0.001953125);
		pz_map_set_bytes(record, "features", x, sizeof x);
		pz_map_set_bytes(record, "img", img, sizeof img);
		pz_map_set_numbers(record, "label", label, i % 2 ? 6 : 3, 3);
		assert_int_equal(pz_write(w, record), 0);
	}
	assert_int_equal(pz_writer_close(w), 0);
	fclose(to);
	pz_map_free(record);
	pz_reader_close(r);
}

static void open_data(const char *name, const char *net)
{
	static const char *path; /* the reader borrows it */

	path = name;
	assert_int_equal(pz_reader_open(&in, &path, 1, DATASET_READ), 0);
	assert_int_equal(model_new(&model, net, pz_reader_header(in)), 0);
	if (dataset_read(&data, in, &model) < 0)
		fail_msg("%s", pz_error_text());
}

static void close_data(void)
{
	dataset_release(&data);
	model_release(&model);
	pz_reader_close(in);
	in = NULL;
}

/* ---- examples ---- */

static void lessons_are_those_of_the_labels(void)
{
	for (int i = 0; i < MANY; i++) {
		const struct pz_lesson *l = &data.examples.lesson[i];

		assert_true(l->channel[0] == i % 3);
		assert_true(l->target[0].centre == (float)(2 + i % 5));
		assert_true(l->target[0].width == 0.5f * (float)(i % 4));
		assert_int_equal(l->channel[1], i % 2 ? (i + 1) % 3 : -1);
		if (i % 2)
			assert_true(l->target[1].centre == (float)(2 + (i + 2) % 5));
	}
}

static int say_missing(int argc, char **argv)
{
	(void)argv;
	if (argc > 1)
		data.incomplete = 1;
	dataset_say_missing(&data, &tool);
	return 0;
}

static int scale(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return dataset_scale_features(&data, &tool, &model);
}

static void features_of_many_galaxies(void **state)
{
	const float *x;

	(void)state;
	write_stream("f.pz", CATALOGUE, MANY, -1);
	open_data("f.pz", "ebv\nfeatures\ndense 3 relu\n");
	assert_int_equal(data.examples.count, MANY);
	assert_null(data.examples.fetch);
	assert_null(data.examples.ask);
	assert_int_equal(data.joins, 4);
	lessons_are_those_of_the_labels();
	x = data.examples.joined;
	for (int i = 0; i < MANY; i++, x += 4) {
		assert_true(x[0] == (float)i * 0.001953125f);
		assert_true(x[1] == feature_of(i, 0) && x[2] == feature_of(i, 1));
		assert_true(i % 5 == 3 ? isnan(x[3]) : x[3] == feature_of(i, 2));
	}
	assert_int_equal(data.incomplete, MANY / 5);
	assert_int_equal(run(say_missing, "train"), 0);
	assert_string_equal(contents("stderr"),
			    "train: f.pz: 500 galaxies have not all features: the mean of the "
			    "training sample stands for those that are missing\n");
	assert_int_equal(run(say_missing, "train one"), 0);
	assert_string_equal(contents("stderr"),
			    "train: f.pz: 1 galaxy has not all features: the mean of the "
			    "training sample stands for those that are missing\n");
	data.incomplete = 0;
	assert_int_equal(run(say_missing, "train"), 0);
	assert_string_equal(contents("stderr"), "");
	close_data();
	/* without E(B-V) */
	open_data("f.pz", "features\ndense 3 relu\n");
	assert_int_equal(data.joins, 3);
	assert_true(data.examples.joined[3] == 3 && data.examples.joined[4] == 7);
	assert_int_equal(run(scale, "train"), 0);
	assert_string_equal(contents("stderr"),
			    "train: f.pz: feature 'b' has the same value in all galaxies: nothing "
			    "can be learned from it\n");
	close_data();
}

/* Pixels are fetched by the number of a galaxy, in any order. */
static void pixels_of_many_galaxies(void **state)
{
	float x[4];

	(void)state;
	write_stream("s.pz", STAMPS, MANY, 1999);
	open_data("s.pz", "flatten\ndense 3 relu\n");
	assert_int_equal(data.examples.count, MANY);
	assert_int_equal(data.joins, 0);
	lessons_are_those_of_the_labels();
	for (int i = MANY - 1; i >= 0; i -= 100) {
		data.examples.ask(data.examples.context, (size_t)i);
		assert_int_equal(data.examples.fetch(data.examples.context, (size_t)i, x), 0);
		assert_true(x[0] == (float)i && x[1] == 1 && x[2] == 2);
		assert_true(x[3] == (i == 1999 ? 9 : 3));
	}
	close_data();
}

/* ---- the hash ---- */

static uint64_t hash_of(const char *header_text, const char *net, int n, int odd)
{
	uint64_t hash = 0;

	write_stream("h.pz", header_text, n, odd);
	open_data("h.pz", net);
	assert_int_equal(dataset_hash(&data, &hash), 0);
	close_data();
	return hash;
}

/* All labels and features count, and the pixels of 64 galaxies or a few more. */
static void a_hash_is_of_some_pixels(void **state)
{
	static const char pixels[] = "flatten\ndense 3 relu\n";
	uint64_t few = hash_of(STAMPS, pixels, 127, -1), many = hash_of(STAMPS, pixels, 130, -1);

	(void)state;
	assert_true(few != many);
	assert_true(hash_of(STAMPS, pixels, 127, -1) == few);
	for (int odd = 0; odd < 127; odd += 42)
		assert_true(hash_of(STAMPS, pixels, 127, odd) != few);
	assert_true(hash_of(STAMPS, pixels, 127, 1) != few);
	/* every second one of 130 */
	assert_true(hash_of(STAMPS, pixels, 130, 0) != many);
	assert_true(hash_of(STAMPS, pixels, 130, 128) != many);
	assert_true(hash_of(STAMPS, pixels, 130, 1) == many);
	assert_true(hash_of(STAMPS, pixels, 130, 129) == many);
	/* every third one of 192 */
	many = hash_of(STAMPS, pixels, 192, -1);
	assert_true(hash_of(STAMPS, pixels, 192, 1) == many);
	assert_true(hash_of(STAMPS, pixels, 192, 2) == many);
	assert_true(hash_of(STAMPS, pixels, 192, 3) != many);
	/* of features alone */
	few = hash_of(CATALOGUE, "features\ndense 3 relu\n", 20, -1);
	assert_true(few != hash_of(CATALOGUE, "ebv\nfeatures\ndense 3 relu\n", 20, -1));
	assert_true(few != hash_of(CATALOGUE, "features\ndense 3 relu\n", 21, -1));
	assert_true(few == hash_of(CATALOGUE, "features\ndense 3 relu\n", 20, 5));
}

/* ---- the network ---- */

static int started(const char *name, struct start_options o)
{
	int rc;

	assert_int_equal(pz_reader_open(&tool.in, &name, 1, 0), 0);
	tool.seed = 5;
	rc = start_network(&model, &tool, &o);
	pz_reader_close(tool.in);
	return rc;
}

static void refused(int rc, int code, const char *says)
{
	model_release(&model);
	assert_int_equal(rc, code);
	if (!strstr(pz_error_text(), says))
		fail_msg("'%s' should say '%s'", pz_error_text(), says);
}

static void texts_of_networks(void **state)
{
	static char text[PZ_NET_TEXT_MAX + 1];
	static const char net[] = "flatten\ndense 3 relu\n";

	(void)state;
	write_stream("s.pz", STAMPS, 1, -1);
	memset(text, '\n', sizeof text);
	memcpy(text, net, strlen(net));
	write_file("longest.net", text, PZ_NET_TEXT_MAX - 1);
	assert_int_equal(started("s.pz", (struct start_options){ .net = "longest.net" }), 0);
	model_release(&model);
	write_file("long.net", text, PZ_NET_TEXT_MAX);
	refused(started("s.pz", (struct start_options){ .net = "long.net" }), PZ_EDATA,
		"long.net: expected the text of a network, found a longer file (pzpipe(7)");
	write_file("binary.net", "flatten\n\0dense 3 relu\n", 22);
	refused(started("s.pz", (struct start_options){ .net = "binary.net" }), PZ_EDATA,
		"binary.net: expected the text of a network, found a binary file (pzpipe(7)");
	refused(started("s.pz", (struct start_options){ .net = "none.net" }), PZ_EUSAGE,
		"--net: expected P, T, S1, S2, S3, M or a file with a network's text; there is no "
		"file 'none.net'");
	refused(started("s.pz", (struct start_options){ .net = "." }), PZ_EIO, ".: Is a directory");
	refused(started("s.pz", (struct start_options){ .net = "s.pz/x" }), PZ_EIO,
		"s.pz/x: Not a directory");
}

/* What is new is drawn with the seed, and is decorrelated first where that is asked for. */
static void new_networks(void **state)
{
	float first[2];

	(void)state;
	write_text("n.net", "flatten\ndense 3 relu\n");
	for (int whiten = 0; whiten < 2; whiten++) {
		struct start_options o = { .net = "n.net", .whiten = whiten };

		assert_int_equal(started("s.pz", o), 0);
		assert_string_equal(pz_net_text(model.net),
				    whiten ? "whiten\nflatten\ndense fc0 3 relu\n"
					   : "flatten\ndense fc0 3 relu\n");
		first[whiten] =
			pz_net_values(model.net)[pz_net_find(model.net, "fc0.weight")->offset];
		model_release(&model);
	}
	assert_true(first[0] != 0 && first[0] == first[1]);
	/* one that has it gets no second one; one without pixels none */
	write_text("w.net", "whiten\nflatten\ndense 3 relu\n");
	assert_int_equal(started("s.pz", (struct start_options){ .net = "w.net", .whiten = true }),
			 0);
	assert_string_equal(pz_net_text(model.net), "whiten\nflatten\ndense fc0 3 relu\n");
	model_release(&model);
	write_stream("f.pz", CATALOGUE, 1, -1);
	write_text("f.net", "features\ndense 3 relu\n");
	assert_int_equal(started("f.pz", (struct start_options){ .net = "f.net", .whiten = true }),
			 0);
	assert_null(strstr(pz_net_text(model.net), "whiten"));
	model_release(&model);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(features_of_many_galaxies),
		cmocka_unit_test(pixels_of_many_galaxies),
		cmocka_unit_test(a_hash_is_of_some_pixels),
		cmocka_unit_test(texts_of_networks),
		cmocka_unit_test(new_networks),
	};

	return cmocka_run_group_tests_name("data of train", tests, in_folder, out_of_folder);
}
