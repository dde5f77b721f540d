/* own_folder.h -- a folder in which the tests of a file run, and which is gone after them
 *
 * To be given to cmocka_run_group_tests.
 */
#ifndef TEST_OWN_FOLDER_H
#define TEST_OWN_FOLDER_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "descriptors.h"

static char own_folder[] = "/tmp/pz-test-XXXXXX";

static inline int enter_own_folder(void **state)
{
	(void)state;
	return mkdtemp(own_folder) && chdir(own_folder) == 0 ? 0 : -1;
}

static inline int leave_own_folder(void **state)
{
	char command[64];

	(void)state;
	snprintf(command, sizeof command, "rm -r %s", own_folder);
	return chdir("/") == 0 ? system(command) : -1;
}

#endif
