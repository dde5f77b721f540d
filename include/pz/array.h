/* array.h -- arrays that other programs keep: NumPy's .npy and .npz, HDF5
 *
 * Example:
 *      struct pz_arrays *a;
 *      int i;
 *
 *      rc = pz_arrays_open(&a, "stamps.hdf5", NULL);
 *      if (rc == 0 && (i = pz_arrays_find(a, "image")) >= 0)
 *              rc = pz_array_read_floats(a, i, 0, 100, pixels);    // the first 100 rows
 *      pz_arrays_close(a);
 *
 * A file is a list of named arrays of any number of axes. The first axis counts the rows, one
 * for each galaxy; all further axes together are the values of a row, the last axis varying
 * fastest. A .npy file is one array, named "data". In HDF5 every dataset is an array, named by
 * its path below the group that was opened ("photometry/mag"). The fields of records (NumPy's
 * structured arrays, HDF5's compound types) are arrays of their own: "labels/z", in a .npy just
 * "z".
 *
 * Numbers may be float16, 32 or 64, whole numbers of 8 to 64 bits with or without a sign, or
 * truth values, in either byte order.
 *
 * What the attributes of a dataset of HDF5 say of its numbers, as the CF conventions define it, is
 * applied: scale_factor, add_offset; _FillValue and missing_value mean NaN. PZ_EDATA: BSCALE or
 * BZERO of FITS, of which nobody knows whether it was applied.
 *
 * Memory: a buffer of about a megabyte, or one row or chunk of HDF5 where that is larger.
 * Members of a .npz that are compressed can only be read forwards: going back reads them again
 * from their beginning.
 *
 * Errors name the file and the array. PZ_EIO: not there, or it cannot be read; PZ_ECORRUPT: cut
 * short or corrupt; PZ_EDATA: not such a file, or the array holds something else. One object is
 * for one thread, and HDF5 files are for one thread altogether, as is their library.
 */
#ifndef PZ_ARRAY_H
#define PZ_ARRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>

#define PZ_ARRAY_DIMS      8          /* axes of an array, at most                     */
#define PZ_ARRAYS_MAX      4096       /* arrays of a file                              */
#define PZ_ARRAY_NAME      256        /* bytes of a name, the 0 included               */
#define PZ_ARRAY_ROW_MAX   (1u << 28) /* bytes of a row                                */
#define PZ_ARRAY_CHUNK_MAX (1u << 30) /* bytes of a chunk of HDF5                      */

enum pz_array_kind {
	PZ_ARRAY_FLOAT,
	PZ_ARRAY_INTEGER,
	PZ_ARRAY_BOOL, /* 0 or 1; read as an integer                                  */
	PZ_ARRAY_TEXT,
	PZ_ARRAY_OTHER, /* it cannot be read: Python objects, references, opaque bytes */
};

struct pz_array {
	const char *name;
	enum pz_array_kind kind;
	size_t bytes; /* of a value; of texts of any length: 0                       */
	int dims;     /* 0: a single value                                           */
	uint64_t shape[PZ_ARRAY_DIMS];
	uint64_t rows; /* shape[0]; of a single value 1                               */
	size_t values; /* of a row: shape[1] * shape[2] * ...                         */
	bool packed;   /* HDF5: numbers are scaled, or some mean none (see above)      */
};

struct pz_arrays;

/* Whether path is a regular file that begins as one of these kinds does: 1 or 0; PZ_EIO. */
PZ_API int pz_arrays_look_like(const char *path);

/* Opens the file. group: of HDF5, where names begin; NULL: the whole file. */
PZ_API int pz_arrays_open(struct pz_arrays **a, const char *path, const char *group);
PZ_API void pz_arrays_close(struct pz_arrays *a); /* NULL is fine */
PZ_API int pz_arrays_count(const struct pz_arrays *a);
/* Array i, from 0; lives as long as a. */
PZ_API const struct pz_array *pz_arrays_at(const struct pz_arrays *a, int i);
/* The number of the array of that name; -1: there is none. */
PZ_API int pz_arrays_find(const struct pz_arrays *a, const char *name);
/* A text that array i has as an attribute (HDF5), cut to size - 1 bytes: 1, or 0: it has none. */
PZ_API int pz_array_attribute(struct pz_arrays *a, int i, const char *key, char *text, size_t size);
/* A number likewise. */
PZ_API int pz_array_attribute_number(struct pz_arrays *a, int i, const char *key, double *number);

/* Whether that number of array i means none (_FillValue). */
PZ_API bool pz_array_is_none(const struct pz_arrays *a, int i, double x);

/* n rows from `row`: (n, values). Whole numbers and truth values become floats too.
 * PZ_EARG: rows that the array does not have; PZ_EDATA: it holds no numbers. */
PZ_API int pz_array_read_floats(struct pz_arrays *a, int i, uint64_t row, size_t n, float *to);
PZ_API int pz_array_read_doubles(struct pz_arrays *a, int i, uint64_t row, size_t n, double *to);
/* Those that mean none stay. PZ_EDATA: an array of floats, or a number above 2^63 - 1. */
PZ_API int pz_array_read_integers(struct pz_arrays *a, int i, uint64_t row, size_t n, int64_t *to);
/* texts (n * values, size): each terminated; NumPy's str in UTF-8, bytes as they are (utf8.h).
 * PZ_EDATA: no texts, a text of size bytes or more, or a byte 0 in a text. */
PZ_API int pz_array_read_texts(struct pz_arrays *a, int i, uint64_t row, size_t n, char *to,
			       size_t size);
/* The bytes of n rows of numbers as they stand in the file, each lowest first: n * values * bytes
 * of them. */
PZ_API int pz_array_read_bytes(struct pz_arrays *a, int i, uint64_t row, size_t n, void *to);

/* -- writing */

/* An array to write: of the rows that all have (n = rows * shape[0] * shape[1] ...), or by itself
 * of shape[0] rows. */
struct pz_array_column {
	const char *name; /* of the array; with "/" in it a group's, in HDF5      */
	enum pz_array_kind kind;
	size_t bytes; /* of a value: floats 2, 4, 8; integers 8, or 1 without sign; truth
			 values 1; texts their most, padded with zeros         */
	int dims;     /* axes beyond the rows, or all of those of an array by itself */
	uint64_t shape[PZ_ARRAY_DIMS - 1];
	bool alone; /* by itself: it does not have the common number of rows    */
};

struct pz_arrays_file;

/* Whether a name ends as those of files that can be written do: .hdf5, .h5, .npz. */
PZ_API bool pz_arrays_can_write(const char *path);
/* Begins a file of arrays with `rows` rows: HDF5 or, where its name ends in .npz, NumPy's. It
 * appears when it is finished (file.h); the same calls write the same bytes. columns is borrowed
 * until then. In a .npz texts become NumPy's str. PZ_EDATA: a name that cannot be written, two
 * columns of one name. */
PZ_API int pz_arrays_begin(struct pz_arrays_file **f, const char *path, uint64_t rows,
			   const struct pz_array_column *columns, int n);
/* Adds n rows to column c; values as the column says, as this machine keeps them. */
PZ_API int pz_arrays_add(struct pz_arrays_file *f, int c, size_t n, const void *values);
/* Says something of column c, as HDF5's attribute; in a .npz there is no place for it. */
PZ_API int pz_arrays_note(struct pz_arrays_file *f, int c, const char *key, const char *text);
/* The same with a number. */
PZ_API int pz_arrays_note_number(struct pz_arrays_file *f, int c, const char *key, double number);
/* Finishes (frees f in any case). PZ_EARG: a column that does not have all its rows. */
PZ_API int pz_arrays_finish(struct pz_arrays_file *f);
/* Leaves nothing behind; NULL is fine. */
PZ_API void pz_arrays_abandon(struct pz_arrays_file *f);

#endif
