/* fits_peek.c -- the headers of a file compressed as a whole, without unpacking all of it
 *
 * CFITSIO unpacks such files when it opens them. For a look at a header their first
 * bytes are unpacked here and handed to it as a file in memory; where they do not reach
 * to the HDU, more; and at last the file is opened as any other, which also finds the
 * words for what is wrong with it.
 */
#include <bzlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <pz/error.h>

#include "fits_open.h"

#define BLOCK 2880 /* bytes of FITS */

/* Unpacks up to size bytes of the file; how many, 0 where it is not packed or cannot be
 * read. */
static size_t unpack_bz2(const char *path, char *bytes, size_t size)
{
	FILE *file = fopen(path, "rbe");
	BZFILE *bz = NULL;
	int status = BZ_IO_ERROR, got = 0;

	if (file)
		bz = BZ2_bzReadOpen(&status, file, 0, 0, NULL, 0);
	if (status == BZ_OK)
		got = BZ2_bzRead(&status, bz, bytes, (int)size);
	if (status != BZ_OK && status != BZ_STREAM_END)
		got = 0;
	if (bz)
		BZ2_bzReadClose(&status, bz);
	if (file)
		fclose(file);
	return (size_t)got;
}

static size_t unpack_gz(const char *path, char *bytes, size_t size)
{
	gzFile file = gzopen(path, "rbe");
	int got = file ? gzread(file, bytes, (unsigned)size) : 0;

	if (file)
		gzclose(file);
	return got > 0 ? (size_t)got : 0;
}

static size_t unpack(const char *path, char *bytes, size_t size)
{
	char magic[3] = "";
	FILE *file = fopen(path, "rbe");
	size_t n = file ? fread(magic, 1, sizeof magic, file) : 0;

	if (file)
		fclose(file);
	if (n == sizeof magic && !memcmp(magic, "BZh", 3))
		return unpack_bz2(path, bytes, size);
	if (n == sizeof magic && !memcmp(magic, "\x1f\x8b", 2))
		return unpack_gz(path, bytes, size);
	return 0;
}

/* Opens the first size bytes: 1, or 0 where they do not reach. */
static int peek(struct pz_fits **f, const char *path, const char *hdu, size_t size)
{
	char *bytes = calloc(1, size);
	size_t n = bytes ? unpack(path, bytes, size) / BLOCK * BLOCK : 0;

	if (n == 0) {
		free(bytes);
		return 0;
	}
	return fits_open_bytes(f, path, hdu, bytes, n) == 0;
}

int pz_fits_peek_image(struct pz_fits **f, const char *path, const char *hdu)
{
	const size_t sizes[] = { 40 * BLOCK, 1000 * BLOCK };

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (peek(f, path, hdu, sizes[i]))
			return 0;
	return pz_fits_open_image(f, path, hdu);
}
