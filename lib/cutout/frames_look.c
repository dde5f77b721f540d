/* frames_look.c -- files that hold several frames: each becomes a field of its own */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>
#include <pz/fits.h>
#include <pz/team.h>
#include <pz/threads.h>

#include "beside.h"
#include "frames_found.h"
#include "images.h"

struct look {
	struct pz_frames *f;
	const struct pz_frames_options *o;
	struct images *images; /* of each file that was found */
	struct found_list to;
	struct pz_failure failure;
};

/* The images of one file that was found. */
static int look_at_file(struct look *l, size_t i, bool quick)
{
	const struct found *one = &l->f->list.found[i];
	const char *mask = one->mask_hdu ? one->mask_hdu : l->o->mask_hdu;
	bool inside = one->mask && !strcmp(one->mask, one->path);
	char head[BESIDE_PATH];
	struct image_search how = { .quick = quick,
				    .mask = inside ? mask : NULL,
				    .planes = l->o->planes,
				    .hdu = one->hdu ? one->hdu : l->o->hdu };
	int rc;

	if (l->o->heads) {
		if ((rc = pz_beside_find(one->path, head)) < 0)
			return rc;
		how.head = head;
	} else if (one->hdu || one->plane >= 0) {
		return 0;
	}
	return pz_images_find(&l->images[i], one->path, &how);
}

/* Looks at the files of a field. Where the first is compressed as a whole and has one frame, the
 * others are taken to be like it: to unpack them for this alone would cost as much as reading. */
static void look_at_field(void *arg, size_t field, size_t thread)
{
	struct look *l = arg;
	size_t first = l->f->first[field], end = l->f->first[field + 1];
	int rc = look_at_file(l, first, true);

	(void)thread;
	for (size_t i = first + 1; i < end && rc == 0; i++) {
		bool packed = pz_fits_looks_packed(l->f->list.found[i].path);

		if (!packed || l->o->heads || l->images[first].count > 1)
			rc = look_at_file(l, i, l->images[first].count < 2);
	}
	if (rc < 0)
		pz_failure_note(&l->failure, field, rc);
}

/* The image of a file in a part of a mosaic; NULL: it has none there. */
static const struct image *image_of(const struct images *all, const char *part)
{
	if (all->whole)
		return &all->image[0];
	for (size_t k = 0; k < all->count; k++)
		if (!strcasecmp(all->image[k].name, part))
			return &all->image[k];
	return NULL;
}

/* Adds a file's frame in a part of a mosaic; part NULL: the field has no parts. */
static int add_part(struct look *l, size_t i, const char *part)
{
	const struct found *one = &l->f->list.found[i];
	const struct images *all = &l->images[i];
	const struct image *image = all->count ? image_of(all, part ? part : "") : NULL;
	char field[4096 + IMAGE_NAME], number[16];
	struct found instead = {
		.field = one->field, .hdu = one->hdu, .plane = one->plane, .band = one->band
	};

	if (all->count && !image)
		return 0;
	if (image) {
		snprintf(number, sizeof number, "%d", image->hdu);
		instead.hdu = number;
	}
	if (image && image->head >= 0) {
		instead.head = all->head;
		instead.head_number = image->head;
	}
	if (image && all->count > 1) {
		instead.name = (char *)(uintptr_t)image->name;
		instead.version = image->version;
	}
	if (part) {
		snprintf(field, sizeof field, "%s[%s]", one->field, part);
		instead.field = field;
	}
	return pz_found_copy(&l->to, one, &instead);
}

/* Adds the parts of a field that files from `first` on have: those that no file before i had. */
static int add_parts(struct look *l, size_t first, size_t i, size_t end)
{
	const struct images *all = &l->images[i];
	int rc = 0;

	for (size_t k = 0; all->count > 1 && k < all->count && rc == 0; k++) {
		const char *part = all->image[k].name;
		bool before = false;

		for (size_t j = first; j < i && !before; j++)
			before = l->images[j].count > 1 && image_of(&l->images[j], part);
		for (size_t j = first; j < end && !before && rc == 0; j++)
			rc = add_part(l, j, part);
	}
	return rc;
}

/* Whether the single image of file i has the name of a part of a mosaic in the field's other files.
 * Otherwise it goes with all of the parts. */
static bool is_a_part(const struct look *l, size_t i, size_t first, size_t end)
{
	for (size_t j = first; j < end; j++)
		if (l->images[j].count > 1 && image_of(&l->images[j], l->images[i].image[0].name))
			return true;
	return false;
}

static int add_field(struct look *l, size_t field)
{
	size_t first = l->f->first[field], end = l->f->first[field + 1], most = 0;
	int rc = 0;

	for (size_t i = first; i < end; i++)
		most = l->images[i].count > most ? l->images[i].count : most;
	for (size_t i = first; i < end; i++)
		l->images[i].whole = l->images[i].count == 1 && !is_a_part(l, i, first, end);
	for (size_t i = first; i < end && rc == 0; i++)
		rc = most > 1 ? add_parts(l, first, i, end) : add_part(l, i, NULL);
	return rc;
}

/* Counts what is to be said of a file. */
static void count_seen(struct pz_frames_seen *seen, const char *path, const struct images *all)
{
	if (all->count > 1 && seen->mosaics++ == 0)
		snprintf(seen->mosaic, sizeof seen->mosaic, "%s", path);
	seen->frames += all->count > 1 ? all->count : 0;
	if (all->count && all->bare && seen->bare == 0)
		snprintf(seen->no_wcs, sizeof seen->no_wcs, "%s: HDU %d", path, all->bare_hdu);
	seen->bare += all->count ? all->bare : 0;
	if (all->layers && seen->layers == 0)
		snprintf(seen->layer, sizeof seen->layer, "%s: HDU %d", path, all->layer_hdu);
	seen->layers += all->layers;
	if (all->cut && all->count && seen->cut++ == 0)
		snprintf(seen->why, sizeof seen->why, "%s", all->why);
}

/* Puts what was found in place of the list, and says again where fields begin. */
static int replace_list(struct look *l)
{
	struct pz_frames *f = l->f;

	l->to.patterns = f->list.patterns;
	memcpy(l->to.unknown, f->list.unknown, sizeof l->to.unknown);
	pz_found_free(&f->list);
	f->list = l->to;
	l->to = (struct found_list){ 0 };
	return pz_frames_group(f);
}

/* Counts the frames with headers beside them, and lists which keywords the first has twice. */
static int count_headed(const struct pz_frames *f, struct pz_frames_seen *seen)
{
	int rc = 0;

	for (size_t i = 0; i < f->list.count && rc == 0; i++) {
		const struct found *one = &f->list.found[i];
		struct pz_fits *file;

		if (!one->head || seen->headed++ > 0)
			continue;
		snprintf(seen->head, sizeof seen->head, "%s", one->head);
		if ((rc = pz_fits_open_cube(&file, one->path, one->hdu)) == 0)
			rc = pz_beside_list(file, one->head, one->head_number, seen->replaced,
					    sizeof seen->replaced);
		pz_fits_close(file);
	}
	return rc;
}

int pz_frames_look(struct pz_frames *f, const struct pz_frames_options *o,
		   struct pz_frames_seen *seen)
{
	size_t n = f->list.count;
	struct look l = { .f = f, .o = o };
	int rc;

	*seen = (struct pz_frames_seen){ 0 };
	if (o->hdu && !o->heads)
		return 0;
	if (!(l.images = calloc(n + 1, sizeof *l.images)))
		return pz_fail(PZ_ENOMEM, "no memory for the images of %zu files", n);
	pz_team_run((size_t)pz_threads(), f->fields, look_at_field, &l);
	rc = pz_failure_raise(&l.failure);
	for (size_t i = 0; i < n && rc == 0; i++)
		count_seen(seen, f->list.found[i].path, &l.images[i]);
	for (size_t k = 0; k < f->fields && rc == 0; k++)
		rc = add_field(&l, k);
	if (rc == 0)
		rc = replace_list(&l);
	if (rc == 0)
		rc = count_headed(f, seen);
	for (size_t i = 0; i < n; i++)
		pz_images_release(&l.images[i]);
	free(l.images);
	pz_found_free(&l.to);
	return rc;
}
