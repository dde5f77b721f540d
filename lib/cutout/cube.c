/* cube.c -- which plane of a cube is of which band */
#include <stdio.h>
#include <string.h>

#include <pz/error.h>

#include "cube.h"

#define LIST 512 /* bytes of a list of names */

/* Whether an item is the band's: the whole of it, or its first word. */
bool pz_cube_is_band(const char *name, const char *band)
{
	size_t n = strlen(band);

	return !strncmp(name, band, n) && (!name[n] || name[n] == ' ' || name[n] == '.');
}

/* How many items a list has, between commas, semicolons or blanks; item p is copied. */
static size_t read_item(const char *list, size_t p, char name[CUBE_NAME])
{
	size_t items = 0;

	for (size_t n; *(list += strspn(list, " ,;")); list += n, items++) {
		n = strcspn(list, " ,;");
		if (items == p)
			snprintf(name, CUBE_NAME, "%.*s", (int)n, list);
	}
	return items;
}

/* By a keyword that has all names: a list of them, or one letter for each. */
static bool name_by_list(struct pz_fits *f, const char *key, size_t p, char name[CUBE_NAME])
{
	size_t planes = pz_fits_planes(f);
	char list[LIST];

	if (pz_fits_text(f, key, list, sizeof list) <= 0)
		return false;
	if (read_item(list, p, name) == planes)
		return true;
	if (strlen(list) != planes)
		return false;
	snprintf(name, CUBE_NAME, "%c", list[p]);
	return true;
}

/* By keywords with numbers, from 0 or from 1 on; of all planes. */
static bool name_by_number(struct pz_fits *f, const char *key, size_t p, char name[CUBE_NAME])
{
	size_t planes = pz_fits_planes(f), first;
	char numbered[24], other[CUBE_NAME];

	snprintf(numbered, sizeof numbered, "%s0", key);
	first = pz_fits_text(f, numbered, other, sizeof other) > 0 ? 0 : 1;
	for (size_t k = 0; k < planes; k++) {
		snprintf(numbered, sizeof numbered, "%s%zu", key, k + first);
		if (pz_fits_text(f, numbered, k == p ? name : other, CUBE_NAME) <= 0)
			return false;
	}
	return true;
}

int pz_cube_name(struct pz_fits *f, const char *planes, size_t p, char name[CUBE_NAME])
{
	static const char *const lists[] = { "BANDS", "FILTERS", "BAND", "FILTER" };
	bool found = false;

	name[0] = '\0';
	if (planes) {
		size_t n = read_item(planes, p, name);

		if (n == pz_fits_planes(f))
			return 1;
		return pz_fail(PZ_EDATA,
			       "%s: --planes %s: expected the bands of %zu planes, found %zu",
			       pz_fits_where(f), planes, pz_fits_planes(f), n);
	}
	found = name_by_number(f, "BAND", p, name) || name_by_number(f, "FILTER", p, name);
	for (size_t i = 0; !found && i < sizeof lists / sizeof *lists; i++)
		found = name_by_list(f, lists[i], p, name);
	if (!found)
		name[0] = '\0';
	return found && name[0];
}

/* Where no plane is the band's. */
static int fail_plane(struct pz_fits *f, const char *planes, const char *band)
{
	char names[LIST] = "", name[CUBE_NAME];
	size_t used = 0;

	for (size_t p = 0; p < pz_fits_planes(f) && used < sizeof names - CUBE_NAME - 2; p++)
		if (pz_cube_name(f, planes, p, name) > 0)
			used += (size_t)snprintf(names + used, sizeof names - used, "%s%s",
						 used ? ", " : "", name);
	if (used)
		return pz_fail(PZ_EDATA,
			       "%s: a cube with planes of the bands %s: none is of band %s",
			       pz_fits_where(f), names, band);
	return pz_fail(PZ_EDATA,
		       "%s: a cube of %zu planes, and no BANDS, BAND0 or FILTER keywords say of "
		       "which bands: expected --planes with their names, or a table of frames "
		       "with a column plane",
		       pz_fits_where(f), pz_fits_planes(f));
}

/* Chooses the plane whose name is the band's. */
static int choose_by_name(struct pz_fits *f, const char *planes, const char *band)
{
	char name[CUBE_NAME];
	long chosen = -1;
	int rc;

	for (size_t p = 0; p < pz_fits_planes(f); p++) {
		if ((rc = pz_cube_name(f, planes, p, name)) < 0)
			return rc;
		if (rc == 0 || !pz_cube_is_band(name, band))
			continue;
		if (chosen >= 0)
			return pz_fail(PZ_EDATA, "%s: planes %ld and %zu are both of band %s",
				       pz_fits_where(f), chosen, p, band);
		chosen = (long)p;
	}
	return chosen < 0 ? fail_plane(f, planes, band) : pz_fits_choose_plane(f, (size_t)chosen);
}

static int choose_plane(struct pz_fits *f, const struct pz_frame *frame, const char *planes)
{
	if (frame->plane >= 0)
		return pz_fits_choose_plane(f, (size_t)frame->plane);
	return pz_fits_planes(f) > 1 ? choose_by_name(f, planes, frame->band) : 0;
}

int pz_cube_open(struct pz_fits **f, const struct pz_frame *frame, const char *hdu,
		 const char *planes, bool peek)
{
	char flat[PZ_ERROR_TEXT];
	int rc = PZ_EDATA;

	*f = NULL;
	if (frame->hdu)
		hdu = frame->hdu;
	if (frame->plane < 0) {
		rc = peek ? pz_fits_peek_image(f, frame->path, hdu)
			  : pz_fits_open_image(f, frame->path, hdu);
		if (rc != PZ_EDATA)
			return rc;
		snprintf(flat, sizeof flat, "%s", pz_error_text());
	}
	/* of images of two axes there was none */
	if ((rc = pz_fits_open_cube(f, frame->path, hdu)) < 0)
		return frame->plane < 0 ? pz_fail(rc, "%s", flat) : rc;
	if ((rc = choose_plane(*f, frame, planes)) < 0) {
		pz_fits_close(*f);
		*f = NULL;
	}
	return rc;
}
