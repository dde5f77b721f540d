/* test_array_store.c -- files of toarray's: what libhdf5 finds in them, the forms of records, and
 * streams of every form of MessagePack that come back to the byte */
#include <math.h>

#include "../../tools/array/store.h"
#include "json_map.h"
#include "raw_hdf5.h"

#define HEADER(more)                                                                               \
	"{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\", \"NUV\"], \"size\": 1, "         \
	"\"pixel\": \"f4\", \"pixscale\": 0.25, \"unit\": \"nmgy\", \"survey\": \"sdss\", "        \
	"\"features\": [\"u\", \"g - r\"], \"grid\": {\"target\": \"z\", \"min\": 0.5, \"max\": "  \
	"1.5, \"bins\": 2, \"left\": 1, \"right\": 3}" more "}"

/* ---- by libhdf5 */

static void is_noted(const char *array, const char *key, const char *expected)
{
	const char *found = h5_attribute("a.h5", array, key);

	if (strcmp(found, expected) != 0)
		fail_msg("%s of %s: expected '%s', found '%s'", key, array, expected, found);
}

static void values_and_their_meanings(void **state)
{
	double x[16];
	char text[64];
	size_t size;

	(void)state;
	stream("s.pz", HEADER(", \"psf\": 1.5, \"stretch\": \"asinh\", \"soften\": [0.5, 2]"),
	       "{\"id\": 5, \"ra\": 10, \"dec\": -3, \"mag\": 17, \"ebv\": 0.25, \"img\": [1, 2], "
	       "\"pz\": [0, 0.25, 0.5, 0.25, 0, 0], \"features\": [3, 4], \"b\": true, \"t\": "
	       "\"x\"}",
	       "{\"id\": 6, \"ra\": 11, \"dec\": -4, \"img\": [3, 4], \"t\": \"long\"}", NULL);
	run_well(toarray_main, "toarray -o a.h5 s.pz");
	assert_int_equal(h5_get("a.h5", "grid_edges", x, 16), 7);
	for (int i = 0; i < 7; i++)
		assert_true(x[i] == 0.5 * i);
	h5_get_texts("a.h5", "bands", text, sizeof text, &size);
	assert_int_equal(size, 3);
	assert_memory_equal(text, "g\0\0NUV", 6);
	h5_get_texts("a.h5", "feature_names", text, sizeof text, &size);
	assert_int_equal(size, 5);
	assert_memory_equal(text, "u\0\0\0\0g - r", 10);
	assert_int_equal(h5_get("a.h5", "image", x, 16), 4);
	assert_true(x[0] == 1 && x[3] == 4);
	assert_int_equal(h5_get("a.h5", "mag", x, 16), 2);
	assert_true(x[0] == 17 && isnan(x[1]));
	assert_int_equal(h5_get("a.h5", "pz", x, 16), 12);
	assert_true(x[2] == 0.5 && isnan(x[6]) && isnan(x[11]));
	assert_int_equal(h5_get("a.h5", "pzpipe/form", x, 16), 2);
	assert_true(x[0] == 0 && x[1] == 1);
	is_noted("image", "bands", "g,NUV");
	is_noted("image", "unit", "nmgy");
	is_noted("image", "stretch", "asinh");
	is_noted("image", "survey", "sdss");
	is_noted("image", "pixscale", "0.25");
	is_noted("image", "psf", "1.5");
	is_noted("image", "soften", "0.5,2");
	is_noted("image", "divide", "");
	is_noted("ra", "unit", "deg");
	is_noted("dec", "unit", "deg");
	is_noted("mag", "unit", "mag");
	is_noted("ebv", "unit", "mag");
	is_noted("pz", "target", "z");
	is_noted("id", "unit", "");
	is_noted("pzpipe/header", "about",
		 "the stream that these arrays hold, for fromarray: see toarray(1)");
	stream("s.pz",
	       "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\"], \"size\": 1, \"pixel\": "
	       "\"f4\", \"stretch\": \"sqrt\", \"divide\": 3}",
	       "{\"id\": 5, \"img\": [1], \"pz\": [1]}", NULL);
	run_well(toarray_main, "toarray -o a.h5 s.pz");
	is_noted("image", "divide", "3");
	is_noted("image", "soften", "");
	is_noted("image", "pixscale", "");
	is_noted("image", "psf", "");
	is_noted("image", "unit", "");
	is_noted("pz", "target", "");
}

/* ---- forms */

/* The form of a record as it stands in the file. */
static void form_is(const char *record, const char *expected, size_t n)
{
	struct stored_columns columns = { 0 };
	struct walk w = { .columns = &columns };
	struct forms forms = { 0 };
	struct pack to = { 0 };
	struct pz_header h = header_of("{\"pzpipe\": 1, \"kind\": \"catalogue\"}");
	pz_map *m = map_of(record);

	assert_int_equal(walk_record(&w, m), 0);
	assert_int_equal(forms_find(&forms, &w.form, false), FORM_NONE);
	assert_int_equal(forms_find(&forms, &w.form, true), 0);
	assert_int_equal(forms_find(&forms, &w.form, false), 0);
	assert_int_equal(forms.n, 1);
	for (int i = 0; i < w.n; i++)
		stored_learn(&columns.column[w.cell[i].column], w.cell[i].type, w.cell[i].raw,
			     w.cell[i].size);
	stored_choose(&columns, 1, &h);
	form_write(&forms, 0, &columns, &to);
	assert_int_equal(to.size, n);
	assert_memory_equal(to.bytes, expected, n);
	pack_release(&to);
	forms_release(&forms);
	walk_release(&w);
	stored_release(&columns);
	pz_map_free(m);
	pz_header_release(&h);
}

#define FORM_IS(record, text) form_is(record, text, sizeof text - 1)

static void tags_of_values(void **state)
{
	(void)state;
	FORM_IS("{\"i\": 5}", "\x81\xa1i\0");
	FORM_IS("{\"d\": 0.5, \"t\": \"x\", \"n\": null, \"b\": true}",
		"\x84\xa1"
		"d\xcc\xcb\xa1t\xcc\xa0\xa1n\xcc\xc0\xa1"
		"b\xcc\xc2");
	FORM_IS("{\"img\": [1]}", "\x81\xa3img\xcc\xc4");
	/* one tag for elements that are alike */
	FORM_IS("{\"v\": [1, 2, 3]}", "\x81\xa1v\x92\xcc\x90\0");
	FORM_IS("{\"v\": [1, 0.5, 3]}", "\x81\xa1v\x94\xcc\x90\0\xcc\xcb\0");
	FORM_IS("{\"v\": [1, 2, 0.5]}", "\x81\xa1v\x94\xcc\x90\0\0\xcc\xcb");
	FORM_IS("{\"v\": [null, 2]}", "\x81\xa1v\x93\xcc\x90\xcc\xc0\0");
	/* what no array can hold */
	FORM_IS("{\"v\": []}", "\x81\xa1v\xcc\xc1");
	FORM_IS("{\"v\": [[1]]}", "\x81\xa1v\xcc\xc1");
	FORM_IS("{\"v\": [1, \"a\"]}", "\x81\xa1v\xcc\xc1");
	FORM_IS("{\"a/b\": 1, \"c\": 2}", "\x82\xa3"
					  "a/b\xcc\xc1\xa1"
					  "c\0");
	/* inner maps have their keys */
	FORM_IS("{\"m\": {\"a\": 1, \"b\": \"x\"}, \"z\": 2}", "\x82\xa1m\x82\xa1"
							       "a\0\xa1"
							       "b\xcc\xa0\xa1z\0");
	FORM_IS("{\"m\": {}}", "\x81\xa1m\x80");
	FORM_IS("{\"m\": {\"k\": {\"l\": 1}}}", "\x81\xa1m\x81\xa1k\xcc\xc1");
}

/* Each form once, in the order in which they were met, however many there are. */
static void forms_are_found_again(void **state)
{
	struct forms f = { 0 };
	struct pack one = { 0 };

	(void)state;
	for (int round = 0; round < 2; round++)
		for (unsigned i = 0; i < 300; i++) {
			one.size = 0;
			pack_number(&one, i * 77, 2);
			if (i % 3 == 0)
				pack_byte(&one, 9);
			if (round == 0)
				assert_int_equal(forms_find(&f, &one, false), FORM_NONE);
			assert_int_equal(forms_find(&f, &one, round == 0), i);
			assert_int_equal(forms_find(&f, &one, true), i);
		}
	assert_int_equal(f.n, 300);
	assert_int_equal(f.room, 512);
	assert_int_equal(f.slots, 2048);
	assert_int_equal(f.bytes.size, 700);
	assert_int_equal(f.begin[300], 700);
	f.n = FORMS_MAX; /* as if there were as many */
	f.room = f.n + 1;
	f.last = 0;
	one.size = 0;
	pack_number(&one, 1, 3);
	FAILS(forms_find(&f, &one, true), PZ_EDATA,
	      "expected records that have few forms, found more than 65536 sets of keys, types and "
	      "lengths");
	forms_release(&f);
	pack_release(&one);
	assert_true(!f.begin && !f.slot && f.n == 0);
}

/* ---- back to the byte */

/* Values of every form, shortest and longer ones, in turn under the keys a, b, c ... */
static const struct {
	const char *raw;
	size_t size;
} values[] = {
#define V(text)                                                                                    \
	{                                                                                          \
		text, sizeof text - 1                                                              \
	}
	V("\x05"),
	V("\xe0"),
	V("\xff"),
	V("\xcc\x05"),
	V("\xcc\x80"),
	V("\xcd\0\5"),
	V("\xcd\1\0"),
	V("\xce\0\0\0\5"),
	V("\xce\0\1\0\0"),
	V("\xcf\0\0\0\0\0\0\0\5"),
	V("\xcf\0\0\0\1\0\0\0\0"),
	V("\xcf\xff\0\0\0\0\0\0\1"),
	V("\xd0\5"),
	V("\xd0\xff"),
	V("\xd0\x80"),
	V("\xd1\0\5"),
	V("\xd1\xff\xff"),
	V("\xd1\x80\0"),
	V("\xd2\0\0\0\5"),
	V("\xd2\xff\xff\xff\xff"),
	V("\xd3\0\0\0\0\0\0\0\5"),
	V("\xd3\xff\xff\xff\xff\xff\xff\xff\xff"),
	V("\xd3\x80\0\0\0\0\0\0\0"),
	V("\xca\x3f\xc0\0\0"),
	V("\xca\x7f\x80\0\1"), /* a NaN that signals */
	V("\xca\x7f\x81\0\0"),
	V("\xca\xff\x80\1\0"),
	V("\xca\x7f\x80\0\0"), /* an infinity */
	V("\xca\xff\xc0\0\1"),
	V("\xcb\x3f\xf8\0\0\0\0\0\0"),
	V("\xcb\x7f\xf0\0\0\0\0\0\1"),
	V("\xcb\x80\0\0\0\0\0\0\0"),
	V("\xc0"),
	V("\xc2"),
	V("\xc3"),
	V("\xa0"),
	V("\xa2hi"),
	V("\xd9\2hi"),
	V("\xda\0\2hi"),
	V("\xdb\0\0\0\2hi"),
	V("\xd9\x20"
	  "12345678901234567890123456789012"),
	V("\xa1\0"),
	V("\xa2\xc3("),
	V("\xc4\3abc"),
	V("\x92\1\2"),
	V("\x92\1\xcb\x3f\xf8\0\0\0\0\0\0"),
	V("\xdc\0\2\1\2"),
	V("\xdd\0\0\0\2\1\2"),
	V("\x93\1\xc0\xcc\5"),
	V("\x91\x91\1"),
	V("\x90"),
	V("\x81\xa1k\1"),
	V("\x82\xa1k\xa1v\xa1l\xcd\0\7"),
	V("\xde\0\1\xa1k\1"),
	V("\x81\xd9\1k\1"),
	V("\x80"),
	V("\xd4\1x"),
	V("\xc7\3\2xyz"),
#undef V
};

#define VALUES (sizeof values / sizeof *values)

/* Record i has value (i + 7 k) under key k, and lacks some keys: columns of one type and of many.
 */
static void write_forms(const char *name, size_t n, size_t keys, bool same)
{
	FILE *to = fopen(name, "wb");
	struct pz_writer *out = NULL;
	struct pz_header h;
	pz_map *m = pz_map_new();

	assert_int_equal(pz_header_init(&h, "catalogue"), 0);
	assert_int_equal(pz_writer_open(&out, to, name, &h), 0);
	for (size_t i = 0; i < n; i++) {
		pz_map_clear(m);
		pz_map_set_integer(m, "id", (int64_t)i);
		for (size_t k = 0; k < keys; k++) {
			size_t at = same ? k % VALUES : (i + 7 * k) % VALUES;
			char key[8];

			snprintf(key, sizeof key, "k%zu", k);
			if ((i + k) % 5 || same)
				pz_map_set_raw(m, key, values[at].raw, values[at].size);
		}
		assert_int_equal(pz_map_error(m), 0);
		assert_int_equal(pz_write(out, m), 0);
	}
	assert_int_equal(pz_writer_close(out), 0);
	assert_int_equal(fclose(to), 0);
	pz_map_free(m);
	pz_header_release(&h);
}

static void comes_back(const char *file)
{
	char line[64];
	FILE *a, *b;
	int c;

	snprintf(line, sizeof line, "toarray -q -o %s f.pz", file);
	run_well(toarray_main, line);
	snprintf(line, sizeof line, "fromarray %s -o g.pz", file);
	run_well(fromarray_main, line);
	assert_string_equal(contents("stderr"), "");
	a = fopen("f.pz", "rb");
	b = fopen("g.pz", "rb");
	do {
		c = getc(a);
		assert_int_equal(getc(b), c);
	} while (c != EOF);
	fclose(a);
	fclose(b);
}

static void every_form_comes_back(void **state)
{
	(void)state;
	/* each key of one value, so that it may have an array */
	write_forms("f.pz", 3, VALUES, true);
	comes_back("f.h5");
	comes_back("f.npz");
	/* keys of all kinds of values, more forms than a byte can count */
	write_forms("f.pz", 290, 11, false);
	comes_back("f.h5");
	write_forms("f.pz", 256, 1, false);
	comes_back("f.npz");
	write_forms("f.pz", 0, 0, false);
	comes_back("f.h5");
}

static void arrays_that_were_taken_away(void **state)
{
	hid_t file;

	(void)state;
	stream("s.pz", HEADER(""), "{\"id\": 5, \"mag\": 17, \"img\": [1, 2]}", NULL);
	run_well(toarray_main, "toarray -o a.h5 s.pz");
	file = H5Fopen("a.h5", H5F_ACC_RDWR, H5P_DEFAULT);
	assert_true(H5Ldelete(file, "mag", H5P_DEFAULT) >= 0);
	H5Fclose(file);
	run_badly(
		fromarray_main, "fromarray a.h5 -o no.pz", 1,
		"a.h5: expected an array 'mag', as the records of its stream have this key, found "
		"none");
}

/* Another program made texts of numbers, of which the second is none. */
static void arrays_of_another_type(void **state)
{
	hid_t file;

	(void)state;
	stream("s.pz", HEADER(""), "{\"id\": 5, \"mag\": 17}", "{\"id\": 6, \"mag\": 18}", NULL);
	run_well(toarray_main, "toarray -o a.h5 s.pz");
	file = H5Fopen("a.h5", H5F_ACC_RDWR, H5P_DEFAULT);
	assert_true(H5Ldelete(file, "mag", H5P_DEFAULT) >= 0);
	h5_put_texts(file, "mag", 2, 2, "19xy");
	H5Fclose(file);
	run_badly(fromarray_main, "fromarray a.h5 -o no.pz", 1,
		  "fromarray: a.h5: array 'mag': row 2: expected a number, as in its stream, found "
		  "none");
	assert_int_not_equal(access("no.pz", F_OK), 0);
}

/* Files one after the other are one stream, if their headers agree. */
static void files_that_go_together(void **state)
{
	(void)state;
	stream("s.pz", HEADER(""), "{\"id\": 5, \"mag\": 17, \"img\": [1, 2]}", NULL);
	run_well(toarray_main, "toarray -o a.h5 s.pz");
	stream("s.pz", HEADER(""), "{\"id\": 6, \"img\": [3, 4]}", NULL);
	run_well(toarray_main, "toarray -o b.h5 s.pz");
	assert_string_equal(contents("stderr"), "");
	run_well(fromarray_main, "fromarray a.h5 b.h5 -o g.pz");
	assert_string_equal(records("g.pz"), "{\"id\":5,\"mag\":17,\"img\":{\"bytes\":8}}\n"
					     "{\"id\":6,\"img\":{\"bytes\":8}}\n");
	stream("s.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", "{\"id\": 7}", NULL);
	run_well(toarray_main, "toarray -o c.h5 s.pz");
	run_badly(fromarray_main, "fromarray a.h5 c.h5 -o no.pz", 4, "fromarray: c.h5: ");
	assert_int_not_equal(access("no.pz", F_OK), 0);
}

/* Whole numbers that are missing where there is no NaN for them, and truth values. */
static void values_that_are_missing(void **state)
{
	int64_t big[3];
	hid_t file, of;
	double x[6];

	(void)state;
	stream("s.pz", HEADER(""),
	       "{\"id\": 5, \"big\": 9007199254740993, \"v\": [1, 9007199254740993]}",
	       "{\"id\": 6, \"t\": \"ab\", \"w\": [1.5, 2]}",
	       /* a single byte of the rest, the last one */
	       "{\"id\": 7, \"big\": -3, \"e\": []}", NULL);
	run_well(toarray_main, "toarray -o a.h5 s.pz");
	file = H5Fopen("a.h5", H5F_ACC_RDONLY, H5P_DEFAULT);
	of = H5Dopen2(file, "big", H5P_DEFAULT);
	assert_true(H5Dread(of, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, big) >= 0);
	H5Dclose(of);
	H5Fclose(file);
	assert_true(big[0] == 9007199254740993 && big[1] == INT64_MIN && big[2] == -3);
	assert_int_equal(h5_get("a.h5", "v", x, 6), 6);
	assert_true(x[0] == 1 && x[2] == -0x1p63 && x[5] == -0x1p63);
	assert_int_equal(h5_get("a.h5", "w", x, 6), 6);
	assert_true(isnan(x[0]) && isnan(x[1]) && x[2] == 1.5 && x[3] == 2 && isnan(x[5]));
	run_well(fromarray_main, "fromarray a.h5 -o g.pz");
	assert_string_equal(records("g.pz"), records("s.pz"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_and_their_meanings),
		cmocka_unit_test(tags_of_values),
		cmocka_unit_test(forms_are_found_again),
		cmocka_unit_test(every_form_comes_back),
		cmocka_unit_test(arrays_that_were_taken_away),
		cmocka_unit_test(arrays_of_another_type),
		cmocka_unit_test(files_that_go_together),
		cmocka_unit_test(values_that_are_missing),
	};

	return cmocka_run_group_tests_name("files of toarray's", tests, in_folder, out_of_folder);
}
