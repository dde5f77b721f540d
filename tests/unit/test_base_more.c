/* test_base_more.c -- files that cannot be finished, files that are lent, limits of options, and
 * names */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include <pz/alike.h>
#include <pz/error.h>
#include <pz/file.h>
#include <pz/options.h>

#include "descriptors.h"
#include "own_folder.h"

static char path[128], beside[140], name[160];

static void set_paths(void)
{
	char here[100];

	assert_non_null(getcwd(here, sizeof here));
	snprintf(path, sizeof path, "%s/out", here);
	snprintf(beside, sizeof beside, "%s.part", path);
}

static void write_text(struct pz_file *f, const char *text)
{
	assert_int_equal(pz_file_begin(f, path), 0);
	assert_true(fputs(text, f->stream) >= 0);
}

static const char *text_of(const char *file)
{
	static char text[64];
	FILE *from = fopen(file, "r");
	size_t n = from ? fread(text, 1, sizeof text - 1, from) : 0;

	text[n] = '\0';
	if (from)
		fclose(from);
	return from ? text : NULL;
}

static void commit_fails(struct pz_file *f, const char *why)
{
	char expected[256];

	assert_int_equal(pz_file_commit(f), PZ_EIO);
	snprintf(expected, sizeof expected, "%s: %s", path, why);
	assert_string_equal(pz_error_text(), expected);
	assert_null(f->stream);
	assert_null(f->path);
}

/* What was there stays, and nothing is left beside it. */
static void what_cannot_be_renamed_leaves_what_was_there(void **state)
{
	struct pz_file f;

	(void)state;
	set_paths();
	write_text(&f, "first");
	assert_int_equal(pz_file_commit(&f), 0);
	snprintf(name, sizeof name, "%s.previous", path);
	assert_int_equal(mkdir(name, 0700), 0);
	write_text(&f, "second");
	f.keep_previous = true;
	commit_fails(&f, "cannot rename: Is a directory");
	assert_int_equal(rmdir(name), 0);
	assert_string_equal(text_of(path), "first");
	assert_null(text_of(beside));
	write_text(&f, "third");
	assert_int_equal(unlink(path), 0);
	assert_int_equal(mkdir(path, 0700), 0);
	commit_fails(&f, "cannot rename into place: Is a directory");
	assert_null(text_of(beside));
	assert_int_equal(rmdir(path), 0);
}

/* The file beside is somebody else's by now: it is left alone. */
static void what_another_has_begun_is_left_alone(void **state)
{
	struct pz_file f;
	FILE *other;

	(void)state;
	set_paths();
	for (int i = 0; i < 2; i++) {
		write_text(&f, "mine");
		assert_int_equal(unlink(beside), 0);
		assert_non_null(other = fopen(beside, "w"));
		fputs("theirs", other);
		fclose(other);
		if (i)
			pz_file_abandon(&f);
		else
			commit_fails(&f, "another process has begun to write it");
		assert_string_equal(text_of(beside), "theirs");
		assert_null(text_of(path));
		unlink(beside);
	}
}

static void a_hundred_write_one_file(void **state)
{
	static struct pz_file f[101];
	char expected[256];

	(void)state;
	set_paths();
	for (int i = 0; i < 100; i++)
		write_text(&f[i], "one");
	snprintf(name, sizeof name, "%s.100.part", path);
	assert_int_equal(access(name, F_OK), 0);
	assert_int_equal(pz_file_begin(&f[100], path), PZ_EIO);
	snprintf(expected, sizeof expected,
		 "%s: cannot write a temporary file beside it: File exists", path);
	assert_string_equal(pz_error_text(), expected);
	for (int i = 0; i < 100; i++)
		pz_file_abandon(&f[i]);
	assert_int_equal(access(name, F_OK), -1);
	assert_null(text_of(beside));
}

/* A library writes under a name that is lent to it; the file goes on with what it wrote. */
static void names_are_lent(void **state)
{
	const char *lent;
	struct pz_file f;
	FILE *library;
	char expected[256];

	(void)state;
	set_paths();
	write_text(&f, "nothing of this");
	assert_int_equal(pz_file_lend(&f, &lent), 0);
	snprintf(name, sizeof name, "%s.new.part", beside);
	assert_string_equal(lent, name);
	assert_int_equal(pz_file_adopt(&f), PZ_EIO);
	snprintf(expected, sizeof expected,
		 "%s: cannot write a temporary file beside it: No such file or directory", path);
	assert_string_equal(pz_error_text(), expected);
	assert_non_null(library = fopen(lent, "w"));
	fputs("by a library", library);
	fclose(library);
	assert_int_equal(pz_file_adopt(&f), 0);
	assert_int_equal(access(lent, F_OK), -1);
	assert_int_equal(pz_file_commit(&f), 0);
	assert_string_equal(text_of(path), "by a library");
	unlink(path);
}

/* As a handler of signals would. */
static void unfinished_files_are_removed(void **state)
{
	struct pz_file f, done;
	const char *lent;
	FILE *library;

	(void)state;
	set_paths();
	write_text(&done, "done");
	assert_int_equal(pz_file_commit(&done), 0);
	write_text(&f, "unfinished");
	assert_int_equal(pz_file_lend(&f, &lent), 0);
	assert_non_null(library = fopen(lent, "w"));
	fclose(library);
	pz_file_remove_unfinished();
	assert_int_equal(access(lent, F_OK), -1);
	assert_null(text_of(beside));
	assert_string_equal(text_of(path), "done");
	pz_file_abandon(&f);
	unlink(path);
}

static void what_is_full_is_told(void **state)
{
	struct pz_file f;
	char *text = strdup("lost");
	FILE *full = fopen("/dev/full", "w");

	(void)state;
	fputs("lost", full);
	assert_int_equal(pz_file_sync(full), PZ_EIO);
	assert_string_equal(pz_error_text(), "cannot write: No space left on device");
	fclose(full);
	assert_int_equal(pz_file_begin(&f, "/dev/full"), 0);
	fputs("lost", f.stream);
	assert_int_equal(pz_file_commit(&f), PZ_EIO);
	assert_string_equal(pz_error_text(), "/dev/full: cannot write: No space left on device");
	assert_int_equal(pz_file_close_text(NULL, &text), PZ_ENOMEM);
	assert_null(text);
	assert_string_equal(pz_error_text(), "no memory for a text");
}

/* ---- options ---- */

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
		cmocka_unit_test(what_cannot_be_renamed_leaves_what_was_there),
		cmocka_unit_test(what_another_has_begun_is_left_alone),
		cmocka_unit_test(a_hundred_write_one_file),
		cmocka_unit_test(names_are_lent),
		cmocka_unit_test(unfinished_files_are_removed),
		cmocka_unit_test(what_is_full_is_told),
		cmocka_unit_test(numbers_have_ranges),
		cmocka_unit_test(lists_have_lengths),
		cmocka_unit_test(choices_are_whole_words),
		cmocka_unit_test(names_are_alike),
		cmocka_unit_test(bands_are_parted),
	};

	return cmocka_run_group_tests_name("files, options and names", tests, enter_own_folder,
					   leave_own_folder);
}
