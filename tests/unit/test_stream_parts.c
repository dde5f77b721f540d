/* test_stream_parts.c -- the length of every kind of MessagePack value; headers field by field */
#include <math.h>

#include <pz/pixel.h>

#include "../../lib/stream/foreign.h"
#include "in_process.h"

/* ---- lengths */

/* The first bytes of a value, and how many follow. */
static const struct {
	const char *head;
	size_t head_size, rest;
} value[] = {
	{ "\x00", 1, 0 },
	{ "\x7f", 1, 0 },
	{ "\xe0", 1, 0 },
	{ "\xff", 1, 0 },
	{ "\xc0", 1, 0 },
	{ "\xc2", 1, 0 },
	{ "\xc3", 1, 0 },
	{ "\xcc", 1, 1 },
	{ "\xcd", 1, 2 },
	{ "\xce", 1, 4 },
	{ "\xcf", 1, 8 },
	{ "\xd0", 1, 1 },
	{ "\xd1", 1, 2 },
	{ "\xd2", 1, 4 },
	{ "\xd3", 1, 8 },
	{ "\xca", 1, 4 },
	{ "\xcb", 1, 8 },
	{ "\xa0", 1, 0 },
	{ "\xbf", 1, 31 },
	{ "\xd9\xff", 2, 255 },
	{ "\xda\x01\x02", 3, 258 },
	{ "\xdb\x00\x01\x00\x02", 5, 65538 },
	{ "\xc4\x07", 2, 7 },
	{ "\xc5\x01\x02", 3, 258 },
	{ "\xc6\x00\x01\x00\x02", 5, 65538 },
	{ "\xd4\x05", 2, 1 },
	{ "\xd5\x05", 2, 2 },
	{ "\xd6\x05", 2, 4 },
	{ "\xd7\x05", 2, 8 },
	{ "\xd8\x05", 2, 16 },
	{ "\xc7\x00\x05", 3, 0 },
	{ "\xc7\x09\x05", 3, 9 },
	{ "\xc8\x01\x02\x05", 4, 258 },
	{ "\xc9\x00\x01\x00\x02\x05", 6, 65538 },
	{ "\x90", 1, 0 },
	{ "\x9f", 1, 15 }, /* what follows are zeros, each a number */
	{ "\xdc\x01\x02", 3, 258 },
	{ "\xdd\x00\x00\x01\x02", 5, 258 },
	{ "\x80", 1, 0 },
	{ "\x8f", 1, 30 },
	{ "\xde\x00\x11", 3, 34 },
	{ "\xdf\x00\x00\x00\x11", 5, 34 },
};

static void every_kind_of_value_has_its_length(void **state)
{
	unsigned char *bytes = calloc(1, 70000);

	(void)state;
	for (size_t i = 0; i < sizeof value / sizeof *value; i++) {
		size_t size = value[i].head_size + value[i].rest, need = 0;

		memset(bytes, 0, 70000);
		memcpy(bytes, value[i].head, value[i].head_size);
		if (pz_map_scan(bytes, size + 100, &need) != (int64_t)size)
			fail_msg("value %zu: expected %zu bytes, found %lld", i, size,
				 (long long)pz_map_scan(bytes, size + 100, &need));
		assert_int_equal(pz_map_scan(bytes, size, &need), size);
		for (size_t cut = 0; cut < size && cut < 100; cut++) {
			assert_int_equal(pz_map_scan(bytes, cut, &need), 0);
			assert_true(need > cut && need <= size);
		}
		assert_int_equal(pz_map_scan(bytes, size - (size > 0), &need), 0);
	}
	free(bytes);
}

/* Inside of a map, which must end where the value does. */
static void every_kind_of_value_fits_into_a_map(void **state)
{
	unsigned char *bytes = calloc(1, 70000);
	pz_map *m = pz_map_new();

	(void)state;
	for (size_t i = 0; i < sizeof value / sizeof *value; i++) {
		size_t size = value[i].head_size + value[i].rest, found;

		/* a map of zeros has the key 0 several times */
		if (pz_value_type(value[i].head) == PZ_MAP && value[i].rest)
			continue;
		memset(bytes, 0, 70000);
		memcpy(bytes, "\x82\xa1k", 3);
		memcpy(bytes + 3, value[i].head, value[i].head_size);
		memcpy(bytes + 3 + size, "\xa1z\x07", 3);
		if (pz_map_decode(m, bytes, 6 + size) != 0)
			fail_msg("value %zu: %s", i, pz_error_text());
		assert_ptr_equal(pz_map_raw(m, "k", &found), bytes + 3);
		assert_int_equal(found, size);
		assert_true(pz_map_number(m, "z", NAN) == 7);
		pz_map_clear(m);
	}
	pz_map_free(m);
	free(bytes);
}

/* ---- headers */

static struct pz_header read_header(const char *name)
{
	struct pz_header h;
	struct pz_reader *r;

	if (pz_reader_open(&r, &name, 1, 0) != 0)
		fail_msg("%s", pz_error_text());
	assert_int_equal(pz_header_copy(&h, pz_reader_header(r)), 0);
	pz_reader_close(r);
	return h;
}

static int refused(const char *header)
{
	const char *name = "refused.pz";
	struct pz_reader *r = NULL;
	int rc;

	stream(name, header, NULL);
	rc = pz_reader_open(&r, &name, 1, 0);
	pz_reader_close(r);
	return rc;
}

/* Written from its fields, a header says the same when it is read. */
static void a_header_comes_back_field_by_field(void **state)
{
	struct pz_header h, back;
	struct pz_writer *w;
	FILE *to = fopen("header.pz", "wb");

	(void)state;
	assert_int_equal(pz_header_init(&h, "stamps"), 0);
	h.bands = 1;
	strcpy(h.band[0], "Ks");
	h.size = 1;
	h.pixscale = 0.25;
	strcpy(h.unit, "nmgy");
	h.pixel = PZ_F2;
	strcpy(h.stretch, "asinh");
	h.divide = 3;
	h.has_grid = h.has_rows = h.has_limits = true;
	h.grid = (struct pz_grid){ "mass", 8, 12.5, 3, 1, 2 };
	h.rows = (struct pz_rows){ "Ks", 14.5, 0.25, 4 };
	h.limits.divide = 7;
	h.limits.outlier = 0.5;
	h.limits.fit_from = 9;
	h.limits.threshold = 11;
	strcpy(h.survey, "own");
	assert_int_equal(pz_writer_open(&w, to, "test", &h), 0);
	assert_int_equal(pz_writer_close(w), 0);
	fclose(to);
	back = read_header("header.pz");
	assert_string_equal(back.kind, "stamps");
	assert_int_equal(back.bands, 1);
	assert_string_equal(back.band[0], "Ks");
	assert_int_equal(back.size, 1);
	assert_true(back.pixscale == 0.25 && back.pixel == PZ_F2 && back.divide == 3);
	assert_string_equal(back.unit, "nmgy");
	assert_string_equal(back.stretch, "asinh");
	assert_string_equal(back.survey, "own");
	assert_true(back.has_grid && back.has_rows && back.has_limits);
	assert_string_equal(back.grid.target, "mass");
	assert_true(back.grid.min == 8 && back.grid.max == 12.5);
	assert_int_equal(back.grid.bins, 3);
	assert_int_equal(back.grid.left, 1);
	assert_int_equal(back.grid.right, 2);
	assert_string_equal(back.rows.mag, "Ks");
	assert_true(back.rows.min == 14.5 && back.rows.width == 0.25 && back.rows.channels == 4);
	assert_true(back.limits.divide == 7 && back.limits.outlier == 0.5);
	assert_true(back.limits.fit_from == 9 && back.limits.threshold == 11);
	assert_int_equal(pz_header_stamp_bytes(&back), 2);
	assert_true(!back.has_soften && pz_header_divisor(&back, 0) == 3);
	pz_header_release(&back);
	pz_header_release(&h);
}

/* Writes h, and reads it again. */
static struct pz_header written(struct pz_header *h)
{
	struct pz_writer *w;
	FILE *to = fopen("header.pz", "wb");

	assert_int_equal(pz_writer_open(&w, to, "test", h), 0);
	assert_int_equal(pz_writer_close(w), 0);
	fclose(to);
	return read_header("header.pz");
}

static void a_divisor_or_one_of_each_band(void **state)
{
	struct pz_header h, back;

	(void)state;
	assert_int_equal(pz_header_init(&h, "stamps"), 0);
	h.bands = 2;
	strcpy(h.band[0], "g");
	strcpy(h.band[1], "r");
	h.size = 1;
	h.divide = 3;
	assert_true(pz_header_divisor(&h, 1) == 1); /* as measured */
	strcpy(h.stretch, "asinh");
	assert_true(pz_header_divisor(&h, 1) == 3);
	h.has_soften = true;
	h.soften[0] = 0.25;
	h.soften[1] = 4;
	back = written(&h);
	assert_true(back.has_soften && back.divide == 0 && !pz_map_has(back.map, "divide"));
	assert_true(pz_header_divisor(&back, 0) == 0.25 && pz_header_divisor(&back, 1) == 4);
	pz_header_release(&back);
	/* what is no longer so is not said */
	h.has_soften = false;
	back = written(&h);
	assert_true(!back.has_soften && !pz_map_has(back.map, "soften"));
	assert_true(pz_header_divisor(&back, 1) == 3);
	pz_header_release(&back);
	h.stretch[0] = 0;
	back = written(&h);
	assert_true(!pz_map_has(back.map, "stretch") && !pz_map_has(back.map, "divide"));
	pz_header_release(&back);
	pz_header_release(&h);
}

#define SIZED(size) "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\"], \"size\": " size "}"

static void a_size_is_from_one_to_the_largest(void **state)
{
	struct pz_header h;

	(void)state;
	stream("one.pz", SIZED("1"), NULL);
	h = read_header("one.pz");
	assert_int_equal(h.size, 1);
	assert_int_equal(h.pixel, PZ_F4);
	pz_header_release(&h);
	stream("large.pz", SIZED("4096"), NULL);
	h = read_header("large.pz");
	assert_int_equal(h.size, 4096);
	pz_header_release(&h);
	assert_int_equal(refused(SIZED("4097")), PZ_ECORRUPT);
	assert_int_equal(refused(SIZED("0")), PZ_ECORRUPT);
	assert_int_equal(refused(SIZED("-1")), PZ_ECORRUPT);
	assert_int_equal(refused(SIZED("1.5")), PZ_ECORRUPT);
	assert_int_equal(refused(SIZED("\"2\"")), PZ_ECORRUPT);
}

/* Names of bands: at most 64 of them, each of at most 15 bytes. */
static void bands_have_names_and_limits(void **state)
{
	char text[1024] = "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [";
	struct pz_header h;

	(void)state;
	for (int i = 0; i < 64; i++)
		sprintf(text + strlen(text), "%s\"b%d\"", i ? ", " : "", i);
	strcat(text, "]}");
	stream("bands.pz", text, NULL);
	h = read_header("bands.pz");
	assert_int_equal(h.bands, 64);
	assert_string_equal(h.band[63], "b63");
	pz_header_release(&h);
	strcpy(text + strlen(text) - 2, ", \"b64\"]}");
	assert_int_equal(refused(text), PZ_ECORRUPT);
	stream("bands.pz",
	       "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"abcdefghijklmno\"]}", NULL);
	h = read_header("bands.pz");
	assert_string_equal(h.band[0], "abcdefghijklmno");
	pz_header_release(&h);
	assert_int_equal(refused("{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": "
				 "[\"abcdefghijklmnop\"]}"),
			 PZ_ECORRUPT);
	assert_int_equal(refused("{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [7]}"),
			 PZ_ECORRUPT);
	assert_int_equal(refused("{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": \"g\"}"),
			 PZ_ECORRUPT);
}

static void a_header_is_refused_by_its_first_fault(void **state)
{
	(void)state;
	assert_int_equal(refused("{\"pzpipe\": 1, \"kind\": \"catalogue\"}"), 0);
	assert_int_equal(refused("{\"pzpipe\": 2, \"kind\": \"catalogue\"}"), PZ_ECORRUPT);
	assert_int_equal(refused("{\"pzpipe\": 1}"), PZ_ECORRUPT);
	assert_int_equal(refused("{\"pzpipe\": 1, \"kind\": 3}"), PZ_ECORRUPT);
	assert_int_equal(refused("{\"pzpipe\": 1, \"kind\": \"stamps\", \"pixel\": \"f8\"}"),
			 PZ_ECORRUPT);
}

static void other_formats_are_known_by_their_first_bytes(void **state)
{
	static const struct {
		const char *bytes, *says;
	} format[] = {
		{ "SIMPLE  =", "FITS" }, { "\x1f\x8b", "gzip" },       { "BZh", "bzip2" },
		{ "PAR1", "Parquet" },   { "\x89HDF", "HDF5" },        { "\x93NUMPY", "NumPy" },
		{ "PK\3\4", "zip" },     { "\x89PNG", "image (PNG)" }, { "a,b\n", "text" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof format / sizeof *format; i++) {
		size_t n = strlen(format[i].bytes);

		assert_int_equal(pz_foreign_fail((const unsigned char *)format[i].bytes, n),
				 PZ_ECORRUPT);
		assert_non_null(strstr(pz_error_text(), format[i].says));
		pz_fail(PZ_ECORRUPT, "what is appended");
		pz_foreign_fail((const unsigned char *)format[i].bytes, n - 1);
		assert_null(strstr(pz_error_text(), format[i].says));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_kind_of_value_has_its_length),
		cmocka_unit_test(every_kind_of_value_fits_into_a_map),
		cmocka_unit_test(a_header_comes_back_field_by_field),
		cmocka_unit_test(other_formats_are_known_by_their_first_bytes),
		cmocka_unit_test(a_divisor_or_one_of_each_band),
		cmocka_unit_test(a_size_is_from_one_to_the_largest),
		cmocka_unit_test(bands_have_names_and_limits),
		cmocka_unit_test(a_header_is_refused_by_its_first_fault),
	};

	return cmocka_run_group_tests_name("parts of streams", tests, in_folder, out_of_folder);
}
