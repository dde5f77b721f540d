/* frames_found.c -- a list of files that were found */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "frames_found.h"

const char *const pz_frames_packing[FRAMES_PACKINGS] = { "", ".fz", ".gz", ".bz2" };

size_t pz_frames_unpacked(const char *path)
{
	size_t length = strlen(path);

	for (int i = 1; i < FRAMES_PACKINGS; i++) {
		size_t n = strlen(pz_frames_packing[i]);

		if (length > n && !strcmp(path + length - n, pz_frames_packing[i]))
			return length - n;
	}
	return length;
}

void pz_found_release(struct found *one)
{
	free(one->field);
	free(one->path);
	free(one->key);
	free(one->hdu);
	free(one->mask);
	free(one->mask_hdu);
	free(one->name);
	free(one->head);
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

/* A copy of a text, NULL of NULL; whole becomes false where there is no memory. */
static char *copy_text(const char *text, bool *whole)
{
	char *copy = text ? strdup(text) : NULL;

	*whole &= !text || copy;
	return copy;
}

int pz_found_copy(struct found_list *l, const struct found *one, const struct found *instead)
{
	struct found copy = *one;
	bool whole = true;

	copy.field = copy_text(instead->field, &whole);
	copy.path = copy_text(one->path, &whole);
	copy.key = copy_text(one->key, &whole);
	copy.hdu = copy_text(instead->hdu, &whole);
	copy.mask = copy_text(one->mask, &whole);
	copy.mask_hdu = copy_text(one->mask_hdu, &whole);
	copy.name = copy_text(instead->name, &whole);
	copy.head = copy_text(instead->head, &whole);
	copy.head_number = instead->head_number;
	copy.version = instead->version;
	copy.plane = instead->plane;
	copy.band = instead->band;
	return pz_found_add(l, copy, whole);
}

int pz_frames_group(struct pz_frames *f)
{
	const struct found *all = f->list.found;

	free(f->first);
	f->fields = 0;
	if (!(f->first = calloc(f->list.count + 1, sizeof *f->first)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu fields", f->list.count);
	for (size_t i = 0; i < f->list.count; i++)
		if (i == 0 || strcmp(all[i - 1].field, all[i].field) != 0)
			f->first[f->fields++] = i;
	f->first[f->fields] = f->list.count;
	return 0;
}
