/* frames_found.c -- a list of files that were found */
#include <stdlib.h>

#include <pz/error.h>

#include "frames_found.h"

void pz_found_release(struct found *one)
{
	free(one->field);
	free(one->path);
	free(one->key);
	free(one->hdu);
	free(one->mask);
	free(one->mask_hdu);
}

void pz_found_free(struct found_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		pz_found_release(&l->found[i]);
	free(l->found);
}

int pz_found_add(struct found_list *l, struct found one, bool whole)
{
	if (l->count == l->room) {
		size_t room = l->room ? 2 * l->room : 64;
		struct found *more = realloc(l->found, room * sizeof *more);

		if (more) {
			l->found = more;
			l->room = room;
		}
	}
	if (!one.field || !one.path || !whole || l->count == l->room) {
		pz_found_release(&one);
		return pz_fail(PZ_ENOMEM, "no memory for the names of %zu frames", l->count);
	}
	l->found[l->count++] = one;
	return 0;
}
