/* file.c -- written beside, renamed when whole */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#define UNFINISHED_MAX 8 /* files that one tool writes at a time */

/* What a signal has to remove. */
static char *volatile unfinished[UNFINISHED_MAX];

/* Puts `name` where `old` stands; a name that finds no place stays unknown. */
static void note(char *old, char *name)
{
	for (int i = 0; i < UNFINISHED_MAX; i++)
		if (unfinished[i] == old) {
			unfinished[i] = name;
			return;
		}
}

void pz_file_remove_unfinished(void)
{
	for (int i = 0; i < UNFINISHED_MAX; i++)
		if (unfinished[i])
			unlink(unfinished[i]);
}

/* Lets go of the name beside, which is there no longer or never was. */
static void forget(struct pz_file *f)
{
	if (f->beside)
		note(f->beside, NULL);
	free(f->beside);
	f->beside = NULL;
}

static int open_beside(struct pz_file *f)
{
	mode_t mask = umask(0);
	int fd;

	umask(mask);
	if (asprintf(&f->beside, "%s.XXXXXX", f->path) < 0) {
		f->beside = NULL;
		return pz_fail(PZ_ENOMEM, "no memory for a file name");
	}
	if ((fd = mkstemp(f->beside)) < 0) {
		int why = errno;

		forget(f);
		return pz_fail(PZ_EDATA, "%s: cannot write beside it: %s", f->path, strerror(why));
	}
	note(NULL, f->beside);
	fchmod(fd, 0666 & ~mask); /* mkstemp's 0600 is for secrets, this is a product */
	f->stream = fdopen(fd, "wb");
	return f->stream ? 0 : pz_fail(PZ_ENOMEM, "%s: %s", f->path, strerror(errno));
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

int pz_file_commit(struct pz_file *f)
{
	int rc = 0, failed = ferror(f->stream), why = errno;

	if (fclose(f->stream) != 0) {
		failed = 1;
		why = errno;
	}
	f->stream = NULL;
	if (failed)
		rc = pz_fail(PZ_EDATA, "%s: cannot write: %s", f->path, strerror(why));
	else if (f->beside && rename(f->beside, f->path) != 0)
		rc = pz_fail(PZ_EDATA, "%s: cannot rename into place: %s", f->path,
			     strerror(errno));
	if (rc == 0)
		forget(f);
	pz_file_abandon(f);
	return rc;
}

void pz_file_abandon(struct pz_file *f)
{
	if (f->stream)
		fclose(f->stream);
	if (f->beside)
		unlink(f->beside);
	forget(f);
	free(f->path);
	*f = (struct pz_file){ 0 };
}

int pz_file_spool(void)
{
	const char *dir = getenv("TMPDIR");
	char path[4096];
	int fd;

	snprintf(path, sizeof path, "%s/pzpipe.XXXXXX", dir && *dir ? dir : "/tmp");
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
