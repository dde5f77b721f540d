/* test_array_zip.c -- .npz files as they are opened: which members are arrays, what is none, and
 * what is said of archives that are damaged, cut or not of arrays at all; descriptors
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/array.h>
#include <pz/error.h>

#include "own_folder.h"
#include "raw_hdf5.h"
#include "raw_npz.h"

#define OF_2 "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"

static const double two[] = { 0.5, -7 };

static void refused(int rc, int code, const char *says)
{
	if (rc != code || !strstr(pz_error_text(), says))
		fail_msg("code %d, '%s' should say '%s'", rc, pz_error_text(), says);
}

static void not_opened(const char *name, int code, const char *says)
{
	struct pz_arrays *a;

	refused(pz_arrays_open(&a, name, NULL), code, says);
	assert_null(a);
}

static struct pz_arrays *opened(const char *name)
{
	struct pz_arrays *a;

	if (pz_arrays_open(&a, name, NULL) != 0)
		fail_msg("%s", pz_error_text());
	return a;
}

/* An archive of one member, of these bytes. */
static void zip_one(const char *file, const char *name, const void *bytes, size_t size, bool packed)
{
	zip_t *z = new_zip(file);

	add_member(z, name, bytes, size, packed);
	assert_int_equal(zip_close(z), 0);
}

/* Changes one byte of a file. */
static void change(const char *name, long at, int by)
{
	FILE *file = fopen(name, "r+b");
	int c;

	fseek(file, at, SEEK_SET);
	c = getc(file);
	fseek(file, at, SEEK_SET);
	putc(c ^ by, file);
	fclose(file);
}

static void members_that_are_no_arrays(void **state)
{
	char bytes[200], name[300];
	size_t n = make_npy(bytes, 1, OF_2, 128, two, sizeof two);

	(void)state;
	for (int packed = 0; packed < 2; packed++) {
		zip_one("b.npz", "x.npy", "text", 4, packed);
		not_opened("b.npz", PZ_ECORRUPT, "b.npz: array 'x': it ends before its values do");
		zip_one("b.npz", "x.npy", "no array at all", 15, packed);
		not_opened("b.npz", PZ_ECORRUPT,
			   "b.npz: array 'x': expected a NumPy array of version 1 to 3");
		zip_one("b.npz", "x.npy", bytes, 100, packed);
		not_opened("b.npz", PZ_ECORRUPT, "b.npz: array 'x': it ends before its values do");
		zip_one("b.npz", "x.npy", bytes, n - 1, packed);
		not_opened("b.npz", PZ_ECORRUPT, "b.npz: array 'x': it ends before its values do");
		zip_one("b.npz", "x.npy", bytes, n, packed);
		pz_arrays_close(opened("b.npz"));
	}
	/* headers of 10, 11 and 12 bytes */
	for (int length = 0; length < 3; length++) {
		memset(bytes, ' ', sizeof bytes);
		memcpy(bytes, "\x93NUMPY\1", 7);
		bytes[7] = bytes[9] = 0;
		bytes[8] = (char)length;
		zip_one("b.npz", "x.npy", bytes, sizeof bytes, false);
		not_opened("b.npz", PZ_ECORRUPT,
			   length < 2 ? "array 'x': expected a NumPy array of version 1 to 3"
				      : "array 'x': expected a header as NumPy writes it");
	}
	n = make_npy(bytes, 2, OF_2, 128, two, sizeof two);
	memset(name, 'n', 255);
	strcpy(name + 255, ".npy");
	zip_one("b.npz", name, bytes, n, false);
	{
		struct pz_arrays *a = opened("b.npz");

		assert_int_equal(strlen(pz_arrays_at(a, 0)->name), 255);
		pz_arrays_close(a);
	}
	strcpy(name + 255, "n.npy");
	zip_one("b.npz", name, bytes, n, false);
	not_opened("b.npz", PZ_EDATA,
		   "b.npz: expected names of arrays of at most 255 bytes, found a longer one");
}

static void archives_have_their_most(void **state)
{
	char name[16];

	(void)state;
	for (int n = PZ_ARRAYS_MAX; n <= PZ_ARRAYS_MAX + 1; n++) {
		zip_t *z = new_zip("many.npz");

		for (int i = 0; i < n; i++) {
			snprintf(name, sizeof name, "%d.txt", i);
			add_member(z, name, "", 0, false);
		}
		assert_int_equal(zip_close(z), 0);
		not_opened("many.npz", PZ_EDATA,
			   n > PZ_ARRAYS_MAX ? "many.npz: more than 4096 members"
					     : "many.npz: a zip archive without NumPy arrays");
	}
}

static void what_is_no_archive(void **state)
{
	FILE *file = fopen("c.npz", "wb");

	(void)state;
	fputs("PK\3\4 and nothing more", file);
	fclose(file);
	not_opened("c.npz", PZ_ECORRUPT,
		   "c.npz: expected a zip archive, as NumPy's .npz is: cut or corrupt");
	file = fopen("e.npz", "wb");
	fwrite("PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 1, 22, file);
	fclose(file);
	not_opened("e.npz", PZ_EDATA, "e.npz: a zip archive without NumPy arrays");
}

/* A packed member with a byte changed is told by the library. */
static void packed_members_that_are_damaged(void **state)
{
	static char bytes[128 + 80000];
	static double x[10000];
	struct pz_arrays *a;

	(void)state;
	for (int i = 0; i < 10000; i++)
		x[i] = i * 0.37;
	make_npy(bytes, 1, "{'descr': '<f8', 'fortran_order': False, 'shape': (10000,)}", 128, x,
		 sizeof x);
	zip_one("p.npz", "x.npy", bytes, sizeof bytes, true);
	change("p.npz", 20000, 0x10);
	a = opened("p.npz");
	assert_int_equal(pz_array_read_doubles(a, 0, 0, 10, x), 0);
	assert_true(x[9] == 9 * 0.37);
	assert_int_equal(pz_array_read_doubles(a, 0, 0, 10000, x), PZ_ECORRUPT);
	assert_non_null(strstr(pz_error_text(), "p.npz: array 'x': "));
	pz_arrays_close(a);
	/* a method that nobody knows: of the member, and of the directory */
	zip_one("p.npz", "x.npy", bytes, sizeof bytes, false);
	{
		FILE *file = fopen("p.npz", "rb");
		long at;
		char sign[4];

		for (at = 0; at < 100000; at++) {
			fseek(file, at, SEEK_SET);
			if (fread(sign, 1, 4, file) == 4 && !memcmp(sign, "PK\1\2", 4))
				break;
		}
		fclose(file);
		change("p.npz", at + 10, 77);
	}
	not_opened("p.npz", PZ_ECORRUPT, "p.npz: array 'x': ");
}

/* Rows of records, whole and by field. */
static void records_in_an_archive(void **state)
{
	static const char header[] = "{'descr': [('n', '<i2'), ('v', '<i2', (2,))], "
				     "'fortran_order': False, 'shape': (3,)}";
	static const int16_t rows[] = { 1, 10, 11, 2, 20, 21, 3, 30, 31 };
	char bytes[200];
	size_t n = make_npy(bytes, 1, header, 128, rows, sizeof rows);
	double x[6];

	(void)state;
	for (int packed = 0; packed < 2; packed++) {
		struct pz_arrays *a;

		zip_one("r.npz", "t.npy", bytes, n, packed);
		a = opened("r.npz");
		assert_int_equal(pz_array_read_doubles(a, pz_arrays_find(a, "t/v"), 1, 2, x), 0);
		assert_true(x[0] == 20 && x[1] == 21 && x[2] == 30 && x[3] == 31);
		assert_int_equal(pz_array_read_doubles(a, pz_arrays_find(a, "t/n"), 0, 3, x), 0);
		assert_true(x[0] == 1 && x[1] == 2 && x[2] == 3);
		pz_arrays_close(a);
	}
}

/* -- descriptors */

static void make_all_kinds(void)
{
	char bytes[200];
	size_t n = make_npy(bytes, 1, OF_2, 128, two, sizeof two);
	FILE *file = fopen("d.npy", "wb");
	hid_t h5;

	fwrite(bytes, 1, n, file);
	fclose(file);
	zip_one("d.npz", "data.npy", bytes, n, false);
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	h5 = h5_create("d.h5");
	h5_put(h5, "data", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 2 }, two);
	H5Fclose(h5);
}

/* Programs that are started do not inherit them; one may be 0, and is closed all the same. */
static void descriptors_are_our_own(void **state)
{
	static const char *const name[] = { "d.npy", "d.npz", "d.h5" };
	int before = open_descriptors(), kept;
	double x[2];

	(void)state;
	make_all_kinds();
	for (int i = 0; i < 3; i++) {
		struct pz_arrays *a = opened(name[i]);
		int inherited = 0;

		for (int fd = 3; fd < 1024; fd++) {
			int flags = fcntl(fd, F_GETFD);

			inherited += flags >= 0 && !(flags & FD_CLOEXEC);
		}
		pz_arrays_close(a);
		for (int fd = 3; fd < 1024; fd++) {
			int flags = fcntl(fd, F_GETFD);

			inherited -= flags >= 0 && !(flags & FD_CLOEXEC);
		}
		assert_int_equal(inherited, 0);
		assert_true((kept = fcntl(0, F_DUPFD, 100)) >= 100);
		close(0);
		a = opened(name[i]);
		assert_int_equal(pz_array_read_doubles(a, 0, 0, 2, x), 0);
		pz_arrays_close(a);
		assert_int_equal(fcntl(0, F_GETFD), -1);
		assert_int_equal(dup2(kept, 0), 0);
		close(kept);
		assert_true(x[0] == 0.5 && x[1] == -7);
	}
	assert_int_equal(open_descriptors(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_that_are_no_arrays),
		cmocka_unit_test(archives_have_their_most),
		cmocka_unit_test(what_is_no_archive),
		cmocka_unit_test(packed_members_that_are_damaged),
		cmocka_unit_test(records_in_an_archive),
		cmocka_unit_test(descriptors_are_our_own),
	};

	return cmocka_run_group_tests_name("archives of arrays", tests, enter_own_folder,
					   leave_own_folder);
}
