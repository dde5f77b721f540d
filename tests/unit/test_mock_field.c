/* test_mock_field.c -- galaxies and stars of the field: how many, how bright, of what colour, and
 * what they add to stamps and frames
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/random.h>

#include "small_sky.h"

#define WIDTH  90
#define HEIGHT 70
#define SIDE   20

static struct pz_mock *sky, *alone; /* with a field, and without */

static int open_skies(void **state)
{
	(void)state;
	sky = open_small(WIDTH, HEIGHT, 0, 6);
	alone = open_small(WIDTH, HEIGHT, 0, 6);
	return sky && alone ? pz_mock_open_field(sky) : -1;
}

static int close_skies(void **state)
{
	(void)state;
	pz_mock_close(sky);
	pz_mock_close(alone);
	return 0;
}

/* Begins a field on which so many stars are expected; galaxies are more by 1.6. */
static void begin(struct mock_field *f, uint64_t number, double stars)
{
	double side = sqrt(stars / 2500) * 3600 / 0.396;
	const double from[2] = { 10, 20 }, to[2] = { 10 + side * 2, 20 + side / 2 };

	pz_mock_field_begin(f, sky, "test", number, from, to);
}

static void near(const char *what, double found, double wanted, double tolerance)
{
	if (!(fabs(found - wanted) <= tolerance))
		fail_msg("%s: expected %.9g within %g, found %.9g", what, wanted, tolerance, found);
}

/* Mean and variance of the numbers of stars and galaxies. */
static void numbers_are(double stars)
{
	const int n = 4000;
	double mean[2] = { 0 }, square[2] = { 0 };

	for (int i = 0; i < n; i++) {
		struct mock_field f;

		begin(&f, (uint64_t)i, stars);
		for (int k = 0; k < 2; k++) {
			double count = (double)(k ? f.galaxies : f.stars);

			mean[k] += count / n;
			square[k] += count * count / n;
		}
	}
	for (int k = 0; k < 2; k++) {
		double wanted = stars * (k ? 1.6 : 1);

		near("mean", mean[k], wanted, 4 * sqrt(wanted / n));
		near("variance", square[k] - mean[k] * mean[k], wanted, 0.1 * wanted + 0.02);
	}
}

static void numbers_are_those_of_chance(void **state)
{
	(void)state;
	numbers_are(0.2);
	numbers_are(3);
	numbers_are(15);
	numbers_are(100);
}

/* To a mean of 30 by the products of uniform numbers that stay above its exponential, beyond by
 * one normal number. */
static void large_numbers_are_normal(void **state)
{
	static const double mean[] = { 29.5, 29.99, 30.01, 30.5 };

	(void)state;
	for (int k = 0; k < 4; k++)
		for (uint64_t i = 0; i < 40; i++) {
			struct pz_random r;
			struct mock_field f;
			uint64_t wanted = 0;
			double log_product;

			pz_random_init(&r, sky->field->seed, pz_random_stream("test", i));
			begin(&f, i, mean[k] / 1.6);
			log_product = k < 2 ? log(pz_random_uniform(&r)) : -INFINITY;
			for (; log_product > -mean[k]; wanted++)
				log_product += log(pz_random_uniform(&r));
			if (k >= 2)
				wanted = (uint64_t)rint(mean[k] +
							sqrt(mean[k]) * pz_random_normal(&r));
			assert_int_equal(f.galaxies, wanted);
		}
}

/* ---- stars ---- */

/* The u flux over the z flux of a black body, per frequency. */
static double colour_of(double kelvin)
{
	double u = 1.4388e8 / 3551 / kelvin, z = 1.4388e8 / 8932 / kelvin;

	return pow(8932 / 3551., 3) * expm1(z) / expm1(u);
}

static double kelvin_of(double colour)
{
	double low = 2000, high = 9000;

	for (int i = 0; i < 50; i++) {
		double middle = (low + high) / 2;

		*(colour_of(middle) < colour ? &low : &high) = middle;
	}
	return low;
}

/* Their number grows by 10^(0.12 r) from 14.5 to 21.5, and their temperature is 3200 K and 3800 K
 * times a uniform number to the power 1.5; they are everywhere. */
static void stars_are_as_bright_and_blue_as_chance_has_it(void **state)
{
	double sum = 0, least = 99, most = 0, warm = 0, square = 0, place[2] = { 0 };
	double slope = 0.12 * log(10), a = exp(slope * 14.5), b = exp(slope * 21.5), at[2];
	struct pz_mock_galaxy g;
	struct mock_field f;
	double n;

	(void)state;
	begin(&f, 5, 20000);
	f.galaxies = 0;
	n = (double)f.stars;
	while (pz_mock_field_next(&f, &g, at)) {
		double mag = 22.5 - 2.5 * log10(g.part[0].flux[2] / pz_mock_profiles[0].total);
		double x = pow((kelvin_of(g.part[0].flux[0] / g.part[0].flux[4]) - 3200) / 3800,
			       1 / 1.5);

		assert_true(g.z == 0 && g.knots == 0 && g.part[0].radius == 0);
		assert_true(g.part[0].axis == 1 && g.part[1].axis == 1 && g.part[1].flux[2] == 0);
		sum += mag / n;
		least = fmin(least, mag);
		most = fmax(most, mag);
		warm += x / n;
		square += x * x / n;
		for (int k = 0; k < 2; k++)
			place[k] += (at[k] - f.from[k]) / (f.to[k] - f.from[k]) / n;
	}
	near("magnitude", sum, (21.5 * b - 14.5 * a) / (b - a) - 1 / slope, 4 * 2 / sqrt(n));
	near("the brightest", least, 14.5, 0.01);
	near("the faintest", most, 21.5, 0.01);
	near("warm", warm, 0.5, 4 / sqrt(12 * n));
	near("spread", square, 1 / 3., 0.01);
	near("x", place[0], 0.5, 4 / sqrt(12 * n));
	near("y", place[1], 0.5, 4 / sqrt(12 * n));
}

/* ---- galaxies ---- */

/* Those of one field are other ones than those of the next. */
static void galaxies_of_a_field_are_its_own(void **state)
{
	struct pz_mock_galaxy g, same;
	struct mock_field f;
	double at[2];

	(void)state;
	for (uint64_t number = 0; number < 3; number++) {
		begin(&f, number, 4);
		f.galaxies = 3;
		for (uint64_t i = 0; i < 3; i++) {
			pz_mock_galaxy(sky->field, (pz_random_stream("test", number) << 20) + i,
				       &same);
			assert_int_equal(pz_mock_field_next(&f, &g, at), 1);
			assert_memory_equal(&g, &same, sizeof g);
		}
	}
	/* to a fainter limit, complete, and as far as galaxies of that limit are */
	assert_true(sky->field->survey->limit == 21.5 && sky->field->survey->zmax == 1.2);
	assert_true(sky->field->survey->half > 90);
}

/* Light of pixels, each by another weight. */
static double light_of(const float *pixels, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += pixels[i] * (1 + (double)(i % 11));
	return sum;
}

static int nothing(const void *context, uint64_t i, struct pz_mock_galaxy *g)
{
	(void)context;
	*g = (struct pz_mock_galaxy){ .z = 0.1, .part[0].axis = 1, .part[1].axis = 1 };
	return i == 3 ? pz_fail(PZ_EDATA, "beyond the last") : 0;
}

/* What dense fields of seed 6 add to empty pixels of g, beside some noise. */
static void fields_shine_on_stamps_and_frames(void **state)
{
	static const double stamps[6] = { 0, 1.48280751, 18.1283288, 0, 4.6856551, 3.48485824 };
	static const double frames[3] = { 86.9029038, 816.463176, 2759.79813 };
	static float with[PZ_MOCK_BANDS * SIDE * SIDE], without[PZ_MOCK_BANDS * SIDE * SIDE];
	static float many[WIDTH * HEIGHT], few[WIDTH * HEIGHT];
	struct pz_mock_layout l;
	struct pz_mock_galaxy g;

	(void)state;
	sky->survey->field_galaxies = 40000;
	sky->survey->field_stars = 25000;
	nothing(NULL, 0, &g);
	for (uint64_t i = 0; i < 6; i++) {
		pz_mock_stamp(sky, i, &g, SIDE, with);
		pz_mock_stamp(alone, i, &g, SIDE, without);
		near("stamp",
		     light_of(with + SIDE * SIDE, SIDE * SIDE) -
			     light_of(without + SIDE * SIDE, SIDE * SIDE),
		     stamps[i], 1e-4 * stamps[i]);
	}
	assert_int_equal(pz_mock_layout(&l, sky, 3, 1), 0);
	for (int field = 0; field < 3; field++) {
		assert_int_equal(pz_mock_frame(sky, &l, field, 1, nothing, NULL, many), 0);
		assert_int_equal(pz_mock_frame(alone, &l, field, 1, nothing, NULL, few), 0);
		near("frame", light_of(many, WIDTH * HEIGHT) - light_of(few, WIDTH * HEIGHT),
		     frames[field], 1e-4 * frames[field]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_those_of_chance),
		cmocka_unit_test(large_numbers_are_normal),
		cmocka_unit_test(stars_are_as_bright_and_blue_as_chance_has_it),
		cmocka_unit_test(galaxies_of_a_field_are_its_own),
		cmocka_unit_test(fields_shine_on_stamps_and_frames),
	};

	return cmocka_run_group_tests_name("field", tests, open_skies, close_skies);
}
