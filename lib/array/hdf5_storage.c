/* hdf5_storage.c -- where the values of an HDF5 dataset stand, and whether they were ever written
 *
 * The library reads what was never written as zeros, or as another fill value. A file of a few
 * kilobytes may claim 2^40 rows so, and of one whose writer was killed the last rows would be
 * galaxies of redshift 0.
 */
#define H5_USE_110_API
#include "hdf5_type.h"

/* Chunks that the dataset has, and those that its shape needs. */
static bool count_chunks(hid_t id, hid_t plan, double *has, double *needs)
{
	hsize_t shape[H5S_MAX_RANK], side[H5S_MAX_RANK], chunks = 0;
	hid_t space = H5Dget_space(id);
	int dims = H5Sget_simple_extent_dims(space, shape, NULL);
	herr_t status = H5Dget_num_chunks(id, space, &chunks);

	H5Sclose(space);
	if (status < 0 || dims < 0 || H5Pget_chunk(plan, H5S_MAX_RANK, side) != dims)
		return false;
	*has = (double)chunks;
	*needs = 1;
	for (int k = 0; k < dims; k++)
		*needs *= (double)(shape[k] / side[k] + (shape[k] % side[k] != 0));
	return true;
}

bool pz_hdf5_is_written(hid_t id, double *has, double *needs)
{
	hid_t plan = H5Dget_create_plist(id), type = H5Dget_type(id), space = H5Dget_space(id);
	H5D_layout_t layout = H5Pget_layout(plan);
	bool known = true;

	*has = *needs = 0;
	if (layout == H5D_CHUNKED) {
		known = count_chunks(id, plan, has, needs);
	} else if (layout == H5D_CONTIGUOUS) {
		*has = (double)H5Dget_storage_size(id);
		*needs = (double)H5Sget_simple_extent_npoints(space) * (double)H5Tget_size(type);
	}
	H5Sclose(space);
	H5Tclose(type);
	H5Pclose(plan);
	return known && *has >= *needs;
}

uint64_t pz_hdf5_begin(hid_t id, const struct array *which)
{
	hid_t plan = H5Dget_create_plist(id);
	uint64_t bytes = which->is.rows * which->is.values * which->element.size;
	haddr_t begin = H5Pget_layout(plan) == H5D_CONTIGUOUS ? H5Dget_offset(id) : HADDR_UNDEF;
	bool there = begin != HADDR_UNDEF && H5Dget_storage_size(id) == bytes;

	H5Pclose(plan);
	return there && which->element.kind != 'V' && which->element.kind != 'O' ? begin : 0;
}
