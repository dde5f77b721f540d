/* raw_npz.h -- NumPy's .npy made byte by byte, and .npz by libzip itself, past the code that is
 * tested
 *
 *      n = make_npy(bytes, 1, "{'descr': '<f8', ...}", 128, x, sizeof x);
 *
 *      zip_t *z = new_zip("a.npz");
 *
 *      add_member(z, "x.npy", bytes, n, true);
 *      zip_close(z);
 */
#ifndef RAW_NPZ_H
#define RAW_NPZ_H

#include <stdlib.h>
#include <string.h>
#include <zip.h>

/* The bytes of a .npy of that version: a header of so many bytes, its beginning included, and
 * values; how many. */
static inline size_t make_npy(char *to, int version, const char *header, size_t header_size,
			      const void *values, size_t size)
{
	size_t skip = version == 1 ? 10 : 12, rest = header_size - skip;

	memset(to, ' ', header_size);
	memcpy(to, "\x93NUMPY", 6);
	to[6] = (char)version;
	to[7] = 0;
	for (size_t i = 8; i < skip; i++, rest >>= 8)
		to[i] = (char)rest;
	memcpy(to + skip, header, strlen(header));
	if (size)
		memcpy(to + header_size, values, size);
	return header_size + size;
}

/* Adds a member: packed or stored. */
static inline void add_member(zip_t *z, const char *name, const void *bytes, size_t size,
			      bool packed)
{
	void *copy = malloc(size + 1);
	zip_int64_t at;

	memcpy(copy, bytes, size);
	at = zip_file_add(z, name, zip_source_buffer(z, copy, size, 1), ZIP_FL_OVERWRITE);
	assert_true(at >= 0);
	zip_set_file_compression(z, (zip_uint64_t)at, packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
}

static inline zip_t *new_zip(const char *name)
{
	zip_t *z = zip_open(name, ZIP_CREATE | ZIP_TRUNCATE, NULL);

	assert_non_null(z);
	return z;
}

#endif
