/* npz.c -- a .npz file: a zip archive of .npy files, by libzip
 *
 * A member is read from its beginning to its end; each has a reader of its own, so that arrays
 * are read side by side. Members that are no .npy are passed over.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include <pz/error.h>

#include "parts.h"

#define SKIP ((size_t)1 << 16) /* bytes passed over at a time */

struct member {
	zip_file_t *reader; /* NULL: not opened */
	uint64_t number;    /* in the archive   */
	uint64_t at;        /* bytes read       */
	size_t begin;       /* of the values    */
};

struct npz {
	zip_t *archive;
	struct member *member;
	int n;
};

static void close_file(void *file)
{
	struct npz *z = file;

	for (int i = 0; i < z->n; i++)
		if (z->member[i].reader)
			zip_fclose(z->member[i].reader);
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
	zip_error_t *error = m->reader ? zip_file_get_error(m->reader)
				       : zip_get_error(((struct npz *)a->file)->archive);

	return pz_fail(code_of(zip_error_code_zip(error)), "%s: array '%s': %s", a->path, name,
		       zip_error_code_zip(error) ? zip_error_strerror(error)
						 : "it ends before its values do");
}

static int open_member(struct pz_arrays *a, struct member *m, const char *name)
{
	if (m->reader)
		zip_fclose(m->reader);
	m->reader = zip_fopen_index(((struct npz *)a->file)->archive, m->number, 0);
	m->at = 0;
	return m->reader ? 0 : fail_member(a, m, name);
}

/* Exactly the next n bytes. */
static int get_bytes(struct pz_arrays *a, struct member *m, const char *name, void *to, size_t n)
{
	char *bytes = to;

	for (size_t done = 0; done < n;) {
		zip_int64_t got = zip_fread(m->reader, bytes + done, n - done);

		if (got <= 0)
			return fail_member(a, m, name);
		done += (size_t)got;
	}
	m->at += n;
	return 0;
}

/* Brings the member's reader to that byte. */
static int go_to(struct pz_arrays *a, struct member *m, const char *name, uint64_t at)
{
	char *passed;
	int rc = 0;

	if ((!m->reader || at < m->at) && (rc = open_member(a, m, name)) < 0)
		return rc;
	if (at == m->at)
		return 0;
	if (!(passed = malloc(SKIP)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for a buffer", a->path);
	while (rc == 0 && m->at < at)
		rc = get_bytes(a, m, name, passed, at - m->at < SKIP ? (size_t)(at - m->at) : SKIP);
	free(passed);
	return rc;
}

static int read_rows(struct pz_arrays *a, const struct array *which, uint64_t row, size_t n,
		     void *raw)
{
	struct member *m = &((struct npz *)a->file)->member[which->source];
	size_t one = which->record ? which->record : which->is.values * which->element.size;
	int rc = go_to(a, m, which->name, m->begin + row * one);

	if (rc == 0)
		rc = get_bytes(a, m, which->name, raw, n * one);
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
		return pz_fail(PZ_EDATA, "%s: an array's name of more than %d bytes", a->path,
			       PZ_ARRAY_NAME - 1);
	memcpy(name, st.name, stem);
	name[stem] = '\0';
	m->number = number;
	z->n++;
	if ((rc = read_header(a, m, name)) < 0)
		return rc;
	zip_fclose(m->reader); /* opened again by whoever wants its values */
	m->reader = NULL;
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
