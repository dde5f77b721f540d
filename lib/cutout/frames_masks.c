/* frames_masks.c -- masks to frames: by patterns, or beside them as a survey names them */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>

#include "frames_found.h"

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
static int assign_masks(struct pz_frames *f, const struct found_list *masks, const char *patterns)
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
	return pz_fail(
		PZ_EDATA,
		"no masks: the wildcards of '%s' match no text that those of the frames match",
		patterns);
}

static int find_masks(struct found_list *masks, const char *patterns, const struct pz_frames *f)
{
	char *list = strdup(patterns), *rest = list, *text;
	int rc = list ? 0 : pz_fail(PZ_ENOMEM, "no memory for the names of masks");

	while (rc == 0 && (text = pz_frames_next_pattern(&rest, f->band, f->bands)))
		rc = pz_frames_find_one(masks, text, f->band, f->bands, NULL);
	free(list);
	return rc;
}

int pz_frames_add_masks(struct pz_frames *f, const char *patterns)
{
	struct found_list masks = { 0 };
	int rc = find_masks(&masks, patterns, f);

	for (size_t i = 0; i < masks.count && rc == 0; i++)
		if (!masks.found[i].key)
			rc = pz_fail(PZ_EUSAGE, "masks: expected patterns, found a list; a table "
						"of frames may have a column mask");
	if (rc == 0 && masks.count)
		qsort(masks.found, masks.count, sizeof *masks.found, by_key);
	if (rc == 0)
		rc = assign_masks(f, &masks, patterns);
	pz_found_free(&masks);
	return rc;
}

/* The last place of a text in the name of a file, without its folder; NULL: it is not there. */
static const char *find_last(const char *path, const char *text)
{
	const char *slash = strrchr(path, '/'), *found = NULL;

	for (const char *at = slash ? slash : path; (at = strstr(at, text)); at++)
		found = at;
	return found;
}

/* The name of a frame with one text in place of another, if there is a file of this name, packed or
 * not: a new string in *mask. */
static int look_beside(const char *path, const char *instead, const char *files, char **mask)
{
	const char *at = find_last(path, instead);
	char *whole = NULL;
	int rc = 0;

	*mask = NULL;
	for (int i = 0; at && i < FRAMES_PACKINGS && !*mask && rc == 0; i++) {
		if (asprintf(&whole, "%.*s%s%s", (int)(at - path), path, files,
			     at + strlen(instead)) < 0)
			return pz_fail(PZ_ENOMEM, "no memory for the names of masks");
		whole[pz_frames_unpacked(whole)] = '\0';
		if (asprintf(mask, "%s%s", whole, pz_frames_packing[i]) < 0)
			rc = pz_fail(PZ_ENOMEM, "no memory for the names of masks");
		free(whole);
		if (rc == 0 && access(*mask, F_OK) != 0) {
			free(*mask);
			*mask = NULL;
		}
	}
	return rc;
}

static int add_beside(struct found *one, const char *instead, const char *files, const char *name)
{
	char *from, *to;
	int rc;

	if (!*instead) {
		one->mask = strdup(one->path);
		return one->mask ? 0 : pz_fail(PZ_ENOMEM, "no memory for the names of masks");
	}
	from = pz_frames_fill(instead, name);
	to = pz_frames_fill(files, name);
	rc = from && to ? look_beside(one->path, from, to, &one->mask)
			: pz_fail(PZ_ENOMEM, "no memory for the names of masks");
	free(from);
	free(to);
	return rc;
}

int pz_frames_add_beside(struct pz_frames *f, const char *instead, const char *files,
			 const char *const *name)
{
	size_t masked = 0;
	int rc = 0;

	for (size_t i = 0; i < f->list.count && rc == 0; i++) {
		struct found *one = &f->list.found[i];

		if (!one->mask)
			rc = add_beside(one, instead, files, (name ? name : f->band)[one->band]);
		masked += one->mask != NULL;
	}
	if (rc == 0 && masked == 0 && f->list.count)
		rc = pz_fail(PZ_EDATA,
			     "no masks: no frame has a file beside it with '%s' in place "
			     "of '%s' in its name, as %s",
			     files, instead, f->list.found[0].path);
	return rc;
}
