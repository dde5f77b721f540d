/* fits_open.h -- what the fits*.c share; CFITSIO is known to them alone */
#ifndef FITS_OPEN_H
#define FITS_OPEN_H

#include <fitsio.h>
#include <stdbool.h>

#include <pz/fits.h>

struct pz_fits {
	fitsfile *file;
	void *bytes; /* what is unpacked of it, in memory; or NULL */
	size_t length;
	bool partial; /* that is its beginning alone               */
	int spool;    /* where else it is unpacked; -1: nowhere    */
	char *path, *where;
	int hdu; /* from 0 */
	bool table;

	/* image */
	int axes, bitpix;
	long size[2];
	bool tiles; /* compressed by tiles */

	/* table */
	LONGLONG rows;
	int columns;
	char (*name)[PZ_FITS_NAME];
};

/* Leaves "where: doing: what CFITSIO's status means"; PZ_ECUT or PZ_EDATA. */
int fits_fail(const char *where, int status, const char *doing);

/* Unpacks a file that is compressed as a whole into f->bytes or f->spool; leaves others. */
int fits_unpack(struct pz_fits *f, const char *path);

/* Whether the tiles of an image, if it has any, are what its header says. */
int fits_check_tiles(struct pz_fits *f);

/* Opens an image in bytes[size], the beginning of the file at path, which it takes over
 * and frees in any case. */
int fits_open_bytes(struct pz_fits **f, const char *path, const char *hdu, void *bytes,
		    size_t size);

/* Writes keywords into the current HDU. */
int fits_write_cards(fitsfile *file, const char *path, const struct pz_fits_card *cards, int n);

#endif
