/* test_fits_heap.c -- where the bytes of tiles are, in heaps made by hand */
#include "tile_table.h"

static void the_heap_is_behind_the_rows(void **state)
{
	(void)state;
	begin(2);
	t.gap = 7;
	set_number("THEAP", t.rows * t.row_bytes + 7);
	IS_READ();
	set_number("THEAP", t.rows * t.row_bytes - 1);
	fails(PZ_ECORRUPT, "t.fits: HDU 1: corrupt: its heap (THEAP) is outside of its data");
	set_number("THEAP", t.rows * t.row_bytes + 7 + t.heap_bytes + 1);
	fails(PZ_ECORRUPT, "t.fits: HDU 1: corrupt: its heap (THEAP) is outside of its data");
	/* a heap of nothing */
	set_number("THEAP", t.rows * t.row_bytes + 7 + t.heap_bytes);
	fails(PZ_ECORRUPT,
	      "t.fits: HDU 1: cut short or corrupt: tile 1: its bytes are outside of the "
	      "heap (8 from 0 on)");
}

static void tiles_are_within_the_heap(void **state)
{
	(void)state;
	begin(2);
	/* the last one ends with the heap */
	put_big(t.row[5] + 4, t.heap_bytes - 1, 4);
	fails(PZ_ECORRUPT,
	      "t.fits: HDU 1: cut short or corrupt: tile 6: its bytes are outside of the "
	      "heap (2 from 29 on)");
	put_big(t.row[5], 31, 4);
	put_big(t.row[5] + 4, 0, 4);
	fails(PZ_ECORRUPT,
	      "t.fits: HDU 1: cut short or corrupt: tile 6: its bytes are outside of the "
	      "heap (31 from 0 on)");
	put_big(t.row[5], 30, 4);
	fails(PZ_ECORRUPT,
	      "t.fits: HDU 1: cut short or corrupt: tile 6: it has more bytes than pixels");
	put_big(t.row[5], 0, 4);
	fails(PZ_ECORRUPT, "t.fits: HDU 1: cut short or corrupt: tile 6: it has no bytes");
	begin(4);
	put_big(t.row[1], 15, 4);
	fails(PZ_ECORRUPT, "t.fits: HDU 1: cut short or corrupt: tile 2: it has another number of "
			   "bytes than its pixels need");
}

/* Elements of the heap may be larger than bytes, and places of 64 bits. */
static void columns_of_the_heap(void **state)
{
	static const struct {
		const char *form;
		size_t width;
	} kind[] = { { "1PB", 1 }, { "1PS", 1 }, { "PA", 1 },  { "1PI", 2 },
		     { "1PJ", 4 }, { "1PE", 4 }, { "1PK", 8 }, { "1PD", 8 } };
	char text[40];

	(void)state;
	for (size_t k = 0; k < sizeof kind / sizeof *kind; k++) {
		begin(8);
		snprintf(text, sizeof text, "TFORM1 '%s'", kind[k].form);
		set(text);
		for (size_t i = 0; i < TILES; i++) {
			uint64_t bytes = t.row[i][3];

			put_big(t.row[i], bytes / kind[k].width, 4);
		}
		IS_READ();
		/* one more would be too many */
		put_big(t.row[5], t.row[5][3] + 1, 4);
		assert_int_equal(read_all((float[WIDTH *HEIGHT]){ 0 }), PZ_ECORRUPT);
	}
	begin(2);
	set("TFORM1 '1QB'");
	for (size_t i = 0; i < TILES; i++) {
		uint8_t size = t.row[i][3], at = t.row[i][7];

		put_big(t.row[i], size, 8);
		put_big(t.row[i] + 8, at, 8);
	}
	t.row_bytes = 16;
	IS_READ();
	begin(2);
	set("TFORM1 '8B'");
	fails(PZ_EDATA,
	      "t.fits: HDU 1: COMPRESSED_DATA: expected an array of varying length (TFORM P "
	      "or Q), found another");
	begin(2);
	set("TTYPE1 'OTHER'");
	is_refused();
	begin(2);
	set("TTYPE1 'compressed_data'");
	IS_READ();
	set("TTYPE1 'UNCOMPRESSED_DATA'");
	is_refused();
}

/* What could not be compressed stands as it is in another column. */
static void other_columns_of_the_heap(void **state)
{
	size_t at;

	(void)state;
	begin(2);
	at = add_column("UNCOMPRESSED_DATA", "1PB", 8);
	for (size_t i = 1; i < TILES; i += 2) {
		put_tile(i, at, 2);
		put_big(t.row[i], 0, 4);
	}
	IS_READ();
	put_big(t.row[3] + at, 0, 4);
	fails(PZ_ECORRUPT, "t.fits: HDU 1: cut short or corrupt: tile 4: it has no bytes");
	begin(2);
	at = add_column("GZIP_COMPRESSED_DATA", "1PB", 8);
	put_tile(2, at, 2);
	put_big(t.row[2], 0, 4);
	fails(PZ_ECORRUPT,
	      "t.fits: HDU 1: cut short or corrupt: tile 3: its gzip data are wrong or "
	      "end too early");
}

/* A tile for each of many rows, more than are looked for at a time, and of more bytes in all than
 * are read at a time. */
static void tiles_by_the_thousand(void **state)
{
	enum { WIDE = 40, HIGH = 2500 };
	int32_t *pixel = malloc(WIDE * HIGH * sizeof *pixel);
	int64_t *found = malloc(WIDE * HIGH * sizeof *found);
	struct pz_fits_image image = {
		.type = PZ_FITS_I4, .pixels = pixel, .width = WIDE, .height = HIGH, .tiled = true
	};
	struct pz_fits *f;
	uint32_t chance = 1;

	(void)state;
	for (int i = 0; i < WIDE * HIGH; i++) {
		chance = chance * 1664525 + 1013904223;
		pixel[i] = (int32_t)(chance >> 12) - 500000;
	}
	assert_int_equal(pz_fits_write_images("many.fits", &image, 1), 0);
	assert_int_equal(pz_fits_open_image(&f, "many.fits", NULL), 0);
	/* forwards, in pieces of another size, and backwards */
	for (int down = 0; down < 2; down++) {
		memset(found, 0, WIDE * HIGH * sizeof *found);
		for (size_t k = 0; k < 100; k++) {
			size_t row = 25 * (down ? 99 - k : k);

			assert_int_equal(pz_fits_read_rows_integers(f, row, 25, found + row * WIDE),
					 0);
		}
		for (int i = 0; i < WIDE * HIGH; i++)
			if (found[i] != pixel[i])
				fail_msg("pixel %d of row %d", i % WIDE, i / WIDE);
	}
	pz_fits_close(f);
	free(pixel);
	free(found);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_heap_is_behind_the_rows),
		cmocka_unit_test(tiles_are_within_the_heap),
		cmocka_unit_test(columns_of_the_heap),
		cmocka_unit_test(other_columns_of_the_heap),
		cmocka_unit_test(tiles_by_the_thousand),
	};

	return cmocka_run_group_tests_name("heap", tests, enter_own_folder, leave_own_folder);
}
