/* frames.c -- files to fields, masks to frames */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "frames_found.h"

struct pz_frames {
	const char *const *band;
	int bands;
	struct found_list list; /* sorted by field, then band                  */
	size_t *first;          /* fields + 1: where in it a field begins      */
	size_t fields;
};

static void free_one(struct found *one)
{
	free(one->field);
	free(one->path);
	free(one->key);
	free(one->hdu);
	free(one->mask);
	free(one->mask_hdu);
}

void found_free(struct found_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free_one(&l->found[i]);
	free(l->found);
}

int found_add(struct found_list *l, struct found one, bool whole)
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
		free_one(&one);
		return pz_fail(PZ_ENOMEM, "no memory for the names of %zu frames", l->count);
	}
	l->found[l->count++] = one;
	return 0;
}

void pz_frames_free(struct pz_frames *f)
{
	if (!f)
		return;
	found_free(&f->list);
	free(f->first);
	free(f);
}

static int compare(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int order = strcmp(x->field, y->field);

	if (order == 0)
		order = (x->band > y->band) - (x->band < y->band);
	return order ? order : strcmp(x->path, y->path);
}

/* The same text, or both none. */
static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* Sorts what was found into fields; of a file found twice one stays. */
static int gather(struct pz_frames *f)
{
	struct found *all = f->list.found;
	size_t count = f->list.count, kept = 0;

	if (count)
		qsort(all, count, sizeof *all, compare);
	f->list.count = 0; /* those after it are freed here */
	for (size_t i = 0; i < count; i++) {
		struct found *last = kept ? &all[kept - 1] : NULL, one = all[i];

		if (last && last->band == one.band && !strcmp(last->field, one.field)) {
			if (!same(last->path, one.path) || !same(last->hdu, one.hdu)) {
				pz_fail(PZ_EDATA,
					"frames: field '%s' has two in band %s, %s and %s; the "
					"column 'field' of a table can tell them apart",
					one.field, f->band[one.band], last->path, one.path);
				memmove(all + kept, all + i, (count - i) * sizeof *all);
				f->list.count = kept + count - i;
				return PZ_EDATA;
			}
			free_one(&one);
		} else {
			all[kept++] = one;
		}
	}
	f->list.count = kept;
	if (!(f->first = calloc(kept + 1, sizeof *f->first)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu fields", kept);
	for (size_t i = 0; i < kept; i++)
		if (i == 0 || strcmp(all[i - 1].field, all[i].field) != 0)
			f->first[f->fields++] = i;
	f->first[f->fields] = kept;
	return 0;
}

/* Every band must have a file somewhere. */
static int check_bands(const struct pz_frames *f, const char *patterns)
{
	for (int b = 0; b < f->bands; b++) {
		size_t i = 0;

		while (i < f->list.count && f->list.found[i].band != b)
			i++;
		if (i == f->list.count)
			return pz_fail(PZ_EDATA, "no frame in band %s: no file matches '%s'",
				       f->band[b], patterns);
	}
	return 0;
}

/* Finds all that a list of patterns, with commas between, stands for. */
static int find_all(struct found_list *l, const char *patterns, const char *const *band, int bands,
		    bool masks)
{
	char *list = strdup(patterns);
	int rc = list ? 0 : pz_fail(PZ_ENOMEM, "no memory for the names of frames");

	for (char *save, *text = list ? strtok_r(list, ",", &save) : NULL; text && rc == 0;
	     text = strtok_r(NULL, ",", &save))
		if (!masks && bands > 1 && *text != '@' && !strstr(text, "%b"))
			rc = pz_fail(
				PZ_EUSAGE,
				"frames: expected %%b in '%s', in place of the band; @%s would "
				"be a list of files",
				text, text);
		else
			rc = *text == '@' ? frames_read_list(l, text + 1, band, bands)
					  : frames_match(l, text, band, bands);
	free(list);
	return rc;
}

int pz_frames_find(struct pz_frames **out, const char *patterns, const char *const *band, int bands)
{
	struct pz_frames *f = calloc(1, sizeof *f);
	int rc;

	*out = NULL;
	if (!f)
		return pz_fail(PZ_ENOMEM, "no memory for the names of frames");
	f->band = band;
	f->bands = bands;
	rc = find_all(&f->list, patterns, band, bands, false);
	if (rc == 0)
		rc = gather(f);
	if (rc == 0)
		rc = check_bands(f, patterns);
	if (rc < 0)
		pz_frames_free(f);
	else
		*out = f;
	return rc;
}

/* By what the wildcards stand for, then pattern, then band. */
static int by_key(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int order = strcmp(x->key, y->key);

	if (order == 0)
		order = (x->pattern > y->pattern) - (x->pattern < y->pattern);
	return order ? order : (x->band > y->band) - (x->band < y->band);
}

/* The mask of a frame among sorted ones: of its band, or of all. */
static const struct found *mask_of(const struct found_list *masks, const struct found *frame)
{
	struct found like = { .key = frame->key,
			      .pattern = masks->patterns > 1 ? frame->pattern : 0,
			      .band = frame->band };
	const struct found *mask = NULL;

	if (!frame->key || masks->count == 0)
		return NULL;
	mask = bsearch(&like, masks->found, masks->count, sizeof like, by_key);
	like.band = ALL_BANDS;
	return mask ? mask : bsearch(&like, masks->found, masks->count, sizeof like, by_key);
}

/* Gives the frames their masks. */
static int assign(struct pz_frames *f, const struct found_list *masks, const char *patterns)
{
	size_t given = 0;

	if (masks->patterns > 1 && masks->patterns != f->list.patterns)
		return pz_fail(
			PZ_EUSAGE,
			"masks: expected one pattern, or as many as for frames (%d), found %d",
			f->list.patterns, masks->patterns);
	for (size_t i = 0; i < f->list.count; i++) {
		struct found *one = &f->list.found[i];
		const struct found *mask = mask_of(masks, one);

		if (!mask)
			continue;
		free(one->mask);
		if (!(one->mask = strdup(mask->path)))
			return pz_fail(PZ_ENOMEM, "no memory for the names of masks");
		given++;
	}
	if (given)
		return 0;
	if (masks->count == 0)
		return pz_fail(PZ_EDATA, "no masks: no file matches '%s'", patterns);
	return pz_fail(PZ_EDATA,
		       "no masks: the wildcards of '%s' stand for nothing that those of the frames "
		       "stand for",
		       patterns);
}

int pz_frames_add_masks(struct pz_frames *f, const char *patterns)
{
	struct found_list masks = { 0 };
	int rc = find_all(&masks, patterns, f->band, f->bands, true);

	for (size_t i = 0; i < masks.count && rc == 0; i++)
		if (!masks.found[i].key)
			rc = pz_fail(PZ_EUSAGE, "masks: expected patterns, found a list; a table "
						"of frames may have a column mask");
	if (rc == 0 && masks.count)
		qsort(masks.found, masks.count, sizeof *masks.found, by_key);
	if (rc == 0)
		rc = assign(f, &masks, patterns);
	found_free(&masks);
	return rc;
}

size_t pz_frames_fields(const struct pz_frames *f)
{
	return f->fields;
}

int pz_frames_bands(const struct pz_frames *f)
{
	return f->bands;
}

const char *pz_frames_band(const struct pz_frames *f, int b)
{
	return f->band[b];
}

const char *pz_frames_name(const struct pz_frames *f, size_t field)
{
	return f->list.found[f->first[field]].field;
}

struct pz_frame pz_frames_get(const struct pz_frames *f, size_t field, int b)
{
	for (size_t i = f->first[field]; i < f->first[field + 1]; i++) {
		const struct found *one = &f->list.found[i];

		if (one->band == b)
			return (struct pz_frame){ one->path, one->hdu, one->mask, one->mask_hdu };
	}
	return (struct pz_frame){ 0 };
}

size_t pz_frames_unmasked(const struct pz_frames *f, size_t *all, const char **first)
{
	size_t n = 0;

	*all = f->list.count;
	for (size_t i = 0; i < f->list.count; i++)
		if (!f->list.found[i].mask && n++ == 0)
			*first = f->list.found[i].path;
	return n;
}
