/* unpack.c -- files compressed as a whole, by gzip or bzip2
 *
 * CFITSIO unpacks such files into memory when it opens them: however large they are, and
 * only the first of the streams that parallel packers write one after the other. So they are
 * unpacked here and handed to it: small ones in memory, large ones in a file without a name.
 * For a look at a header only as much is unpacked as that takes.
 *
 * A few bytes may unpack to more than any disk holds. So the headers are read on the way, and
 * unpacking ends where the last HDU does.
 */
#include <bzlib.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <pz/error.h>
#include <pz/file.h>

#include "open.h"

#define CHUNK     ((size_t)1 << 20) /* bytes unpacked at a time               */
#define IN_MEMORY ((size_t)128 << 20)
#define BEYOND    ((LONGLONG)1 << 20) /* bytes behind the last HDU that are passed over */

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

/* Takes fd over. Whether the file is packed in a way that is known here. */
static bool open_packed(struct packed *p, const char *path, int fd)
{
	unsigned char magic[3] = { 0 };
	bool whole = fd >= 0 && pread(fd, magic, sizeof magic, 0) == sizeof magic;
	int bz_status;

	*p = (struct packed){ .path = path };
	if (whole && !memcmp(magic, "\x1f\x8b", 2)) {
		p->gz = gzdopen(fd, "rb");
	} else if (whole && !memcmp(magic, "BZh", 3)) {
		p->file = fdopen(fd, "rb");
		p->bz = p->file ? BZ2_bzReadOpen(&bz_status, p->file, 0, 0, NULL, 0) : NULL;
	}
	if (fd >= 0 && !p->gz && !p->file)
		close(fd);
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

/* How far the HDUs reach that are unpacked so far. */
struct extent {
	LONGLONG end; /* of the last one             */
	int hdus;
	bool all; /* what is there is no other one */
};

/* Goes on to the last header that is there among `have` bytes. PZ_EDATA, PZ_ECORRUPT: more is
 * not worth unpacking. */
static int measure_extent(struct pz_fits *f, struct extent *e, LONGLONG have)
{
	while (!e->all && e->end + FITS_BLOCK <= have) {
		LONGLONG at = e->end;
		int rc = pz_fits_check_header(f, e->hdus, &at);

		if (rc < 0 && (rc != PZ_ECORRUPT || have - e->end > (LONGLONG)FITS_CARDS_MAX * 80))
			return rc;
		if (rc < 0) /* the rest of the header will be there */
			return 0;
		if (e->hdus++ > FITS_HDUS_MAX)
			return pz_fail(PZ_EDATA, "%s: more than %d HDUs", f->path, FITS_HDUS_MAX);
		e->all = rc == 0;
		e->end = rc == 0 ? e->end : at;
	}
	if (e->all && have > e->end + BEYOND)
		return pz_fail(PZ_EDATA,
			       "%s: unpacks to more than the %lld bytes that its %d HDUs have",
			       f->path, (long long)e->end, e->hdus - 1);
	return 0;
}

/* The bytes so far, and the rest, into a file without a name, which f gets. */
static int unpack_to_file(struct packed *p, struct pz_fits *f, struct extent *e, char *bytes,
			  size_t n)
{
	int rc = pz_file_spool();
	off_t have = 0;

	if (rc < 0)
		return rc;
	f->fd = rc;
	for (rc = 0; rc == 0 && n > 0; n = rc == 0 ? read_packed(p, bytes, CHUNK) : 0) {
		rc = pz_file_put(f->fd, have, bytes, n);
		have += (off_t)n;
		if (rc == 0)
			rc = measure_extent(f, e, have);
	}
	return rc;
}

/* Unpacks all into memory, or into a file where it is large. */
static int unpack_all(struct packed *p, struct pz_fits *f)
{
	struct extent e = { 0 };
	size_t room = 0, n = 0;
	char *bytes = NULL;
	int rc = 0;

	do {
		size_t more = room ? 2 * room : 16 * CHUNK;
		char *bigger = realloc(bytes, more);

		if (!bigger)
			return pz_fail(PZ_ENOMEM, "%s: no memory to unpack it", p->path);
		f->bytes = bytes = bigger;
		room = more;
		n += read_packed(p, bytes + n, room - n);
		f->length = n;
		rc = measure_extent(f, &e, (LONGLONG)n);
	} while (rc == 0 && n == room && room < IN_MEMORY);
	if (rc == 0 && n == IN_MEMORY) {
		f->bytes = NULL;
		rc = unpack_to_file(p, f, &e, bytes, n);
		free(bytes);
	}
	if (rc == 0 && p->why)
		rc = pz_fail(PZ_ECORRUPT, "%s: cut short or corrupt: %s", p->path, p->why);
	return rc;
}

int pz_fits_unpack(struct pz_fits *f)
{
	struct packed p;
	int fd = f->fd, rc;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return pz_fail(PZ_EIO, "%s: %s", f->path, strerror(errno));
	if (!open_packed(&p, f->path, fcntl(fd, F_DUPFD_CLOEXEC, 0))) {
		close_packed(&p);
		return 0;
	}
	f->fd = -1;
	close(fd);
	rc = unpack_all(&p, f);
	close_packed(&p);
	return rc;
}

size_t pz_fits_unpack_beginning(const char *path, int fd, char *bytes, size_t size)
{
	struct packed p;
	size_t n = open_packed(&p, path, fd) ? read_packed(&p, bytes, size) : 0;

	close_packed(&p);
	return n / FITS_BLOCK * FITS_BLOCK;
}
