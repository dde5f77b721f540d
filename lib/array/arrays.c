/* arrays.c -- the arrays of a file, and their rows whatever the kind of file */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <pz/error.h>

#include "parts.h"

#define BUFFER   ((size_t)1 << 20) /* bytes of values converted at a time  */
#define MAGIC    8
#define USER     512
#define USER_MAX (1 << 20)

/* -- opening */

/* What a file is, by its first bytes. */
enum kind { KIND_NONE, KIND_NPY, KIND_NPZ, KIND_HDF5 };

static bool begins(const char *bytes, const char *with)
{
	return !strncmp(bytes, with, strlen(with));
}

/* By the bytes from `at` on. */
static enum kind kind_at(FILE *file, off_t at)
{
	char bytes[MAGIC + 1] = { 0 };

	if (fseeko(file, at, SEEK_SET) != 0 || fread(bytes, 1, MAGIC, file) == 0)
		return KIND_NONE;
	if (begins(bytes, "\x93NUMPY"))
		return KIND_NPY;
	if (begins(bytes, "PK\3\4") || begins(bytes, "PK\5\6"))
		return KIND_NPZ;
	return begins(bytes, "\x89HDF\r\n\x1a\n") ? KIND_HDF5 : KIND_NONE;
}

static int find_kind(const char *path, enum kind *kind)
{
	struct stat st;
	FILE *file;

	*kind = KIND_NONE;
	if (stat(path, &st) < 0)
		return pz_fail(PZ_EIO, "%s: %m", path);
	if (!S_ISREG(st.st_mode))
		return 0;
	if (!(file = fopen(path, "rbe")))
		return pz_fail(PZ_EIO, "%s: %m", path);
	*kind = kind_at(file, 0);
	/* HDF5 may begin behind a block of the user's, of 512 bytes or that times a power of 2. */
	for (off_t at = USER; *kind == KIND_NONE && at <= USER_MAX; at *= 2)
		if (kind_at(file, at) == KIND_HDF5)
			*kind = KIND_HDF5;
	fclose(file);
	return 0;
}

int pz_arrays_look_like(const char *path)
{
	enum kind kind;
	int rc = find_kind(path, &kind);

	return rc < 0 ? rc : kind != KIND_NONE;
}

/* What stands there in the place of such a file. */
static const char *what_is(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0 || S_ISREG(st.st_mode))
		return "another kind";
	return S_ISDIR(st.st_mode)
		       ? "a folder"
		       : "a pipe or device: such files are read in several places, not from "
			 "the beginning to the end; save it as a file first";
}

static int open_kind(struct pz_arrays *a, enum kind kind, const char *group)
{
	if (group && (kind == KIND_NPY || kind == KIND_NPZ))
		return pz_fail(PZ_EUSAGE, "%s: expected an HDF5 file for a group ('%s')", a->path,
			       group);
	switch (kind) {
	case KIND_NPY:
		return pz_npyfile_open(a);
	case KIND_NPZ:
		return pz_npz_open(a);
	case KIND_HDF5:
		return pz_apart_open(a, group);
	default:
		break;
	}
	return pz_fail(PZ_EDATA, "%s: expected an HDF5 file, .npy or .npz, found %s", a->path,
		       what_is(a->path));
}

int pz_arrays_open(struct pz_arrays **out, const char *path, const char *group)
{
	struct pz_arrays *a = calloc(1, sizeof *a);
	enum kind kind;
	int rc;

	*out = NULL;
	if (!a || !(a->path = strdup(path)) || !(a->raw = malloc(BUFFER))) {
		pz_arrays_close(a);
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	}
	a->raw_size = BUFFER;
	if ((rc = find_kind(path, &kind)) == 0)
		rc = open_kind(a, kind, group);
	for (int i = 0; i < a->n && rc == 0; i++)
		a->array[i].is.name = a->array[i].name;
	if (rc < 0)
		pz_arrays_close(a);
	else
		*out = a;
	return rc;
}

void pz_arrays_close(struct pz_arrays *a)
{
	if (!a)
		return;
	if (a->file)
		a->backend->close(a->file);
	free(a->array);
	free(a->raw);
	free(a->path);
	free(a);
}

int pz_arrays_count(const struct pz_arrays *a)
{
	return a->n;
}

const struct pz_array *pz_arrays_at(const struct pz_arrays *a, int i)
{
	return &a->array[i].is;
}

int pz_arrays_find(const struct pz_arrays *a, const char *name)
{
	for (int i = 0; i < a->n; i++)
		if (!strcmp(a->array[i].name, name))
			return i;
	return -1;
}

static int read_attribute(struct pz_arrays *a, int i, const char *key, bool number, char *text,
			  size_t size)
{
	return a->backend->attribute
		       ? a->backend->attribute(a, &a->array[i], key, number, text, size)
		       : 0;
}

int pz_array_attribute(struct pz_arrays *a, int i, const char *key, char *text, size_t size)
{
	return read_attribute(a, i, key, false, text, size);
}

int pz_array_attribute_number(struct pz_arrays *a, int i, const char *key, double *number)
{
	char text[40];

	if (!read_attribute(a, i, key, true, text, sizeof text))
		return 0;
	*number = strtod(text, NULL);
	return 1;
}

bool pz_array_is_none(const struct pz_arrays *a, int i, double x)
{
	return pz_packing_none(&a->array[i].packing, &a->array[i].element, x);
}

/* -- rows */

static int fail(const struct pz_arrays *a, const struct array *which, enum pz_error code,
		const char *said)
{
	return pz_fail(code, "%s: array '%s': %s", a->path, which->name, said);
}

static int check_rows(const struct pz_arrays *a, const struct array *which, uint64_t row, size_t n)
{
	if (row > which->is.rows || n > which->is.rows - row)
		return pz_fail(
			PZ_EARG,
			"%s: array '%s': expected rows below %llu, found %llu rows from %llu",
			a->path, which->name, (unsigned long long)which->is.rows,
			(unsigned long long)n, (unsigned long long)row);
	if (which->fortran && which->is.dims > 1)
		return fail(a, which, PZ_EDATA,
			    "expected the order of C, found that of Fortran, of which rows cannot "
			    "be read one by one: save numpy.ascontiguousarray(...) of it");
	return 0;
}

static int check_numbers(const struct pz_arrays *a, const struct array *which, uint64_t row,
			 size_t n)
{
	if (which->is.kind == PZ_ARRAY_TEXT)
		return fail(a, which, PZ_EDATA, "expected numbers, found texts");
	if (which->is.kind == PZ_ARRAY_OTHER)
		return fail(a, which, PZ_EDATA,
			    "expected numbers, found something else (Python objects, references "
			    "or the like)");
	if (which->packing.unclear)
		return fail(a, which, PZ_EDATA,
			    "expected the values themselves, found the attributes BSCALE or BZERO, "
			    "which do not say whether they were applied: remove them if they were; "
			    "otherwise store scaled values, or name them scale_factor and "
			    "add_offset");
	return check_rows(a, which, row, n);
}

/* The next rows into the buffer: as many of n as fit, one at least, in *some. */
static int fill_buffer(struct pz_arrays *a, const struct array *which, uint64_t row, size_t n,
		       size_t *some)
{
	size_t one = which->record ? which->record : which->is.values * which->element.size;

	*some = one ? BUFFER / one : n;
	*some = *some == 0 ? 1 : *some < n ? *some : n;
	if (one > a->raw_size) { /* one row: several fit as it is */
		void *grown = realloc(a->raw, one);

		if (!grown)
			return fail(a, which, PZ_ENOMEM, "no memory for a row");
		a->raw = grown;
		a->raw_size = one;
	}
	return one ? a->backend->read(a, which, row, *some, a->raw) : 0;
}

/* Whether the bytes of the numbers are those of this machine, one row behind the other, so that
 * they need no buffer. */
static bool is_plain(const struct array *which)
{
	return !which->element.swap && !which->record;
}

static bool is_plain_float(const struct array *which)
{
	return which->element.kind == 'f' && which->element.size == sizeof(float) &&
	       is_plain(which) && !which->is.packed;
}

int pz_array_read_floats(struct pz_arrays *a, int i, uint64_t row, size_t n, float *to)
{
	const struct array *which = &a->array[i];
	size_t some, values = which->is.values;
	int rc = check_numbers(a, which, row, n);

	if (rc == 0 && n && values && is_plain_float(which))
		return a->backend->read(a, which, row, n, to);
	for (; rc == 0 && n > 0; row += some, n -= some, to += some * values)
		if ((rc = fill_buffer(a, which, row, n, &some)) == 0) {
			if (which->is.packed)
				pz_packing_floats(&which->packing, &which->element, a->raw,
						  some * values, to);
			else
				pz_element_floats(&which->element, a->raw, some * values, to);
		}
	return rc;
}

int pz_array_read_doubles(struct pz_arrays *a, int i, uint64_t row, size_t n, double *to)
{
	const struct array *which = &a->array[i];
	size_t some, values = which->is.values;
	int rc = check_numbers(a, which, row, n);

	for (; rc == 0 && n > 0; row += some, n -= some, to += some * values)
		if ((rc = fill_buffer(a, which, row, n, &some)) == 0) {
			pz_element_doubles(&which->element, a->raw, some * values, to);
			if (which->is.packed)
				pz_packing_doubles(&which->packing, &which->element, some * values,
						   to);
		}
	return rc;
}

int pz_array_read_integers(struct pz_arrays *a, int i, uint64_t row, size_t n, int64_t *to)
{
	const struct array *which = &a->array[i];
	size_t some, values = which->is.values, at;
	int rc = check_numbers(a, which, row, n);

	if (rc == 0 && which->is.kind == PZ_ARRAY_FLOAT)
		rc = fail(a, which, PZ_EDATA, "expected whole numbers, found floats");
	for (; rc == 0 && n > 0; row += some, n -= some, to += some * values)
		if ((rc = fill_buffer(a, which, row, n, &some)) == 0 &&
		    !pz_element_integers(&which->element, a->raw, some * values, to, &at))
			rc = pz_fail(
				PZ_EDATA, "%s: array '%s': row %llu: a whole number above 2^63 - 1",
				a->path, which->name, (unsigned long long)(row + at / values + 1));
	return rc;
}

/* Turns the bytes of each of n numbers. */
static void turn(void *raw, size_t n, size_t size)
{
	unsigned char *at = raw;

	for (size_t i = 0; i < n; i++, at += size)
		for (size_t k = 0; k < size / 2; k++) {
			unsigned char kept = at[k];

			at[k] = at[size - 1 - k];
			at[size - 1 - k] = kept;
		}
}

int pz_array_read_bytes(struct pz_arrays *a, int i, uint64_t row, size_t n, void *to)
{
	const struct array *which = &a->array[i];
	size_t some, one = which->is.values * which->element.size;
	int rc = check_numbers(a, which, row, n);
	char *at = to;

	if (rc == 0 && n && one && is_plain(which))
		return a->backend->read(a, which, row, n, to);
	for (; rc == 0 && n > 0; row += some, n -= some, at += some * one)
		if ((rc = fill_buffer(a, which, row, n, &some)) == 0) {
			memcpy(at, a->raw, some * one);
			if (which->element.swap)
				turn(at, some * which->is.values, which->element.size);
		}
	return rc;
}

/* -- texts */

static int fail_text(const struct pz_arrays *a, const struct array *which, uint64_t row,
		     size_t size)
{
	return pz_fail(PZ_EDATA, "%s: array '%s': row %llu: expected a text of at most %zu bytes",
		       a->path, which->name, (unsigned long long)row + 1, size - 1);
}

/* Texts of any length, one by one. */
static int read_long_texts(struct pz_arrays *a, const struct array *which, uint64_t row, size_t n,
			   char *to, size_t size)
{
	size_t values = which->is.values, length;
	int rc = 0;

	for (size_t k = 0; k < n * values && rc == 0; k++, to += size) {
		rc = a->backend->text(a, which, row + k / values, k % values, to, size - 1,
				      &length);
		if (rc == 0 && length >= size)
			rc = fail_text(a, which, row + k / values, size);
		if (rc == 0)
			to[length] = '\0';
	}
	return rc;
}

int pz_array_read_texts(struct pz_arrays *a, int i, uint64_t row, size_t n, char *to, size_t size)
{
	const struct array *which = &a->array[i];
	size_t some, values = which->is.values;
	int rc;

	if (which->is.kind != PZ_ARRAY_TEXT)
		return fail(a, which, PZ_EDATA, "expected texts, found something else");
	if ((rc = check_rows(a, which, row, n)) == 0 && which->element.kind == 'V')
		return read_long_texts(a, which, row, n, to, size);
	for (; rc == 0 && n > 0; row += some, n -= some) {
		rc = fill_buffer(a, which, row, n, &some);
		for (size_t k = 0; k < some * values && rc == 0; k++, to += size)
			if (!pz_element_text(&which->element,
					     (char *)a->raw + k * which->element.size, to, size))
				rc = fail_text(a, which, row + k / values, size);
	}
	return rc;
}
