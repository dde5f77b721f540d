/* raw_hdf5.h -- HDF5 files written and read by libhdf5 itself, past the code that is tested
 *
 *      hid_t file = h5_create("a.h5");
 *
 *      h5_put(file, "data/pdfs", H5T_NATIVE_DOUBLE, 2, (hsize_t[]){ 2, 3 }, p); // groups are made
 *      h5_put_texts(file, "name", 2, 4, "ab\0\0cd\0\0");
 *      H5Fclose(file);
 */
#ifndef RAW_HDF5_H
#define RAW_HDF5_H

#define H5_USE_110_API
#include <hdf5.h>

static inline hid_t h5_create(const char *name)
{
	hid_t file = H5Fcreate(name, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);

	assert_true(file >= 0);
	return file;
}

/* A dataset of this type in the file; where plan is no default, with its layout. */
static inline void h5_put_as(hid_t file, const char *name, hid_t type, hid_t memory, int dims,
			     const hsize_t *shape, hid_t plan, const void *values)
{
	hid_t links = H5Pcreate(H5P_LINK_CREATE);
	hid_t space = dims ? H5Screate_simple(dims, shape, NULL) : H5Screate(H5S_SCALAR), id;

	H5Pset_create_intermediate_group(links, 1);
	id = H5Dcreate2(file, name, type, space, links, plan, H5P_DEFAULT);
	assert_true(id >= 0);
	if (values)
		assert_true(H5Dwrite(id, memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
	H5Dclose(id);
	H5Sclose(space);
	H5Pclose(links);
}

static inline void h5_put(hid_t file, const char *name, hid_t type, int dims, const hsize_t *shape,
			  const void *values)
{
	h5_put_as(file, name, type, type, dims, shape, H5P_DEFAULT, values);
}

/* n texts of `size` bytes each, filled up with zeros. */
static inline void h5_put_texts(hid_t file, const char *name, hsize_t n, size_t size,
				const char *texts)
{
	hid_t type = H5Tcopy(H5T_C_S1);

	H5Tset_size(type, size);
	H5Tset_strpad(type, H5T_STR_NULLPAD);
	h5_put(file, name, type, 1, &n, texts);
	H5Tclose(type);
}

/* The attribute of a dataset: n numbers. */
static inline void h5_note(hid_t file, const char *name, const char *key, hsize_t n,
			   const double *x)
{
	hid_t of = H5Dopen2(file, name, H5P_DEFAULT), space = H5Screate_simple(1, &n, NULL), id;

	id = H5Acreate2(of, key, H5T_NATIVE_DOUBLE, space, H5P_DEFAULT, H5P_DEFAULT);
	assert_true(id >= 0 && H5Awrite(id, H5T_NATIVE_DOUBLE, x) >= 0);
	H5Aclose(id);
	H5Sclose(space);
	H5Dclose(of);
}

/* All values of a dataset as doubles; how many there are, at most max stored. */
static inline size_t h5_get(const char *file, const char *name, double *x, size_t max)
{
	hid_t from = H5Fopen(file, H5F_ACC_RDONLY, H5P_DEFAULT), id, space;
	hssize_t n;

	assert_true(from >= 0);
	id = H5Dopen2(from, name, H5P_DEFAULT);
	assert_true(id >= 0);
	space = H5Dget_space(id);
	n = H5Sget_simple_extent_npoints(space);
	assert_true(n >= 0 && (size_t)n <= max);
	assert_true(H5Dread(id, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, x) >= 0);
	H5Sclose(space);
	H5Dclose(id);
	H5Fclose(from);
	return (size_t)n;
}

/* A dataset of texts: the bytes of all, each of *size bytes. */
static inline void h5_get_texts(const char *file, const char *name, char *to, size_t room,
				size_t *size)
{
	hid_t from = H5Fopen(file, H5F_ACC_RDONLY, H5P_DEFAULT), id, space, type;

	assert_true(from >= 0);
	id = H5Dopen2(from, name, H5P_DEFAULT);
	assert_true(id >= 0);
	space = H5Dget_space(id);
	type = H5Dget_type(id);
	*size = H5Tget_size(type);
	assert_true(H5Tget_class(type) == H5T_STRING);
	assert_true((size_t)H5Sget_simple_extent_npoints(space) * *size < room);
	memset(to, 0, room);
	assert_true(H5Dread(id, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, to) >= 0);
	H5Tclose(type);
	H5Sclose(space);
	H5Dclose(id);
	H5Fclose(from);
}

/* The attribute of an array as text, until the next call; "": it has none. A number has its digits.
 */
static inline const char *h5_attribute(const char *file, const char *array, const char *key)
{
	static char text[200];
	hid_t from = H5Fopen(file, H5F_ACC_RDONLY, H5P_DEFAULT);
	hid_t of = H5Dopen2(from, array, H5P_DEFAULT), id, type;
	double x;

	memset(text, 0, sizeof text);
	if (H5Aexists(of, key) > 0) {
		id = H5Aopen(of, key, H5P_DEFAULT);
		type = H5Aget_type(id);
		if (H5Tget_class(type) == H5T_FLOAT) {
			assert_true(H5Aread(id, H5T_NATIVE_DOUBLE, &x) >= 0);
			snprintf(text, sizeof text, "%.9g", x);
		} else {
			char *whole = NULL;

			assert_true(H5Tis_variable_str(type) > 0);
			assert_true(H5Aread(id, type, &whole) >= 0);
			snprintf(text, sizeof text, "%s", whole);
			H5free_memory(whole);
		}
		H5Tclose(type);
		H5Aclose(id);
	}
	H5Dclose(of);
	H5Fclose(from);
	return text;
}

#endif
