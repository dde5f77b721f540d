/* source.c -- files in place, pipes spooled */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>
#include <pz/stream.h>

#include "../base/os.h"
#include "source.h"

static bool is_stdin(const struct source *s, int file)
{
	return !s->paths || !strcmp(s->paths[file], "-");
}

static const char *name_of(const struct source *s, int file)
{
	return is_stdin(s, file) ? "stdin" : s->paths[file];
}

const char *pz_source_name(const struct source *s)
{
	return name_of(s, s->at);
}

/* Notes the size and the time of change of a file when it is opened; later on, checks that they
 * are the same. Spools are not checked: no other process can change them. */
static int check_file(struct source *s, int file, const struct stat *info)
{
	struct source_file *known = &s->file[file];
	struct timespec now = pz_os_changed(info);

	if (known->size < 0)
		return 0;
	if (!known->noted)
		*known = (struct source_file){ info->st_size, now, true };
	return known->size == info->st_size && known->changed.tv_sec == now.tv_sec &&
			       known->changed.tv_nsec == now.tv_nsec
		       ? 0
		       : pz_fail(PZ_ECORRUPT, "the file changed while it was read");
}

int pz_source_check(struct source *s, int file)
{
	struct stat info;

	if (fstat(s->fd[file], &info) != 0)
		return pz_fail(PZ_EIO, "cannot read: %s", strerror(errno));
	return check_file(s, file, &info);
}

/* Opens input s->at, or goes back to where it began, and finds out whether it is a
 * file. */
static int begin_file(struct source *s)
{
	struct stat info;

	s->offset = s->start[s->at];
	s->spool = -1;
	if (s->fd[s->at] < 0)
		s->fd[s->at] = is_stdin(s, s->at) ? dup(STDIN_FILENO)
						  : open(s->paths[s->at], O_RDONLY | O_CLOEXEC);
	if (s->fd[s->at] < 0 || fstat(s->fd[s->at], &info) != 0)
		return pz_fail(PZ_EIO, "%s", strerror(errno));
	if (S_ISDIR(info.st_mode))
		return pz_fail(PZ_EDATA, "is a directory");
	if (s->seeks[s->at])
		return check_file(s, s->at, &info);
	if (S_ISREG(info.st_mode)) {
		/* A file on standard input may have been read from by others. */
		off_t here = lseek(s->fd[s->at], 0, SEEK_CUR);

		s->seeks[s->at] = true;
		s->offset = s->start[s->at] = here > 0 ? here : 0;
		return check_file(s, s->at, &info);
	}
	return s->keep ? (s->spool = pz_file_spool()) < 0 ? s->spool : 0 : 0;
}

int pz_source_open(struct source *s, const char *const *paths, int count, bool keep)
{
	*s = (struct source){
		.paths = count ? paths : NULL, .count = count ? count : 1, .keep = keep, .spool = -1
	};
	s->fd = malloc((size_t)s->count * sizeof *s->fd);
	s->seeks = calloc((size_t)s->count, sizeof *s->seeks);
	s->start = calloc((size_t)s->count, sizeof *s->start);
	s->file = calloc((size_t)s->count, sizeof *s->file);
	if (!s->fd || !s->seeks || !s->start || !s->file)
		return pz_fail(PZ_ENOMEM, "no memory for %d inputs", s->count);
	for (int i = 0; i < s->count; i++)
		s->fd[i] = -1;
	return begin_file(s);
}

void pz_source_close(struct source *s)
{
	for (int i = 0; s->fd && i < s->count; i++)
		if (s->fd[i] >= 0)
			close(s->fd[i]);
	if (s->spool >= 0)
		close(s->spool);
	free(s->fd);
	free(s->seeks);
	free(s->start);
	free(s->file);
	*s = (struct source){ .spool = -1 };
}

ssize_t pz_source_read(struct source *s, void *bytes, size_t size)
{
	int fd = s->fd[s->at];
	ssize_t n;

	do
		n = s->seeks[s->at] ? pread(fd, bytes, size, s->offset) : read(fd, bytes, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return pz_fail(PZ_EIO, "cannot read: %s", strerror(errno));
	if (s->spool >= 0 && pz_file_put(s->spool, s->offset, bytes, (size_t)n) < 0)
		return PZ_EIO;
	if (s->spool >= 0 && n == 0) {
		/* The pipe is through: from now on its copy stands for it. */
		close(fd);
		s->fd[s->at] = s->spool;
		s->spool = -1;
		s->seeks[s->at] = true;
		s->file[s->at].size = -1;
	}
	s->offset += n;
	/* What the first pass found the later ones rely on. */
	return s->again && s->seeks[s->at] && pz_source_check(s, s->at) < 0 ? PZ_ECORRUPT : n;
}

int pz_source_next(struct source *s)
{
	int rc;

	if (s->at + 1 == s->count)
		return 0;
	if (!s->keep) {
		close(s->fd[s->at]);
		s->fd[s->at] = -1;
	}
	s->at++;
	return (rc = begin_file(s)) < 0 ? rc : 1;
}

int pz_source_skip(struct source *s, off_t bytes)
{
	struct stat info;

	if (fstat(s->fd[s->at], &info) != 0 || info.st_size - s->offset < bytes)
		return pz_fail(PZ_ECORRUPT, "cut short");
	s->offset += bytes;
	return 0;
}

void pz_source_ask(const struct source *s, int file, off_t offset, off_t size)
{
	pz_os_will_need(s->fd[file], offset, size);
}

int pz_source_rewind(struct source *s)
{
	if (s->spool >= 0 || !s->keep)
		return pz_fail(
			PZ_EARG,
			"expected that the input is read to its end before it is read again");
	s->at = 0;
	s->again = true;
	return begin_file(s);
}

void pz_source_no_rewind(struct source *s)
{
	s->keep = false;
	if (s->spool >= 0)
		close(s->spool);
	s->spool = -1;
}

int pz_source_fetch(const struct source *s, int file, off_t offset, void *bytes, size_t size)
{
	int rc = pz_file_get(s->fd[file], offset, bytes, size);

	return rc < 0 ? pz_source_fail(s, file, rc) : 0;
}

int pz_source_fail(const struct source *s, int file, int rc)
{
	return pz_fail_in(rc, "%s", name_of(s, file));
}

bool pz_source_is_large(const struct source *s, off_t size)
{
	return s->file[s->at].size < 0 || s->file[s->at].size >= size;
}
