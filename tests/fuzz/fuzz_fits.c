/* fuzz_fits.c -- FITS files as frames, as masks and as catalogues: errors or good stamps */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/catalogue.h>
#include <pz/cutout.h>
#include <pz/fits.h>
#include <pz/threads.h>

#include "../../lib/wcs/transform.h"
#include "fuzz.h"

#define SIDE 12 /* of the seeds */
#define SIZE 5  /* of a stamp   */

static const char *const bands[] = { "r", "g" };

/* Header, WCS both ways, rows; the sky at the image's centre into radec. */
static void read_image(const char *path, double radec[2])
{
	double pixel[2], centre[2];
	struct pz_fits *f;
	struct pz_wcs *w;
	struct pz_cap cap;

	if (pz_fits_open_image(&f, path, NULL) < 0)
		return;
	centre[0] = (double)(pz_fits_width(f) / 2);
	centre[1] = (double)(pz_fits_height(f) / 2);
	if (pz_wcs_read(&w, f) == 0) {
		pz_wcs_sky(w, 1, centre, pixel);
		if (isfinite(pixel[0] + pixel[1]))
			memcpy(radec, pixel, sizeof pixel);
		pz_wcs_pixels(w, 1, radec, pixel);
		pz_wcs_cap(w, pz_fits_width(f), pz_fits_height(f), &cap);
		pz_wcs_free(w);
	}
	if (pz_fits_width(f) * pz_fits_height(f) <= 4096) {
		const struct pz_fits_bad bad = { PZ_FITS_BITS, 5 };
		size_t n = pz_fits_height(f);
		float rows[4096] = { 0 };
		int64_t integers[4096];

		if (pz_fits_read_rows_integers(f, 0, n, integers) == 0) {
			if (pz_fits_blank_rows(f, 0, n, &bad, rows) < 0)
				abort();
			for (size_t i = 0; i < n * pz_fits_width(f); i++)
				if ((rows[i] != 0) != ((integers[i] & 5) != 0))
					abort();
		}
		pz_fits_read_rows(f, 0, n, rows);
	}
	pz_fits_close(f);
}

/* With two bands the file has to say which of its images or planes is of which. */
static void cut(const char *path, const double radec[2], const struct pz_cutout_options *o,
		const char *mask, int n)
{
	const struct pz_frames_options inside = { .planes = o->planes, .mask_hdu = o->mask_hdu };
	struct pz_frames_seen seen;
	struct pz_frames *frames;
	struct pz_cutout *c = NULL;
	struct pz_stamp s;
	int rc = pz_frames_search(&frames, path, bands, n, &inside);

	if (rc == 0 && mask)
		rc = pz_frames_add_masks(frames, mask);
	if (rc == 0)
		rc = pz_frames_look(frames, &inside, &seen);
	if (rc == 0)
		rc = pz_cutout_open(&c, frames, o, 1, radec);
	while (rc == 0 && pz_cutout_next(c, &s) > 0) {
		if (!(s.cover[0] >= 0 && s.cover[0] <= 1))
			abort();
		for (int i = 0; i < n * SIZE * SIZE; i++)
			if (!isfinite(s.pixels[i]))
				abort();
	}
	pz_cutout_close(c);
	pz_frames_free(frames);
}

static void read_table(const char *path)
{
	struct pz_catalogue_options o = { .anywhere = true, .texts = true };
	struct pz_catalogue_row row;
	struct pz_catalogue *c;

	if (pz_catalogue_open(&c, path, &o) < 0)
		return;
	while (pz_catalogue_next(c, &row) > 0)
		;
	pz_catalogue_close(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *path = fuzz_file(bytes, size);
	double radec[2] = { 10, 20 };

	pz_threads_use(1);
	read_image(path, radec);
	cut(path, radec, &(struct pz_cutout_options){ .size = SIZE, .native = true }, NULL, 1);
	cut(path, radec,
	    &(struct pz_cutout_options){
		    .size = SIZE, .pixscale = 0.5, .kernel = PZ_LANCZOS3, .sky = true },
	    NULL, 1);
	cut(path, radec,
	    &(struct pz_cutout_options){ .size = SIZE, .kernel = PZ_BILINEAR, .mask_bits = 1 },
	    path, 1);
	cut(path, radec, &(struct pz_cutout_options){ .size = SIZE }, NULL, 2);
	cut(path, radec, &(struct pz_cutout_options){ .size = SIZE, .planes = "g,r" }, NULL, 2);
	read_table(path);
	return 0;
}

/* ---- seeds ---- */

static uint8_t *slurp(const char *path, size_t *size)
{
	static uint8_t bytes[1 << 16];
	FILE *f = fopen(path, "rb");

	*size = f ? fread(bytes, 1, sizeof bytes, f) : 0;
	if (f)
		fclose(f);
	unlink(path);
	return fuzz_copy(bytes, *size);
}

/* A new name in $TMPDIR or /tmp. */
static const char *name_file(const char *ending)
{
	static char path[300];
	const char *folder = getenv("TMPDIR");

	snprintf(path, sizeof path, "%.200s/pz-fuzz-%ld%s", folder ? folder : "/tmp",
		 (long)getpid(), ending);
	return path;
}

/* Floats, in a file of this ending. */
static uint8_t *write_image(const char *ending, const char *type, size_t *size)
{
	const struct pz_fits_card cards[] = {
		{ "CTYPE1", .text = type ? "RA---TAN-SIP" : "RA---TAN" },
		{ "CTYPE2", .text = type ? "DEC--TAN-SIP" : "DEC--TAN" },
		{ "CRVAL1", .number = 10 },
		{ "CRVAL2", .number = 20 },
		{ "CRPIX1", .number = 6 },
		{ "CRPIX2", .number = 7 },
		{ "CD1_1", .number = -1e-4 },
		{ "CD1_2", .number = 2e-5 },
		{ "CD2_1", .number = 2e-5 },
		{ "CD2_2", .number = 1e-4 },
		{ "BUNIT", .text = "nanomaggy" },
		{ "A_ORDER", .number = 2 },
		{ "B_ORDER", .number = 2 },
		{ "A_2_0", .number = 1e-3 },
		{ "B_1_1", .number = -1e-3 },
	};
	float pixel[SIDE * SIDE];

	for (int i = 0; i < SIDE * SIDE; i++)
		pixel[i] = (float)(i % SIDE) - 0.5F * (float)(i / SIDE % 5);
	pz_fits_write_image(name_file(ending), pixel, SIDE, SIDE, cards, type ? 15 : 11);
	return slurp(name_file(ending), size);
}

static uint8_t *write_table(size_t *size)
{
	const struct pz_fits_column columns[] = { { "id", PZ_FITS_TEXT, .repeat = 8 },
						  { "ra", PZ_FITS_DOUBLE },
						  { "dec", PZ_FITS_FLOAT },
						  { "field", PZ_FITS_INTEGER } };
	const char *id[] = { "a", "12" };
	const double ra[] = { 10, NAN };
	const float dec[] = { 20, 1 };
	const int64_t field[] = { 1, -2 };
	const void *values[] = { id, ra, dec, field };
	struct pz_fits_table *t;

	if (pz_fits_table_begin(&t, name_file(".fits"), "CAT", columns, 4, NULL, 0) == 0 &&
	    pz_fits_table_add(t, 2, values) == 0)
		pz_fits_table_finish(t);
	return slurp(name_file(".fits"), size);
}

/* Adds an HDU of cards and data at *to. */
static void add_hdu(uint8_t **to, const char *const *card, const void *data, size_t n)
{
	uint8_t *at = *to;

	memset(at, ' ', 2880);
	memset(at + 2880, 0, 2880);
	for (; *card; card++, at += 80)
		memcpy(at, *card, strlen(*card));
	memcpy(at, "END", 3);
	memcpy(*to + 2880, data, n);
	*to += 5760;
}

/* Scaled integers with BLANK, axes turned, and a distortion given as a table. */
static uint8_t *write_integers(size_t *size)
{
	static const char *const image[] = {
		"SIMPLE  =                    T", "BITPIX  =                   16",
		"NAXIS   =                    2", "NAXIS1  =                   10",
		"NAXIS2  =                   10", "BSCALE  =                  0.5",
		"BZERO   =              32768.0", "BLANK   =                    7",
		"CTYPE1  = 'DEC--TAN'",           "CTYPE2  = 'RA---TAN'",
		"CRVAL1  =                 20.0", "CRVAL2  =                 10.0",
		"CRPIX1  =                  5.0", "CRPIX2  =                  5.0",
		"CDELT1  =                 1E-4", "CDELT2  =                -1E-4",
		"CPDIS1  = 'Lookup  '",           "DP1     = 'EXTVER: 1'",
		"DP1     = 'NAXES: 2'",           "DP1     = 'AXIS.1: 1'",
		"DP1     = 'AXIS.2: 2'",          NULL
	};
	static const char *const table[] = {
		"XTENSION= 'IMAGE   '",           "BITPIX  =                  -32",
		"NAXIS   =                    2", "NAXIS1  =                    2",
		"NAXIS2  =                    2", "PCOUNT  =                    0",
		"GCOUNT  =                    1", "EXTNAME = 'WCSDVARR'",
		"EXTVER  =                    1", "CDELT1  =                 10.0",
		"CDELT2  =                 10.0", NULL
	};
	static uint8_t bytes[2 * 5760];
	uint8_t pixels[200], offsets[16] = { 0, 0, 0, 0, 0x3e, 0x80 }, *to = bytes;

	for (int i = 0; i < 200; i++)
		pixels[i] = (uint8_t)(i % 2 ? 31 * i : 0);
	add_hdu(&to, image, pixels, sizeof pixels);
	add_hdu(&to, table, offsets, sizeof offsets);
	*size = sizeof bytes;
	return fuzz_copy(bytes, *size);
}

/* A cube of two bands, and two CCDs, with a mask. */
static uint8_t *write_mosaic(size_t *size)
{
#define SKY                                                                                        \
	"CTYPE1  = 'RA---TAN'", "CTYPE2  = 'DEC--TAN'", "CRVAL1  =                 10.0",          \
		"CRVAL2  =                 20.0", "CRPIX1  =                  5.0",                \
		"CRPIX2  =                  5.0", "CDELT1  =                -1E-4",                \
		"CDELT2  =                 1E-4"
#define IMAGE                                                                                      \
	"XTENSION= 'IMAGE   '", "BITPIX  =                    8",                                  \
		"NAXIS   =                    2", "NAXIS1  =                   10",                \
		"NAXIS2  =                   10", "PCOUNT  =                    0",                \
		"GCOUNT  =                    1"
	static const char *const cube[] = { "SIMPLE  =                    T",
					    "BITPIX  =                    8",
					    "NAXIS   =                    4",
					    "NAXIS1  =                   10",
					    "NAXIS2  =                   10",
					    "NAXIS3  =                    1",
					    "NAXIS4  =                    2",
					    "BAND0   = 'g       '",
					    "BAND1   = 'r       '",
					    SKY,
					    NULL };
	static const char *const one[] = { IMAGE, "EXTNAME = 'G       '", SKY, NULL };
	static const char *const mask[] = { IMAGE, "EXTNAME = 'N1_MSK  '", SKY, NULL };
	static const char *const two[] = { IMAGE,
					   "FILTER  = 'r filter'",
					   "CTYPE1  = 'RA---TAN'",
					   "CTYPE2  = 'DEC--TAN'",
					   "CRVAL1  =                 10.0",
					   "CRVAL2  =                 20.0",
					   "CRPIX1  =                 15.0",
					   NULL };
	static uint8_t bytes[4 * 5760];
	uint8_t pixels[200], *to = bytes;

	for (int i = 0; i < 200; i++)
		pixels[i] = (uint8_t)i;
	add_hdu(&to, cube, pixels, sizeof pixels);
	add_hdu(&to, one, pixels, 100);
	add_hdu(&to, mask, pixels, 100);
	add_hdu(&to, two, pixels + 100, 100);
	*size = sizeof bytes;
	return fuzz_copy(bytes, *size);
}

uint8_t *fuzz_seed(int i, size_t *size)
{
	switch (i) {
	case 0:
		return write_image(".fits", NULL, size);
	case 1:
		return write_image(".fits", "SIP", size);
	case 2:
		return write_image(".fits.fz", NULL, size);
	case 3:
		return write_image(".fits.gz", NULL, size);
	case 4:
		return write_integers(size);
	case 5:
		return write_table(size);
	case 6:
		return write_mosaic(size);
	default:
		return NULL;
	}
}
