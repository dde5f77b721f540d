/* test_table_written.c -- tables of totable's: files of qp's among other arrays of numbers, CSV to
 * the letter, and options that do not go together
 */
#include <math.h>

#include "in_process.h"
#include "raw_hdf5.h"

#define GRID                                                                                       \
	"{\"pzpipe\": 1, \"kind\": \"predictions\", \"features\": [\"u\", \"g\"], \"grid\": "      \
	"{\"target\": \"z\", \"min\": 0.5, \"max\": 1, \"bins\": 2, \"left\": 1, \"right\": 0}}"

static int begin(void **state)
{
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	if (in_folder(state) != 0)
		return -1;
	stream("q.pz", GRID,
	       "{\"id\": 7, \"features\": [10, 20], \"v\": [1.5, 2.5, 3.5], \"pz\": [0.25, 0.5, "
	       "0.25], \"mag\": 17, \"w\": [1, 2]}",
	       "{\"id\": 8, \"features\": [30, 40], \"v\": [4.5, 5.5, 6.5], \"mag\": 18, \"w\": "
	       "[3, "
	       "4]}",
	       "{\"id\": 9, \"v\": [7.5, 8.5, 9.5], \"pz\": [1, 0, 0], \"w\": [5, 6]}", NULL);
	return 0;
}

static void array_is(const char *file, const char *name, const double *expected, size_t n)
{
	double x[16];

	assert_int_equal(h5_get(file, name, x, 16), n);
	for (size_t i = 0; i < n; i++)
		if (x[i] != expected[i] && !(isnan(x[i]) && isnan(expected[i])))
			fail_msg("%s: number %zu: expected %g, found %g", name, i, expected[i],
				 x[i]);
}

#define ARRAY_IS(file, name, ...)                                                                  \
	array_is(file, name, (const double[]){ __VA_ARGS__ },                                      \
		 sizeof(const double[]){ __VA_ARGS__ } / sizeof(double))

/* Bins of 0.25 from 0.25 on: densities are four times the probabilities. Only p(z) is the file's; a
 * galaxy without is left out of every array. */
static void qp_beside_other_arrays(void **state)
{
	(void)state;
	for (int k = 0; k < 2; k++) {
		run_well(totable_main, k ? "totable -f qp -c w,pz,mag,features,v,id q.pz -o q.h5"
					 : "totable -f qp q.pz -o q.h5");
		assert_string_equal(
			contents("stderr"),
			"totable: 1 galaxy has no p(z) and was left out: qp has no place "
			"for them\n");
		ARRAY_IS("q.h5", "meta/bins", 0.25, 0.5, 0.75, 1);
		ARRAY_IS("q.h5", "data/pdfs", 1, 2, 1, 4, 0, 0);
		ARRAY_IS("q.h5", "ancil/id", 7, 9);
		ARRAY_IS("q.h5", "ancil/features", 10, 20, NAN, NAN);
		ARRAY_IS("q.h5", "ancil/v", 1.5, 2.5, 3.5, 7.5, 8.5, 9.5);
		ARRAY_IS("q.h5", "ancil/w", 1, 2, 5, 6);
		ARRAY_IS("q.h5", "ancil/mag", 17, NAN);
		ARRAY_IS("q.h5", "meta/pdf_version", 0);
	}
	run_badly(totable_main, "totable -f qp -c features q.pz -o q.h5", 1,
		  "--format qp: expected a stream with p(z) and their grid, found none");
}

/* Everything of the same stream as HDF5 and .npz, in groups or none. */
static void all_arrays_in_their_group(void **state)
{
	(void)state;
	run_well(totable_main, "totable -g a/b q.pz -o a.h5");
	ARRAY_IS("a.h5", "a/b/mag", 17, 18, NAN);
	ARRAY_IS("a.h5", "a/b/pz", 0.25, 0.5, 0.25, NAN, NAN, NAN, 1, 0, 0);
	run_well(totable_main, "totable -g / q.pz -o a.h5");
	ARRAY_IS("a.h5", "features", 10, 20, 30, 40, NAN, NAN);
	run_well(totable_main, "totable q.pz -o a.h5");
	ARRAY_IS("a.h5", "photometry/w", 1, 2, 3, 4, 5, 6);
	run_well(fromtable_main, "fromtable a.h5 -o b.pz");
	assert_string_equal(records("b.pz"), records("q.pz"));
}

/* Units and meanings of columns, in a FITS table and in arrays; estimates are redshifts where the
 * target is one. */
static void meanings_of_columns(void **state)
{
	static const char head[] =
		"{\"pzpipe\": 1, \"kind\": \"predictions\", \"grid\": {\"target\": "
		"\"%s\", \"min\": 0, \"max\": 1, \"bins\": 2, \"left\": 0, "
		"\"right\": 0}}";
	static const struct {
		const char *column, *unit, *ucd[2]; /* of redshifts, of masses */
	} known[] = {
		{ "id", "", { "meta.id;meta.main", "meta.id;meta.main" } },
		{ "own", "", { "", "" } },
		{ "ra", "deg", { "pos.eq.ra;meta.main", "pos.eq.ra;meta.main" } },
		{ "mag", "mag", { "phot.mag", "phot.mag" } },
		{ "zphot_mean", "", { "src.redshift.phot;stat.mean", "" } },
	};
	char text[300], line[64];

	(void)state;
	for (int k = 0; k < 2; k++) {
		snprintf(text, sizeof text, head, k ? "mass" : "z");
		stream("m.pz", text,
		       "{\"id\": 1, \"own\": 2, \"ra\": 10, \"mag\": 17, \"zphot\": {\"mean\": "
		       "0.5}}",
		       NULL);
		run_well(totable_main, "totable -c id,own,ra,mag,zphot_mean m.pz -o m.h5");
		run_well(totable_main, "totable -c id,own,ra,mag,zphot_mean m.pz -o m.fits");
		for (int i = 0; i < 5; i++) {
			const char *ucd = known[i].ucd[k];

			snprintf(line, sizeof line, "photometry/%s", known[i].column);
			assert_string_equal(h5_attribute("m.h5", line, "unit"), known[i].unit);
			assert_string_equal(h5_attribute("m.h5", line, "ucd"), ucd);
			snprintf(line, sizeof line, "TUNIT%d  = '%s", i + 1, known[i].unit);
			assert_int_equal(strstr(contents("m.fits"), line) != NULL,
					 *known[i].unit != 0);
			snprintf(line, sizeof line, "TUCD%d   = '%s'", i + 1, ucd);
			assert_int_equal(strstr(contents("m.fits"), line) != NULL, *ucd != 0);
		}
	}
}

/* An option for one column leaves the others as the table says; a vector may be the first. */
static void options_beside_what_a_table_says(void **state)
{
	double p[3];

	(void)state;
	stream("m.pz", GRID,
	       "{\"id\": 1, \"z\": 0.5, \"own\": 2, \"mag\": 17, \"pz\": [0.25, 0.5, 0.25]}",
	       "{\"id\": 2, \"z\": -1, \"own\": 3, \"mag\": 18, \"pz\": [0.5, 0.25, 0.25]}", NULL);
	run_well(totable_main, "totable -c pz,id,z,own,mag m.pz -o m.fits");
	run_well(fromtable_main, "fromtable m.fits -o b.pz");
	assert_int_equal(numbers("b.pz", 1, "pz", p, 3), 3);
	assert_true(p[0] == 0.5 && p[2] == 0.25);
	assert_true(number("b.pz", 1, "z") == -1);
	run_well(fromtable_main, "fromtable --missing -1 m.fits -o b.pz");
	assert_true(number("b.pz", 0, "z") == 0.5 && number("b.pz", 1, "z") == -999);
	run_well(fromtable_main, "fromtable --missing none --columns mag=own m.fits -o b.pz");
	assert_true(number("b.pz", 0, "mag") == 2 && number("b.pz", 0, "z") == 0.5);
	assert_int_equal(numbers("b.pz", 0, "pz", p, 3), 3);
	assert_true(p[1] == 0.5);
	stream("m.pz", GRID, "{\"id\": 1, \"z\": 0.5, \"own\": 2, \"mag\": 17}", NULL);
	run_well(totable_main, "totable m.pz -o m.fits");
	run_well(fromtable_main, "fromtable --columns mag=z m.fits -o b.pz");
	assert_true(number("b.pz", 0, "own") == 2 && number("b.pz", 0, "mag") == 0.5);
}

/* Estimates of a row that has some; the file's own p(z), named or not. */
static void rows_without_estimates(void **state)
{
	(void)state;
	write_text("e.csv", "id,zphot,z,own,mass\n1,0.2,0.1,3,9\n2,,0.1,4,10\n");
	run_well(fromtable_main, "fromtable e.csv -o b.pz");
	assert_non_null(strstr(records("b.pz"), "{\"id\":1,\"z\":0.1,\"zphot\":{"));
	assert_non_null(strstr(contents("records.json"), "{\"id\":2,\"z\":0.1}\n"));
	run_well(totable_main, "totable -f qp q.pz -o q.h5");
	run_well(fromtable_main, "fromtable --grid 0.5,1,2,1,0 --pz q.h5 q.h5 -o b.pz");
	assert_non_null(strstr(records("b.pz"), "\"pz\":{\"bytes\":"));
	run_well(fromtable_main, "fromtable --pz none q.h5 -o b.pz");
	assert_null(strstr(records("b.pz"), "\"pz\""));
}

/* The true value of another target is a column that is carried, whichever. */
static void targets_are_carried(void **state)
{
	(void)state;
	run_well(fromtable_main, "fromtable --carry own,mass --target mass --grid 8,12,4 e.csv -o "
				 "b.pz");
	assert_true(number("b.pz", 1, "mass") == 10 && number("b.pz", 0, "own") == 3);
	assert_non_null(
		strstr(header("b.pz"), "\"target\":\"mass\",\"min\":8.0,\"max\":12.0,\"bins\":4,"));
	run_badly(fromtable_main,
		  "fromtable --carry own --target mass --grid 8,12,4 e.csv -o no.pz", 2,
		  "--target: expected a carried column 'mass', found none");
}

static void texts_that_another_program_broke(void **state)
{
	static char bytes[20000];
	FILE *file;
	char *at;
	size_t n;

	(void)state;
	stream("m.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", "{\"id\": 1, \"t\": \"abcdef\"}",
	       "{\"id\": 2, \"t\": \"qrstuv\"}", NULL);
	run_well(totable_main, "totable m.pz -o m.fits");
	file = fopen("m.fits", "rb");
	n = fread(bytes, 1, sizeof bytes, file);
	fclose(file);
	at = memmem(bytes, n, "qrstuv", 6);
	assert_non_null(at);
	at[2] = (char)0xff;
	write_file("m.fits", bytes, n);
	run_badly(fromtable_main, "fromtable m.fits -o no.pz", 1,
		  "row 2: column 't': expected UTF-8, found other bytes");
}

/* Texts come back from FITS also where CFITSIO itself would not read them, from 28800 bytes on. */
static void long_texts_come_back(void **state)
{
	static char text[2][30000];
	const char *record[2] = { text[0], text[1] };

	(void)state;
	for (size_t letters = 28798; letters < 28803; letters++) {
		for (int i = 0; i < 2; i++) {
			int n = sprintf(text[i], "{\"id\": %d, \"v\": [1.5, %d.5], \"t\": \"", i,
					i);

			memset(text[i] + n, 'a' + i, letters);
			text[i][n] = 'b';
			/* the second one is shorter, and ends otherwise */
			strcpy(text[i] + n + letters - 3 * i,
			       i ? "z\", \"w\": 3}" : "\", \"w\": 2}");
		}
		stream_of("long.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", record, 2);
		run_well(totable_main, "totable long.pz -o long.fits");
		run_well(fromtable_main, "fromtable long.fits -o b.pz");
		assert_string_equal(records("b.pz"), records("long.pz"));
	}
}

/* ---- CSV ---- */

static void cells_that_need_quotes(void **state)
{
	(void)state;
	stream("t.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}",
	       "{\"id\": 1, \"t\": \"plain\", \"x\": -0.0}", "{\"id\": 2, \"t\": \"a;b\"}",
	       "{\"id\": 3, \"t\": \"a\\tb\"}", "{\"id\": 4, \"t\": \"a\\nb\"}",
	       "{\"id\": 5, \"t\": \"a\\rb\"}", "{\"id\": 6, \"t\": \"#a\"}",
	       "{\"id\": 7, \"t\": \" a\"}", "{\"id\": 8, \"t\": \"a \"}",
	       "{\"id\": 9, \"t\": \"'a\"}", "{\"id\": 10, \"t\": \"a'#b\"}",
	       "{\"id\": 11, \"t\": \"\"}", "{\"id\": 12, \"x\": 1e300}", NULL);
	run_well(totable_main, "totable t.pz");
	assert_string_equal(contents("stdout"), "id,t,x\n1,plain,-0.0\n2,\"a;b\",\n3,\"a\tb\",\n"
						"4,\"a\nb\",\n5,\"a\rb\",\n6,\"#a\",\n7,\" a\",\n"
						"8,\"a \",\n9,\"'a\",\n10,a'#b,\n11,,\n"
						"12,,1e+300\n");
	assert_string_equal(contents("stderr"),
			    "totable: empty texts are written as missing values: t\n");
}

static void what_csv_leaves_out(void **state)
{
	(void)state;
	run_well(totable_main, "totable q.pz");
	assert_string_equal(contents("stdout"), "id,mag\n7,17\n8,18\n9,\n");
	assert_string_equal(contents("stderr"),
			    "totable: p(z) is left out: --pz FILE or -o NAME.fits writes it\n"
			    "totable: columns skipped: CSV cannot hold vectors (-o NAME.fits can): "
			    "features, v, w\n");
	run_well(totable_main, "totable q.pz --pz p.csv -c mag,pz");
	assert_string_equal(contents("stdout"), "mag\n17\n18\n\n");
	assert_string_equal(contents("p.csv"), "7,0.25,0.5,0.25\n9,1,0,0\n");
	stream("no.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", "{\"id\": 1, \"pz\": 5}", NULL);
	run_well(totable_main, "totable no.pz --pz p.csv -o a.csv");
	assert_string_equal(contents("stderr"), "totable: --pz p.csv: the stream has no p(z)\n");
	assert_string_equal(contents("p.csv"), "");
	assert_string_equal(contents("a.csv"), "id,pz\n1,5\n");
}

/* Kinds of columns that are written in another form, each with its names. */
static void what_is_said_of_columns(void **state)
{
	(void)state;
	stream("m.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}",
	       "{\"id\": 1, \"mix\": 5, \"long\": 9007199254740993, \"uni\": \"\\u00e9\", \"a b\": "
	       "1, "
	       "\"a.b\": 2, \"deep\": [[1]], \"m2\": true}",
	       "{\"id\": 2, \"mix\": \"x\", \"long\": 0.5, \"m2\": \"y\"}", NULL);
	run_well(totable_main, "totable m.pz -o m.fits");
	assert_string_equal(
		contents("stderr"),
		"totable: a\\.b is written as the column a_b_2, because another column has its "
		"name\n"
		"totable: columns skipped: arrays and maps cannot go into a table: deep\n"
		"totable: columns with texts and numbers: all values are written as texts: mix, "
		"m2\n"
		"totable: whole numbers with more digits than a column of numbers can hold are "
		"written as texts: long\n"
		"totable: texts that FITS cannot hold are coded, as in Gal%C3%A1xia (fromtable "
		"decodes "
		"them): uni\n");
	/* all of them come back as what they were */
	run_well(fromtable_main, "fromtable -q m.fits -o b.pz");
	assert_non_null(strstr(records("b.pz"), "\"long\":9007199254740993"));
	assert_non_null(strstr(contents("records.json"), "\"long\":0.5"));
	assert_non_null(strstr(contents("records.json"), "\"mix\":5"));
	assert_non_null(strstr(contents("records.json"), "\"mix\":\"x\""));
	run_well(totable_main, "totable -c id,a_b m.pz -o m.fits");
	assert_string_equal(
		contents("stderr"),
		"totable: columns skipped: arrays and maps cannot go into a table: deep\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(qp_beside_other_arrays),
		cmocka_unit_test(all_arrays_in_their_group),
		cmocka_unit_test(meanings_of_columns),
		cmocka_unit_test(options_beside_what_a_table_says),
		cmocka_unit_test(rows_without_estimates),
		cmocka_unit_test(targets_are_carried),
		cmocka_unit_test(texts_that_another_program_broke),
		cmocka_unit_test(long_texts_come_back),
		cmocka_unit_test(cells_that_need_quotes),
		cmocka_unit_test(what_csv_leaves_out),
		cmocka_unit_test(what_is_said_of_columns),
	};

	return cmocka_run_group_tests_name("written tables", tests, begin, out_of_folder);
}
