/* test_reader_values.c -- readers of streams: what errors say, several inputs, places */
#include "json_map.h"

#define HEAD "{\"pzpipe\": 1, \"kind\": \"catalogue\"}"

static void write_three(const char *name)
{
	stream(name, HEAD, "{\"id\": 1}", "{\"id\": 2}", "{\"id\": 3}", NULL);
}

static size_t size_of(const char *name)
{
	FILE *file = fopen(name, "rb");
	long size;

	fseek(file, 0, SEEK_END);
	size = ftell(file);
	fclose(file);
	return (size_t)size;
}

/* Byte `at` of a file, from its end. */
static void set_byte(const char *name, long at, int value)
{
	FILE *file = fopen(name, "r+b");

	fseek(file, -at, SEEK_END);
	putc(value, file);
	fclose(file);
}

/* Reads these inputs to their end or first error, which must be this one and stay. */
static void reads(const char *const *names, int n, int code, const char *says)
{
	struct pz_reader *r;
	int rc = pz_reader_open(&r, names, n, 0);

	while (rc == 0 && (rc = pz_read(r)) > 0)
		rc = 0;
	assert_int_equal(rc, code);
	if (rc < 0)
		assert_string_equal(pz_error_text(), says);
	if (r)
		assert_int_equal(pz_read(r), code);
	pz_reader_close(r);
}

#define READS(code, says, ...)                                                                     \
	reads((const char *[]){ __VA_ARGS__ }, sizeof((const char *[]){ __VA_ARGS__ }) / 8, code,  \
	      says)

/* ---- errors ---- */

static void errors_name_the_input_and_the_record(void **state)
{
	(void)state;
	write_three("a.pz");
	READS(0, "", "a.pz");
	READS(0, "", "a.pz", "a.pz");
	set_byte("a.pz", 15, 4);
	READS(PZ_ECORRUPT, "a.pz: after record 3: trailer says 4 records, found 3", "a.pz");
	write_three("a.pz");
	set_byte("a.pz", 1, contents("a.pz")[size_of("a.pz") - 1] ^ 1);
	READS(PZ_ECORRUPT,
	      "a.pz: after record 3: corrupt: the hash of the 3 records does not match", "a.pz");
	write_three("a.pz");
	write_three("b.pz");
	assert_int_equal(truncate("b.pz", (off_t)size_of("b.pz") - 20), 0);
	READS(PZ_ECORRUPT, "b.pz: after record 6: cut short: no trailer", "a.pz", "b.pz");
	assert_int_equal(truncate("b.pz", (off_t)size_of("b.pz") - 7), 0);
	READS(PZ_ECORRUPT, "b.pz: after record 4: cut short inside a record", "a.pz", "b.pz");
	set_byte("a.pz", 20, 0xc1);
	READS(PZ_ECORRUPT, "a.pz: after record 3: not MessagePack (byte 0xc1)", "a.pz");
}

static void errors_of_a_header_name_the_input(void **state)
{
	(void)state;
	write_three("a.pz");
	write_text("b.pz", "");
	READS(PZ_ECORRUPT, "b.pz: empty: expected a pzpipe stream", "b.pz");
	READS(PZ_ECORRUPT, "b.pz: empty: expected a pzpipe stream", "a.pz", "b.pz");
	write_text("b.pz", "BZh9");
	READS(PZ_ECORRUPT,
	      "b.pz: not a pzpipe stream but packed by bzip2: bzip2 -dc gives what is in it",
	      "b.pz");
	READS(PZ_ECORRUPT,
	      "b.pz: not a pzpipe stream but packed by bzip2: bzip2 -dc gives what is in it",
	      "a.pz", "b.pz");
	READS(PZ_EIO, "none.pz: No such file or directory", "none.pz");
	READS(PZ_EIO, "none.pz: No such file or directory", "a.pz", "none.pz");
	READS(PZ_EDATA, ".: is a directory", ".");
}

/* Keys of either header that the other has not, or has otherwise; but of history. */
static void headers_agree(void **state)
{
	(void)state;
	write_three("a.pz");
	stream("b.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\", \"survey\": \"x\"}", NULL);
	stream("c.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\", \"survey\": \"y\"}", NULL);
	stream("d.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\", \"history\": [1]}", NULL);
	stream("e.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\", \"survey\": \"yz\"}", NULL);
	READS(PZ_EMISMATCH, "b.pz: segments do not agree in 'survey' of their headers", "a.pz",
	      "b.pz");
	READS(PZ_EMISMATCH, "a.pz: segments do not agree in 'survey' of their headers", "b.pz",
	      "a.pz");
	READS(PZ_EMISMATCH, "c.pz: segments do not agree in 'survey' of their headers", "b.pz",
	      "b.pz", "c.pz");
	READS(PZ_EMISMATCH, "e.pz: segments do not agree in 'survey' of their headers", "c.pz",
	      "e.pz");
	READS(0, "", "a.pz", "d.pz", "a.pz");
}

/* ---- several inputs ---- */

static struct pz_reader *reader_of(const char *const *names, int n, unsigned flags)
{
	struct pz_reader *r;

	if (pz_reader_open(&r, names, n, flags) < 0)
		fail_msg("%s", pz_error_text());
	return r;
}

static uint64_t hash_of(const char *const *names, int n)
{
	struct pz_reader *r = reader_of(names, n, 0);
	uint64_t hash;

	while (pz_read(r) > 0)
		;
	hash = pz_reader_hash(r);
	pz_reader_close(r);
	return hash;
}

/* Of one segment the hash is the trailer's; those of several are mixed. */
static void hashes_of_segments_are_mixed(void **state)
{
	static const char *const names[] = { "a.pz", "b.pz", "a.pz" };
	size_t size;
	uint64_t a, b;

	(void)state;
	write_three("a.pz");
	stream("b.pz", HEAD, "{\"id\": 9}", NULL);
	size = size_of("a.pz");
	a = hash_of(names, 1);
	b = hash_of(names + 1, 1);
	for (int i = 0; i < 8; i++)
		assert_int_equal((unsigned char)contents("a.pz")[size - 1 - (size_t)i],
				 a >> (8 * i) & 255);
	assert_true(hash_of(names, 2) == (a ^ b) * 0x9e3779b97f4a7c15u);
	assert_true(hash_of(names, 3) ==
		    (((a ^ b) * 0x9e3779b97f4a7c15u) ^ a) * 0x9e3779b97f4a7c15u);
}

/* A place says in which input it is; its checksum, or the file's time and size, are compared. */
static void values_are_fetched_from_the_right_input(void **state)
{
	static const char *const names[] = { "a.pz", "b.pz" };
	struct pz_reader *r;
	struct pz_place place[2];
	float x[2] = { 0 };
	FILE *file;

	(void)state;
	stream("a.pz", HEAD, "{\"features\": [1, 2]}", NULL);
	stream("b.pz", HEAD, "{\"features\": [3, 4]}", NULL);
	r = reader_of(names, 2, PZ_READ_KEEP);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pz_read(r), 1);
		assert_string_equal(pz_reader_name(r), names[i]);
		assert_int_equal(pz_reader_place(r, "features", &place[i]), 1);
		assert_int_equal(place[i].file, i);
	}
	for (int i = 1; i >= 0; i--) {
		assert_int_equal(pz_reader_fetch(r, &place[i], x), 0);
		assert_true(x[0] == (float)(1 + 2 * i) && x[1] == (float)(2 + 2 * i));
		place[i].sum = 0;
		assert_int_equal(pz_reader_fetch(r, &place[i], x), 0);
	}
	file = fopen("b.pz", "ab");
	putc(0, file);
	fclose(file);
	assert_int_equal(pz_reader_fetch(r, &place[0], x), 0);
	FAILS(pz_reader_fetch(r, &place[1], x), PZ_ECORRUPT,
	      "b.pz: the file changed while it was read");
	pz_reader_close(r);
}

/* Standard input may be a file from which others have read; going back is to where it was. */
static void standard_input_begins_where_it_stands(void **state)
{
	static const char junk[] = "seven b";
	int kept = dup(0), fd, n = 0;
	struct pz_reader *r;
	char bytes[512];
	size_t size;

	(void)state;
	write_three("a.pz");
	size = size_of("a.pz");
	memcpy(bytes, junk, 7);
	memcpy(bytes + 7, contents("a.pz"), size);
	write_file("in", bytes, 7 + size);
	fd = open("in", O_RDONLY);
	assert_int_equal(lseek(fd, 7, SEEK_SET), 7);
	assert_int_equal(dup2(fd, 0), 0);
	close(fd);
	r = reader_of(NULL, 0, PZ_READ_KEEP);
	assert_string_equal(pz_reader_name(r), "stdin");
	for (int pass = 0; pass < 3; pass++) {
		while (pz_read(r) > 0)
			n++;
		assert_int_equal(pz_reader_count(r), 3);
		assert_int_equal(pz_reader_rewind(r, 0), 0);
	}
	assert_int_equal(n, 9);
	pz_reader_close(r);
	dup2(kept, 0);
	close(kept);
}

static void a_pipe_is_read_to_its_end_first(void **state)
{
	int kept = dup(0), pipe_of[2];
	struct pz_reader *r;

	(void)state;
	write_three("a.pz");
	assert_int_equal(pipe(pipe_of), 0);
	assert_true(write(pipe_of[1], contents("a.pz"), size_of("a.pz")) > 0);
	close(pipe_of[1]);
	dup2(pipe_of[0], 0);
	close(pipe_of[0]);
	r = reader_of((const char *[]){ "-" }, 1, PZ_READ_KEEP);
	assert_int_equal(pz_reader_rewind(r, 0), 0);
	assert_int_equal(pz_read(r), 1);
	FAILS(pz_reader_rewind(r, 0), PZ_EARG,
	      "stdin: expected that the input is read to its end before it is read again");
	assert_int_equal(pz_reader_pass(r, 2), 0);
	FAILS(pz_reader_pass(r, 1), PZ_ECORRUPT, "stdin: ended after record 3");
	assert_int_equal(pz_reader_rewind(r, 0), 0);
	assert_int_equal(pz_reader_count(r), 0);
	assert_int_equal(pz_read(r), 1);
	pz_reader_close(r);
	dup2(kept, 0);
	close(kept);
}

/* ---- large values ---- */

/* A record of so many values of this size: "k0", "k1" ... whose bytes are their numbers. */
static void write_large(const char *name, int values, size_t size)
{
	FILE *to = fopen(name, "wb");
	char *bytes = malloc(size), key[8];
	pz_map *m = pz_map_new();
	struct pz_writer *w;
	struct pz_header h;

	assert_int_equal(pz_header_init(&h, "catalogue"), 0);
	assert_int_equal(pz_writer_open(&w, to, name, &h), 0);
	assert_int_equal(pz_writer_position(w), ftell(to));
	for (int i = 0; i < values; i++) {
		memset(bytes, i, size);
		snprintf(key, sizeof key, "k%d", i);
		pz_map_set_bytes(m, key, bytes, size);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pz_writer_count(w), i);
		assert_int_equal(pz_write(w, m), 0);
		assert_int_equal(pz_writer_position(w), ftell(to));
	}
	assert_int_equal(pz_writer_close(w), 0);
	fclose(to);
	pz_header_release(&h);
	pz_map_free(m);
	free(bytes);
}

/* How many of a record's values are left out; all can be fetched. */
static int left_out(const char *name, int values, size_t size)
{
	struct pz_reader *r = reader_of(&name, 1, PZ_READ_KEEP | PZ_READ_SCALARS);
	unsigned char *bytes = malloc(size);
	char key[8];
	int n = 0;

	for (int record = 0; record < 2; record++) {
		assert_int_equal(pz_read(r), 1);
		for (int i = 0; i < values; i++) {
			struct pz_place place;
			const void *at;
			size_t found;

			snprintf(key, sizeof key, "k%d", i);
			n += pz_map_bytes(pz_reader_record(r), key, &at, &found) == 0;
			assert_int_equal(pz_reader_place(r, key, &place), 1);
			assert_int_equal(place.size, size);
			assert_int_equal(pz_reader_fetch(r, &place, bytes), 0);
			for (size_t k = 0; k < size; k++)
				assert_int_equal(bytes[k], i);
		}
	}
	assert_int_equal(pz_read(r), 0);
	pz_reader_close(r);
	free(bytes);
	return n;
}

/* Values above 4096 bytes, sixteen of a record, and of files that are not small. */
static void large_values_are_left_out(void **state)
{
	off_t size;

	(void)state;
	write_large("a.pz", 3, 4096);
	assert_int_equal(left_out("a.pz", 3, 4096), 0);
	write_large("a.pz", 3, 4097);
	assert_int_equal(left_out("a.pz", 3, 4097), 6);
	size = (off_t)size_of("a.pz");
	pz_reader_whole_below(size);
	assert_int_equal(left_out("a.pz", 3, 4097), 6);
	pz_reader_whole_below(size + 1);
	assert_int_equal(left_out("a.pz", 3, 4097), 0);
	pz_reader_whole_below(0);
	write_large("a.pz", 16, 5000);
	assert_int_equal(left_out("a.pz", 16, 5000), 32);
	write_large("a.pz", 18, 70000);
	assert_int_equal(left_out("a.pz", 18, 70000), 32);
}

/* What a second pass has not read yet must be what the first one found. */
static void a_file_may_not_change_in_the_second_pass(void **state)
{
	const char *name = "a.pz";
	struct pz_reader *r;
	FILE *file;

	(void)state;
	write_large("a.pz", 1, 700000); /* the first read ends within the second record */
	r = reader_of(&name, 1, PZ_READ_KEEP);
	while (pz_read(r) > 0)
		;
	assert_int_equal(pz_reader_rewind(r, 0), 0);
	assert_int_equal(pz_read(r), 1);
	file = fopen("a.pz", "ab");
	putc(0, file);
	fclose(file);
	FAILS(pz_read(r), PZ_ECORRUPT, "a.pz: after record 1: the file changed while it was read");
	pz_reader_close(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(errors_name_the_input_and_the_record),
		cmocka_unit_test(errors_of_a_header_name_the_input),
		cmocka_unit_test(headers_agree),
		cmocka_unit_test(hashes_of_segments_are_mixed),
		cmocka_unit_test(values_are_fetched_from_the_right_input),
		cmocka_unit_test(standard_input_begins_where_it_stands),
		cmocka_unit_test(a_pipe_is_read_to_its_end_first),
		cmocka_unit_test(large_values_are_left_out),
		cmocka_unit_test(a_file_may_not_change_in_the_second_pass),
	};

	return cmocka_run_group_tests_name("values of readers", tests, in_folder, out_of_folder);
}
