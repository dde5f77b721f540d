/* hdf5_type.h -- HDF5's types as those of elements */
#ifndef HDF5_TYPE_H
#define HDF5_TYPE_H

#include <hdf5.h>

#include "parts.h"

/* What values of a type are; kind O: such that cannot be read. Where they are arrays, their axes
 * join those of which->is. */
void pz_hdf5_describe(hid_t type, struct array *which);

#endif
