/* images.c -- which images of a file are frames */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>
#include <pz/fits.h>

#include "../wcs/look.h"
#include "beside.h"
#include "cube.h"
#include "hdu_name.h"
#include "images.h"

#define IMAGES_MAX 1024 /* of a file */

/* Words of names of HDUs that hold no picture of the sky, as pipelines use them. */
static const char *const companions[] = {
	"MSK",       "MASK",   "MASKS",    "MASKED",      "DQ",      "DQA",        "DQM",
	"FLAG",      "FLAGS",  "BPM",      "BADPIX",      "QUALITY", "QUAL",       "BITMASK",
	"WGT",       "WHT",    "WT",       "WEIGHT",      "WEIGHTS", "WMAP",       "VAR",
	"VARIANCE",  "IVAR",   "INVVAR",   "INVVARS",     "IVM",     "ERR",        "ERROR",
	"ERRORS",    "SIGMA",  "RMS",      "NOISE",       "STD",     "STDDEV",     "STDEV",
	"UNC",       "UNCERT", "STAT",     "UNCERTAINTY", "CTX",     "CON",        "CONTEXT",
	"NEXP",      "EXPMAP", "COVERAGE", "COV",         "PSF",     "MODEL",      "RESIDUAL",
	"RESIDUALS", "RESID",  "BKG",      "BACK",        "SKY",     "BACKGROUND", "D2IMARR",
	"WCSDVARR",
};

static bool is_companion_word(const char *word, size_t n)
{
	for (size_t i = 0; i < sizeof companions / sizeof *companions; i++)
		if (strlen(companions[i]) == n && !strncasecmp(companions[i], word, n))
			return true;
	return false;
}

static bool is_companion(const char *name)
{
	if (is_companion_word(name, strlen(name)))
		return true;
	for (size_t n; *name; name += n) {
		n = strcspn(name, " _-.,:;/0123456789[]()");
		if (n && is_companion_word(name, n))
			return true;
		n += name[n] != '\0';
	}
	return false;
}

bool pz_images_is_other(struct pz_fits *f, const char *name, const char *mask)
{
	int version = (int)pz_fits_number(f, "EXTVER", 1);
	char type[IMAGE_NAME];

	pz_fits_text(f, "EXTTYPE", type, sizeof type);
	return (mask && pz_hdu_is_named(mask, pz_fits_number_of_hdu(f), name, version)) ||
	       is_companion(name) || is_companion(type);
}

static int add_image(struct images *all, struct pz_fits *f, const struct image *one)
{
	/* To come to an image, all headers before it are read: the work grows with the square. */
	if (all->count == IMAGES_MAX)
		return pz_fail(PZ_EDATA, "%s: more than %d images that may be frames",
			       pz_fits_where(f), IMAGES_MAX);
	if (all->count == all->room) {
		size_t room = all->room ? 2 * all->room : 4;
		struct image *more = realloc(all->image, room * sizeof *more);

		if (!more)
			return pz_fail(PZ_ENOMEM, "no memory for %zu images", room);
		all->image = more;
		all->room = room;
	}
	all->image[all->count++] = *one;
	return 0;
}

static bool is_layer(const struct images *all, uint64_t print)
{
	for (size_t i = 0; i < all->count; i++)
		if (all->image[i].print == print)
			return true;
	return false;
}

/* Takes an image that is no mask or the like for a frame, or counts it otherwise. */
static int take_frame(struct images *all, struct pz_fits *f, const struct image *one,
		      const struct image_search *how)
{
	char name[CUBE_NAME];

	if (!one->celestial) {
		if (all->bare++ == 0)
			all->bare_hdu = one->hdu;
		return 0;
	}
	if (pz_fits_planes(f) > 1 && pz_cube_name(f, how->planes, 0, name) <= 0)
		return 0; /* which plane it would be, nothing says */
	if (is_layer(all, one->print)) {
		if (all->layers++ == 0)
			all->layer_hdu = one->hdu;
		return 0;
	}
	return add_image(all, f, one);
}

/* Takes the image that f is at, if it is a frame; all images where they have headers beside. */
static int take_image(struct images *all, struct pz_fits *f, const struct image_search *how)
{
	struct image one = { .hdu = pz_fits_number_of_hdu(f), .head = -1 };
	struct wcs_look look;
	int rc;

	pz_fits_text(f, "EXTNAME", one.name, sizeof one.name);
	one.version = (int)pz_fits_number(f, "EXTVER", 1);
	one.other = pz_images_is_other(f, one.name, how->mask);
	if (one.other && !how->head)
		return 0;
	if ((rc = pz_wcs_look(&look, f)) < 0)
		return rc;
	one.print = look.print;
	one.celestial = look.celestial;
	return how->head ? add_image(all, f, &one) : take_frame(all, f, &one, how);
}

static bool is_same(const struct image *a, const struct image *b, bool version)
{
	return !strcasecmp(a->name, b->name) && (!version || a->version == b->version);
}

/* How many of the images have the name, or name and version, of one of them. */
static size_t count_same(const struct images *all, const struct image *one, bool version)
{
	size_t n = 0;

	for (size_t i = 0; i < all->count; i++)
		n += is_same(&all->image[i], one, version);
	return n;
}

/* Names each image by its EXTNAME, with its EXTVER where that is needed, or else by number. */
static int name_images(struct images *all)
{
	char(*name)[IMAGE_NAME] = calloc(all->count + 1, sizeof *name);

	if (!name)
		return pz_fail(PZ_ENOMEM, "no memory for %zu images", all->count);
	for (size_t i = 0; i < all->count; i++) {
		const struct image *one = &all->image[i];

		if (!one->name[0] || count_same(all, one, true) > 1)
			snprintf(name[i], IMAGE_NAME, "%d", one->hdu);
		else if (count_same(all, one, false) > 1)
			snprintf(name[i], IMAGE_NAME, "%.60s,%d", one->name, one->version);
		else
			snprintf(name[i], IMAGE_NAME, "%s", one->name);
	}
	for (size_t i = 0; i < all->count; i++)
		memcpy(all->image[i].name, name[i], IMAGE_NAME);
	free(name);
	return 0;
}

/* Walks through a file: 0 at its end, 1 where the beginning was enough or was all there is. */
static int walk_file(struct images *all, const char *path, bool quick,
		     const struct image_search *how)
{
	struct pz_fits *f;
	bool beginning = quick;
	int rc = pz_fits_walk(&f, path, &beginning);

	while (rc == 0 && (rc = pz_fits_walk_next(f)) > 0) {
		rc = take_image(all, f, how);
		if (rc == 0 && beginning && pz_fits_number_of_hdu(f) == 0 && all->count == 1)
			break;
	}
	if (beginning && (rc < 0 || all->count != 1 || all->image[0].hdu != 0))
		rc = 1;
	pz_fits_close(f);
	return rc;
}

int pz_images_find(struct images *all, const char *path, const struct image_search *how)
{
	int rc;

	*all = (struct images){ 0 };
	if ((rc = walk_file(all, path, how->quick && !how->head, how)) > 0) {
		/* the beginning was not enough */
		pz_images_release(all);
		rc = walk_file(all, path, false, how);
	}
	if ((rc == PZ_ECORRUPT || rc == PZ_EDATA) && !how->head && all->count == 1 &&
	    all->image[0].hdu == 0) {
		all->cut = true;
		snprintf(all->why, sizeof all->why, "%s", pz_error_text());
		rc = 0;
	}
	if (rc == 0 && how->head && !(all->head = strdup(how->head)))
		rc = pz_fail(PZ_ENOMEM, "%s: no memory", path);
	if (rc == 0 && how->head && all->count)
		rc = pz_beside_choose(all, path, how->head, how->hdu);
	return rc < 0 ? rc : name_images(all);
}

void pz_images_release(struct images *all)
{
	free(all->image);
	free(all->head);
	*all = (struct images){ 0 };
}
