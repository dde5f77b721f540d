/* common.c -- what the targets share */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include <pz/map.h>

#include "fuzz.h"

/* WCSLIB loses the text of an error when another one follows on it (lib/wcs/transform.c).
 * Sanitizers ask here what is not to be counted as a leak; without them nobody does. Weak, as a
 * target may have more to say. */
const char *__lsan_default_suppressions(void) __attribute__((weak));

const char *__lsan_default_suppressions(void)
{
	return "leak:wcserr_set\n";
}

uint8_t *fuzz_copy(const void *bytes, size_t n)
{
	uint8_t *copy = malloc(n + 1);

	if (!copy)
		abort();
	memcpy(copy, bytes, n);
	return copy;
}

uint8_t *fuzz_text(const char *text, size_t *size)
{
	*size = strlen(text);
	return fuzz_copy(text, *size);
}

#define TRAILER 28 /* bytes */

static const uint8_t trailer_head[] = { 0x82, 0xa3, 'e', 'n', 'd', 0xcf };

/* The trailer of n records behind a segment. */
static void put_trailer(uint8_t *to, const uint8_t *segment, uint64_t n)
{
	const uint8_t middle[] = { 0xa4, 'x', 'x', 'h', '3', 0xcf };
	uint64_t hash = XXH3_64bits(segment, (size_t)(to - segment));

	memcpy(to, trailer_head, sizeof trailer_head);
	memcpy(to + 14, middle, sizeof middle);
	for (int i = 0; i < 8; i++) {
		to[6 + i] = (uint8_t)(n >> (56 - 8 * i));
		to[20 + i] = (uint8_t)(hash >> (56 - 8 * i));
	}
}

/* Whether these bytes are a trailer, of this form or of that with the hash of small bytes. */
static int is_trailer(const uint8_t *at, size_t n)
{
	return (n == TRAILER || n == TRAILER + 15) &&
	       !memcmp(at + 1, trailer_head + 1, sizeof trailer_head - 1);
}

/* A block from malloc. Trailers become those that lack the hash of small bytes. */
static uint8_t *mend(const uint8_t *bytes, size_t size, size_t *mended)
{
	uint8_t *to = malloc(size + TRAILER);
	size_t at = 0, end = 0, segment = 0, need;
	uint64_t objects = 0;
	int64_t n;

	if (!to)
		abort();
	for (; at < size && (n = pz_map_scan(bytes + at, size - at, &need)) > 0; at += (size_t)n) {
		if (is_trailer(bytes + at, (size_t)n) && objects) {
			put_trailer(to + end, to + segment, objects - 1);
			segment = end += TRAILER;
			objects = 0;
		} else {
			memcpy(to + end, bytes + at, (size_t)n);
			end += (size_t)n;
			objects++;
		}
	}
	if (objects) {
		put_trailer(to + end, to + segment, objects - 1);
		end += TRAILER;
	}
	*mended = end;
	return to;
}

const char *fuzz_file(const uint8_t *bytes, size_t size)
{
	static char path[32];
	static int fd = -1;

	if (fd < 0)
		fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, bytes, size, 0) != (ssize_t)size)
		abort();
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	return path;
}

static char named[4096];

static void remove_named(void)
{
	unlink(named);
}

const char *fuzz_named_file(const uint8_t *bytes, size_t size)
{
	const char *folder = getenv("TMPDIR");
	static int fd = -1;

	if (fd < 0) {
		snprintf(named, sizeof named, "%s/fuzz.XXXXXX",
			 folder && *folder ? folder : "/tmp");
		fd = mkstemp(named);
		atexit(remove_named);
	}
	if (fd < 0 || ftruncate(fd, 0) != 0 || pwrite(fd, bytes, size, 0) != (ssize_t)size)
		abort();
	return named;
}

const char *fuzz_mended_file(const uint8_t *bytes, size_t size)
{
	size_t mended;
	uint8_t *stream = mend(bytes, size, &mended);
	const char *path = fuzz_file(stream, mended);

	free(stream);
	return path;
}
