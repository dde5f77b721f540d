/* os.c -- what systems have beyond C11 and POSIX, each with a fall-back */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os.h"

#if defined __linux__ && !defined PZ_OS_PLAIN
#define LINUX 1
#include <linux/magic.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/vfs.h>
#endif

int pz_os_cpus(void)
{
#ifdef LINUX
	cpu_set_t set;

	CPU_ZERO(&set);
	if (sched_getaffinity(0, sizeof set, &set) == 0)
		return CPU_COUNT(&set);
#endif
#ifdef _SC_NPROCESSORS_ONLN
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n > 0 && n < INT_MAX ? (int)n : 0;
#else
	return 0;
#endif
}

uint64_t pz_os_peak_memory(void)
{
	struct rusage use;

	if (getrusage(RUSAGE_SELF, &use) != 0 || use.ru_maxrss < 0)
		return 0;
#ifdef __APPLE__
	return (uint64_t)use.ru_maxrss;
#else
	return (uint64_t)use.ru_maxrss << 10;
#endif
}

bool pz_os_program_folder(char *folder, size_t size)
{
#ifdef LINUX
	ssize_t n = readlink("/proc/self/exe", folder, size);
	char *slash;

	if (n > 0 && (size_t)n < size) {
		folder[n] = '\0';
		if ((slash = strrchr(folder, '/'))) {
			*slash = '\0';
			return true;
		}
	}
#endif
	if (size > 0)
		*folder = '\0';
	return false;
}

static int set_close_on_exec(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	return flags < 0 ? -1 : fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
}

int pz_os_open_nameless(const char *folder)
{
	char path[PATH_MAX];
	int fd = -1;

	if (snprintf(path, sizeof path, "%s/pzpipe.XXXXXX", folder) >= (int)sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
#if defined LINUX && defined O_TMPFILE
	/* Not every file system has files without a name. */
	fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#endif
	if (fd < 0 && (fd = mkstemp(path)) >= 0) {
		unlink(path);
		set_close_on_exec(fd);
	}
	return fd;
}

/* What was opened is closed again if it would be inherited. */
static int keep_for_us(int ends[2])
{
	int why;

	if (set_close_on_exec(ends[0]) == 0 && set_close_on_exec(ends[1]) == 0)
		return 0;
	why = errno;
	close(ends[0]);
	close(ends[1]);
	errno = why;
	return -1;
}

int pz_os_pipe(int ends[2])
{
#ifdef LINUX
	return pipe2(ends, O_CLOEXEC);
#else
	return pipe(ends) == 0 ? keep_for_us(ends) : -1;
#endif
}

int pz_os_socket_pair(int ends[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0 ? keep_for_us(ends) : -1;
}

int pz_os_open_memory(void)
{
#if defined LINUX && defined MFD_CLOEXEC
	return memfd_create("pzpipe", MFD_CLOEXEC);
#else
	return -1;
#endif
}

void pz_os_end_with_parent(void)
{
#ifdef LINUX
	prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

int pz_os_reserve(int fd, off_t bytes)
{
#ifdef LINUX
	return posix_fallocate(fd, 0, bytes);
#else
	return ftruncate(fd, bytes) == 0 ? 0 : errno;
#endif
}

void pz_os_will_need(int fd, off_t offset, off_t bytes)
{
#if defined POSIX_FADV_WILLNEED && !defined PZ_OS_PLAIN
	posix_fadvise(fd, offset, bytes, POSIX_FADV_WILLNEED);
#else
	(void)fd;
	(void)offset;
	(void)bytes;
#endif
}

void pz_os_widen_pipe(int fd)
{
#if defined LINUX && defined F_SETPIPE_SZ
	fcntl(fd, F_SETPIPE_SZ, 1 << 20);
#else
	(void)fd;
#endif
}

void pz_os_write_out(int fd)
{
#if defined LINUX && defined SYNC_FILE_RANGE_WRITE
	sync_file_range(fd, 0, 0, SYNC_FILE_RANGE_WRITE);
#else
	(void)fd;
#endif
}

void pz_os_wish_large_pages(void *p, size_t bytes)
{
#if defined MADV_HUGEPAGE && !defined PZ_OS_PLAIN
	madvise(p, bytes, MADV_HUGEPAGE);
#else
	(void)p;
	(void)bytes;
#endif
}

/* A descriptor of /proc looks like a symbolic link, but does not lead where its text says. */
bool pz_os_is_descriptor(const char *name)
{
#ifdef LINUX
	struct statfs s;
	int fd = open(name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	bool found = fd >= 0 && fstatfs(fd, &s) == 0 && s.f_type == PROC_SUPER_MAGIC;

	if (fd >= 0)
		close(fd);
	return found;
#else
	const char *slash = strrchr(name, '/');
	bool proc = !strncmp(name, "/proc/", 6);

	return slash && slash[1] && strspn(slash + 1, "0123456789") == strlen(slash + 1) &&
	       (!strncmp(name, "/dev/fd/", 8) ||
		(proc && slash - name > 6 && !strncmp(slash - 3, "/fd", 3)));
#endif
}

int pz_os_own_descriptor(const char *name)
{
	static const char *const ours[] = { "/dev/fd", "/proc/self/fd" };
	const char *slash = strrchr(name, '/');
	char folder[PATH_MAX], real[PATH_MAX], here[PATH_MAX], *end;
	long fd;

	if (!slash || !pz_os_is_descriptor(name))
		return -1;
	snprintf(folder, sizeof folder, "%.*s", (int)(slash - name), name);
	fd = strtol(slash + 1, &end, 10);
	if (end == slash + 1 || *end || fd > INT_MAX || !realpath(folder, real))
		return -1;
	for (size_t i = 0; i < sizeof ours / sizeof *ours; i++)
		if (realpath(ours[i], here) && !strcmp(real, here))
			return (int)fd;
	return -1;
}

struct timespec pz_os_changed(const struct stat *s)
{
#ifdef __APPLE__
	return s->st_mtimespec;
#else
	return s->st_mtim;
#endif
}
