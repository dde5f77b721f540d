/* images.c -- images of galaxies from an array */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "images.h"

#define BLOCK ((size_t)1 << 20) /* pixels of a block of images, one image at least */

/* -- opening */

static int fail_names(const struct images *im, const char *path, const char *names)
{
	char found[600] = "";
	size_t used = 0;

	for (int i = 0; i < pz_arrays_count(im->file) && used < sizeof found; i++)
		used += (size_t)snprintf(found + used, sizeof found - used, "%s%s", i ? ", " : "",
					 pz_arrays_at(im->file, i)->name);
	return pz_fail(PZ_EDATA,
		       "%s: no array '%s'; it has %s%s: say by --images which holds the images",
		       path, names, found, used >= sizeof found ? " ..." : "");
}

/* The array of that name or, where only one in all groups has it, of a group; -1: there is none. */
static int find_name(const struct images *im, const char *name)
{
	int found = pz_arrays_find(im->file, name), n = 0;

	for (int i = 0; i < pz_arrays_count(im->file) && (n > 0 || found < 0); i++) {
		const char *last = strrchr(pz_arrays_at(im->file, i)->name, '/');

		if (last && !strcmp(last + 1, name)) {
			found = i;
			n++;
		}
	}
	return n > 1 ? -1 : found;
}

/* The first array of the list that is there; -1: none is. */
static int find_array(const struct images *im, const char *names)
{
	char name[PZ_ARRAY_NAME];

	for (const char *at = names; *at; at += *at == ',') {
		size_t n = strcspn(at, ",");
		int i;

		snprintf(name, sizeof name, "%.*s", (int)n, at);
		if ((i = find_name(im, name)) >= 0)
			return i;
		at += n;
	}
	return -1;
}

/* Which axes are which; false: the lengths do not say. */
static bool guess_layout(struct images *im, const uint64_t *shape)
{
	if (im->layout != LAYOUT_ANY)
		return true;
	if (shape[2] == shape[3] && shape[1] != shape[2])
		im->layout = LAYOUT_NCHW;
	else if (shape[1] == shape[2] && shape[3] != shape[2])
		im->layout = LAYOUT_NHWC;
	return im->layout != LAYOUT_ANY;
}

static int fail_shape(const char *path, const struct pz_array *a, const char *expected)
{
	char shape[200] = "";
	size_t used = 0;

	for (int d = 0; d < a->dims; d++)
		used += (size_t)snprintf(shape + used, sizeof shape - used, "%s%llu",
					 d ? " x " : "", (unsigned long long)a->shape[d]);
	return pz_fail(PZ_EDATA, "%s: array '%s': expected %s, found %s", path, a->name, expected,
		       a->dims ? shape : "a single value");
}

/* Bands, side and layout from the array's axes. */
static int take_shape(struct images *im, const char *path, int size)
{
	const struct pz_array *a = pz_arrays_at(im->file, im->array);
	bool one = a->dims == 3; /* images of one band */
	uint64_t shape[4], bands, height, width;

	if (a->kind == PZ_ARRAY_TEXT || a->kind == PZ_ARRAY_OTHER || (a->dims != 4 && !one))
		return fail_shape(path, a,
				  "images: numbers with the axes image, band, row, column "
				  "(nchw) or image, row, column, band (nhwc)");
	memcpy(shape, a->shape, sizeof shape);
	if (one) {
		shape[3] = 1;
		im->layout = LAYOUT_NHWC;
	}
	if (!guess_layout(im, shape))
		return fail_shape(path, a,
				  "two axes of one length, of rows and columns: say --layout nchw "
				  "or --layout nhwc; otherwise square images");
	bands = shape[im->layout == LAYOUT_NCHW ? 1 : 3];
	height = shape[im->layout == LAYOUT_NCHW ? 2 : 1];
	width = shape[im->layout == LAYOUT_NCHW ? 3 : 2];
	if (bands < 1 || bands > PZ_BANDS_MAX || height != width || height < 1 ||
	    height > PZ_SIZE_MAX)
		return fail_shape(path, a, "square images of 1 to 4096 pixels in 1 to 64 bands");
	im->bands = (int)bands;
	im->side = (int)height;
	im->size = size ? size : im->side;
	im->count = a->rows;
	im->pixel = a->kind == PZ_ARRAY_FLOAT && a->bytes == 2 ? PZ_F2 : PZ_F4;
	if (im->size > im->side || (im->side - im->size) % 2)
		return pz_fail(PZ_EUSAGE,
			       "--size: expected at most the %d pixels of the images in %s, and as "
			       "many to leave out on both sides, found %d",
			       im->side, path, im->size);
	return 0;
}

int images_open(struct images *im, struct pz_arrays *file, const char *path, const char *names,
		enum layout layout, int size)
{
	size_t pixels;
	int rc;

	*im = (struct images){ .file = file, .layout = layout };
	if ((im->array = find_array(im, names)) < 0)
		return fail_names(im, path, names);
	if ((rc = take_shape(im, path, size)) < 0)
		return rc;
	pixels = (size_t)im->bands * (size_t)im->side * (size_t)im->side;
	im->room = BLOCK > pixels ? BLOCK / pixels : 1;
	im->block = malloc(im->room * pixels * sizeof *im->block);
	return im->block ? 0 : pz_fail(PZ_ENOMEM, "%s: no memory for an image", path);
}

void images_close(struct images *im)
{
	free(im->block);
	*im = (struct images){ 0 };
}

/* -- pixels */

/* The central part of one image in the block: to (bands, size, size). */
static void take_image(const struct images *im, const float *from, float *to)
{
	size_t side = (size_t)im->side, size = (size_t)im->size, bands = (size_t)im->bands;
	size_t edge = (side - size) / 2;
	bool planes = im->layout == LAYOUT_NCHW;
	size_t step = planes ? 1 : bands; /* to the next pixel of a row, and to the next band */
	size_t band = planes ? side * side : 1;

	for (size_t b = 0; b < bands; b++)
		for (size_t y = 0; y < size; y++) {
			const float *row = from + b * band + ((y + edge) * side + edge) * step;

			if (step == 1) {
				memcpy(to, row, size * sizeof *to);
				to += size;
				continue;
			}
			for (size_t x = 0; x < size; x++)
				*to++ = row[x * step];
		}
}

void images_cover(float *pixels, int bands, int size, double *cover)
{
	size_t n = (size_t)size * (size_t)size;

	for (int b = 0; b < bands; b++, pixels += n) {
		size_t good = 0;

		if (pz_pixels_finite(pixels, n)) {
			cover[b] = 1;
			continue;
		}
		for (size_t i = 0; i < n; i++) {
			good += isfinite(pixels[i]);
			pixels[i] = isfinite(pixels[i]) ? pixels[i] : 0;
		}
		cover[b] = (double)good / (double)n;
	}
}

int images_next(struct images *im, float *pixels, double *cover)
{
	size_t n = (size_t)im->bands * (size_t)im->side * (size_t)im->side;
	int rc;

	if (im->at == im->filled) {
		uint64_t left = im->count - im->row;

		im->at = 0;
		im->filled = left < im->room ? (size_t)left : im->room;
		if (im->filled == 0)
			return 0;
		if ((rc = pz_array_read_floats(im->file, im->array, im->row, im->filled,
					       im->block)) < 0)
			return rc;
		im->row += im->filled;
	}
	take_image(im, im->block + n * im->at++, pixels);
	images_cover(pixels, im->bands, im->size, cover);
	return 1;
}

/* -- what the file states */

int images_bands(const struct images *im, char *list, size_t size)
{
	int i = find_name(im, "image_band");
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

			used += (size_t)snprintf(list + used, size - used, "%s%s", b ? "," : "",
						 dash ? dash + 1 : name[b]);
		}
	free(name);
	return used > 0 && used < size;
}

double images_pixscale(const struct images *im)
{
	int i = find_name(im, "image_scale");
	const struct pz_array *a = i < 0 ? NULL : pz_arrays_at(im->file, i);
	double scale[PZ_BANDS_MAX];

	if (!a || a->rows < 1 || a->values < 1 || a->values > PZ_BANDS_MAX ||
	    pz_array_read_doubles(im->file, i, 0, 1, scale) < 0)
		return 0;
	for (size_t b = 1; b < a->values; b++)
		if (scale[b] != scale[0])
			return 0;
	return scale[0] > 0 && isfinite(scale[0]) ? scale[0] : 0;
}

bool images_have_columns(const struct images *im)
{
	for (int i = 0; i < pz_arrays_count(im->file); i++) {
		const struct pz_array *a = pz_arrays_at(im->file, i);

		if (i != im->array && a->dims > 0 && a->rows == im->count &&
		    a->kind != PZ_ARRAY_OTHER)
			return true;
	}
	return false;
}
