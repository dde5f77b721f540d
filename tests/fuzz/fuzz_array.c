/* fuzz_array.c -- HDF5, .npz and .npy: headers, sizes, types, texts */
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/array.h>

#include "fuzz.h"

#define ROOM 4096 /* numbers that are read at a time, at most */

static void read_numbers(struct pz_arrays *a, int i, uint64_t row, size_t n)
{
	static double wide[ROOM];
	static float narrow[ROOM];
	static int64_t whole[ROOM];

	pz_array_read_doubles(a, i, row, n, wide);
	pz_array_read_floats(a, i, row, n, narrow);
	pz_array_read_integers(a, i, row, n, whole);
	pz_array_read_bytes(a, i, row, n, wide);
}

/* The first and the last rows, as many as there is room for. */
static void read_array(struct pz_arrays *a, int i)
{
	const struct pz_array *array = pz_arrays_at(a, i);
	static char texts[ROOM][32];
	size_t n = array->values && array->values <= ROOM ? ROOM / array->values : 0;
	char said[40];

	n = n < array->rows ? n : (size_t)array->rows;
	n = n < 64 ? n : 64;
	read_numbers(a, i, 0, n);
	read_numbers(a, i, array->rows - n, n);
	pz_array_read_texts(a, i, 0, n, texts[0], sizeof texts[0]);
	pz_array_attribute(a, i, "unit", said, sizeof said);
}

/* HDF5 loses memory of its own where a damaged header ends early: no fault of the reader, who
 * must close what it has opened. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libhdf5";
}

static void check_closed(void)
{
	if (H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL) != 0)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct pz_arrays *a;

	if (pz_arrays_open(&a, fuzz_named_file(bytes, size), NULL) == 0) {
		for (int i = 0; i < pz_arrays_count(a); i++)
			read_array(a, i);
		pz_arrays_close(a);
	}
	check_closed();
	return 0;
}

static uint8_t *file_bytes(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *bytes = malloc(1 << 16);

	*size = file && bytes ? fread(bytes, 1, 1 << 16, file) : 0;
	if (file)
		fclose(file);
	unlink(path);
	return bytes;
}

/* A small file of all types; rows (3). */
static uint8_t *written(const char *ending, size_t *size)
{
	static const struct pz_array_column columns[] = {
		{ "id", PZ_ARRAY_INTEGER, 8, .dims = 0 },
		{ "z", PZ_ARRAY_FLOAT, 8, .dims = 0 },
		{ "name", PZ_ARRAY_TEXT, 4, .dims = 0 },
		{ "image", PZ_ARRAY_FLOAT, 2, .dims = 3, .shape = { 2, 2, 2 } },
	};
	static const char rows[3 * 16] = "abc";
	struct pz_arrays_file *f;
	struct pz_arrays *a;
	uint8_t *bytes;
	char path[64];

	snprintf(path, sizeof path, "/tmp/fuzz_array.%d%s", (int)getpid(), ending);
	if (pz_arrays_begin(&f, path, 3, columns, 4) < 0)
		abort();
	for (int c = 0; c < 4; c++)
		if (pz_arrays_add(f, c, 3, rows) < 0)
			abort();
	pz_arrays_note(f, 1, "unit", "none");
	if (pz_arrays_finish(f) < 0)
		abort();
	bytes = file_bytes(path, size);
	/* what cannot be read where inputs are would be no seed */
	if (pz_arrays_open(&a, fuzz_named_file(bytes, *size), NULL) < 0 || pz_arrays_count(a) != 4)
		abort();
	pz_arrays_close(a);
	return bytes;
}

static uint8_t *npy(size_t *size)
{
	static const char header[] = "{'descr': [('z', '<f4'), ('m', '>u8', (2,)), ('s', '<U3')], "
				     "'fortran_order': False, 'shape': (2,), }\n";
	uint8_t *bytes = calloc(1, 10 + sizeof header + 64);

	if (!bytes)
		abort();
	memcpy(bytes, "\x93NUMPY\x01\0", 8);
	bytes[8] = sizeof header - 1;
	memcpy(bytes + 10, header, sizeof header - 1);
	*size = 10 + sizeof header - 1 + 2 * (4 + 16 + 12);
	return bytes;
}

uint8_t *fuzz_seed(int i, size_t *size)
{
	switch (i) {
	case 0:
		return npy(size);
	case 1:
		return written(".npz", size);
	case 2:
		return written(".h5", size);
	default:
		return NULL;
	}
}
