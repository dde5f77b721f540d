/* npz.c -- a .npz file: a zip archive of .npy files, by libzip
 *
 * Each member has a reader of its own, so that arrays are read side by side. A compressed one is
 * read from its beginning to its end; any rows of one that is stored are read where they stand,
 * and its checksum is taken here, where libzip would use a slower one. Whoever reads a member's
 * last row learns whether the checksum is that of the archive. Members that are no .npy are passed
 * over.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include <pz/error.h>

#include "crc.h"
#include "parts.h"

#define SKIP ((size_t)1 << 16) /* bytes passed over at a time */

struct member {
	zip_file_t *reader;   /* NULL: not opened                                   */
	zip_source_t *stored; /* the bytes from `begin`, where they are stored; NULL */
	bool as_is;           /* they are           */
	uint64_t number;      /* in the archive     */
	uint64_t at;          /* bytes read         */
	size_t begin;         /* of the values      */
	uint64_t size;        /* 0: not known       */
	uint64_t checked;     /* how many of its first bytes are in `sum`      */
	uint32_t sum, crc;    /* checksum of these; of all, as the archive says */
};

struct npz {
	zip_t *archive;
	struct member *member;
	int n;
};

static void close_file(void *file)
{
	struct npz *z = file;

	for (int i = 0; i < z->n; i++) {
		if (z->member[i].reader)
			zip_fclose(z->member[i].reader);
		zip_source_free(z->member[i].stored); /* closes it, too */
	}
	if (z->archive)
		zip_discard(z->archive);
	free(z->member);
	free(z);
}

/* -- bytes of a member */

/* What an error of libzip is: of the machine, or else of the file. */
static enum pz_error code_of(int error)
{
	return error == ZIP_ER_MEMORY                                                 ? PZ_ENOMEM
	       : error == ZIP_ER_OPEN || error == ZIP_ER_READ || error == ZIP_ER_SEEK ? PZ_EIO
										      : PZ_ECORRUPT;
}

static int fail_member(const struct pz_arrays *a, struct member *m, const char *name)
{
	zip_error_t *error = m->stored   ? zip_source_error(m->stored)
			     : m->reader ? zip_file_get_error(m->reader)
					 : zip_get_error(((struct npz *)a->file)->archive);
	int code = zip_error_code_zip(error);

	return pz_fail(code_of(code), "%s: array '%s': %s", a->path, name,
		       code ? zip_error_strerror(error) : "it ends before its values do");
}

static int open_member(struct pz_arrays *a, struct member *m, const char *name)
{
	if (m->reader)
		zip_fclose(m->reader);
	m->reader = zip_fopen_index(((struct npz *)a->file)->archive, m->number, 0);
	m->at = 0;
	return m->reader ? 0 : fail_member(a, m, name);
}

/* The bytes of a member that is stored as it is, from that of its first value, to which its header
 * was read. */
static int open_stored(struct pz_arrays *a, struct member *m, const char *name)
{
	zip_t *archive = ((struct npz *)a->file)->archive;

	m->stored = zip_source_zip(archive, archive, m->number, 0, m->begin,
				   (zip_int64_t)(m->size - m->begin));
	if (!m->stored)
		return pz_fail(PZ_ENOMEM, "%s: array '%s': %s", a->path, name,
			       zip_strerror(archive));
	return zip_source_open(m->stored) < 0 ? fail_member(a, m, name) : 0;
}

/* Adds n bytes that were read to the checksum, if they follow those that are in it. */
static int check_bytes(struct pz_arrays *a, struct member *m, const char *name, const char *bytes,
		       size_t n)
{
	if (m->checked >= m->at && m->checked < m->at + n) {
		size_t known = (size_t)(m->checked - m->at);

		m->sum = pz_crc32(m->sum, bytes + known, n - known);
		m->checked = m->at + n;
	}
	m->at += n;
	if (m->checked != m->size || m->sum == m->crc)
		return 0;
	return pz_fail(PZ_ECORRUPT,
		       "%s: array '%s': expected values with checksum %08" PRIx32
		       ", as the archive says, found %08" PRIx32 ": the file is damaged",
		       a->path, name, m->crc, m->sum);
}

/* Exactly the next n bytes. */
static int get_bytes(struct pz_arrays *a, struct member *m, const char *name, void *to, size_t n)
{
	char *bytes = to;

	for (size_t done = 0; done < n;) {
		zip_int64_t got = m->stored ? zip_source_read(m->stored, bytes + done, n - done)
					    : zip_fread(m->reader, bytes + done, n - done);

		if (got <= 0)
			return fail_member(a, m, name);
		done += (size_t)got;
	}
	return check_bytes(a, m, name, bytes, n);
}

/* Reads on to that byte. */
static int pass_over(struct pz_arrays *a, struct member *m, const char *name, uint64_t at)
{
	char *passed = malloc(SKIP);
	int rc = 0;

	if (!passed)
		return pz_fail(PZ_ENOMEM, "%s: no memory for a buffer", a->path);
	while (rc == 0 && m->at < at)
		rc = get_bytes(a, m, name, passed, at - m->at < SKIP ? (size_t)(at - m->at) : SKIP);
	free(passed);
	return rc;
}

/* Brings the member's reader to that byte. */
static int go_to(struct pz_arrays *a, struct member *m, const char *name, uint64_t at)
{
	int rc = 0;

	if (m->as_is && !m->stored && (rc = open_stored(a, m, name)) < 0)
		return rc;
	if (m->stored && at != m->at) {
		m->at = at;
		return zip_source_seek(m->stored, (zip_int64_t)(at - m->begin), SEEK_SET) < 0
			       ? fail_member(a, m, name)
			       : 0;
	}
	if (!m->stored && (!m->reader || at < m->at) && (rc = open_member(a, m, name)) < 0)
		return rc;
	return at == m->at ? 0 : pass_over(a, m, name, at);
}

static int read_rows(struct pz_arrays *a, const struct array *which, uint64_t row, size_t n,
		     void *raw)
{
	struct member *m = &((struct npz *)a->file)->member[which->source];
	size_t one = which->record ? which->record : which->is.values * which->element.size;
	int rc = go_to(a, m, which->name, m->begin + row * one);

	if (rc == 0)
		rc = get_bytes(a, m, which->name, raw, n * one);
	/* Bytes behind the values belong to the checksum. */
	if (rc == 0 && row + n == which->is.rows && m->checked == m->at && m->at < m->size)
		rc = pass_over(a, m, which->name, m->size);
	if (rc == 0)
		pz_npy_pick_field(which, n, raw);
	return rc;
}

/* -- opening */

/* Where a name ends without ".npy"; 0: it does not end so. */
static size_t stem_of(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && !strcmp(name + n - 4, ".npy") ? n - 4 : 0;
}

/* The header of a member, and the arrays in it. */
static int read_header(struct pz_arrays *a, struct member *m, const char *name)
{
	unsigned char begin[NPY_BEGIN];
	size_t size, skip;
	char *header;
	int rc = open_member(a, m, name);

	if (rc < 0 || (rc = get_bytes(a, m, name, begin, sizeof begin)) < 0)
		return rc;
	if ((size = pz_npy_header_size(begin)) < NPY_BEGIN)
		return pz_fail(PZ_ECORRUPT,
			       "%s: array '%s': expected a NumPy array of version 1 to 3", a->path,
			       name);
	if (!(header = calloc(1, size + 1)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for a header", a->path);
	skip = begin[6] == 1 ? 10 : 12;
	memcpy(header, begin, sizeof begin);
	rc = get_bytes(a, m, name, header + sizeof begin, size - sizeof begin);
	m->begin = size;
	if (rc == 0)
		rc = pz_npy_add(a, name, (int)(m - ((struct npz *)a->file)->member), header + skip,
				size - skip);
	free(header);
	return rc;
}

/* Member `number`, if it is an array. */
static int add_member(struct pz_arrays *a, uint64_t number)
{
	struct npz *z = a->file;
	struct member *m = &z->member[z->n];
	char name[PZ_ARRAY_NAME];
	int before = a->n, rc;
	zip_stat_t st;
	size_t stem;

	if (zip_stat_index(z->archive, number, 0, &st) < 0)
		return pz_fail(code_of(zip_error_code_zip(zip_get_error(z->archive))), "%s: %s",
			       a->path, zip_error_strerror(zip_get_error(z->archive)));
	if (!(st.valid & ZIP_STAT_NAME) || (stem = stem_of(st.name)) == 0)
		return 0;
	if (stem >= sizeof name)
		return pz_fail(
			PZ_EDATA,
			"%s: expected names of arrays of at most %d bytes, found a longer one",
			a->path, PZ_ARRAY_NAME - 1);
	memcpy(name, st.name, stem);
	name[stem] = '\0';
	m->number = number;
	if (st.valid & ZIP_STAT_SIZE && st.valid & ZIP_STAT_CRC) {
		m->size = st.size;
		m->crc = st.crc;
	}
	z->n++;
	if ((rc = read_header(a, m, name)) < 0)
		return rc;
	zip_fclose(m->reader); /* opened again by whoever wants its values */
	m->reader = NULL;
	m->as_is = m->size > m->begin && st.valid & ZIP_STAT_COMP_METHOD &&
		   st.comp_method == ZIP_CM_STORE && st.valid & ZIP_STAT_ENCRYPTION_METHOD &&
		   st.encryption_method == ZIP_EM_NONE;
	if (st.valid & ZIP_STAT_SIZE && before < a->n &&
	    st.size - m->begin < pz_npy_bytes(&a->array[before]))
		return pz_fail(PZ_ECORRUPT, "%s: array '%s': it ends before its values do", a->path,
			       name);
	return 0;
}

int pz_npz_open(struct pz_arrays *a)
{
	static const struct backend backend = { .read = read_rows, .close = close_file };
	struct npz *z = calloc(1, sizeof *z);
	zip_int64_t n;
	int error = 0, rc = 0;

	if (!z)
		return pz_fail(PZ_ENOMEM, "%s: no memory", a->path);
	a->backend = &backend;
	a->file = z;
	errno = 0; /* libzip takes some of what there is no memory for as no archive */
	if (!(z->archive = zip_open(a->path, ZIP_RDONLY, &error)) && errno == ENOMEM)
		return pz_fail(PZ_ENOMEM, "%s: no memory for a zip archive", a->path);
	if (!z->archive)
		return pz_fail(code_of(error), "%s: expected a zip archive, as NumPy's .npz is: %s",
			       a->path, error == ZIP_ER_NOENT ? "no such file" : "cut or corrupt");
	n = zip_get_num_entries(z->archive, 0);
	if (n > PZ_ARRAYS_MAX)
		return pz_fail(PZ_EDATA, "%s: more than %d members", a->path, PZ_ARRAYS_MAX);
	if (!(z->member = calloc(n > 0 ? (size_t)n : 1, sizeof *z->member)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for %lld members", a->path, (long long)n);
	for (zip_int64_t i = 0; i < n && rc == 0; i++)
		rc = add_member(a, (uint64_t)i);
	if (rc == 0 && a->n == 0)
		rc = pz_fail(PZ_EDATA, "%s: a zip archive without NumPy arrays", a->path);
	return rc;
}
