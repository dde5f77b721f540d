/* window.c -- the part of a file that is in memory
 *
 * The bytes of the file pass through a window, which begins at the row that is read and
 * grows where a row is longer. While the first lines are looked at it begins at the first
 * byte, so that nothing of a pipe is lost.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pz/error.h>

#include "parts.h"

#define CHUNK   ((size_t)1 << 16) /* bytes read at a time, at least       */
#define ROW_MAX ((size_t)1 << 24) /* of a row, or of all that is above it */

int pz_window_open(struct window *w, const char *path)
{
	int rc = 0;

	*w = (struct window){ .path = path, .line = 1 };
	w->file = strcmp(path, "-") ? fopen(path, "rbe") : stdin;
	if (!w->file)
		return pz_fail(PZ_EIO, "%s: %s", path, strerror(errno));
	while (rc == 0 && !w->ended && w->end < CHUNK)
		rc = pz_window_more(w);
	return rc;
}

static int grow_window(struct window *w)
{
	size_t room = w->room ? 2 * w->room : 2 * CHUNK;
	char *bytes = realloc(w->bytes, room + 1); /* a byte to end the last cell with */

	if (!bytes)
		return pz_fail(PZ_ENOMEM, "%s: no memory for a row", w->path);
	w->bytes = bytes;
	w->room = room;
	return 0;
}

int pz_window_more(struct window *w)
{
	size_t n;
	int rc;

	if (w->at > 0) {
		memmove(w->bytes, w->bytes + w->at, w->end - w->at);
		w->before += w->at;
		w->end -= w->at;
		w->at = 0;
	}
	if (w->end > ROW_MAX)
		return pz_fail(PZ_EDATA, "%s: line %llu: more than %zu MiB without a row", w->path,
			       (unsigned long long)w->line, ROW_MAX >> 20);
	while (w->room - w->end < CHUNK)
		if ((rc = grow_window(w)) < 0)
			return rc;
	n = fread(w->bytes + w->end, 1, w->room - w->end, w->file);
	if (n == 0 && ferror(w->file))
		return pz_fail(PZ_EIO, "%s: %s", w->path, strerror(errno));
	w->ended = n == 0;
	w->end += n;
	return 0;
}

bool pz_window_seekable(const struct window *w)
{
	struct stat status;

	return fstat(fileno(w->file), &status) == 0 && S_ISREG(status.st_mode);
}

int pz_window_seek(struct window *w, uint64_t place, uint64_t line)
{
	if (!pz_window_seekable(w) || fseeko(w->file, (off_t)place, SEEK_SET) != 0)
		return pz_fail(PZ_EDATA, "%s: expected a regular file, found a pipe", w->path);
	w->ended = false;
	w->at = w->end = 0;
	w->before = place;
	w->line = line;
	return 0;
}

void pz_window_release(struct window *w)
{
	if (w->file && w->file != stdin)
		fclose(w->file);
	free(w->bytes);
}
