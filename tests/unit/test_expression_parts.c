/* test_expression_parts.c -- words, programs, columns of errors, and limits of conditions, exactly
 */
#include <math.h>

#include "../../lib/expression/parts.h"
#include "conditions.h"

#define FORTY "1234567890123456789012345678901234567890"

static int make_record(void **state)
{
	(void)state;
	record = pz_map_new();
	if (!record)
		return -1;
	pz_map_set_text(record, "name", "NGC 12");
	pz_map_set_text(record, "t39", &FORTY[1]);
	pz_map_set_text(record, "t40", FORTY);
	pz_map_set_text(record, "t41", FORTY "x");
	pz_map_set_number(record, "mag", 19.5);
	pz_map_set_integer(record, "n", 6);
	pz_map_set_integer(record, "_Az09Z", 1);
	pz_map_set_integer(record, "least", INT64_MIN);
	pz_map_set_integer(record, "most", INT64_MAX);
	pz_map_set_integer(record, "big", 1LL << 53);
	pz_map_set_raw(record, "star", "\xc3", 1);
	pz_map_set_raw(record, "dark", "\xc2", 1);
	pz_map_set_numbers(record, "flux", (double[]){ 1, 2.5, NAN }, 3, 0);
	pz_map_set_integer(record, "not", 8);
	return pz_map_error(record);
}

static int drop_record(void **state)
{
	(void)state;
	pz_map_free(record);
	return 0;
}

/* ---- words ---- */

static void numbers_are_read_to_their_end(void **state)
{
	(void)state;
	MEETS('t', "010 = 10", "0x1F = 31", "0X1f = 31", "0xABCDEFabcdef = 188900977659375",
	      "1. = 1", ".5 = 1 / 2", "5e0 = 5", "5E+1 = 50", "0 = 0x0", "1e308 > 1e307",
	      "0x7fffffffffffffff = most", "9223372036854775807 = most", "09 = 9");
	fails("n = 0x", "column 5, at '0x': expected a number, or a key that does not begin with a "
			"digit (else: in backquotes)");
	fails("n = 0xg", "column 5, at '0xg': expected a number, or a key that does not begin with "
			 "a digit (else: in backquotes)");
	fails("n = 1.5.2", "column 5, at '1.5.2': expected a number, or a key that does not begin "
			   "with a digit (else: in backquotes)");
	fails("n = 5e", "column 5, at '5e': expected a number, or a key that does not begin with a "
			"digit (else: in backquotes)");
	fails("n = 12_3", "column 5, at '12_3': expected a number, or a key that does not begin "
			  "with a digit (else: in backquotes)");
	fails("n = 1e309", "column 5, at '1e309': expected a number of at most 1.8e308");
	fails("n = 0x8000000000000000",
	      "column 5, at '0x8000000000000000': expected a whole number "
	      "of at most 9223372036854775807");
	fails("n = .", "column 5, at '.': expected a value, a key or an operator");
}

static void names_are_letters_digits_and_dots(void **state)
{
	(void)state;
	MEETS('t', "_Az09Z = 1", "`not` = 8", "`name` = 'NGC 12'", "n\t=\n6\r", "NOT dark", "TruE",
	      "n Is nOt MissinG", "\xc3\xa9.z is missing", "A.b.c is NULL");
	fails("n: = 1", "column 2, at ': = 1': expected a value, a key or an operator");
	fails("{n} = 1", "column 1, at '{n} = 1': expected a value, a key or an operator");
	fails("n. = 1", "column 2, at '. = 1': expected a value, a key or an operator");
	fails("n .1 = 1", "column 3, at '.1 = 1': expected 'and', 'or' or an operator");
	fails("true = not", "column 8, at 'not': expected a number, a text, a key or a bracket");
	fails("n = null",
	      "column 5, at 'null': expected a number, a text, a key or a bracket; of what "
	      "is missing: is missing");
	fails("n = is", "column 5, at 'is': expected a number, a text, a key or a bracket");
}

static void quotes_are_doubled(void **state)
{
	(void)state;
	MEETS('t', "'''' = \"'\"", "'a''''b' = \"a''b\"", "\"a\"\"b\" = 'a\"b'", "'' < 'a'",
	      "'a' != 'b'", "'a''b' > 'a'", "'\xc3\xa9' > 'z'");
	fails("`n`` = 6", "column 4, at '` = 6': expected another ` that ends it, found none");
	fails("'a'' = name",
	      "column 1, at ''a'' = name': expected another ' that ends it, found none");
	fails("n in @'x", "column 7, at ''x': expected another ' that ends it, found none");
}

static void symbols_of_other_languages_are_told(void **state)
{
	static const char *const cases[][2] = {
		{ "n && n", "'and' instead of &&" },
		{ "n || n", "'or' instead of ||" },
		{ "n & n", "'and', or bits(a, b) instead of &" },
		{ "n | n", "'or' instead of |" },
		{ "n ! n", "'not' instead of !" },
		{ "n ~ n", "'not' instead of ~" },
		{ "n ** n", "a product, sqrt or exp instead of **" },
		{ "n ^ n", "a product, sqrt or exp instead of ^" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char said[128];

		snprintf(said, sizeof said, "column 3, at '%s': expected %s", cases[i][0] + 2,
			 cases[i][1]);
		fails(cases[i][0], said);
	}
}

/* 24 bytes of what stands there are repeated, whole characters of them. */
static void messages_repeat_a_part(void **state)
{
	(void)state;
	fails("n k4567890123456789012345",
	      "column 3, at 'k4567890123456789012345': expected 'and', 'or' or an operator");
	fails("n k45678901234567890123456",
	      "column 3, at 'k45678901234567890123456': expected 'and', 'or' or an operator");
	fails("n k456789012345678901234567",
	      "column 3, at 'k45678901234567890123456...': expected 'and', 'or' or an operator");
	fails("\xc3\xa9 k456789012345678901234\xc3\xa9z",
	      "column 3, at 'k456789012345678901234\xc3\xa9...': expected 'and', 'or' or an "
	      "operator");
	fails("\xc3\xa9 k4567890123456789012345\xc3\xa9",
	      "column 3, at 'k4567890123456789012345...': expected 'and', 'or' or an operator");
}

/* ---- programs ---- */

/* The steps of a condition, and how deep its stack is; its end is always one value. */
static void programs_have_so_many_steps(void **state)
{
	static const struct {
		const char *text;
		int steps, deepest, keys, lists;
	} cases[] = {
		{ "true", 1, 1, 0, 0 },
		{ "mag < 20", 3, 2, 1, 0 },
		{ "17 <= mag < 20", 5, 3, 1, 0 },
		{ "17 <= mag < 20 < 30 < n", 9, 3, 2, 0 },
		{ "min(n, 2, mag) > n", 6, 3, 2, 0 },
		{ "separation(1, 2, 3, 4) > abs(-5)", 9, 4, 0, 0 },
		{ "1 + 2 * 3 = 7", 7, 3, 0, 0 },
		{ "1 * 2 - 3 = 7", 7, 2, 0, 0 },
		{ "-n in (1, -2)", 3, 1, 1, 1 },
		{ "n not in (1) or n in (2)", 6, 2, 1, 2 },
		{ "n is not missing", 3, 1, 1, 0 },
		{ "not n is null", 3, 1, 1, 0 },
		{ "not not star", 1, 1, 1, 0 },
		{ "star and dark and n = 1", 7, 3, 3, 0 },
		{ "star and (dark or (star and dark))", 7, 4, 2, 0 },
		{ "flux[1] < flux[0] and flux[1] = 2", 7, 3, 2, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct pz_expression *e;

		assert_int_equal(pz_expression_parse(&e, cases[i].text, NULL), 0);
		if (e->steps != cases[i].steps || e->deepest != cases[i].deepest || e->depth != 1)
			fail_msg("%s: %d steps, %d deep, %d at the end", cases[i].text, e->steps,
				 e->deepest, e->depth);
		assert_int_equal(pz_expression_keys(e), cases[i].keys);
		assert_int_equal(e->lists, cases[i].lists);
		assert_int_equal(pz_expression_lists(e), 0);
		pz_expression_free(e);
	}
}

/* Where the record does not fit, the column is that of the operator. */
static void errors_have_the_column_of_their_operator(void **state)
{
	(void)state;
	fails("1 < n and star in (1)",
	      "column 16: expected a number or a text, found true or false");
	fails("star and n in ('a')", "column 12: expected a text, as in the list, found a number");
	fails("true and name in (1)",
	      "column 15: expected a number, as in the list, found the text "
	      "'NGC 12'");
	fails("true and name not in (1)", "column 15: expected a number, as in the list, found the "
					  "text 'NGC 12'");
	fails("star and n", "column 6: expected true or false, found a number");
	fails("n or star", "column 3: expected true or false, found a number");
	fails("star and not n", "column 10: expected true or false, found a number");
	fails("1 < -name", "column 5: expected a number, found the text 'NGC 12'");
	fails("1 + abs(name) < 3", "column 5: expected a number, found the text 'NGC 12'");
	fails("1 + 2 * name < 3", "column 7: expected a number, found the text 'NGC 12'");
	fails("1 - name * 2 < 3", "column 10: expected a number, found the text 'NGC 12'");
	fails("star < 1", "column 6: expected a number or a text, found true or false");
	fails("star = 1", "column 6: expected true or false, found a number");
	fails("1 < n < star", "column 7: expected a number or a text, found true or false");
	fails("n = star", "column 3: expected a number, found true or false");
	fails("flux = 1", "column 6: expected a number or a text, found bytes, an array or a map");
	fails("flux in (1)",
	      "column 6: expected a number or a text, found bytes, an array or a map");
	fails("name", "column 1: expected true or false, found a text");
	fails("t39 + 1 < 2", "column 5: expected a number, found the text "
			     "'234567890123456789012345678901234567890'");
}

static void long_texts_are_cut(void **state)
{
	(void)state;
	fails("t40 + 1 < 2", "column 5: expected a number, found the text '" FORTY "...'");
	fails("t41 + 1 < 2", "column 5: expected a number, found the text '" FORTY "...'");
}

static void texts_of_conditions_are_checked(void **state)
{
	(void)state;
	fails("min(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, n) < 2",
	      "column 60, at 'n) < 2': expected at most 16 arguments of min");
	fails("max(1) < 2", "column 6, at ') < 2': expected 2 arguments of max, found 1");
	fails("bits(1, 2, 3) < 2", "column 12, at '3) < 2': expected at most 2 arguments of bits");
	fails("separation(1, 2, 3) < 2",
	      "column 19, at ') < 2': expected 4 arguments of separation, found 3");
	fails("separation(1, 2, 3, 4, 5) < 2",
	      "column 24, at '5) < 2': expected at most 4 arguments of separation");
	fails("sqrt() < 2", "column 6, at ') < 2': expected a number, a text, a key or a bracket");
	fails("abs('a') < 2", "column 5, at ''a') < 2': expected a number, found a text");
	fails("abs(n < 2", "column 7, at '< 2': expected ')'");
	fails("flux[1 < 2", "column 8, at '< 2': expected ']'");
	fails("flux[-1] < 2",
	      "column 6, at '-1] < 2': expected the number of an element, from 0, as "
	      "in NAME[2]");
	fails("flux[1.5] < 2",
	      "column 6, at '1.5] < 2': expected the number of an element, from 0, "
	      "as in NAME[2]");
	fails("flux[2147483648] < 2", "column 6, at '2147483648] < 2': expected the number of an "
				      "element, from 0, as in NAME[2]");
	MEETS('t', "flux[2147483647] is missing");
	fails("`` = 1", "column 1, at '`` = 1': expected a key of 1 to 255 bytes");
	fails("n in (1, star)", "column 10, at 'star)': expected a number or a text");
	fails("n in (-'a')", "column 8, at ''a')': expected a number or a text");
	fails("n in (1", "column 8, at the end: expected ')'");
	fails("@file = 1", "column 1, at '@file = 1': expected 'in' before the name of a list");
	fails("n not 1", "column 7, at '1': expected 'in'");
	fails("n not", "column 6, at the end: expected 'in'");
	fails("-n = 'a'", "column 6, at ''a'': expected a number, as before it, found a text");
	fails("+n = 'a'", "column 6, at ''a'': expected a number, as before it, found a text");
	fails("n * 1 = 'a'", "column 9, at ''a'': expected a number, as before it, found a text");
	fails("abs(n) = 'a'", "column 10, at ''a'': expected a number, as before it, found a text");
	fails("(n = 1) = 2",
	      "column 11, at '2': expected true or false, as before it, found a number");
	fails("(n in (1)) = 2",
	      "column 14, at '2': expected true or false, as before it, found a number");
	fails("(n is missing) = 2",
	      "column 18, at '2': expected true or false, as before it, found a number");
	fails("(n not in (1)) = 2",
	      "column 18, at '2': expected true or false, as before it, found a number");
	fails("(not star) = 2",
	      "column 14, at '2': expected true or false, as before it, found a number");
	fails("(star and star) = 2",
	      "column 19, at '2': expected true or false, as before it, found a number");
	fails("'a' + 1 < 2", "column 1, at ''a' + 1 < 2': expected a number, found a text");
	fails("2 * 'a' < 2", "column 5, at ''a' < 2': expected a number, found a text");
	fails("-'a' < 2", "column 1, at '-'a' < 2': expected a number, found a text");
	fails("1 and star", "column 1, at '1 and star': expected true or false, found a number");
	fails("star or 'a'", "column 9, at ''a'': expected true or false, found a text");
	fails("not 1", "column 5, at '1': expected true or false, found a number");
	fails("1 < 2 < 'a'", "column 9, at ''a'': expected a number, as before it, found a text");
	fails("n = 1 < true", "column 9, at 'true': expected a number, as before it, found true or "
			      "false");
}

/* ---- limits ---- */

static void conditions_are_so_deep_and_long(void **state)
{
	static char text[70000];
	struct pz_expression *e;

	(void)state;
	memset(text, '(', 64);
	strcpy(text + 63, "star");
	memset(text + 67, ')', 63);
	MEETS('t', text);
	memset(text, '(', 64);
	strcpy(text + 64, "star");
	memset(text + 68, ')', 64);
	fails(text,
	      "column 65, at 'star))))))))))))))))))))...': expected brackets and signs at most "
	      "64 deep");
	memset(text, '-', 64);
	strcpy(text + 63, "n < 7");
	MEETS('t', text);
	memset(text, '-', 64);
	strcpy(text + 64, "n < 7");
	fails(text, "column 65, at 'n < 7': expected brackets and signs at most 64 deep");
	/* a bracket that is closed counts no longer */
	*text = '\0';
	for (int i = 0; i < 100; i++)
		strcat(text, "(-(1) < 0) and ");
	strcat(text, "star");
	MEETS('t', text);
	/* "not" is a step */
	strcpy(text, "not dark");
	for (int i = 0; i < 2047; i++)
		strcat(text, " and star");
	MEETS('t', text);
	strcpy(text, "dark or star");
	for (int i = 0; i < 2046; i++)
		strcat(text, " and star");
	strcat(text, " or not star");
	assert_int_equal(ask(text), 'e');
	assert_non_null(strstr(pz_error_text(), "at 'not star': expected at most 4096 values and "
						"operators"));
	memset(text, ' ', 65537);
	memcpy(text, "star", 4);
	text[65537] = '\0';
	fails(text, "expected at most 65536 bytes, found 65537");
	text[65536] = '\0';
	MEETS('t', text);
	assert_int_equal(pz_expression_parse(&e, "star <", NULL), PZ_EUSAGE);
	assert_null(e);
	pz_expression_free(NULL);
}

/* ---- whole numbers ---- */

static void whole_numbers_have_64_bits(void **state)
{
	(void)state;
	MEETS('t', "-least = 9223372036854775808.0", "abs(least) = 9223372036854775808.0",
	      "-most = -9223372036854775807", "abs(-most) = most", "least < most", "most > least",
	      "most - 1 > 9e18", "bits(most, 3) = 3", "bits(6.0, 3) = 2", "bits(12, 10) = 8",
	      "bits(9007199254740991.0, 1) = 1", "bits(-9007199254740991.0, 1) = 1",
	      "bits(9007199254740992.0, 1) is missing", "bits(6, 2.5) is missing",
	      "bits(6.5, 2) is missing", "big in (9007199254740992)", "n in (-6.0, 6.0)",
	      "most in (9223372036854775807)", "-n in (-6)", "mag in (-1.5, 19.5)",
	      "-mag in (-19.5)");
	MEETS('f', "least > 0", "most < least", "bits(n, 9) = 1", "mag in (19, 20)",
	      "big in (9007199254740993)", "n in ('6', 7)");
	MEETS('t', "star = (n > 5)", "dark != star", "dark = false");
	fails("star > dark", "column 6: expected a number or a text, found true or false");
}

/* Values, of which two are the same, beyond the room of the beginning. */
static void lists_take_values(void **state)
{
	struct list l = { 0 };
	struct value v = { .is = INTEGER };

	(void)state;
	for (int i = 0; i < 200; i++) {
		static const int at_most[] = { 31, 63, 127, 255 };
		size_t room = 64;

		for (int k = 0; i >= at_most[k]; k++)
			room *= 2;
		v.integer = i < 199 ? i : 7;
		assert_int_equal(pz_list_add(&l, &v), 0);
		assert_int_equal(l.count, i < 199 ? i + 1 : 199);
		assert_true(l.room == room && l.used == l.count);
	}
	assert_true(l.numbers && !l.texts);
	v = (struct value){ .is = TEXT, .text = "7", .size = 1 };
	assert_false(pz_list_has(&l, &v));
	assert_int_equal(pz_list_add(&l, &v), 0);
	assert_true(l.texts && l.count == 200 && pz_list_has(&l, &v));
	pz_list_release(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_read_to_their_end),
		cmocka_unit_test(names_are_letters_digits_and_dots),
		cmocka_unit_test(quotes_are_doubled),
		cmocka_unit_test(symbols_of_other_languages_are_told),
		cmocka_unit_test(messages_repeat_a_part),
		cmocka_unit_test(programs_have_so_many_steps),
		cmocka_unit_test(errors_have_the_column_of_their_operator),
		cmocka_unit_test(long_texts_are_cut),
		cmocka_unit_test(texts_of_conditions_are_checked),
		cmocka_unit_test(conditions_are_so_deep_and_long),
		cmocka_unit_test(whole_numbers_have_64_bits),
		cmocka_unit_test(lists_take_values),
	};

	return cmocka_run_group_tests_name("parts of conditions", tests, make_record, drop_record);
}
