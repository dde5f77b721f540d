/* fail.c -- what CFITSIO's status means, in words
 *
 * Its message stack is shared by all threads, so messages are made from the status alone.
 */
#include <errno.h>
#include <string.h>

#include <pz/error.h>

#include "open.h"

static bool is_cut(int status)
{
	return status == END_OF_FILE || status == READ_ERROR || status == DATA_DECOMPRESSION_ERR ||
	       status == SEEK_ERROR || status == BAD_FILEPTR;
}

int pz_fits_fail(const char *where, int status, const char *doing)
{
	char what[FLEN_STATUS] = "";
	int why = errno;

	fits_get_errstatus(status, what);
	fits_clear_errmsg(); /* unread, the stack would keep them */
	if (status == WRITE_ERROR && why)
		return pz_fail(PZ_EIO, "%s: cannot write: %s (CFITSIO %d) while %s", where,
			       strerror(why), status, doing);
	if (status == MEMORY_ALLOCATION)
		return pz_fail(PZ_ENOMEM, "%s: no memory while %s", where, doing);
	/* CFITSIO is given files that are open already: it is the machine that refuses. */
	if (status == FILE_NOT_OPENED || status == TOO_MANY_FILES)
		return pz_fail(PZ_EIO, "%s: no memory, or too many open files, while %s", where,
			       doing);
	if (is_cut(status))
		return pz_fail(PZ_ECORRUPT, "%s: cut short or corrupt: %s (CFITSIO %d) while %s",
			       where, what, status, doing);
	return pz_fail(PZ_EDATA, "%s: %s (CFITSIO %d) while %s", where, what, status, doing);
}

int pz_fits_fail_column(const struct pz_fits *f, int status, int c, size_t row)
{
	char doing[PZ_FITS_NAME + 80];

	snprintf(doing, sizeof doing, "reading column '%s' from row %zu", f->name[c], row + 1);
	return pz_fits_fail(f->where, status, doing);
}
