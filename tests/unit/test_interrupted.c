/* test_interrupted.c -- calls that a signal interrupts, that take only some of the bytes, or fail
 *
 * The functions by which the library reads and writes are replaced by ones that fail with EINTR
 * every second time and handle three bytes at most, or that fail with EIO. Nobody asked for fewer
 * bytes, so that what is read and written has to be the same.
 */
#undef _FORTIFY_SOURCE /* its headers have bodies of these functions */
#include <errno.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <pz/array.h>
#include <pz/file.h>

#include "in_process.h"
#include "raw_hdf5.h"

#include "../../lib/cutout/choice.h"
#include "../../lib/draw/page.h"

static enum { AS_EVER, INTERRUPTED, FAILING, ENDED } calls;
static atomic_int turn;

/* What a call returns that does nothing, or 1 and how many bytes it handles. */
static int handles(size_t *size)
{
	if (calls == ENDED)
		return 0;
	if (calls == FAILING || (calls == INTERRUPTED && turn++ % 2 == 0)) {
		errno = calls == FAILING ? EIO : EINTR;
		return -1;
	}
	if (calls == INTERRUPTED && *size > 3)
		*size = 3;
	return 1;
}

ssize_t read(int fd, void *bytes, size_t size)
{
	int some = handles(&size);

	return some < 1 ? some : syscall(SYS_read, fd, bytes, size);
}

ssize_t pread(int fd, void *bytes, size_t size, off_t offset)
{
	int some = handles(&size);

	return some < 1 ? some : syscall(SYS_pread64, fd, bytes, size, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
	int some = handles(&size);

	return some < 1 ? some : syscall(SYS_pwrite64, fd, bytes, size, offset);
}

ssize_t recv(int fd, void *bytes, size_t size, int flags)
{
	int some = handles(&size);

	return some < 1 ? some : syscall(SYS_recvfrom, fd, bytes, size, flags, NULL, NULL);
}

ssize_t send(int fd, const void *bytes, size_t size, int flags)
{
	int some = handles(&size);

	return some < 1 ? some : syscall(SYS_sendto, fd, bytes, size, flags, NULL, 0);
}

static void failed(int rc, int code, const char *says)
{
	calls = AS_EVER;
	assert_int_equal(rc, code);
	assert_string_equal(pz_error_text(), says);
}

static void parts_of_files(void **state)
{
	char text[18] = "";
	int fd;

	(void)state;
	calls = INTERRUPTED;
	fd = pz_file_spool();
	assert_true(fd >= 0);
	assert_int_equal(pz_file_put(fd, 5, "seventeen letters", 17), 0);
	assert_int_equal(pz_file_get(fd, 5, text, 17), 0);
	assert_string_equal(text, "seventeen letters");
	calls = FAILING;
	failed(pz_file_get(fd, 5, text, 17), PZ_EIO, "cannot read: Input/output error");
	calls = FAILING;
	failed(pz_file_put(fd, 5, text, 17), PZ_EIO,
	       "cannot write to a temporary file in $TMPDIR: Input/output error");
	calls = ENDED;
	assert_int_equal(pz_file_put(fd, 5, text, 17), PZ_EIO);
	calls = ENDED;
	failed(pz_file_get(fd, 5, text, 17), PZ_ECORRUPT,
	       "the file became shorter while it was read");
	failed(pz_file_get(fd, 6, text, 17), PZ_ECORRUPT,
	       "the file became shorter while it was read");
	close(fd);
}

/* From a file and from a pipe, which is copied to $TMPDIR to be read a second time. */
static void streams(void **state)
{
	const char *name = "a.pz";
	struct pz_reader *r;
	int kept = dup(STDIN_FILENO);

	(void)state;
	stream(name, "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", "{\"id\": 1, \"z\": 0.125}",
	       "{\"id\": 2, \"z\": 0.25}", NULL);
	for (int piped = 0; piped < 2; piped++) {
		FILE *cat = popen("cat a.pz", "r");

		assert_int_equal(dup2(fileno(cat), STDIN_FILENO), STDIN_FILENO);
		calls = INTERRUPTED;
		assert_int_equal(pz_reader_open(&r, &name, !piped, PZ_READ_KEEP), 0);
		for (int pass = 0; pass < 2; pass++) {
			assert_int_equal(pz_reader_rewind(r, 0), 0);
			for (int i = 1; i <= 2; i++) {
				assert_int_equal(pz_read(r), 1);
				assert_true(pz_map_number(pz_reader_record(r), "z", 0) ==
					    0.125 * i);
			}
			assert_int_equal(pz_read(r), 0);
		}
		calls = AS_EVER;
		pz_reader_close(r);
		pclose(cat);
	}
	dup2(kept, STDIN_FILENO);
	close(kept);
	calls = FAILING;
	failed(pz_reader_open(&r, &name, 1, 0), PZ_EIO, "a.pz: cannot read: Input/output error");
}

/* A stamp waits for the next round, and a worse one is found there. */
static void stamps_that_wait(void **state)
{
	float first[8] = { 1, 2, 3, 4, 5, 6, 7, 8 }, notes[6] = { .1F, .2F, .3F, .4F, .5F, .6F };
	float second[8] = { 0 };
	struct placed place = { .galaxy = 7, .more = 1 }, *places;
	struct candidate s = { .place = &place, .good = 1, .pixels = first, .notes = notes };
	struct choice c;
	size_t n;

	(void)state;
	pz_choice_begin(&c, 2, 2);
	calls = INTERRUPTED;
	assert_int_equal(pz_choice_pick(&c, &s), 0);
	assert_false(s.moved);
	assert_int_equal(pz_choice_next_round(&c, &places, &n), 1);
	assert_int_equal(n, 1);
	assert_int_equal(places[0].galaxy, 7);
	free(places);
	place.more = 0;
	s = (struct candidate){ &place, 0, true, false, second, second };
	assert_int_equal(pz_choice_pick(&c, &s), 1);
	calls = AS_EVER;
	assert_int_equal(s.good, 1);
	assert_false(s.lacking);
	assert_memory_equal(s.pixels, first, sizeof first);
	assert_memory_equal(s.notes, notes, sizeof notes);
	s = (struct candidate){ &place, 0, true, false, second, second };
	calls = FAILING;
	failed(pz_choice_pick(&c, &s), PZ_EIO,
	       "a temporary file in $TMPDIR: cannot read: Input/output error");
	calls = ENDED;
	failed(pz_choice_pick(&c, &s), PZ_ECORRUPT,
	       "a temporary file in $TMPDIR: the file became shorter while it was read");
	place.more = place.galaxy = 1;
	calls = FAILING;
	failed(pz_choice_pick(&c, &s), PZ_EIO,
	       "cannot write to a temporary file in $TMPDIR: Input/output error");
	pz_choice_end(&c);
}

/* Which a child reads, that is spoken to through a socket. */
static void hdf5_files(void **state)
{
	const double x[5] = { 1, 2, 4, 8, 16 };
	double back[5] = { 0 };
	hid_t file = h5_create("a.h5");
	struct pz_arrays *a;

	(void)state;
	h5_put(file, "x", H5T_NATIVE_DOUBLE, 1, (hsize_t[]){ 5 }, x);
	H5Fclose(file);
	calls = INTERRUPTED;
	if (pz_arrays_open(&a, "a.h5", NULL) < 0)
		fail_msg("%s", pz_error_text());
	assert_int_equal(pz_array_read_doubles(a, pz_arrays_find(a, "x"), 0, 5, back), 0);
	pz_arrays_close(a);
	calls = AS_EVER;
	assert_memory_equal(back, x, sizeof x);
}

/* What a program called gnuplot, of these lines of shell, makes of "plot 1", NULL: onto a full
 * disk: 0, or an error. */
static int drawn_by(const char *lines, char *picture, size_t size)
{
	FILE *out = picture ? fmemopen(picture, size, "w") : fopen("/dev/full", "w");
	FILE *program = pz_gnuplot_scratch();
	char *before = strdup(getenv("PATH")), path[4096], script[256];
	int rc;

	snprintf(script, sizeof script, "#!/bin/sh\n%s\n", lines);
	write_text("gnuplot", script);
	assert_int_equal(chmod("gnuplot", 0700), 0);
	assert_int_equal(fputs("plot 1", program) < 0 || fflush(program) != 0, 0);
	snprintf(path, sizeof path, "%s:%s", in_folder_name, before);
	setenv("PATH", path, 1);
	rc = pz_gnuplot_run(program, out);
	setenv("PATH", before, 1);
	free(before);
	fclose(out);
	fclose(program);
	return rc;
}

static void pictures(void **state)
{
	char picture[32] = "";

	(void)state;
	calls = INTERRUPTED;
	assert_int_equal(drawn_by("cat; echo ', in red'", picture, sizeof picture), 0);
	assert_string_equal(picture, "plot 1, in red\n");
	calls = FAILING;
	failed(drawn_by("cat", picture, sizeof picture), PZ_EIO,
	       "cannot read from gnuplot: Input/output error");
	failed(drawn_by("echo no terminal >&2", picture, sizeof picture), PZ_EDATA,
	       "gnuplot drew nothing: no terminal");
	failed(drawn_by("true", picture, sizeof picture), PZ_EDATA,
	       "gnuplot drew nothing: it gave no reason");
	failed(drawn_by("cat; echo line 1 >&2; echo line 2 >&2; exit 3", picture, sizeof picture),
	       PZ_EDATA, "gnuplot failed: line 2");
	failed(drawn_by("cat; echo '  ^ near here' >&2; echo '    ^' >&2; exit 3", picture,
			sizeof picture),
	       PZ_EDATA, "gnuplot failed: near here");
	failed(drawn_by("cat; exit 1", picture, sizeof picture), PZ_EDATA,
	       "gnuplot failed: it gave no reason");
	failed(drawn_by("cat; kill -9 $$", picture, sizeof picture), PZ_EDATA,
	       "gnuplot was ended by signal 9 (Killed)");
	assert_int_equal(drawn_by("cat; exit 127", picture, sizeof picture), PZ_EDATA);
	assert_non_null(strstr(pz_error_text(), "install"));
	failed(drawn_by("cat", NULL, 0), PZ_EIO, "cannot write: No space left on device");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_of_files),   cmocka_unit_test(streams),
		cmocka_unit_test(stamps_that_wait), cmocka_unit_test(hdf5_files),
		cmocka_unit_test(pictures),
	};

	return cmocka_run_group_tests_name("interrupted", tests, in_folder, out_of_folder);
}
