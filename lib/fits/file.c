/* file.c -- opening FITS files and closing them
 *
 * CFITSIO keeps its table of open files under a lock of its own when it was built
 * reentrant (Debian's is), and then needs no more than one handle per thread.
 * Its message stack is shared by all threads, so messages are made from the
 * status alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pz/error.h>

#include "open.h"

int pz_fits_open_regular(const char *path)
{
	/* to open a pipe would else wait for its other end */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat s;

	if (fd < 0 || fstat(fd, &s) != 0) {
		int why = errno;

		if (fd >= 0)
			close(fd);
		return pz_fail(PZ_EIO, "%s: %s", path, strerror(why));
	}
	if (S_ISREG(s.st_mode))
		return fd;
	close(fd);
	return pz_fail(PZ_EDATA, "%s: expected a regular file, found %s", path,
		       S_ISDIR(s.st_mode) ? "a directory" : "a device or pipe");
}

/* By the first bytes of a file, or as far as they go: whether it can be read. CFITSIO would
 * unpack others by itself, without end. */
static int check_magic(const struct pz_fits *f)
{
	static const struct {
		const char *bytes, *name;
	} packed[] = { { "\x1f\x9d", "compress (.Z)" },
		       { "PK", "zip" },
		       { "\xfd"
			 "7zXZ",
			 "xz" },
		       { "\x28\xb5\x2f\xfd", "zstd" } };
	char bytes[9];
	ssize_t n = pread(f->fd, bytes, sizeof bytes, 0);

	if (n < 0)
		return pz_fail(PZ_EIO, "%s: %s", f->path, strerror(errno));
	if (n == 0)
		return pz_fail(PZ_ECORRUPT, "%s: the file is empty", f->path);
	for (size_t i = 0; i < sizeof packed / sizeof *packed; i++)
		if (!memcmp(bytes, packed[i].bytes,
			    (size_t)n < strlen(packed[i].bytes) ? (size_t)n
								: strlen(packed[i].bytes)))
			return pz_fail(PZ_EDATA,
				       "%s: packed by %s: expected FITS, plain or packed by gzip "
				       "or bzip2; unpack it first",
				       f->path, packed[i].name);
	return 0;
}

/* CFITSIO reads much into a name (~, leading blanks, brackets, another ending where there is
 * no such file), so it never sees one: a descriptor's has nothing of the kind. */
int pz_fits_open_file(struct pz_fits *f, const char *path)
{
	LONGLONG at = 0;
	int status = 0, rc;
	char name[32];

	if (!fits_is_reentrant())
		return pz_fail(PZ_EDATA, "this CFITSIO was built without --enable-reentrant");
	if (!(f->path = strdup(path)))
		return pz_fail(PZ_ENOMEM, "no memory for a file name");
	rc = f->partial ? 0 : (f->fd = pz_fits_open_regular(path));
	if (rc >= 0 && !f->partial)
		rc = check_magic(f);
	if (rc >= 0 && !f->partial)
		rc = pz_fits_unpack(f);
	if (rc < 0)
		return rc;
	if ((rc = pz_fits_check_header(f, 0, &at)) < 0)
		return rc;
	snprintf(name, sizeof name, "/dev/fd/%d", f->fd);
	if (f->bytes)
		fits_open_memfile(&f->file, "bytes", READONLY, &f->bytes, &f->length, 0, NULL,
				  &status);
	else
		fits_open_diskfile(&f->file, name, READONLY, &status);
	return status ? pz_fits_fail(path, status, "opening it") : 0;
}

/* For messages: file and HDU. */
int pz_fits_name_place(struct pz_fits *f)
{
	if (asprintf(&f->where, "%s: HDU %d", f->path, f->hdu) < 0) {
		f->where = NULL;
		return pz_fail(PZ_ENOMEM, "no memory for a file name");
	}
	return 0;
}

static int open_hdu(struct pz_fits *f, const char *path, const char *hdu)
{
	int rc = pz_fits_open_file(f, path);

	if (rc == 0)
		rc = pz_fits_find_hdu(f, hdu);
	return rc < 0 ? rc : pz_fits_name_place(f);
}

/* Nothing is made as large as a header says before the file is as long as that; but for
 * the beginning of one. */
static int check_length(const struct pz_fits *f)
{
	return f->partial || f->walks ? 0 : pz_fits_check_end(f, f->hdu);
}

int pz_fits_describe_image(struct pz_fits *f)
{
	LONGLONG size[FITS_AXES_MAX] = { 0 }, planes = 1;
	int status = 0, rc;
	double zero;

	fits_get_img_paramll(f->file, FITS_AXES_MAX, &f->bitpix, &f->axes, size, &status);
	f->tiles = fits_is_compressed_image(f->file, &status);
	if (status)
		return pz_fits_fail(f->where, status, "reading the image's shape");
	if (size[0] > (LONGLONG)PZ_FITS_PIXELS_MAX / size[1])
		return pz_fail(PZ_EDATA, "%s: %lld x %lld pixels, more than the limit of 2^31",
			       f->where, (long long)size[0], (long long)size[1]);
	if (size[0] > (LONGLONG)PZ_FITS_WIDTH_MAX)
		return pz_fail(PZ_EDATA, "%s: %lld pixels in a row, more than the limit of 2^20",
			       f->where, (long long)size[0]);
	for (int i = 2; i < f->axes && i < FITS_AXES_MAX; i++)
		if (size[i] > 1) {
			planes = size[i];
			f->deep = i;
		}
	if (planes > (LONGLONG)PZ_FITS_PIXELS_MAX / (size[0] * size[1]))
		return pz_fail(PZ_EDATA, "%s: %lld planes, more than the limit of 2^31 pixels",
			       f->where, (long long)planes);
	f->size[0] = (long)size[0];
	f->size[1] = (long)size[1];
	f->planes = (long)planes;
	f->plane = 0;
	zero = pz_fits_number(f, "BZERO", 0);
	f->scaled = pz_fits_number(f, "BSCALE", 1) != 1 || zero != floor(zero) ||
		    !(fabs(zero) <= 0x1p63);
	if ((rc = check_length(f)) == 0 && f->tiles && !f->partial && !f->walks)
		rc = pz_fits_tiles_open(f);
	return rc;
}

static int describe_table(struct pz_fits *f)
{
	int type = 0, status = 0;

	fits_get_hdu_type(f->file, &type, &status);
	fits_get_num_rowsll(f->file, &f->rows, &status);
	fits_get_num_cols(f->file, &f->columns, &status);
	if (status)
		return pz_fits_fail(f->where, status, "reading the table's shape");
	f->ascii = type == ASCII_TBL;
	if (f->rows < 0 || f->columns < 0 || f->columns > PZ_FITS_COLUMNS_MAX)
		return pz_fail(PZ_EDATA, "%s: a table of %lld rows and %d columns", f->where,
			       (long long)f->rows, f->columns);
	if (!(f->name = calloc((size_t)f->columns + 1, sizeof *f->name)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for the columns", f->where);
	for (int c = 0; c < f->columns; c++) {
		char key[24], value[FLEN_VALUE] = "";
		int absent = 0;

		snprintf(key, sizeof key, "TTYPE%d", c + 1);
		fits_read_key_str(f->file, key, value, NULL, &absent);
		snprintf(f->name[c], sizeof f->name[c], "%s", value);
	}
	fits_clear_errmsg();
	return check_length(f);
}

enum wanted { WANT_IMAGE, WANT_CUBE, WANT_TABLE };

static int open_any(struct pz_fits **out, const char *path, const char *hdu, enum wanted wanted,
		    void *bytes, size_t size)
{
	struct pz_fits *f = calloc(1, sizeof *f);
	int rc;

	*out = NULL;
	if (!f) {
		free(bytes);
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	}
	f->table = wanted == WANT_TABLE;
	f->cube = wanted == WANT_CUBE;
	f->bytes = bytes;
	f->length = size;
	f->partial = bytes != NULL;
	f->fd = -1;
	rc = open_hdu(f, path, hdu);
	if (rc == 0)
		rc = f->table ? describe_table(f) : pz_fits_describe_image(f);
	if (rc < 0) {
		pz_fits_close(f);
		return rc;
	}
	*out = f;
	return 0;
}

int pz_fits_looks_like(const char *path)
{
	char bytes[9] = "";
	struct stat file;
	int fd, failed;
	ssize_t n;

	if (stat(path, &file) != 0 || !S_ISREG(file.st_mode))
		return 0;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return pz_fail(PZ_EIO, "%s: %s", path, strerror(errno));
	n = read(fd, bytes, sizeof bytes);
	failed = errno;
	close(fd);
	if (n < 0)
		return pz_fail(PZ_EIO, "%s: %s", path, strerror(failed));
	return (n == sizeof bytes && !memcmp(bytes, "SIMPLE  =", n)) ||
	       (n > 2 && (!memcmp(bytes, "\x1f\x8b", 2) || !memcmp(bytes, "BZh", 3)));
}

int pz_fits_open_image(struct pz_fits **f, const char *path, const char *hdu)
{
	return open_any(f, path, hdu, WANT_IMAGE, NULL, 0);
}

int pz_fits_open_cube(struct pz_fits **f, const char *path, const char *hdu)
{
	return open_any(f, path, hdu, WANT_CUBE, NULL, 0);
}

/* Opens the first size bytes: whether they reach. */
static bool peek(struct pz_fits **f, const char *path, const char *hdu, size_t size)
{
	char *bytes = calloc(1, size);
	size_t n = bytes ? pz_fits_unpack_beginning(path, pz_fits_open_regular(path), bytes, size)
			 : 0;

	if (n == 0) {
		free(bytes);
		return false;
	}
	return open_any(f, path, hdu, WANT_IMAGE, bytes, n) == 0;
}

int pz_fits_peek_image(struct pz_fits **f, const char *path, const char *hdu)
{
	const size_t sizes[] = { 40 * FITS_BLOCK, 1000 * FITS_BLOCK };

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
		if (peek(f, path, hdu, sizes[i]))
			return 0;
	return pz_fits_open_image(f, path, hdu);
}

int pz_fits_open_table(struct pz_fits **f, const char *path, const char *hdu)
{
	return open_any(f, path, hdu, WANT_TABLE, NULL, 0);
}

/* Goes, in a second handle of an open file, to the image of this name and version. */
static int open_version(struct pz_fits *f, struct pz_fits *open, const char *name, int version)
{
	char found[160];
	int status = 0, rc;

	f->fd = open->fd;
	f->bytes = open->bytes;
	f->length = open->length;
	f->partial = open->partial;
	f->beside = true;
	if (!(f->path = strdup(open->path)))
		return pz_fail(PZ_ENOMEM, "no memory for a file name");
	if (fits_reopen_file(open->file, &f->file, &status))
		return pz_fits_fail(open->path, status, "opening it again");
	if ((rc = pz_fits_seek_name(f, name, version)) < 0)
		return rc;
	if (rc == 0)
		return pz_fail(PZ_EDATA, "%s: no image HDU %s of version %d", open->where, name,
			       version);
	if ((rc = pz_fits_name_place(f)) < 0)
		return rc;
	if (!pz_fits_suits(f, found, sizeof found))
		return pz_fail(PZ_EDATA, "%s: expected %s, found %s", f->where, pz_fits_wanted(f),
			       found);
	return pz_fits_describe_image(f);
}

int pz_fits_open_beside(struct pz_fits **out, struct pz_fits *open, const char *name, int version)
{
	struct pz_fits *f = *out = calloc(1, sizeof *f);
	int rc = f ? open_version(f, open, name, version)
		   : pz_fail(PZ_ENOMEM, "%s: no memory", open->where);

	if (rc < 0) {
		pz_fits_close(f);
		*out = NULL;
	}
	return rc;
}

void pz_fits_close(struct pz_fits *f)
{
	int status = 0;

	if (!f)
		return;
	pz_fits_tiles_close(f);
	if (f->file)
		fits_close_file(f->file, &status);
	if (f->fd >= 0 && !f->beside)
		close(f->fd);
	if (!f->beside)
		free(f->bytes);
	free(f->path);
	free(f->where);
	free(f->name);
	free(f);
}

const char *pz_fits_where(const struct pz_fits *f)
{
	return f->where;
}
