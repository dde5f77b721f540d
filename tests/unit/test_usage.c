/* test_usage.c -- what a table of options says of itself: help and the list for completions */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pz/file.h>
#include <pz/options.h>

static int count = 20, kernel = 2;
static double rate = 0.5;
static bool flag;
static const char *file;

static const struct pz_option table[] = {
	{ PZ_OPTION_FLAG, 'f', "flag", NULL, &flag, "a flag" },
	{ PZ_OPTION_INT, 'n', "count", "N", &count, "a count", .min = 1, .max = 100 },
	{ PZ_OPTION_DOUBLE, 0, "a-rate-of-a-long-name", "X", &rate, "a rate" },
	{ PZ_OPTION_CHOICE, 0, "kernel", "NAME", &kernel,
	  "words enough that they do not all fit beside the names, so that this is wrapped",
	  .choices = "nearest,bilinear,lanczos3" },
	{ PZ_OPTION_FILE, 0, "net", "NET", &file, "a file", .words = "P,T" },
	{ .type = PZ_OPTION_END },
};

/* What print writes of the table; free it. */
static char *printed(void (*print)(const struct pz_option *, FILE *))
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	assert_non_null(to);
	print(table, to);
	assert_int_equal(pz_file_close_text(to, &text), 0);
	return text;
}

static void help_has_names_choices_and_defaults(void **state)
{
	char *text = printed(pz_options_help);

	(void)state;
	assert_string_equal(
		text,
		"  -f, --flag                 a flag\n"
		"  -n, --count N              a count [20]\n"
		"      --a-rate-of-a-long-name X a rate [0.5]\n"
		"      --kernel NAME          words enough that they do not all fit beside the\n"
		"                             names, so that this is wrapped (nearest, bilinear,\n"
		"                             lanczos3) [lanczos3]\n"
		"      --net NET              a file\n");
	free(text);
}

static void a_default_is_shown_from_the_least_to_the_most(void **state)
{
	static const struct {
		int value;
		const char *shown;
	} cases[] = { { 0, "a count\n" },
		      { 1, "a count [1]\n" },
		      { 100, "a count [100]\n" },
		      { 101, "a count\n" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text;

		count = cases[i].value;
		text = printed(pz_options_help);
		assert_non_null(strstr(text, cases[i].shown));
		free(text);
	}
	count = 20;
}

/* So is one that is not whole, unless it is no number or the list has none. */
static void defaults_of_each_type(void **state)
{
	double share, any = 5;
	struct pz_numbers list = { .count = 0 };
	int kind = -1;
	const char *word = NULL;
	const struct pz_option own[] = {
		{ PZ_OPTION_DOUBLE, 0, "share", "X", &share, "a share", .min = 0.25, .max = 0.75 },
		{ PZ_OPTION_DOUBLE, 0, "any", "X", &any, "any" },
		{ PZ_OPTION_NUMBERS, 0, "list", "X", &list, "a list" },
		{ PZ_OPTION_CHOICE, 0, "kind", "K", &kind, "a kind", .choices = "a,b" },
		{ PZ_OPTION_TEXT, 0, "word", "W", &word, "a word" },
		{ .type = PZ_OPTION_END },
	};
	static const struct {
		double share;
		const char *said;
	} cases[] = { { 0.25, "--share 0.25 --any 5" },
		      { 0.75, "--share 0.75 --any 5" },
		      { 0.2, "--any 5" },
		      { 0.8, "--any 5" },
		      { NAN, "--any 5" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text;

		share = cases[i].share;
		text = pz_options_describe(own);
		assert_string_equal(text, cases[i].said);
		free(text);
	}
	any = INFINITY;
	list = (struct pz_numbers){ .count = 2, .value = { 1, 2.5 } };
	kind = 0;
	word = "w";
	{
		char *text = pz_options_describe(own);

		assert_string_equal(text, "--list 1,2.5 --kind a --word w");
		free(text);
	}
}

static void a_line_of_help_has_at_most_80_columns_and_is_filled(void **state)
{
	char word[] = "a word of xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx y"; /* 51 columns */
	const struct pz_option one[] = {
		{ PZ_OPTION_FLAG, 0, "wide", NULL, &flag, word },
		{ PZ_OPTION_FLAG, 0, "wider", NULL, &flag,
		  "a word of xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx yz" },
		{ .type = PZ_OPTION_END },
	};
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	(void)state;
	assert_int_equal(strlen(word), 51);
	pz_options_help(one, to);
	pz_file_close_text(to, &text);
	/* 29 columns and 51 are 80; one more is too many */
	assert_string_equal(text, "      --wide                 a word of "
				  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx y\n"
				  "      --wider                a word of "
				  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n"
				  "                             yz\n");
	free(text);
}

static void the_list_has_a_line_of_six_fields_for_each_option(void **state)
{
	char *text = printed(pz_options_list);

	(void)state;
	assert_string_equal(text, "flag\tf\tflag\t\t\ta flag\n"
				  "count\tn\tvalue\tN\t\ta count\n"
				  "a-rate-of-a-long-name\t\tvalue\tX\t\ta rate\n"
				  "kernel\t\tvalue\tNAME\tnearest,bilinear,lanczos3\twords enough "
				  "that they do not all fit beside the names, so that this is "
				  "wrapped\n"
				  "net\t\tfile\tNET\tP,T\ta file\n");
	free(text);
}

/* For the history: in the fewest digits that bring it back. */
static void a_value_has_the_digits_that_it_needs(void **state)
{
	static const struct {
		double value;
		const char *shown;
	} cases[] = { { 0.1, "--a-rate-of-a-long-name 0.1" },
		      { 0.003, "--a-rate-of-a-long-name 0.003" },
		      { 1.0 / 3, "--a-rate-of-a-long-name 0.3333333333333333" },
		      { 0.1 + 0.2, "--a-rate-of-a-long-name 0.30000000000000004" },
		      { 1e6, "--a-rate-of-a-long-name 1e+06" },
		      { 123456, "--a-rate-of-a-long-name 123456" },
		      { 1234567, "--a-rate-of-a-long-name 1234567" },
		      { 0.5, "--a-rate-of-a-long-name 0.5" } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *text;

		rate = cases[i].value;
		text = pz_options_describe(table);
		assert_non_null(text);
		assert_non_null(strstr(text, cases[i].shown));
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_has_names_choices_and_defaults),
		cmocka_unit_test(a_default_is_shown_from_the_least_to_the_most),
		cmocka_unit_test(a_value_has_the_digits_that_it_needs),
		cmocka_unit_test(defaults_of_each_type),
		cmocka_unit_test(a_line_of_help_has_at_most_80_columns_and_is_filled),
		cmocka_unit_test(the_list_has_a_line_of_six_fields_for_each_option),
	};

	return cmocka_run_group_tests_name("usage", tests, NULL, NULL);
}
