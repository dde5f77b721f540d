/* test_cpu.c -- the kernels that PZ_CPU asks for, once in each process; versions of libraries */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/cpu.h>
#include <pz/error.h>
#include <pz/libraries.h>

static const char *const names[] = { "plain", "avx2", "avx512" };

/* What a process with this wish has: its kernels, their name, the best, and whether it is told. */
static const char *with_wish(const char *wish)
{
	static char said[400];
	int ends[2], status;
	ssize_t n;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	fflush(stdout);
	if ((child = fork()) == 0) {
		int rc;

		if (wish)
			setenv("PZ_CPU", wish, 1);
		else
			unsetenv("PZ_CPU");
		pz_fail(PZ_EIO, "nothing");
		rc = pz_cpu_check();
		dprintf(ends[1], "%d %s %d %d %s", (int)pz_cpu(), pz_cpu_name(), (int)pz_cpu_best(),
			rc, pz_error_text());
		_exit(0);
	}
	close(ends[1]);
	n = read(ends[0], said, sizeof said - 1);
	said[n > 0 ? n : 0] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	return said;
}

/* By the flags of the processor, where the system tells them. */
static int expected_best(void)
{
	static const char *const needed[2][4] = {
		{ "avx2", "fma", "bmi2", "avx2" }, { "avx512f", "avx512dq", "avx512bw", "avx512vl" }
	};
	FILE *info = fopen("/proc/cpuinfo", "r");
	char line[8192], word[40];
	int best = -1;

	while (info && best < 0 && fgets(line, sizeof line, info)) {
		if (strncmp(line, "flags", 5) != 0)
			continue;
		line[strcspn(line, "\n")] = ' ';
		for (best = 0; best < 2; best++)
			for (int i = 0; i < 4; i++) {
				snprintf(word, sizeof word, " %s ", needed[best][i]);
				if (!strstr(line, word)) {
					fclose(info);
					return best;
				}
			}
	}
	if (info)
		fclose(info);
	return best;
}

static void wishes_are_granted_up_to_the_best(void **state)
{
	char expected[400];
	int best = 0;

	(void)state;
	assert_int_equal(sscanf(with_wish(NULL), "%*d %*s %d", &best), 1);
	if (expected_best() >= 0)
		assert_int_equal(best, expected_best());
	snprintf(expected, sizeof expected, "%d %s %d 0 nothing", best, names[best], best);
	assert_string_equal(with_wish(NULL), expected);
	assert_string_equal(with_wish(""), expected);
	for (int k = 0; k < 3; k++) {
		int in_use = k <= best ? k : best;

		snprintf(expected, sizeof expected, "%d %s %d %d ", in_use, names[in_use], best,
			 k <= best ? 0 : PZ_EUSAGE);
		assert_memory_equal(with_wish(names[k]), expected, strlen(expected));
	}
	snprintf(expected, sizeof expected,
		 "%d %s %d %d PZ_CPU: expected plain, avx2 or avx512, and none above %s, the best "
		 "of this processor; found 'avx'",
		 best, names[best], best, PZ_EUSAGE, names[best]);
	assert_string_equal(with_wish("avx"), expected);
}

static void libraries_have_versions(void **state)
{
	unsigned number[6];

	(void)state;
	assert_int_equal(sscanf(pz_array_library(), "HDF5 %u.%u.%u, libzip %u.%u.%u", &number[0],
				&number[1], &number[2], &number[3], &number[4], &number[5]),
			 6);
	assert_true(number[0] >= 1 && number[1] >= 8 && number[3] >= 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wishes_are_granted_up_to_the_best),
		cmocka_unit_test(libraries_have_versions),
	};

	return cmocka_run_group_tests_name("processors", tests, NULL, NULL);
}
