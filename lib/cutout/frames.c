/* frames.c -- files to fields, masks to frames */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "frames_found.h"

void pz_frames_free(struct pz_frames *f)
{
	if (!f)
		return;
	pz_found_free(&f->list);
	free(f->first);
	free(f->again);
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

/* The same file, or one and what it was unpacked to. */
static bool same_file(const char *a, const char *b)
{
	size_t n = pz_frames_unpacked(a);

	return n == pz_frames_unpacked(b) && !strncmp(a, b, n);
}

/* Whether two are the same image with the same properties. */
static bool are_same(const struct found *a, const struct found *b)
{
	return same_file(a->path, b->path) && same(a->hdu, b->hdu) && a->plane == b->plane &&
	       same(a->mask, b->mask) && same(a->mask_hdu, b->mask_hdu) &&
	       a->zeropoint == b->zeropoint && a->psf == b->psf;
}

static int fail_two(const struct pz_frames *f, const struct found *a, const struct found *b)
{
	if (same(a->path, b->path) && same(a->hdu, b->hdu) && a->plane == b->plane)
		return pz_fail(PZ_EDATA,
			       "frames: %s is named twice in band %s, with another zeropoint, psf, "
			       "mask or mask_hdu",
			       a->path, f->band[a->band]);
	return pz_fail(PZ_EDATA,
		       "frames: field '%s' has two in band %s, %s and %s; the column 'field' of a "
		       "table can tell them apart",
		       a->field, f->band[a->band], a->path, b->path);
}

/* Counts a file that is named again for its band. */
static int count_again(struct pz_frames *f, const char *path)
{
	if (f->twice++ == 0 && !(f->again = strdup(path)))
		return pz_fail(PZ_ENOMEM, "no memory for the names of frames");
	return 0;
}

/* Keeps one of each that was found twice in a band of a field. */
static int drop_duplicates(struct pz_frames *f)
{
	struct found *all = f->list.found;
	size_t count = f->list.count, kept = 0, i = 0;
	int rc = 0;

	for (; i < count && rc == 0; i++) {
		struct found *last = kept ? &all[kept - 1] : NULL, one = all[i];

		if (!last || last->band != one.band || strcmp(last->field, one.field) != 0) {
			all[kept++] = one;
		} else if (are_same(last, &one)) {
			rc = count_again(f, last->path);
			pz_found_release(&one);
		} else {
			rc = fail_two(f, last, &one);
			all[kept++] = one;
		}
	}
	if (count)
		memmove(all + kept, all + i, (count - i) * sizeof *all);
	f->list.count = kept + count - i;
	return rc;
}

/* By image, then band. */
static int by_image(const void *a, const void *b)
{
	const struct found *x = *(const struct found *const *)a;
	const struct found *y = *(const struct found *const *)b;
	int order = strcmp(x->path, y->path);

	if (order == 0)
		order = strcmp(x->hdu ? x->hdu : "", y->hdu ? y->hdu : "");
	if (order == 0)
		order = (x->plane > y->plane) - (x->plane < y->plane);
	return order ? order : (x->band > y->band) - (x->band < y->band);
}

/* Counts images that several fields have in the same band. */
static int count_shared(struct pz_frames *f)
{
	size_t n = f->list.count;
	const struct found **all = malloc((n + 1) * sizeof *all);
	int rc = 0;

	if (!all)
		return pz_fail(PZ_ENOMEM, "no memory for the names of %zu frames", n);
	for (size_t i = 0; i < n; i++)
		all[i] = &f->list.found[i];
	qsort(all, n, sizeof *all, by_image);
	for (size_t i = 1; i < n && rc == 0; i++)
		if (by_image(&all[i - 1], &all[i]) == 0)
			rc = count_again(f, all[i]->path);
	free(all);
	return rc;
}

/* Sorts what was found into fields. */
static int sort_fields(struct pz_frames *f)
{
	const struct found *all = f->list.found;
	int rc;

	if (f->list.count)
		qsort(f->list.found, f->list.count, sizeof *all, compare);
	if ((rc = drop_duplicates(f)) < 0 || (rc = count_shared(f)) < 0)
		return rc;
	return pz_frames_group(f);
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

int pz_frames_find_one(struct found_list *l, const char *text, const char *const *band, int bands,
		       const struct pz_frames_options *o)
{
	return *text == '@' ? pz_frames_read_list(l, text + 1, band, bands, o)
			    : pz_frames_match(l, text, band, bands);
}

/* A pattern without the band: its files are looked into for that. */
static int find_unbanded(struct pz_frames *f, const char *text, const struct pz_frames_options *o)
{
	size_t before = f->list.count;
	int rc = o ? pz_frames_find_one(&f->list, text, f->band, f->bands, o) : 0;

	if (rc == 0 && f->list.count > before)
		rc = pz_frames_look_for_bands(f, before, o);
	if (rc == 0 && f->list.count == before)
		rc = pz_fail(PZ_EUSAGE,
			     "frames: expected %%b in '%s', in place of the band; @%s would be a "
			     "list of files%s",
			     text, text,
			     o ? "; no file of it says of which bands its images or planes are"
			       : "");
	return rc;
}

/* Finds all that a list of patterns, with commas between, stands for. */
static int find_all(struct pz_frames *f, const char *patterns, const struct pz_frames_options *o)
{
	char *list = strdup(patterns), *rest = list, *text;
	int rc = list ? 0 : pz_fail(PZ_ENOMEM, "no memory for the names of frames");

	while (rc == 0 && (text = pz_frames_next_pattern(&rest, f->band, f->bands)))
		rc = f->bands > 1 && *text != '@' && !strstr(text, "%b")
			     ? find_unbanded(f, text, o)
			     : pz_frames_find_one(&f->list, text, f->band, f->bands, o);
	free(list);
	return rc;
}

int pz_frames_search(struct pz_frames **out, const char *patterns, const char *const *band,
		     int bands, const struct pz_frames_options *o)
{
	struct pz_frames *f = calloc(1, sizeof *f);
	int rc;

	*out = NULL;
	if (!f)
		return pz_fail(PZ_ENOMEM, "no memory for the names of frames");
	f->band = band;
	f->bands = bands;
	rc = find_all(f, patterns, o);
	if (rc == 0)
		rc = sort_fields(f);
	if (rc == 0)
		rc = check_bands(f, patterns);
	if (rc < 0)
		pz_frames_free(f);
	else
		*out = f;
	return rc;
}

int pz_frames_find(struct pz_frames **f, const char *patterns, const char *const *band, int bands)
{
	return pz_frames_search(f, patterns, band, bands, NULL);
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
			return (struct pz_frame){ .path = one->path,
						  .hdu = one->hdu,
						  .mask = one->mask,
						  .mask_hdu = one->mask_hdu,
						  .band = f->band[b],
						  .plane = one->plane,
						  .name = one->name,
						  .version = one->version,
						  .head = one->head,
						  .head_number = one->head_number,
						  .zeropoint = one->zeropoint,
						  .psf = one->psf };
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

size_t pz_frames_zeropoints(const struct pz_frames *f, const char **without)
{
	size_t n = 0;

	*without = NULL;
	for (size_t i = 0; i < f->list.count; i++)
		if (f->list.found[i].zeropoint != 0)
			n++;
		else if (!*without)
			*without = f->list.found[i].path;
	return n;
}

bool pz_frames_psfs(const struct pz_frames *f)
{
	for (size_t i = 0; i < f->list.count; i++)
		if (f->list.found[i].psf > 0)
			return true;
	return false;
}

size_t pz_frames_twice(const struct pz_frames *f, const char **first)
{
	*first = f->again;
	return f->twice;
}

const char *pz_frames_unknown(const struct pz_frames *f)
{
	return f->list.unknown[0] ? f->list.unknown : NULL;
}
