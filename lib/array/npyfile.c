/* npyfile.c -- a .npy file: one array, or the fields of its records */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#include "parts.h"

struct npyfile {
	int fd;
	off_t begin; /* of the values */
};

static void close_file(void *file)
{
	struct npyfile *f = file;

	if (f->fd >= 0)
		close(f->fd);
	free(f);
}

static int read_rows(struct pz_arrays *a, const struct array *which, uint64_t row, size_t n,
		     void *raw)
{
	const struct npyfile *f = a->file;
	size_t one = which->record ? which->record : which->is.values * which->element.size;
	int rc = pz_file_get(f->fd, f->begin + (off_t)(row * one), raw, n * one);

	if (rc < 0)
		return pz_fail_in(rc, "%s", a->path);
	pz_npy_pick_field(which, n, raw);
	return 0;
}

static int read_header(struct pz_arrays *a, struct npyfile *f)
{
	unsigned char begin[NPY_BEGIN];
	size_t size;
	char *header = NULL;
	int rc = pz_file_get(f->fd, 0, begin, sizeof begin);

	if (rc < 0)
		return pz_fail_in(rc, "%s", a->path);
	if ((size = pz_npy_header_size(begin)) == 0)
		return pz_fail(PZ_ECORRUPT, "%s: expected a NumPy array of version 1 to 3",
			       a->path);
	f->begin = (off_t)size;
	if (!(header = calloc(1, size + 1)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for a header", a->path);
	if ((rc = pz_file_get(f->fd, 0, header, size)) == 0) {
		size_t skip = begin[6] == 1 ? 10 : 12;

		rc = pz_npy_add(a, "", 0, header + skip, size - skip);
	} else {
		pz_fail_in(rc, "%s", a->path);
	}
	free(header);
	return rc;
}

/* What the header says must be there. */
static int check_size(const struct pz_arrays *a, const struct npyfile *f)
{
	uint64_t bytes = pz_npy_bytes(&a->array[0]);
	struct stat st;

	if (fstat(f->fd, &st) < 0)
		return pz_fail(PZ_EIO, "%s: %m", a->path);
	if ((uint64_t)(st.st_size - f->begin) < bytes)
		return pz_fail(PZ_ECORRUPT, "%s: expected %llu bytes of values, found %llu: cut",
			       a->path, (unsigned long long)bytes,
			       (unsigned long long)(st.st_size - f->begin));
	return 0;
}

int pz_npyfile_open(struct pz_arrays *a)
{
	static const struct backend backend = { .read = read_rows, .close = close_file };
	struct npyfile *f = calloc(1, sizeof *f);
	int rc;

	if (!f)
		return pz_fail(PZ_ENOMEM, "%s: no memory", a->path);
	a->backend = &backend;
	a->file = f;
	if ((f->fd = open(a->path, O_RDONLY | O_CLOEXEC)) < 0)
		return pz_fail(PZ_EIO, "%s: %m", a->path);
	rc = read_header(a, f);
	return rc < 0 ? rc : check_size(a, f);
}
