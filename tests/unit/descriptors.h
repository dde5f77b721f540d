/* descriptors.h -- a test that leaves a file open fails
 *
 * To be included in a program of tests is enough: it ends with status 1 where more descriptors are
 * open at its end than at its beginning. (cmocka forgets what a teardown of a group returns.)
 */
#ifndef TEST_DESCRIPTORS_H
#define TEST_DESCRIPTORS_H

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int descriptors_before;
static pid_t descriptors_of;

static inline int open_descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

__attribute__((constructor)) static void note_descriptors(void)
{
	descriptors_before = open_descriptors();
	descriptors_of = getpid();
}

/* Not in tools that run in a child, which leave it to the system. */
__attribute__((destructor)) static void expect_closed(void)
{
	int more = open_descriptors() - descriptors_before;

	if (getpid() != descriptors_of || more <= 0)
		return;
	printf("not ok - %d descriptors were left open\n", more);
	fflush(stdout);
	_exit(1);
}

#endif
