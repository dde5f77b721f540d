/* apart.c -- an HDF5 file read by a process of its own
 *
 * libhdf5 crashes on files that were made to do so, and on some that a bad disk has changed. What
 * it reads goes through a child, which has no other open files: if that dies, or takes 20 s of
 * processor time for a few megabytes, there is an error and nothing else is lost. Values come by
 * memory that both share; where the child finds that those of an array stand one behind the other,
 * they are read from the file itself, which is twice as fast.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#include "../base/os.h"
#include "parts.h"

#define WINDOW  ((size_t)1 << 22) /* bytes that are handed over at a time; one row at least */
#define SECONDS 20                /* of processor time for a request                        */
#define KEY     64

enum op { OP_READ, OP_TEXT, OP_ATTRIBUTE, OP_QUIT };

struct request {
	enum op op;
	int array;
	uint64_t row;
	size_t n, room; /* rows, or which value of a row; bytes for a text */
	size_t window;  /* bytes of the shared memory now */
	char key[KEY];
	bool number; /* of an attribute */
};

struct reply {
	int rc;
	size_t length; /* of a text; of the list of arrays, how many */
	char error[600];
};

struct apart {
	pid_t child;            /* 0: in the child itself */
	int socket, memory, fd; /* fd: of the HDF5 file */
	char *window;
	size_t size;
};

/* -- both */

static bool send_all(int to, const void *bytes, size_t n)
{
	const char *at = bytes;
	ssize_t done;

	for (; n > 0; at += done, n -= (size_t)done) {
		done = send(to, at, n, MSG_NOSIGNAL);
		if (done < 0 && errno == EINTR)
			done = 0;
		else if (done <= 0)
			return false;
	}
	return true;
}

static bool receive_all(int from, void *bytes, size_t n)
{
	char *at = bytes;
	ssize_t done;

	for (; n > 0; at += done, n -= (size_t)done) {
		done = recv(from, at, n, 0);
		if (done < 0 && errno == EINTR)
			done = 0;
		else if (done <= 0)
			return false;
	}
	return true;
}

/* Maps `size` bytes of the shared memory in the place of those mapped so far. */
static bool map_window(struct apart *p, size_t size)
{
	void *window = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, p->memory, 0);

	if (window == MAP_FAILED)
		return false;
	if (p->window)
		munmap(p->window, p->size);
	p->window = window;
	p->size = size;
	return true;
}

/* -- the child */

/* Nothing of the parent's may be kept open, locked, removed or written by the child. */
static void let_go(const struct apart *p)
{
	const int fatal[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2,
			      SIGXCPU, SIGSEGV, SIGBUS,  SIGFPE,  SIGILL,  SIGABRT };
	const struct rlimit none = { 0, 0 };
	int nowhere = open("/dev/null", O_RDWR);

	pz_os_end_with_parent();
	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
		signal(fatal[i], SIG_DFL);
	setrlimit(RLIMIT_CORE, &none);
	for (int fd = 0; fd < 3 && nowhere >= 0; fd++)
		dup2(nowhere, fd);
	for (int fd = 3; fd < 1024; fd++)
		if (fd != p->socket && fd != p->memory)
			close(fd);
}

/* As many seconds more. */
static void limit_time(void)
{
	struct rusage used;
	struct rlimit limit;

	if (getrusage(RUSAGE_SELF, &used) < 0 || getrlimit(RLIMIT_CPU, &limit) < 0)
		return;
	limit.rlim_cur = (rlim_t)(used.ru_utime.tv_sec + used.ru_stime.tv_sec + SECONDS);
	setrlimit(RLIMIT_CPU, &limit);
}

static void answer_request(struct pz_arrays *a, struct apart *p, const struct request *q,
			   struct reply *r)
{
	const struct array *which = &a->array[q->array];

	if (q->window > p->size && !map_window(p, q->window)) {
		r->rc = pz_fail(PZ_ENOMEM, "%s: no memory to share", a->path);
		return;
	}
	if (q->op == OP_READ)
		r->rc = a->backend->read(a, which, q->row, q->n, p->window);
	else if (q->op == OP_TEXT)
		r->rc = a->backend->text(a, which, q->row, q->n, p->window, q->room, &r->length);
	else
		r->rc = a->backend->attribute(a, which, q->key, q->number, p->window, q->room);
}

static _Noreturn void end_child(int status)
{
	extern void __gcov_dump(void) __attribute__((weak));

	if (__gcov_dump)
		__gcov_dump();
	_exit(status);
}

/* Opens the file and answers until it is closed. */
static _Noreturn void run_child(struct pz_arrays *a, struct apart *p, const char *group)
{
	struct request q;
	struct reply r = { 0 };

	let_go(p);
	limit_time();
	if ((r.rc = pz_hdf5_open(a, group)) == 0) {
		r.length = (size_t)a->n;
		if (r.length * sizeof *a->array <= p->size)
			memcpy(p->window, a->array, r.length * sizeof *a->array);
		else
			r.rc = pz_fail(PZ_EDATA, "%s: too many arrays", a->path);
	}
	for (;;) {
		if (r.rc < 0)
			snprintf(r.error, sizeof r.error, "%s", pz_error_text());
		if (!send_all(p->socket, &r, sizeof r) || !receive_all(p->socket, &q, sizeof q) ||
		    q.op == OP_QUIT)
			end_child(0);
		r = (struct reply){ 0 };
		limit_time();
		answer_request(a, p, &q, &r);
	}
}

/* -- the parent */

/* Waits for a child that has ended without an answer. */
static int fail_child(const struct pz_arrays *a, struct apart *p)
{
	int status = 0, by;

	while (p->child > 0 && waitpid(p->child, &status, 0) < 0 && errno == EINTR)
		;
	p->child = -1;
	by = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	/* A signal to end was meant for the program, of which the user need not know the parts. */
	if (by == SIGTERM || by == SIGINT || by == SIGHUP) {
		raise(by);
		return pz_fail(PZ_EIO, "%s: HDF5: a signal ended the reading", a->path);
	}
	if (by == SIGXCPU)
		return pz_fail(PZ_ECORRUPT,
			       "%s: HDF5: expected an answer of the library, found none in %d s of "
			       "processor time: the file is corrupt",
			       a->path, SECONDS);
	return pz_fail(PZ_ECORRUPT, "%s: HDF5: the library crashed on this file: it is corrupt%s",
		       a->path, by == SIGKILL ? ", or there is not enough memory" : "");
}

/* An answer: its rc, or < 0 where there is none. */
static int take_reply(const struct pz_arrays *a, struct apart *p, struct reply *r)
{
	if (p->child < 0 || !receive_all(p->socket, r, sizeof *r))
		return fail_child(a, p);
	if (r->rc < 0) {
		r->error[sizeof r->error - 1] = '\0';
		return pz_fail(r->rc, "%s", r->error);
	}
	return r->rc;
}

static int ask(struct pz_arrays *a, const struct array *which, struct request *q, struct reply *r)
{
	struct apart *p = a->file;

	q->array = (int)(which - a->array);
	q->window = p->size;
	if (p->child < 0 || !send_all(p->socket, q, sizeof *q))
		return fail_child(a, p);
	return take_reply(a, p, r);
}

/* Shared memory for n bytes. */
static int grow_window(const struct pz_arrays *a, struct apart *p, size_t n)
{
	if (n <= p->size)
		return 0;
	if (ftruncate(p->memory, (off_t)n) != 0 || !map_window(p, n))
		return pz_fail(PZ_ENOMEM, "%s: no memory for a row", a->path);
	return 0;
}

static int read_rows(struct pz_arrays *a, const struct array *which, uint64_t row, size_t n,
		     void *raw)
{
	struct apart *p = a->file;
	size_t one = which->is.values * which->element.size, some;
	int rc;
	char *to = raw;

	if (which->begin) {
		rc = pz_file_get(p->fd, (off_t)(which->begin + row * one), raw, n * one);
		return rc < 0 ? pz_fail_in(rc, "%s: array '%s'", a->path, which->name) : 0;
	}
	rc = grow_window(a, p, one);
	for (; n > 0 && rc == 0; n -= some, row += some, to += some * one) {
		struct request q = { .op = OP_READ, .row = row };
		struct reply r;

		some = p->size / one < n ? p->size / one : n;
		q.n = some;
		if ((rc = ask(a, which, &q, &r)) == 0)
			memcpy(to, p->window, some * one);
	}
	return rc;
}

static int read_text(struct pz_arrays *a, const struct array *which, uint64_t row, size_t value,
		     char *to, size_t size, size_t *length)
{
	struct apart *p = a->file;
	struct request q = { .op = OP_TEXT, .row = row, .n = value, .room = size };
	struct reply r;
	int rc = grow_window(a, p, size);

	if (rc == 0 && (rc = ask(a, which, &q, &r)) == 0) {
		*length = r.length;
		memcpy(to, p->window, r.length < size ? r.length : size);
	}
	return rc;
}

static int read_attribute(struct pz_arrays *a, const struct array *which, const char *key,
			  bool number, char *text, size_t size)
{
	struct apart *p = a->file;
	struct request q = { .op = OP_ATTRIBUTE, .room = size, .number = number };
	struct reply r;
	int found = 0;

	if (strlen(key) < sizeof q.key && grow_window(a, p, size) == 0) {
		strcpy(q.key, key);
		found = ask(a, which, &q, &r);
	}
	if (found > 0)
		snprintf(text, size, "%s", p->window);
	return found > 0;
}

static void close_file(void *file)
{
	struct apart *p = file;
	struct request q = { .op = OP_QUIT };

	if (p->child > 0) {
		send_all(p->socket, &q, sizeof q);
		while (waitpid(p->child, NULL, 0) < 0 && errno == EINTR)
			;
	}
	if (p->socket >= 0)
		close(p->socket);
	if (p->memory >= 0)
		close(p->memory);
	if (p->fd >= 0)
		close(p->fd);
	if (p->window)
		munmap(p->window, p->size);
	free(p);
}

/* -- opening */

static int share_memory(void)
{
	int fd = pz_os_open_memory();

	return fd >= 0 ? fd : pz_file_spool();
}

static int start_child(struct pz_arrays *a, struct apart *p, const char *group)
{
	int pair[2];

	if ((p->memory = share_memory()) < 0)
		return p->memory;
	if (ftruncate(p->memory, (off_t)WINDOW) != 0 || !map_window(p, WINDOW))
		return pz_fail(PZ_EIO, "%s: no memory to share: %m", a->path);
	if (pz_os_socket_pair(pair) != 0)
		return pz_fail(PZ_EIO, "%s: no connection to another process: %m", a->path);
	p->socket = pair[0];
	if ((p->child = fork()) == 0) {
		a->file = NULL;
		p->socket = pair[1];
		run_child(a, p, group);
	}
	close(pair[1]);
	return p->child > 0 ? 0 : pz_fail(PZ_EIO, "%s: cannot start a process: %m", a->path);
}

/* The list of arrays, as the child has it. */
static int take_list(struct pz_arrays *a, const struct apart *p, size_t n)
{
	struct stat st;

	if (n > PZ_ARRAYS_MAX || n * sizeof *a->array > p->size)
		return pz_fail(PZ_ECORRUPT, "%s: HDF5: the file is corrupt", a->path);
	if (!(a->array = malloc((n + 1) * sizeof *a->array)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for a list of arrays", a->path);
	memcpy(a->array, p->window, n * sizeof *a->array);
	a->n = a->room = (int)n;
	if (fstat(p->fd, &st) < 0)
		return pz_fail(PZ_EIO, "%s: %m", a->path);
	for (int i = 0; i < a->n; i++)
		if (!pz_array_list_within(&a->array[i], (uint64_t)st.st_size))
			a->array[i].begin = 0; /* the library says what is wrong with them */
	return 0;
}

int pz_apart_open(struct pz_arrays *a, const char *group)
{
	static const struct backend backend = { .read = read_rows,
						.text = read_text,
						.attribute = read_attribute,
						.close = close_file };
	struct apart *p = calloc(1, sizeof *p);
	struct reply r;
	int rc;

	if (!p)
		return pz_fail(PZ_ENOMEM, "%s: no memory", a->path);
	*p = (struct apart){ .child = -1, .socket = -1, .memory = -1 };
	a->backend = &backend;
	a->file = p;
	if ((p->fd = open(a->path, O_RDONLY | O_CLOEXEC)) < 0)
		return pz_fail(PZ_EIO, "%s: %m", a->path);
	if ((rc = start_child(a, p, group)) < 0 || (rc = take_reply(a, p, &r)) < 0)
		return rc;
	return take_list(a, p, r.length);
}
