/* tiles_describe.c -- what the table of a compressed image says of its tiles */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pz/error.h>

#include "tiles.h"

#define TILE_MAX  ((LONGLONG)1 << 29) /* pixels: a tile may be a whole image of 19,354 squared */
#define BLOCK_MAX 4096                /* pixels of a block of Rice's code: 16 or 32 as a rule  */

static int complain(const struct pz_fits *f, const char *key, const char *expected,
		    const char *found)
{
	return pz_fail(PZ_EDATA, "%s: %s: expected %s, found %s", f->where, key, expected, found);
}

/* A whole number under a keyword, from least to most. */
static int whole_number(struct pz_fits *f, const char *key, LONGLONG least, LONGLONG most,
			LONGLONG absent, LONGLONG *value)
{
	char expected[80], found[FLEN_VALUE] = "";
	double number = pz_fits_number(f, key, (double)absent);

	*value = (LONGLONG)number;
	if (number >= (double)least && number <= (double)most && number == floor(number))
		return 0;
	pz_fits_text(f, key, found, sizeof found);
	snprintf(expected, sizeof expected, "a whole number from %lld to %lld", (long long)least,
		 (long long)most);
	return complain(f, key, expected, *found ? found : "none");
}

/* What stands under ZVALn where ZNAMEn is name. */
static double read_parameter(struct pz_fits *f, const char *name, double absent)
{
	char key[24], text[FLEN_VALUE];

	for (int i = 1; i < 100; i++) {
		snprintf(key, sizeof key, "ZNAME%d", i);
		if (!pz_fits_text(f, key, text, sizeof text))
			return absent;
		if (strcasecmp(text, name))
			continue;
		snprintf(key, sizeof key, "ZVAL%d", i);
		return pz_fits_number(f, key, absent);
	}
	return absent;
}

static int read_codec(struct pz_fits *f, struct fits_tiles *t)
{
	static const struct {
		const char *name;
		enum fits_codec codec;
		enum fits_packer packer;
	} known[] = { { "RICE_1", FITS_RICE, 0 },
		      { "RICE_ONE", FITS_RICE, 0 },
		      { "PLIO_1", FITS_PLIO, 0 },
		      { "HCOMPRESS_1", FITS_HCOMPRESS, 0 },
		      { "GZIP_1", FITS_PACKED, FITS_GZIP },
		      { "GZIP_2", FITS_PACKED, FITS_GZIP_SHUFFLED },
		      { "BZIP2_1", FITS_PACKED, FITS_BZIP2 },
		      { "NOCOMPRESS", FITS_PACKED, FITS_PLAIN } };
	char name[FLEN_VALUE];

	pz_fits_text(f, "ZCMPTYPE", name, sizeof name);
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(name, known[i].name)) {
			t->codec = known[i].codec;
			t->packer = known[i].packer;
			return 0;
		}
	return complain(f, "ZCMPTYPE",
			"RICE_1, GZIP_1, GZIP_2, PLIO_1, HCOMPRESS_1, BZIP2_1 or NOCOMPRESS",
			*name ? name : "none");
}

static int read_rice(struct pz_fits *f, struct fits_tiles *t)
{
	double block = read_parameter(f, "BLOCKSIZE", 32), width = read_parameter(f, "BYTEPIX", 4);
	char found[32];

	snprintf(found, sizeof found, "%g", block);
	if (!(block >= 1 && block <= BLOCK_MAX && block == floor(block)))
		return complain(f, "BLOCKSIZE of RICE_1", "a number of pixels from 1 to 4096",
				found);
	snprintf(found, sizeof found, "%g", width);
	if (width != 1 && width != 2 && width != 4)
		return complain(f, "BYTEPIX of RICE_1", "1, 2 or 4", found);
	t->block = (size_t)block;
	t->bytepix = (int)width;
	return 0;
}

static int read_sides(struct pz_fits *f, struct fits_tiles *t)
{
	LONGLONG x, y, z, rows = 0, tiles;
	char deep[24];
	int status = 0, rc;

	snprintf(deep, sizeof deep, "ZTILE%d", f->deep + 1);
	if ((rc = whole_number(f, "ZTILE1", 1, TILE_MAX, f->size[0], &x)) < 0 ||
	    (rc = whole_number(f, "ZTILE2", 1, TILE_MAX, 1, &y)) < 0 ||
	    (f->planes > 1 && (rc = whole_number(f, deep, 1, 1, 1, &z)) < 0))
		return rc;
	/* One larger than the image is as large as the image. */
	x = x < f->size[0] ? x : f->size[0];
	y = y < f->size[1] ? y : f->size[1];
	if (y > TILE_MAX / x)
		return pz_fail(PZ_EDATA, "%s: tiles of %lld x %lld pixels", f->where, (long long)x,
			       (long long)y);
	fits_get_num_rowsll(f->file, &rows, &status);
	t->down = (size_t)((f->size[1] - 1) / y + 1);
	tiles = ((f->size[0] - 1) / x + 1) * (LONGLONG)t->down * f->planes;
	if (status || tiles != rows)
		return pz_fail(PZ_ECORRUPT,
			       "%s: cut short or corrupt: expected %lld tiles, found %lld",
			       f->where, (long long)tiles, (long long)rows);
	t->side[0] = (size_t)x;
	t->side[1] = (size_t)y;
	t->across = (size_t)((f->size[0] - 1) / x + 1);
	return 0;
}

/* The column of that name, from 1; 0: there is none. */
static int find_column(struct pz_fits *f, const char *name)
{
	char key[24], text[FLEN_VALUE];
	int columns = 0, status = 0;

	fits_get_num_cols(f->file, &columns, &status);
	for (int c = 1; c <= columns && !status; c++) {
		snprintf(key, sizeof key, "TTYPE%d", c);
		if (pz_fits_text(f, key, text, sizeof text) && !strcasecmp(text, name))
			return c;
	}
	return 0;
}

/* A column of bytes, if there is one. */
static int read_column(struct pz_fits *f, const char *name, uint64_t heap, struct fits_column *c)
{
	LONGLONG repeat, width;
	int type = 0, status = 0;

	c->number = find_column(f, name);
	c->width = 1;
	if (!c->number)
		return 0;
	fits_get_coltypell(f->file, c->number, &type, &repeat, &width, &status);
	switch (-type) {
	case TBYTE:
	case TSBYTE:
	case TSTRING:
		c->width = 1;
		break;
	case TSHORT:
		c->width = 2;
		break;
	case TLONG:
	case TFLOAT:
		c->width = 4;
		break;
	case TLONGLONG:
	case TDOUBLE:
		c->width = 8;
		break;
	default:
		return complain(f, name, "an array of varying length (TFORM P or Q)", "another");
	}
	return pz_fits_heap_places(f, c, heap);
}

/* The number under a keyword where it is a whole one, which a double may not hold; else what is
 * nearest to it. */
static int64_t exact_number(struct pz_fits *f, const char *name, double number)
{
	LONGLONG whole = 0;
	int status = 0;

	if (fabs(number) >= 0x1p53 &&
	    fits_read_key_lnglng(f->file, name, &whole, NULL, &status) == 0)
		return whole;
	if (status)
		fits_clear_errmsg();
	return fits_whole_of(number);
}

/* A number for each tile by a column, or one for all by a keyword, or one by another. */
static int read_number(struct pz_fits *f, const char *name, const char *other,
		       struct fits_number *n)
{
	LONGLONG rows = 0, repeat = 0, width;
	int c = find_column(f, name), any, type = 0, status = 0;
	double undefined = NAN, own = pz_fits_number(f, name, NAN);
	bool is_other = isnan(own) && other;

	n->all = is_other ? pz_fits_number(f, other, NAN) : own;
	n->whole = exact_number(f, is_other ? other : name, n->all);
	if (!c)
		return 0;
	fits_get_num_rowsll(f->file, &rows, &status);
	fits_get_coltypell(f->file, c, &type, &repeat, &width, &status);
	if (status || repeat != 1 || type < TBYTE || type == TSTRING || type == TLOGICAL)
		return complain(f, name, "one number for each tile", "another column");
	if (!(n->each = calloc((size_t)rows + 1, sizeof *n->each)))
		return pz_fail(PZ_ENOMEM, "%s: no memory for its tiles", f->where);
	fits_read_col(f->file, TDOUBLE, c, 1, 1, rows, &undefined, n->each, &any, &status);
	return status ? pz_fits_fail(f->where, status, name) : 0;
}

static int read_columns(struct pz_fits *f, struct fits_tiles *t)
{
	const FITSfile *file = f->file->Fptr;
	LONGLONG rows = file->numrows, gap = file->heapstart - rows * file->rowlength;
	int rc;

	if (gap < 0 || gap > file->heapsize)
		return pz_fail(PZ_ECORRUPT, "%s: corrupt: its heap (THEAP) is outside of its data",
			       f->where);
	t->heap = (uint64_t)(file->heapsize - gap);
	if ((rc = read_column(f, "COMPRESSED_DATA", t->heap, &t->data)) < 0 ||
	    (rc = read_column(f, "GZIP_COMPRESSED_DATA", t->heap, &t->gzipped)) < 0 ||
	    (rc = read_column(f, "UNCOMPRESSED_DATA", t->heap, &t->as_is)) < 0)
		return rc;
	if (!t->data.number && !t->gzipped.number && !t->as_is.number)
		return complain(f, "TTYPE", "a column COMPRESSED_DATA", "none");
	if ((rc = read_number(f, "ZBLANK", t->bitpix > 0 ? "BLANK" : NULL, &t->blank)) == 0 &&
	    (rc = read_number(f, "ZSCALE", NULL, &t->scale)) == 0)
		rc = read_number(f, "ZZERO", NULL, &t->zero);
	return rc;
}

/* How floats were rounded to integers. */
static int read_rounding(struct pz_fits *f, struct fits_tiles *t)
{
	char method[FLEN_VALUE];
	LONGLONG seed = 1;
	int rc = 0;
	bool scaled = t->scale.each || !isnan(t->scale.all);

	if (t->bitpix > 0)
		return 0;
	if (!pz_fits_text(f, "ZQUANTIZ", method, sizeof method))
		snprintf(method, sizeof method, "NO_DITHER");
	if (!strcmp(method, "SUBTRACTIVE_DITHER_1"))
		t->dither = 1;
	else if (!strcmp(method, "SUBTRACTIVE_DITHER_2"))
		t->dither = 2;
	else if (strcmp(method, "NO_DITHER") && strcmp(method, "NONE"))
		return complain(f, "ZQUANTIZ",
				"NONE, NO_DITHER, SUBTRACTIVE_DITHER_1 or SUBTRACTIVE_DITHER_2",
				method);
	t->quantized = scaled && strcmp(method, "NONE");
	if (!t->quantized && t->codec != FITS_PACKED)
		return complain(f, "ZSCALE", "a column, or a keyword, for rounded floats", "none");
	if (t->quantized && !t->zero.each && isnan(t->zero.all))
		return complain(f, "ZZERO", "a column, or a keyword, for rounded floats", "none");
	if (t->quantized && t->dither)
		rc = whole_number(f, "ZDITHER0", 1, 10000, 1, &seed);
	t->seed = (size_t)seed;
	return rc;
}

int pz_fits_tiles_describe(struct pz_fits *f, struct fits_tiles *t)
{
	LONGLONG bitpix;
	char text[FLEN_VALUE];
	int rc;

	if ((rc = whole_number(f, "ZBITPIX", -64, 64, 0, &bitpix)) < 0)
		return rc;
	t->bitpix = (int)bitpix;
	if (bitpix != 8 && bitpix != 16 && bitpix != 32 && bitpix != 64 && bitpix != -32 &&
	    bitpix != -64) {
		snprintf(text, sizeof text, "%d", t->bitpix);
		return complain(f, "ZBITPIX", "8, 16, 32, 64, -32 or -64", text);
	}
	if (pz_fits_text(f, "ZMASKCMP", text, sizeof text))
		return complain(f, "ZMASKCMP", "no mask of undefined pixels", text);
	t->bscale = pz_fits_number(f, "BSCALE", 1);
	t->bzero = pz_fits_number(f, "BZERO", 0);
	t->smooth = read_parameter(f, "SMOOTH", 0) != 0;
	if ((rc = read_codec(f, t)) < 0 || (rc = read_sides(f, t)) < 0 ||
	    (rc = read_columns(f, t)) < 0)
		return rc;
	if (t->codec == FITS_RICE && (rc = read_rice(f, t)) < 0)
		return rc;
	return read_rounding(f, t);
}
