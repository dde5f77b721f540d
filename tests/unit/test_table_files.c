/* test_table_files.c -- tables as HDF5, NumPy's arrays, FITS and files of qp's: what stands in
 * them by their own libraries, and what comes back when others have changed them */
#include <math.h>

#include <fitsio.h>

#include "../../tools/table/places.h"
#include "in_process.h"
#include "raw_hdf5.h"

#define HEADER                                                                                     \
	"{\"pzpipe\": 1, \"kind\": \"predictions\", \"survey\": \"cfhtls-wide\", \"grid\": "       \
	"{\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 2, \"left\": 1, \"right\": 1}, "  \
	"\"rows\": {\"mag\": \"i\", \"min\": 15.5, \"width\": 0.25, \"channels\": 3}, "            \
	"\"limits\": {\"divide\": 2, \"outlier\": 0.07, \"fit_from\": 0.15, \"threshold\": 5}, "   \
	"\"features\": [\"a\", \"b,c\", \"d%\"]}"
#define ZPHOT(z) "\"zphot\": {\"mode\": " z ", \"mean\": " z ", \"median\": " z "}"

static int begin(void **state)
{
	if (in_folder(state) != 0)
		return -1;
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	stream("all.pz", HEADER,
	       "{\"id\": 1, \"z\": 0.1, \"mag\": 17.5, \"ok\": true, \"n\": 7, \"gap\": true, "
	       "\"big\": 4611686018427387905, \"s\": \"one\", \"uni\": \"Gal\\u00e1\", \"code\": "
	       "\" 1%\", \"mixed\": 5, \"sub\": {\"e1\": 0.125}, \"a/b\": 3, \"two\": [1.5, -2.5], "
	       "\"whole\": [1, 1152921504606846977], \"features\": [1, 2, 3], \"pz\": [0.25, 0.5, "
	       "0.125, 0.125], " ZPHOT("0.11") "}",
	       "{\"id\": 2, \"z\": 0.2, \"mag\": 18.25, \"ok\": false, \"n\": -3, \"gap\": false, "
	       "\"big\": 4611686018427387906, \"s\": \"\", \"uni\": \"x\", \"code\": \"2\", "
	       "\"mixed\": \"5\", \"sub\": {\"e1\": -0.5}, \"a/b\": 4, \"two\": [0.5, 0.25], "
	       "\"whole\": [2, -9], \"features\": [4, 5, 6], \"pz\": [0, 0, 1, 0], " ZPHOT(
		       "0.21") "}",
	       "{\"id\": 3, \"z\": 0.3, \"ok\": true, \"big\": 4611686018427387907, \"uni\": \"\", "
	       "\"code\": \"3\", \"mixed\": \"\", \"sub\": {\"e1\": 0.75}, \"a/b\": 5, \"two\": "
	       "[8.5, 9.5], \"whole\": [3, 4], " ZPHOT("0.31") "}",
	       NULL);
	return 0;
}

/* ---- there and back ---- */

static void is_as_before(const char *name)
{
	static const char *const parts[] = {
		"\"survey\":\"cfhtls-wide\"",
		"\"features\":[\"a\",\"b,c\",\"d%\"]",
		("\"grid\":{\"target\":\"z\",\"min\":0.0,\"max\":0.4,\"bins\":2,\"left\":1,"
		 "\"right\":1}"),
		"\"rows\":{\"mag\":\"i\",\"min\":15.5,\"width\":0.25,\"channels\":3}",
		"\"limits\":{\"divide\":2.0,\"outlier\":0.07,\"fit_from\":0.15,\"threshold\":5}",
	};
	char *before = strdup(records("all.pz"));
	double a[4], b[4];

	assert_string_equal(records(name), before);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(numbers("all.pz", i, "pz", a, 4), 4);
		assert_int_equal(numbers(name, i, "pz", b, 4), 4);
		assert_memory_equal(a, b, sizeof a);
		assert_int_equal(numbers(name, i, "features", b, 4), 3);
		assert_true(b[0] == 3. * (double)i + 1 && b[2] == 3. * (double)i + 3);
	}
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (!strstr(header(name), parts[i]))
			fail_msg("%s: the header lacks '%s': %s", name, parts[i], header(name));
	free(before);
}

static void every_value_comes_back(void **state)
{
	static const char *const name[] = { "a.h5", "a.hdf5", "a.npz", "a.fits" };

	(void)state;
	for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
		char line[96];

		snprintf(line, sizeof line, "totable all.pz -o %s", name[i]);
		run_well(totable_main, line);
		snprintf(line, sizeof line, "fromtable %s -o back.pz", name[i]);
		run_well(fromtable_main, line);
		assert_string_equal(contents("stderr"), "");
		is_as_before("back.pz");
	}
	run_well(totable_main, "totable -g / all.pz -o root.h5");
	run_well(fromtable_main, "fromtable root.h5 -o back.pz");
	is_as_before("back.pz");
	run_well(totable_main, "totable --group x/y all.pz -o deep.h5");
	run_well(fromtable_main, "fromtable deep.h5 -o back.pz");
	is_as_before("back.pz");
	run_well(fromtable_main, "fromtable --hdu photometry a.h5 -o back.pz");
	is_as_before("back.pz");
	run_badly(fromtable_main, "fromtable --hdu other a.h5 -o back.pz", 1,
		  "a.h5: --hdu: expected a group with columns, found none in 'other'");
}

static void what_libhdf5_finds(void **state)
{
	char text[64];
	double x[12];
	size_t size;

	(void)state;
	run_well(totable_main, "totable all.pz -o a.h5");
	assert_non_null(strstr(contents("stderr"), "coded, as in Gal%C3%A1"));
	assert_int_equal(h5_get("a.h5", "photometry/id", x, 12), 3);
	assert_true(x[0] == 1 && x[1] == 2 && x[2] == 3);
	assert_int_equal(h5_get("a.h5", "photometry/n", x, 12), 3);
	assert_true(x[0] == 7 && x[1] == -3 && isnan(x[2]));
	h5_get("a.h5", "photometry/gap", x, 12);
	assert_true(x[0] == 1 && x[1] == 0 && isnan(x[2]));
	h5_get("a.h5", "photometry/mag", x, 12);
	assert_true(x[0] == 17.5 && x[1] == 18.25 && isnan(x[2]));
	assert_int_equal(h5_get("a.h5", "photometry/pz", x, 12), 12);
	assert_true(x[1] == 0.5 && x[6] == 1 && isnan(x[8]));
	assert_int_equal(h5_get("a.h5", "photometry/two", x, 12), 6);
	assert_true(x[1] == -2.5 && x[4] == 8.5);
	h5_get("a.h5", "photometry/sub_e1", x, 12);
	assert_true(x[0] == 0.125 && x[2] == 0.75);
	h5_get("a.h5", "photometry/a_b", x, 12);
	assert_true(x[2] == 5);
	h5_get_texts("a.h5", "photometry/mixed", text, sizeof text, &size);
	assert_int_equal(size, 3);
	assert_memory_equal(text, "5\0\0%35%\0\0", 9);
	h5_get_texts("a.h5", "photometry/code", text, sizeof text, &size);
	assert_memory_equal(text, " 1%2\0\0003\0", 9);
}

/* ---- changed by others ---- */

static void columns_that_others_took_away_and_added(void **state)
{
	hid_t file;
	const int64_t more[] = { 5, 6, 7 };
	const double half = 0.5;
	double x[3];

	(void)state;
	run_well(totable_main, "totable -q all.pz -o b.h5");
	file = H5Fopen("b.h5", H5F_ACC_RDWR, H5P_DEFAULT);
	assert_true(H5Ldelete(file, "photometry/s", H5P_DEFAULT) >= 0);
	assert_true(H5Ldelete(file, "photometry/zphot_mean", H5P_DEFAULT) >= 0);
	h5_put(file, "photometry/new", H5T_NATIVE_INT64, 1, (hsize_t[]){ 3 }, more);
	h5_put(file, "photometry/wide", H5T_NATIVE_INT64, 2, (hsize_t[]){ 3, 1 }, more);
	H5Fclose(file);
	run_well(fromtable_main, "fromtable b.h5 -o back.pz");
	assert_non_null(strstr(contents("stderr"), "b.h5: columns that were added or renamed are "
						   "carried under their names: new, wide\n"));
	assert_non_null(strstr(contents("stderr"),
			       "b.h5: columns that were removed or renamed: s, zphot_mean\n"));
	assert_true(number("back.pz", 2, "new") == 7 && number("back.pz", 0, "wide") == 5);
	assert_true(number("back.pz", 0, "zphot.mode") == 0.11);
	assert_true(number("back.pz", 0, "zphot.mean") == -999);
	/* a column of rows of its own; a whole number that is none */
	file = H5Fopen("b.h5", H5F_ACC_RDWR, H5P_DEFAULT);
	h5_put(file, "photometry/short", H5T_NATIVE_INT64, 1, (hsize_t[]){ 2 }, more);
	H5Fclose(file);
	run_badly(fromtable_main, "fromtable b.h5", 1,
		  "array 'photometry/short': expected 3 rows as the others have, found 2");
	file = H5Fopen("b.h5", H5F_ACC_RDWR, H5P_DEFAULT);
	H5Ldelete(file, "photometry/short", H5P_DEFAULT);
	H5Ldelete(file, "photometry/n", H5P_DEFAULT);
	for (int i = 0; i < 3; i++)
		x[i] = i < 2 ? NAN : half;
	h5_put(file, "photometry/n", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 3 }, x);
	H5Fclose(file);
	run_badly(fromtable_main, "fromtable b.h5", 1,
		  "b.h5: row 3: column 'n': expected a whole number, as pzpipe/header says, found "
		  "0.5");
	file = H5Fopen("b.h5", H5F_ACC_RDWR, H5P_DEFAULT);
	H5Ldelete(file, "pzpipe/header", H5P_DEFAULT);
	h5_put(file, "pzpipe/header", H5T_NATIVE_INT64, 1, (hsize_t[]){ 3 }, more);
	H5Fclose(file);
	run_badly(fromtable_main, "fromtable b.h5", 1,
		  "b.h5: pzpipe/header: expected one text, found something else");
}

static void key_of_card(const char *name, const char *key, const char *text)
{
	fitsfile *f = NULL;
	int status = 0;

	fits_open_table(&f, name, READWRITE, &status);
	if (text)
		fits_update_key_longstr(f, key, text, NULL, &status);
	else
		fits_delete_key(f, key, &status);
	fits_close_file(f, &status);
	assert_int_equal(status, 0);
}

/* Without the keywords of the whole table; the descriptions of columns are still there. */
static void lose_keywords(const char *name)
{
	static const char *const lost[] = { "PZPIPE",  "SURVEY",   "TARGET",  "ROWSMAG",  "GRIDMIN",
					    "GRIDMAX", "GRIDBINS", "GRIDLOW", "GRIDHIGH", "ROWSMIN",
					    "ROWSWID", "ROWSCHAN", "LIMDIV",  "LIMOUT",   "LIMFIT",
					    "LIMTHR",  "FEATURES" };

	for (size_t i = 0; i < sizeof lost / sizeof *lost; i++)
		key_of_card(name, lost[i], NULL);
}

/* The number of the column with this name. */
static int column_of(const char *name, const char *column)
{
	fitsfile *f = NULL;
	int status = 0, n = 0;

	fits_open_table(&f, name, READONLY, &status);
	fits_get_colnum(f, CASESEN, (char *)column, &n, &status);
	fits_close_file(f, &status);
	assert_int_equal(status, 0);
	return n;
}

static void set_comment(const char *name, const char *column, const char *text)
{
	char card[16];

	snprintf(card, sizeof card, "TCOMM%d", column_of(name, column));
	key_of_card(name, card, text);
}

/* What STILTS leaves of a table: the descriptions of columns hold grid, rows and limits. */
static void comments_of_columns_bring_the_header_back(void **state)
{
	(void)state;
	run_well(totable_main, "totable -q all.pz -o c.fits");
	lose_keywords("c.fits");
	run_well(fromtable_main, "fromtable c.fits -o back.pz");
	assert_string_equal(contents("stderr"), "");
	assert_string_equal(records("back.pz"), records("all.pz"));
	assert_non_null(strstr(header("back.pz"), "\"bins\":2,\"left\":1,\"right\":1"));
	assert_non_null(strstr(header("back.pz"), "\"mag\":\"i\",\"min\":15.5,\"width\":0.25"));
	assert_non_null(strstr(header("back.pz"), "\"outlier\":0.07"));
	assert_non_null(strstr(header("back.pz"), "\"survey\":\"cfhtls-wide\""));
	assert_non_null(strstr(header("back.pz"),
			       "\"features\":[\"features[0]\",\"features[1]\",\"features[2]\"]"));
	/* one that the column no longer deserves is not believed */
	set_comment("c.fits", "mag", "pzpipe magnitude=d:mag R=r,1,1,1");
	set_comment("c.fits", "z", "a redshift");
	run_well(fromtable_main, "fromtable c.fits -o back.pz");
	assert_non_null(strstr(contents("stderr"),
			       "its header was lost, and with it rows, limits: those of the survey "
			       "are used (--survey, --grid)"));
	assert_non_null(strstr(header("back.pz"), "\"outlier\":0.05"));
	set_comment("c.fits", "pz", "pzpipe pz=f:pz G=z,0,0.5,2,1,1");
	run_badly(fromtable_main, "fromtable c.fits", 1,
		  "expected the same as in the comment of another column, 'G=z,0,0.");
	set_comment("c.fits", "zphot_mode", "x");
	set_comment("c.fits", "zphot_mean", "x");
	set_comment("c.fits", "zphot_median", "x");
	set_comment("c.fits", "pz", "pzpipe pz=f:pz G=z,0,0.4,2");
	run_badly(fromtable_main, "fromtable c.fits", 1,
		  "expected more numbers in the list, found its end");
	set_comment("c.fits", "pz", "pzpipe pz=f:pz G=z,0,0.4,2.5,1,1");
	run_badly(fromtable_main, "fromtable c.fits", 1, "expected a whole number, found 2.5");
	set_comment("c.fits", "pz", "pzpipe pz=f:pz G=z,0.4,0,2,1,1");
	run_badly(fromtable_main, "fromtable c.fits", 1, "c.fits");
}

static void keys_of_columns_that_disagree(void **state)
{
	char card[16];

	(void)state;
	run_well(totable_main, "totable -q -c id,n,mag,zphot_mode all.pz -o d.fits");
	snprintf(card, sizeof card, "TKEY%d", column_of("d.fits", "n"));
	key_of_card("d.fits", card, "n=i:m");
	run_badly(fromtable_main, "fromtable d.fits", 1,
		  "column 'n': its TKEY or TCOMM cards say that it is m and that it is n: remove "
		  "the wrong one");
	set_comment("d.fits", "n", "mine");
	run_well(fromtable_main, "fromtable d.fits -o back.pz");
	assert_true(number("back.pz", 1, "m") == -3);
	/* of cards that are none the column is a new one */
	key_of_card("d.fits", card, "n=q:m");
	run_well(fromtable_main, "fromtable d.fits -o back.pz");
	assert_non_null(strstr(contents("stderr"), "carried under their names: n\n"));
	assert_true(number("back.pz", 1, "n") == -3);
	/* what a name means in streams nobody may take */
	key_of_card("d.fits", "TTYPE2", "img");
	run_badly(
		fromtable_main, "fromtable d.fits", 1,
		"column 'img' was added to the table, but 'img' has a meaning in streams: rename");
}

/* The first version wrote the paths alone, of columns with another name. */
static void tables_of_the_first_version(void **state)
{
	(void)state;
	run_well(totable_main, "totable -q -c id,z,n,sub.e1,zphot.mode all.pz -o e.fits");
	for (int i = 1; i <= 5; i++) {
		char card[16];

		snprintf(card, sizeof card, "TCOMM%d", i);
		key_of_card("e.fits", card, NULL);
		snprintf(card, sizeof card, "TKEY%d", i);
		key_of_card("e.fits", card, i == 4 ? "sub.e1" : i == 5 ? "zphot.mode" : NULL);
	}
	key_of_card("e.fits", "PZPIPE", NULL);
	{
		fitsfile *f = NULL;
		int status = 0, one = 1;

		fits_open_table(&f, "e.fits", READWRITE, &status);
		fits_update_key(f, TINT, "PZPIPE", &one, NULL, &status);
		fits_close_file(f, &status);
		assert_int_equal(status, 0);
	}
	run_well(fromtable_main, "fromtable e.fits -o back.pz");
	assert_string_equal(contents("stderr"), "");
	assert_string_equal(
		records("back.pz"),
		"{\"id\":1,\"z\":0.1,\"n\":7,\"sub\":{\"e1\":0.125},\"zphot\":{\"mode\":0.11}}\n"
		"{\"id\":2,\"z\":0.2,\"n\":-3,\"sub\":{\"e1\":-0.5},\"zphot\":{\"mode\":0.21}}\n"
		"{\"id\":3,\"z\":0.3,\"sub\":{\"e1\":0.75},\"zphot\":{\"mode\":0.31}}\n");
}

/* ---- files of qp's ---- */

/* Bins of 0.2 from -0.2 to 0.6: densities are five times the probabilities. */
static void pdfs_as_qp_has_them(void **state)
{
	char text[32];
	double x[16];
	size_t size;

	(void)state;
	run_well(totable_main, "totable -f qp all.pz -o q.h5");
	assert_non_null(strstr(contents("stderr"),
			       "1 galaxy has no p(z) and was left out: qp has no place for them"));
	assert_int_equal(h5_get("q.h5", "meta/bins", x, 16), 5);
	for (int i = 0; i < 5; i++)
		assert_true(fabs(x[i] - 0.2 * (i - 1)) < 1e-12);
	assert_int_equal(h5_get("q.h5", "data/pdfs", x, 16), 8);
	assert_true(fabs(x[0] - 1.25) < 1e-12 && fabs(x[1] - 2.5) < 1e-12);
	assert_true(fabs(x[6] - 5) < 1e-12 && x[7] == 0);
	assert_int_equal(h5_get("q.h5", "meta/pdf_version", x, 16), 1);
	assert_true(x[0] == 0);
	h5_get_texts("q.h5", "meta/pdf_name", text, sizeof text, &size);
	assert_string_equal(text, "hist");
	assert_int_equal(h5_get("q.h5", "ancil/id", x, 16), 2);
	assert_true(x[0] == 1 && x[1] == 2);
	run_well(fromtable_main, "fromtable --columns id=ancil/id q.h5 -o back.pz");
	assert_non_null(
		strstr(contents("stderr"), "the grid is that of the file: --grid -0.2,0.6,4"));
	assert_int_equal(numbers("back.pz", 0, "pz", x, 16), 4);
	assert_true(x[0] == 0.25 && x[1] == 0.5 && x[2] == 0.125);
	assert_true(number("back.pz", 1, "id") == 2);
	run_badly(totable_main, "totable -f qp -c id all.pz -o q.h5", 1,
		  "--format qp: expected a stream with p(z) and their grid, found none");
	run_badly(fromtable_main, "fromtable --pz q.h5 --pz-is chi2 q.h5", 2,
		  "expected neither --pz-is, --pz-grid nor --pz-columns");
}

/* A file of qp's of two galaxies with ids 1 and 2. */
static hid_t begin_qp(const char *name, const char *form)
{
	const int64_t id[] = { 1, 2 };
	hid_t file = h5_create(name);

	h5_put_texts(file, "meta/pdf_name", 1, 16, form);
	h5_put(file, "ancil/id", H5T_NATIVE_INT64, 1, (hsize_t[]){ 2 }, id);
	return file;
}

static void put_doubles(hid_t file, const char *name, hsize_t rows, hsize_t n, const double *x)
{
	h5_put(file, name, H5T_NATIVE_DOUBLE, n ? 2 : 1, (hsize_t[]){ rows, n }, x);
}

/* p(z) of the second galaxy over four bins of 0.1. */
static void second_is(const char *line, double a, double b, double c, double d)
{
	const double expected[] = { a, b, c, d };
	double p[4];

	run_well(fromtable_main, line);
	assert_int_equal(numbers("back.pz", 1, "pz", p, 4), 4);
	for (int i = 0; i < 4; i++)
		if (!(fabs(p[i] - expected[i]) < 1e-6))
			fail_msg("%s: bin %d: expected %g, found %g", line, i, expected[i], p[i]);
}

#define QP(name) "fromtable --grid 0,0.4,4 --columns id=ancil/id " name " -o back.pz"

static void every_form_of_qp(void **state)
{
	hid_t file = begin_qp("q.h5", "interp\0\0\0\0\0\0\0\0\0\0");

	(void)state;
	put_doubles(file, "meta/xvals", 1, 3, (double[]){ 0, 0.2, 0.4 });
	put_doubles(file, "data/yvals", 2, 3, (double[]){ 1, 1, 1, 0, 7, 0 });
	H5Fclose(file);
	second_is(QP("q.h5"), 0.125, 0.375, 0.375, 0.125);
	file = begin_qp("q.h5", "interp_irregular");
	put_doubles(file, "data/xvals", 2, 3, (double[]){ 0, 0.1, 0.4, 0.1, 0.2, 0.3 });
	put_doubles(file, "data/yvals", 2, 3, (double[]){ 1, 1, 1, 0, 10, 0 });
	H5Fclose(file);
	second_is(QP("q.h5"), 0, 0.5, 0.5, 0);
	file = begin_qp("q.h5", "quant\0\0\0\0\0\0\0\0\0\0\0");
	put_doubles(file, "meta/quants", 1, 3, (double[]){ 0.25, 0.5, 0.75 });
	put_doubles(file, "data/locs", 2, 3, (double[]){ 0, 0.2, 0.4, 0.1, 0.2, 0.3 });
	H5Fclose(file);
	second_is(QP("q.h5"), 0, 0.5, 0.5, 0);
	assert_non_null(strstr(contents("stderr"),
			       "50 % of each p(z) lies beyond the first and the last quantile"));
	file = begin_qp("q.h5", "norm\0\0\0\0\0\0\0\0\0\0\0\0");
	put_doubles(file, "data/loc", 2, 1, (double[]){ 0.2, 0.25 });
	put_doubles(file, "data/scale", 2, 1, (double[]){ 0.01, 1e-4 });
	H5Fclose(file);
	second_is(QP("q.h5"), 0, 0, 1, 0);
	file = begin_qp("q.h5", "mixmod\0\0\0\0\0\0\0\0\0\0");
	put_doubles(file, "data/means", 2, 2, (double[]){ 0.2, 0.2, 0.05, 0.35 });
	put_doubles(file, "data/stds", 2, 2, (double[]){ 0.01, 0.01, 1e-4, 1e-4 });
	put_doubles(file, "data/weights", 2, 2, (double[]){ 0.5, 0.5, 0.75, 0.25 });
	H5Fclose(file);
	second_is(QP("q.h5"), 0.75, 0, 0, 0.25);
	file = begin_qp("q.h5", "spline\0\0\0\0\0\0\0\0\0\0");
	H5Fclose(file);
	run_badly(fromtable_main, "fromtable q.h5", 1,
		  "q.h5: qp keeps these p(z) as 'spline'; expected hist, interp,");
}

/* ---- arrays of others ---- */

static void write_two(const char *name)
{
	hid_t file = h5_create(name);
	const int64_t id[] = { 7, 9 };

	h5_put(file, "id", H5T_NATIVE_INT64, 1, (hsize_t[]){ 2 }, id);
	put_doubles(file, "z", 2, 0, (double[]){ 0.1, 0.3 });
	put_doubles(file, "like", 2, 2, (double[]){ 1, 3, 3, 1 });
	put_doubles(file, "z_edges", 3, 0, (double[]){ 0, 0.2, 0.4 });
	H5Fclose(file);
}

static void arrays_of_likelihoods(void **state)
{
	struct places places;
	hid_t file;

	(void)state;
	write_two("t.h5");
	second_is("fromtable --grid 0,0.4,4 --pz like --pz-grid z_edges --pz-is density --scale-pz "
		  "t.h5 -o back.pz",
		  0.375, 0.375, 0.125, 0.125);
	assert_true(number("back.pz", 1, "id") == 9 && number("back.pz", 1, "z") == 0.3);
	run_badly(fromtable_main,
		  "fromtable --grid 0,0.4,4 --pz like --pz-grid nowhere --pz-is density t.h5", 1,
		  "--pz-grid: t.h5 has no array 'nowhere'");
	/* a file of its own; edges may stand in a group */
	file = h5_create("p.h5");
	put_doubles(file, "edges", 3, 0, (double[]){ 0, 0.1, 0.4 });
	put_doubles(file, "like", 2, 2, (double[]){ 1, 0, 0.25, 0.75 });
	put_doubles(file, "deep/er/knots", 2, 1, (double[]){ 0.5, 0.75 });
	H5Fclose(file);
	assert_int_equal(places_read(&places, "knots", "p.h5"), 0);
	assert_true(places.kind == PLACES_GIVEN && places.n == 2 && places.x[0] == 0.5 &&
		    places.x[1] == 0.75);
	places_release(&places);
	second_is("fromtable --grid 0,0.4,4 --pz p.h5 --pz-grid edges t.h5 -o back.pz", 0.25, 0.25,
		  0.25, 0.25);
	run_badly(fromtable_main, "fromtable --grid 0,0.4,4 --pz p.h5 t.h5", 4,
		  "p.h5: expected 4 probabilities, as the grid has bins, found 2");
	file = H5Fopen("p.h5", H5F_ACC_RDWR, H5P_DEFAULT);
	put_doubles(file, "more", 2, 2, (double[]){ 1, 0, 0, 1 });
	H5Fclose(file);
	run_badly(fromtable_main, "fromtable --grid 0,0.4,4 --pz p.h5 t.h5", 2,
		  "expected one array with several numbers a row, found 2: say which by "
		  "--pz-columns");
	second_is("fromtable --grid 0,0.4,2 --grid 0,0.4,4 --pz p.h5 --pz-columns more --pz-grid "
		  "0,0.2,0.4 t.h5 -o back.pz",
		  0, 0, 0.5, 0.5);
}

/* A second file has the same galaxies in the same order. */
static void files_of_other_galaxies_are_refused(void **state)
{
	const int64_t id[] = { 7, 8, 9 };
	const double like[] = { 1, 0, 0.5, 0.5, 0, 1 };
	hid_t file;

	(void)state;
	write_two("t.h5");
	for (hsize_t n = 1; n <= 3; n++) {
		static const char *const says[] = {
			"p.h5: row 2: expected the galaxies of the table in its order, found the "
			"end",
			"p.h5: row 2: expected the galaxies of the table in its order, found "
			"another id",
			"p.h5: row 3: expected the galaxies of the table in its order, found a row "
			"more than the table has"
		};
		int64_t own[] = { 7, n == 2 ? 8 : 9, 9 };

		file = h5_create("p.h5");
		h5_put(file, "id", H5T_NATIVE_INT64, 1, &n, n == 2 ? id : own);
		put_doubles(file, "like", n, 2, like);
		H5Fclose(file);
		run_badly(fromtable_main, "fromtable --grid 0,0.4,2 --pz p.h5 t.h5 -o no.pz", 4,
			  says[n - 1]);
	}
}

/* ---- what is refused, and said ---- */

static void options_that_the_format_does_not_have(void **state)
{
	(void)state;
	run_badly(totable_main, "totable -f hdf5 all.pz", 2,
		  "--format hdf5 or qp: expected -o FILE, found none: HDF5 cannot be written to");
	run_badly(totable_main, "totable -p p.csv all.pz -o a.h5", 2,
		  "--pz is for CSV only: in a file of arrays p(z) is a column");
	run_badly(totable_main, "totable --comments c.txt all.pz -o a.h5", 2,
		  "--comments is for FITS tables only");
	run_badly(totable_main, "totable -f hdf5 all.pz -o a.npz", 2,
		  "-o a.npz: expected another ending for HDF5");
	run_badly(totable_main, "totable -g x all.pz -o a.npz", 2, "--group is for HDF5 only");
	run_badly(totable_main, "totable -g x all.pz -o a.fits", 2, "--group is for HDF5 only");
	run_badly(totable_main, "totable -g x -f qp all.pz -o a.h5", 2, "--group is for HDF5");
	run_badly(totable_main, "totable -c id,two all.pz", 2,
		  "--columns: 'two' is a vector, which CSV cannot hold: use -o NAME.fits; see");
	run_badly(totable_main, "totable -c pz all.pz", 2,
		  "which CSV cannot hold: use -o NAME.fits, or --pz FILE");
	run_well(totable_main, "totable -c id all.pz --pz none.csv");
	run_badly(fromtable_main, "fromtable --strict t.h5", 2, "--strict needs --pz: the table");
	run_badly(fromtable_main, "fromtable --pz-grid 0,1 t.h5", 2, "--pz-grid needs --pz");
	run_badly(fromtable_main, "fromtable --pz-columns a t.h5", 2, "--pz-columns needs --pz");
	run_badly(fromtable_main, "fromtable --pz-is chi2 t.h5", 2, "--pz-is needs --pz");
	run_badly(fromtable_main, "fromtable --scale-pz t.h5", 2, "--scale-pz needs --pz");
}

static void lines_for_people_and_the_history(void **state)
{
	fitsfile *f = NULL;
	char card[FLEN_CARD] = "", *find[] = { (char *)"HISTORY" };
	int status = 0;

	(void)state;
	stream("h.pz",
	       "{\"pzpipe\": 1, \"kind\": \"catalogue\", \"history\": [5, {\"tool\": \"mock\", "
	       "\"version\": \"1\", \"args\": \"-n \\u00e9\", \"seed\": 4}]}",
	       "{\"id\": 1}", NULL);
	write_text("c.txt", "made by hand\n");
	run_well(totable_main, "totable --comments c.txt h.pz -o h.fits");
	fits_open_table(&f, "h.fits", READONLY, &status);
	fits_find_nextkey(f, find, 1, NULL, 0, card, &status);
	assert_int_equal(status, 0);
	assert_string_equal(card, "HISTORY mock 1 -n ?? (seed 4)");
	fits_read_record(f, 0, card, &status);
	find[0] = (char *)"COMMENT";
	fits_find_nextkey(f, find, 1, NULL, 0, card, &status);
	assert_string_equal(card, "COMMENT made by hand");
	fits_close_file(f, &status);
	assert_int_equal(status, 0);
	run_badly(totable_main, "totable --comments none.txt h.pz -o h.fits", 1,
		  "none.txt: cannot read: No such file");
}

/* A table of others: its column of vectors is not read, and that is said. */
static void vectors_of_others_are_named(void **state)
{
	char *type[] = { (char *)"objid", (char *)"zphot", (char *)"pz" };
	char *form[] = { (char *)"1K", (char *)"1D", (char *)"3E" };
	fitsfile *f = NULL;
	int status = 0;
	long long id = 5;
	double z = 0.25;

	(void)state;
	unlink("o.fits");
	fits_create_file(&f, "o.fits", &status);
	fits_create_tbl(f, BINARY_TBL, 1, 3, type, form, NULL, NULL, &status);
	fits_write_col(f, TLONGLONG, 1, 1, 1, 1, &id, &status);
	fits_write_col(f, TDOUBLE, 2, 1, 1, 1, &z, &status);
	fits_write_col(f, TDOUBLE, 3, 1, 1, 3, (double[]){ 0, 1, 0 }, &status);
	fits_close_file(f, &status);
	assert_int_equal(status, 0);
	run_well(fromtable_main, "fromtable o.fits -o back.pz");
	assert_non_null(strstr(contents("stderr"),
			       "o.fits: column 'pz', 3 numbers per row, is not read: --pz pz reads "
			       "it, with its --grid"));
	assert_true(number("back.pz", 0, "id") == 5 && number("back.pz", 0, "zphot.mode") == 0.25);
	run_well(fromtable_main, "fromtable --pz pz --grid 0,0.3,3 o.fits -o back.pz");
	assert_string_equal(contents("stderr"), "");
	assert_true(numbers("back.pz", 0, "pz", &z, 1) == 3 && z == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_comes_back),
		cmocka_unit_test(what_libhdf5_finds),
		cmocka_unit_test(columns_that_others_took_away_and_added),
		cmocka_unit_test(comments_of_columns_bring_the_header_back),
		cmocka_unit_test(keys_of_columns_that_disagree),
		cmocka_unit_test(tables_of_the_first_version),
		cmocka_unit_test(pdfs_as_qp_has_them),
		cmocka_unit_test(every_form_of_qp),
		cmocka_unit_test(arrays_of_likelihoods),
		cmocka_unit_test(files_of_other_galaxies_are_refused),
		cmocka_unit_test(options_that_the_format_does_not_have),
		cmocka_unit_test(lines_for_people_and_the_history),
		cmocka_unit_test(vectors_of_others_are_named),
	};

	return cmocka_run_group_tests_name("files of tables", tests, begin, out_of_folder);
}
