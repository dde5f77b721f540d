/* list.c -- the list of a file's arrays while it is opened, each checked against all limits */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "parts.h"

struct array *pz_array_list_add(struct pz_arrays *a, const char *name, int *rc)
{
	struct array *grown;

	*rc = 0;
	if (a->n == PZ_ARRAYS_MAX)
		*rc = pz_fail(PZ_EDATA, "%s: more than %d arrays", a->path, PZ_ARRAYS_MAX);
	else if (strlen(name) >= PZ_ARRAY_NAME)
		*rc = pz_fail(PZ_EDATA, "%s: an array's name of more than %d bytes: '%.40s...'",
			      a->path, PZ_ARRAY_NAME - 1, name);
	if (*rc < 0)
		return NULL;
	if (a->n == a->room) {
		int room = a->room ? 2 * a->room : 16;

		if (!(grown = realloc(a->array, (size_t)room * sizeof *grown))) {
			*rc = pz_fail(PZ_ENOMEM, "%s: no memory for a list of arrays", a->path);
			return NULL;
		}
		a->array = grown;
		a->room = room;
	}
	grown = &a->array[a->n++];
	memset(grown, 0, sizeof *grown);
	strcpy(grown->name, name);
	return grown;
}

int pz_array_list_measure(struct pz_arrays *a, struct array *which)
{
	struct pz_array *is = &which->is;
	uint64_t values = 1, each = which->element.size ? which->element.size : 1, row;

	if (is->dims > PZ_ARRAY_DIMS)
		return pz_fail(PZ_EDATA, "%s: array '%s': expected at most %d axes, found %d",
			       a->path, which->name, PZ_ARRAY_DIMS, is->dims);
	for (int d = 1; d < is->dims; d++) {
		if (is->shape[d] && values > PZ_ARRAY_ROW_MAX / each / is->shape[d])
			return pz_fail(PZ_EDATA, "%s: array '%s': a row of more than %u bytes",
				       a->path, which->name, PZ_ARRAY_ROW_MAX);
		values *= is->shape[d];
	}
	is->rows = is->dims ? is->shape[0] : 1;
	is->values = (size_t)values;
	is->kind = pz_element_kind(&which->element);
	is->bytes = is->kind == PZ_ARRAY_OTHER || which->element.kind == 'V' ? 0
									     : which->element.size;
	row = which->record ? which->record : values * each;
	if (is->rows > INT64_MAX / (row ? row : 1))
		return pz_fail(PZ_ECORRUPT,
			       "%s: array '%s': expected a size that a file can have, found more",
			       a->path, which->name);
	return 0;
}

bool pz_array_list_within(const struct array *which, uint64_t size)
{
	size_t one = which->is.values * which->element.size;

	return which->begin <= size && (!one || which->is.rows <= (size - which->begin) / one);
}
