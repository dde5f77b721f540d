/* table_file.h -- a table in a FITS file or in arrays (HDF5, .npz), with what totable says about it
 *
 *      rc = table_file_open(&f, "step3.hdf5", NULL);
 *      if (rc == 0 && table_file_number(f, "PZPIPE", 0) >= 1)
 *              rc = table_file_read_doubles(f, 3, 0, 100, values);
 *      table_file_close(f);
 *
 * In a FITS file the cards of the header say it (header.h, key.h). With arrays there is a text for
 * it, the array pzpipe/header, a line KEY=VALUE for each card; texts are coded (escape.h). The
 * columns are arrays in the group that the card GROUP names ("/": in none). A missing whole number
 * is NaN there: the column has doubles.
 */
#ifndef TABLE_FILE_H
#define TABLE_FILE_H

#include <pz/array.h>
#include <pz/fits.h>

#define TABLE_ARRAYS_HEADER "pzpipe/header"
#define TABLE_ARRAYS_GROUP  "photometry" /* where RAIL looks for columns */

struct table_file;

/* Whether a file of arrays has such a text. */
bool table_file_has_header(const char *path);

/* hdu: of a FITS file; of HDF5 the group, NULL: the one that the header names. */
int table_file_open(struct table_file **f, const char *path, const char *hdu);
void table_file_close(struct table_file *f); /* NULL is fine */

/* As the functions of pz/fits.h that have the same names, except that whole numbers may be kept as
 * doubles: PZ_EDATA if one has a fraction. */
const char *table_file_where(const struct table_file *f);
double table_file_number(struct table_file *f, const char *key, double absent);
int table_file_text(struct table_file *f, const char *key, char *text, size_t size);
size_t table_file_rows(const struct table_file *f);
int table_file_columns(const struct table_file *f);
const char *table_file_column_name(const struct table_file *f, int c);
enum pz_fits_type table_file_column_type(struct table_file *f, int c, size_t *repeat);
size_t table_file_column_texts(struct table_file *f, int c);
int table_file_read_doubles(struct table_file *f, int c, size_t row, size_t n, double *values);
int table_file_read_integers(struct table_file *f, int c, size_t row, size_t n, int64_t *values,
			     bool *undefined);
int table_file_read_texts(struct table_file *f, int c, size_t row, size_t n, char *texts,
			  size_t size);
/* Whether it is one of arrays. */
bool table_file_is_arrays(const struct table_file *f);

#endif
