/* hdf5.c -- the datasets of an HDF5 file, by libhdf5
 *
 * Values come as they stand in the file, without the library's own conversions, which are slow.
 * Links to other files, and datasets whose values are in other files, are never followed: a
 * file from elsewhere says nothing about what this user may read.
 */
#define H5_USE_110_API
#include <hdf5.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "hdf5_type.h"
#include "parts.h"

#define CACHE_SLOTS 521 /* of chunks: a prime, as the library asks for */

/* An open dataset. */
struct dataset {
	hid_t id, type; /* the type: of values as they stand in the file         */
	int dims;       /* of the dataset, which may have values that are arrays */
	size_t values;  /* of a row, likewise                                    */
	bool written;   /* all of its values are: found out when it is first read */
};

struct hdf5 {
	hid_t file, group;
	struct dataset *dataset; /* by array.source, one for each array */
	int n, room;
};

/* -- errors */

/* The innermost description of what went wrong. */
static herr_t take_description(unsigned n, const H5E_error2_t *error, void *text)
{
	(void)n;
	if (error->desc && *error->desc)
		snprintf(text, 200, "%s", error->desc);
	return 0;
}

static int fail_hdf5(const struct pz_arrays *a, const char *name)
{
	char text[200] = "the file is corrupt";

	H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_description, text);
	return name ? pz_fail(PZ_ECORRUPT, "%s: array '%s': HDF5: %s", a->path, name, text)
		    : pz_fail(PZ_ECORRUPT, "%s: HDF5: %s", a->path, text);
}

static void close_file(void *file)
{
	struct hdf5 *h = file;

	for (int i = 0; i < h->n; i++) {
		H5Tclose(h->dataset[i].type);
		H5Dclose(h->dataset[i].id);
	}
	if (h->group > 0)
		H5Gclose(h->group);
	if (h->file > 0)
		H5Fclose(h->file);
	free(h->dataset);
	free(h);
}

/* -- rows */

/* The part of the dataset that is n rows from `row`, and the same in memory. */
static bool select_rows(const struct dataset *d, const struct array *which, uint64_t row, size_t n,
			hid_t *file, hid_t *memory)
{
	hsize_t start[PZ_ARRAY_DIMS] = { row }, count[PZ_ARRAY_DIMS] = { n };
	hsize_t total = n * d->values;

	*memory = H5Screate_simple(1, &total, NULL);
	if ((*file = H5Dget_space(d->id)) < 0 || *memory < 0)
		return false;
	if (d->dims == 0)
		return true;
	for (int k = 1; k < d->dims; k++)
		count[k] = which->is.shape[k];
	return H5Sselect_hyperslab(*file, H5S_SELECT_SET, start, NULL, count, NULL) >= 0;
}

/* Values that were never written are refused: they would be read as zeros. */
static int check_written(const struct pz_arrays *a, const struct array *which, struct dataset *d)
{
	double has, needs;

	if (d->written)
		return 0;
	d->written = pz_hdf5_is_written(d->id, &has, &needs);
	if (!d->written)
		return pz_fail(PZ_ECORRUPT,
			       "%s: array '%s': expected all of its values in the file (%.17g "
			       "chunks or bytes), found %.17g: what was never written would be "
			       "read as zeros",
			       a->path, which->name, needs, has);
	return 0;
}

static int read_rows(struct pz_arrays *a, const struct array *which, uint64_t row, size_t n,
		     void *raw)
{
	struct dataset *d = &((struct hdf5 *)a->file)->dataset[which->source];
	hid_t file = -1, memory = -1;
	int rc = check_written(a, which, d);

	if (rc < 0)
		return rc;
	if (!select_rows(d, which, row, n, &file, &memory) ||
	    H5Dread(d->id, d->type, memory, file, H5P_DEFAULT, raw) < 0)
		rc = fail_hdf5(a, which->name);
	if (file >= 0)
		H5Sclose(file);
	if (memory >= 0)
		H5Sclose(memory);
	return rc;
}

/* Texts of any length of one row, of which one is wanted. */
static int read_text(struct pz_arrays *a, const struct array *which, uint64_t row, size_t value,
		     char *to, size_t size, size_t *length)
{
	struct dataset *d = &((struct hdf5 *)a->file)->dataset[which->source];
	hid_t file = -1, memory = -1;
	int rc = check_written(a, which, d);
	char **text;

	*length = 0;
	if (rc < 0)
		return rc;
	if (!(text = calloc(d->values, sizeof *text)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for texts", a->path);
	if (!select_rows(d, which, row, 1, &file, &memory) ||
	    H5Dread(d->id, d->type, memory, file, H5P_DEFAULT, text) < 0)
		rc = fail_hdf5(a, which->name);
	if (rc == 0 && text[value]) {
		*length = strlen(text[value]);
		memcpy(to, text[value], *length < size ? *length : size);
	}
	if (rc == 0)
		H5Dvlen_reclaim(d->type, memory, H5P_DEFAULT, text);
	if (file >= 0)
		H5Sclose(file);
	if (memory >= 0)
		H5Sclose(memory);
	free(text);
	return rc;
}

/* -- attributes */

static int read_attribute(struct pz_arrays *a, const struct array *which, const char *key,
			  bool number, char *text, size_t size)
{
	hid_t of = ((struct hdf5 *)a->file)->dataset[which->source].id, id, type, space;
	char *any = NULL;
	int found = 0;
	double x;

	if (number)
		return pz_hdf5_number(of, key, &x) && snprintf(text, size, "%.17g", x) > 0;
	if (H5Aexists(of, key) <= 0 || (id = H5Aopen(of, key, H5P_DEFAULT)) < 0)
		return 0;
	type = H5Aget_type(id);
	space = H5Aget_space(id);
	if (H5Tget_class(type) != H5T_STRING || H5Sget_simple_extent_npoints(space) != 1) {
		found = 0;
	} else if (H5Tis_variable_str(type) > 0) {
		found = H5Aread(id, type, &any) >= 0 && any;
		if (found)
			snprintf(text, size, "%s", any);
		H5free_memory(any);
	} else if (H5Tget_size(type) < size) {
		memset(text, 0, size);
		found = H5Aread(id, type, text) >= 0;
	}
	H5Sclose(space);
	H5Tclose(type);
	H5Aclose(id);
	return found;
}

/* -- opening */

/* Keeps an array's dataset, opened once more, and its type, copied. */
static int keep_dataset(const struct pz_arrays *a, const struct dataset *d)
{
	struct hdf5 *h = a->file;

	if (h->n == h->room) {
		int room = h->room ? 2 * h->room : 16;
		struct dataset *grown = realloc(h->dataset, (size_t)room * sizeof *grown);

		if (!grown)
			return pz_fail(PZ_ENOMEM, "%s: no memory for %d datasets", a->path, room);
		h->dataset = grown;
		h->room = room;
	}
	H5Iinc_ref(d->id);
	h->dataset[h->n] = *d;
	h->dataset[h->n++].type = H5Tcopy(d->type);
	return 0;
}

/* An array of this type within dataset id: `type` alone or, as a field, in a record. */
static int add_array(struct pz_arrays *a, const char *name, hid_t id, hid_t type, hid_t memory)
{
	struct hdf5 *h = a->file;
	hsize_t shape[H5S_MAX_RANK] = { 0 };
	hid_t space = H5Dget_space(id);
	struct array *which;
	size_t values;
	int dims = H5Sget_simple_extent_dims(space, shape, NULL), rc = 0;
	bool null = H5Sget_simple_extent_type(space) == H5S_NULL;

	H5Sclose(space);
	if (dims < 0)
		return fail_hdf5(a, name);
	if (!(which = pz_array_list_add(a, name, &rc)))
		return rc;
	which->source = h->n;
	which->is.dims = dims;
	for (int k = 0; k < dims && k < PZ_ARRAY_DIMS; k++)
		which->is.shape[k] = shape[k];
	if ((rc = pz_array_list_measure(a, which)) < 0)
		return rc;
	values = which->is.values;
	pz_hdf5_describe(type, which);
	if (null)
		which->element.kind = 'O';
	if ((rc = pz_array_list_measure(a, which)) < 0)
		return rc;
	if (type == memory && which->is.kind <= PZ_ARRAY_INTEGER) {
		pz_hdf5_packing(id, &which->packing);
		which->is.packed = pz_packing_is(&which->packing);
		/* what was whole is no more */
		if (which->packing.scaled)
			which->is.kind = PZ_ARRAY_FLOAT;
	}
	if (type == memory)
		which->begin = pz_hdf5_begin(id, which);
	return keep_dataset(a, &(struct dataset){ id, memory, dims, values, false });
}

/* Field k of the records of dataset id. */
static int add_field(struct pz_arrays *a, const char *name, hid_t id, hid_t records, unsigned k)
{
	hid_t type = H5Tget_member_type(records, k), memory;
	char *field = H5Tget_member_name(records, k), full[2 * PZ_ARRAY_NAME];
	int rc;

	if (type < 0 || !field)
		return fail_hdf5(a, name);
	memory = H5Tcreate(H5T_COMPOUND, H5Tget_size(type));
	H5Tinsert(memory, field, 0, type);
	snprintf(full, sizeof full, "%s/%s", name, field);
	rc = add_array(a, full, id, type, memory);
	H5Tclose(memory);
	H5Tclose(type);
	H5free_memory(field);
	return rc;
}

/* Whether its values are in this file, in chunks that memory can hold; the largest in *bytes. */
static bool is_own(hid_t plan, hid_t type, size_t *bytes)
{
	hsize_t side[H5S_MAX_RANK];
	double size = (double)H5Tget_size(type);
	int dims;

	*bytes = 0;
	if (H5Pget_external_count(plan) != 0 || H5Pget_layout(plan) == H5D_VIRTUAL)
		return false;
	if (H5Pget_layout(plan) != H5D_CHUNKED)
		return true;
	dims = H5Pget_chunk(plan, H5S_MAX_RANK, side);
	for (int k = 0; k < dims; k++)
		size *= (double)side[k];
	if (dims < 0 || size > PZ_ARRAY_CHUNK_MAX)
		return false;
	*bytes = (size_t)size;
	return true;
}

/* The dataset of that name, with a cache that holds two of its chunks. */
static hid_t open_dataset(hid_t group, const char *name, bool *own)
{
	hid_t id = H5Dopen2(group, name, H5P_DEFAULT), plan, type, access, again;
	size_t chunk = 0;

	*own = false;
	if (id < 0)
		return id;
	plan = H5Dget_create_plist(id);
	type = H5Dget_type(id);
	*own = is_own(plan, type, &chunk);
	H5Tclose(type);
	H5Pclose(plan);
	if (!*own || chunk < (size_t)1 << 19)
		return id;
	access = H5Pcreate(H5P_DATASET_ACCESS);
	H5Pset_chunk_cache(access, CACHE_SLOTS, 2 * chunk, 1);
	H5Dclose(id);
	again = H5Dopen2(group, name, access);
	H5Pclose(access);
	return again;
}

/* The arrays of the dataset of that name: one, or one for each field of its records. */
static int add_dataset(struct pz_arrays *a, const char *name)
{
	struct hdf5 *h = a->file;
	bool own;
	hid_t id = open_dataset(h->group, name, &own), type;
	int rc = 0, fields;

	if (id < 0)
		return fail_hdf5(a, name);
	type = H5Dget_type(id);
	if (!own) {
		struct array *which = pz_array_list_add(a, name, &rc);

		if (which)
			which->element.kind = 'O';
		rc = which ? pz_array_list_measure(a, which) : rc;
	} else if (H5Tget_class(type) == H5T_COMPOUND) {
		fields = H5Tget_nmembers(type);
		for (int k = 0; k < fields && rc == 0; k++)
			rc = add_field(a, name, id, type, (unsigned)k);
	} else {
		rc = add_array(a, name, id, type, type);
	}
	H5Tclose(type);
	H5Dclose(id);
	return rc;
}

/* What a walk through the links below the group finds. */
struct walk {
	struct pz_arrays *a;
	int rc;
};

static herr_t see_link(hid_t group, const char *name, const H5L_info_t *link, void *context)
{
	struct walk *w = context;
	H5O_info_t object;

	if (link->type != H5L_TYPE_HARD) /* soft ones lead to what is met anyway */
		return 0;
	if (H5Oget_info_by_name2(group, name, &object, H5O_INFO_BASIC, H5P_DEFAULT) < 0)
		w->rc = fail_hdf5(w->a, name);
	else if (object.type == H5O_TYPE_DATASET)
		w->rc = add_dataset(w->a, name);
	return w->rc < 0 ? -1 : 0;
}

int pz_hdf5_open(struct pz_arrays *a, const char *group)
{
	static const struct backend backend = { .read = read_rows,
						.text = read_text,
						.attribute = read_attribute,
						.close = close_file };
	struct hdf5 *h = calloc(1, sizeof *h);
	struct walk w = { .a = a };

	if (!h)
		return pz_fail(PZ_ENOMEM, "%s: no memory", a->path);
	a->backend = &backend;
	a->file = h;
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	if ((w.rc = pz_hdf5_open_file(a->path, &h->file)) <= 0)
		return w.rc < 0 ? w.rc : fail_hdf5(a, NULL);
	w.rc = 0;
	if ((h->group = H5Gopen2(h->file, group ? group : "/", H5P_DEFAULT)) < 0)
		return pz_fail(PZ_EDATA, "%s: no group '%s'", a->path, group ? group : "/");
	if (H5Lvisit(h->group, H5_INDEX_NAME, H5_ITER_NATIVE, see_link, &w) < 0 && w.rc == 0)
		return fail_hdf5(a, NULL);
	if (w.rc == 0 && a->n == 0)
		return pz_fail(PZ_EDATA, "%s: expected datasets%s%s, found none", a->path,
			       group ? " below " : "", group ? group : "");
	return w.rc;
}
