/* test_wcs_cards.c -- one card of a header: which keyword it has, and what its value is
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>

#include "../../lib/wcs/card.h"

/* A card of 80 bytes, and blanks behind it. */
static const char *card_of(const char *text)
{
	static char card[2 * CARD + 1];

	snprintf(card, sizeof card, "%-160s", text);
	return card;
}

static void is_keyword(const char *text, const char *key, enum card_group group,
		       enum card_type type, bool optional, int i, int j)
{
	struct card c;

	if (!pz_card_find(&c, card_of(text)))
		fail_msg("'%s' should be a card of the WCS", text);
	if (strcmp(c.key, key) != 0 || c.group != group || c.type != type ||
	    c.optional != optional || c.i != i || c.j != j)
		fail_msg("'%s': found %s, group %d, type %d, %d, (%d, %d)", text, c.key, c.group,
			 c.type, c.optional, c.i, c.j);
}

static void every_keyword_has_its_kind(void **state)
{
	static const struct {
		enum card_group group;
		enum card_type type;
		bool optional;
		const char *keys; /* each with its two numbers */
	} kinds[] = {
		{ CARD_SIZE, CARD_COUNT, false, "NAXIS 0 0 WCSAXES 0 0" },
		{ CARD_TYPE, CARD_TEXT, true, "CTYPE1 1 0 CUNIT2 2 0" },
		{ CARD_AXIS, CARD_NUMBER, false, "CRPIX3 3 0 CRVAL12 12 0 CDELT1 1 0" },
		{ CARD_AXIS, CARD_NUMBER, true, "LONPOLE 0 0 LATPOLE 0 0" },
		{ CARD_CD, CARD_NUMBER, false, "CD1_2 1 2 CD12_34 12 34" },
		{ CARD_PC, CARD_NUMBER, false, "PC2_1 2 1" },
		{ CARD_CROTA, CARD_NUMBER, false, "CROTA2 2 0" },
		{ CARD_PV, CARD_NUMBER, false, "PV1_39 1 39 PROJP3 3 0" },
		{ CARD_SIP, CARD_COUNT, false,
		  "A_ORDER 0 0 B_ORDER 0 0 AP_ORDER 0 0 BP_ORDER 0 0" },
		{ CARD_SIP, CARD_NUMBER, false, "A_2_0 2 0 B_1_3 1 3 AP_0_1 0 1 BP_4_5 4 5" },
		{ CARD_DSS, CARD_NUMBER, false,
		  "CNPIX1 1 0 PPO3 3 0 XPIXELSZ 0 0 YPIXELSZ 0 0 PLTRAH 0 0 PLTRAM 0 0 PLTRAS 0 0 "
		  "PLTDECD 0 0 PLTDECM 0 0 PLTDECS 0 0 AMDX13 13 0 AMDY1 1 0" },
		{ CARD_DSS, CARD_TEXT, false, "PLTDECSN 0 0 PLATEID 0 0" },
		{ CARD_WAT, CARD_LINE, false, "WAT1_001 1 0 WAT2_012 12 0" },
		{ CARD_TABLE, CARD_TEXT, false, "CPDIS1 1 0 CQDIS2 2 0 D2IMDIS1 1 0" },
		{ CARD_TABLE, CARD_RECORD, false, "DP1 1 0 DQ2 2 0 D2IM1 1 0" },
		{ CARD_TABLE, CARD_COUNT, true, "AXISCORR 0 0" },
		{ CARD_SYSTEM, CARD_TEXT, true, "RADESYS 0 0 RADECSYS 0 0" },
		{ CARD_SYSTEM, CARD_YEAR, true, "EQUINOX 0 0 EPOCH 0 0" },
		{ CARD_DATE, CARD_TEXT, true, "DATE-OBS 0 0" },
		{ CARD_DATE, CARD_NUMBER, true, "MJD-OBS 0 0" },
	};
	int all = 0;

	(void)state;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		const char *at = kinds[k].keys;
		char key[12], text[20];
		int i, j, n;

		for (; sscanf(at, "%11s %d %d%n", key, &i, &j, &n) == 3; at += n, all++) {
			snprintf(text, sizeof text, "%-8s= 1", key);
			is_keyword(text, key, kinds[k].group, kinds[k].type, kinds[k].optional, i,
				   j);
		}
	}
	assert_int_equal(all, 52);
}

static void keywords_are_written_in_one_way(void **state)
{
	(void)state;
	is_keyword("crval1  = 1", "CRVAL1", CARD_AXIS, CARD_NUMBER, false, 1, 0);
	is_keyword("CRVAL01 = 1", "CRVAL1", CARD_AXIS, CARD_NUMBER, false, 1, 0);
	is_keyword("CRVAL1=1", "CRVAL1", CARD_AXIS, CARD_NUMBER, false, 1, 0);
	is_keyword("CRVAL1 \t= 1", "CRVAL1", CARD_AXIS, CARD_NUMBER, false, 1, 0);
	is_keyword("CRVAL1  x= 1", "CRVAL1", CARD_AXIS, CARD_NUMBER, false, 1, 0);
	is_keyword("CRVAL1", "CRVAL1", CARD_AXIS, CARD_NUMBER, false, 1, 0);
	is_keyword("CD001002= 1", "CD1_2", CARD_CD, CARD_NUMBER, false, 1, 2);
	is_keyword("CD01_02 = 1", "CD1_2", CARD_CD, CARD_NUMBER, false, 1, 2);
	is_keyword("PC012034= 1", "PC12_34", CARD_PC, CARD_NUMBER, false, 12, 34);
	is_keyword("PC099099= 1", "PC99_99", CARD_PC, CARD_NUMBER, false, 99, 99);
	is_keyword("PC100002= 1", "PC100002", CARD_PC, CARD_NUMBER, false, 100, 2);
	is_keyword("PC002100= 1", "PC002100", CARD_PC, CARD_NUMBER, false, 2, 100);
	is_keyword("PC098999= 1", "PC098999", CARD_PC, CARD_NUMBER, false, 98, 999);
	is_keyword("A_02_01 = 1", "A_2_1", CARD_SIP, CARD_NUMBER, false, 2, 1);
	is_keyword("AP_01_02= 1", "AP_1_2", CARD_SIP, CARD_NUMBER, false, 1, 2);
	is_keyword("CRPIX100= 1", "CRPIX100", CARD_AXIS, CARD_NUMBER, false, 100, 0);
	is_keyword("CRPIX099= 1", "CRPIX99", CARD_AXIS, CARD_NUMBER, false, 99, 0);
	is_keyword("PV1_05  = 1", "PV1_5", CARD_PV, CARD_NUMBER, false, 1, 5);
	is_keyword("PROJP03 = 1", "PROJP3", CARD_PV, CARD_NUMBER, false, 3, 0);
	is_keyword("WAT1_010= ''", "WAT1_010", CARD_WAT, CARD_LINE, false, 10, 0);
	is_keyword("HIERARCH CRVAL1 = 1", "CRVAL1", CARD_AXIS, CARD_NUMBER, false, 1, 0);
	is_keyword("HIERARCH   crval1= 1", "CRVAL1", CARD_AXIS, CARD_NUMBER, false, 1, 0);
	is_keyword("HIERARCH                                                                "
		   "CRVAL123",
		   "CRVAL123", CARD_AXIS, CARD_NUMBER, false, 123, 0);
}

static void what_is_no_keyword_of_it(void **state)
{
	static const char *const none[] = {
		"",
		"CRVAL   = 1",
		"CRVAL1A = 1",
		" CRVAL1 = 1",
		"CRVAL1 x= 1",
		"CRVAL1 x",
		"CRVAL_1 = 1",
		"NAXIS1  = 1",
		"CD1     = 1",
		"CD00102 = 1",
		"CD1_2_3 = 1",
		"CD1_    = 1",
		"CDA_1   = 1",
		"WAT1_1  = ''",
		"WAT1_01 = ''",
		"WAT1_    = ",
		"WAT3_001= ''",
		"HIERARCH = 1",
		"HIERARCHXCRVAL1",
		"PC1     = 1",
		"RADESYS1= ''",
		"EPOC    = 1",
		"EPOCHS  = 1",
		"DP1_1   = ''",
		"A_ORDER1= 1",
		"= 1",
		"HIERARCH CRVAL1234= 1",
		"CRVAL1234 = 1",
		"CRVAL12345",
		"LONPOL  = 1",
	};
	struct card c;

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		if (pz_card_find(&c, card_of(none[i])))
			fail_msg("'%s' should be none, is %s", none[i], c.key);
}

static void cards_of_a_header_are_counted(void **state)
{
	char header[4 * CARD + 1];

	(void)state;
	memset(header, 'x', sizeof header);
	header[4 * CARD] = 0;
	assert_int_equal(pz_card_count(header, 3), 3);
	assert_int_equal(pz_card_count(header, 4), 4);
	assert_int_equal(pz_card_count(header, 5), 4);
	header[2 * CARD] = 0;
	assert_int_equal(pz_card_count(header, 4), 2);
	header[2 * CARD - 1] = 0;
	assert_int_equal(pz_card_count(header, 4), 1);
}

/* -- values */

/* Reads a card, and `left` - 1 behind it. */
static int read_card(struct card *c, const char *text, int left)
{
	static char cards[4 * CARD + 1];

	snprintf(cards, sizeof cards, "%-320s", text);
	assert_true(pz_card_find(c, cards));
	return pz_card_read(c, cards, left, "h");
}

static void number_is(const char *text, double number, const char *written)
{
	struct card c;
	int rc = read_card(&c, text, 1);

	if (rc != 1 || c.number != number || strcmp(c.text, written) != 0)
		fail_msg("'%s': %d, %.17g, '%s'", text, rc, c.number, c.text);
}

static void says(const char *text, const char *words)
{
	struct card c;
	int rc = read_card(&c, text, 4);

	if (rc != PZ_EDATA || strcmp(pz_error_text(), words) != 0)
		fail_msg("'%s': %d, '%s' should be '%s'", text, rc, pz_error_text(), words);
}

#define B70 "                                                                      "

static void numbers_are_read_as_fits_has_them(void **state)
{
	(void)state;
	number_is("CRVAL1  = 12", 12, "12");
	number_is("CRVAL1  = -12.5/c", -12.5, "-12.5");
	number_is("CRVAL1  = +.5E-3 / c", 5e-4, "+.5E-3");
	number_is("CRVAL1  = 5.", 5, "5.");
	number_is("CRVAL1  = 1D+02", 100, "1E+02");
	number_is("CRVAL1  = 1d2", 100, "1E2");
	number_is("CRVAL1  = 1e2", 100, "1E2");
	number_is("CRVAL1  =\t \t1E2\t/", 100, "1E2");
	number_is("CRVAL1  = 0123456789.9876543210", 123456789.987654321, "0123456789.9876543210");
	number_is("HIERARCH CRVAL1 = 3 / c", 3, "3");
	number_is("HIERARCH  CRVAL1= 3", 3, "3");
	number_is("CRVAL1  =" B70 "7", 7, "7");
	number_is(
		"CRVAL1  = 1234567890123456789012345678901234567890123456789012345678901234567890",
		1.2345678901234568e69,
		"1234567890123456789012345678901234567890123456789012345678901234567890");
	/* of no more than the card has */
	number_is("CRVAL1  =                                                                     "
		  "123",
		  12, "12");
}

static void numbers_that_are_none(void **state)
{
	(void)state;
	says("CRVAL1  = 1E", "h: CRVAL1: expected a number, found 1E");
	says("CRVAL1  = 1E+", "h: CRVAL1: expected a number, found 1E+");
	says("CRVAL1  = .", "h: CRVAL1: expected a number, found .");
	says("CRVAL1  = +-1", "h: CRVAL1: expected a number, found +-1");
	says("CRVAL1  = 1F2", "h: CRVAL1: expected a number, found 1F2");
	says("CRVAL1  = 1E400", "h: CRVAL1: expected a number, found 1E400");
	says("CRVAL1  = / c", "h: CRVAL1: expected a number, found no value");
	says("CRVAL1  =", "h: CRVAL1: expected a number, found no value");
	says("CRVAL1  =1", "h: CRVAL1: expected '= ' in columns 9 and 10, found no value");
	says("CRVAL1 = 1", "h: CRVAL1: expected '= ' in columns 9 and 10, found no value");
	says("HIERARCH CRVAL1 1", "h: CRVAL1: expected '= ' in columns 9 and 10, found no value");
	says("CRVAL1  = x~\x7f\x1f y", "h: CRVAL1: expected a number, found x~?? y");
	/* of what was found 47 characters */
	says("CRVAL1  = x2345678901234567890123456789012345678901234567890",
	     "h: CRVAL1: expected a number, found "
	     "x2345678901234567890123456789012345678901234567");
}

static void counts_are_whole(void **state)
{
	(void)state;
	number_is("NAXIS   = 3", 3, "3");
	number_is("NAXIS   = 2.0", 2, "2");
	number_is("NAXIS   = -2", -2, "-2");
	number_is("NAXIS   = 1E6", 1000000, "1000000");
	number_is("NAXIS   = -1E6", -1000000, "-1000000");
	says("NAXIS   = 1000001", "h: NAXIS: expected a whole number, found 1000001");
	says("NAXIS   = -1000001", "h: NAXIS: expected a whole number, found -1000001");
	says("NAXIS   = 2.5", "h: NAXIS: expected a whole number, found 2.5");
}

static void text_is(const char *text, int left, int rc, const char *expected)
{
	struct card c;
	int found = read_card(&c, text, left);

	if (found != rc || strcmp(c.text, expected) != 0)
		fail_msg("'%.90s': %d, '%s'", text, found, c.text);
}

#define S68 "12345678901234567890123456789012345678901234567890123456789012345678"

static void texts_end_at_their_quote(void **state)
{
	(void)state;
	text_is("CTYPE1  = 'RA---TAN' / it's", 1, 1, "RA---TAN");
	text_is("CTYPE1  =   ' a b  '", 1, 1, " a b");
	text_is("CTYPE1  = 'it''s'/", 1, 1, "it's");
	text_is("CTYPE1  = ''''", 1, 1, "'");
	text_is("CTYPE1  = ''", 1, 0, "");
	text_is("CTYPE1  = '  '", 1, 0, "");
	text_is("CTYPE1  = / none", 1, 0, "");
	text_is("PLATEID = '  '", 1, 1, "");
	text_is("WAT1_001= 'a  '", 1, 1, "a  ");
	text_is("CTYPE1  = '" S68 "'", 1, 1, S68);
	says("CTYPE1  = 'a' b",
	     "h: CTYPE1: expected a text of at most 68 characters in quotes, found 'a' b");
	says("CTYPE1  = 'a\x7f'",
	     "h: CTYPE1: expected a text of at most 68 characters in quotes, found 'a?'");
	says("CTYPE1  = 'a\tb'",
	     "h: CTYPE1: expected a text of at most 68 characters in quotes, found 'a?b'");
	says("CTYPE1  = '" S68 "9",
	     "h: CTYPE1: expected a text of at most 68 characters in quotes, found "
	     "'1234567890123456789012345678901234567890123456");
	text_is("CTYPE1  = '~ '", 1, 1, "~");
}

/* The next card begins with CONTINUE, two blanks and a quote. */
static void texts_go_on_in_the_next_card(void **state)
{
	char text[3 * CARD + 1];
	static const char *const next[] = { "CONTINUE 'b'", "CONTINUED 'b'", "CONTINUE  b",
					    "CONTINUE", "COMMENT   'b'" };

	(void)state;
	snprintf(text, sizeof text, "%-80s%-80s%-80s", "CTYPE1  = 'a&' / c", "CONTINUE   'b''&'",
		 "CONTINUE  'c'");
	text_is(text, 3, 1, "ab'c");
	text_is(text, 2, 1, "ab'&");
	text_is(text, 1, 1, "a&");
	for (size_t i = 0; i < sizeof next / sizeof *next; i++) {
		snprintf(text, sizeof text, "%-80s%-80s", "CTYPE1  = 'a&'", next[i]);
		text_is(text, 2, 1, "a&");
	}
	/* two quotes are one character of 68, but take two */
	snprintf(text, sizeof text, "%-80s%-80s", "CTYPE1  = '" S68, "");
	memcpy(text + 10, "'123456789012345678901234567890123&'", 36);
	memset(text + 46, ' ', 34);
	snprintf(text + 80, sizeof text - 80, "%-80s",
		 "CONTINUE  '12345678901234567890123456789012'''");
	text_is(text, 2, 1, "12345678901234567890123456789012312345678901234567890123456789012'");
	memcpy(text + 80, "CONTINUE  '12345678901234567890123456789012345'''", 48);
	says(text, "h: CTYPE1: expected a text of at most 68 characters in quotes, found "
		   "'123456789012345678901234567890123&'");
}

static void years_may_be_texts(void **state)
{
	(void)state;
	number_is("EQUINOX = 1950.0", 1950, "1950.0");
	number_is("EQUINOX = '1950.0'", 1950, "1950.0");
	number_is("EQUINOX = ' J2000 ' / c", 2000, "2000");
	number_is("EPOCH   = 'B1950.'", 1950, "1950.");
	says("EQUINOX = 'K2000'", "h: EQUINOX: expected a year, found 'K2000'");
	says("EQUINOX = '2000 AD'", "h: EQUINOX: expected a year, found '2000 AD'");
	says("EQUINOX = '1E400'", "h: EQUINOX: expected a year, found '1E400'");
	says("EQUINOX = J2000", "h: EQUINOX: expected a number, found J2000");
}

static void records_have_a_field_and_a_number(void **state)
{
	struct card c;

	(void)state;
	assert_int_equal(read_card(&c, "DP1     = 'EXTVER: 3.5' / c", 1), 1);
	assert_true(c.number == 3.5);
	assert_string_equal(c.text, "EXTVER: 3.5");
	assert_int_equal(read_card(&c, "DP1     = 'NAXES.a_9:1D1'", 1), 1);
	assert_true(c.number == 10);
	assert_string_equal(c.text, "NAXES.a_9: 1E1");
	says("DP1     = '9X: 1'", "h: DP1: expected a record ('field: number'), found '9X: 1'");
	says("DP1     = ': 1'", "h: DP1: expected a record ('field: number'), found ': 1'");
	says("DP1     = 'A 1'", "h: DP1: expected a record ('field: number'), found 'A 1'");
	says("DP1     = 'A: 1x'", "h: DP1: expected a record ('field: number'), found 'A: 1x'");
	says("DP1     = 'A:'", "h: DP1: expected a record ('field: number'), found 'A:'");
	says("DP1     = 'A: 1E400'",
	     "h: DP1: expected a record ('field: number'), found 'A: 1E400'");
	says("DP1     = 5", "h: DP1: expected a text in quotes, found 5");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_keyword_has_its_kind),
		cmocka_unit_test(keywords_are_written_in_one_way),
		cmocka_unit_test(what_is_no_keyword_of_it),
		cmocka_unit_test(cards_of_a_header_are_counted),
		cmocka_unit_test(numbers_are_read_as_fits_has_them),
		cmocka_unit_test(numbers_that_are_none),
		cmocka_unit_test(counts_are_whole),
		cmocka_unit_test(texts_end_at_their_quote),
		cmocka_unit_test(texts_go_on_in_the_next_card),
		cmocka_unit_test(years_may_be_texts),
		cmocka_unit_test(records_have_a_field_and_a_number),
	};

	return cmocka_run_group_tests_name("cards of a WCS", tests, NULL, NULL);
}
