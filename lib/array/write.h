/* write.h -- what the parts of the writer of arrays share
 *
 *      write.c             columns and their rows, gathered into blocks
 *      write_npz.c         a .npz file: a zip archive whose members are not compressed
 *      write_hdf5.c        HDF5, by libhdf5
 */
#ifndef ARRAY_WRITE_H
#define ARRAY_WRITE_H

#include <pz/array.h>
#include <pz/file.h>

struct writer;

/* A column and its rows that are not yet written. */
struct out {
	const struct pz_array_column *is;
	uint64_t rows;    /* that it will have          */
	uint64_t written; /* rows, those in the block not */
	size_t one;       /* bytes of a row             */
	char *block;      /* of room rows, in use       */
	size_t room, used;
};

struct pz_arrays_file {
	char *path;
	struct pz_file file;
	struct out *out;
	int n;
	size_t unsettled; /* bytes that the disk was not yet asked to take */
	const struct writer *writer;
	void *to; /* the writer's */
};

struct writer {
	/* Readies the file for the columns in f->out, all sizes known. */
	int (*begin)(struct pz_arrays_file *f);
	/* n rows of column c behind those that are written. */
	int (*put)(struct pz_arrays_file *f, int c, size_t n, const void *values);
	/* An attribute: a text or, where that is NULL, a number. */
	int (*note)(struct pz_arrays_file *f, int c, const char *key, const char *text,
		    double number);
	/* Everything is there: 0, or < 0. Frees f->to, also after an error. */
	int (*end)(struct pz_arrays_file *f, bool good);
};

extern const struct writer pz_arrays_npz, pz_arrays_hdf5;

#endif
