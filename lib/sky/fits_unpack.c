/* fits_unpack.c -- files compressed as a whole, by gzip or bzip2
 *
 * CFITSIO unpacks such files into memory when it opens them: however large they are, and
 * only the first of the streams that parallel packers write one after the other. So they are
 * unpacked here and handed to it: small ones in memory, large ones in a file without a name.
 * For a look at a header only as much is unpacked as that takes.
 */
#include <bzlib.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <pz/error.h>
#include <pz/file.h>

#include "fits_open.h"

#define CHUNK     ((size_t)1 << 20) /* bytes unpacked at a time               */
#define IN_MEMORY ((size_t)128 << 20)

/* A packed file that is being read. */
struct packed {
	const char *path;
	gzFile gz;
	FILE *file; /* of bz */
	BZFILE *bz;
	bool ended;      /* nothing is left          */
	bool any;        /* a whole stream was there */
	const char *why; /* it is cut or corrupt; or NULL */
};

/* Whether the file is packed in a way that is known here. */
static bool open_packed(struct packed *p, const char *path)
{
	unsigned char magic[3] = { 0 };
	struct stat status;
	int bz_status;

	*p = (struct packed){ .path = path };
	if (stat(path, &status) != 0 || !S_ISREG(status.st_mode) || !(p->file = fopen(path, "rbe")))
		return false;
	if (fread(magic, 1, sizeof magic, p->file) == sizeof magic) {
		rewind(p->file);
		if (!memcmp(magic, "BZh", 3))
			p->bz = BZ2_bzReadOpen(&bz_status, p->file, 0, 0, NULL, 0);
		else if (!memcmp(magic, "\x1f\x8b", 2))
			p->gz = gzopen(path, "rbe");
	}
	if (p->gz)
		gzbuffer(p->gz, (unsigned)CHUNK / 8);
	return p->bz || p->gz;
}

static void close_packed(struct packed *p)
{
	int status;

	if (p->bz)
		BZ2_bzReadClose(&status, p->bz);
	if (p->gz)
		gzclose(p->gz);
	if (p->file)
		fclose(p->file);
}

/* After the end of a stream: the next one, where there is one. */
static void next_stream(struct packed *p)
{
	char rest[BZ_MAX_UNUSED];
	void *unused = NULL;
	int status, n = 0, c;

	BZ2_bzReadGetUnused(&status, p->bz, &unused, &n);
	if (n > 0)
		memcpy(rest, unused, (size_t)n);
	BZ2_bzReadClose(&status, p->bz);
	p->bz = NULL;
	p->any = true;
	if (n == 0 && (c = getc(p->file)) != EOF)
		ungetc(c, p->file);
	p->ended = n == 0 && feof(p->file);
	if (!p->ended)
		p->bz = BZ2_bzReadOpen(&status, p->file, 0, 0, rest, n);
	if (!p->ended && !p->bz)
		p->why = "no memory";
}

static size_t read_bz2(struct packed *p, char *bytes, size_t size)
{
	int status, n = BZ2_bzRead(&status, p->bz, bytes, (int)size);

	if (status == BZ_STREAM_END)
		next_stream(p);
	else if (status == BZ_DATA_ERROR_MAGIC && p->any)
		p->ended = true; /* padding, as bzip2 passes over it */
	else if (status != BZ_OK)
		p->why = status == BZ_UNEXPECTED_EOF ? "bzip2 data end too early"
						     : "bzip2 data are wrong";
	return n > 0 ? (size_t)n : 0;
}

static size_t read_gz(struct packed *p, char *bytes, size_t size)
{
	int n = gzread(p->gz, bytes, (unsigned)size), status = Z_OK;

	if (n == (int)size)
		return size;
	gzerror(p->gz, &status);
	if (n < 0 || (status != Z_OK && status != Z_STREAM_END))
		p->why = status == Z_BUF_ERROR ? "gzip data end too early" : "gzip data are wrong";
	p->ended = true;
	return n > 0 ? (size_t)n : 0;
}

/* Up to size bytes; fewer before the end or a failure. */
static size_t read_packed(struct packed *p, char *bytes, size_t size)
{
	size_t got = 0;

	while (got < size && !p->ended && !p->why)
		got += p->gz ? read_gz(p, bytes + got, size - got)
			     : read_bz2(p, bytes + got, size - got);
	return got;
}

static int write_all(int fd, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(fd, bytes, n);

		if (done < 0)
			return pz_fail(PZ_EDATA, "cannot write to a file in $TMPDIR: %s",
				       strerror(errno));
		bytes += done;
		n -= (size_t)done;
	}
	return 0;
}

/* The bytes so far, and the rest, into a file without a name. */
static int spool(struct packed *p, char *bytes, size_t n, int *fd)
{
	int rc = *fd = pz_file_spool();

	while (rc >= 0 && n > 0) {
		rc = write_all(*fd, bytes, n);
		n = read_packed(p, bytes, CHUNK);
	}
	return rc < 0 ? rc : 0;
}

/* Unpacks all into memory, or into a file where it is large. */
static int unpack(struct packed *p, struct pz_fits *f)
{
	size_t room = 0, n = 0;
	char *bytes = NULL;
	int rc = 0;

	do {
		size_t more = room ? 2 * room : 16 * CHUNK;
		char *bigger = realloc(bytes, more);

		if (!bigger) {
			free(bytes);
			return pz_fail(PZ_ENOMEM, "%s: no memory to unpack it", p->path);
		}
		bytes = bigger;
		room = more;
		n += read_packed(p, bytes + n, room - n);
	} while (n == room && room < IN_MEMORY);
	f->bytes = bytes;
	f->length = n;
	if (n == IN_MEMORY) {
		rc = spool(p, bytes, n, &f->spool);
		free(bytes);
		f->bytes = NULL;
	}
	if (rc == 0 && p->why)
		rc = pz_fail(PZ_ECUT, "%s: cut short or corrupt: %s", p->path, p->why);
	return rc;
}

int fits_unpack(struct pz_fits *f, const char *path)
{
	struct packed p;
	int rc = open_packed(&p, path) ? unpack(&p, f) : 0;

	close_packed(&p);
	return rc;
}

/* Opens the first size bytes: 1, or 0 where they do not reach. */
static int peek(struct pz_fits **f, const char *path, const char *hdu, size_t size)
{
	struct packed p;
	char *bytes = calloc(1, size);
	size_t n = 0;

	if (bytes) {
		n = open_packed(&p, path) ? read_packed(&p, bytes, size) / FITS_BLOCK * FITS_BLOCK
					  : 0;
		close_packed(&p);
	}
	if (n == 0) {
		free(bytes);
		return 0;
	}
	return fits_open_bytes(f, path, hdu, bytes, n) == 0;
}

int pz_fits_peek_image(struct pz_fits **f, const char *path, const char *hdu)
{
	const size_t sizes[] = { 40 * FITS_BLOCK, 1000 * FITS_BLOCK };

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (peek(f, path, hdu, sizes[i]))
			return 0;
	return pz_fits_open_image(f, path, hdu);
}
