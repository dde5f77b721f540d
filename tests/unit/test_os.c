/* test_os.c -- what differs between systems: every function, with or without its fall-back */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/error.h>

#include "../../lib/base/os.h"
#include "../../lib/base/sort.h"
#include "descriptors.h"

static void a_nameless_file_is_read_and_written_and_in_no_folder(void **state)
{
	char folder[] = "/tmp/test_os.XXXXXX", word[5] = "";
	struct stat s;
	int fd;

	(void)state;
	assert_non_null(mkdtemp(folder));
	fd = pz_os_open_nameless(folder);
	assert_true(fd >= 0);
	assert_int_equal(rmdir(folder), 0); /* nothing is in it */
	assert_int_equal(write(fd, "text", 4), 4);
	assert_int_equal(pread(fd, word, 4, 0), 4);
	assert_string_equal(word, "text");
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(pz_os_reserve(fd, 1000), 0);
	assert_int_equal(fstat(fd, &s), 0);
	assert_int_equal(s.st_size, 1000);
	assert_int_equal(pz_os_changed(&s).tv_sec, s.st_mtime);
	pz_os_will_need(fd, 0, 1000);
	close(fd);
	assert_int_equal(pz_os_open_nameless(folder), -1);
	assert_int_equal(errno, ENOENT);
}

static void programs_that_are_started_inherit_no_pipe(void **state)
{
	char word[3] = "";
	int ends[2];

	(void)state;
	assert_int_equal(pz_os_pipe(ends), 0);
	assert_true(fcntl(ends[0], F_GETFD) & FD_CLOEXEC && fcntl(ends[1], F_GETFD) & FD_CLOEXEC);
	assert_int_equal(write(ends[1], "ab", 2), 2);
	assert_int_equal(read(ends[0], word, 2), 2);
	assert_string_equal(word, "ab");
	close(ends[0]);
	close(ends[1]);
}

static void sockets_and_shared_memory_are_for_two_processes(void **state)
{
	int ends[2], memory = pz_os_open_memory(), status;
	char word[5] = "", *shared;
	pid_t child;

	(void)state;
	assert_int_equal(pz_os_socket_pair(ends), 0);
	assert_true(fcntl(ends[0], F_GETFD) & FD_CLOEXEC && fcntl(ends[1], F_GETFD) & FD_CLOEXEC);
#if defined __linux__ && !defined PZ_OS_PLAIN
	assert_true(memory >= 0);
#endif
	if (memory < 0) /* a system without it */
		memory = pz_os_open_nameless("/tmp");
	assert_true(fcntl(memory, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(ftruncate(memory, 4096), 0);
	shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, memory, 0);
	assert_ptr_not_equal(shared, MAP_FAILED);
	assert_true((child = fork()) >= 0);
	if (child == 0) {
		pz_os_end_with_parent();
		shared[4095] = 7;
		_exit(write(ends[1], "done", 4) == 4 && read(ends[1], word, 4) == 4 ? word[0] : 0);
	}
	assert_int_equal(read(ends[0], word, 4), 4);
	assert_string_equal(word, "done");
	assert_int_equal(shared[4095], 7);
	assert_int_equal(write(ends[0], "9xyz", 4), 4);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), '9');
	munmap(shared, 4096);
	close(memory);
	close(ends[0]);
	close(ends[1]);
}

static void memory_and_cpus_are_counted(void **state)
{
	size_t size = (size_t)64 << 20;
	struct rusage use;
	char *more;

	(void)state;
	assert_in_range(pz_os_cpus(), 1, 100000);
	assert_non_null(more = malloc(size));
	memset(more, 1, size);
	pz_os_wish_large_pages(more, 0);
	assert_int_equal(more[getpid() % 1000], 1);
	free(more);
	assert_int_equal(getrusage(RUSAGE_SELF, &use), 0);
	assert_true(pz_os_peak_memory() >= size && pz_os_peak_memory() < size * 100);
}

static void names_of_descriptors_are_known(void **state)
{
	char name[64];
	int fd = open("/dev/null", O_RDONLY);

	(void)state;
	snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
	assert_true(pz_os_is_descriptor(name));
	assert_int_equal(pz_os_own_descriptor(name), fd);
	snprintf(name, sizeof name, "/dev/fd/%d", fd);
	assert_true(pz_os_is_descriptor(name));
	assert_int_equal(pz_os_own_descriptor(name), fd);
	close(fd);
	assert_false(pz_os_is_descriptor("/dev/null"));
	assert_int_equal(pz_os_own_descriptor("/dev/null"), -1);
	assert_false(pz_os_is_descriptor("/tmp"));
	assert_false(pz_os_is_descriptor("1"));
	assert_int_equal(pz_os_own_descriptor("/proc/1/fd/1"), -1);
}

struct pair {
	int key, at;
};

static int by_key(const void *a, const void *b, void *times)
{
	const struct pair *x = a, *y = b;

	++*(int *)times;
	return (x->key > y->key) - (x->key < y->key);
}

static void sorting_keeps_the_order_of_equals(void **state)
{
	struct pair pair[100];
	int times = 0;

	(void)state;
	for (int n = 0; n <= 100; n++) {
		int sum = 0, keys = 0;

		for (int i = 0; i < n; i++) {
			pair[i] = (struct pair){ (i * 37 + n) % 11, i };
			keys += pair[i].key;
		}
		assert_int_equal(pz_sort_by(pair, (size_t)n, sizeof *pair, by_key, &times), 0);
		for (int i = 0; i < n; i++) {
			sum += pair[i].key;
			assert_true(
				i == 0 || pair[i - 1].key < pair[i].key ||
				(pair[i - 1].key == pair[i].key && pair[i - 1].at < pair[i].at));
			assert_int_equal(pair[i].key, (pair[i].at * 37 + n) % 11);
		}
		assert_int_equal(sum, keys);
	}
	assert_true(times > 0);
	assert_int_equal(pz_sort_by(pair, SIZE_MAX / 2, sizeof *pair, by_key, &times), PZ_ENOMEM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_nameless_file_is_read_and_written_and_in_no_folder),
		cmocka_unit_test(programs_that_are_started_inherit_no_pipe),
		cmocka_unit_test(sockets_and_shared_memory_are_for_two_processes),
		cmocka_unit_test(memory_and_cpus_are_counted),
		cmocka_unit_test(names_of_descriptors_are_known),
		cmocka_unit_test(sorting_keeps_the_order_of_equals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
