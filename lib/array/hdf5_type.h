/* hdf5_type.h -- HDF5's types as those of elements, and which values were written */
#ifndef HDF5_TYPE_H
#define HDF5_TYPE_H

#include <hdf5.h>

#include "parts.h"

/* What values of a type are; kind O: such that cannot be read. Where they are arrays, their axes
 * join those of which->is. */
void pz_hdf5_describe(hid_t type, struct array *which);

/* Opens a file for reading (hdf5_file.c): 1; 0: it is corrupt, as the library's own stack of errors
 * says. PZ_EIO: the machine refuses. */
int pz_hdf5_open_file(const char *path, hid_t *file);

/* Whether all values of a dataset were written (hdf5_storage.c). *has, *needs: how many of its
 * chunks; of a dataset without chunks, bytes. */
bool pz_hdf5_is_written(hid_t id, double *has, double *needs);
/* Where in the file the values of a dataset begin that stand there one behind the other, as they
 * are in memory; 0: they do not (hdf5_storage.c). */
uint64_t pz_hdf5_begin(hid_t id, const struct array *which);

/* The number that a dataset has as an attribute: whether it has one. */
bool pz_hdf5_number(hid_t of, const char *key, double *value);
/* What the attributes of dataset id say of its numbers. */
void pz_hdf5_packing(hid_t id, struct packing *p);

#endif
