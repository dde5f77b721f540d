/* write_hdf5.c -- arrays into an HDF5 file, by libhdf5
 *
 * Datasets are contiguous: their sizes are known, and any reader can map them. No times are kept
 * in the file, so that the same rows make the same bytes.
 */
#define H5_USE_110_API
#include <hdf5.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "write.h"

struct hdf5 {
	hid_t file;
	hid_t *set, *type; /* for each column, 0: none yet */
};

/* The system's error that the library's list of errors has in a text: "errno = 28, ...". */
static herr_t find_errno(unsigned n, const H5E_error2_t *error, void *to)
{
	const char *at = error->desc ? strstr(error->desc, "errno = ") : NULL;

	(void)n;
	if (at)
		*(int *)to = atoi(at + strlen("errno = "));
	return 0;
}

static int fail_hdf5(const struct pz_arrays_file *f, const char *doing)
{
	int last = errno, why = 0;

	H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, find_errno, &why);
	why = why ? why : last;
	return pz_fail(PZ_EIO, "%s: HDF5: an error %s%s%s", f->path, doing, why ? ": " : "",
		       why ? strerror(why) : "");
}

/* float16 as IEEE 754 has it, which the library has no name for. */
static hid_t half_type(void)
{
	hid_t type = H5Tcopy(H5T_IEEE_F32LE);

	H5Tset_fields(type, 15, 10, 5, 0, 10);
	H5Tset_size(type, 2);
	H5Tset_ebias(type, 15);
	return type;
}

static hid_t text_type(size_t bytes)
{
	hid_t type = H5Tcopy(H5T_C_S1);

	H5Tset_size(type, bytes ? bytes : 1);
	H5Tset_strpad(type, H5T_STR_NULLPAD);
	H5Tset_cset(type, H5T_CSET_UTF8);
	return type;
}

/* As h5py keeps truth values. */
static hid_t truth_type(void)
{
	hid_t type = H5Tenum_create(H5T_STD_I8LE);
	signed char value = 0;

	H5Tenum_insert(type, "FALSE", &value);
	value = 1;
	H5Tenum_insert(type, "TRUE", &value);
	return type;
}

static hid_t make_type(const struct pz_array_column *c)
{
	switch (c->kind) {
	case PZ_ARRAY_FLOAT:
		return c->bytes == 2   ? half_type()
		       : c->bytes == 4 ? H5Tcopy(H5T_IEEE_F32LE)
				       : H5Tcopy(H5T_IEEE_F64LE);
	case PZ_ARRAY_TEXT:
		return text_type(c->bytes);
	case PZ_ARRAY_BOOL:
		return truth_type();
	default:
		return H5Tcopy(c->bytes == 1 ? H5T_STD_U8LE : H5T_STD_I64LE);
	}
}

static int make_set(struct pz_arrays_file *f, int c)
{
	struct hdf5 *h = f->to;
	const struct out *out = &f->out[c];
	hsize_t shape[PZ_ARRAY_DIMS];
	int dims = 0;
	hid_t space, plan, links;

	if (!out->is->alone)
		shape[dims++] = out->rows;
	for (int d = 0; d < out->is->dims; d++)
		shape[dims++] = out->is->shape[d];
	h->type[c] = make_type(out->is);
	space = dims ? H5Screate_simple(dims, shape, NULL) : H5Screate(H5S_SCALAR);
	plan = H5Pcreate(H5P_DATASET_CREATE);
	links = H5Pcreate(H5P_LINK_CREATE);
	H5Pset_obj_track_times(plan, false);
	H5Pset_create_intermediate_group(links, 1);
	h->set[c] = H5Dcreate2(h->file, out->is->name, h->type[c], space, links, plan, H5P_DEFAULT);
	H5Pclose(links);
	H5Pclose(plan);
	H5Sclose(space);
	return h->set[c] < 0 ? fail_hdf5(f, "making an array") : 0;
}

/* The file under a name that pz_file knows of. */
static int create_file(struct pz_arrays_file *f, struct hdf5 *h)
{
	const char *lent;
	int rc = pz_file_begin(&f->file, f->path);

	/* After an error of the disk, what the library does at the end of the program crashes; all
	 * is closed here. This comes before any other call. */
	H5dont_atexit();
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	if (rc == 0 && !f->file.beside)
		rc = pz_fail(PZ_EUSAGE, "%s: expected a file: HDF5 goes into no device or pipe",
			     f->path);
	if (rc == 0 && (rc = pz_file_lend(&f->file, &lent)) == 0) {
		h->file = H5Fcreate(lent, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
		rc = h->file < 0 ? fail_hdf5(f, "creating it") : pz_file_adopt(&f->file);
	}
	return rc;
}

static int begin_hdf5(struct pz_arrays_file *f)
{
	struct hdf5 *h = calloc(1, sizeof *h);
	int rc;

	f->to = h;
	if (!h || !(h->set = calloc((size_t)f->n + 1, sizeof *h->set)) ||
	    !(h->type = calloc((size_t)f->n + 1, sizeof *h->type)))
		return pz_fail(PZ_ENOMEM, "%s: no memory", f->path);
	rc = create_file(f, h);
	for (int c = 0; c < f->n && rc == 0; c++)
		rc = make_set(f, c);
	return rc;
}

static int put_rows(struct pz_arrays_file *f, int c, size_t n, const void *values)
{
	const struct hdf5 *h = f->to;
	const struct out *out = &f->out[c];
	const struct pz_array_column *is = out->is;
	hsize_t start[PZ_ARRAY_DIMS] = { 0 }, count[PZ_ARRAY_DIMS];
	int dims = 0, status = 0;
	hid_t space = H5Dget_space(h->set[c]), memory;

	start[0] = out->written;
	if (!is->alone || is->dims > 0)
		count[dims++] = n;
	for (int d = is->alone ? 1 : 0; d < is->dims; d++)
		count[dims++] = is->shape[d];
	memory = dims ? H5Screate_simple(dims, count, NULL) : H5Screate(H5S_SCALAR);
	if (dims)
		status = H5Sselect_hyperslab(space, H5S_SELECT_SET, start, NULL, count, NULL);
	if (status >= 0)
		status = H5Dwrite(h->set[c], h->type[c], memory, space, H5P_DEFAULT, values);
	H5Sclose(memory);
	H5Sclose(space);
	return status < 0 ? fail_hdf5(f, "writing rows") : 0;
}

/* Texts of any length are those that h5py hands out as texts. */
static int put_note(struct pz_arrays_file *f, int c, const char *key, const char *text,
		    double number)
{
	const struct hdf5 *h = f->to;
	hid_t type = text ? text_type(H5T_VARIABLE) : H5Tcopy(H5T_IEEE_F64LE);
	hid_t space = H5Screate(H5S_SCALAR);
	hid_t id = H5Acreate2(h->set[c], key, type, space, H5P_DEFAULT, H5P_DEFAULT);
	herr_t status = id < 0 ? -1 : H5Awrite(id, type, text ? (void *)&text : (void *)&number);

	if (id >= 0)
		H5Aclose(id);
	H5Sclose(space);
	H5Tclose(type);
	return status < 0 ? fail_hdf5(f, "writing an attribute") : 0;
}

static int end_hdf5(struct pz_arrays_file *f, bool good)
{
	struct hdf5 *h = f->to;
	herr_t status = 0;

	f->to = NULL;
	if (!h)
		return 0;
	for (int c = 0; c < f->n && h->set && h->type; c++) {
		if (h->set[c] > 0)
			H5Dclose(h->set[c]);
		if (h->type[c] > 0)
			H5Tclose(h->type[c]);
	}
	if (h->file > 0)
		status = H5Fclose(h->file);
	free(h->set);
	free(h->type);
	free(h);
	return good && status < 0 ? fail_hdf5(f, "writing its end") : 0;
}

const struct writer pz_arrays_hdf5 = {
	.begin = begin_hdf5, .put = put_rows, .note = put_note, .end = end_hdf5
};
