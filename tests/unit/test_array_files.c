/* test_array_files.c -- which files are files of arrays; .npy files and members of .npz that are
 * packed, stored, cut and damaged
 */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <zlib.h>

#include <pz/array.h>
#include <pz/error.h>

#include "own_folder.h"
#include "raw_npz.h"

static void refused(int rc, int code, const char *says)
{
	if (rc != code || !strstr(pz_error_text(), says))
		fail_msg("code %d, '%s' should say '%s'", rc, pz_error_text(), says);
}

/* A file of that size, zeros but for some bytes. */
static void put(const char *name, off_t size, off_t at, const void *bytes, size_t n)
{
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, size), 0);
	assert_int_equal(pwrite(fd, bytes, n, at), n);
	close(fd);
}

static void not_opened(const char *name, const char *group, int code, const char *says)
{
	struct pz_arrays *a = (struct pz_arrays *)&own_folder;

	refused(pz_arrays_open(&a, name, group), code, says);
	assert_null(a);
}

static struct pz_arrays *opened(const char *name)
{
	struct pz_arrays *a;

	if (pz_arrays_open(&a, name, NULL) != 0)
		fail_msg("%s", pz_error_text());
	return a;
}

/* Whether a file that begins so is one of arrays, and is none if a byte less is there, or if its
 * last byte is another. */
static void begins(const char *bytes, size_t n)
{
	char other[8];

	memcpy(other, bytes, n);
	other[n - 1]++;
	put("f", 0, 0, bytes, n);
	assert_int_equal(pz_arrays_look_like("f"), 1);
	put("f", 0, 0, bytes, n - 1);
	assert_int_equal(pz_arrays_look_like("f"), 0);
	put("f", 0, 0, other, n);
	assert_int_equal(pz_arrays_look_like("f"), 0);
}

#define HDF5 "\x89HDF\r\n\x1a\n"

static void files_are_known_by_how_they_begin(void **state)
{
	(void)state;
	begins("\x93NUMPY", 6);
	begins("PK\3\4", 4);
	begins("PK\5\6", 4);
	begins(HDF5, 8);
	/* HDF5 alone may begin behind 512 bytes, or that times a power of 2 */
	for (off_t at = 512; at <= 1 << 21; at *= 2) {
		put("f", 0, at, HDF5, 8);
		assert_int_equal(pz_arrays_look_like("f"), at <= 1 << 20);
	}
	put("f", 0, 1024, HDF5, 7);
	assert_int_equal(pz_arrays_look_like("f"), 0);
	put("f", 4096, 1536, HDF5, 8);
	assert_int_equal(pz_arrays_look_like("f"), 0);
	put("f", 4096, 256, HDF5, 8);
	assert_int_equal(pz_arrays_look_like("f"), 0);
	put("f", 4096, 512, "\x93NUMPY\1\0", 8);
	assert_int_equal(pz_arrays_look_like("f"), 0);
}

static void what_other_files_are(void **state)
{
	(void)state;
	put("text", 0, 0, "id,z\n", 5);
	not_opened("text", NULL, PZ_EDATA,
		   "text: expected an HDF5 file, .npy or .npz, found another kind");
	not_opened(".", NULL, PZ_EDATA, "found a folder");
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_int_equal(pz_arrays_look_like("pipe"), 0);
	not_opened("pipe", NULL, PZ_EDATA, "found a pipe or device: such files are read in");
	not_opened("none", NULL, PZ_EIO, "none: No such file or directory");
	put("g", 0, 0, "\x93NUMPY", 6);
	not_opened("g", "a/b", PZ_EUSAGE, "g: expected an HDF5 file for a group ('a/b')");
	put("g", 0, 0, "PK\5\6", 4);
	not_opened("g", "a/b", PZ_EUSAGE, "g: expected an HDF5 file for a group ('a/b')");
	put("g", 600, 0, HDF5, 8);
	not_opened("g", "a/b", PZ_ECORRUPT, "g: HDF5: ");
}

/* -- .npy */

#define OF_10 "{'descr': '<f8', 'fortran_order': False, 'shape': (10,), }"

static const double ten[] = { 0.5, -1, 2, 3, 4, 5, 6, 7, 8, 9.25 };

static void headers_of_each_version(void **state)
{
	static char bytes[70000];
	double x[10];

	(void)state;
	for (int version = 1; version <= 3; version++)
		for (size_t size = 128; size <= 65664; size = version > 1 ? size + 65536 : 70000) {
			struct pz_arrays *a;

			put("x.npy", 0, 0, bytes,
			    make_npy(bytes, version, OF_10, size, ten, sizeof ten));
			a = opened("x.npy");
			assert_int_equal(pz_arrays_count(a), 1);
			assert_int_equal(pz_array_read_doubles(a, 0, 0, 10, x), 0);
			assert_memory_equal(x, ten, sizeof ten);
			assert_int_equal(pz_array_read_doubles(a, 0, 7, 3, x), 0);
			assert_memory_equal(x, ten + 7, 3 * sizeof *x);
			pz_arrays_close(a);
			/* one byte less */
			put("x.npy", 0, 0, bytes, size + 79);
			not_opened("x.npy", NULL, PZ_ECORRUPT,
				   "x.npy: expected 80 bytes of values, found 79: cut");
		}
	make_npy(bytes, 4, OF_10, 128, ten, sizeof ten);
	put("x.npy", 0, 0, bytes, 208);
	not_opened("x.npy", NULL, PZ_ECORRUPT, "x.npy: expected a NumPy array of version 1 to 3");
}

static void values_that_are_gone_later(void **state)
{
	char bytes[208];
	struct pz_arrays *a;
	double x[10];

	(void)state;
	put("x.npy", 0, 0, bytes, make_npy(bytes, 1, OF_10, 128, ten, sizeof ten));
	a = opened("x.npy");
	assert_int_equal(truncate("x.npy", 200), 0);
	assert_int_equal(pz_array_read_doubles(a, 0, 0, 9, x), 0);
	refused(pz_array_read_doubles(a, 0, 0, 10, x), PZ_ECORRUPT, "x.npy: ");
	pz_arrays_close(a);
}

/* A field of a million values in a record of 4 MB. */
static void rows_of_records_take_the_memory_of_a_record(void **state)
{
	static const char header[] = "{'descr': [('a', '<f4', (1048576,)), ('z', '<f8')], "
				     "'fortran_order': False, 'shape': (2,)}";
	const size_t record = 4 * 1048576 + 8;
	char bytes[256];
	struct pz_arrays *a;
	float *x = malloc(1048576 * sizeof *x);
	double z[2];

	(void)state;
	put("r.npy", (off_t)(128 + 2 * record), (off_t)(128 + 2 * record - 8), &(double){ 2.5 }, 8);
	make_npy(bytes, 1, header, 128, NULL, 0);
	{
		int fd = open("r.npy", O_WRONLY);

		assert_int_equal(pwrite(fd, bytes, 128, 0), 128);
		assert_int_equal(pwrite(fd, &(float){ 1.5 }, 4, (off_t)(128 + 2 * record - 12)), 4);
		close(fd);
	}
	a = opened("r.npy");
	assert_int_equal(pz_array_read_doubles(a, 1, 0, 2, z), 0);
	assert_true(z[0] == 0 && z[1] == 2.5);
	if (pz_array_read_floats(a, 0, 1, 1, x) < 0)
		fail_msg("%s", pz_error_text());
	assert_true(x[1048575] == 1.5F && x[1048574] == 0);
	pz_arrays_close(a);
	free(x);
}

/* -- .npz */

#define LONG  60000 /* numbers: several pieces, however bytes are passed over */
#define SHAPE "{'descr': '<i4', 'fortran_order': False, 'shape': (60000,)}"

static int32_t number(int i)
{
	return 7 * i - 1000;
}

/* A member of LONG numbers, `more` bytes behind them; the bytes, how many in *size. */
static const char *long_member(size_t more, size_t *size)
{
	static char bytes[128 + 4 * LONG + 64];
	static int32_t x[LONG];

	for (int i = 0; i < LONG; i++)
		x[i] = number(i);
	*size = make_npy(bytes, 1, SHAPE, 128, x, sizeof x) + more;
	memset(bytes + 128 + sizeof x, '#', more);
	return bytes;
}

static void check_numbers(struct pz_arrays *a, const char *name, uint64_t row, size_t n)
{
	static int64_t x[LONG];

	if (pz_array_read_integers(a, pz_arrays_find(a, name), row, n, x) < 0)
		fail_msg("%s", pz_error_text());
	for (size_t i = 0; i < n; i++)
		if (x[i] != number((int)(row + i)))
			fail_msg("%s: number %zu from %d on is %d", name, i, (int)row, (int)x[i]);
}

static void members_are_read_in_any_order(void **state)
{
	static const struct {
		uint64_t row;
		size_t n;
	} rows[] = { { 0, 5 },     { 5, 7 },       { 40000, 9 },   { 3, 2 },
		     { 59999, 1 }, { 0, LONG },    { 20000, 1 },   { 20000, 1 },
		     { 1, 100 },   { 101, 50000 }, { 50101, 9899 } };
	size_t size;
	const char *bytes = long_member(0, &size);
	zip_t *z = new_zip("m.npz");
	struct pz_arrays *a;

	(void)state;
	add_member(z, "notes.txt", "notes", 5, false);
	add_member(z, "packed.npy", bytes, size, true);
	add_member(z, ".npy", bytes, size, false);
	add_member(z, "dir/stored.npy", bytes, size, false);
	add_member(z, "more.npy", long_member(33, &size), 128 + 4 * LONG + 33, false);
	add_member(z, "end.npyx", bytes, size, false);
	assert_int_equal(zip_close(z), 0);
	a = opened("m.npz");
	assert_int_equal(pz_arrays_count(a), 3);
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		check_numbers(a, "packed", rows[i].row, rows[i].n);
		check_numbers(a, "dir/stored", rows[i].row, rows[i].n);
		check_numbers(a, "more", rows[i].row, rows[i].n);
	}
	assert_int_equal(pz_array_attribute(a, 0, "unit", (char[4]){ 0 }, 4), 0);
	pz_arrays_close(a);
}

/* Changes the byte of a file that is `behind` bytes behind the only place of this text. */
static void damage(const char *name, const char *text, size_t behind)
{
	static char bytes[600000];
	FILE *file = fopen(name, "r+b");
	size_t n = fread(bytes, 1, sizeof bytes, file), at = 0;

	while (at + strlen(text) < n && memcmp(bytes + at, text, strlen(text)) != 0)
		at++;
	assert_true(at + behind < n);
	fseek(file, (long)(at + behind), SEEK_SET);
	putc(bytes[at + behind] ^ 1, file);
	fclose(file);
}

/* A member with a byte changed: noticed by who reads all of it, in pieces or not. */
static void damage_is_noticed_with(size_t more, size_t at)
{
	size_t size;
	char *bytes = (char *)long_member(more, &size), says[200];
	uint32_t right = (uint32_t)crc32_z(0, (void *)bytes, size), wrong;
	zip_t *z = new_zip("d.npz");
	static int64_t x[LONG];
	struct pz_arrays *a;

	add_member(z, "x.npy", bytes, size, false);
	assert_int_equal(zip_close(z), 0);
	damage("d.npz", "\x93NUMPY", at);
	bytes[at] ^= 1;
	wrong = (uint32_t)crc32_z(0, (void *)bytes, size);
	snprintf(says, sizeof says,
		 "d.npz: array 'x': expected values with checksum %08x, as the archive says, found "
		 "%08x: the file is damaged",
		 right, wrong);
	a = opened("d.npz");
	assert_int_equal(pz_array_read_integers(a, 0, LONG - 1, 1, x), 0);
	refused(pz_array_read_integers(a, 0, 0, LONG, x), PZ_ECORRUPT, says);
	pz_arrays_close(a);
	a = opened("d.npz");
	assert_int_equal(pz_array_read_integers(a, 0, 0, 100, x), 0);
	assert_int_equal(pz_array_read_integers(a, 0, 50, LONG - 51, x), 0);
	assert_int_equal(pz_array_read_integers(a, 0, 3, 4, x), 0);
	refused(pz_array_read_integers(a, 0, LONG - 2, 2, x), PZ_ECORRUPT, says);
	pz_arrays_close(a);
}

static void damaged_members_are_noticed(void **state)
{
	(void)state;
	damage_is_noticed_with(0, 128 + 4 * 777);
	damage_is_noticed_with(0, 128 + 4 * LONG - 1);
	damage_is_noticed_with(20, 128 + 4 * LONG + 19);
	damage_is_noticed_with(20, 128);
	damage_is_noticed_with(0, 120);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files_are_known_by_how_they_begin),
		cmocka_unit_test(what_other_files_are),
		cmocka_unit_test(headers_of_each_version),
		cmocka_unit_test(values_that_are_gone_later),
		cmocka_unit_test(rows_of_records_take_the_memory_of_a_record),
		cmocka_unit_test(members_are_read_in_any_order),
		cmocka_unit_test(damaged_members_are_noticed),
	};

	return cmocka_run_group_tests_name("files of arrays", tests, enter_own_folder,
					   leave_own_folder);
}
