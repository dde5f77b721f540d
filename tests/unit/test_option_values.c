/* test_option_values.c -- values of options at their limits, and names that are alike */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/alike.h>
#include <pz/error.h>
#include <pz/options.h>

static int number;
static double real;
static uint64_t seed;
static struct pz_numbers list;
static int choice;
static const char *word;

static const struct pz_option table[] = {
	{ .name = "number", .type = PZ_OPTION_INT, .value = &number, .min = -2, .max = 7 },
	{ .name = "any", .type = PZ_OPTION_INT, .value = &number },
	{ .name = "real", .type = PZ_OPTION_DOUBLE, .value = &real, .min = 0.5, .max = 2.5 },
	{ .name = "seed", .type = PZ_OPTION_SEED, .value = &seed },
	{ .name = "list", .type = PZ_OPTION_NUMBERS, .value = &list },
	{ .name = "kind",
	  .type = PZ_OPTION_CHOICE,
	  .value = &choice,
	  .choices = "mean,median,mode" },
	{ .name = "word", .type = PZ_OPTION_TEXT, .value = &word },
	{ .type = PZ_OPTION_END }
};

static int parse(const char *option, const char *value)
{
	static char tool[] = "tool", words[2][512]; /* a text is borrowed */
	char *argv[4] = { tool, words[0], words[1], NULL };
	int first = 0, rc;

	snprintf(words[0], sizeof words[0], "%s", option);
	snprintf(words[1], sizeof words[1], "%s", value);
	rc = pz_options_parse(table, NULL, 3, argv, &first);
	if (rc == 0)
		assert_int_equal(first, 3);
	return rc;
}

static void option_fails(const char *option, const char *value, const char *why)
{
	assert_int_equal(parse(option, value), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), why);
}

static void numbers_have_ranges(void **state)
{
	(void)state;
	assert_int_equal(parse("--number", "-2"), 0);
	assert_int_equal(number, -2);
	assert_int_equal(parse("--number", "7.0"), 0);
	assert_int_equal(number, 7);
	option_fails("--number", "-3", "--number: expected -2 to 7, found -3");
	option_fails("--number", "8", "--number: expected -2 to 7, found 8");
	option_fails("--number", "1.5", "--number: expected a whole number, found '1.5'");
	option_fails("--number", "", "--number: expected a whole number, found ''");
	assert_int_equal(parse("--any", "2147483647"), 0);
	assert_int_equal(number, 2147483647);
	assert_int_equal(parse("--any", "-2147483647"), 0);
	assert_int_equal(number, -2147483647);
	option_fails("--any", "2147483648", "--any: expected a whole number, found '2147483648'");
	assert_int_equal(parse("--real", "0.5"), 0);
	assert_int_equal(parse("--real", "2.5"), 0);
	assert_true(real == 2.5);
	option_fails("--real", "0.499", "--real: expected 0.5 to 2.5, found 0.499");
	option_fails("--real", "2.501", "--real: expected 0.5 to 2.5, found 2.501");
	option_fails("--real", "inf", "--real: expected a number, found 'inf'");
	option_fails("--real", "1e999", "--real: expected a number, found '1e999'");
	assert_int_equal(parse("--seed", "18446744073709551615"), 0);
	assert_true(seed == UINT64_MAX);
	option_fails("--seed", "18446744073709551616",
		     "--seed: expected a whole number of at least 0, found '18446744073709551616'");
	option_fails("--seed", "-1", "--seed: expected a whole number of at least 0, found '-1'");
	option_fails("--seed", "1.5", "--seed: expected a whole number of at least 0, found '1.5'");
}

static void lists_have_lengths(void **state)
{
	char many[8 * PZ_NUMBERS_MAX] = "", expected[9 * PZ_NUMBERS_MAX];

	(void)state;
	for (int i = 0; i < PZ_NUMBERS_MAX; i++)
		sprintf(many + strlen(many), "%s%d", i ? "," : "", i);
	assert_int_equal(parse("--list", many), 0);
	assert_int_equal(list.count, PZ_NUMBERS_MAX);
	assert_true(list.value[0] == 0 && list.value[PZ_NUMBERS_MAX - 1] == PZ_NUMBERS_MAX - 1);
	strcat(many, ",7");
	snprintf(expected, sizeof expected, "--list: expected at most %d numbers, found '7'",
		 PZ_NUMBERS_MAX);
	option_fails("--list", many, expected);
	snprintf(many, sizeof many, "%063d", 5);
	assert_int_equal(parse("--list", many), 0);
	assert_true(list.count == 1 && list.value[0] == 5);
	snprintf(many, sizeof many, "%064d", 5);
	snprintf(expected, sizeof expected, "--list: expected at most %d numbers, found '%s'",
		 PZ_NUMBERS_MAX, many);
	option_fails("--list", many, expected);
	option_fails("--list", "1,,2", "--list: expected numbers with commas between, found ''");
	option_fails("--list", "1,b", "--list: expected numbers with commas between, found 'b'");
	assert_true(list.value[0] == 5); /* what was there stays */
}

static void choices_are_whole_words(void **state)
{
	(void)state;
	assert_int_equal(parse("--kind", "mode"), 0);
	assert_int_equal(choice, 2);
	assert_int_equal(parse("--kind", "mean"), 0);
	assert_int_equal(choice, 0);
	option_fails("--kind", "me",
		     "--kind: expected one of mean,median,mode, found 'me'; did you "
		     "mean mean?");
	option_fails("--kind", "median,mode",
		     "--kind: expected one of mean,median,mode, found "
		     "'median,mode'");
	option_fails("--kind", "", "--kind: expected one of mean,median,mode, found ''");
	option_fails("--word", "", "--word: expected a value, found ''");
	assert_int_equal(parse("--word", "x"), 0);
	assert_string_equal(word, "x");
}

/* The library itself writes nothing. */
static void mistakes_are_not_printed(void **state)
{
	static const char *const wrong[] = { "--none", "-x", "--any=x" };
	FILE *there = tmpfile();
	int before = dup(STDERR_FILENO);

	(void)state;
	fflush(stderr);
	assert_true(dup2(fileno(there), STDERR_FILENO) >= 0);
	for (int i = 0; i < 3; i++)
		parse(wrong[i], "7");
	fflush(stderr);
	dup2(before, STDERR_FILENO);
	close(before);
	assert_int_equal(lseek(fileno(there), 0, SEEK_END), 0);
	fclose(there);
}

/* As many options as a tool may have, of its own and of all tools. */
static void a_table_may_be_full(void **state)
{
	static bool given[64];
	static char names[64][8], typed[12];
	struct pz_option own[61], common[5];
	char tool[] = "tool", *argv[] = { tool, typed, NULL };

	(void)state;
	for (int i = 0; i < 64; i++) {
		struct pz_option *o = i < 60 ? &own[i] : &common[i - 60];

		snprintf(names[i], sizeof names[i], "o%d", i + 100);
		*o = (struct pz_option){ .type = PZ_OPTION_FLAG,
					 .name = names[i],
					 .value = &given[i] };
	}
	own[60] = common[4] = (struct pz_option){ .type = PZ_OPTION_END };
	for (int i = 0; i < 64; i++) {
		int first;

		snprintf(typed, sizeof typed, "--o%d", i + 100);
		assert_int_equal(pz_options_parse(own, common, 2, argv, &first), 0);
		for (int k = 0; k < 64; k++)
			assert_int_equal(given[k], k <= i);
	}
}

/* ---- names ---- */

/* Of six letters two may be wrong, of fewer one; what is looked for is not all new. */
static void names_are_alike(void **state)
{
	static const struct {
		const char *word, *name;
		size_t distance; /* 0: not alike */
	} cases[] = {
		{ "abcdef", "abcdfe", 1 },
		{ "abcdef", "abxdey", 2 },
		{ "abcdef", "xbxdey", 0 },
		{ "abcdef", "abcdef", 9 },
		{ "abcde", "abxde", 1 },
		{ "abcde", "abxdx", 0 },
		{ "abcde", "ABCDX", 1 },
		{ "ab", "abcdefgh", 1 },
		{ "a", "abcdefgh", 0 },
		{ "a", "b", 0 },
		{ "ab", "ax", 1 },
		{ "ab", "", 0 },
		{ "bacdef", "abdcef", 2 },
		{ "abcdefghi", "xbxdxfghi", 3 },
		{ "abcdefghi", "xbxdxfxhi", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *typed = cases[i].word, *known = cases[i].name;
		size_t distance = cases[i].distance == 9 ? 0 : cases[i].distance;
		struct pz_alike a;

		pz_alike_begin(&a, typed, strlen(typed));
		pz_alike_try(&a, known, strlen(known));
		if (cases[i].distance == 0) {
			assert_null(pz_alike_best(&a));
			continue;
		}
		assert_string_equal(pz_alike_best(&a), known);
		assert_int_equal(a.distance, distance);
	}
}

static void bands_are_parted(void **state)
{
	char parted[PZ_ALIKE_MAX];

	(void)state;
	assert_string_equal(pz_alike_bands("gr", parted), "g,r");
	assert_string_equal(pz_alike_bands("ugrizyUGRIZYJHKBV", parted),
			    "u,g,r,i,z,y,U,G,R,I,Z,Y,J,H,K,B,V");
	assert_null(pz_alike_bands("g", parted));
	assert_null(pz_alike_bands("", parted));
	assert_null(pz_alike_bands("grg", parted));
	assert_null(pz_alike_bands("grr", parted));
	assert_null(pz_alike_bands("grq", parted));
	assert_null(pz_alike_bands("gggggggggggggggggggggggggggggggggggggggggggg", parted));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_have_ranges),      cmocka_unit_test(lists_have_lengths),
		cmocka_unit_test(choices_are_whole_words),  cmocka_unit_test(names_are_alike),
		cmocka_unit_test(bands_are_parted),         cmocka_unit_test(a_table_may_be_full),
		cmocka_unit_test(mistakes_are_not_printed),
	};

	return cmocka_run_group_tests_name("values of options", tests, NULL, NULL);
}
