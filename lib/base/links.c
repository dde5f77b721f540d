/* links.c -- where symbolic links lead */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#include "os.h"

#define LINKS_MAX 40 /* symbolic links that lead from one to another */

/* What a link says, read from where it stands: a new text, or NULL with errno set. */
static char *target_of(const char *link)
{
	const char *slash = strrchr(link, '/');
	char to[PATH_MAX], *target;
	ssize_t n = readlink(link, to, sizeof to - 1);

	if (n < 0)
		return NULL;
	to[n] = 0;
	if (*to == '/' || !slash)
		return strdup(to);
	return asprintf(&target, "%.*s%s", (int)(slash - link + 1), link, to) < 0 ? NULL : target;
}

int pz_file_resolve(const char *path, char **place)
{
	struct stat s;
	char *at = strdup(path), *next;

	*place = NULL;
	for (int i = 0; at && i < LINKS_MAX; i++) {
		if (lstat(at, &s) != 0 || !S_ISLNK(s.st_mode) || pz_os_is_descriptor(at)) {
			*place = at;
			return 0;
		}
		next = target_of(at);
		free(at);
		at = next;
	}
	free(at);
	return at ? pz_fail(PZ_EIO, "%s: %s", path, strerror(ELOOP))
		  : pz_fail(PZ_EIO, "%s: cannot follow the link: %s", path, strerror(errno));
}
