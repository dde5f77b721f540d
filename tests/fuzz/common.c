/* common.c -- what the targets share */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xxhash.h>

#include <pz/map.h>

#include "fuzz.h"

/* WCSLIB loses the text of an error when another one follows on it (wcs.c). Sanitizers ask
 * here what is not to be counted as a leak; without them nobody does. */
const char *__lsan_default_suppressions(void);

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

/* A block from malloc. */
static uint8_t *mend(const uint8_t *bytes, size_t size, size_t *mended)
{
	uint8_t *to = malloc(size + TRAILER);
	size_t at = 0, segment = 0, need;
	uint64_t objects = 0;
	int64_t n;

	if (!to)
		abort();
	memcpy(to, bytes, size);
	for (; at < size && (n = pz_map_scan(to + at, size - at, &need)) > 0; at += (size_t)n) {
		if (n == TRAILER && !memcmp(to + at, trailer_head, sizeof trailer_head) &&
		    objects) {
			put_trailer(to + at, to + segment, objects - 1);
			segment = at + TRAILER;
			objects = 0;
		} else {
			objects++;
		}
	}
	if (objects) {
		put_trailer(to + at, to + segment, objects - 1);
		at += TRAILER;
	}
	*mended = at;
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

const char *fuzz_mended_file(const uint8_t *bytes, size_t size)
{
	size_t mended;
	uint8_t *stream = mend(bytes, size, &mended);
	const char *path = fuzz_file(stream, mended);

	free(stream);
	return path;
}
