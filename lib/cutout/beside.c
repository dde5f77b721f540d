/* beside.c -- which header beside an image is whose */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include <pz/error.h>

#include "../wcs/head.h"
#include "../wcs/transform.h"
#include "beside.h"
#include "hdu_name.h"

/* The length of a path without an ending that is one of these; n, if it has none of them. */
static size_t without(const char *path, size_t n, const char *const *endings)
{
	for (; *endings; endings++) {
		size_t m = strlen(*endings);

		if (n > m && !strncasecmp(path + n - m, *endings, m))
			return n - m;
	}
	return n;
}

int pz_beside_find(const char *path, char head[BESIDE_PATH])
{
	static const char *const packed[] = { ".fz", ".gz", ".bz2", NULL };
	static const char *const fits[] = { ".fits", ".fit", ".fts", NULL };
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');
	size_t n = without(path, without(path, strlen(path), packed), fits);
	int why;

	snprintf(head, BESIDE_PATH, "%.*s.head", (int)n, path);
	if (access(head, F_OK) == 0)
		return 0;
	why = errno;
	if (dot && (size_t)(dot - path) != n) {
		char other[BESIDE_PATH];

		snprintf(other, sizeof other, "%.*s.head", (int)(dot - path), path);
		if (access(other, F_OK) == 0) {
			strcpy(head, other);
			return 0;
		}
	}
	return pz_fail(PZ_EIO, "%s: %s: expected the header of %s that --heads asks for", head,
		       strerror(why), path);
}

/* Whether an image counts: of all, of those that are pictures, of those that have a WCS too. */
static bool counts_among(const struct image *one, int level)
{
	return level == 0 || (!one->other && (level == 1 || one->celestial));
}

/* Numbers the headers for the images; false: there are not as many. */
static bool number_headers(struct images *all, size_t headers)
{
	for (int level = 0; level < 3; level++) {
		size_t n = 0;

		for (size_t i = 0; i < all->count; i++)
			n += counts_among(&all->image[i], level);
		if (n != headers)
			continue;
		for (size_t i = 0, k = 0; i < all->count; i++)
			all->image[i].head = counts_among(&all->image[i], level) ? (int)k++ : -1;
		return true;
	}
	return false;
}

/* Whether an image is a frame, or the HDU that is asked for. */
static bool is_wanted(const struct image *one, const struct heads *h, const char *hdu)
{
	if (hdu)
		return pz_hdu_is_named(hdu, one->hdu, one->name, one->version);
	return !one->other &&
	       (one->celestial || (one->head >= 0 && pz_head_has_wcs(h, (size_t)one->head)));
}

int pz_beside_choose(struct images *all, const char *path, const char *head, const char *hdu)
{
	size_t kept = 0;
	struct heads h;
	int rc = pz_heads_read(&h, head);

	if (rc < 0)
		return rc;
	if (!number_headers(all, h.count)) {
		rc = pz_fail(PZ_EDATA,
			     "%s: expected %zu headers, one for each image of %s, found %zu", head,
			     all->count, path, h.count);
		goto done;
	}
	for (size_t i = 0; i < all->count; i++)
		if (is_wanted(&all->image[i], &h, hdu) && (!hdu || kept == 0))
			all->image[kept++] = all->image[i];
	all->count = kept;
done:
	pz_heads_free(&h);
	return rc;
}

/* Reads a file of headers, which must have that one. */
static int read_heads(struct heads *h, const char *head, int number)
{
	int rc = pz_heads_read(h, head);

	if (rc < 0 || (size_t)number < h->count)
		return rc;
	pz_heads_free(h);
	return pz_fail(PZ_EDATA, "%s: it changed while it was read", head);
}

/* FLXSCALE of a header, or 1. */
static int read_scale(const struct heads *h, const struct pz_frame *frame, double *scale)
{
	int rc = pz_head_number(h, (size_t)frame->head_number, "FLXSCALE", scale);

	if (rc == 0)
		*scale = 1;
	else if (rc > 0 && !(*scale > 0))
		rc = pz_fail(PZ_EDATA,
			     "%s: header %d: FLXSCALE: expected a factor above 0, found %g",
			     frame->head, frame->head_number + 1, *scale);
	return rc < 0 ? rc : 0;
}

int pz_beside_read_wcs(struct pz_wcs **w, struct pz_fits *f, const struct pz_frame *frame,
		       double *scale)
{
	struct heads h;
	int rc;

	*w = NULL;
	if (scale)
		*scale = 1;
	if (!frame->head)
		return pz_wcs_read(w, f);
	if ((rc = read_heads(&h, frame->head, frame->head_number)) < 0)
		return rc;
	if (scale)
		rc = read_scale(&h, frame, scale);
	if (rc == 0)
		rc = pz_wcs_read_headed(w, f, &h, (size_t)frame->head_number);
	pz_heads_free(&h);
	return rc;
}

int pz_beside_list(struct pz_fits *f, const char *head, int number, char *list, size_t size)
{
	struct heads h;
	int rc = read_heads(&h, head, number);

	if (rc < 0)
		return rc;
	rc = pz_head_list_both(&h, (size_t)number, f, list, size);
	pz_heads_free(&h);
	return rc;
}
