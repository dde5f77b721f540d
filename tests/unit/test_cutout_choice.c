/* test_cutout_choice.c -- stamps that wait for a better frame, stamps that cannot be cut, masks of
 * files of several frames
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>

#include "../../lib/cutout/choice.h"
#include "../../lib/cutout/fault.h"
#include "../../lib/cutout/mask.h"
#include "../../lib/cutout/matched.h"
#include "own_folder.h"
#include "says.h"
#include "sky_hdus.h"

/* ---- stamps that wait ---- */

#define BANDS  2
#define FLOATS 18 /* of 3 x 3 pixels */
#define NOTES  6

static struct choice choice;
static float pixels[FLOATS], notes[NOTES];
static struct placed place;

/* Offers a stamp of a galaxy, all of whose numbers are those of its mark. */
static int offer(uint32_t galaxy, int good, bool more, bool lacking, float mark,
		 struct candidate *s)
{
	for (int i = 0; i < FLOATS; i++)
		pixels[i] = mark + (float)i;
	for (int i = 0; i < NOTES; i++)
		notes[i] = mark + 100 + (float)i;
	place = (struct placed){ .galaxy = galaxy, .more = more, .field = 1 };
	*s = (struct candidate){
		.place = &place, .good = good, .lacking = lacking, .pixels = pixels, .notes = notes
	};
	return pz_choice_pick(&choice, s);
}

static void waits(uint32_t galaxy, int good, bool lacking, float mark)
{
	struct candidate s;

	assert_int_equal(offer(galaxy, good, true, lacking, mark, &s), 0);
}

/* The stamp that is returned for the last one has these marks. */
static void ends(uint32_t galaxy, int good, bool more, bool lacking, float mark, int of_good,
		 bool of_lacking, bool moved, float of_mark)
{
	struct candidate s;

	assert_int_equal(offer(galaxy, good, more, lacking, mark, &s), 1);
	assert_int_equal(s.good, of_good);
	assert_int_equal(s.lacking, of_lacking);
	assert_int_equal(s.moved, moved);
	for (int i = 0; i < FLOATS; i++)
		assert_true(s.pixels[i] == of_mark + (float)i);
	for (int i = 0; i < NOTES; i++)
		assert_true(s.notes[i] == of_mark + 100 + (float)i);
}

/* Begins a round for which these galaxies wait. */
static void next_round(const uint32_t *galaxy, size_t n)
{
	struct placed *places;
	size_t count;

	assert_int_equal(pz_choice_next_round(&choice, &places, &count), n > 0);
	assert_int_equal(count, n);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(places[i].galaxy, galaxy[i]);
	free(places);
}

static void the_best_of_several_stamps(void **state)
{
	(void)state;
	pz_choice_begin(&choice, BANDS, 3);
	ends(1, 2, true, true, 10, 2, true, false, 10);  /* whole */
	ends(2, 1, false, true, 20, 1, true, false, 20); /* on no other field */
	waits(9, 0, false, 90);
	waits(5, 1, true, 50);
	waits(7, 1, false, 70);
	waits(6, 0, true, 60);
	waits(8, 1, true, 80);
	next_round((const uint32_t[]){ 9, 5, 7, 6, 8 }, 5);
	ends(7, 2, true, true, 71, 2, true, true, 71);    /* whole now */
	ends(8, 1, false, false, 81, 1, true, false, 80); /* no better: the first of them */
	waits(6, 1, false, 61);                           /* better, and waits on */
	waits(9, 0, true, 91);                            /* no better, and waits on */
	waits(5, 0, false, 51);                           /* worse, and waits on */
	next_round((const uint32_t[]){ 6, 9, 5 }, 3);
	ends(6, 0, false, true, 62, 1, false, true, 61);
	ends(9, 1, false, true, 92, 1, true, true, 92);
	ends(5, 1, false, false, 52, 1, true, false, 50);
	next_round(NULL, 0);
	pz_choice_end(&choice);
	assert_int_equal(choice.spool, -1);
}

/* More than there is room for at first. */
static void many_stamps_wait(void **state)
{
	static uint32_t galaxy[700];

	(void)state;
	pz_choice_begin(&choice, BANDS, 3);
	for (uint32_t i = 0; i < 700; i++) {
		galaxy[i] = 3 * (i * 431 % 700);
		waits(galaxy[i], 1, i % 3 == 0, (float)galaxy[i]);
	}
	next_round(galaxy, 700);
	for (uint32_t i = 0; i < 700; i++)
		ends(galaxy[699 - i], 0, false, false, -1, 1, (699 - i) % 3 == 0, false,
		     (float)galaxy[699 - i]);
	next_round(NULL, 0);
	pz_choice_end(&choice);
}

/* ---- stamps that cannot be cut ---- */

static void faults_stand_in_notes(void **state)
{
	float note[9] = { 1, 0.5F, 1, 0, 0, 0, 1, 0, NAN }, one[3];
	int band;

	(void)state;
	assert_int_equal(pz_fault_find(note, 3, &band), 0);
	for (int fault = STAMP_RING; fault <= STAMP_LONG; fault++)
		for (int b = 0; b < 3; b++) {
			pz_fault_note((enum stamp_fault)fault, 7.5, one);
			assert_true(one[0] == 0 && one[1] == 7.5F);
			note[6] = note[7] = 1;
			note[8] = NAN;
			note[6 + b] = one[2];
			assert_int_equal(pz_fault_find(note, 3, &band), fault);
			assert_int_equal(band, b);
		}
}

static void faults_have_words(void **state)
{
	const double radec[2] = { 150.1234567, -2.25 };
	struct fault_place at = { STAMP_BLURRED, 123.4, 2.5, "a.fits", radec };
	char text[400];

	(void)state;
	pz_fault_describe(&at, text, sizeof text);
	assert_string_equal(
		text, "--match-psf 2.5: a.fits: the Gaussian for a stamp at RA 150.123457, "
		      "Dec -2.250000 has a sigma of 123 points, expected at most 256; ask for "
		      "a narrower PSF or smaller pixels");
	at.fault = STAMP_LONG;
	at.found = 1.25;
	pz_fault_describe(&at, text, sizeof text);
	assert_string_equal(text,
			    "--match-psf with --native: a.fits: at RA 150.123457, Dec -2.250000 "
			    "pixels are 1.25 times longer one way than the other, which no PSF is "
			    "to be; give --pixscale, or leave out --native");
	at.fault = STAMP_RING;
	pz_fault_describe(&at, text, sizeof text);
	assert_string_equal(text,
			    "a.fits: the ring for the sky of a stamp at RA 150.123457, Dec "
			    "-2.250000 has more than 1e+08 pixels of the frame; give narrower "
			    "--sky-radii");
	at.fault = STAMP_WIDE;
	pz_fault_describe(&at, text, sizeof text);
	assert_string_equal(text,
			    "a.fits: a stamp at RA 150.123457, Dec -2.250000 covers more than "
			    "16777216 pixels of the frame; cut smaller stamps");
}

/* Four sigma of the Gaussian that makes a point as wide as is asked for. */
static void margins_are_those_of_the_kernel(void **state)
{
	struct pz_cutout_options o = { .match_psf = 0 };

	(void)state;
	assert_int_equal(pz_matched_margin(&o, 0.2), 0);
	o.match_psf = 2.3548200450309493 * 0.6;
	assert_int_equal(pz_matched_margin(&o, 0.201), 12);
	assert_int_equal(pz_matched_margin(&o, 0.199), 13);
	assert_int_equal(pz_matched_margin(&o, 2), 2);
}

/* ---- masks of files of several frames ---- */

/* The first pixel that is bad, from 0; 12: none; below 0: it is not opened. */
static int first_bad(const struct pz_frame *frame, const char *hdu, uint64_t bits)
{
	const struct pz_cutout_options o = { .mask_bits = bits };
	float pixel[12] = { 0 };
	struct mask m;
	int rc = pz_mask_open(&m, frame, hdu, 4, 3, &o), i = 0;

	if (rc == 0)
		assert_int_equal(pz_mask_apply(&m, 0, 3, pixel), 0);
	pz_fits_close(m.file);
	while (rc == 0 && i < 12 && !isnan(pixel[i]))
		i++;
	return rc < 0 ? rc : i;
}

static void masks_among_several(void **state)
{
	struct pz_frame frame = { .path = "f.fits",
				  .mask = "m.fits",
				  .name = "SCI,2",
				  .version = 2,
				  .hdu = "3",
				  .plane = -1 };
	FILE *to = fopen("m.fits", "wb");

	(void)state;
	raw_primary(to);
	add_hdu(to, &(struct sky_hdu){ .name = "DQ" });
	add_hdu(to, &(struct sky_hdu){ .name = "DQ", .version = 2 });
	add_hdu(to, &(struct sky_hdu){ .name = "X", .planes = 3 });
	add_hdu(to, &(struct sky_hdu){ .name = "SCI", .version = 2 });
	fclose(to);
	/* by the name of the masks and the frame's version; pixels are 1 */
	assert_int_equal(first_bad(&frame, "DQ", 1), 0);
	assert_int_equal(first_bad(&frame, "DQ", 2), 12);
	assert_int_equal(first_bad(&frame, "DQ", 0), 0);
	/* by the frame's own name, else its number */
	assert_int_equal(first_bad(&frame, NULL, 1), 0);
	frame.name = "NONE";
	frame.hdu = "1";
	assert_int_equal(first_bad(&frame, NULL, 1), 0);
	frame.version = 7;
	says(first_bad(&frame, "DQ", 1), PZ_EDATA,
	     "mask of f.fits: m.fits: no HDU 'DQ,7' (5 HDUs, counted from 0)");
	says(first_bad(&frame, "2", 1), PZ_EDATA,
	     "mask of f.fits: m.fits: --mask-hdu 2: the file of the frames has several: expected "
	     "the "
	     "EXTNAME of their masks, whose EXTVER tells them apart");
	frame.mask = "f.fits";
	says(first_bad(&frame, NULL, 1), PZ_EDATA,
	     "mask of f.fits: f.fits: masks are in the frames' own file: expected --mask-hdu NAME, "
	     "the "
	     "EXTNAME of the masks");
	/* that of a table of frames comes first */
	frame = (struct pz_frame){
		.path = "f.fits", .mask = "m.fits", .mask_hdu = "1", .plane = -1
	};
	assert_int_equal(first_bad(&frame, "NONE", 1), 0);
	/* of a cube the frame's plane: 1, 2 and 3 */
	frame.mask_hdu = "X";
	frame.plane = 1;
	assert_int_equal(first_bad(&frame, NULL, 2), 0);
	assert_int_equal(first_bad(&frame, NULL, 1), 12);
	frame.plane = 0;
	assert_int_equal(first_bad(&frame, NULL, 1), 0);
	frame.plane = -1;
	says(first_bad(&frame, NULL, 1), PZ_EDATA,
	     "mask of f.fits: m.fits: HDU 3: expected an image of two axes, found an image of 4 x "
	     "3 x "
	     "3");
	frame.plane = 3;
	says(first_bad(&frame, NULL, 1), PZ_EDATA,
	     "mask of f.fits: m.fits: HDU 3: expected a plane from 0 to 2, found 3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_best_of_several_stamps),
		cmocka_unit_test(many_stamps_wait),
		cmocka_unit_test(faults_stand_in_notes),
		cmocka_unit_test(faults_have_words),
		cmocka_unit_test(margins_are_those_of_the_kernel),
		cmocka_unit_test(masks_among_several),
	};

	return cmocka_run_group_tests_name("choice", tests, enter_own_folder, leave_own_folder);
}
