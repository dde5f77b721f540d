/* fuzz_places.c -- the text of --pz-grid, and numbers at the places that it says */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/bins.h>

#include "../../tools/table/from_form.h"
#include "fuzz.h"

#define NUMBERS 4096 /* of a p(z), at most: more places are read, and that is all */

/* Numbers of all sizes, some of which are none. */
static void fill_numbers(double *v, size_t n, const uint8_t *bytes, size_t size)
{
	static const double odd[] = { 0, -1, NAN, INFINITY, 1e-310, 1e300 };

	for (size_t i = 0; i < n; i++) {
		uint8_t byte = bytes[i % size];

		v[i] = byte < 6 ? odd[byte] : ldexp(byte, byte % 9 - 8);
	}
}

/* What comes out of a p(z) without a fault is one. */
static void check_pdf(const double *p, int n)
{
	double sum = 0;

	for (int i = 0; i < n; i++) {
		if (!(p[i] >= 0))
			abort();
		sum += p[i];
	}
	if (fabs(sum - 1) > 1e-6)
		abort();
}

static void convert_numbers(struct form *f, size_t n, const uint8_t *bytes, size_t size)
{
	const struct pz_grid grid = { .target = "z", .min = 0, .max = 2, .bins = 20, .right = 3 };
	double v[NUMBERS], p[23];

	if (form_open(f, n, 1) < 0)
		return;
	fill_numbers(v, n, bytes, size);
	if (form_to_pz(f, &grid, 1e-300, v, p) == 0)
		check_pdf(p, pz_grid_total(&grid));
}

/* The first byte says what the numbers are, the second how many, the others are the text. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct form f = { .scale = true };
	char *text;

	if (size < 3)
		return 0;
	f.is = bytes[0] % (FORM_SAMPLES + 1);
	text = (char *)fuzz_copy(bytes + 2, size - 2);
	text[size - 2] = '\0';
	if (places_read(&f.places, text, NULL) == 0) {
		size_t n = bytes[1] % 3 == 0 ? f.places.n : f.places.n - 1;

		places_are_uniform(&f.places);
		if (bytes[1] % 3 == 2)
			n = bytes[1];
		if (n >= 1 && n <= NUMBERS)
			convert_numbers(&f, n, bytes, size);
	}
	form_release(&f);
	free(text);
	return 0;
}

uint8_t *fuzz_seed(int i, size_t *size)
{
	static const char *const texts[] = {
		"\x01\x04"
		"bins:0,2,10",
		"\x01\x03"
		"points:0,2,11",
		"\x02\x04"
		"log-bins:0,3,9",
		"\x03\x03"
		"log-points:0,3,9",
		"\x01\x03"
		"0.1,0.2,0.4",
		"\x04\x03"
		"0.05,0.5,0.95",
		"\x05\x02"
		"",
		"\x06\x05"
		"",
	};

	return (size_t)i < sizeof texts / sizeof *texts ? fuzz_text(texts[i], size) : NULL;
}
