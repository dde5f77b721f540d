/* write_npz.c -- a .npz file: a zip archive whose members are not compressed
 *
 * All sizes are known when it begins, so each member has its place, rows go there as they come,
 * and nothing is written twice; libzip would want each member from its beginning to its end. A
 * member's checksum stands before it, and is written last. Sizes are those of zip64 throughout.
 * Sources: PKWARE's APPNOTE.TXT 6.3.9, numpy.lib.format.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/text.h>

#include "crc.h"
#include "write.h"

#define ALIGN         64u  /* a .npy header fills up to a multiple of this */
#define NPY_MAX       1024 /* bytes of a header, more than there can be      */
#define LOCAL_SIZE    30   /* bytes of a member's header, without its name   */
#define CENTRAL_SIZE  46
#define EXTRA_LOCAL   20   /* two sizes of 64 bits   */
#define EXTRA_CENTRAL 28   /* these and an offset    */
#define VERSION       45   /* of zip: 4.5 has zip64   */
#define DATE          0x21 /* 1980-01-01: the same bytes at any time */
#define ALL           0xffffffffu

struct member {
	char name[PZ_ARRAY_NAME + 4];
	char header[NPY_MAX]; /* of the .npy */
	size_t header_size;
	uint64_t offset, size; /* of the member in the file; of the .npy */
	uint32_t crc;
	size_t stored; /* bytes of a value as it stands there */
};

struct npz {
	int fd;
	struct member *member;
	char *wide; /* texts as NumPy's str; bytes of a block of the widest */
};

/* -- bytes, lowest first */

static char *put2(char *at, unsigned value)
{
	at[0] = (char)(value & 0xff);
	at[1] = (char)(value >> 8 & 0xff);
	return at + 2;
}

static char *put4(char *at, uint32_t value)
{
	return put2(put2(at, value & 0xffff), value >> 16);
}

static char *put8(char *at, uint64_t value)
{
	return put4(put4(at, (uint32_t)value), (uint32_t)(value >> 32));
}

/* -- headers */

static size_t stored_bytes(const struct pz_array_column *c)
{
	return c->kind == PZ_ARRAY_TEXT ? 4 * c->bytes : c->bytes;
}

/* "<f4", "|b1", "<U12" */
static void type_text(const struct pz_array_column *c, char text[32])
{
	const char order = c->bytes == 1 ? '|' : '<';

	switch (c->kind) {
	case PZ_ARRAY_FLOAT:
		snprintf(text, 32, "<f%zu", c->bytes);
		break;
	case PZ_ARRAY_BOOL:
		snprintf(text, 32, "|b1");
		break;
	case PZ_ARRAY_TEXT:
		snprintf(text, 32, "<U%zu", c->bytes);
		break;
	default:
		snprintf(text, 32, "%c%c%zu", order, c->bytes == 1 ? 'u' : 'i', c->bytes);
	}
}

/* The header of the .npy, filled up with blanks. */
static void plan_header(struct member *m, const struct out *out)
{
	const struct pz_array_column *c = out->is;
	char type[32], shape[300] = "";
	size_t used = 0, size;

	type_text(c, type);
	if (!c->alone)
		used = (size_t)snprintf(shape, sizeof shape, "%llu,",
					(unsigned long long)out->rows);
	for (int d = 0; d < c->dims; d++)
		used += (size_t)snprintf(shape + used, sizeof shape - used, "%s%llu%s",
					 used ? " " : "", (unsigned long long)c->shape[d],
					 d + 1 < c->dims || (d == 0 && c->alone) ? "," : "");
	size = (size_t)snprintf(m->header + 10, NPY_MAX - 10,
				"{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type,
				shape);
	m->header_size = (10 + size + 1 + ALIGN - 1) / ALIGN * ALIGN;
	memset(m->header + 10 + size, ' ', m->header_size - 10 - size);
	m->header[m->header_size - 1] = '\n';
	memcpy(m->header, "\x93NUMPY\x01", 8); /* version 1.0 */
	put2(m->header + 8, (unsigned)(m->header_size - 10));
}

/* The beginning of a member's entry, before it (local) or in the directory at the end: as much
 * as both share. */
static char *put_entry(char *at, const struct member *m, size_t extra)
{
	at = put2(at, VERSION);
	at = put2(at, 0x0800); /* names are UTF-8  */
	at = put2(at, 0);      /* not compressed   */
	at = put2(at, 0);      /* at midnight      */
	at = put2(at, DATE);
	at = put4(at, m->crc);
	at = put4(at, ALL); /* sizes: see extra */
	at = put4(at, ALL);
	at = put2(at, (unsigned)strlen(m->name));
	return put2(at, (unsigned)extra);
}

static int put_local(const struct npz *z, const struct member *m)
{
	char bytes[LOCAL_SIZE + sizeof m->name + EXTRA_LOCAL], *at = bytes;

	at = put4(at, 0x04034b50);
	at = put_entry(at, m, EXTRA_LOCAL);
	at = stpcpy(at, m->name);
	at = put2(at, 1);
	at = put2(at, EXTRA_LOCAL - 4);
	at = put8(put8(at, m->size), m->size);
	return pz_file_put(z->fd, (off_t)m->offset, bytes, (size_t)(at - bytes));
}

static size_t put_central(const struct member *m, char *bytes)
{
	char *at = bytes;

	at = put4(at, 0x02014b50);
	at = put2(at, 3 << 8 | VERSION); /* made on Unix */
	at = put_entry(at, m, EXTRA_CENTRAL);
	at = put2(at, 0); /* no comment   */
	at = put2(at, 0); /* one disk     */
	at = put2(at, 0);
	at = put4(at, (uint32_t)0100644 << 16);
	at = put4(at, ALL); /* offset: see extra */
	at = stpcpy(at, m->name);
	at = put2(at, 1);
	at = put2(at, EXTRA_CENTRAL - 4);
	at = put8(put8(put8(at, m->size), m->size), m->offset);
	return (size_t)(at - bytes);
}

/* The directory and what closes it, from offset on. */
static int put_directory(const struct pz_arrays_file *f, uint64_t offset)
{
	const struct npz *z = f->to;
	size_t room = (size_t)f->n * (CENTRAL_SIZE + sizeof z->member->name + EXTRA_CENTRAL) + 128;
	char *bytes = malloc(room), *at = bytes;
	size_t size;
	int rc;

	if (!bytes)
		return pz_fail(PZ_ENOMEM, "%s: no memory for a directory", f->path);
	for (int c = 0; c < f->n; c++)
		at += put_central(&z->member[c], at);
	size = (size_t)(at - bytes);
	at = put4(at, 0x06064b50);
	at = put8(at, 44);
	at = put2(put2(at, VERSION), VERSION);
	at = put4(put4(at, 0), 0);
	at = put8(put8(at, (uint64_t)f->n), (uint64_t)f->n);
	at = put8(put8(at, size), offset);
	at = put4(at, 0x07064b50);
	at = put4(at, 0);
	at = put8(at, offset + size);
	at = put4(at, 1);
	at = put4(at, 0x06054b50);
	at = put2(put2(at, 0), 0);
	at = put2(put2(at, 0xffff), 0xffff);
	at = put4(put4(at, ALL), ALL);
	at = put2(at, 0);
	rc = pz_file_put(z->fd, (off_t)offset, bytes, (size_t)(at - bytes));
	free(bytes);
	return rc;
}

/* -- rows */

static uint64_t values_at(const struct member *m)
{
	return m->offset + LOCAL_SIZE + strlen(m->name) + EXTRA_LOCAL + m->header_size;
}

/* UTF-8 padded with zeros to UCS-4 padded with zeros; what is none becomes U+FFFD. */
static void widen(const char *text, size_t bytes, char *to)
{
	size_t n = strnlen(text, bytes), used = 0;

	memset(to, 0, 4 * bytes);
	for (size_t i = 0; i < n; used++) {
		uint32_t point;
		size_t length = pz_text_utf8(text + i, n - i, &point);

		put4(to + 4 * used, length ? point : 0xfffd);
		i += length ? length : 1;
	}
}

static int put_rows(struct pz_arrays_file *f, int c, size_t n, const void *values)
{
	struct npz *z = f->to;
	struct member *m = &z->member[c];
	const struct out *out = &f->out[c];
	size_t size = n * (out->one / out->is->bytes) * m->stored;
	int rc;

	if (out->is->kind == PZ_ARRAY_TEXT) {
		for (size_t i = 0; i < size / m->stored; i++)
			widen((const char *)values + i * out->is->bytes, out->is->bytes,
			      z->wide + i * m->stored);
		values = z->wide;
	}
	m->crc = pz_crc32(m->crc, values, size);
	rc = pz_file_put(
		z->fd,
		(off_t)(values_at(m) + out->written * (out->one / out->is->bytes) * m->stored),
		values, size);
	return rc < 0 ? pz_fail_in(rc, "%s", f->path) : 0;
}

/* -- the whole */

static int plan_member(struct pz_arrays_file *f, int c, uint64_t offset)
{
	struct member *m = &((struct npz *)f->to)->member[c];
	const struct out *out = &f->out[c];

	snprintf(m->name, sizeof m->name, "%s.npy", out->is->name);
	m->stored = stored_bytes(out->is);
	plan_header(m, out);
	m->offset = offset;
	m->size = m->header_size + out->rows * (out->one / out->is->bytes) * m->stored;
	m->crc = pz_crc32(0, m->header, m->header_size);
	return pz_file_put(((struct npz *)f->to)->fd, (off_t)(values_at(m) - m->header_size),
			   m->header, m->header_size);
}

static int begin_npz(struct pz_arrays_file *f)
{
	struct npz *z = calloc(1, sizeof *z);
	size_t widest = 0;
	uint64_t offset = 0;
	int rc;

	f->to = z;
	if (!z || !(z->member = calloc((size_t)f->n + 1, sizeof *z->member)))
		return pz_fail(PZ_ENOMEM, "%s: no memory", f->path);
	if ((rc = pz_file_begin(&f->file, f->path)) < 0)
		return rc;
	z->fd = fileno(f->file.stream);
	for (int c = 0; c < f->n && rc == 0; c++) {
		const struct out *out = &f->out[c];

		rc = plan_member(f, c, offset);
		offset = values_at(&z->member[c]) - z->member[c].header_size + z->member[c].size;
		if (out->is->kind == PZ_ARRAY_TEXT && 4 * out->room * out->one > widest)
			widest = 4 * out->room * out->one;
	}
	if (rc == 0 && widest && !(z->wide = malloc(widest)))
		rc = pz_fail(PZ_ENOMEM, "%s: no memory for texts", f->path);
	return rc < 0 ? pz_fail_in(rc, "%s", f->path) : 0;
}

static int end_npz(struct pz_arrays_file *f, bool good)
{
	struct npz *z = f->to;
	uint64_t end = 0;
	int rc = 0;

	for (int c = 0; good && c < f->n && rc == 0; c++) {
		rc = put_local(z, &z->member[c]);
		end = values_at(&z->member[c]) - z->member[c].header_size + z->member[c].size;
	}
	if (good && rc == 0)
		rc = put_directory(f, end);
	if (z) {
		free(z->wide);
		free(z->member);
	}
	free(z);
	f->to = NULL;
	return rc < 0 ? pz_fail_in(rc, "%s", f->path) : 0;
}

const struct writer pz_arrays_npz = { .begin = begin_npz, .put = put_rows, .end = end_npz };
