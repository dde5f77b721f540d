/* open.h -- what the fits*.c share; CFITSIO is known to them alone */
#ifndef FITS_OPEN_H
#define FITS_OPEN_H

#include <fitsio.h>
#include <stdbool.h>

#include <pz/fits.h>

#define FITS_BLOCK     2880 /* bytes */
#define FITS_AXES_MAX  9
#define FITS_CARDS_MAX (1 << 18) /* of a header: 20 MB  */
#define FITS_HDUS_MAX  (1 << 16) /* of a file           */

struct pz_fits {
	fitsfile *file;
	int fd;      /* the file, or where it is unpacked; -1: bytes are    */
	void *bytes; /* what is unpacked of it, in memory; or NULL          */
	size_t length;
	bool partial; /* that is its beginning alone                         */
	bool beside;  /* fd and bytes are those of another one               */
	bool walks;   /* from header to header: no pixels are read (walk.c)  */
	char *path, *where;
	int hdu; /* from 0 */
	bool table;

	/* image */
	int axes, bitpix;
	long size[2], planes;    /* planes: of a cube, else 1   */
	int deep;                /* along which axis these lie, from 0  */
	long plane;              /* whose rows are read         */
	bool cube;               /* a further axis is welcome   */
	bool tiles;              /* compressed by tiles: read by */
	struct fits_tiles *tile; /* tiles.c                 */
	bool scaled;             /* BSCALE is not 1, or BZERO is no whole number */

	/* table */
	bool ascii; /* its fields are text: ascii.c */
	LONGLONG rows;
	int columns;
	char (*name)[PZ_FITS_NAME];
};

/* Leaves "where: doing: what CFITSIO's status means"; PZ_ECORRUPT or PZ_EDATA. */
int pz_fits_fail(const char *where, int status, const char *doing);

/* The same for column c, from `row` on. */
int pz_fits_fail_column(const struct pz_fits *f, int status, int c, size_t row);

/* Unpacks a file that is compressed as a whole, from f->fd into f->bytes or another f->fd;
 * leaves others. */
int pz_fits_unpack(struct pz_fits *f);
/* Unpacks the beginning of a packed file, at most size bytes of it and whole blocks, into bytes,
 * and returns how many bytes these are; 0: the file is not packed, or cannot be read. Closes fd. */
size_t pz_fits_unpack_beginning(const char *path, int fd, char *bytes, size_t size);

/* Opens a regular file for reading: its descriptor, or PZ_EIO or PZ_EDATA. */
int pz_fits_open_regular(const char *path);
/* Opens f's file, in front of its first HDU. */
int pz_fits_open_file(struct pz_fits *f, const char *path);
/* Of the HDU where f is: its name for messages; what the header of an image says. */
int pz_fits_name_place(struct pz_fits *f);
int pz_fits_describe_image(struct pz_fits *f);

/* From HDU n - 1, or for n = 0 from any, to HDU n, when its header has been checked: 1, or
 * 0 where there is none. */
int pz_fits_step(const struct pz_fits *f, int n);
/* Goes to the HDU of that number (from 0) or name, or with NULL to the first that holds
 * what is wanted. */
int pz_fits_find_hdu(struct pz_fits *f, const char *hdu);
/* Whether the current HDU holds what is wanted; in found, what it holds. */
bool pz_fits_suits(struct pz_fits *f, char *found, size_t size);
const char *pz_fits_wanted(const struct pz_fits *f);
/* Goes from the first HDU to one that EXTNAME or HDUNAME calls so, whatever the case of its
 * letters, and EXTVER numbers so (0: any): 1, or 0 where there is none, and f->hdu is how many
 * HDUs there are. */
int pz_fits_seek_name(struct pz_fits *f, const char *name, long version);
/* Whether the header of HDU n, at byte *at, has nothing that CFITSIO would fall over: 1, and
 * *at is where the HDU ends; 0: there is no further HDU. PZ_ECORRUPT where it has, or does not
 * end; PZ_EDATA: no FITS. */
int pz_fits_check_header(const struct pz_fits *f, int n, LONGLONG *at);
/* That the file reaches to the end of the data of HDU n, where it is; blocks need not be whole.
 * PZ_ECORRUPT. */
int pz_fits_check_end(const struct pz_fits *f, int n);

/* The tiles of an open image: what its header says of them. PZ_ECORRUPT, PZ_EDATA: it says
 * what cannot be. */
int pz_fits_tiles_open(struct pz_fits *f);
void pz_fits_tiles_close(struct pz_fits *f);
/* n rows from y, as pz_fits_read_rows and ..._integers; of a cube the planes follow one another. */
int pz_fits_tiles_floats(struct pz_fits *f, size_t y, size_t n, float *pixels);
int pz_fits_tiles_integers(struct pz_fits *f, size_t y, size_t n, int64_t *pixels);
/* As pz_fits_blank_rows; of a cube the planes likewise. */
int pz_fits_tiles_blank(struct pz_fits *f, size_t y, size_t n, const struct pz_fits_bad *bad,
			float *pixels);
/* Whether n rows from y can be read: 0 or PZ_EARG; as integers: or PZ_EDATA. */
int pz_fits_check_rows(const struct pz_fits *f, size_t y, size_t n);
int pz_fits_check_integers(const struct pz_fits *f, size_t y, size_t n);

/* Column c of an ASCII table; as pz_fits_column_type, pz_fits_read_doubles, ..._integers
 * (undefined is not NULL) and ..._texts (of one row). */
enum pz_fits_type pz_fits_ascii_type(struct pz_fits *f, int c, size_t *repeat);
int pz_fits_ascii_doubles(struct pz_fits *f, int c, size_t row, size_t n, double *values);
int pz_fits_ascii_integers(struct pz_fits *f, int c, size_t row, size_t n, int64_t *values,
			   bool *undefined);
int pz_fits_ascii_text(struct pz_fits *f, int c, size_t row, char *text, size_t size);

/* Writes keywords into the current HDU. */
int pz_fits_write_cards(fitsfile *file, const char *path, const struct pz_fits_card *cards, int n);

#endif
