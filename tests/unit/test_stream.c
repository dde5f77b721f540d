/* test_stream.c -- round trips, cuts, flips, spooling, limits */
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/random.h>
#include <pz/stream.h>

#include "descriptors.h"

#define RECORDS 50
#define PIXELS  (2 * 40 * 40) /* large enough to be skipped as no scalar */

static char path[] = "/tmp/pz-test-stream-XXXXXX";

static void fill_header(struct pz_header *h)
{
	struct pz_survey sdss;

	assert_int_equal(pz_header_init(h, "stamps"), 0);
	assert_int_equal(pz_survey_find(&sdss, "sdss"), 0);
	pz_header_set_survey(h, &sdss);
	h->bands = 2;
	strcpy(h->band[0], "g");
	strcpy(h->band[1], "r");
	h->size = 40;
	h->pixscale = 0.396;
	strcpy(h->unit, "nmgy");
	pz_map_set_text(h->map, "telescope", "2.5 m");
}

static void write_segment(FILE *to, int first, int n, const struct pz_header *h)
{
	struct pz_writer *w;
	pz_map *m = pz_map_new();
	float img[PIXELS];

	assert_int_equal(pz_writer_open(&w, to, "test", h), 0);
	for (int i = first; i < first + n; i++) {
		pz_map_clear(m);
		pz_map_set_integer(m, "id", i);
		pz_map_set_number(m, "z", 0.01 * i);
		for (int k = 0; k < PIXELS; k++)
			img[k] = (float)(i + k);
		pz_map_set_bytes(m, "img", img, sizeof img);
		pz_map_set_text(m, "note", "kept");
		assert_int_equal(pz_write(w, m), 0);
	}
	pz_map_free(m);
	assert_int_equal(pz_writer_close(w), 0);
}

static int setup(void **state)
{
	struct pz_header h;
	FILE *f;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	f = fdopen(fd, "wb");
	fill_header(&h);
	write_segment(f, 0, RECORDS / 2, &h);
	write_segment(f, RECORDS / 2, RECORDS - RECORDS / 2, &h);
	pz_header_release(&h);
	return fclose(f);
}

static int teardown(void **state)
{
	(void)state;
	return unlink(path);
}

static void check_record(pz_map *m, int i, bool pixels)
{
	const void *bytes = NULL;
	size_t size = 0;
	int64_t id = -1;
	char note[16];
	float last;

	assert_int_equal(pz_map_integer(m, "id", &id), 1);
	assert_int_equal(id, i);
	assert_true(pz_map_number(m, "z", NAN) == 0.01 * i);
	assert_int_equal(pz_map_text(m, "note", note, sizeof note), 1);
	assert_string_equal(note, "kept");
	assert_int_equal(pz_map_bytes(m, "img", &bytes, &size), pixels);
	if (pixels) {
		assert_int_equal(size, PIXELS * sizeof(float));
		memcpy(&last, (const char *)bytes + size - sizeof last, sizeof last);
		assert_true(last == (float)(i + PIXELS - 1));
	}
}

static void read_all(struct pz_reader *r, bool pixels)
{
	int n = 0, got;

	while ((got = pz_read(r)) > 0)
		check_record(pz_reader_record(r), n++, pixels);
	assert_int_equal(got, 0);
	assert_int_equal(n, RECORDS);
}

static void segments_read_as_one_stream(void **state)
{
	const char *paths[] = { path };
	const struct pz_header *h;
	struct pz_reader *r;
	char text[16];

	(void)state;
	assert_int_equal(pz_reader_open(&r, paths, 1, 0), 0);
	h = pz_reader_header(r);
	assert_string_equal(h->kind, "stamps");
	assert_int_equal(h->bands, 2);
	assert_string_equal(h->band[1], "r");
	assert_int_equal(h->grid.bins, 180);
	assert_int_equal(h->limits.threshold, 200);
	assert_int_equal(pz_header_stamp_bytes(h), PIXELS * sizeof(float));
	assert_int_equal(pz_map_text(h->map, "telescope", text, sizeof text), 1);
	assert_string_equal(text, "2.5 m");
	read_all(r, true);
	assert_int_equal(pz_read(r), 0); /* the end stays */
	pz_reader_close(r);
}

static void scalars_pass_leaves_pixels_unread(void **state)
{
	const char *paths[] = { path };
	struct pz_reader *r;

	(void)state;
	assert_int_equal(pz_reader_open(&r, paths, 1, PZ_READ_KEEP | PZ_READ_SCALARS), 0);
	read_all(r, false);
	assert_int_equal(pz_reader_rewind(r, 0), 0);
	read_all(r, true);
	pz_reader_close(r);
}

/* Where large values stand is known without reading them, however a record is built. */
static void what_is_left_out_can_be_fetched(void **state)
{
	static unsigned char large[4][5000];
	const char *const key[] = { "img", "features", "more", "most" };
	char other[] = "/tmp/pz-test-gaps-XXXXXX";
	const char *paths[] = { other };
	FILE *f = fdopen(mkstemp(other), "wb");
	struct pz_header h;
	struct pz_writer *w;
	struct pz_reader *r;
	struct pz_place place;
	pz_map *m = pz_map_new();

	(void)state;
	fill_header(&h);
	assert_int_equal(pz_writer_open(&w, f, "test", &h), 0);
	for (int i = 0; i < 8; i++) {
		pz_map_clear(m);
		for (int k = 0; k < 4; k++) {
			memset(large[k], 16 * i + k, sizeof large[k]);
			/* Keys between them move what follows over the ends of pages. */
			pz_map_set_bytes(m, key[k], large[k], sizeof large[k] - (size_t)(300 * i));
			pz_map_set_bytes(m, k % 2 ? "few" : "less", large[k], 10);
		}
		assert_int_equal(pz_write(w, m), 0);
	}
	assert_int_equal(pz_writer_close(w), 0);
	fclose(f);
	pz_header_release(&h);
	pz_map_free(m);
	assert_int_equal(pz_reader_open(&r, paths, 1, PZ_READ_KEEP | PZ_READ_SCALARS), 0);
	for (int i = 0; i < 8; i++) {
		unsigned char few[10];

		assert_int_equal(pz_read(r), 1);
		for (int k = 0; k < 4; k++) {
			size_t size = sizeof large[k] - (size_t)(300 * i);
			bool left_out = size > 4096;

			assert_int_equal(pz_map_bytes(pz_reader_record(r), key[k],
						      &(const void *){ NULL }, &(size_t){ 0 }),
					 !left_out);
			assert_int_equal(pz_reader_place(r, key[k], &place), 1);
			assert_int_equal(place.size, size);
			memset(large[k], 0, sizeof large[k]);
			assert_int_equal(pz_reader_fetch(r, &place, large[k]), 0);
			for (size_t b = 0; b < size; b++)
				assert_int_equal(large[k][b], 16 * i + k);
		}
		assert_int_equal(pz_reader_place(r, "few", &place), 1);
		assert_int_equal(pz_reader_fetch(r, &place, few), 0);
		assert_int_equal(few[9], 16 * i + 3);
		assert_int_equal(pz_reader_place(r, "none", &place), 0);
		pz_map_set_bytes(pz_reader_record(r), "img", few, sizeof few);
		assert_int_equal(pz_reader_place(r, "img", &place), PZ_EARG);
	}
	assert_int_equal(pz_read(r), 0);
	pz_reader_close(r);
	unlink(other);
}

/* A record of more large values than are kept account of, in an array at that. */
static void too_many_large_values_are_read(void **state)
{
	enum { VALUES = 40, SIZE = 5000 };
	unsigned char *array = calloc(1, 3 + VALUES * (3 + SIZE)), *p = array;
	char other[] = "/tmp/pz-test-many-XXXXXX";
	const char *paths[] = { other };
	FILE *f = fdopen(mkstemp(other), "wb");
	struct pz_header h;
	struct pz_writer *w;
	struct pz_reader *r;
	struct pz_place place;
	pz_map *m = pz_map_new();
	char text[8];

	(void)state;
	memcpy(p, "\xdc\0\x28", 3);
	p += 3;
	for (int k = 0; k < VALUES; k++, p += 3 + SIZE)
		memcpy(p, "\xc5\x13\x88", 3);
	fill_header(&h);
	assert_int_equal(pz_writer_open(&w, f, "test", &h), 0);
	pz_map_set_raw(m, "many", array, 3 + VALUES * (3 + SIZE));
	pz_map_set_bytes(m, "img", "abcdefg", 8);
	assert_int_equal(pz_write(w, m), 0);
	assert_int_equal(pz_writer_close(w), 0);
	fclose(f);
	assert_int_equal(pz_reader_open(&r, paths, 1, PZ_READ_KEEP | PZ_READ_SCALARS), 0);
	assert_int_equal(pz_read(r), 1);
	assert_int_equal(pz_reader_place(r, "img", &place), 1);
	assert_int_equal(pz_reader_fetch(r, &place, text), 0);
	assert_string_equal(text, "abcdefg");
	assert_int_equal(pz_read(r), 0);
	pz_reader_close(r);
	pz_header_release(&h);
	pz_map_free(m);
	free(array);
	unlink(other);
}

/* A tool that sees in the header that one pass will do. */
static void once_reads_all_and_keeps_nothing(void **state)
{
	const char *paths[] = { path };
	struct pz_reader *r;

	(void)state;
	assert_int_equal(pz_reader_open(&r, paths, 1, PZ_READ_KEEP | PZ_READ_SCALARS), 0);
	pz_reader_no_rewind(r);
	read_all(r, true);
	assert_int_equal(pz_reader_rewind(r, 0), PZ_EARG);
	pz_reader_close(r);
}

/* What was passed over is not read, what comes behind it is whole. */
static void records_can_be_passed_over(void **state)
{
	const char *paths[] = { path, path };
	struct pz_reader *r;
	const void *bytes;
	size_t size;

	(void)state;
	for (uint64_t n = 0; n <= 2 * RECORDS; n++) {
		assert_int_equal(pz_reader_open(&r, paths, 2, 0), 0);
		assert_int_equal(pz_reader_pass(r, n), 0);
		assert_int_equal(pz_reader_count(r), n);
		for (uint64_t k = n; k < 2 * RECORDS; k++) {
			assert_int_equal(pz_read(r), 1);
			assert_int_equal(pz_map_bytes(pz_reader_record(r), "img", &bytes, &size),
					 1);
			assert_int_equal(size, PIXELS * sizeof(float));
		}
		assert_int_equal(pz_read(r), 0);
		pz_reader_close(r);
	}
	assert_int_equal(pz_reader_open(&r, paths, 2, 0), 0);
	assert_int_equal(pz_reader_pass(r, 2 * RECORDS + 1), PZ_ECORRUPT);
	pz_reader_close(r);
}

/* A pipe is spooled: rewound and fetched from as a file is. */
static void pipes_can_be_read_again(void **state)
{
	char command[256];
	struct pz_place place[RECORDS];
	float img[PIXELS];
	struct pz_reader *r;
	int saved = dup(STDIN_FILENO), n = 0;
	FILE *cat;

	(void)state;
	snprintf(command, sizeof command, "cat %s", path);
	cat = popen(command, "r");
	dup2(fileno(cat), STDIN_FILENO);
	assert_int_equal(pz_reader_open(&r, NULL, 0, PZ_READ_KEEP | PZ_READ_SCALARS), 0);
	/* Before the first record that only chooses what is read. */
	assert_int_equal(pz_reader_rewind(r, 0), 0);
	while (pz_read(r) > 0)
		assert_int_equal(pz_reader_place(r, "img", &place[n++]), 1);
	assert_int_equal(n, RECORDS);
	assert_int_equal(pz_reader_rewind(r, PZ_READ_SCALARS), 0);
	read_all(r, false);
	for (int i = RECORDS - 1; i >= 0; i--) {
		assert_int_equal(place[i].size, sizeof img);
		assert_int_equal(pz_reader_fetch(r, &place[i], img), 0);
		assert_true(img[1] == (float)(i + 1));
	}
	pz_reader_close(r);
	dup2(saved, STDIN_FILENO);
	close(saved);
	pclose(cat);
}

/* Reads bytes as a file from beginning to end: 0, or the error. */
static int read_bytes(const unsigned char *bytes, size_t size, unsigned flags)
{
	char name[32];
	const char *paths[] = { name };
	struct pz_reader *r = NULL;
	int fd = memfd_create("edited", MFD_CLOEXEC), rc;

	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	rc = pz_reader_open(&r, paths, 1, flags);
	while (rc == 0 && (rc = pz_read(r)) > 0)
		rc = 0;
	pz_reader_close(r);
	close(fd);
	return rc;
}

/* The same in every way of reading: what all have to agree in. */
static int read_edited(const unsigned char *bytes, size_t size)
{
	int rc = read_bytes(bytes, size, 0);

	assert_int_equal(read_bytes(bytes, size, PZ_READ_KEEP | PZ_READ_SCALARS), rc);
	return rc;
}

/* Nobody reads the pixels, but all records are walked, and the trailer has to be there. */
static void a_cut_is_noticed_where_pixels_are_left_out(void **state)
{
	char other[] = "/tmp/pz-test-short-XXXXXX";
	const char *paths[] = { other };
	int fd = mkstemp(other), rc;
	FILE *f = fdopen(dup(fd), "wb");
	struct pz_header h;
	long size;

	(void)state;
	fill_header(&h);
	write_segment(f, 0, 1, &h);
	pz_header_release(&h);
	size = ftell(f);
	fclose(f);
	for (long n = size; n >= 0; n--) {
		struct pz_reader *r;

		assert_int_equal(ftruncate(fd, n), 0);
		rc = pz_reader_open(&r, paths, 1, PZ_READ_SCALARS);
		while (rc == 0 && (rc = pz_read(r)) > 0)
			rc = 0;
		pz_reader_close(r);
		assert_int_equal(rc, n == size ? 0 : PZ_ECORRUPT);
	}
	close(fd);
	unlink(other);
}

static void write_short(struct pz_writer *w, pz_map *m)
{
	const char *const names[] = { "mode", "mean" };
	const double z[] = { 0.1, 0.2 };

	pz_map_clear(m);
	pz_map_set_integer(m, "id", 7);
	pz_map_set_number(m, "z", 0.1);
	pz_map_set_named(m, "zphot", names, z, 2);
	pz_map_set_numbers(m, "label", z, 2, 2);
	pz_map_set_text(m, "note", "kept");
	pz_map_set_bytes(m, "pz", "abcdefgh", 8);
	assert_int_equal(pz_write(w, m), 0);
}

/* A short stream of two segments: small enough to be cut and flipped everywhere. */
static unsigned char *short_stream(size_t *size, size_t *first)
{
	struct pz_survey sdss;
	struct pz_header h;
	pz_map *m = pz_map_new();
	char *bytes = NULL;
	FILE *f = open_memstream(&bytes, size);

	assert_int_equal(pz_header_init(&h, "predictions"), 0);
	assert_int_equal(pz_survey_find(&sdss, "sdss"), 0);
	pz_header_set_survey(&h, &sdss);
	pz_header_add_history(&h, "mock", "1", "--stamps", &(uint64_t){ 1 }, NULL, 0);
	for (int segment = 0; segment < 2; segment++) {
		struct pz_writer *w;

		assert_int_equal(pz_writer_open(&w, f, "memory", &h), 0);
		write_short(w, m);
		assert_int_equal(pz_writer_close(w), 0);
		if (segment == 0)
			*first = *size;
	}
	fclose(f);
	pz_map_free(m);
	pz_header_release(&h);
	return (unsigned char *)bytes;
}

static void a_cut_anywhere_is_an_error(void **state)
{
	size_t size, first, cuts = 0;
	unsigned char *bytes = short_stream(&size, &first);

	(void)state;
	for (size_t n = 0; n < size; n++)
		if (n != first) { /* between two segments is no cut */
			assert_int_equal(read_edited(bytes, n), PZ_ECORRUPT);
			cuts++;
		}
	assert_int_equal(read_edited(bytes, size), 0);
	free(bytes);
	printf("# %zu cuts\n", cuts);
}

static void a_flip_anywhere_is_an_error(void **state)
{
	size_t size, first;
	unsigned char *bytes = short_stream(&size, &first);

	(void)state;
	for (size_t bit = 0; bit < 8 * size; bit++) {
		int rc;

		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		rc = read_edited(bytes, size);
		bytes[bit / 8] ^= (unsigned char)(1 << bit % 8);
		assert_true(rc == PZ_ECORRUPT || rc == PZ_EMISMATCH);
	}
	free(bytes);
	printf("# %zu flips\n", 8 * size);
}

/* A stream of two records with large values and one without, in memory. */
static unsigned char *large_stream(size_t *size)
{
	static float img[PIXELS], more[1100];
	struct pz_header h;
	struct pz_writer *w;
	pz_map *m = pz_map_new();
	char *bytes = NULL;
	FILE *f = open_memstream(&bytes, size);

	fill_header(&h);
	assert_int_equal(pz_writer_open(&w, f, "memory", &h), 0);
	for (int i = 0; i < 3; i++) {
		pz_map_clear(m);
		pz_map_set_integer(m, "id", i);
		if (i != 1)
			pz_map_set_bytes(m, "img", img, sizeof img);
		pz_map_set_number(m, "z", 0.5);
		if (i == 2)
			pz_map_set_bytes(m, "more", more, sizeof more);
		assert_int_equal(pz_write(w, m), 0);
	}
	assert_int_equal(pz_writer_close(w), 0);
	fclose(f);
	pz_map_free(m);
	pz_header_release(&h);
	return (unsigned char *)bytes;
}

/* Reads scalars alone, fetching what was left out; 0, or the error. */
static int read_and_fetch(const unsigned char *bytes, size_t size)
{
	static unsigned char value[PIXELS * sizeof(float)];
	const char *const key[] = { "img", "more" };
	struct pz_place place;
	struct pz_reader *r = NULL;
	char name[32];
	const char *paths[] = { name };
	int fd = memfd_create("edited", MFD_CLOEXEC), rc;

	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	rc = pz_reader_open(&r, paths, 1, PZ_READ_KEEP | PZ_READ_SCALARS);
	while (rc == 0 && (rc = pz_read(r)) > 0) {
		rc = 0;
		for (int k = 0; k < 2 && rc == 0; k++)
			if (pz_reader_place(r, key[k], &place) == 1 && place.size <= sizeof value)
				rc = pz_reader_fetch(r, &place, value);
	}
	pz_reader_close(r);
	close(fd);
	return rc;
}

static void a_flip_is_an_error_where_large_values_are_fetched(void **state)
{
	size_t size, tried = 0;
	unsigned char *bytes = large_stream(&size);

	(void)state;
	assert_int_equal(read_and_fetch(bytes, size), 0);
	/* Every bit of heads, scalars, checksums and trailer; some of the zeros of pixels. */
	for (size_t i = 0; i < size; i++) {
		bool dull = i > 64 && i + 64 < size;

		for (size_t k = i - (dull ? 64 : 0); dull && k < i + 64; k++)
			dull = bytes[k] == 0;
		for (int bit = 0; bit < 8 && !(dull && i % 199); bit++, tried++) {
			bytes[i] ^= (unsigned char)(1 << bit);
			if (read_and_fetch(bytes, size) != PZ_ECORRUPT)
				fail_msg("byte %zu, bit %d", i, bit);
			bytes[i] ^= (unsigned char)(1 << bit);
		}
	}
	free(bytes);
	printf("# %zu flips\n", tried);
}

/* The trailer that another program may write: no hash of small bytes, a signed hash. */
static void trailers_of_others_are_read(void **state)
{
	size_t size, n;
	unsigned char *bytes = large_stream(&size), *t = bytes + size - 43;

	(void)state;
	assert_int_equal(t[0], 0x83);
	t[0] = 0x82;
	n = size - 15;
	assert_int_equal(read_edited(bytes, n), 0);
	assert_int_equal(read_and_fetch(bytes, n), 0);
	t[19] = 0xd3; /* int64 */
	assert_int_equal(read_edited(bytes, n), 0);
	t[5] = 0xd3;
	assert_int_equal(read_edited(bytes, n), 0);
	t[19] = 0xcb; /* a float holds no hash */
	assert_int_equal(read_edited(bytes, n), PZ_ECORRUPT);
	t[19] = 0xcf;
	t[27] ^= 1;
	assert_int_equal(read_bytes(bytes, n, 0), PZ_ECORRUPT);
	free(bytes);
}

static void checksums_are_the_streams_own(void **state)
{
	size_t size;
	unsigned char *bytes = large_stream(&size);
	char *copy = NULL, name[32];
	const char *paths[] = { name };
	struct pz_header h;
	struct pz_reader *r;
	struct pz_writer *w;
	size_t copied;
	FILE *f = open_memstream(&copy, &copied);
	int fd = memfd_create("stream", MFD_CLOEXEC);

	(void)state;
	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	assert_int_equal(pz_reader_open(&r, paths, 1, 0), 0);
	assert_int_equal(pz_header_copy(&h, pz_reader_header(r)), 0);
	assert_int_equal(pz_writer_open(&w, f, "memory", &h), 0);
	while (pz_read(r) > 0) {
		assert_false(pz_map_has(pz_reader_record(r), "xxh3"));
		assert_int_equal(pz_write(w, pz_reader_record(r)), 0);
	}
	assert_int_equal(pz_writer_close(w), 0);
	fclose(f);
	assert_int_equal(copied, size);
	assert_memory_equal(copy, bytes, size);
	pz_header_release(&h);
	pz_reader_close(r);
	close(fd);
	free(copy);
	free(bytes);
}

static void a_record_has_no_key_of_checksums_of_its_own(void **state)
{
	static char large[5000];
	struct pz_header h;
	struct pz_writer *w;
	pz_map *m = pz_map_new();
	FILE *f = fopen("/dev/null", "wb");

	(void)state;
	fill_header(&h);
	assert_int_equal(pz_writer_open(&w, f, "null", &h), 0);
	pz_map_set_number(m, "xxh3", 1);
	assert_int_equal(pz_write(w, m), 0);
	pz_map_set_bytes(m, "img", large, sizeof large);
	assert_int_equal(pz_write(w, m), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "'xxh3'"));
	pz_writer_abandon(w);
	pz_header_release(&h);
	pz_map_free(m);
	fclose(f);
}

/* Arrays and maps in each other, as deep as may be, with as many keys: no part of it is
 * walked for each level, or for each piece of a file that comes. */
static void work_grows_with_the_input(void **state)
{
	enum { NILS = 3000000, KEYS = 511, LEVELS = 12 };
	size_t room = NILS + 100 + LEVELS * (3 + KEYS * 8), n = 0;
	unsigned char *bytes = malloc(room);
	pz_map *m = pz_map_new();
	char key[16];
	clock_t begun;

	(void)state;
	bytes[n++] = 0x81;
	bytes[n++] = 0xa1;
	bytes[n++] = 'x';
	for (int level = 0; level < LEVELS; level++) {
		bytes[n++] = 0xde;
		bytes[n++] = KEYS >> 8;
		bytes[n++] = KEYS & 255;
		for (int k = 0; k < KEYS; k++) {
			snprintf(key, sizeof key, "A%04dZ", k);
			bytes[n++] = 0xa6;
			memcpy(bytes + n, key, 6);
			n += 6;
			if (k < KEYS - 1)
				bytes[n++] = 0xc0;
		}
	}
	bytes[n++] = 0xdd;
	for (int i = 0; i < 4; i++)
		bytes[n++] = (unsigned char)(NILS >> (24 - 8 * i));
	memset(bytes + n, 0xc0, NILS);
	n += NILS;
	begun = clock();
	assert_int_equal(pz_map_decode(m, bytes, n), 0);
	assert_true((double)(clock() - begun) < 2.0 * CLOCKS_PER_SEC);
	pz_map_free(m);
	free(bytes);
}

/* A copy of the file that may be changed. */
static void copy_stream(const char *name)
{
	char command[256];

	snprintf(command, sizeof command, "cp %s %s", path, name);
	assert_int_equal(system(command), 0);
}

/* Reads a copy twice, with something done to it in between; the error of the second pass. */
static int change_between(void (*change)(FILE *file))
{
	char copy[] = "/tmp/pz-test-copy-XXXXXX";
	const char *paths[] = { copy };
	struct pz_reader *r;
	FILE *file;
	int rc = 0;

	close(mkstemp(copy));
	copy_stream(copy);
	assert_int_equal(pz_reader_open(&r, paths, 1, PZ_READ_KEEP | PZ_READ_SCALARS), 0);
	read_all(r, false);
	file = fopen(copy, "r+b");
	change(file);
	fclose(file);
	rc = pz_reader_rewind(r, 0);
	while (rc == 0 && (rc = pz_read(r)) > 0)
		rc = 0;
	assert_true(rc == 0 || strstr(pz_error_text(), copy));
	pz_reader_close(r);
	unlink(copy);
	return rc;
}

static void leave(FILE *file)
{
	(void)file;
}

static void append_segment(FILE *file)
{
	struct pz_header h;

	fseek(file, 0, SEEK_END);
	fill_header(&h);
	write_segment(file, RECORDS, 1, &h);
	pz_header_release(&h);
}

/* As many records as there were, but others. */
static void replace_by_others(FILE *file)
{
	struct pz_header h;

	fill_header(&h);
	write_segment(file, 1000, RECORDS / 2, &h);
	write_segment(file, 2000, RECORDS - RECORDS / 2, &h);
	pz_header_release(&h);
	fflush(file);
	assert_int_equal(ftruncate(fileno(file), ftell(file)), 0);
}

static void replace_by_fewer(FILE *file)
{
	struct pz_header h;

	fill_header(&h);
	write_segment(file, 0, 3, &h);
	pz_header_release(&h);
	fflush(file);
	assert_int_equal(ftruncate(fileno(file), ftell(file)), 0);
}

static void shrink(FILE *file)
{
	assert_int_equal(ftruncate(fileno(file), 50000), 0);
}

static void two_passes_read_the_same(void **state)
{
	(void)state;
	assert_int_equal(change_between(leave), 0);
	assert_int_equal(change_between(append_segment), PZ_ECORRUPT);
	assert_non_null(strstr(pz_error_text(), "changed while it was read"));
	assert_int_equal(change_between(replace_by_others), PZ_ECORRUPT);
	assert_non_null(strstr(pz_error_text(), "changed while it was read"));
	assert_int_equal(change_between(replace_by_fewer), PZ_ECORRUPT);
	assert_non_null(strstr(pz_error_text(), "changed while it was read"));
	assert_int_equal(change_between(shrink), PZ_ECORRUPT);
}

static void segments_that_differ_are_refused(void **state)
{
	char other[] = "/tmp/pz-test-other-XXXXXX";
	const char *paths[] = { path, other };
	struct pz_header h;
	struct pz_reader *r;
	FILE *f = fdopen(mkstemp(other), "wb");
	int rc = 0;

	(void)state;
	fill_header(&h);
	h.pixscale = 0.2;
	write_segment(f, 0, 3, &h);
	pz_header_release(&h);
	fclose(f);
	assert_int_equal(pz_reader_open(&r, paths, 2, 0), 0);
	while (rc == 0 && (rc = pz_read(r)) > 0)
		rc = 0;
	assert_int_equal(rc, PZ_EMISMATCH);
	assert_non_null(strstr(pz_error_text(), "pixscale"));
	assert_non_null(strstr(pz_error_text(), other));
	pz_reader_close(r);
	unlink(other);
}

static void claims_cost_nothing(void **state)
{
	/* An array of 2^32 - 1 elements, a bin of 4 GiB, nesting without end. */
	static const unsigned char array[] = { 0xdd, 0xff, 0xff, 0xff, 0xff };
	static const unsigned char bin[] = { 0xc6, 0xff, 0xff, 0xff, 0xff };
	unsigned char nested[100];
	size_t need;

	(void)state;
	memset(nested, 0x91, sizeof nested);
	assert_int_equal(pz_map_scan(array, sizeof array, &need), PZ_ECORRUPT);
	assert_int_equal(pz_map_scan(bin, sizeof bin, &need), PZ_ECORRUPT);
	assert_int_equal(pz_map_scan(nested, sizeof nested, &need), PZ_ECORRUPT);
	assert_int_equal(pz_map_scan("\xc1", 1, &need), PZ_ECORRUPT);
	assert_int_equal(pz_map_scan("\x81", 1, &need), 0);
	assert_int_equal(need, 2);
}

#define TWICE(bytes) pz_map_decode(m, bytes, sizeof(bytes) - 1)

/* Readers do not agree in which of two values to take: ours take none. */
static void a_key_comes_once(void **state)
{
	pz_map *m = pz_map_new();
	unsigned char many[3 + 4 * PZ_KEYS_MAX] = { 0xde, PZ_KEYS_MAX >> 8, PZ_KEYS_MAX & 255 };

	(void)state;
	assert_int_equal(TWICE("\x82\xa1z\x01\xa1y\x01"), 0);
	assert_int_equal(TWICE("\x82\xa1z\x01\xa1z\x01"), PZ_ECORRUPT);
	assert_non_null(strstr(pz_error_text(), "key 'z' comes twice"));
	assert_int_equal(TWICE("\x82\xa1z\x01\xd9\x01z\x02"),
			 PZ_ECORRUPT); /* longer head, same key */
	assert_int_equal(TWICE("\x82\xa0\x01\xa0\x02"), PZ_ECORRUPT);
	/* in a map that is a value, and in one of that */
	assert_int_equal(TWICE("\x81\xa1z\x82\xa1y\x01\xa1z\x01"), 0);
	assert_int_equal(TWICE("\x81\xa1z\x82\xa1y\x01\xa1y\x01"), PZ_ECORRUPT);
	assert_int_equal(TWICE("\x81\xa1z\x81\xa1z\x82\xa1y\x01\xa1y\x01"), PZ_ECORRUPT);
	/* one of other keys is nobody's of us */
	assert_int_equal(TWICE("\x81\xa1z\x82\x01\x01\x01\x01"), 0);
	for (unsigned i = 0; i < PZ_KEYS_MAX; i++)
		memcpy(many + 3 + 4 * i,
		       ((unsigned char[]){ 0xa2, (unsigned char)(i >> 8), (unsigned char)i, 0xc0 }),
		       4);
	assert_int_equal(pz_map_decode(m, many, sizeof many), 0);
	memcpy(many + 3 + 4 * (PZ_KEYS_MAX - 1), many + 3, 4);
	assert_int_equal(pz_map_decode(m, many, sizeof many), PZ_ECORRUPT);
	pz_map_free(m);
}

static void keys_set_drop_and_nest(void **state)
{
	const char *names[] = { "mode", "mean" };
	const double values[] = { 0.1, 0.2 }, label[] = { 0, 12.5, 3, 1, 13, 4 };
	double back[8];
	pz_map *m = pz_map_new(), *copy = pz_map_new();
	int64_t i;

	(void)state;
	pz_map_set_named(m, "zphot", names, values, 2);
	pz_map_set_numbers(m, "label", label, 6, 3);
	pz_map_set_text(m, "id", "NGC 1");
	pz_map_set_text(m, "id", "NGC 2");
	assert_int_equal(pz_map_copy(copy, m), 0);
	pz_map_drop(m, "id");
	assert_false(pz_map_has(m, "id"));
	assert_int_equal(pz_map_count(m), 2);
	assert_int_equal(pz_map_count(copy), 3);
	assert_true(pz_map_number(copy, "zphot.mean", NAN) == 0.2);
	assert_true(isnan(pz_map_number(copy, "zphot.median", NAN)));
	assert_int_equal(pz_map_numbers(copy, "label", back, 8), 6);
	assert_memory_equal(back, label, sizeof label);
	assert_int_equal(pz_map_integer(copy, "id", &i), PZ_ECORRUPT);
	pz_map_free(m);
	pz_map_free(copy);
}

/* A dot in a path leads into a map; a key with a dot in it is another path. */
static void a_dot_leads_into_a_map(void **state)
{
	pz_map *m = pz_map_new(), *inner = pz_map_new();
	char long_path[2 * PZ_KEY_MAX];
	struct pz_map_path p;
	int64_t i;

	(void)state;
	pz_map_set_number(m, "zphot.mode", 0.9);
	assert_true(isnan(pz_map_number(m, "zphot.mode", NAN)));
	assert_true(pz_map_number(m, "zphot\\.mode", NAN) == 0.9);
	pz_map_set_number(inner, "mode", 0.1);
	pz_map_set_integer(inner, "a.b\\", INT64_MAX);
	pz_map_set_map(m, "zphot", inner);
	pz_map_set_number(m, "back\\slash", 3);
	assert_int_equal(pz_map_error(m), 0);
	assert_true(pz_map_number(m, "zphot.mode", NAN) == 0.1);
	assert_true(pz_map_number(m, "zphot\\.mode", NAN) == 0.9);
	assert_int_equal(pz_map_integer(m, "zphot.a.b\\\\", &i), 1);
	assert_true(i == INT64_MAX);
	assert_true(pz_map_number(m, "back\\slash", NAN) == 3);
	assert_true(pz_map_number(m, "back\\\\slash", NAN) == 3);
	assert_true(isnan(pz_map_number(m, "back.slash", NAN)));
	/* a number is no map */
	assert_true(isnan(pz_map_number(m, "zphot\\.mode.x", NAN)));
	assert_true(pz_map_path("a\\0.b", &p) && p.first_size == 2 && p.nested);
	memset(long_path, 'a', sizeof long_path - 1);
	long_path[sizeof long_path - 1] = '\0';
	assert_false(pz_map_path(long_path, &p));
	assert_false(pz_map_has(m, long_path));
	/* an error of the inner map is one of the outer */
	for (int k = 0; k <= PZ_KEYS_MAX; k++) {
		snprintf(long_path, sizeof long_path, "%d", k);
		pz_map_set_nil(inner, long_path);
	}
	pz_map_set_map(m, "zphot", inner);
	assert_int_equal(pz_map_error(m), PZ_EDATA);
	pz_map_free(m);
	pz_map_free(inner);
}

/* The text that bytes are as JSON; the caller frees it. */
static char *json_of(const void *bytes, size_t size, int indent)
{
	char *text = NULL;
	size_t n = 0;
	FILE *to = open_memstream(&text, &n);

	assert_non_null(to);
	assert_int_equal(pz_map_print_json(bytes, size, indent, to), 0);
	assert_int_equal(fclose(to), 0);
	return text;
}

#define IS_JSON(bytes, expected) is_json(bytes, sizeof(bytes) - 1, expected)

static void is_json(const void *bytes, size_t size, const char *expected)
{
	char *text = json_of(bytes, size, 0);

	assert_string_equal(text, expected);
	free(text);
}

static void numbers_survive_json(void **state)
{
	const double hard[] = { 0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 0x1p53 + 2 };
	pz_map *m = pz_map_new();
	size_t size;
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof hard / sizeof *hard; i++) {
		const void *raw;

		pz_map_set_number(m, "x", hard[i]);
		raw = pz_map_raw(m, "x", &size);
		text = json_of(raw, size, 0);
		assert_true(strtod(text, NULL) == hard[i]);
		assert_true(strpbrk(text, ".e") != NULL); /* a real stays one */
		free(text);
	}
	pz_map_free(m);
	IS_JSON("\xcb\x3f\xb9\x99\x99\x99\x99\x99\x9a", "0.1");
	IS_JSON("\xca\x3d\xcc\xcc\xcd", "0.1"); /* float32 */
	IS_JSON("\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "18446744073709551615");
	IS_JSON("\xd3\x80\x00\x00\x00\x00\x00\x00\x00", "-9223372036854775808");
	IS_JSON("\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", "null");
	IS_JSON("\xcb\xff\xf0\x00\x00\x00\x00\x00\x00", "null");
}

static void json_is_valid_whatever_comes(void **state)
{
	char *text;

	(void)state;
	IS_JSON("\xa5"
		"a\xe1"
		"b\"\\",
		"\"a\\ufffdb\\\"\\\\\"");
	IS_JSON("\xa2\xc3\xa1", "\"\xc3\xa1\"");
	/* controls, those of C1 too */
	IS_JSON("\xa4\x1b\x7f\xc2\x9b", "\"\\u001b\\u007f\\u009b\"");
	/* too long a form, a surrogate, beyond the last, cut */
	IS_JSON("\xa2\xc0\xaf", "\"\\ufffd\\ufffd\"");
	IS_JSON("\xa3\xed\xa0\x80", "\"\\ufffd\\ufffd\\ufffd\"");
	IS_JSON("\xa4\xf4\x90\x80\x80", "\"\\ufffd\\ufffd\\ufffd\\ufffd\"");
	IS_JSON("\xa2\xe2\x82", "\"\\ufffd\\ufffd\"");
	IS_JSON("\x83\x01\xc0\xa1\xff\xc3\xc0\x90", "{\"1\":null,\"\\ufffd\":true,\"null\":[]}");
	IS_JSON("\x92\xc4\x03"
		"abc\xd4\x05\x00",
		"[{\"bytes\":3},{\"extension\":5}]");
	text = json_of("\x82\xa1"
		       "a\x92\x01\x02\xa1"
		       "b\x80",
		       10, 1);
	assert_string_equal(text, "{\n \"a\": [\n  1,\n  2\n ],\n \"b\": {}\n}");
	free(text);
}

static void halves_round_as_ieee(void **state)
{
	(void)state;
	for (unsigned h = 0; h < 65536; h++) {
		float x = pz_half_value((uint16_t)h);

		if (isnan(x))
			assert_true(isnan(pz_half_value(pz_half_of(x))));
		else
			assert_int_equal(pz_half_of(x), h);
	}
	assert_int_equal(pz_half_of(1.0f + 0x1p-11f), pz_half_of(1.0f));          /* tie to even */
	assert_int_equal(pz_half_of(1.0f + 0x1.8p-10f), pz_half_of(1 + 0x1p-9f)); /* tie to even */
	assert_int_equal(pz_half_of(65519.0f), 0x7bff);
	assert_int_equal(pz_half_of(65520.0f), 0x7c00);
	assert_int_equal(pz_half_of(0x1p-25f), 0);
	assert_int_equal(pz_half_of(0x1.8p-25f), 1);
}

static uint32_t bits_of(float x)
{
	uint32_t bits;

	memcpy(&bits, &x, sizeof bits);
	return bits;
}

/* Arrays are converted by other instructions than single numbers, to the same bits. */
static void arrays_of_halves_are_those_of_single_ones(void **state)
{
	enum { ALL = 65536, AT_A_TIME = 8 * 4096 + 5, STEP = 4099 };
	static uint16_t half[ALL];
	static float x[ALL];
	char shifted[1 + 2 * AT_A_TIME];
	uint64_t bits = 0;

	(void)state;
	for (size_t i = 0; i < ALL; i++)
		half[i] = (uint16_t)i;
	pz_pixels_load(x, half, ALL, PZ_F2);
	for (size_t i = 0; i < ALL; i++)
		assert_int_equal(bits_of(x[i]), bits_of(pz_half_value((uint16_t)i)));
	while (bits < UINT32_MAX) {
		for (size_t i = 0; i < AT_A_TIME; i++, bits += STEP) {
			uint32_t some = (uint32_t)bits;

			memcpy(&x[i], &some, sizeof some);
		}
		pz_pixels_store(shifted + 1, x, AT_A_TIME, PZ_F2);
		memcpy(half, shifted + 1, 2 * AT_A_TIME);
		for (size_t i = 0; i < AT_A_TIME; i++)
			assert_int_equal(half[i], pz_half_of(x[i]));
	}
}

static void pixels_are_clipped_to_the_range_of_halves(void **state)
{
	float x[] = { 65504, 65505, -65504, -INFINITY, NAN, 0, 1e30f };
	float inside[] = { 65504, -65504, NAN };

	(void)state;
	assert_int_equal(pz_pixels_clip(x, 7), 3);
	assert_true(x[0] == 65504 && x[1] == 65504 && x[2] == -65504 && x[3] == -65504);
	assert_true(isnan(x[4]) && x[5] == 0 && x[6] == 65504);
	assert_int_equal(pz_pixels_clip(inside, 3), 0);
	assert_int_equal(pz_pixels_clip(x, 0), 0);
}

/* Bytes that are written in place are those that are copied, and what was set before and is set
 * behind stays. */
static void room_of_a_map_is_its_value(void **state)
{
	pz_map *m = pz_map_new();
	const void *bytes;
	size_t size;
	int64_t id;
	char *room;

	(void)state;
	for (size_t n = 0; n <= 100000; n = 10 * n + 1) {
		pz_map_clear(m);
		pz_map_set_integer(m, "id", 7);
		pz_map_set_bytes(m, "img", "old", 3);
		room = pz_map_set_room(m, "img", n);
		assert_non_null(room);
		memset(room, 'a', n);
		pz_map_set_number(m, "z", 0.5);
		assert_int_equal(pz_map_bytes(m, "img", &bytes, &size), 1);
		assert_int_equal(size, n);
		assert_true(n == 0 ||
			    (*(const char *)bytes == 'a' && ((const char *)bytes)[n - 1] == 'a'));
		assert_int_equal(pz_map_integer(m, "id", &id), 1);
		assert_int_equal(id, 7);
		assert_int_equal(pz_map_count(m), 3);
	}
	assert_null(pz_map_set_room(m, "img", (size_t)PZ_MAP_MAX + 1));
	assert_int_equal(pz_map_error(m), PZ_EDATA);
	pz_map_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arrays_of_halves_are_those_of_single_ones),
		cmocka_unit_test(pixels_are_clipped_to_the_range_of_halves),
		cmocka_unit_test(room_of_a_map_is_its_value),
		cmocka_unit_test(segments_read_as_one_stream),
		cmocka_unit_test(scalars_pass_leaves_pixels_unread),
		cmocka_unit_test(what_is_left_out_can_be_fetched),
		cmocka_unit_test(too_many_large_values_are_read),
		cmocka_unit_test(a_cut_is_noticed_where_pixels_are_left_out),
		cmocka_unit_test(once_reads_all_and_keeps_nothing),
		cmocka_unit_test(records_can_be_passed_over),
		cmocka_unit_test(pipes_can_be_read_again),
		cmocka_unit_test(a_cut_anywhere_is_an_error),
		cmocka_unit_test(a_flip_anywhere_is_an_error),
		cmocka_unit_test(a_flip_is_an_error_where_large_values_are_fetched),
		cmocka_unit_test(trailers_of_others_are_read),
		cmocka_unit_test(checksums_are_the_streams_own),
		cmocka_unit_test(a_record_has_no_key_of_checksums_of_its_own),
		cmocka_unit_test(work_grows_with_the_input),
		cmocka_unit_test(two_passes_read_the_same),
		cmocka_unit_test(segments_that_differ_are_refused),
		cmocka_unit_test(claims_cost_nothing),
		cmocka_unit_test(a_key_comes_once),
		cmocka_unit_test(keys_set_drop_and_nest),
		cmocka_unit_test(a_dot_leads_into_a_map),
		cmocka_unit_test(numbers_survive_json),
		cmocka_unit_test(json_is_valid_whatever_comes),
		cmocka_unit_test(halves_round_as_ieee),
	};

	return cmocka_run_group_tests_name("stream", tests, setup, teardown);
}
