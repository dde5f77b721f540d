/* file.c -- written beside, renamed when whole */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#define UNFINISHED_MAX 64 /* files that one tool writes at a time */

/* What a signal has to remove. */
static struct pz_file *_Atomic unfinished[UNFINISHED_MAX];

/* Puts `now` where `old` stands; a file that finds no place stays unknown. */
static void note(struct pz_file *old, struct pz_file *now)
{
	for (int i = 0; i < UNFINISHED_MAX; i++) {
		struct pz_file *expected = old;

		if (atomic_compare_exchange_strong(&unfinished[i], &expected, now))
			return;
	}
}

/* Whether the name beside is still that of the file that was begun, and not of one
 * that another process began after it. Open as it is, its number is nobody else's. */
static bool is_ours(const struct pz_file *f)
{
	struct stat s;

	return lstat(f->beside, &s) == 0 && s.st_dev == f->device && s.st_ino == f->inode;
}

void pz_file_remove_unfinished(void)
{
	for (int i = 0; i < UNFINISHED_MAX; i++) {
		const struct pz_file *f = unfinished[i];

		if (f && (f->inode == 0 || is_ours(f)))
			unlink(f->beside);
	}
}

/* Lets go of the name beside, which is there no longer or never was. */
static void forget(struct pz_file *f)
{
	note(f, NULL);
	free(f->beside);
	f->beside = NULL;
}

/* Takes fd for the file beside. */
static int hold(struct pz_file *f, int fd)
{
	struct stat s;
	int why;

	if (fd >= 0 && fstat(fd, &s) == 0) {
		f->device = s.st_dev;
		f->inode = s.st_ino;
		if ((f->stream = fdopen(fd, "wb")))
			return 0;
	}
	why = errno;
	if (fd >= 0)
		close(fd);
	return pz_fail(PZ_EDATA, "%s: cannot write beside it: %s", f->path, strerror(why));
}

/* What a process that was killed left there goes. So does what one that lives is
 * still writing: it will notice. */
static int open_beside(struct pz_file *f)
{
	if (asprintf(&f->beside, "%s.part", f->path) < 0) {
		f->beside = NULL;
		return pz_fail(PZ_ENOMEM, "no memory for a file name");
	}
	unlink(f->beside);
	note(NULL, f); /* first: a signal may come when it is just there */
	return hold(f, open(f->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
}

int pz_file_adopt(struct pz_file *f)
{
	struct stat s;

	fclose(f->stream);
	f->stream = NULL;
	/* Known before it is open: if it cannot be, it has to go. */
	if (lstat(f->beside, &s) == 0) {
		f->device = s.st_dev;
		f->inode = s.st_ino;
	}
	return hold(f, open(f->beside, O_WRONLY | O_CLOEXEC));
}

int pz_file_begin(struct pz_file *f, const char *path)
{
	struct stat s;
	int rc = 0;

	*f = (struct pz_file){ 0 };
	if (!(f->path = strdup(path)))
		return pz_fail(PZ_ENOMEM, "no memory for a file name");
	if (stat(path, &s) == 0 && !S_ISREG(s.st_mode)) {
		if (!(f->stream = fopen(path, "wbe")))
			rc = pz_fail(PZ_EDATA, "%s: %s", path, strerror(errno));
	} else {
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
		return pz_fail(PZ_EDATA, "cannot write: %s", strerror(errno));
	/* Tests write thousands of files that no power cut has to spare. */
	if (wish && strcmp(wish, "no") == 0)
		return 0;
	if (fsync(fileno(f)) != 0 && errno != EINVAL)
		return pz_fail(PZ_EDATA, "cannot write: %s", strerror(errno));
	return 0;
}

/* All bytes out, onto the disk where they go beside: else a power cut after the renaming
 * would leave less than the whole under the name. */
static int settle(const struct pz_file *f)
{
	if (f->beside && !f->many) {
		if (pz_file_sync(f->stream) < 0)
			return pz_fail_in(PZ_EDATA, "%s", f->path);
	} else if (ferror(f->stream) || fflush(f->stream) != 0) {
		return pz_fail(PZ_EDATA, "%s: cannot write: %s", f->path, strerror(errno));
	}
	return !f->beside || is_ours(f)
		       ? 0
		       : pz_fail(PZ_EDATA, "%s: another process has begun to write it", f->path);
}

static int keep_previous(const struct pz_file *f)
{
	char *previous;
	int rc = 0;

	if (asprintf(&previous, "%s.previous", f->path) < 0)
		return pz_fail(PZ_ENOMEM, "no memory for a file name");
	if (rename(f->path, previous) != 0 && errno != ENOENT)
		rc = pz_fail(PZ_EDATA, "%s: cannot rename: %s", f->path, strerror(errno));
	free(previous);
	return rc;
}

static int rename_into_place(struct pz_file *f)
{
	int rc = f->keep_previous ? keep_previous(f) : 0;

	if (rc < 0)
		return rc;
	if (rename(f->beside, f->path) != 0)
		return pz_fail(PZ_EDATA, "%s: cannot rename into place: %s", f->path,
			       strerror(errno));
	forget(f);
	return 0;
}

int pz_file_commit(struct pz_file *f)
{
	int rc = settle(f);

	if (rc == 0) {
		if (fclose(f->stream) != 0)
			rc = pz_fail(PZ_EDATA, "%s: cannot write: %s", f->path, strerror(errno));
		f->stream = NULL;
	}
	if (rc == 0 && f->beside)
		rc = rename_into_place(f);
	pz_file_abandon(f);
	return rc;
}

void pz_file_abandon(struct pz_file *f)
{
	if (f->beside && is_ours(f))
		unlink(f->beside);
	if (f->beside)
		forget(f);
	if (f->stream)
		fclose(f->stream);
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

int pz_file_spool(void)
{
	const char *wish = getenv("TMPDIR"), *dir = wish && *wish ? wish : "/tmp";
	char path[4096];
	int fd;

	snprintf(path, sizeof path, "%s/pzpipe.XXXXXX", dir);
	if ((fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)) >= 0)
		return fd;
	/* Where a file system has no files without name it gets one for a moment. */
	if ((fd = mkostemp(path, O_CLOEXEC)) < 0)
		return pz_fail(PZ_EDATA, "%s: cannot spool: %s", path, strerror(errno));
	unlink(path);
	return fd;
}

int pz_file_put(int spool, off_t offset, const void *bytes, size_t size)
{
	const unsigned char *from = bytes;

	while (size > 0) {
		ssize_t n = pwrite(spool, from, size, offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return pz_fail(PZ_EDATA, "cannot spool to $TMPDIR: %s", strerror(errno));
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
			return pz_fail(PZ_EDATA, "cannot read: %s", strerror(errno));
		if (n == 0)
			return pz_fail(PZ_ECUT, "became shorter while it was read");
		to += n;
		offset += n;
		size -= (size_t)n;
	}
	return 0;
}
