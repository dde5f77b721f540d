/* stated.c -- what a file of images states beside them, and what of it is not read */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../common/tool.h"
#include "images.h"
#include "stored.h"

int images_bands(const struct images *im, char *list, size_t size)
{
	int i = images_find(im, "image_band");
	const struct pz_array *a = i < 0 ? NULL : pz_arrays_at(im->file, i);
	char(*name)[PZ_BAND_NAME * 2];
	size_t used = 0;

	list[0] = '\0';
	if (!a || a->kind != PZ_ARRAY_TEXT || a->rows < 1 || a->values != (size_t)im->bands ||
	    !(name = calloc(a->values, sizeof *name)))
		return 0;
	if (pz_array_read_texts(im->file, i, 0, 1, name[0], sizeof *name) == 0)
		for (size_t b = 0; b < a->values && used < size; b++) {
			const char *dash = strrchr(name[b], '-');

			if (dash && dash[1] && !dash[2] && strchr("UGRIZY", dash[1]))
				name[b][dash + 1 - name[b]] = (char)tolower(dash[1]);
			used += (size_t)snprintf(list + used, size - used, "%s%s", b ? "," : "",
						 dash ? dash + 1 : name[b]);
		}
	free(name);
	return used > 0 && used < size;
}

void images_unit(const struct images *im, char *unit, size_t size)
{
	static const char *const key[] = { "unit", "units", "BUNIT" };

	unit[0] = '\0';
	for (int i = 0; i < 3 && !unit[0]; i++)
		pz_array_attribute(im->file, im->array, key[i], unit, size);
}

#define STATED_MAX 3600 /* arcsec, of a pixel or a PSF, as of the options that say them */

/* A number of arcsec that it states as an attribute, as toarray writes them; 0: none that can be.
 */
static double stated_number(const struct images *im, const char *key)
{
	double x = 0;

	pz_array_attribute_number(im->file, im->array, key, &x);
	return x > 0 && x <= STATED_MAX ? x : 0;
}

double images_psf(const struct images *im)
{
	return stated_number(im, "psf");
}

double images_pixscale(const struct images *im)
{
	int i = images_find(im, "image_scale");
	const struct pz_array *a = i < 0 ? NULL : pz_arrays_at(im->file, i);
	double scale[PZ_BANDS_MAX];

	if (!a)
		return stated_number(im, "pixscale");
	if (a->rows < 1 || a->values < 1 || a->values > PZ_BANDS_MAX ||
	    pz_array_read_doubles(im->file, i, 0, 1, scale) < 0)
		return 0;
	for (size_t b = 1; b < a->values; b++)
		if (scale[b] != scale[0])
			return 0;
	/* as people write it, whatever a float32 made of it */
	return scale[0] > 0 && scale[0] <= STATED_MAX ? rint(scale[0] * 1e7) / 1e7 : 0;
}

bool images_have_columns(const struct images *im)
{
	for (int i = 0; i < pz_arrays_count(im->file); i++) {
		const struct pz_array *a = pz_arrays_at(im->file, i);

		if (i != im->array && a->dims > 0 && a->values == 1 && a->rows == im->count &&
		    a->kind != PZ_ARRAY_OTHER)
			return true;
	}
	return false;
}

/* Arrays of one value a row that have not as many rows as there are images. */
static void say_other_rows(const struct tool *t, const struct images *im, const char *path)
{
	char list[300] = "";
	size_t used = 0;

	for (int i = 0; i < pz_arrays_count(im->file) && used < sizeof list; i++) {
		const struct pz_array *a = pz_arrays_at(im->file, i);

		if (i != im->array && a->dims == 1 && a->rows > 1 && a->rows != im->count &&
		    strncmp(a->name, "pzpipe/", 7) != 0 && !stored_is_beside(a->name))
			used += (size_t)snprintf(list + used, sizeof list - used,
						 "%s%s (%" PRIu64 ")", used ? ", " : "", a->name,
						 a->rows);
	}
	if (used)
		tool_say(t,
			 "%s: arrays that have not as many rows as there are images, %" PRIu64
			 ", are not read: %s%s",
			 path, im->count, list, used >= sizeof list ? " ..." : "");
}

void images_say_unread(const struct tool *t, const struct images *im, const char *path)
{
	for (int i = 0; i < pz_arrays_count(im->file); i++) {
		const struct pz_array *a = pz_arrays_at(im->file, i);

		if (a->kind == PZ_ARRAY_OTHER && a->dims == 1 && a->rows == im->count)
			tool_say(t,
				 "%s: array '%s' is not read: it holds Python objects, references "
				 "or the like; numpy.array(x, str) makes texts of objects",
				 path, a->name);
	}
	say_other_rows(t, im, path);
}
