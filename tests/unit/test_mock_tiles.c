/* test_mock_tiles.c -- the simulated sky in files like those of archives: pixels, masks, weights */
#include "mock_archives.h"

static bool is_bad(const struct tile *t, size_t i)
{
	return t->a->bad >= 0 && t->bits[i] >> t->a->bad & 1;
}

/* Along the edges of some there are no data: NaN in Pan-STARRS, 0 in the others. */
static bool is_edge(const struct tile *t, size_t i)
{
	const char *name = t->a->name;
	size_t x = i % t->width, y = i / t->width;
	size_t border = !strcmp(name, "panstarrs") ? 4
			: !strcmp(name, "legacy") || !strcmp(name, "des") || !strcmp(name, "euclid")
				? 3
				: 0;

	return x < border || y < border || x >= t->width - border || y >= HEIGHT - border;
}

/* Bright pixels have the harmless bit, if there is one, and no others but those of bad ones are
 * set. */
static void read_bits(struct tile *t)
{
	struct pz_fits *f = open_hdu(t, t->a->mask, t->a->mask_hdu);

	assert_false(pz_fits_is_float(f));
	assert_int_equal(pz_fits_read_rows_integers(f, 0, HEIGHT, t->bits), 0);
	for (size_t i = 0; i < t->width * HEIGHT; i++) {
		int64_t harmless = t->a->harmless >= 0 && frame_at(t, i) > 5 * t->noise
					   ? 1 << t->a->harmless
					   : 0;

		/* one mask for all bands has those of the first */
		if (t->k == 0 || strcmp(t->a->name, "legacy") != 0)
			assert_int_equal(t->bits[i] & ~(1 << t->a->bad), harmless);
	}
	pz_fits_close(f);
}

/* A bad pixel weighs nothing, nor does one without data; variances are those of the others. */
static void read_weights(struct tile *t)
{
	bool variance = !strcmp(t->a->weights, "VARIANCE");
	struct pz_fits *f =
		open_hdu(t, t->a->weights_file ? t->a->weights_file : t->a->mask, t->a->weights);
	/* weights are rounded in the rows that have bad pixels */
	double square = pow(t->noise * t->unit, 2), within = variance ? 1e-6 : 0.02;
	static float found[AREA];

	assert_true(pz_fits_is_float(f));
	assert_int_equal(pz_fits_read_rows(f, 0, HEIGHT, found), 0);
	for (size_t i = 0; i < t->width * HEIGHT; i++) {
		double wanted = variance ? square : 1 / square;

		if (!t->a->mask)
			t->bits[i] = found[i] == 0;
		if (!variance && (is_bad(t, i) || is_edge(t, i)))
			wanted = 0;
		if (!(fabs(found[i] - wanted) <= within * wanted))
			fail_msg("%s: weight %zu: expected %g, found %g", t->a->name, i, wanted,
				 (double)found[i]);
	}
	pz_fits_close(f);
}

/* What a pixel is in the archive's unit. */
static double wanted_at(const struct tile *t, size_t i)
{
	double flux = t->unit * (is_bad(t, i) ? 1e4 * t->noise : frame_at(t, i));

	if (strcmp(t->a->name, "panstarrs") != 0)
		return is_edge(t, i) ? 0 : flux;
	if (is_bad(t, i) || is_edge(t, i))
		return NAN;
	return 1.0857362047581296 * asinh((flux - 3.25) / 25);
}

static void pixels_are(const struct tile *t)
{
	struct pz_fits *f = open_hdu(t, t->a->frame, t->a->hdu);
	static float found[AREA];

	assert_int_equal(pz_fits_read_rows(f, 0, HEIGHT, found), 0);
	for (size_t i = 0; i < t->width * HEIGHT; i++) {
		double wanted = wanted_at(t, i);
		/* tiles are rounded to a sixteenth of about the noise */
		double within = t->a->tiled ? t->noise * t->unit / 16 : 1e-6;

		if (isnan(wanted) != isnan(found[i]) || (wanted == 0) != (found[i] == 0) ||
		    fabs(found[i] - wanted) > within + 1e-6 * fabs(wanted))
			fail_msg("%s: pixel %zu: expected %g, found %g", pz_fits_where(f), i,
				 wanted, (double)found[i]);
	}
	pz_fits_close(f);
}

/* How many bad pixels there are, and where. */
static void count_bad(const struct tile *t, long sum[3])
{
	for (size_t i = 0; i < t->width * HEIGHT; i++)
		if (is_bad(t, i)) {
			sum[0]++;
			sum[1] += (long)(i % t->width);
			sum[2] += (long)(i / t->width);
		}
}

static void tiles_are_the_frames_of_the_sky(void **state)
{
	static struct tile t;

	(void)state;
	for (size_t n = 0; n < ARCHIVES; n++) {
		const struct archive_files *a = &archive[n];
		long sum[3] = { 0 };

		write_archive(a);
		for (int i = 0; i < a->fields * (int)strlen(a->of) * 2; i++) {
			begin_tile(&t, a, i / 2 / (int)strlen(a->of), i / 2 % (int)strlen(a->of),
				   i % 2);
			if (a->mask)
				read_bits(&t);
			if (a->weights)
				read_weights(&t);
			pixels_are(&t);
			count_bad(&t, sum);
		}
		if (sum[0] != a->count || sum[1] != a->x || sum[2] != a->y)
			fail_msg("%s: bad pixels: found %ld, at %ld, %ld in all", a->name, sum[0],
				 sum[1], sum[2]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tiles_are_the_frames_of_the_sky),
	};

	return cmocka_run_group_tests_name("tiles of the sky", tests, open_sky, close_sky);
}
