/* fuzz_tiles.c -- tiles of every codec, damaged: an error or pixels, never more than there are
 *
 * The first byte of an input chooses a compressed image that CFITSIO has made; the others are
 * the data of its table, descriptors and tiles.
 */
#include <fitsio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/fits.h>

#include "fuzz.h"

#define WIDTH  13
#define HEIGHT 11
#define BLOCK  2880

static const int codecs[] = { RICE_1, GZIP_1, GZIP_2, PLIO_1, HCOMPRESS_1, NOCOMPRESS };
static const int types[] = { BYTE_IMG, SHORT_IMG, LONG_IMG, FLOAT_IMG, DOUBLE_IMG };
static const long sides[][2] = { { WIDTH, 1 }, { WIDTH, HEIGHT }, { 7, 5 } };

#define MADE (int)(sizeof codecs / sizeof *codecs * 5 * 3)

/* A file in memory: two headers, then the table's data. */
static struct {
	uint8_t *bytes;
	size_t header, size;
	char *pcount; /* its value in the header */
	long table;   /* bytes of the rows       */
} made[MADE];
static int count;

static void fill(double *pixel, int type)
{
	for (int i = 0; i < WIDTH * HEIGHT; i++) {
		pixel[i] = (i * i) % 97 + (i % 11 == 3 ? 100 : 0);
		if (type < 0)
			pixel[i] += 0.37 * (i % 7) - 3.1 * (i % 3);
		if (i > 80 && i < 100)
			pixel[i] = 5;
	}
}

/* The file of one kind; where CFITSIO has none such, none. */
static void make(int codec, int type, const long side[2])
{
	size_t size = BLOCK;
	void *bytes = calloc(1, size);
	double pixel[WIDTH * HEIGHT];
	long axes[2] = { WIDTH, HEIGHT }, length = 0, rows = 0;
	LONGLONG header = 0, data = 0, end = 0;
	fitsfile *f = NULL;
	int status = 0, ignored = 0;
	char *at;

	fill(pixel, type);
	fits_create_memfile(&f, &bytes, &size, BLOCK, realloc, &status);
	fits_set_compression_type(f, codec, &status);
	fits_set_tile_dim(f, 2, (long *)(uintptr_t)side, &status);
	fits_set_dither_seed(f, 1, &status);
	fits_create_img(f, type, 2, axes, &status);
	fits_write_img(f, TDOUBLE, 1, WIDTH * HEIGHT, pixel, &status);
	fits_flush_file(f, &status);
	fits_get_hduaddrll(f, &header, &data, &end, &status);
	fits_read_key_lng(f, "NAXIS1", &length, NULL, &status);
	fits_read_key_lng(f, "NAXIS2", &rows, NULL, &status);
	if (f)
		fits_close_file(f, status ? &ignored : &status);
	fits_clear_errmsg();
	if (status) {
		free(bytes);
		return;
	}
	at = memmem((char *)bytes + header, (size_t)(data - header), "PCOUNT  =", 9);
	made[count].bytes = bytes;
	made[count].header = (size_t)data;
	made[count].size = (size_t)end;
	made[count].pcount = at + 10;
	made[count++].table = length * rows;
}

/* CFITSIO loses memory where it cannot compress an image: no fault of the reader. (fuzz_fits
 * looks for files left open.) */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libcfitsio";
}

static void make_all(void)
{
	if (count)
		return;
	for (int i = 0; i < MADE; i++)
		make(codecs[i / 15], types[i / 3 % 5], sides[i % 3]);
	if (count == 0)
		abort();
}

/* Bad pixels are those of which the numbers say so. */
static void blank_all(struct pz_fits *f, const int64_t *integers)
{
	const struct pz_fits_bad bad = { PZ_FITS_BITS, 5 };
	static float pixels[WIDTH * HEIGHT];

	memset(pixels, 0, sizeof pixels);
	if (pz_fits_blank_rows(f, 0, HEIGHT, &bad, pixels) < 0)
		abort();
	for (size_t i = 0; i < WIDTH * HEIGHT; i++)
		if ((pixels[i] != 0) != ((integers[i] & 5) != 0))
			abort();
}

static void read_all(const char *path)
{
	const struct pz_fits_bad low = { PZ_FITS_NOT_ABOVE_0, 0 };
	static float pixels[WIDTH * HEIGHT];
	static int64_t integers[WIDTH * HEIGHT];
	struct pz_fits *f;

	if (pz_fits_open_image(&f, path, NULL) < 0)
		return;
	if (pz_fits_width(f) != WIDTH || pz_fits_height(f) != HEIGHT)
		abort();
	pz_fits_read_rows(f, 4, 3, pixels);
	pz_fits_read_rows(f, 0, HEIGHT, pixels);
	pz_fits_blank_rows(f, 0, HEIGHT, &low, pixels);
	if (pz_fits_read_rows_integers(f, 0, HEIGHT, integers) == 0)
		blank_all(f, integers);
	pz_fits_close(f);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	size_t header, whole;
	char text[24];
	uint8_t *file;
	long heap;
	int kind;

	make_all();
	if (size == 0)
		return 0;
	kind = bytes[0] % count;
	header = made[kind].header;
	heap = (long)size - 1 - made[kind].table;
	whole = header + (size - 1 + BLOCK - 1) / BLOCK * BLOCK;
	snprintf(text, sizeof text, "%20ld", heap > 0 ? heap : 0);
	memcpy(made[kind].pcount, text, 20);
	if (!(file = calloc(1, whole)))
		abort();
	memcpy(file, made[kind].bytes, header);
	memcpy(file + header, bytes + 1, size - 1);
	read_all(fuzz_file(file, whole));
	free(file);
	return 0;
}

uint8_t *fuzz_seed(int i, size_t *size)
{
	uint8_t *seed;

	make_all();
	if (i >= count)
		return NULL;
	*size = 1 + made[i].size - made[i].header;
	while (*size > 1 + (size_t)made[i].table &&
	       !made[i].bytes[made[i].header + *size - 2]) /* without what fills the block */
		--*size;
	seed = fuzz_copy(made[i].bytes + made[i].header - 1, *size);
	seed[0] = (uint8_t)i;
	return seed;
}
