/* images.c -- images of galaxies from an array */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "images.h"
#include "planes.h"

#define BLOCK ((size_t)1 << 20) /* bytes of a block of images, one image at least */

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

int images_find(const struct images *im, const char *name)
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
		if ((i = images_find(im, name)) >= 0)
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
	im->pixel = a->kind == PZ_ARRAY_FLOAT && a->bytes == 2 && !a->packed ? PZ_F2 : PZ_F4;
	im->as_stored = a->kind == PZ_ARRAY_FLOAT && a->bytes == pz_pixel_bytes(im->pixel) &&
			!a->packed;
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
	size_t bytes;
	int rc;

	*im = (struct images){ .file = file, .layout = layout };
	if ((im->array = find_array(im, names)) < 0)
		return fail_names(im, path, names);
	if ((rc = take_shape(im, path, size)) < 0)
		return rc;
	/* Room for float32, which images_widen may want. */
	bytes = (size_t)im->bands * (size_t)im->side * (size_t)im->side * sizeof(float);
	im->room = BLOCK > bytes ? BLOCK / bytes : 1;
	im->raw = malloc(im->room * bytes);
	for (int i = 0; i < PZ_AHEAD_SLOTS; i++) {
		im->block[i].pixels = malloc(im->room * bytes);
		im->block[i].cover = calloc(im->room * (size_t)im->bands, sizeof(double));
		if (!im->raw || !im->block[i].pixels || !im->block[i].cover)
			return pz_fail(PZ_ENOMEM, "%s: no memory for an image", path);
	}
	return 0;
}

void images_widen(struct images *im)
{
	im->as_stored &= im->pixel == PZ_F4;
	im->pixel = PZ_F4;
}

void images_close(struct images *im)
{
	pz_ahead_end(im->ahead);
	for (int i = 0; i < PZ_AHEAD_SLOTS; i++) {
		free(im->block[i].pixels);
		free(im->block[i].cover);
	}
	free(im->raw);
	*im = (struct images){ 0 };
}

/* -- pixels */

/* Bands in planes: the central part of each row. */
static void take_planes(const struct images *im, const char *from, char *to)
{
	size_t one = pz_pixel_bytes(im->pixel), side = (size_t)im->side, size = (size_t)im->size;
	size_t edge = (side - size) / 2;

	for (size_t b = 0; b < (size_t)im->bands; b++)
		for (size_t y = 0; y < size; y++, to += size * one)
			memcpy(to, from + ((b * side + y + edge) * side + edge) * one, size * one);
}

/* Bands side by side: the central part of each row. */
static void take_pixels(const struct images *im, const char *from, char *to)
{
	size_t one = pz_pixel_bytes(im->pixel), side = (size_t)im->side, size = (size_t)im->size;
	size_t edge = (side - size) / 2, bands = (size_t)im->bands;

	for (size_t y = 0; y < size; y++, to += size * one)
		planes_spread(from + ((y + edge) * side + edge) * bands * one, size, bands,
			      size * size, im->pixel, to);
}

/* -- pixels without a value */

static bool is_value(const char *at, enum pz_pixel type)
{
	uint16_t half;
	float x;

	if (type == PZ_F4) {
		memcpy(&x, at, sizeof x);
		return isfinite(x);
	}
	memcpy(&half, at, sizeof half);
	return (half & 0x7c00) != 0x7c00;
}

static bool are_values(const char *at, size_t n, enum pz_pixel type)
{
	int32_t wide, most = 0; /* the largest exponent, which all NaN and infinities have */
	int16_t half, most_half = 0;

	for (size_t i = 0; type == PZ_F4 && i < n; i++) {
		memcpy(&wide, at + i * sizeof wide, sizeof wide);
		wide &= 0x7f800000;
		most = wide > most ? wide : most;
	}
	for (size_t i = 0; type == PZ_F2 && i < n; i++) {
		memcpy(&half, at + i * sizeof half, sizeof half);
		half &= 0x7c00;
		most_half = half > most_half ? half : most_half;
	}
	return most < 0x7f800000 && most_half < 0x7c00;
}

void images_cover(void *pixels, enum pz_pixel type, int bands, int size, double *cover)
{
	size_t n = (size_t)size * (size_t)size, one = pz_pixel_bytes(type);
	char *at = pixels;

	for (int b = 0; b < bands; b++, at += n * one) {
		size_t good = n;

		cover[b] = 1;
		if (are_values(at, n, type))
			continue;
		for (size_t i = 0; i < n; i++)
			if (!is_value(at + i * one, type)) {
				memset(at + i * one, 0, one);
				good--;
			}
		cover[b] = (double)good / (double)n;
	}
}

/* -- the next image */

static int read_images(struct images *im, size_t n, char *to)
{
	return im->as_stored ? pz_array_read_bytes(im->file, im->array, im->row, n, to)
			     : pz_array_read_floats(im->file, im->array, im->row, n, (float *)to);
}

/* The next images into a block, in planes; in a thread of its own. */
static int fill_block(void *context, void *slot)
{
	struct images *im = context;
	struct image_block *b = slot;
	bool planes = im->layout == LAYOUT_NCHW || im->bands == 1;
	bool as_laid = planes && im->size == im->side;
	size_t one = (size_t)im->bands * pz_pixel_bytes(im->pixel);
	size_t from = one * (size_t)im->side * (size_t)im->side;
	size_t to = one * (size_t)im->size * (size_t)im->size;
	uint64_t left = im->count - im->row;
	int rc;

	b->n = left < im->room ? (size_t)left : im->room;
	if (b->n == 0 || (rc = read_images(im, b->n, as_laid ? b->pixels : im->raw)) < 0)
		return b->n ? rc : 0;
	im->row += b->n;
	for (size_t i = 0; i < b->n; i++) {
		if (!as_laid)
			(planes ? take_planes : take_pixels)(im, im->raw + i * from,
							     b->pixels + i * to);
		images_cover(b->pixels + i * to, im->pixel, im->bands, im->size,
			     b->cover + i * (size_t)im->bands);
	}
	return 1;
}

int images_next(struct images *im, const void **pixels, const double **cover)
{
	void *const slots[PZ_AHEAD_SLOTS] = { &im->block[0], &im->block[1] };
	size_t size = (size_t)im->size * (size_t)im->size * pz_pixel_bytes(im->pixel);
	void *slot;
	int rc = 1;

	if (!im->ahead && (rc = pz_ahead_begin(&im->ahead, fill_block, im, slots)) < 0)
		return rc;
	if (!im->filled || im->at == im->filled->n) {
		if ((rc = pz_ahead_next(im->ahead, &slot)) <= 0)
			return rc;
		im->filled = slot;
		im->at = 0;
	}
	*pixels = im->filled->pixels + im->at * (size_t)im->bands * size;
	*cover = im->filled->cover + im->at * (size_t)im->bands;
	im->at++;
	return 1;
}
