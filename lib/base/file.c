/* file.c -- written beside, renamed when whole */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#include "os.h"

#define UNFINISHED_MAX 64  /* files that one tool writes at a time          */
#define BESIDE_MAX     100 /* processes that write the same file at a time  */

/* What a signal has to remove. */
static struct pz_file *_Atomic unfinished[UNFINISHED_MAX];

/* Files between being made and being noted. */
static atomic_int making;

/* Puts `now` where `old` stands; a file that finds no place stays unknown. */
static void note(struct pz_file *old, struct pz_file *now)
{
	for (int i = 0; i < UNFINISHED_MAX; i++) {
		struct pz_file *expected = old;

		if (atomic_compare_exchange_strong(&unfinished[i], &expected, now))
			return;
	}
}

/* Whether the name beside is still that of the file that was begun. Open as it is, its
 * number is nobody else's. */
static bool is_ours(const struct pz_file *f)
{
	struct stat s;

	return lstat(f->beside, &s) == 0 && s.st_dev == f->device && s.st_ino == f->inode;
}

/* A signal that another thread takes comes between the making of a file and its being known;
 * it waits for that. The thread that makes the file takes none meanwhile. */
static void keep_signals_out(sigset_t *before)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, before);
	atomic_fetch_add(&making, 1);
}

static void let_signals_in(const sigset_t *before)
{
	atomic_fetch_sub(&making, 1);
	pthread_sigmask(SIG_SETMASK, before, NULL);
}

void pz_file_remove_unfinished(void)
{
	/* poll may be called in a handler. No disk is waited for for ever. */
	for (int i = 0; i < 5000 && atomic_load(&making) > 0; i++)
		poll(NULL, 0, 1);
	for (int i = 0; i < UNFINISHED_MAX; i++) {
		const struct pz_file *f = unfinished[i];

		if (f && f->lent)
			unlink(f->lent);
		if (f && is_ours(f))
			unlink(f->beside);
	}
}

/* Forgets the name beside, if any, which is there no longer or never was. */
static void forget(struct pz_file *f)
{
	note(f, NULL);
	free(f->beside);
	f->beside = NULL;
}

/* ---- where it goes ---- */

/* A device, a pipe, a descriptor: what is there is written to. */
static int open_directly(struct pz_file *f)
{
	int own = pz_os_own_descriptor(f->place);
	int fd = own >= 0 ? fcntl(own, F_DUPFD_CLOEXEC, 0)
			  : open(f->place, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd >= 0 && (f->stream = fdopen(fd, "wb")))
		return 0;
	pz_fail(PZ_EIO, "%s: cannot write: %s", f->path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return PZ_EIO;
}

/* ---- beside it ---- */

static bool has_name(int fd, const char *name)
{
	struct stat a, b;

	return fstat(fd, &a) == 0 && lstat(name, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* Who writes holds a lock, which ends with the process: what has none was left there by
 * one that was killed, and goes. Whether the name is free then. */
static bool clear_name(const char *name)
{
	int fd = open(name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	bool gone;

	if (fd < 0)
		return errno == ENOENT;
	gone = flock(fd, LOCK_EX | LOCK_NB) == 0 && has_name(fd, name) && unlink(name) == 0;
	close(fd);
	return gone;
}

/* Makes the file of this name, and locks it where the file system can: a descriptor, -1. */
static int make_locked(const char *name)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);

	/* Another process may have taken it for left before it was locked. */
	if (fd >= 0 &&
	    ((flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) || !has_name(fd, name))) {
		close(fd);
		errno = EEXIST;
		return -1;
	}
	return fd;
}

/* Takes fd for the file beside, whose name is known to signals from here on. */
static int keep_descriptor(struct pz_file *f, int fd)
{
	struct stat s;
	int why;

	if (fd >= 0 && fstat(fd, &s) == 0) {
		f->device = s.st_dev;
		f->inode = s.st_ino;
		note(NULL, f);
		if ((f->stream = fdopen(fd, "wb")))
			return 0;
	}
	why = errno;
	if (fd >= 0)
		close(fd);
	return pz_fail(PZ_EIO, "%s: cannot write a temporary file beside it: %s", f->path,
		       strerror(why));
}

static char *name_beside(const char *place, int number)
{
	char *name;
	int rc = number == 1 ? asprintf(&name, "%s.part", place)
			     : asprintf(&name, "%s.%d.part", place, number);

	if (rc >= 0)
		return name;
	pz_fail(PZ_ENOMEM, "no memory for a file name");
	return NULL;
}

/* Makes the first name beside that no living process writes: its descriptor, or -1. What
 * others left under further names goes as well. */
static int make_beside(struct pz_file *f)
{
	int fd = -1, why = EEXIST;

	for (int i = 1; i <= BESIDE_MAX; i++) {
		char *name = name_beside(f->place, i);
		bool first = fd < 0, there = name && access(name, F_OK) == 0, free_now;

		if (!name || (!first && !there)) {
			free(name);
			break;
		}
		free_now = !there || clear_name(name);
		if (first && free_now && (fd = make_locked(name)) < 0 && (why = errno) != EEXIST) {
			free(name);
			break;
		}
		if (first && fd >= 0)
			f->beside = name;
		else
			free(name);
	}
	errno = why;
	return fd;
}

static int open_beside(struct pz_file *f)
{
	sigset_t before;
	int rc;

	keep_signals_out(&before);
	rc = keep_descriptor(f, make_beside(f));
	let_signals_in(&before);
	return rc;
}

int pz_file_lend(struct pz_file *f, const char **name)
{
	char *lent;

	if (asprintf(&lent, "%s.new.part", f->beside) < 0)
		return pz_fail(PZ_ENOMEM, "no memory for a file name");
	/* Nobody else makes this one: the lock of the file beside is ours. */
	unlink(lent);
	*name = f->lent = lent;
	return 0;
}

static int take_lent(struct pz_file *f)
{
	FILE *before = f->stream;
	int rc, fd = open(f->lent, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	struct stat s;

	if (fd >= 0)
		flock(fd, LOCK_EX | LOCK_NB);
	if (fd >= 0 && fstat(fd, &s) == 0 && rename(f->lent, f->beside) == 0) {
		f->device = s.st_dev;
		f->inode = s.st_ino;
		f->stream = fdopen(fd, "wb");
		rc = f->stream ? 0 : PZ_EIO;
		fclose(before);
	} else {
		rc = PZ_EIO;
	}
	if (rc < 0) {
		pz_fail(PZ_EIO, "%s: cannot write a temporary file beside it: %s", f->path,
			strerror(errno));
		if (fd >= 0)
			close(fd);
	}
	return rc;
}

int pz_file_adopt(struct pz_file *f)
{
	sigset_t before;
	int rc;

	keep_signals_out(&before);
	rc = take_lent(f);
	let_signals_in(&before);
	return rc;
}

int pz_file_begin(struct pz_file *f, const char *path)
{
	struct stat s;
	int rc;

	*f = (struct pz_file){ 0 };
	if (!(f->path = strdup(path)))
		return pz_fail(PZ_ENOMEM, "no memory for a file name");
	if ((rc = pz_file_resolve(path, &f->place)) == 0) {
		if (stat(f->place, &s) == 0 &&
		    (!S_ISREG(s.st_mode) || pz_os_is_descriptor(f->place)))
			rc = open_directly(f);
		else
			rc = open_beside(f);
	}
	if (rc < 0)
		pz_file_abandon(f);
	return rc;
}

int pz_file_sync(FILE *f)
{
	const char *wish = getenv("PZ_SYNC");

	if (ferror(f) || fflush(f) != 0)
		return pz_fail(PZ_EIO, "cannot write: %s", strerror(errno));
	/* Tests write thousands of files that no power cut has to spare. */
	if (wish && strcmp(wish, "no") == 0)
		return 0;
	if (fsync(fileno(f)) != 0 && errno != EINVAL)
		return pz_fail(PZ_EIO, "cannot write: %s", strerror(errno));
	return 0;
}

/* All bytes out, onto the disk where they go beside: else a power cut after the renaming
 * would leave less than the whole under the name. */
static int settle(const struct pz_file *f)
{
	if (f->beside && !f->many) {
		if (pz_file_sync(f->stream) < 0)
			return pz_fail_in(PZ_EIO, "%s", f->path);
	} else if (ferror(f->stream) || fflush(f->stream) != 0) {
		return pz_fail(PZ_EIO, "%s: cannot write: %s", f->path, strerror(errno));
	}
	return !f->beside || is_ours(f)
		       ? 0
		       : pz_fail(PZ_EIO, "%s: another process has begun to write it", f->path);
}

static int keep_previous(const struct pz_file *f)
{
	char *previous;
	int rc = 0;

	if (asprintf(&previous, "%s.previous", f->place) < 0)
		return pz_fail(PZ_ENOMEM, "no memory for a file name");
	if (rename(f->place, previous) != 0 && errno != ENOENT)
		rc = pz_fail(PZ_EIO, "%s: cannot rename: %s", f->path, strerror(errno));
	free(previous);
	return rc;
}

static int rename_into_place(struct pz_file *f)
{
	int rc = f->keep_previous ? keep_previous(f) : 0;

	if (rc < 0)
		return rc;
	if (rename(f->beside, f->place) != 0)
		return pz_fail(PZ_EIO, "%s: cannot rename into place: %s", f->path,
			       strerror(errno));
	forget(f);
	return 0;
}

int pz_file_commit(struct pz_file *f)
{
	int rc = settle(f), lock = -1;

	/* Locked until it has its name: nobody may take it for left there. */
	if (rc == 0 && f->beside && (lock = fcntl(fileno(f->stream), F_DUPFD_CLOEXEC, 0)) < 0)
		rc = pz_fail(PZ_EIO, "%s: cannot write: %s", f->path, strerror(errno));
	if (rc == 0) {
		if (fclose(f->stream) != 0)
			rc = pz_fail(PZ_EIO, "%s: cannot write: %s", f->path, strerror(errno));
		f->stream = NULL;
	}
	if (rc == 0 && f->beside)
		rc = rename_into_place(f);
	if (lock >= 0)
		close(lock);
	pz_file_abandon(f);
	return rc;
}

void pz_file_abandon(struct pz_file *f)
{
	if (f->lent)
		unlink(f->lent);
	if (f->beside && is_ours(f))
		unlink(f->beside);
	forget(f);
	if (f->stream)
		fclose(f->stream);
	free(f->lent);
	free(f->place);
	free(f->path);
	*f = (struct pz_file){ 0 };
}

int pz_file_close_text(FILE *to, char **text)
{
	/* glibc's fclose says nothing where there is no memory for the last of it. */
	if (to && fclose(to) == 0 && *text)
		return 0;
	free(*text);
	*text = NULL;
	return pz_fail(PZ_ENOMEM, "no memory for a text");
}
