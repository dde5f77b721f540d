/* walk.c -- the images of a file, one after the other, for their headers */
#include <stdlib.h>
#include <unistd.h>

#include <pz/error.h>

#include "open.h"

#define BEGINNING (40 * (size_t)FITS_BLOCK) /* of a packed file */

bool pz_fits_looks_packed(const char *path)
{
	int fd = pz_fits_looks_like(path) > 0 ? pz_fits_open_regular(path) : -1;
	char first = 0;
	bool packed = fd >= 0 && read(fd, &first, 1) == 1 && first != 'S'; /* of SIMPLE */

	if (fd >= 0)
		close(fd);
	return packed;
}

/* Gives f the beginning of a packed file; nothing of others. */
static void unpack_beginning(struct pz_fits *f, const char *path)
{
	char *bytes = calloc(1, BEGINNING);

	if (bytes)
		f->length = pz_fits_unpack_beginning(path, pz_fits_open_regular(path), bytes,
						     BEGINNING);
	if (f->length == 0)
		free(bytes);
	else
		f->bytes = bytes;
	f->partial = f->bytes != NULL;
}

int pz_fits_walk(struct pz_fits **out, const char *path, bool *beginning)
{
	struct pz_fits *f = *out = calloc(1, sizeof *f);
	int rc;

	if (!f)
		return pz_fail(PZ_ENOMEM, "%s: no memory", path);
	f->fd = f->hdu = -1;
	f->cube = f->walks = true;
	if (*beginning)
		unpack_beginning(f, path);
	*beginning = f->length == BEGINNING;
	if ((rc = pz_fits_open_file(f, path)) < 0) {
		pz_fits_close(f);
		*out = NULL;
	}
	return rc;
}

int pz_fits_walk_next(struct pz_fits *f)
{
	char found[160];
	int rc;

	while ((rc = pz_fits_step(f, ++f->hdu)) > 0) {
		if (!pz_fits_suits(f, found, sizeof found))
			continue;
		free(f->where);
		f->where = NULL;
		f->deep = 0;
		if ((rc = pz_fits_name_place(f)) < 0 || (rc = pz_fits_describe_image(f)) < 0)
			return rc;
		return 1;
	}
	return rc < 0 || f->partial ? rc : pz_fits_check_end(f, f->hdu - 1);
}

int pz_fits_number_of_hdu(const struct pz_fits *f)
{
	return f->hdu;
}
