/* preload.c -- makes one call of a program fail, and tells what the program left behind
 *
 *      LD_PRELOAD=build/cc/faults.so FAULT_KIND=alloc FAULT_AT=17 FAULT_REPORT=file  tool ...
 *
 * FAULT_KIND   alloc   malloc and the like, mmap          fails with ENOMEM
 *              open    open, fopen, mkstemp, dup, pipe ...           EMFILE
 *              read    read, pread, fread, getline ...               EIO
 *              write   write, pwrite, fwrite, fflush, rename ...     ENOSPC
 * FAULT_AT     which call, from 1 on; 0 none. A write that failed once fails ever after,
 *              as on a full disk.
 * FAULT_SIGNAL a number: the call does not fail, the program gets this signal in it, when a
 *              file was just opened and before bytes are read or written.
 * FAULT_SHRINK a file: the call does not fail, but before it the file loses half its bytes;
 * FAULT_REMOVE or is removed.
 * FAULT_REPORT gets a line at the end: calls of this kind, and blocks of memory that the
 *              program itself (no library) has asked for and not given back.
 *
 * Calls count from main on, of libraries too. Standard error is left alone, and children
 * of the program are as well. For glibc.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { ALLOC, OPEN, READ, WRITE, NONE };

static const char *const names[] = { "alloc", "open", "read", "write" };
static const int reasons[] = { ENOMEM, EMFILE, EIO, ENOSPC };

static enum kind kind = NONE;
static long fault_at;
static const char *report, *shrink, *removal;
static int signal_number;
static __thread bool struck; /* the signal is due when the file is open     */
static atomic_long calls;
static atomic_bool counting;

/* The next function of this name, behind this file's. */
#define NEXT(name)                                                                                 \
	static __typeof__(&name) next;                                                             \
	if (!next)                                                                                 \
	*(void **)&next = dlsym(RTLD_NEXT, #name)

/* Where code lies that takes no failed allocation well. */
struct range {
	uintptr_t begin, end;
};

static struct range spared[32];

static bool is_spared(void *caller)
{
	uintptr_t from = (uintptr_t)caller;

	for (size_t i = 0; spared[i].begin; i++)
		if (from >= spared[i].begin && from < spared[i].end)
			return true;
	return false;
}

/* To this thread, or where it takes none to the program; which has time to take it. */
static void send_signal(void)
{
	sigset_t blocked;

	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	if (!sigismember(&blocked, signal_number)) {
		raise(signal_number);
		return;
	}
	kill(getpid(), signal_number);
	usleep(100000);
}

/* What else can happen at a call: true where it is no failure that was asked for. */
static bool happens(enum kind k)
{
	struct stat s;

	if (signal_number && k == OPEN)
		struck = true;
	else if (signal_number)
		send_signal();
	if (shrink && stat(shrink, &s) == 0 && truncate(shrink, s.st_size / 2) != 0)
		abort();
	if (removal)
		unlink(removal);
	return signal_number || shrink || removal;
}

/* Whether this call is to fail; errno says why then. */
static bool fails_for(enum kind k, void *caller)
{
	int kept = errno;
	long n;

	if (k != kind || !counting || (k == ALLOC && is_spared(caller)))
		return false;
	n = atomic_fetch_add(&calls, 1) + 1;
	if (fault_at == 0 || n < fault_at || (n > fault_at && k != WRITE))
		return false;
	if (n == fault_at && happens(k)) {
		fault_at = 0;
		errno = kept;
		return false;
	}
	errno = reasons[k];
	return true;
}

static void strike(void)
{
	if (struck) {
		struck = false;
		send_signal();
	}
}

#define fails(k) fails_for(k, __builtin_return_address(0))

/* ---- blocks of the program's own ---- */

extern void *__libc_malloc(size_t), *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t), *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

#define BLOCKS ((size_t)1 << 20)

static uintptr_t block[BLOCKS]; /* hashed; 1 stands for a block that is gone */
static size_t live;
static struct range program_code;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static size_t slot_of(uintptr_t p)
{
	return (p >> 4) * 0x9e3779b97f4a7c15u >> 44;
}

static void note(void *p, void *caller)
{
	uintptr_t from = (uintptr_t)caller;
	size_t i;

	if (!p || !counting || from < program_code.begin || from >= program_code.end)
		return;
	pthread_mutex_lock(&lock);
	for (i = slot_of((uintptr_t)p); block[i] > 1; i = (i + 1) % BLOCKS)
		;
	block[i] = (uintptr_t)p;
	live++;
	pthread_mutex_unlock(&lock);
}

static void forget(void *p)
{
	size_t i;

	if (!p || !counting)
		return;
	pthread_mutex_lock(&lock);
	for (i = slot_of((uintptr_t)p); block[i] && block[i] != (uintptr_t)p; i = (i + 1) % BLOCKS)
		;
	if (block[i]) {
		block[i] = 1;
		live--;
	}
	pthread_mutex_unlock(&lock);
}

void *malloc(size_t n)
{
	void *p = fails(ALLOC) ? NULL : __libc_malloc(n);

	note(p, __builtin_return_address(0));
	return p;
}

void *calloc(size_t n, size_t size)
{
	void *p = fails(ALLOC) ? NULL : __libc_calloc(n, size);

	note(p, __builtin_return_address(0));
	return p;
}

void *realloc(void *old, size_t n)
{
	void *p = fails(ALLOC) ? NULL : __libc_realloc(old, n);

	if (p || n == 0)
		forget(old);
	note(p, __builtin_return_address(0));
	return p;
}

void *aligned_alloc(size_t align, size_t n)
{
	void *p = fails(ALLOC) ? NULL : __libc_memalign(align, n);

	note(p, __builtin_return_address(0));
	return p;
}

int posix_memalign(void **p, size_t align, size_t n)
{
	*p = fails(ALLOC) ? NULL : __libc_memalign(align, n);
	note(*p, __builtin_return_address(0));
	return *p ? 0 : ENOMEM;
}

void free(void *p)
{
	int kept = errno;

	forget(p);
	__libc_free(p);
	errno = kept;
}

void *mmap(void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
	NEXT(mmap);
	return fails(ALLOC) ? MAP_FAILED : next(at, n, protection, flags, fd, offset);
}

/* ---- files ---- */

#define OPENS(type, failure, name, parameters, arguments)                                          \
	type name parameters                                                                       \
	{                                                                                          \
		type opened;                                                                       \
                                                                                                   \
		NEXT(name);                                                                        \
		opened = fails(OPEN) ? (failure) : next arguments;                                 \
		strike();                                                                          \
		return opened;                                                                     \
	}

OPENS(FILE *, NULL, fopen, (const char *path, const char *mode), (path, mode))
OPENS(FILE *, NULL, fopen64, (const char *path, const char *mode), (path, mode))
OPENS(FILE *, NULL, fdopen, (int fd, const char *mode), (fd, mode))
OPENS(int, -1, mkstemp, (char *path), (path))
OPENS(int, -1, mkostemp, (char *path, int flags), (path, flags))
OPENS(int, -1, dup, (int fd), (fd))
OPENS(int, -1, pipe, (int fd[2]), (fd))
OPENS(int, -1, pipe2, (int fd[2], int flags), (fd, flags))

#define OPENS_WITH_MODE(name)                                                                      \
	int name(const char *path, int flags, ...)                                                 \
	{                                                                                          \
		int opened;                                                                        \
		mode_t mode;                                                                       \
		va_list args;                                                                      \
                                                                                                   \
		NEXT(name);                                                                        \
		va_start(args, flags);                                                             \
		mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;                                 \
		va_end(args);                                                                      \
		opened = fails(OPEN) ? -1 : next(path, flags, mode);                               \
		strike();                                                                          \
		return opened;                                                                     \
	}

OPENS_WITH_MODE(open)
OPENS_WITH_MODE(open64)

/* A stream whose reading or writing failed says so ever after (glibc's _IO_ERR_SEEN). */
static bool stream_fails(enum kind k, FILE *f)
{
	if (f == stderr || !fails(k))
		return false;
	f->_flags |= 0x20;
	return true;
}

ssize_t read(int fd, void *to, size_t n)
{
	NEXT(read);
	return fails(READ) ? -1 : next(fd, to, n);
}

ssize_t pread(int fd, void *to, size_t n, off_t at)
{
	NEXT(pread);
	return fails(READ) ? -1 : next(fd, to, n, at);
}

size_t fread(void *to, size_t size, size_t n, FILE *f)
{
	NEXT(fread);
	return stream_fails(READ, f) ? 0 : next(to, size, n, f);
}

char *fgets(char *to, int n, FILE *f)
{
	NEXT(fgets);
	return stream_fails(READ, f) ? NULL : next(to, n, f);
}

ssize_t getline(char **line, size_t *size, FILE *f)
{
	NEXT(getline);
	return stream_fails(READ, f) ? -1 : next(line, size, f);
}

ssize_t write(int fd, const void *from, size_t n)
{
	NEXT(write);
	return fd != STDERR_FILENO && fails(WRITE) ? -1 : next(fd, from, n);
}

ssize_t pwrite(int fd, const void *from, size_t n, off_t at)
{
	NEXT(pwrite);
	return fails(WRITE) ? -1 : next(fd, from, n, at);
}

int fsync(int fd)
{
	NEXT(fsync);
	return fails(WRITE) ? -1 : next(fd);
}

size_t fwrite(const void *from, size_t size, size_t n, FILE *f)
{
	NEXT(fwrite);
	return stream_fails(WRITE, f) ? 0 : next(from, size, n, f);
}

int fputs(const char *text, FILE *f)
{
	NEXT(fputs);
	return stream_fails(WRITE, f) ? EOF : next(text, f);
}

int fputc(int c, FILE *f)
{
	NEXT(fputc);
	return stream_fails(WRITE, f) ? EOF : next(c, f);
}

int putc(int c, FILE *f)
{
	NEXT(putc);
	return stream_fails(WRITE, f) ? EOF : next(c, f);
}

int fprintf(FILE *f, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = stream_fails(WRITE, f) ? -1 : vfprintf(f, format, args);
	va_end(args);
	return n;
}

int fflush(FILE *f)
{
	NEXT(fflush);
	return f && stream_fails(WRITE, f) ? EOF : next(f);
}

extern ssize_t __read_chk(int, void *, size_t, size_t);
extern ssize_t __pread_chk(int, void *, size_t, off_t, size_t);
extern size_t __fread_chk(void *, size_t, size_t, size_t, FILE *);
extern char *__fgets_chk(char *, size_t, int, FILE *);

/* What the names above become under _FORTIFY_SOURCE: room is that of the buffer. */
ssize_t __read_chk(int fd, void *to, size_t n, size_t room)
{
	NEXT(__read_chk);
	return fails(READ) ? -1 : next(fd, to, n, room);
}

ssize_t __pread_chk(int fd, void *to, size_t n, off_t at, size_t room)
{
	NEXT(__pread_chk);
	return fails(READ) ? -1 : next(fd, to, n, at, room);
}

size_t __fread_chk(void *to, size_t room, size_t size, size_t n, FILE *f)
{
	NEXT(__fread_chk);
	return stream_fails(READ, f) ? 0 : next(to, room, size, n, f);
}

char *__fgets_chk(char *to, size_t room, int n, FILE *f)
{
	NEXT(__fgets_chk);
	return stream_fails(READ, f) ? NULL : next(to, room, n, f);
}

int __fprintf_chk(FILE *f, int flag, const char *format, ...)
{
	va_list args;
	int n;

	(void)flag;
	va_start(args, format);
	n = stream_fails(WRITE, f) ? -1 : vfprintf(f, format, args);
	va_end(args);
	return n;
}

/* What it closes is closed, all the same. */
int fclose(FILE *f)
{
	bool failed = fails(WRITE);
	int kept = errno, rc;

	NEXT(fclose);
	rc = next(f);
	if (!failed)
		return rc;
	errno = kept;
	return EOF;
}

int rename(const char *from, const char *to)
{
	NEXT(rename);
	return fails(WRITE) ? -1 : next(from, to);
}

int ftruncate(int fd, off_t n)
{
	NEXT(ftruncate);
	return fails(WRITE) ? -1 : next(fd, n);
}

/* ---- from main to the end ---- */

static int (*program)(int, char **, char **);

static void end(void)
{
	char line[64];
	int fd;

	counting = false;
	if (!report || (fd = open(report, O_WRONLY | O_CREAT | O_TRUNC, 0666)) < 0)
		return;
	snprintf(line, sizeof line, "%ld %zu\n", (long)calls, live);
	if (write(fd, line, strlen(line)) < 0)
		_exit(99);
	close(fd);
}

/* WCSLIB's scanners end the process by themselves without memory, CFITSIO and OpenBLAS crash. */
static bool to_spare(const char *path)
{
	return strstr(path, "/libwcs") || strstr(path, "/libcfitsio") ||
	       strstr(path, "/libopenblas");
}

/* Where the program's own code lies, the first of all mappings, and that to be spared. */
static void find_code(void)
{
	char line[4096], name[4096] = "", path[4096];
	FILE *maps = fopen("/proc/self/maps", "r");
	struct range r;
	size_t n = 0;

	while (maps && fgets(line, sizeof line, maps)) {
		if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %4095s", &r.begin, &r.end, path) != 3)
			continue;
		if (!*name)
			strcpy(name, path);
		if (!strcmp(name, path))
			program_code =
				(struct range){ program_code.begin ? program_code.begin : r.begin,
						r.end };
		else if (to_spare(path) && n + 1 < sizeof spared / sizeof *spared)
			spared[n++] = r;
	}
	if (maps)
		fclose(maps);
}

static int begin(int argc, char **argv, char **environment)
{
	const char *wish = getenv("FAULT_KIND"), *at = getenv("FAULT_AT");
	const char *number = getenv("FAULT_SIGNAL");

	for (int k = 0; wish && k < NONE; k++)
		if (!strcmp(wish, names[k]))
			kind = (enum kind)k;
	fault_at = at ? atol(at) : 0;
	signal_number = number ? atoi(number) : 0;
	shrink = getenv("FAULT_SHRINK");
	removal = getenv("FAULT_REMOVE");
	report = getenv("FAULT_REPORT");
	unsetenv("LD_PRELOAD");
	find_code();
	atexit(end);
	counting = true;
	return program(argc, argv, environment);
}

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void),
		      void (*fini)(void), void (*rtld_fini)(void), void *stack)
{
	int (*next)(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void),
		    void (*)(void), void *);

	*(void **)&next = dlsym(RTLD_NEXT, "__libc_start_main");
	program = main;
	return next(begin, argc, argv, init, fini, rtld_fini, stack);
}
