/* tile_table.h -- tables of tiles, made by hand: an image of 5 x 3 pixels in tiles of 2 x 2, as
 * they are
 *
 *      begin(2);                       // whole numbers of two bytes
 *      set("ZTILE1 3");                // another card
 *      fails(PZ_EDATA, "...");         // when all of it is read
 */
#ifndef TILE_TABLE_H
#define TILE_TABLE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>

#include "own_folder.h"
#include "raw_fits.h"

#define WIDTH  5 /* in tiles of 2 x 2: three across, two down */
#define HEIGHT 3
#define TILES  6

static inline void says(int rc, int code, const char *text)
{
	if (rc != code || strcmp(pz_error_text(), text) != 0)
		fail_msg("expected %d, '%s', found %d, '%s'", code, text, rc, pz_error_text());
}

/* A table that is made: cards of "key value", rows, a heap. */
struct table {
	char card[40][81];
	size_t cards, row_bytes, rows, gap, heap_bytes;
	uint8_t row[TILES + 1][64], heap[600];
};

static struct table t;

/* Sets a card of "key value", also one that is there. */
static inline void set(const char *text)
{
	size_t n = strcspn(text, " "), i = 0;
	char key[16];

	snprintf(key, sizeof key, "%-8.*s= ", (int)n, text);
	while (i < t.cards && strncmp(t.card[i], key, 10) != 0)
		i++;
	t.cards += i == t.cards;
	snprintf(t.card[i], 81, text[n + 1] == '\'' ? "%s%-20s" : "%s%20s", key, text + n + 1);
}

/* Takes a card away: its keyword becomes another. */
static inline void unset(const char *key)
{
	for (size_t i = 0; i < t.cards; i++)
		if (!strncmp(t.card[i], key, strlen(key)))
			memcpy(t.card[i], "COMMENT ", 8);
}

static inline void set_number(const char *key, size_t number)
{
	char text[64];

	snprintf(text, sizeof text, "%s %zu", key, number);
	set(text);
}

static inline void put_big(uint8_t *to, uint64_t value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (uint8_t)(value >> (8 * (n - 1 - i)));
}

/* What pixel (x, y) is as stored. */
static inline int pixel_of(int x, int y)
{
	return 10 * y + x + 1;
}

/* Puts the bytes of a tile into the heap, and says in a row where they are. */
static inline void put_tile(size_t tile, size_t column, size_t width)
{
	int x0 = (int)(tile % 3) * 2, y0 = (int)(tile / 3) * 2, n = 0;

	put_big(t.row[tile] + column + 4, t.heap_bytes, 4);
	for (int y = y0; y < y0 + 2 && y < HEIGHT; y++)
		for (int x = x0; x < x0 + 2 && x < WIDTH; x++, n++) {
			put_big(t.heap + t.heap_bytes, (uint64_t)pixel_of(x, y), width);
			t.heap_bytes += width;
		}
	put_big(t.row[tile] + column, (uint64_t)n * width, 4);
}

/* Adds a column; where in a row it begins. */
static inline size_t add_column(const char *name, const char *form, size_t bytes)
{
	size_t at = t.row_bytes;
	int n = 1;
	char text[80];

	for (size_t i = 0; i < t.cards; i++)
		n += !strncmp(t.card[i], "TTYPE", 5);
	for (int k = 0; k < 2; k++) {
		snprintf(text, sizeof text, "%s%d '%s'", k ? "TFORM" : "TTYPE", n, k ? form : name);
		set(text);
	}
	set_number("TFIELDS", (size_t)n);
	t.row_bytes += bytes;
	return at;
}

/* An image of whole numbers of so many bytes in tiles as they are. */
static inline void begin(size_t width)
{
	static const char *const card[] = { "XTENSION 'BINTABLE'",
					    "BITPIX 8",
					    "NAXIS 2",
					    "NAXIS1 0",
					    "NAXIS2 6",
					    "PCOUNT 0",
					    "GCOUNT 1",
					    "TFIELDS 0",
					    "ZIMAGE T",
					    "ZNAXIS 2",
					    "ZNAXIS1 5",
					    "ZNAXIS2 3",
					    "ZTILE1 2",
					    "ZTILE2 2",
					    "ZCMPTYPE 'NOCOMPRESS'" };

	memset(&t, 0, sizeof t);
	t.rows = TILES;
	for (size_t i = 0; i < sizeof card / sizeof *card; i++)
		set(card[i]);
	set_number("ZBITPIX", 8 * width);
	add_column("COMPRESSED_DATA", "1PB", 8);
	for (size_t i = 0; i < TILES; i++)
		put_tile(i, 0, width);
}

static inline int open_table(struct pz_fits **f)
{
	const char *cards[41] = { NULL };
	uint8_t data[1200] = { 0 };
	size_t at = 0;
	FILE *to = fopen("t.fits", "wb");

	assert_non_null(to);
	set_number("NAXIS1", t.row_bytes);
	set_number("NAXIS2", t.rows);
	set_number("PCOUNT", t.gap + t.heap_bytes);
	for (size_t i = 0; i < t.cards; i++)
		cards[i] = t.card[i];
	for (size_t i = 0; i < t.rows; i++, at += t.row_bytes)
		memcpy(data + at, t.row[i], t.row_bytes);
	at += t.gap;
	memcpy(data + at, t.heap, t.heap_bytes);
	raw_primary(to);
	raw_hdu(to, cards, data, at + t.heap_bytes, 0);
	assert_int_equal(fclose(to), 0);
	return pz_fits_open_image(f, "t.fits", "1");
}

/* Reads it all: 0, or what failed. */
static inline int read_all(float pixel[WIDTH * HEIGHT])
{
	struct pz_fits *f;
	int rc = open_table(&f);

	if (rc == 0)
		rc = pz_fits_read_rows(f, 0, HEIGHT, pixel);
	pz_fits_close(f);
	return rc;
}

/* Fails unless pixels are scale times those stored, and zero. */
static inline void is_scaled(int line, double scale, double zero)
{
	float pixel[WIDTH * HEIGHT];

	if (read_all(pixel) < 0)
		fail_msg("line %d: %s", line, pz_error_text());
	for (int i = 0; i < WIDTH * HEIGHT; i++) {
		double wanted = scale * pixel_of(i % WIDTH, i / WIDTH) + zero;

		if (pixel[i] != (float)wanted)
			fail_msg("line %d: pixel %d: expected %g, found %g", line, i, wanted,
				 (double)pixel[i]);
	}
}

#define IS_SCALED(scale, zero) is_scaled(__LINE__, scale, zero)
#define IS_READ()              IS_SCALED(1, 0)

static inline void fails(int code, const char *text)
{
	float pixel[WIDTH * HEIGHT];

	says(read_all(pixel), code, text);
}

/* CFITSIO refuses it before it is looked at. */
static inline void is_refused(void)
{
	struct pz_fits *f;

	assert_true(open_table(&f) < 0);
	assert_null(f);
}

#endif
