/* test_options.c -- option tables and files that appear whole */
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
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

struct values {
	bool flag;
	int count, choice;
	double rate;
	uint64_t seed;
	const char *text, *file;
	struct pz_numbers list;
};

/* Parses words (NULL at the end) into v; the first operand's index into *first. */
static int parse(struct values *v, const char *const *words, int *first, char **described)
{
	const struct pz_option table[] = {
		{ PZ_OPTION_FLAG, 'f', "flag", NULL, &v->flag, "a flag" },
		{ PZ_OPTION_INT, 'n', "count", "N", &v->count, "a count", .min = 1, .max = 100 },
		{ PZ_OPTION_DOUBLE, 0, "rate", "X", &v->rate, "a rate", .min = 0, .max = 1 },
		{ PZ_OPTION_CHOICE, 0, "kernel", "NAME", &v->choice, "a choice",
		  .choices = "nearest,bilinear,lanczos3" },
		{ PZ_OPTION_TEXT, 0, "text", "TEXT", &v->text, "a text" },
		{ PZ_OPTION_FILE, 0, "model", "FILE", &v->file, "a file" },
		{ PZ_OPTION_NUMBERS, 0, "extend", "L,R", &v->list, "numbers" },
		{ PZ_OPTION_SEED, 0, "seed", "N", &v->seed, "a seed", .local = true },
		{ .type = PZ_OPTION_END },
	};
	char *argv[16] = { 0 };
	int argc = 0, rc;

	*v = (struct values){ .count = 20, .rate = 0.5, .seed = 1 };
	while (words[argc]) {
		argv[argc] = (char *)words[argc];
		argc++;
	}
	rc = pz_options_parse(table, NULL, argc, argv, first);
	if (described)
		*described = pz_options_describe(table);
	return rc;
}

static void options_are_taken_in_every_form(void **state)
{
	const char *words[] = {
		"tool",     "-fn7",          "operand", "--rate=0.25", "--kernel",
		"lanczos3", "--extend",      "90,45.5", "--seed",      "18446744073709551615",
		"--model",  "/home/x.model", "--",      "--text",      NULL
	};
	struct values v;
	char *described;
	int first;

	(void)state;
	assert_int_equal(parse(&v, words, &first, &described), 0);
	assert_true(v.flag && v.count == 7 && v.rate == 0.25 && v.choice == 2);
	assert_true(v.list.count == 2 && v.list.value[1] == 45.5 && v.seed == UINT64_MAX);
	assert_string_equal(v.file, "/home/x.model");
	assert_null(v.text);
	assert_int_equal(first, 12); /* operand and --text come last */
	assert_string_equal(described,
			    "--flag --count 7 --rate 0.25 --kernel lanczos3 --model FILE "
			    "--extend 90,45.5");
	free(described);
}

static void mistakes_name_the_option(void **state)
{
	static const char *const wrong[][2] = {
		{ "--count=0", "--count" },
		{ "--count=7.5", "--count" },
		{ "--count=x", "--count" },
		{ "--rate=1.5", "--rate" },
		{ "--rate=nan", "--rate" },
		{ "--kernel=cubic", "lanczos3" },
		{ "--extend=1,,2", "--extend" },
		{ "--extend=1,2x", "--extend" },
		{ "--seed=-1", "--seed" },
		{ "--nothing", "--nothing" },
		{ "-x", "-x" },
		{ "--count", "--count" },
		{ "--flag=1", "--flag" },
		{ "--text=", "--text" },
	};
	struct values v;
	int first;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const char *words[] = { "tool", wrong[i][0], NULL };

		assert_int_equal(parse(&v, words, &first, NULL), PZ_EUSAGE);
		assert_non_null(strstr(pz_error_text(), wrong[i][1]));
	}
}

static void mistyped_names_are_asked_about(void **state)
{
	static const char *const wrong[][2] = {
		{ "--falg", "'--falg'; did you mean --flag?" },
		{ "--cuont=3", "'--cuont=3'; did you mean --count?" },
		{ "--kernels", "did you mean --kernel?" },
		{ "--model-file", "unknown option '--model-file'" },
		{ "-rate", "'-rate'; did you mean --rate?" },
		{ "-seed=3", "'-seed=3'; did you mean --seed?" },
		{ "--kernel=lancsoz3", "found 'lancsoz3'; did you mean lanczos3?" },
		{ "--kernel=near", "did you mean nearest?" },
	};
	static const char *const unlike[] = { "--zzz", "--x", "--kernel=cubic", "--kernel=no" };
	struct values v;
	int first;

	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		const char *words[] = { "tool", wrong[i][0], NULL };

		assert_int_equal(parse(&v, words, &first, NULL), PZ_EUSAGE);
		if (!strstr(pz_error_text(), wrong[i][1]))
			fail_msg("%s: %s", wrong[i][0], pz_error_text());
	}
	for (size_t i = 0; i < sizeof unlike / sizeof *unlike; i++) {
		const char *words[] = { "tool", unlike[i], NULL };

		assert_int_equal(parse(&v, words, &first, NULL), PZ_EUSAGE);
		assert_null(strstr(pz_error_text(), "did you mean"));
	}
}

/* Words for a table of two that need others, and one that excludes another. */
static int parse_dependent(const char *const *words)
{
	bool on[5] = { false };
	const struct pz_option own[] = {
		{ PZ_OPTION_FLAG, 'f', "figure", NULL, &on[0], "a figure" },
		{ PZ_OPTION_FLAG, 'g', "gnuplot", NULL, &on[1], "its program",
		  .excludes = "json,figure" },
		{ PZ_OPTION_FLAG, 'p', "panels", NULL, &on[2], "its panels",
		  .needs = "figure,gnuplot" },
		{ PZ_OPTION_FLAG, 0, "every", NULL, &on[3], "lines", .needs = "verbose" },
		{ .type = PZ_OPTION_END },
	};
	const struct pz_option common[] = {
		{ PZ_OPTION_FLAG, 'v', "verbose", NULL, &on[4], "more" },
		{ .type = PZ_OPTION_END },
	};
	char *argv[16] = { (char *)"tool" };
	int argc = 1, first;

	for (; *words; words++)
		argv[argc++] = (char *)*words;
	return pz_options_parse(own, common, argc, argv, &first);
}

static void options_without_effect_are_refused(void **state)
{
	(void)state;
	assert_int_equal(parse_dependent((const char *const[]){ "-p", NULL }), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), "--panels needs --figure or --gnuplot");
	assert_int_equal(parse_dependent((const char *const[]){ "-p", "-g", NULL }), 0);
	assert_int_equal(parse_dependent((const char *const[]){ "--figure", "--panels", NULL }), 0);
	assert_int_equal(parse_dependent((const char *const[]){ "-gf", NULL }), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), "--gnuplot and --figure exclude each other");
	assert_int_equal(parse_dependent((const char *const[]){ "--every", NULL }), PZ_EUSAGE);
	assert_string_equal(pz_error_text(), "--every needs --verbose");
	assert_int_equal(parse_dependent((const char *const[]){ "--every", "-v", NULL }), 0);
	assert_int_equal(parse_dependent((const char *const[]){ NULL }), 0);
}

static void the_nearest_name_counts(void **state)
{
	char list[PZ_ALIKE_MAX], name[200];
	struct pz_alike a;

	(void)state;
	pz_alike_begin(&a, "hrad", 4);
	assert_null(pz_alike_best(&a));
	pz_alike_try_list(&a, "read,hdu,HARD,hard");
	assert_string_equal(pz_alike_best(&a), "HARD");
	memset(name, 'x', sizeof name); /* longer than what is compared */
	pz_alike_begin(&a, name, sizeof name);
	pz_alike_try(&a, name, sizeof name - 1);
	assert_non_null(pz_alike_best(&a));
	pz_alike_begin(&a, "", 0);
	pz_alike_try(&a, "a", 1);
	assert_null(pz_alike_best(&a));
	assert_string_equal(pz_alike_bands("ugriz", list), "u,g,r,i,z");
	assert_string_equal(pz_alike_bands("YJHK", list), "Y,J,H,K");
	assert_null(pz_alike_bands("g", list));
	assert_null(pz_alike_bands("gg", list));
	assert_null(pz_alike_bands("u,g", list));
	assert_null(pz_alike_bands("f150w", list));
}

static void help_wins_over_mistakes(void **state)
{
	const char *words[] = { "tool", "--count", "0", "--help", NULL };
	const char *operand[] = { "tool", "--", "--help", NULL };
	struct values v;
	int first;

	(void)state;
	assert_int_equal(parse(&v, words, &first, NULL), 1);
	assert_int_equal(parse(&v, operand, &first, NULL), 0);
}

static int entries(const char *dir)
{
	DIR *d = opendir(dir);
	int n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n - 2;
}

static void files_appear_whole_or_not_at_all(void **state)
{
	char dir[] = "/tmp/pz-test-file-XXXXXX", path[64], text[16] = "";
	struct pz_file f;
	struct stat s;
	FILE *back;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/out", dir);
	assert_int_equal(pz_file_begin(&f, path), 0);
	fputs("first", f.stream);
	assert_int_equal(stat(path, &s), -1);
	assert_int_equal(pz_file_commit(&f), 0);
	assert_int_equal(pz_file_begin(&f, path), 0);
	fputs("second", f.stream);
	pz_file_abandon(&f);
	back = fopen(path, "r");
	assert_non_null(fgets(text, sizeof text, back));
	fclose(back);
	assert_string_equal(text, "first");
	assert_int_equal(entries(dir), 1);
	assert_int_equal(pz_file_begin(&f, "/nonexistent/out"), PZ_EIO);
	assert_non_null(strstr(pz_error_text(), "/nonexistent/out"));
	assert_int_equal(pz_file_begin(&f, "/dev/full"), 0);
	fputs("lost", f.stream);
	assert_int_equal(pz_file_commit(&f), PZ_EIO);
	unlink(path);
	rmdir(dir);
}

static void write_text(struct pz_file *f, const char *path, const char *text)
{
	assert_int_equal(pz_file_begin(f, path), 0);
	fputs(text, f->stream);
}

static void expect_text(const char *path, const char *text)
{
	char found[16] = "";
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_non_null(fgets(found, sizeof found, f));
	fclose(f);
	assert_string_equal(found, text);
}

static void what_was_there_is_kept_where_asked(void **state)
{
	char dir[] = "/tmp/pz-test-file-XXXXXX", path[64], previous[80];
	struct pz_file f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/out", dir);
	snprintf(previous, sizeof previous, "%s.previous", path);
	for (int i = 0; i < 3; i++) {
		write_text(&f, path, i == 0 ? "first" : i == 1 ? "second" : "third");
		f.keep_previous = true;
		assert_int_equal(pz_file_commit(&f), 0);
		assert_int_equal(entries(dir), i == 0 ? 1 : 2);
	}
	expect_text(path, "third");
	expect_text(previous, "second");
	unlink(path);
	unlink(previous);
	rmdir(dir);
}

static void of_two_that_write_it_the_last_to_end_has_the_name(void **state)
{
	char dir[] = "/tmp/pz-test-file-XXXXXX", path[64], part[80], second[80];
	struct pz_file killed, earlier, later;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/out", dir);
	snprintf(part, sizeof part, "%s.part", path);
	snprintf(second, sizeof second, "%s.2.part", path);
	write_text(&killed, part, "left there");
	assert_int_equal(pz_file_commit(&killed), 0);
	write_text(&killed, second, "left there");
	assert_int_equal(pz_file_commit(&killed), 0);
	write_text(&earlier, path, "earlier");
	assert_int_equal(entries(dir), 1); /* what was left there is gone */
	write_text(&later, path, "later");
	assert_int_equal(entries(dir), 2);
	assert_int_equal(pz_file_commit(&later), 0);
	expect_text(path, "later");
	assert_int_equal(pz_file_commit(&earlier), 0);
	assert_int_equal(entries(dir), 1);
	expect_text(path, "earlier");
	unlink(path);
	rmdir(dir);
}

static void links_stay_and_what_they_lead_to_is_replaced(void **state)
{
	char dir[] = "/tmp/pz-test-file-XXXXXX", path[64], link[64], far[64], *place;
	struct stat s;
	struct pz_file f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/out", dir);
	snprintf(link, sizeof link, "%s/link", dir);
	snprintf(far, sizeof far, "%s/far", dir);
	assert_int_equal(symlink("out", link), 0); /* leads nowhere as yet */
	assert_int_equal(symlink(link, far), 0);
	for (int i = 0; i < 2; i++) {
		write_text(&f, far, i ? "second" : "first");
		assert_int_equal(pz_file_commit(&f), 0);
		expect_text(path, i ? "second" : "first");
		assert_int_equal(entries(dir), 3);
		assert_int_equal(lstat(link, &s), 0);
		assert_true(S_ISLNK(s.st_mode));
	}
	assert_int_equal(pz_file_resolve(far, &place), 0);
	assert_string_equal(place, path);
	free(place);
	unlink(link);
	assert_int_equal(symlink("far", link), 0);
	assert_int_equal(pz_file_begin(&f, far), PZ_EIO);
	unlink(path);
	unlink(link);
	unlink(far);
	rmdir(dir);
}

/* A link may say as much as a path may be long. */
static void the_longest_link_is_followed(void **state)
{
	char dir[] = "/tmp/pz-test-file-XXXXXX", to[PATH_MAX], link[64], *place;

	(void)state;
	assert_non_null(mkdtemp(dir));
	memset(to, '/', sizeof to);
	snprintf(link, sizeof link, "%s/out", dir);
	strcpy(to + sizeof to - 1 - strlen(link), link);
	assert_int_equal(strlen(to), PATH_MAX - 1);
	snprintf(link, sizeof link, "%s/link", dir);
	assert_int_equal(symlink(to, link), 0);
	assert_int_equal(pz_file_resolve(link, &place), 0);
	assert_string_equal(place, to);
	free(place);
	unlink(link);
	rmdir(dir);
}

static void what_is_no_file_is_written_to(void **state)
{
	char dir[] = "/tmp/pz-test-file-XXXXXX", path[64], text[16] = "";
	int ends[2], before = dup(STDOUT_FILENO);
	struct pz_file f;
	struct stat s;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof path, "%s/stdout", dir);
	assert_int_equal(symlink("/proc/self/fd/1", path), 0);
	assert_int_equal(pipe(ends), 0);
	fflush(stdout);
	dup2(ends[1], STDOUT_FILENO);
	write_text(&f, path, "by a link");
	/* Programs that are started do not inherit it. */
	assert_true(fcntl(fileno(f.stream), F_GETFD) & FD_CLOEXEC);
	assert_int_equal(pz_file_commit(&f), 0);
	write_text(&f, "/dev/null", "nowhere");
	assert_true(fcntl(fileno(f.stream), F_GETFD) & FD_CLOEXEC);
	assert_int_equal(pz_file_commit(&f), 0);
	dup2(before, STDOUT_FILENO);
	assert_int_equal(read(ends[0], text, sizeof text), 9);
	assert_memory_equal(text, "by a link", 9);
	assert_int_equal(lstat(path, &s), 0);
	assert_true(S_ISLNK(s.st_mode));
	assert_int_equal(entries(dir), 1);
	close(before);
	close(ends[0]);
	close(ends[1]);
	unlink(path);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_are_taken_in_every_form),
		cmocka_unit_test(mistakes_name_the_option),
		cmocka_unit_test(mistyped_names_are_asked_about),
		cmocka_unit_test(options_without_effect_are_refused),
		cmocka_unit_test(the_nearest_name_counts),
		cmocka_unit_test(help_wins_over_mistakes),
		cmocka_unit_test(files_appear_whole_or_not_at_all),
		cmocka_unit_test(what_was_there_is_kept_where_asked),
		cmocka_unit_test(of_two_that_write_it_the_last_to_end_has_the_name),
		cmocka_unit_test(links_stay_and_what_they_lead_to_is_replaced),
		cmocka_unit_test(the_longest_link_is_followed),
		cmocka_unit_test(what_is_no_file_is_written_to),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
