/* test_fits_pcount.c -- an extension whose pixels stand behind parameters of its own: its bad
 * pixels are what its numbers say
 */
#include "in_process.h"
#include "raw_fits.h"

#define WIDTH      32
#define HEIGHT     12
#define PARAMETERS 100

static void bad_pixels_stand_behind_parameters(void **state)
{
	static const char *const card[] = {
		"XTENSION= 'OURS    '",           "BITPIX  =                    8",
		"NAXIS   =                    2", "NAXIS1  =                   32",
		"NAXIS2  =                   12", "PCOUNT  =                  100",
		"GCOUNT  =                    1", NULL
	};
	const struct pz_fits_bad bad = { PZ_FITS_BITS, 4 };
	uint8_t bytes[PARAMETERS + WIDTH * HEIGHT] = { 0 };
	int64_t number[WIDTH * HEIGHT];
	float pixel[WIDTH * HEIGHT] = { 0 };
	struct pz_fits *f;
	FILE *to = fopen("t.fits", "wb");

	(void)state;
	assert_non_null(to);
	memset(bytes, 4, PARAMETERS); /* which are no pixels */
	bytes[PARAMETERS + 45] = 5;
	raw_primary(to);
	raw_hdu(to, card, bytes, sizeof bytes, 0);
	fclose(to);
	assert_int_equal(pz_fits_open_image(&f, "t.fits", NULL), 0);
	assert_int_equal(pz_fits_read_rows_integers(f, 0, HEIGHT, number), 0);
	assert_int_equal(pz_fits_blank_rows(f, 0, HEIGHT, &bad, pixel), 0);
	pz_fits_close(f);
	for (int i = 0; i < WIDTH * HEIGHT; i++) {
		assert_int_equal(number[i], i == 45 ? 5 : 0);
		assert_true((pixel[i] != 0) == (i == 45));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_pixels_stand_behind_parameters),
	};

	return cmocka_run_group_tests_name("pcount", tests, in_folder, out_of_folder);
}
