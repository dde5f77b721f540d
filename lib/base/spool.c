/* spool.c -- files without a name, and parts of files by their offset */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#include "os.h"

int pz_file_spool(void)
{
	const char *wish = getenv("TMPDIR"), *folder = wish && *wish ? wish : "/tmp";
	int fd = pz_os_open_nameless(folder);

	return fd >= 0 ? fd
		       : pz_fail(PZ_EIO, "%s/pzpipe.XXXXXX: cannot create a temporary file: %s",
				 folder, strerror(errno));
}

int pz_file_put(int spool, off_t offset, const void *bytes, size_t size)
{
	const unsigned char *from = bytes;

	while (size > 0) {
		ssize_t n = pwrite(spool, from, size, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return pz_fail(PZ_EIO, "cannot write to a temporary file in $TMPDIR: %s",
				       strerror(errno));
		from += n;
		offset += n;
		size -= (size_t)n;
	}
	return 0;
}

int pz_file_get(int fd, off_t offset, void *bytes, size_t size)
{
	unsigned char *to = bytes;

	while (size > 0) {
		ssize_t n = pread(fd, to, size, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return pz_fail(PZ_EIO, "cannot read: %s", strerror(errno));
		if (n == 0)
			return pz_fail(PZ_ECORRUPT, "the file became shorter while it was read");
		to += n;
		offset += n;
		size -= (size_t)n;
	}
	return 0;
}
