/* test_array_apart.c -- HDF5 files read by another process: rows and texts larger than what is
 * handed over at a time, what that process may do, and what is said when it dies
 */
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include <pz/array.h>

#include "../../lib/array/parts.h"
#include "in_process.h"
#include "raw_hdf5.h"

static void refused(int rc, int code, const char *says)
{
	if (rc != code || !strstr(pz_error_text(), says))
		fail_msg("code %d, '%s' should say '%s'", rc, pz_error_text(), says);
}

static struct pz_arrays *opened(const char *name)
{
	struct pz_arrays *a;

	if (pz_arrays_open(&a, name, NULL) < 0)
		fail_msg("%s", pz_error_text());
	return a;
}

/* The process that reads: what the backend keeps begins with it. */
static pid_t child_of(const struct pz_arrays *a)
{
	return *(const pid_t *)a->file;
}

#define WIDE ((5 << 20) / 8) /* numbers of a row of 5 MB */
#define MID  190000          /* of a row of 1.5 MB       */

/* Number i of row r. */
static double at_place(int r, int i)
{
	return 1e6 * r + i % 100000;
}

static void put_rows(hid_t file, const char *name, hsize_t rows, hsize_t width)
{
	double *x = malloc(rows * width * sizeof *x);
	hid_t plan = H5Pcreate(H5P_DATASET_CREATE);

	for (hsize_t i = 0; i < rows * width; i++)
		x[i] = at_place((int)(i / width), (int)(i % width));
	H5Pset_chunk(plan, 2, (hsize_t[]){ 1, width });
	h5_put_as(file, name, H5T_NATIVE_DOUBLE, H5T_NATIVE_DOUBLE, 2, (hsize_t[]){ rows, width },
		  plan, x);
	H5Pclose(plan);
	free(x);
}

/* A text of n letters as an attribute. */
static void note(hid_t file, const char *name, const char *key, const char *text)
{
	hid_t of = H5Dopen2(file, name, H5P_DEFAULT), space = H5Screate(H5S_SCALAR);
	hid_t type = H5Tcopy(H5T_C_S1), id;

	H5Tset_size(type, strlen(text));
	id = H5Acreate2(of, key, type, space, H5P_DEFAULT, H5P_DEFAULT);
	assert_true(H5Awrite(id, type, text) >= 0);
	H5Aclose(id);
	H5Tclose(type);
	H5Sclose(space);
	H5Dclose(of);
}

static const char key63[] = "a23456789b23456789c23456789d23456789e23456789f23456789g23456789";
static const char key64[] = "a23456789b23456789c23456789d23456789e23456789f23456789g234567890";

static int begin(void **state)
{
	hid_t file, any = H5Tcopy(H5T_C_S1);
	const char *words[] = { "a", "bc", "", "def", "ghij", "k" };

	if (in_folder(state) != 0)
		return -1;
	file = h5_create("w.h5");
	put_rows(file, "wide", 2, WIDE);
	put_rows(file, "mid", 5, MID);
	H5Tset_size(any, H5T_VARIABLE);
	h5_put(file, "words", any, 2, (hsize_t[]){ 2, 3 }, words);
	h5_put(file, "plain", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 3 }, (double[]){ 1, 2, 3.5 });
	note(file, "mid", key63, "sixty-three");
	note(file, "mid", key64, "sixty-four");
	H5Fclose(file);
	H5Tclose(any);
	return 0;
}

static void rows_are_handed_over_in_pieces(void **state)
{
	double *x = malloc(2 * (5 << 20));
	struct pz_arrays *a = opened("w.h5");
	int wide = pz_arrays_find(a, "wide"), mid = pz_arrays_find(a, "mid");

	(void)state;
	assert_int_equal(pz_array_read_doubles(a, mid, 0, 5, x), 0);
	for (int i = 0; i < 5 * MID; i++)
		if (x[i] != at_place(i / MID, i % MID))
			fail_msg("number %d is %g", i, x[i]);
	assert_int_equal(pz_array_read_doubles(a, wide, 0, 2, x), 0);
	for (int i = 0; i < 2 * WIDE; i++)
		if (x[i] != at_place(i / WIDE, i % WIDE))
			fail_msg("number %d of the wide rows is %g", i, x[i]);
	/* bytes, of which no buffer takes a megabyte at a time */
	assert_int_equal(pz_array_read_bytes(a, mid, 1, 4, x), 0);
	for (int i = 0; i < 4 * MID; i++)
		if (x[i] != at_place(1 + i / MID, i % MID))
			fail_msg("number %d of the bytes is %g", i, x[i]);
	assert_int_equal(pz_array_read_doubles(a, pz_arrays_find(a, "plain"), 1, 2, x), 0);
	assert_true(x[0] == 2 && x[1] == 3.5);
	assert_true(a->array[pz_arrays_find(a, "plain")].begin > 0);
	pz_arrays_close(a);
	/* more than the memory that is shared at first */
	a = opened("w.h5");
	assert_int_equal(pz_array_read_bytes(a, mid, 0, 5, x), 0);
	for (int i = 0; i < 5 * MID; i++)
		if (x[i] != at_place(i / MID, i % MID))
			fail_msg("number %d of all bytes is %g", i, x[i]);
	pz_arrays_close(a);
	free(x);
}

static void texts_and_attributes_are_handed_over(void **state)
{
	struct pz_arrays *a = opened("w.h5");
	int mid = pz_arrays_find(a, "mid"), words = pz_arrays_find(a, "words");
	char text[80], word[6][4], *large = malloc(6 << 20);

	(void)state;
	assert_int_equal(pz_array_attribute(a, mid, key63, text, sizeof text), 1);
	assert_string_equal(text, "sixty-three");
	strcpy(text, "before");
	assert_int_equal(pz_array_attribute(a, mid, key64, text, sizeof text), 0);
	assert_string_equal(text, "before");
	assert_int_equal(pz_array_attribute(a, mid, "none", text, sizeof text), 0);
	assert_string_equal(text, "before");
	assert_int_equal(pz_array_attribute(a, mid, key63, large, 5 << 20), 1);
	assert_string_equal(large, "sixty-three");
	refused(pz_array_read_texts(a, words, 0, 2, word[0], 4), PZ_EDATA,
		"w.h5: array 'words': row 2: expected a text of at most 3 bytes");
	assert_int_equal(pz_array_read_texts(a, words, 0, 1, word[0], 4), 0);
	assert_true(!strcmp(word[0], "a") && !strcmp(word[1], "bc") && !strcmp(word[2], ""));
	assert_int_equal(pz_array_read_texts(a, words, 1, 1, large, 2 << 20), 0);
	assert_string_equal(large, "def");
	assert_string_equal(large + (2 << 20), "ghij");
	assert_string_equal(large + (4 << 20), "k");
	pz_arrays_close(a);
	free(large);
}

/* -- the other process */

/* How a line of a file of /proc ends that begins so; "": there is none. */
static const char *line_of(pid_t pid, const char *name, const char *with)
{
	static char line[300];
	char path[60];
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/%s", (int)pid, name);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof line, file))
		if (!strncmp(line, with, strlen(with))) {
			fclose(file);
			return line + strlen(with);
		}
	if (file)
		fclose(file);
	return "";
}

static unsigned long long signals(pid_t pid, const char *which)
{
	return strtoull(line_of(pid, "status", which), NULL, 16);
}

/* It ignores no signal to end, makes no core and has few files and seconds, whatever we have. */
static void the_process_has_nothing_of_ours(void **state)
{
	static const int fatal[] = { SIGHUP,  SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2,
				     SIGXCPU, SIGBUS, SIGFPE,  SIGILL,  SIGABRT };
	int more = open("/dev/null", O_RDONLY), high = fcntl(more, F_DUPFD, 900), open_there = 0;
	struct pz_arrays *a;
	struct rlimit ours;
	double seconds;
	pid_t child;

	(void)state;
	if (access("/proc/self/limits", F_OK) != 0)
		skip();
	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
		signal(fatal[i], SIG_IGN);
	a = opened("w.h5");
	child = child_of(a);
	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++) {
		signal(fatal[i], SIG_DFL);
		assert_int_equal(signals(child, "SigIgn:") >> (fatal[i] - 1) & 1, 0);
	}
	assert_int_equal(strtol(line_of(child, "limits", "Max core file size"), NULL, 10), 0);
	seconds = strtod(line_of(child, "limits", "Max cpu time"), NULL);
	getrlimit(RLIMIT_CPU, &ours);
	assert_true(ours.rlim_max < 25 || (seconds >= 20 && seconds < 25));
	for (int fd = 0; fd < 1024; fd++) {
		char path[60], to[200];
		ssize_t n;

		snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)child, fd);
		n = readlink(path, to, sizeof to - 1);
		open_there += n > 0;
		to[n > 0 ? n : 0] = '\0';
		if (fd < 3)
			assert_string_equal(to, "/dev/null");
		else if (n > 0 && !strcmp(to, "/dev/null"))
			fail_msg("descriptor %d is open", fd);
	}
	assert_int_equal(open_there, 3 + 3); /* a socket, shared memory, the file */
	close(more);
	close(high);
	pz_arrays_close(a);
	assert_int_equal(kill(child, 0), -1);
}

static void dies_of(int by, int code, const char *says)
{
	struct pz_arrays *a = opened("w.h5");
	int mid = pz_arrays_find(a, "mid"), words = pz_arrays_find(a, "words");
	double *x = malloc(5 * MID * sizeof *x);
	char word[3][4];

	kill(child_of(a), by);
	refused(pz_array_read_doubles(a, mid, 0, 1, x), code, says);
	assert_int_equal(child_of(a), -1);
	/* and from then on nothing is read but what needs no library */
	refused(pz_array_read_doubles(a, mid, 0, 1, x), PZ_ECORRUPT, "w.h5: HDF5: the library");
	assert_true(pz_array_read_texts(a, words, 0, 1, word[0], 4) < 0);
	assert_int_equal(pz_array_attribute(a, mid, key63, word[0], 4), 0);
	assert_int_equal(pz_array_read_doubles(a, pz_arrays_find(a, "plain"), 0, 3, x), 0);
	pz_arrays_close(a);
	free(x);
}

static volatile sig_atomic_t met;

static void meet(int which)
{
	met = which;
}

static void a_process_that_dies_is_an_error(void **state)
{
	static const int ends[] = { SIGTERM, SIGINT, SIGHUP };

	(void)state;
	dies_of(SIGSEGV, PZ_ECORRUPT,
		"w.h5: HDF5: the library crashed on this file: it is corrupt");
	assert_null(strstr(pz_error_text(), "memory"));
	dies_of(SIGKILL, PZ_ECORRUPT,
		"the library crashed on this file: it is corrupt, or there is not enough memory");
	dies_of(SIGXCPU, PZ_ECORRUPT,
		"w.h5: HDF5: expected an answer of the library, found none in 20 s of processor "
		"time: the file is corrupt");
	/* what ends it was meant for the program */
	for (int i = 0; i < 3; i++) {
		met = 0;
		signal(ends[i], meet);
		dies_of(ends[i], PZ_EIO, "w.h5: HDF5: a signal ended the reading");
		assert_int_equal(met, ends[i]);
		signal(ends[i], SIG_DFL);
	}
}

/* Values behind the end of the file are left to the library, which says what is wrong. */
static void values_behind_the_end(void **state)
{
	double x[1000] = { 0 };
	struct pz_arrays *a;
	hid_t file = h5_create("cut.h5");

	(void)state;
	h5_put(file, "a", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 1000 }, x);
	H5Fclose(file);
	a = opened("cut.h5");
	assert_int_equal(pz_array_read_doubles(a, 0, 0, 1000, x), 0);
	assert_int_equal(truncate("cut.h5", 9000), 0);
	refused(pz_array_read_doubles(a, 0, 0, 1000, x), PZ_ECORRUPT, "cut.h5: array 'a': ");
	pz_arrays_close(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_are_handed_over_in_pieces),
		cmocka_unit_test(texts_and_attributes_are_handed_over),
		cmocka_unit_test(the_process_has_nothing_of_ours),
		cmocka_unit_test(a_process_that_dies_is_an_error),
		cmocka_unit_test(values_behind_the_end),
	};

	return cmocka_run_group_tests_name("HDF5 apart", tests, begin, out_of_folder);
}
