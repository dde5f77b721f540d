/* test_text.c -- characters of UTF-8, and what a line can show */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>
#include <pz/text.h>
#include <pz/utf8.h>

/* No character is cut in two; bytes that are none end anywhere, and only the text is read. */
static void texts_are_cut_between_characters(void **state)
{
	(void)state;
	assert_int_equal(pz_text_cut("", 3), 0);
	assert_int_equal(pz_text_cut("abc", 0), 0);
	assert_int_equal(pz_text_cut("abc", 3), 3);
	assert_int_equal(pz_text_cut("abcd", 3), 3);
	assert_int_equal(pz_text_cut("a\xc3\xa9", 2), 1);
	assert_int_equal(pz_text_cut("a\xc3\xa9", 3), 3);
	assert_int_equal(pz_text_cut("\xc3\xa9\xc3\xa9", 2), 2);
	assert_int_equal(pz_text_cut("\xc3\xa9", 1), 0);
	for (size_t most = 1; most < 4; most++)
		assert_int_equal(pz_text_cut("\xf0\x9f\x98\x80x", most), 0);
	assert_int_equal(pz_text_cut("\xf0\x9f\x98\x80x", 4), 4);
	assert_int_equal(pz_text_cut("\x99\x99\x99\x99\x99\x99\x99", 6), 6);
	assert_int_equal(pz_text_cut("\xe2\x99\xe2\x99", 3), 3);
}

static void characters_and_their_lengths(void **state)
{
	const struct {
		const char *text;
		size_t size;
		uint32_t point;
	} good[] = { { "a", 1, 'a' },
		     { "\xc3\xa9", 2, 0xe9 },
		     { "\xe2\x9f\xa8x", 3, 0x27e8 },
		     { "\xf0\x9f\x98\x80", 4, 0x1f600 } };
	const char *bad[] = { "\x80",
			      "\xc3",
			      "\xc0\x80",
			      "\xe0\x80\x80",
			      "\xed\xa0\x80",
			      "\xe2\x9f",
			      "\xf4\x90\x80\x80",
			      "\xff",
			      "\xf8\x88\x80\x80\x80" };
	uint32_t point;

	(void)state;
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		assert_int_equal(pz_text_utf8(good[i].text, strlen(good[i].text), &point),
				 good[i].size);
		assert_int_equal(point, good[i].point);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		assert_int_equal(pz_text_utf8(bad[i], strlen(bad[i]), &point), 0);
		assert_false(pz_text_is_line(bad[i]));
	}
	/* cut by the room that there is, not by the byte 0 behind it */
	assert_int_equal(pz_text_utf8("\xc3\xa9", 1, &point), 0);
}

/* The first and the last character of each length, and their neighbours that are none. */
static void characters_have_their_limits(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		uint32_t point;
	} cases[] = { { "\x7f", 1, 0x7f },
		      { "\xc1\xbf", 0, 0 },
		      { "\xc2\x80", 2, 0x80 },
		      { "\xdf\xbf", 2, 0x7ff },
		      { "\xe0\x9f\xbf", 0, 0 },
		      { "\xe0\xa0\x80", 3, 0x800 },
		      { "\xed\x9f\xbf", 3, 0xd7ff },
		      { "\xed\xa0\x80", 0, 0 },
		      { "\xed\xbf\xbf", 0, 0 },
		      { "\xee\x80\x80", 3, 0xe000 },
		      { "\xef\xbf\xbf", 3, 0xffff },
		      { "\xf0\x8f\xbf\xbf", 0, 0 },
		      { "\xf0\x90\x80\x80", 4, 0x10000 },
		      { "\xf4\x8f\xbf\xbf", 4, 0x10ffff },
		      { "\xf4\x90\x80\x80", 0, 0 },
		      { "\xf5\x80\x80\x80", 0, 0 },
		      { "\xc2\x7f", 0, 0 },
		      { "\xc2\xc0", 0, 0 },
		      { "\xe2\x9f\x28", 0, 0 },
		      { "\xe2\xdf\xa8", 0, 0 },
		      { "\xf0\x9f\x98\x00", 0, 0 },
		      { "\xf0\x9f\xd8\x80", 0, 0 } };
	uint32_t point;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(pz_text_utf8(cases[i].text, 4, &point), cases[i].size);
		if (cases[i].size)
			assert_int_equal(point, cases[i].point);
	}
	assert_int_equal(pz_text_utf8("", 0, &point), 0);
	assert_int_equal(pz_text_utf8("\0", 1, &point), 1);
	assert_int_equal(point, 0);
}

static void lines_have_no_controls(void **state)
{
	(void)state;
	assert_true(pz_text_is_line(""));
	assert_true(pz_text_is_line("S1 \xce\xa9_m 'x' 50%"));
	assert_false(pz_text_is_line("a\tb"));
	assert_false(pz_text_is_line("a\n"));
	assert_false(pz_text_is_line("\x1b[31m"));
	assert_false(pz_text_is_line("\x7f"));
	assert_false(pz_text_is_line("\xc2\x9b"));       /* CSI in one character */
	assert_false(pz_text_is_line("a\xe2\x80\xa8"));  /* U+2028 */
	assert_false(pz_text_is_line("\xe2\x80\xa9 b")); /* U+2029 */
	assert_true(pz_text_is_line("\xe2\x80\xa7 \xe2\x80\xaa~"));
	assert_false(pz_text_is_line("\x1f"));
	assert_false(pz_text_is_line("\xc2\x80"));
	assert_false(pz_text_is_line("\xc2\x9f"));
	assert_true(pz_text_is_line("\xc2\xa0"));
}

static void endings_are_those_of_the_text(void **state)
{
	(void)state;
	assert_true(pz_text_ends("figure.png", ".png"));
	assert_true(pz_text_ends(".png", ".png"));
	assert_true(pz_text_ends("a", ""));
	assert_false(pz_text_ends("figure.PNG", ".png"));
	assert_false(pz_text_ends("figure.png.part", ".png"));
	assert_false(pz_text_ends("png", ".png"));
	assert_false(pz_text_ends("", ".png"));
}

/* Of what is printed each character counts once, and what is none is replaced. */
static void texts_are_printed_as_they_can_be_shown(void **state)
{
	const struct {
		const char *text;
		size_t n, printed;
		const char *shown;
	} cases[] = { { "", 0, 0, "" },
		      { "a\xc3\xa9z", 4, 3, "a\xc3\xa9z" },
		      { "a\xc3\xa9z", 2, 2, "a?" },
		      { "a\xc3\xa9z", 3, 2, "a\xc3\xa9" },
		      { "a\nb\x1b", 4, 4, "a?b?" },
		      { "\xff\xe2\x9f", 3, 3, "???" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char shown[32] = "";
		FILE *to = fmemopen(shown, sizeof shown, "w");

		assert_int_equal(pz_text_print(cases[i].text, cases[i].n, '?', to),
				 cases[i].printed);
		fclose(to);
		assert_string_equal(shown, cases[i].shown);
	}
}

/* A text of Latin-1 grows by a byte for each letter that is not of ASCII. */
static void latin_1_becomes_utf_8(void **state)
{
	const struct {
		const char *text, *utf8;
	} cases[] = { { "", "" },
		      { "NGC 1", "NGC 1" },
		      { "\xe9", "\xc3\xa9" },
		      { "a\x80\xbf\xc0z\xff", "a\xc2\x80\xc2\xbf\xc3\x80z\xc3\xbf" },
		      { "\xc3\xa9", "\xc3\xa9" } };
	char text[16];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *from = cases[i].text, *to = cases[i].utf8;
		bool grows = strlen(to) > strlen(from);

		strcpy(text, from);
		assert_int_equal(pz_utf8_from_latin1(text, strlen(to) + 1), grows);
		assert_string_equal(text, to);
		strcpy(text, from);
		if (grows)
			assert_int_equal(pz_utf8_from_latin1(text, strlen(to)), PZ_EDATA);
		assert_string_equal(text, grows ? from : to);
	}
	assert_int_equal(pz_utf8_from_latin1(strcpy(text, "\xe9"), 2), PZ_EDATA);
	assert_string_equal(pz_error_text(), "a text that is not UTF-8, of more than 1 bytes");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_cut_between_characters),
		cmocka_unit_test(characters_and_their_lengths),
		cmocka_unit_test(characters_have_their_limits),
		cmocka_unit_test(lines_have_no_controls),
		cmocka_unit_test(texts_are_printed_as_they_can_be_shown),
		cmocka_unit_test(latin_1_becomes_utf_8),
		cmocka_unit_test(endings_are_those_of_the_text),
	};

	return cmocka_run_group_tests_name("text", tests, NULL, NULL);
}
