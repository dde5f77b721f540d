/* parts.h -- what the parts of the reader of arrays share
 *
 *      arrays.c            opens a file, reads rows of its arrays
 *      list.c              the list of arrays
 *      element.c           values of any type and byte order become numbers and texts
 *      npy.c               the header of a .npy
 *      npyfile.c           a .npy file
 *      npz.c               a .npz file, by libzip
 *      crc.c               the checksum of its members
 *      hdf5.c              HDF5, by libhdf5
 *      apart.c             the same in a process of its own, which may crash
 *      hdf5_file.c         whether it is the file's or the machine's fault that it does not open
 *      hdf5_storage.c      whether its values were ever written
 *      hdf5_packing.c      what its attributes say of its numbers
 *      packing.c           numbers that stand for others, or for none
 */
#ifndef ARRAY_PARTS_H
#define ARRAY_PARTS_H

#include <pz/array.h>

/* One value as it stands in the file. */
struct element {
	char kind;   /* f, i, u, b as NumPy has them; S: bytes padded with zeros, U: UCS-4 padded
			with zeros, V: a text of any length, O: something else */
	size_t size; /* bytes                                                          */
	bool swap;   /* highest byte first                                             */
};

/* What numbers mean that are not the values themselves. */
struct packing {
	double scale, offset; /* number * scale + offset; scaled: they are not 1 and 0 */
	bool scaled;
	double none[2]; /* numbers, before that, that mean none */
	int nones;
	bool unclear; /* there is a scale, and nobody knows whether it was applied */
};

struct array {
	struct pz_array is;
	char name[PZ_ARRAY_NAME];
	struct element element;
	struct packing packing;
	/* Where it stands in its backend's file: which member or dataset, in a record of `record`
	 * bytes `offset` bytes behind its beginning; record 0: it is no field of a record. */
	int source;
	size_t record, offset;
	/* HDF5: where its values stand in the file, one behind the other; 0: they do not. */
	uint64_t begin;
	bool fortran; /* its first axis varies fastest: cannot be read row by row    */
};

struct backend {
	/* n rows from `row` of the array as they stand in the file, records without their other
	 * fields: n * values * element.size bytes. Texts of any length never come here. */
	int (*read)(struct pz_arrays *a, const struct array *which, uint64_t row, size_t n,
		    void *raw);
	/* One text of any length, cut to size bytes; *length is what it has. NULL: none come. */
	int (*text)(struct pz_arrays *a, const struct array *which, uint64_t row, size_t value,
		    char *to, size_t size, size_t *length);
	int (*attribute)(struct pz_arrays *a, const struct array *which, const char *key,
			 bool number, char *text, size_t size); /* NULL: it has none */
	void (*close)(void *file);
};

struct pz_arrays {
	char *path;
	struct array *array;
	int n, room;
	const struct backend *backend;
	void *file; /* the backend's */
	void *raw;  /* a buffer      */
	size_t raw_size;
};

/* -- list.c */

/* A further array, all zero but for its name, or NULL: no memory, too many, too long a name;
 * *rc says which. */
struct array *pz_array_list_add(struct pz_arrays *a, const char *name, int *rc);
/* Rows and values from dims and shape, checked against all limits. PZ_EDATA, PZ_ECORRUPT. */
int pz_array_list_measure(struct pz_arrays *a, struct array *which);
/* Whether the values that are to stand from which->begin on do so in a file of that size. */
bool pz_array_list_within(const struct array *which, uint64_t size);

/* -- element.c */

/* A type as NumPy writes it, "<f4", "|S12": whether it is one. */
bool pz_element_parse(const char *text, struct element *e);
enum pz_array_kind pz_element_kind(const struct element *e);
void pz_element_floats(const struct element *e, const void *raw, size_t n, float *to);
void pz_element_doubles(const struct element *e, const void *raw, size_t n, double *to);
/* False: a number above 2^63 - 1, *at says which. */
bool pz_element_integers(const struct element *e, const void *raw, size_t n, int64_t *to,
			 size_t *at);
/* A text into size bytes, UCS-4 as UTF-8; false: it has no room, or is none. */
bool pz_element_text(const struct element *e, const void *raw, char *to, size_t size);

/* -- packing.c */

/* Whether numbers mean something else than themselves. */
bool pz_packing_is(const struct packing *p);
/* Whether the number is one that means none, which may be kept in a wider type. */
bool pz_packing_none(const struct packing *p, const struct element *e, double x);
/* n numbers become what they mean, NaN where that is none. */
void pz_packing_doubles(const struct packing *p, const struct element *e, size_t n, double *x);
void pz_packing_floats(const struct packing *p, const struct element *e, const void *raw, size_t n,
		       float *to);

/* -- npy.c */

#define NPY_HEADER_MAX (1u << 20) /* bytes of a header */

/* The length of the header is within the first so many bytes of a file. */
#define NPY_BEGIN 12
/* Bytes of the whole header, the first NPY_BEGIN included, from these; 0: it is none. */
size_t pz_npy_header_size(const unsigned char begin[NPY_BEGIN]);
/* Adds the array of that header (what stands behind its first bytes, of `size` bytes and a 0), or
 * the fields of its records, each with `source`. */
int pz_npy_add(struct pz_arrays *a, const char *name, int source, const char *header, size_t size);
/* Bytes of all values of an array, a record's other fields included. */
uint64_t pz_npy_bytes(const struct array *which);
/* From n rows of records as they stand in the file, those of one field, in place. */
void pz_npy_pick_field(const struct array *which, size_t n, void *raw);

/* -- the kinds of files: each fills a->array, a->backend and a->file */

int pz_npyfile_open(struct pz_arrays *a);
int pz_npz_open(struct pz_arrays *a);
int pz_hdf5_open(struct pz_arrays *a, const char *group);
/* The same in a process of its own. */
int pz_apart_open(struct pz_arrays *a, const char *group);

#endif
