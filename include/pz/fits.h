/* fits.h -- FITS files: images, tables, keywords
 *
 * Example:
 *      struct pz_fits *f;
 *      if ((rc = pz_fits_open_image(&f, "frame-r.fits.bz2", NULL)) == 0) {
 *              float *rows = malloc(pz_fits_width(f) * n * sizeof *rows);
 *              rc = pz_fits_read_rows(f, y, n, rows);         // (n, width)
 *      }
 *      pz_fits_close(f);
 *
 * Files may be plain or compressed (gzip, bzip2, tiles as in .fz). A name is taken literally:
 * brackets and the like mean nothing. Memory: the rows asked for. A file compressed as a whole is
 * unpacked when it is opened, to the memory, or from 128 MiB on to a file without a name in
 * $TMPDIR.
 *
 * HDUs count from 0, the primary one, and are given by number ("2"), by EXTNAME
 * ("SCI"), by EXTNAME and EXTVER ("SCI,2"), or by NULL: the first that holds what was asked for.
 *
 * Errors name the file and the HDU. PZ_EIO: not there, or
 * cannot be read; PZ_ECORRUPT: cut short or corrupt; PZ_EDATA: not FITS, not what was asked for.
 * Different objects may be used by different threads at a time; one object by one thread.
 */
#ifndef PZ_FITS_H
#define PZ_FITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>

#define PZ_FITS_PIXELS_MAX  ((size_t)1 << 31) /* of an image                  */
#define PZ_FITS_WIDTH_MAX   ((size_t)1 << 20) /* of a row: several are held at a time */
#define PZ_FITS_COLUMNS_MAX 999               /* of a table: the standard's   */
#define PZ_FITS_NAME        72                /* bytes of a column's name     */

struct pz_fits;

/* 1 where path is a regular file that begins as FITS does, or as what is packed, else 0
 * (a pipe is never looked into: what it gave could not be read again); PZ_EDATA: a file
 * that cannot be read. */
PZ_API int pz_fits_looks_like(const char *path);

/* Whether a file is compressed as a whole, by gzip or bzip2. */
PZ_API bool pz_fits_looks_packed(const char *path);

/* An image of two axes (further axes must have length 1), of any BITPIX. */
PZ_API int pz_fits_open_image(struct pz_fits **f, const char *path, const char *hdu);
/* The same for a look at the header: of a file compressed as a whole, only as much as
 * that takes is unpacked. Its pixels may not be read. */
PZ_API int pz_fits_peek_image(struct pz_fits **f, const char *path, const char *hdu);
/* The same, or an image of three axes: planes one behind the other, of which rows are read of the
 * first, or of the one that is chosen. */
PZ_API int pz_fits_open_cube(struct pz_fits **f, const char *path, const char *hdu);
/* Goes through the images of a file, of two or three axes (or more, if all but one of those behind
 * the second have length 1), for their headers: pixels cannot be read. With `beginning`, of a file
 * compressed as a whole only the beginning is unpacked; *beginning then says whether that is not
 * all. */
PZ_API int pz_fits_walk(struct pz_fits **f, const char *path, bool *beginning);
/* The next one: 1, 0 at the end, < 0: the file is corrupt, cannot be read, or has too large an
 * image. Only then f is an image. */
PZ_API int pz_fits_walk_next(struct pz_fits *f);
PZ_API int pz_fits_number_of_hdu(const struct pz_fits *f);
/* A binary or ASCII table. */
PZ_API int pz_fits_open_table(struct pz_fits **f, const char *path, const char *hdu);
/* Opens another image of an open file, by its EXTNAME and EXTVER. Use it in the same thread as f,
 * and close it before f. */
PZ_API int pz_fits_open_beside(struct pz_fits **beside, struct pz_fits *f, const char *name,
			       int version);
PZ_API void pz_fits_close(struct pz_fits *f); /* NULL is fine */
/* "path: HDU 1", for messages; lives as long as f. */
PZ_API const char *pz_fits_where(const struct pz_fits *f);

/* A keyword's number; absent where it is missing or no number. */
PZ_API double pz_fits_number(struct pz_fits *f, const char *key, double absent);
/* A keyword's text, cut to size - 1 bytes, Latin-1 as UTF-8: 1 found, 0 absent (text is then
 * ""). */
PZ_API int pz_fits_text(struct pz_fits *f, const char *key, char *text, size_t size);
/* The same two for keywords that the primary header may have for all extensions (INHERIT): in
 * the HDU's own header, else in the primary one. 1 found, 0 absent, PZ_EDATA: no number, NaN,
 * or no value. A text that is a number counts as one. */
PZ_API int pz_fits_find_number(struct pz_fits *f, const char *key, double *number);
PZ_API int pz_fits_find_text(struct pz_fits *f, const char *key, char *text, size_t size);
/* The whole header, cards of 80 bytes without line ends, as WCS readers take it;
 * of a tile-compressed image the table's, in which the image's stand too. The
 * caller frees *header. */
PZ_API int pz_fits_header(struct pz_fits *f, char **header, int *cards);
/* The primary header in the same form, where the HDU is an extension that may have keywords of
 * it; else *header is NULL. *asked: the HDU says INHERIT = T; otherwise it says nothing of it,
 * and the primary HDU holds no data. */
PZ_API int pz_fits_primary_header(struct pz_fits *f, char **header, int *cards, bool *asked);

PZ_API size_t pz_fits_width(const struct pz_fits *f);  /* NAXIS1 */
PZ_API size_t pz_fits_height(const struct pz_fits *f); /* NAXIS2 */
/* n rows from y (from 0): pixels (n, width), scaled by BSCALE and BZERO; BLANK is
 * NaN. PZ_EARG: rows that the image does not have. */
PZ_API int pz_fits_read_rows(struct pz_fits *f, size_t y, size_t n, float *pixels);

/* Planes of a cube; 1 of another image. */
PZ_API size_t pz_fits_planes(const struct pz_fits *f);
/* Chooses the plane (from 0) whose rows are read. PZ_EDATA: there is no such plane. */
PZ_API int pz_fits_choose_plane(struct pz_fits *f, size_t plane);
PZ_API long pz_fits_plane(const struct pz_fits *f); /* the one that is chosen */
/* A whole plane (from 0): (height, width), likewise. */
PZ_API int pz_fits_read_plane(struct pz_fits *f, size_t plane, float *pixels);

/* Rows as integers; BLANK is -1. PZ_EDATA: an image of floats, or of integers that are
 * scaled; a pixel that does not fit. */
PZ_API int pz_fits_read_rows_integers(struct pz_fits *f, size_t y, size_t n, int64_t *pixels);
PZ_API int pz_fits_is_float(const struct pz_fits *f); /* whether its pixels are */

/* Which numbers of a mask are bad: whole ones that have any of these bits (undefined ones have all
 * of them); what is not 0; what is not above 0. NaN is neither. */
enum pz_fits_how { PZ_FITS_BITS, PZ_FITS_NOT_0, PZ_FITS_NOT_ABOVE_0 };
struct pz_fits_bad {
	enum pz_fits_how how;
	uint64_t bits;
};
/* Makes pixels (n, width) NaN where those of n rows from y on are bad. Errors are those of reading
 * them. */
PZ_API int pz_fits_blank_rows(struct pz_fits *f, size_t y, size_t n, const struct pz_fits_bad *bad,
			      float *pixels);

enum pz_fits_type { PZ_FITS_DOUBLE, PZ_FITS_FLOAT, PZ_FITS_INTEGER, PZ_FITS_TEXT };

PZ_API size_t pz_fits_rows(const struct pz_fits *f);
PZ_API int pz_fits_columns(const struct pz_fits *f);
/* Name of column c (from 0), as written in the file. */
PZ_API const char *pz_fits_column_name(const struct pz_fits *f, int c);
/* The column of that name, whatever its case; -1: there is none. */
PZ_API int pz_fits_column(const struct pz_fits *f, const char *name);
/* What suits the column (integers scaled by TSCAL are PZ_FITS_DOUBLE, logicals
 * PZ_FITS_INTEGER), and in *repeat, unless NULL, values in a row (bytes of a text; two of
 * a complex number, none of bits or an array of varying length). */
PZ_API enum pz_fits_type pz_fits_column_type(struct pz_fits *f, int c, size_t *repeat);

/* How many texts a column of text has in a row (by its TDIM); 1 of any other column. */
PZ_API size_t pz_fits_column_texts(struct pz_fits *f, int c);

/* Column c of n rows from `row`: values (n, repeat). Undefined is NaN. */
PZ_API int pz_fits_read_doubles(struct pz_fits *f, int c, size_t row, size_t n, double *values);
/* undefined (n, repeat): whether a value is (by TNULL; of ASCII tables, blank too), and it
 * is 0 then. NULL: none may be, PZ_EDATA. PZ_EDATA too: a number that does not fit. */
PZ_API int pz_fits_read_integers(struct pz_fits *f, int c, size_t row, size_t n, int64_t *values,
				 bool *undefined);
/* texts (n, size): each cut to size - 1 bytes, trailing blanks dropped, terminated.
 * Numbers are printed; undefined is "". PZ_EDATA: several texts in a row. */
PZ_API int pz_fits_read_texts(struct pz_fits *f, int c, size_t row, size_t n, char *texts,
			      size_t size);

/* A keyword to write: a text where text is not NULL, else the number, in as many digits
 * as bring it back. HISTORY and COMMENT may occur more than once. */
struct pz_fits_card {
	const char *key; /* capitals, digits, - and _; above 8 by the HIERARCH convention */
	const char *text;
	double number;
	const char *comment; /* may be NULL */
};

/* Writes pixels (height, width) as float32 with the cards: plain, or by the name's
 * ending .gz, or .fz (tiles, Rice, rounded to 1/16 of the noise, all pixels finite).
 * The file appears when it is whole (file.h); the same call writes the same bytes. */
PZ_API int pz_fits_write_image(const char *path, const float *pixels, size_t width, size_t height,
			       const struct pz_fits_card *cards, int n);

enum pz_fits_pixels { PZ_FITS_F4, PZ_FITS_I2, PZ_FITS_I4 };

/* An HDU to write. */
struct pz_fits_image {
	const char *name;         /* EXTNAME; NULL: none                                      */
	enum pz_fits_pixels type; /* as stored                                                */
	const void *pixels;       /* (height, width): float of F4, int32_t of I2 and I4; NULL:
				     an HDU of keywords alone                             */
	size_t width, height;
	bool tiled; /* Rice; F4 is rounded to 1/16 of the noise, and must be finite   */
	const struct pz_fits_card *cards;
	int n;
};

/* Writes HDUs into one file, as pz_fits_write_image does; the first is the primary one unless it
 * is tiled. PZ_EARG: a number that I2 does not hold, an image of no pixels. */
PZ_API int pz_fits_write_images(const char *path, const struct pz_fits_image *images, int count);

/* A column to write. */
struct pz_fits_column {
	const char *name;
	enum pz_fits_type type;
	size_t repeat;    /* values in a row, bytes of a text; 0 counts as 1 */
	const char *unit; /* may be NULL                                     */
};

struct pz_fits_table;

/* A file with one binary table, extension `name`, to which blocks of rows are
 * added. It appears when it is finished. */
PZ_API int pz_fits_table_begin(struct pz_fits_table **t, const char *path, const char *name,
			       const struct pz_fits_column *columns, int n_columns,
			       const struct pz_fits_card *cards, int n_cards);
/* Adds n rows: values[c] points at column c's n x repeat doubles, floats, int64s, or
 * for texts const char *'s (n of them, whatever repeat), which are padded with zeros. */
PZ_API int pz_fits_table_add(struct pz_fits_table *t, size_t n, const void *const *values);
/* Finishes (frees t in any case). */
PZ_API int pz_fits_table_finish(struct pz_fits_table *t);
/* Leaves nothing behind; NULL is fine. */
PZ_API void pz_fits_table_abandon(struct pz_fits_table *t);

#endif
