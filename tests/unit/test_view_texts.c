/* test_view_texts.c -- inspect: its tables and lists to the last letter, which stamps come on a
 * sheet, the presets that it prints */
#include <math.h>

#include "../../tools/inspect/choose.h"
#include "json_map.h"

#define STAMPS                                                                                     \
	"{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"NUV\"], \"size\": 1, "         \
	"\"pixel\": \"f4\"}"

static int begin(void **state)
{
	if (in_folder(state) != 0)
		return -1;
	stream("a.pz", STAMPS,
	       "{\"id\": 7, \"z\": 1, \"name\": \"tab\\there\", \"v\": [1, [2, 9], \"x\"], "
	       "\"mix\": "
	       "1, \"img\": [1, 8], \"m\": {\"k\": 4}, \"nil\": null, \"ok\": true}",
	       "{\"id\": \"b\", \"z\": 0.5, \"name\": \"\", \"v\": [3], \"mix\": \"text\", "
	       "\"img\": "
	       "[4, 2], \"nil\": 5}",
	       "{\"id\": 9, \"z\": 3, \"img\": [1, 3], \"a rather long name of a key\": 12}", NULL);
	return 0;
}

/* ---- tables ---- */

static void fields_to_the_letter(void **state)
{
	(void)state;
	run_well(inspect_main, "inspect --fields a.pz");
	assert_string_equal(
		contents("stdout"),
		"key                  type        records  range                        first\n"
		"id                   mixed             3  7 to 9                       7\n"
		"z                    number            3  0.5 to 3                     1\n"
		"name                 text              2                               tab here\n"
		"v                    array             2                               "
		"[1,[2,9],\"x\"]\n"
		"mix                  mixed             2  1 to 1                       1\n"
		"img                  bytes             3                               8 bytes\n"
		"m.k                  integer           1  4 to 4                       4\n"
		"nil                  integer           2  5 to 5                       null\n"
		"ok                   bool              1                               true\n"
		"a rather long name of a key integer           1  12 to 12                     "
		"12\n");
	/* 60 bytes of an example */
	stream("l.pz", STAMPS,
	       "{\"a\": \"123456789012345678901234567890123456789012345678901234567890\", "
	       "\"b\": \"1234567890123456789012345678901234567890123456789012345678901\"}",
	       NULL);
	run_well(inspect_main, "inspect --fields l.pz");
	assert_non_null(strstr(contents("stdout"),
			       " 123456789012345678901234567890123456789012345678901234567890\nb"));
	assert_non_null(
		strstr(contents("stdout"),
		       " 123456789012345678901234567890123456789012345678901234567890...\n"));
}

static void statistics_to_the_letter(void **state)
{
	(void)state;
	run_well(inspect_main, "inspect --stats a.pz");
	assert_string_equal(contents("stdout"), "number                    count      nan          "
						"min       median         mean    "
						"      max\n"
						"id                            2        0          "
						"  7            8            8    "
						"        9\n"
						"z                             3        0          "
						"0.5            1          1.5    "
						"        3\n"
						"v                             4        0          "
						"  1          2.5         3.75    "
						"        9\n"
						"mix                           1        0          "
						"  1            1            1    "
						"        1\n"
						"m.k                           1        0          "
						"  4            4            4    "
						"        4\n"
						"nil                           1        0          "
						"  5            5            5    "
						"        5\n"
						"a rather long name of a key          1        0   "
						"        12           12           "
						"12           12\n"
						"pixels g                      3        0          "
						"  1            1            2    "
						"        4\n"
						"pixels NUV                    3        0          "
						"  2            3      4.33333    "
						"        8\n");
	/* a single number, a single pixel */
	stream("n.pz", STAMPS, "{\"id\": 1, \"img\": [1, 8]}", NULL);
	run_well(inspect_main, "inspect --stats n.pz");
	assert_non_null(strstr(contents("stdout"), "\npixels g                      1        0 "));
	stream("n.pz", STAMPS, "{\"id\": 1, \"img\": [1]}", NULL);
	run_badly(inspect_main, "inspect --stats n.pz", 3,
		  "n.pz: record 1 (id 1): img: expected 8 bytes, found 4");
}

/* Values of NaN are counted apart; a column of nothing else has no range. */
static void numbers_that_are_none(void **state)
{
	struct pz_writer *out = NULL;
	struct pz_header h;
	pz_map *m = pz_map_new();
	FILE *to = fopen("nan.pz", "wb");

	(void)state;
	assert_int_equal(pz_header_init(&h, "catalogue"), 0);
	assert_int_equal(pz_writer_open(&out, to, "nan.pz", &h), 0);
	for (int i = 0; i < 3; i++) {
		pz_map_clear(m);
		pz_map_set_number(m, "a", NAN);
		pz_map_set_number(m, "b", i ? NAN : -2);
		assert_int_equal(pz_write(out, m), 0);
	}
	assert_int_equal(pz_writer_close(out), 0);
	fclose(to);
	run_well(inspect_main, "inspect --stats nan.pz");
	assert_string_equal(
		strchr(contents("stdout"), '\n'),
		"\na                             3        3\n"
		"b                             3        2           -2           -2      "
		"     -2           -2\n");
	run_well(inspect_main, "inspect --fields nan.pz");
	assert_string_equal(
		strchr(contents("stdout"), '\n'),
		"\na                    number            3                               "
		"nan\n"
		"b                    number            3  -2 to -2                     "
		"-2\n");
	pz_map_free(m);
	pz_header_release(&h);
}

/* 256 names are followed, and the values of others counted. */
static void names_beyond_those_that_are_followed(void **state)
{
	char text[2][8000];
	const char *record[2] = { text[0], text[1] };

	(void)state;
	for (int more = 0; more < 3; more++) {
		for (int k = 0; k < 2; k++) {
			char *at = text[k] + sprintf(text[k], "{\"k0\": 0");
			int n = k ? 1 : 256 + more;

			for (int i = 1; i < n; i++)
				at += sprintf(at, ", \"k%d\": %d", i, i);
			strcpy(at, "}");
		}
		stream_of("k.pz", STAMPS, record, 2);
		run_well(inspect_main, "inspect --tsv k.pz");
		assert_non_null(strstr(contents("stdout"), "\tk255\n0\t1\t2\t"));
		assert_string_equal(contents("stderr"),
				    more == 0   ? ""
				    : more == 1 ? "inspect: only the first 256 names are shown; 1 "
						  "value of another was left out\n"
						: "inspect: only the first 256 names are shown; 2 "
						  "values of others were left out\n");
	}
}

static void the_first_records_and_their_header(void **state)
{
	char *text;

	(void)state;
	stream("h.pz",
	       "{\"pzpipe\": 1, \"kind\": \"catalogue\", \"about\": \"two\\nlines\", \"grid\": "
	       "{\"target\": \"z\", \"min\": 0, \"max\": 1, \"bins\": 2, \"left\": 0, \"right\": "
	       "0}, \"history\": [{\"tool\": \"a\"}, 5, {\"tool\": \"b\", \"seed\": 3}]}",
	       "{\"id\": 1, \"a name of 18 lette\": 2}", "{\"id\": 2}", NULL);
	run_well(inspect_main, "inspect -n 1 h.pz");
	assert_string_equal(contents("stdout"), "record 1\nid                1\n"
						"a name of 18 lette 2\n");
	run_well(inspect_main, "inspect -n 9 h.pz");
	assert_string_equal(contents("stdout"), "record 1\nid                1\n"
						"a name of 18 lette 2\n\nrecord 2\nid              "
						"  2\n");
	run_well(inspect_main, "inspect h.pz");
	text = (char *)contents("stdout");
	assert_non_null(strstr(text, "\nhash "));
	strstr(text, "\nhash ")[1] = 0;
	assert_string_equal(text, "pzpipe            1\n"
				  "kind              catalogue\n"
				  "about             two\n"
				  "                  lines\n"
				  "grid.target       z\n"
				  "grid.min          0\n"
				  "grid.max          1\n"
				  "grid.bins         2\n"
				  "grid.left         0\n"
				  "grid.right        0\n"
				  "history           a\n"
				  "                  b (seed 3)\n"
				  "records           2, complete, hash as written\n");
	stream("m.pz", "{\"pzpipe\": 1, \"kind\": \"model\"}",
	       "{\"name\": \"a\", \"shape\": [2, 3, 4, 5]}", "{\"name\": \"b\", \"shape\": []}",
	       "{\"shape\": [7]}", "{\"name\": \"c\", \"shape\": [1, 1, 1, 1, 1]}",
	       "{\"name\": \"d\", \"shape\": [6]}", NULL);
	run_well(inspect_main, "inspect m.pz");
	assert_non_null(strstr(contents("stdout"), "tensor            a  2 x 3 x 4 x 5  (120)\n"
						   "tensor            d  6  (6)\n"
						   "parameters        126\n"
						   "records           5, complete"));
}

static void one_view_at_a_time(void **state)
{
	static const char *const view[] = { "-n 1",    "--fields", "--json",      "--tsv",
					    "--stats", "--check",  "--png x.png", "--surveys" };

	(void)state;
	for (int i = 0; i < 8; i++)
		for (int k = 0; k < i; k++) {
			char line[96];

			snprintf(line, sizeof line, "inspect %s %s a.pz", view[i], view[k]);
			run_badly(inspect_main, line, 2,
				  "--head, --fields, --json, --tsv, --stats, --check, --png and "
				  "--surveys exclude each other");
		}
	stream("none.pz", STAMPS, NULL);
	run_well(inspect_main, "inspect --tsv none.pz");
	assert_string_equal(contents("stdout"), "");
}

/* ---- stamps of a sheet ---- */

/* The places of records in turn, by their residuals (NaN: none). */
static void places(struct choice *c, const double *off, int n, const int *expected)
{
	for (int i = 0; i < n; i++) {
		pz_map *m = pz_map_new();
		double zphot = 0.25 + 1.25 * off[i];

		pz_map_set_number(m, "z", 0.25);
		if (!isnan(zphot))
			pz_map_set_named(m, "zphot", estimate_name + 1, &zphot, 1);
		assert_int_equal(choice_place(c, m, ESTIMATE_MEAN), expected[i]);
		pz_map_free(m);
	}
}

static void the_worst_in_their_order(void **state)
{
	static const double off[] = { 0.1, NAN, -0.5, 0.2, 0.2, -0.3, 0.1, 0.3, 0.9 };
	static const int place[] = { 0, -1, 1, 2, 0, 0, -1, 2, 0 };
	struct choice c = { .by = CHOOSE_WORST, .room = 3, .target = "z" };

	(void)state;
	c.kept = calloc(3, sizeof *c.kept);
	places(&c, off, 9, place);
	assert_false(choice_is_full(&c));
	assert_int_equal(c.zphot.count, 1);
	assert_int_equal(c.seen, 9);
	choice_order(&c);
	assert_true(c.n == 3 && c.kept[0].number == 9 && c.kept[1].number == 3 &&
		    c.kept[2].number == 8);
	assert_true(fabs(c.kept[0].rank - 0.9) < 1e-12 && fabs(c.kept[1].rank - 0.5) < 1e-12);
	/* equal ones in the order of the stream */
	c.kept[0] = (struct chosen){ 0.5, 7, 0 };
	c.kept[1] = (struct chosen){ 0.5, 4, 1 };
	c.kept[2] = (struct chosen){ 0.6, 9, 2 };
	choice_order(&c);
	assert_true(c.kept[0].number == 9 && c.kept[1].number == 4 && c.kept[2].number == 7);
	choice_release(&c);
	assert_null(c.kept);
}

static void the_first_and_plain_differences(void **state)
{
	static const double off[] = { 0.1, NAN, -0.5 };
	static const int place[] = { 0, 1, -1 };
	struct choice c = { .by = CHOOSE_FIRST, .room = 2, .target = "z" };
	pz_map *m = map_of("{\"mass\": 9, \"z\": 1, \"zphot\": {\"mode\": 9.5}}");

	(void)state;
	c.kept = calloc(2, sizeof *c.kept);
	assert_false(choice_is_full(&c));
	places(&c, off, 3, place);
	assert_true(choice_is_full(&c));
	choice_order(&c);
	assert_true(c.kept[0].number == 1 && c.kept[1].number == 2);
	assert_true(fabs(choice_residual(&c, m, ESTIMATE_MODE) - 4.25) < 1e-12);
	c.target = "mass";
	assert_true(choice_residual(&c, m, ESTIMATE_MODE) == 0.5);
	choice_release(&c);
	pz_map_free(m);
}

/* ---- presets ---- */

#define GRID                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 2, \"bins\": 40}, \"rows\": "          \
	"{\"mag\": "                                                                               \
	"\"i\", \"min\": 16, \"width\": 0.5, \"channels\": 4}, \"limits\": {\"divide\": 3, "       \
	"\"outlier\": 0.1, \"fit_from\": 0.2, \"threshold\": 50}"
#define PRINTED                                                                                    \
	"  grid        z from 0 to 2, 40 bins\n"                                                   \
	"  rows        i from 16, 7 of 0.5 mag\n"                                                  \
	"  limits      divide 3, outlier 0.1, fit_from 0.2, threshold 50\n"

/* All of a folder in their order, or those that are named. */
static void presets_to_the_letter(void **state)
{
	static const char first[] =
		"first\n"
		"  what        by hand\n"
		"  files       a-%b.fits\n"
		"  bands       g,r\n"
		"  in files    G,R\n"
		"  pixel       0.25 arcsec\n"
		"  HDU         SCI\n"
		"  zero point  27\n"
		"  bias        5\n"
		"  PSF         SEEING\n"
		"  masks       names with 'm' in place of 'a', HDU 3, bad: 1,2\n" PRINTED
		"  extinction  g 3.5, r 2.5\n";
	static const char second[] =
		"second\n"
		"  masks       in the files of the frames, bad: weights of 0\n" PRINTED
		"  extinction  g 3\n";
	static const char third[] = "third\n"
				    "  masks       in the files of the frames, HDU 2, bad: any "
				    "bit\n" PRINTED;
	const char *found;
	char all[2000];

	(void)state;
	assert_int_equal(system("mkdir presets"), 0);
	write_text("presets/first.json",
		   "{\"about\": \"by hand\", " GRID ", \"frames\": {\"files\": \"a-%b.fits\", "
		   "\"bands\": \"g,r\", \"names\": \"G,R\", \"pixscale\": 0.25, \"zeropoint\": "
		   "\"27\", \"bias\": \"5\", \"hdu\": \"SCI\", \"psf\": \"SEEING\"}, \"mask\": "
		   "{\"instead\": \"a\", \"files\": \"m\", \"hdu\": \"3\", \"bits\": \"1,2\"}, "
		   "\"extinction\": {\"g\": 3.5, \"r\": 2.5}}");
	write_text("presets/second.json", "{" GRID ", \"mask\": {\"weights\": true}, "
					  "\"extinction\": {\"g\": 3}}");
	write_text("presets/third.json", "{" GRID ", \"mask\": {\"hdu\": \"2\"}}");
	setenv("PZ_SURVEYS", "presets", 1);
	run_well(inspect_main, "inspect --surveys first");
	assert_string_equal(contents("stdout"), first);
	run_well(inspect_main, "inspect --surveys third second");
	snprintf(all, sizeof all, "%s%s", third, second);
	assert_string_equal(contents("stdout"), all);
	run_well(inspect_main, "inspect --surveys");
	/* among those that come with the programs, in their order */
	found = strstr(contents("stdout"), first);
	assert_non_null(found);
	found = strstr(found, second);
	assert_non_null(found);
	assert_non_null(strstr(found, third));
	run_badly(inspect_main, "inspect --surveys none", 2, "none");
	assert_string_equal(contents("stdout"), "");
	setenv("PZ_SURVEYS", "no-such-folder", 1);
	run_badly(inspect_main, "inspect --surveys first", 2, "first");
	unsetenv("PZ_SURVEYS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_to_the_letter),
		cmocka_unit_test(statistics_to_the_letter),
		cmocka_unit_test(numbers_that_are_none),
		cmocka_unit_test(names_beyond_those_that_are_followed),
		cmocka_unit_test(the_first_records_and_their_header),
		cmocka_unit_test(one_view_at_a_time),
		cmocka_unit_test(the_worst_in_their_order),
		cmocka_unit_test(the_first_and_plain_differences),
		cmocka_unit_test(presets_to_the_letter),
	};

	return cmocka_run_group_tests_name("views", tests, begin, out_of_folder);
}
