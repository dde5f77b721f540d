/* test_files.c -- files that cannot be finished, are lent, or are written by many */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/file.h>
#include <pz/random.h>

#include "descriptors.h"
#include "own_folder.h"

static char path[128], beside[140], name[160];

static void set_paths(void)
{
	char here[100];

	assert_non_null(getcwd(here, sizeof here));
	snprintf(path, sizeof path, "%s/out", here);
	snprintf(beside, sizeof beside, "%s.part", path);
}

static void write_text(struct pz_file *f, const char *text)
{
	assert_int_equal(pz_file_begin(f, path), 0);
	assert_true(fputs(text, f->stream) >= 0);
}

static const char *text_of(const char *file)
{
	static char text[64];
	FILE *from = fopen(file, "r");
	size_t n = from ? fread(text, 1, sizeof text - 1, from) : 0;

	text[n] = '\0';
	if (from)
		fclose(from);
	return from ? text : NULL;
}

static void commit_fails(struct pz_file *f, const char *why)
{
	char expected[256];

	assert_int_equal(pz_file_commit(f), PZ_EIO);
	snprintf(expected, sizeof expected, "%s: %s", path, why);
	assert_string_equal(pz_error_text(), expected);
	assert_null(f->stream);
	assert_null(f->path);
}

/* What was there stays, and nothing is left beside it. */
static void what_cannot_be_renamed_leaves_what_was_there(void **state)
{
	struct pz_file f;

	(void)state;
	set_paths();
	write_text(&f, "first");
	assert_int_equal(pz_file_commit(&f), 0);
	snprintf(name, sizeof name, "%s.previous", path);
	assert_int_equal(mkdir(name, 0700), 0);
	write_text(&f, "second");
	f.keep_previous = true;
	commit_fails(&f, "cannot rename: Is a directory");
	assert_int_equal(rmdir(name), 0);
	assert_string_equal(text_of(path), "first");
	assert_null(text_of(beside));
	write_text(&f, "third");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	commit_fails(&f, "cannot rename into place: Is a directory");
	assert_null(text_of(beside));
	assert_int_equal(rmdir(path), 0);
}

/* The file beside is somebody else's by now: it is left alone. */
static void what_another_has_begun_is_left_alone(void **state)
{
	struct pz_file f;
	FILE *other;

	(void)state;
	set_paths();
	for (int i = 0; i < 2; i++) {
		write_text(&f, "mine");
		assert_int_equal(unlink(beside), 0);
		assert_non_null(other = fopen(beside, "w"));
		fputs("theirs", other);
		fclose(other);
		if (i)
			pz_file_abandon(&f);
		else
			commit_fails(&f, "another process has begun to write it");
		assert_string_equal(text_of(beside), "theirs");
		assert_null(text_of(path));
		unlink(beside);
	}
}

static void a_hundred_write_one_file(void **state)
{
	static struct pz_file f[101];
	char expected[256];

	(void)state;
	set_paths();
	for (int i = 0; i < 100; i++)
		write_text(&f[i], "one");
	snprintf(name, sizeof name, "%s.100.part", path);
	assert_int_equal(access(name, F_OK), 0);
	assert_int_equal(pz_file_begin(&f[100], path), PZ_EIO);
	snprintf(expected, sizeof expected,
		 "%s: cannot write a temporary file beside it: File exists", path);
	assert_string_equal(pz_error_text(), expected);
	for (int i = 0; i < 100; i++)
		pz_file_abandon(&f[i]);
	assert_int_equal(access(name, F_OK), -1);
	assert_null(text_of(beside));
}

/* Whether who opens it cannot have its lock: that is how others know that it is written. */
static void is_locked(const char *file)
{
	int fd = open(file, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), -1);
	assert_int_equal(errno, EWOULDBLOCK);
	close(fd);
}

/* A library writes under a name that is lent to it; the file goes on with what it wrote. */
static void names_are_lent(void **state)
{
	const char *lent;
	struct pz_file f;
	FILE *library;
	char expected[256];

	(void)state;
	set_paths();
	write_text(&f, "nothing of this");
	assert_int_equal(pz_file_lend(&f, &lent), 0);
	snprintf(name, sizeof name, "%s.new.part", beside);
	assert_string_equal(lent, name);
	assert_int_equal(pz_file_adopt(&f), PZ_EIO);
	snprintf(expected, sizeof expected,
		 "%s: cannot write a temporary file beside it: No such file or directory", path);
	assert_string_equal(pz_error_text(), expected);
	assert_non_null(library = fopen(lent, "w"));
	fputs("by a library", library);
	fclose(library);
	assert_int_equal(pz_file_adopt(&f), 0);
	assert_int_equal(access(lent, F_OK), -1);
	is_locked(beside);
	assert_int_equal(pz_file_commit(&f), 0);
	assert_string_equal(text_of(path), "by a library");
	unlink(path);
}

/* Signals that were let in are so again, and no others. */
static void signals_come_in_again(void **state)
{
	sigset_t ours, now;
	struct pz_file f;
	const char *lent;

	(void)state;
	set_paths();
	sigemptyset(&ours);
	sigaddset(&ours, SIGUSR2);
	sigaddset(&ours, SIGWINCH);
	assert_int_equal(pthread_sigmask(SIG_SETMASK, &ours, NULL), 0);
	for (int step = 0; step < 3; step++) {
		if (step == 0)
			write_text(&f, "begun");
		else if (step == 1)
			assert_int_equal(pz_file_lend(&f, &lent), 0);
		else
			assert_int_equal(pz_file_adopt(&f), PZ_EIO);
		pthread_sigmask(SIG_SETMASK, NULL, &now);
		for (int i = 1; i < 32; i++)
			assert_int_equal(sigismember(&now, i), sigismember(&ours, i));
	}
	pz_file_abandon(&f);
	sigemptyset(&ours);
	pthread_sigmask(SIG_SETMASK, &ours, NULL);
}

static void what_is_abandoned_is_removed(void **state)
{
	struct pz_file f;
	const char *lent;

	(void)state;
	set_paths();
	write_text(&f, "nothing of this");
	is_locked(beside);
	assert_int_equal(pz_file_lend(&f, &lent), 0);
	snprintf(name, sizeof name, "%s", lent);
	fclose(fopen(lent, "w"));
	pz_file_abandon(&f);
	assert_int_equal(access(name, F_OK), -1);
	assert_int_equal(access(beside, F_OK), -1);
	pz_file_abandon(&f); /* which is nothing now */
}

/* PZ_SYNC=no, and no other word, leaves the bytes to the system. */
static void files_are_synced_unless_it_is_not_wished(void **state)
{
	static const char *const wishes[] = { "no", "yes", "n", NULL };

	(void)state;
	for (int i = 0; i < 4; i++) {
		FILE *f = tmpfile();

		if (wishes[i])
			setenv("PZ_SYNC", wishes[i], 1);
		else
			unsetenv("PZ_SYNC");
		assert_int_equal(pz_file_sync(f), 0);
		close(fileno(f)); /* nothing of it can be synced now */
		assert_int_equal(pz_file_sync(f), i ? PZ_EIO : 0);
		if (i)
			assert_string_equal(pz_error_text(), "cannot write: Bad file descriptor");
		fclose(f);
	}
	setenv("PZ_SYNC", "no", 1);
}

/* As a handler of signals would. */
static void unfinished_files_are_removed(void **state)
{
	struct timespec before, after;
	struct pz_file f, done;
	const char *lent;
	FILE *library;

	(void)state;
	set_paths();
	write_text(&done, "done");
	assert_int_equal(pz_file_commit(&done), 0);
	write_text(&f, "unfinished");
	assert_int_equal(pz_file_lend(&f, &lent), 0);
	assert_non_null(library = fopen(lent, "w"));
	fclose(library);
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &before), 0);
	pz_file_remove_unfinished();
	assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &after), 0);
	assert_true(after.tv_sec - before.tv_sec < 4); /* it waits for no file that is being made */
	assert_int_equal(access(lent, F_OK), -1);
	assert_null(text_of(beside));
	assert_string_equal(text_of(path), "done");
	pz_file_abandon(&f);
	unlink(path);
}

static void what_is_full_is_told(void **state)
{
	struct pz_file f;
	struct rlimit before;
	char *text = strdup("lost");
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	fputs("lost", full);
	assert_int_equal(pz_file_sync(full), PZ_EIO);
	assert_string_equal(pz_error_text(), "cannot write: No space left on device");
	fclose(full);
	set_paths();
	write_text(&f, "lost");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 2, before.rlim_max }), 0);
	commit_fails(&f, "cannot write: File too large");
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_null(text_of(beside));
	assert_int_equal(pz_file_begin(&f, "/dev/full"), 0);
	fputs("lost", f.stream);
	assert_int_equal(pz_file_commit(&f), PZ_EIO);
	assert_string_equal(pz_error_text(), "/dev/full: cannot write: No space left on device");
	assert_int_equal(pz_file_close_text(NULL, &text), PZ_ENOMEM);
	assert_null(text);
	assert_string_equal(pz_error_text(), "no memory for a text");
}

/* XXH3 of nothing is known; of more than is read at a time it is that of the bytes in memory. */
static void hashes_are_those_of_all_bytes(void **state)
{
	size_t n = 1300001;
	unsigned char *bytes = malloc(n);
	uint64_t hash;
	char expected[256];
	FILE *f;

	(void)state;
	set_paths();
	for (size_t i = 0; i < n; i++)
		bytes[i] = (unsigned char)(i * i >> 7);
	for (int whole = 0; whole < 2; whole++) {
		assert_non_null(f = fopen(path, "w"));
		assert_int_equal(fwrite(bytes, 1, whole ? n : 0, f), whole ? n : 0);
		fclose(f);
		hash = 0;
		assert_int_equal(pz_file_hash(path, &hash), 0);
		assert_true(hash == (whole ? pz_hash(bytes, n, 0) : 0x2d06800538d394c2));
	}
	free(bytes);
	unlink(path);
	assert_int_equal(pz_file_hash(path, &hash), PZ_EIO);
	snprintf(expected, sizeof expected, "%s: No such file or directory", path);
	assert_string_equal(pz_error_text(), expected);
	assert_int_equal(pz_file_hash(".", &hash), PZ_EIO);
	assert_string_equal(pz_error_text(), ".: cannot read: Is a directory");
}

static void what_is_no_file_cannot_be_written(void **state)
{
	struct pz_file f;

	(void)state;
	assert_int_equal(pz_file_begin(&f, "/tmp"), PZ_EIO);
	assert_string_equal(pz_error_text(), "/tmp: cannot write: Is a directory");
	assert_null(f.path);
	assert_int_equal(pz_file_begin(&f, "/no/such/folder/out"), PZ_EIO);
	assert_string_equal(pz_error_text(), "/no/such/folder/out: cannot write a temporary file "
					     "beside it: No such file or directory");
	assert_null(f.path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_cannot_be_renamed_leaves_what_was_there),
		cmocka_unit_test(what_another_has_begun_is_left_alone),
		cmocka_unit_test(a_hundred_write_one_file),
		cmocka_unit_test(names_are_lent),
		cmocka_unit_test(unfinished_files_are_removed),
		cmocka_unit_test(what_is_abandoned_is_removed),
		cmocka_unit_test(signals_come_in_again),
		cmocka_unit_test(hashes_are_those_of_all_bytes),
		cmocka_unit_test(what_is_no_file_cannot_be_written),
		cmocka_unit_test(files_are_synced_unless_it_is_not_wished),
		cmocka_unit_test(what_is_full_is_told),
	};

	return cmocka_run_group_tests_name("files", tests, enter_own_folder, leave_own_folder);
}
