/* source.c -- files in place, pipes spooled */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>
#include <pz/stream.h>

#include "source.h"

#define MAPS_MAX 64 /* files that one tool maps */

/* What stands where, for signal handlers. */
static struct {
	const unsigned char *volatile bytes;
	size_t size;
	char name[256];
} maps[MAPS_MAX];

static bool is_stdin(const struct source *s, int file)
{
	return !s->paths || !strcmp(s->paths[file], "-");
}

static const char *name_of(const struct source *s, int file)
{
	return is_stdin(s, file) ? "stdin" : s->paths[file];
}

const char *source_name(const struct source *s)
{
	return name_of(s, s->at);
}

/* Opens input s->at, or goes back to where it began, and finds out whether it is a
 * file. */
static int begin(struct source *s)
{
	struct stat info;

	s->offset = s->start[s->at];
	s->spool = -1;
	if (s->fd[s->at] < 0)
		s->fd[s->at] = is_stdin(s, s->at) ? dup(STDIN_FILENO)
						  : open(s->paths[s->at], O_RDONLY | O_CLOEXEC);
	if (s->fd[s->at] < 0 || fstat(s->fd[s->at], &info) != 0)
		return pz_fail(PZ_EDATA, "%s", strerror(errno));
	if (S_ISDIR(info.st_mode))
		return pz_fail(PZ_EDATA, "is a directory");
	if (s->seeks[s->at])
		return 0;
	if (S_ISREG(info.st_mode)) {
		/* A file on standard input may have been read from by others. */
		off_t here = lseek(s->fd[s->at], 0, SEEK_CUR);

		s->seeks[s->at] = true;
		s->offset = s->start[s->at] = here > 0 ? here : 0;
		return 0;
	}
	return s->keep ? (s->spool = pz_file_spool()) < 0 ? s->spool : 0 : 0;
}

int source_open(struct source *s, const char *const *paths, int count, bool keep)
{
	*s = (struct source){
		.paths = count ? paths : NULL, .count = count ? count : 1, .keep = keep, .spool = -1
	};
	s->fd = malloc((size_t)s->count * sizeof *s->fd);
	s->seeks = calloc((size_t)s->count, sizeof *s->seeks);
	s->start = calloc((size_t)s->count, sizeof *s->start);
	if (!s->fd || !s->seeks || !s->start)
		return pz_fail(PZ_ENOMEM, "no memory for %d inputs", s->count);
	for (int i = 0; i < s->count; i++)
		s->fd[i] = -1;
	return begin(s);
}

void source_close(struct source *s)
{
	for (int i = 0; s->fd && i < s->count; i++)
		if (s->fd[i] >= 0)
			close(s->fd[i]);
	if (s->spool >= 0)
		close(s->spool);
	free(s->fd);
	free(s->seeks);
	free(s->start);
	*s = (struct source){ .spool = -1 };
}

ssize_t source_read(struct source *s, void *bytes, size_t size)
{
	int fd = s->fd[s->at];
	ssize_t n;

	do
		n = s->seeks[s->at] ? pread(fd, bytes, size, s->offset) : read(fd, bytes, size);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return pz_fail(PZ_EDATA, "cannot read: %s", strerror(errno));
	if (s->spool >= 0 && pz_file_put(s->spool, s->offset, bytes, (size_t)n) < 0)
		return PZ_EDATA;
	if (s->spool >= 0 && n == 0) {
		/* The pipe is through: from now on its copy stands for it. */
		close(fd);
		s->fd[s->at] = s->spool;
		s->spool = -1;
		s->seeks[s->at] = true;
	}
	s->offset += n;
	return n;
}

/* A map that finds no place stays unknown. */
static void note_map(const unsigned char *bytes, size_t size, const char *name)
{
	int i = 0;

	while (i < MAPS_MAX && maps[i].bytes)
		i++;
	if (i == MAPS_MAX)
		return;
	maps[i].size = size;
	snprintf(maps[i].name, sizeof maps[i].name, "%s", name);
	maps[i].bytes = bytes;
}

int source_map(struct source *s, unsigned char **bytes, size_t *size)
{
	struct stat info;
	void *map;

	if (!s->seeks[s->at] || s->offset > 0 || fstat(s->fd[s->at], &info) != 0 ||
	    info.st_size == 0)
		return 1;
	/* All pages at once: one by one they would take as long as a small network. */
	map = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, s->fd[s->at],
		   0);
	if (map == MAP_FAILED)
		return 1;
	*bytes = map;
	*size = (size_t)info.st_size;
	s->offset += info.st_size;
	note_map(map, *size, source_name(s));
	return 0;
}

void source_unmap(unsigned char *bytes, size_t size)
{
	for (int i = 0; i < MAPS_MAX; i++)
		if (maps[i].bytes == bytes)
			maps[i].bytes = NULL;
	munmap(bytes, size);
}

const char *pz_reader_mapped(const void *address)
{
	const unsigned char *at = address;

	for (int i = 0; i < MAPS_MAX; i++)
		if (maps[i].bytes && at >= maps[i].bytes && at < maps[i].bytes + maps[i].size)
			return maps[i].name;
	return NULL;
}

int source_next(struct source *s)
{
	int rc;

	if (s->at + 1 == s->count)
		return 0;
	if (!s->keep) {
		close(s->fd[s->at]);
		s->fd[s->at] = -1;
	}
	s->at++;
	return (rc = begin(s)) < 0 ? rc : 1;
}

int source_skip(struct source *s, off_t bytes)
{
	struct stat info;

	if (fstat(s->fd[s->at], &info) != 0 || info.st_size - s->offset < bytes)
		return pz_fail(PZ_ECUT, "cut short");
	s->offset += bytes;
	return 0;
}

void source_ask(const struct source *s, int file, off_t offset, off_t size)
{
	posix_fadvise(s->fd[file], offset, size, POSIX_FADV_WILLNEED);
}

int source_rewind(struct source *s)
{
	if (s->spool >= 0 || !s->keep)
		return pz_fail(PZ_EARG, "%s: rewound before its end", source_name(s));
	s->at = 0;
	return begin(s);
}

void source_once(struct source *s)
{
	s->keep = false;
	if (s->spool >= 0)
		close(s->spool);
	s->spool = -1;
}

int source_fetch(const struct source *s, int file, off_t offset, void *bytes, size_t size)
{
	int rc = pz_file_get(s->fd[file], offset, bytes, size);

	return rc < 0 ? pz_fail_in(rc, "%s", name_of(s, file)) : 0;
}
