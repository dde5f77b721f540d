/* test_tools_select.c -- keep, match, nz and tonetwork: which records stay, what they take from
 * others, the n(z) of a sample, a model for other programs
 */
#include <math.h>

#include <pz/nz.h>

#include "in_process.h"

#define CATALOGUE "{\"pzpipe\": 1, \"kind\": \"catalogue\"}"

static void says(const char *what)
{
	if (!strstr(contents("stderr"), what))
		fail_msg("'%s' should say '%s'", contents("stderr"), what);
}

/* Runs keep with a condition that may have blanks. */
static int keep(const char *condition, const char *more)
{
	char *argv[16] = { (char *)"keep", (char *)"-e", (char *)condition }, *rest = NULL;
	char *copy = strdup(more);
	int argc = 3, status;

	for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
		argv[argc++] = word;
	status = run_words(keep_main, argc, argv);
	free(copy);
	return status;
}

/* ---- keep ---- */

static void write_catalogue(void)
{
	stream("c.pz", CATALOGUE, "{\"id\": 1, \"mag\": 17, \"z\": 0.1, \"type\": \"GALAXY\"}",
	       "{\"id\": 2, \"mag\": 19, \"z\": 0.3, \"type\": \"QSO\"}",
	       "{\"id\": 3, \"mag\": 18, \"type\": \"GALAXY\"}",
	       "{\"id\": 4, \"mag\": -99, \"z\": 0.2, \"type\": \"GALAXY\"}", NULL);
}

static void records_that_meet_a_condition(void **state)
{
	(void)state;
	write_catalogue();
	assert_int_equal(keep("mag < 18.5 and type = 'GALAXY'", "c.pz -v -o k.pz"), 0);
	assert_string_equal(records("k.pz"),
			    "{\"id\":1,\"mag\":17,\"z\":0.1,\"type\":\"GALAXY\"}\n"
			    "{\"id\":3,\"mag\":18,\"type\":\"GALAXY\"}\n"
			    "{\"id\":4,\"mag\":-99,\"z\":0.2,\"type\":\"GALAXY\"}\n");
	says("keep: 1 record does not meet the condition");
	says("mag: 1 record has -99, as programs write where they have no value, which was taken "
	     "for one; with --missing -99 it is missing, with --missing none this is not said");
	assert_non_null(strstr(header("k.pz"), "\"tool\":\"keep\""));
	assert_int_equal(keep("z > 0.15", "--missing -99 c.pz -o k.pz"), 0);
	assert_string_equal(records("k.pz"),
			    "{\"id\":2,\"mag\":19,\"z\":0.3,\"type\":\"QSO\"}\n"
			    "{\"id\":4,\"mag\":-99,\"z\":0.2,\"type\":\"GALAXY\"}\n");
	says("1 record was left out because a value is missing, without which the condition is");
	/* the condition as an operand; ids of a list */
	run_well(keep_main, "keep z<0.15 c.pz -o k.pz");
	assert_string_equal(records("k.pz"),
			    "{\"id\":1,\"mag\":17,\"z\":0.1,\"type\":\"GALAXY\"}\n");
	write_text("ids.txt", "2\n9\n");
	assert_int_equal(keep("id in @ids.txt", "-v c.pz -o k.pz"), 0);
	assert_string_equal(records("k.pz"), "{\"id\":2,\"mag\":19,\"z\":0.3,\"type\":\"QSO\"}\n");
	says("ids.txt: 1 of 2 values are in the records that were looked at");
	assert_non_null(strstr(header("k.pz"), "[\"ids.txt\",\""));
	/* the history has no folders */
	assert_int_equal(system("mkdir some && cp ids.txt some"), 0);
	assert_int_equal(keep("id in @some/ids.txt", "c.pz -o k.pz"), 0);
	assert_non_null(strstr(header("k.pz"), "--expression id in @ids.txt\""));
}

static void conditions_that_are_none(void **state)
{
	(void)state;
	write_catalogue();
	run_badly(keep_main, "keep", 2, "expected a condition, as 'mag < 20'");
	assert_int_equal(keep("mag <", "c.pz -o no.pz"), 2);
	says("keep: expression: ");
	assert_int_equal(keep("mag < 1", "--missing x c.pz -o no.pz"), 2);
	says("--missing: ");
	assert_int_equal(keep("magg < 1", "c.pz -o no.pz"), 1);
	says("expected records with 'magg', found none among 4 records; did you mean 'mag'?");
	assert_int_equal(keep("nothing < 1", "c.pz -o no.pz"), 1);
	says("expected records with 'nothing', found none among 4 records; inspect --fields shows");
	assert_int_equal(keep("mag < 1 or typ = 'QSO'", "c.pz -o no.pz"), 1);
	says("expected records with 'typ', found none among 4 records; did you mean 'type'?");
	assert_int_equal(keep("type < 1", "c.pz -o no.pz"), 1);
	says("c.pz: record 1 (id 1): expression: ");
	assert_int_equal(keep("id in @none.txt", "c.pz -o no.pz"), 1);
	says("none.txt");
	stream("m.pz", "{\"pzpipe\": 1, \"kind\": \"model\"}", NULL);
	assert_int_equal(keep("id = 1", "m.pz -o no.pz"), 4);
	says("m.pz: expected a stream of galaxies, found a model");
	assert_int_not_equal(access("no.pz", F_OK), 0);
}

/* ---- match ---- */

#define GRID(min, bins)                                                                            \
	"\"grid\": {\"target\": \"z\", \"min\": " min ", \"max\": 1, \"bins\": " bins              \
	", \"left\": 0, \"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, "     \
	"\"channels\": 2}"

static void values_of_the_same_galaxies(void **state)
{
	double p[2];

	(void)state;
	stream("a.pz", "{\"pzpipe\": 1, \"kind\": \"predictions\", " GRID("0", "4") "}",
	       "{\"id\": 1, \"z\": 0.1, \"w\": 5}", "{\"id\": 2, \"z\": 0.2, \"w\": 6}",
	       "{\"id\": 3, \"z\": 0.3, \"w\": 7}", NULL);
	stream("b.pz",
	       "{\"pzpipe\": 1, \"kind\": \"predictions\", " GRID(
		       "0.5", "2") ", "
				   "\"recalibrated\": {\"times\": 1}}",
	       "{\"id\": 3, \"zphot\": {\"mode\": 0.31}, \"pz\": [0.25, 0.75], \"w\": 70}",
	       "{\"id\": 1, \"zphot\": {\"mode\": 0.11}, \"pz\": [1, 0]}",
	       "{\"id\": 9, \"zphot\": {\"mode\": 0.91}, \"pz\": [1, 0], \"w\": 90}", NULL);
	run_well(match_main, "match --with b.pz --take zphot.mode,w,pz -v a.pz -o m.pz");
	assert_string_equal(records("m.pz"),
			    "{\"id\":1,\"z\":0.1,\"mode\":0.11,\"pz\":{\"bytes\":8}}\n"
			    "{\"id\":2,\"z\":0.2}\n"
			    "{\"id\":3,\"z\":0.3,\"w\":70,\"mode\":0.31,\"pz\":{\"bytes\":8}}\n");
	assert_int_equal(numbers("m.pz", 2, "pz", p, 2), 2);
	assert_true(p[0] == 0.25 && p[1] == 0.75);
	says("1 galaxy is not in b.pz and has none of the values");
	says("1 galaxy is in b.pz but not in the input");
	says("b.pz: 1 galaxy has no 'w'");
	/* what describes p(z) goes with it */
	assert_non_null(strstr(header("m.pz"), "\"min\":0.5,\"max\":1.0,\"bins\":2"));
	assert_non_null(strstr(header("m.pz"), "\"recalibrated\":{\"times\":1}"));
	run_well(match_main, "match --with b.pz --take w=v --common a.pz -o m.pz");
	assert_string_equal(records("m.pz"), "{\"id\":1,\"z\":0.1,\"w\":5}\n"
					     "{\"id\":3,\"z\":0.3,\"w\":7,\"v\":70}\n");
	says("1 galaxy is not in b.pz and was left out");
	assert_non_null(strstr(header("m.pz"), "\"min\":0.0,\"max\":1.0,\"bins\":4"));
	/* a galaxy without partner keeps none of what it would take */
	run_well(match_main, "match -q --with b.pz --take w,pz a.pz -o m.pz");
	assert_non_null(strstr(records("m.pz"), "{\"id\":2,\"z\":0.2}\n"));
	run_badly(match_main, "match --with b.pz --take x a.pz -o no.pz", 1,
		  "b.pz: expected records with 'x', found none among 2 records");
	/* each galaxy once, in both */
	stream("t.pz", CATALOGUE, "{\"id\": 1, \"w\": 1}", "{\"id\": 1, \"w\": 2}", NULL);
	run_badly(match_main, "match --with b.pz --take w t.pz -o no.pz", 1,
		  "t.pz: record 2 (id 1): id: expected one record for each galaxy, found another");
	run_badly(match_main, "match --with t.pz --take w a.pz -o no.pz", 1,
		  "t.pz: record 2 (id 1)");
}

/* Pixels and features bring their headers. */
static void headers_of_pixels_and_features(void **state)
{
	(void)state;
	stream("s.pz",
	       "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\"], \"size\": 2, \"pixel\": "
	       "\"f4\", \"pixscale\": 0.5, \"unit\": \"nmgy\", \"stretch\": \"sqrt\", \"divide\": "
	       "3, \"features\": [\"a\", \"b\"], \"domain\": {\"galaxies\": 5}}",
	       "{\"id\": 1, \"img\": [1, 2, 3, 4], \"features\": [7, 8], \"domain\": {\"share\": "
	       "1}}",
	       NULL);
	stream("one.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\", \"flags\": {\"a\": 1}}",
	       "{\"id\": 1, \"flags\": 3}", NULL);
	run_well(match_main, "match --with s.pz --take img,features,domain one.pz -o m.pz");
	assert_non_null(strstr(header("m.pz"), "\"size\":2"));
	assert_non_null(strstr(header("m.pz"), "\"pixscale\":0.5"));
	assert_non_null(strstr(header("m.pz"), "\"stretch\":\"sqrt\""));
	assert_non_null(strstr(header("m.pz"), "\"divide\":3"));
	assert_non_null(strstr(header("m.pz"), "\"features\":[\"a\",\"b\"]"));
	assert_non_null(strstr(header("m.pz"), "\"domain\":{\"galaxies\":5}"));
	assert_true(number("m.pz", 0, "features") == 7);
}

/* All that the header says of pixels comes along, and what it says no longer goes. */
static void pixels_bring_all_of_their_header(void **state)
{
	static const char *const said[] = {
		"\"bands\":[\"g\",\"r\"]", "\"size\":2",          "\"pixel\":\"f4\"",
		"\"pixscale\":0.25",       "\"psf\":1.5",         "\"unit\":\"nmgy\"",
		"\"stretch\":\"asinh\"",   "\"soften\":[0.5,2.0]"
	};

	(void)state;
	stream("s.pz",
	       "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], \"size\": 2, "
	       "\"pixel\": \"f4\", \"pixscale\": 0.25, \"psf\": 1.5, \"unit\": \"nmgy\", "
	       "\"stretch\": \"asinh\", \"soften\": [0.5, 2]}",
	       "{\"id\": 1, \"img\": [1, 2, 3, 4, 5, 6, 7, 8]}", NULL);
	stream("t.pz",
	       "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"z\"], \"size\": 1, "
	       "\"pixel\": \"f4\", \"pixscale\": 2, \"unit\": \"Jy\"}",
	       "{\"id\": 1, \"img\": [9]}", NULL);
	run_well(match_main, "match --with s.pz --take img t.pz -o m.pz");
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (!strstr(header("m.pz"), said[i]))
			fail_msg("'%s' lacks '%s'", header("m.pz"), said[i]);
	run_well(match_main, "match --with t.pz --take img s.pz -o m.pz");
	assert_non_null(strstr(header("m.pz"), "\"bands\":[\"z\"]"));
	assert_non_null(strstr(header("m.pz"), "\"pixscale\":2"));
	for (size_t i = 4; i < sizeof said / sizeof *said; i++)
		assert_null(strstr(header("m.pz"), said[i]));
	assert_null(strstr(header("m.pz"), "soften"));
}

/* Pixels of half floats stay what they are. */
static void half_floats_come_with_their_header(void **state)
{
	static const unsigned char half[8] = { 0, 0x3c, 0, 0x40, 0, 0x42, 0, 0x44 };
	FILE *to = fopen("h.pz", "wb");
	struct pz_writer *out = NULL;
	pz_map *m = pz_map_new();
	struct pz_header h;

	(void)state;
	assert_int_equal(pz_header_init(&h, "stamps"), 0);
	h.bands = 1;
	strcpy(h.band[0], "g");
	h.size = 2;
	h.pixel = PZ_F2;
	assert_int_equal(pz_writer_open(&out, to, "h.pz", &h), 0);
	pz_map_set_integer(m, "id", 1);
	pz_map_set_bytes(m, "img", half, sizeof half);
	assert_int_equal(pz_write(out, m), 0);
	assert_int_equal(pz_writer_close(out), 0);
	fclose(to);
	pz_map_free(m);
	pz_header_release(&h);
	stream("one.pz", CATALOGUE, "{\"id\": 1}", NULL);
	run_well(match_main, "match --with h.pz --take img one.pz -o m.pz");
	assert_non_null(strstr(header("m.pz"), "\"pixel\":\"f2\""));
	assert_string_equal(records("m.pz"), "{\"id\":1,\"img\":{\"bytes\":8}}\n");
}

static void keys_that_cannot_be_taken(void **state)
{
	static const char *const wrong[][2] = {
		{ "--take w a.pz", "--with: expected a stream of the same galaxies" },
		{ "--with b.pz a.pz", "--take: expected the keys to take, as zphot,pz" },
		{ "--with b.pz --take , a.pz", "--take: expected the keys to take, as zphot,pz" },
		{ "--with b.pz --take w=a.b a.pz", "a name without dots, found 'w=a.b'" },
		{ "--with b.pz --take w= a.pz", "expected KEY or KEY=NAME, a name without dots" },
		{ "--with b.pz --take w=id a.pz", "--take: the id of a record cannot be replaced" },
		{ "--with b.pz --take pz=q a.pz", "--take: pz keeps its name, because the header" },
		{ "--with b.pz --take w=img a.pz", "--take: img keeps its name" },
		{ "--with b.pz --take w,x.w a.pz", "expected different names, found 'w' twice" },
	};
	char many[500] = "match";
	int n = 5;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		char line[96];

		snprintf(line, sizeof line, "match %s -o no.pz", wrong[i][0]);
		run_badly(match_main, line, 2, wrong[i][1]);
	}
	/* 64 of them, and no more */
	for (int i = 0; i < 65; i++)
		n += sprintf(many + n, "%sk%d", i ? "," : " --take ", i);
	strcpy(many + n, " --with one.pz one.pz -o no.pz");
	run_badly(match_main, many, 2, "--take: expected at most 64 keys");
	memmove(strstr(many, ",k64"), strstr(many, ",k64") + 4,
		strlen(strstr(many, ",k64") + 4) + 1);
	run_badly(match_main, many, 1, "one.pz: expected records with 'k0', found none among 1 ");
}

/* ---- nz ---- */

#define BINS 4

static const struct pz_grid grid = { "z", 0, 1, BINS, 0, 0 };
static const struct pz_rows rows = { "r", 15, 1, 2 };

/* The tool's rows are those of the library. */
static void shares_of_a_sample(void **state)
{
	static char text[60][128];
	static struct pz_nz *sample;
	static struct pz_nz_found found;
	const struct pz_nz_options options = { .smooth = 1, .draws = 20, .seed = 3 };
	const char *record[62], *at;
	double p[BINS], x[BINS];

	(void)state;
	assert_int_equal(pz_nz_new(&sample, &grid, &rows), 0);
	for (int i = 0; i < 60; i++) {
		double pz[BINS] = { 0 }, mag = i % 3 ? 15.5 : 16.5;

		pz[i % 4] = 0.75;
		pz[(i + 1) % 4] = 0.25;
		assert_int_equal(pz_nz_add(sample, pz, mag), 0);
		sprintf(text[i], "{\"id\": %d, \"mag\": %g, \"pz\": [%g, %g, %g, %g]}", i, mag,
			pz[0], pz[1], pz[2], pz[3]);
		record[i] = text[i];
	}
	record[60] = "{\"id\": 60, \"mag\": 15.5}";
	stream_of("p.pz", "{\"pzpipe\": 1, \"kind\": \"predictions\", " GRID("0", "4") "}", record,
		  61);
	assert_int_equal(pz_nz_run(sample, NULL, &options, &found), 0);
	run_well(nz_main, "nz --smooth 1 -b 20 --seed 3 --table t.tsv p.pz -o nz.pz");
	says("1 galaxy has no p(z) and was left out");
	assert_non_null(strstr(header("nz.pz"), "\"kind\":\"nz\""));
	for (size_t row = 0; row < 2; row++) {
		assert_true(number("nz.pz", row, "row") == (double)row);
		assert_true(number("nz.pz", row, "n") == (row ? 20 : 40));
		assert_true(number("nz.pz", row, "mag") == (double)row + 15.5);
		assert_true(fabs(number("nz.pz", row, "mean") - found.mean[row]) < 1e-12);
		assert_true(number("nz.pz", row, "rounds") == found.rounds[row]);
		assert_true(number("nz.pz", row, "smooth") == found.smooth[row]);
		assert_true(fabs(number("nz.pz", row, "mean_error") - found.mean_error[row]) <
			    1e-12);
		assert_int_equal(numbers("nz.pz", row, "pz", p, BINS), BINS);
		assert_int_equal(numbers("nz.pz", row, "error", x, BINS), BINS);
		for (size_t b = 0; b < BINS; b++) {
			assert_true(fabs(p[b] - found.share[row * BINS + b]) < 1e-7);
			assert_true(fabs(x[b] - found.error[row * BINS + b]) < 1e-12);
		}
	}
	/* the empty row, and that of all */
	assert_true(number("nz.pz", 2, "n") == 0 && number("nz.pz", 2, "mean") == -999);
	assert_non_null(strstr(records("nz.pz"), "{\"id\":\"all\",\"n\":60,"));
	assert_true(fabs(number("nz.pz", 3, "mean") - found.mean[3]) < 1e-12);
	at = strstr(contents("t.tsv"), "\n1\t16.5\t20\t2\t0.625\t");
	assert_non_null(at);
	assert_true(fabs(strtod(at + strlen("\n1\t16.5\t20\t2\t0.625\t"), NULL) -
			 found.share[BINS + 2]) < 1e-12);
	assert_non_null(strstr(contents("t.tsv"), "\nall\t"));
	/* without errors */
	run_well(nz_main, "nz --smooth 1 -b 0 p.pz -o nz.pz");
	assert_null(strstr(records("nz.pz"), "\"error\""));
	pz_nz_found_release(&found);
	pz_nz_free(sample);
	stream("few.pz", "{\"pzpipe\": 1, \"kind\": \"predictions\", " GRID("0", "4") "}",
	       "{\"id\": 1, \"mag\": 15.5, \"pz\": [0, 0.75, 0.25, 0]}",
	       "{\"id\": 2, \"pz\": [0, 0.75, 0.25, 0]}", NULL);
	run_well(nz_main, "nz -b 0 few.pz -o few-nz.pz");
	says("1 galaxy has no magnitude and is counted in the faintest row");
	run_badly(nz_main, "nz --strict p.pz -o no.pz", 1,
		  "p.pz: record 61 (id 60): pz: expected probabilities, found none");
	run_badly(nz_main, "nz -b 1 p.pz", 2, "--bootstrap: expected 0, or 2 and more, found 1");
	run_badly(nz_main, "nz --table - p.pz", 2, "--table: expected a file: the stream goes to");
	run_badly(nz_main, "nz a.pz --trained none.pz", 1, "none.pz");
	run_badly(nz_main, "nz c.pz", 4, "c.pz: expected a stream of predictions, found catalogue");
}

/* ---- tonetwork ---- */

static void models_for_other_programs(void **state)
{
	static char text[20][200];
	const char *record[20], *file;
	size_t at = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		sprintf(text[i], "{\"id\": %d, \"features\": [%d, %g], \"label\": [[0, %d, 0]]}", i,
			i % 4, 0.5 * (i % 3), i % 4);
		record[i] = text[i];
	}
	stream_of("f.pz",
		  "{\"pzpipe\": 1, \"kind\": \"catalogue\", \"features\": [\"g - r\", \"r\"], "
		  "\"labels\": \"single\", " GRID("0", "4") "}",
		  record, 20);
	write_text("f.net", "features\ndense 3 relu\n");
	run_well(train_main, "train --net f.net -b 4 -n 3 f.pz -o f.model");
	run_well(tonetwork_main, "tonetwork f.model -o f.onnx");
	run_well(tonetwork_main, "tonetwork f.model -o f.safetensors");
	file = contents("f.safetensors");
	at = strlen("12345678");
	assert_non_null(strstr(file + at, "\"features\":\"g - r,r\""));
	assert_non_null(strstr(file + at, "\"grid.target\":\"z\",\"grid.min\":\"0\",\"grid.max\":"
					  "\"1\",\"grid.bins\":\"4\",\"grid.left\":\"0\","
					  "\"grid.right\":\"0\",\"net\":\"features\\ndense "));
	assert_null(strstr(file + at, "\"pixscale\""));
	run_badly(tonetwork_main, "tonetwork f.model", 2,
		  "expected --output with a name that ends in .onnx or .safetensors");
	run_badly(tonetwork_main, "tonetwork f.model -o f.txt", 2, ", found 'f.txt'");
	run_badly(tonetwork_main, "tonetwork -o f.onnx", 2, "expected one model, found 0 files");
	run_badly(tonetwork_main, "tonetwork c.pz -o f.onnx", 4, "c.pz");
}

/* What the pixels of a model's stamps are, and convolutions without normalisation. */
static void models_of_pixels(void **state)
{
	static const char *const said[][6] = {
		{ "\"stretch\": \"sqrt\", \"divide\": 3", "\"divide\":\"3\"",
		  "\"stretch\":\"sqrt\"" },
		{ "\"psf\": 1.5, \"stretch\": \"asinh\", \"soften\": [0.5, 2]",
		  "\"soften\":\"0.5,2\"", "\"psf\":\"1.5\"" },
	};
	static char text[20][200];
	const char *record[20], *file;
	char head[600];

	(void)state;
	for (int i = 0; i < 20; i++) {
		sprintf(text[i],
			"{\"id\": %d, \"img\": [%d, 1, 2, 3, 4, %d, 6, 7], \"label\": [[0, "
			"%d, 0]]}",
			i, i % 4, i % 3, i % 4);
		record[i] = text[i];
	}
	write_text("p.net", "conv 1x1 2 norm relu\nflatten\ndense 3 relu\n");
	for (size_t k = 0; k < 2; k++) {
		snprintf(head, sizeof head,
			 "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"r\"], "
			 "\"size\": "
			 "2, \"pixel\": \"f4\", \"pixscale\": 0.25, \"unit\": \"nmgy\", %s, "
			 "\"labels\": \"single\", " GRID("0", "4") "}",
			 said[k][0]);
		stream_of("s.pz", head, record, 20);
		run_well(train_main, "train --net p.net -b 4 -n 3 s.pz -o s.model");
		run_well(tonetwork_main, "tonetwork s.model -o s.safetensors");
		file = contents("s.safetensors") + strlen("12345678");
		assert_non_null(strstr(file, "\"bands\":\"g,r\""));
		assert_non_null(strstr(file, "\"pixscale\":\"0.25\""));
		assert_non_null(strstr(file, "\"unit\":\"nmgy\""));
		assert_non_null(strstr(file, said[k][1]));
		assert_non_null(strstr(file, said[k][2]));
		assert_int_equal(strstr(file, "\"psf\"") != NULL, k == 1);
		assert_int_equal(strstr(file, "\"divide\"") != NULL, k == 0);
		assert_null(strstr(file, "norm"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_that_meet_a_condition),
		cmocka_unit_test(conditions_that_are_none),
		cmocka_unit_test(values_of_the_same_galaxies),
		cmocka_unit_test(headers_of_pixels_and_features),
		cmocka_unit_test(pixels_bring_all_of_their_header),
		cmocka_unit_test(half_floats_come_with_their_header),
		cmocka_unit_test(keys_that_cannot_be_taken),
		cmocka_unit_test(shares_of_a_sample),
		cmocka_unit_test(models_for_other_programs),
		cmocka_unit_test(models_of_pixels),
	};

	return cmocka_run_group_tests_name("selections", tests, in_folder, out_of_folder);
}
