/* test_common_files.c -- the files of a command line: none is written over by another name, those
 * that were used stand in the history with their hashes, and what every tool says at its end */
#include <sys/stat.h>

#include "in_process.h"

#define CATALOGUE "{\"pzpipe\": 1, \"kind\": \"catalogue\"}"

/* Runs a tool under another name; its exit status. */
static int run_as(const char *called, tool_main tool, const char *line)
{
	char whole[200];

	snprintf(whole, sizeof whole, "%s %s", called, line);
	return run(tool, whole);
}

static int begin(void **state)
{
	if (in_folder(state) != 0 || mkdir("d", 0700) != 0)
		return -1;
	stream("a.pz", CATALOGUE, "{\"id\": 1, \"x\": 1}", "{\"id\": 2, \"x\": 5}", NULL);
	stream("b.pz", CATALOGUE, "{\"id\": 1, \"y\": 1}", NULL);
	write_text("list", "a.pz\n");
	write_text("lone.fz", "alone\n");
	return link("a.pz", "hard.pz") || symlink("a.pz", "soft.pz") ||
	       symlink("new.pz", "to-new.pz");
}

/* ---- one file, one use ---- */

static void outputs_that_are_inputs(void **state)
{
	static const char *const same[] = { "a.pz", "./a.pz", "d/../a.pz", "hard.pz", "soft.pz" };
	char line[128], says[160];
	char *before = strdup(records("a.pz"));

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		snprintf(line, sizeof line, "keep x<3 a.pz -o %s", same[i]);
		snprintf(says, sizeof says,
			 "keep: --output '%s' is the input 'a.pz': write to another file, and "
			 "rename "
			 "it afterwards; see keep --help\n",
			 same[i]);
		run_badly(keep_main, line, 2, says);
		snprintf(line, sizeof line, "keep x<3 b.pz %s -o a.pz", same[i]);
		snprintf(says, sizeof says, "--output 'a.pz' is the input '%s'", same[i]);
		run_badly(keep_main, line, 2, says);
	}
	run_badly(match_main, "match --with a.pz --take x b.pz -o hard.pz", 2,
		  "match: --output 'hard.pz' is the input 'a.pz'");
	/* lists with commas, @LIST, WHAT=NAME, patterns */
	run_badly(cutout_main, "cutout -c b.pz -f x%b,a.pz -o a.pz", 2, "is the input 'a.pz'");
	run_badly(cutout_main, "cutout -c b.pz -f @list -o list", 2, "is the input 'list'");
	run_badly(cutout_main, "cutout -c b.pz -f z,@list -o list", 2, "is the input 'list'");
	run_badly(cutout_main, "cutout -c b.pz -f %b.f? -o lone.fz", 2, "is the input 'lone.fz'");
	run_badly(cutout_main, "cutout -c b.pz -f %b.[ef]z -o lone.fz", 2,
		  "is the input 'lone.fz'");
	run_badly(cutout_main, "cutout -c b.pz -f l%b.f%b -o lone.fz", 2, "is the input 'lone.fz'");
	run_badly(residuals_main, "residuals name=a.pz -o a.pz", 2, "is the input 'a.pz'");
	/* standard input and output */
	run_badly(keep_main, "keep x<3 stdout", 2,
		  "keep: standard output is the input 'stdout': write to another file");
	assert_int_equal(link("a.pz", "stdin"), 0);
	run_badly(keep_main, "keep x<3 -o a.pz", 2, "is the input 'standard input'");
	run_badly(keep_main, "keep x<3 - -o a.pz", 2, "is the input 'standard input'");
	run_well(keep_main, "keep id<3 b.pz -o c.pz");
	assert_int_equal(unlink("stdin"), 0);
	assert_string_equal(records("a.pz"), before);
	free(before);
	/* the same name elsewhere is another file, and no file is a device */
	run_well(keep_main, "keep x<3 a.pz -o d/a.pz");
	run_well(keep_main, "keep x<3 a.pz -o /dev/null");
}

static void outputs_that_are_one(void **state)
{
	static const char *const same[] = { "new.pz", "./new.pz", "d/../new.pz", "to-new.pz" };
	char line[128], says[160];

	(void)state;
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		snprintf(line, sizeof line, "totable --pz new.pz -o %s a.pz", same[i]);
		snprintf(says, sizeof says,
			 "totable: --pz 'new.pz' and --output '%s' are the same file: each output "
			 "needs a name of its own; see totable --help\n",
			 same[i]);
		run_badly(totable_main, line, 2, says);
	}
	run_badly(totable_main, "totable --pz stdout a.pz", 2,
		  "--pz 'stdout' and standard output are the same file");
	run_well(totable_main, "totable --pz d/new.csv -o new.csv a.pz");
	run_well(totable_main, "totable --pz /dev/null -o /dev/null a.pz");
	run_badly(totable_main, "totable --pz a.csv -o no/folder.csv a.pz", 1, "no/folder.csv");
}

/* ---- the history ---- */

/* The first eight digits of the file's hash, as the history has them. */
static const char *hash_of(const char *name)
{
	static char text[17];
	struct stat s;

	assert_int_equal(stat(name, &s), 0);
	snprintf(text, sizeof text, "%016llx",
		 (unsigned long long)XXH3_64bits(contents(name), (size_t)s.st_size));
	text[8] = 0;
	return text;
}

static void files_are(const char *stream_name, const char *expected)
{
	const char *found = strstr(header(stream_name), "\"files\":");

	if (!found ? *expected : strncmp(found + 8, expected, strlen(expected)) != 0)
		fail_msg("'%s' should have the files %s", contents("header.json"), expected);
}

static void files_that_were_used(void **state)
{
	char expected[200];
	size_t n;

	(void)state;
	write_text("d/t.csv", "id,z\n1,0.1\n");
	write_text("ids.txt", "1\n");
	write_text(
		"mine.json",
		"{\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 2, \"bins\": 40}, \"rows\": "
		"{\"mag\": \"i\", \"min\": 16, \"width\": 0.5, \"channels\": 4}, \"limits\": "
		"{\"divide\": 3, \"outlier\": 0.1, \"fit_from\": 0.2, \"threshold\": 50}}");
	run_well(fromtable_main, "fromtable d/t.csv -o o.pz");
	snprintf(expected, sizeof expected, "[[\"t.csv\",\"%s\"]]", hash_of("d/t.csv"));
	files_are("o.pz", expected);
	/* options before operands; what is built in is no file, and each stands once */
	write_text("p.csv", "1,0.25,0.75\n");
	run_well(fromtable_main, "fromtable --survey mine.json --pz p.csv --grid 0,1,2 d/t.csv -o "
				 "o.pz");
	n = (size_t)snprintf(expected, sizeof expected, "[[\"p.csv\",\"%s\"],", hash_of("p.csv"));
	n += (size_t)snprintf(expected + n, sizeof expected - n, "[\"mine.json\",\"%s\"],",
			      hash_of("mine.json"));
	snprintf(expected + n, sizeof expected - n, "[\"t.csv\",\"%s\"]]", hash_of("d/t.csv"));
	files_are("o.pz", expected);
	write_text("sdss", "no survey\n");
	run_well(fromtable_main, "fromtable --survey sdss d/t.csv -o o.pz");
	snprintf(expected, sizeof expected, "[[\"t.csv\",\"%s\"]]", hash_of("d/t.csv"));
	files_are("o.pz", expected);
	run_well(keep_main, "keep -o o.pz x<9 a.pz");
	files_are("o.pz", "");
	/* standard input has no hash */
	assert_int_equal(link("d/t.csv", "stdin"), 0);
	run_well(fromtable_main, "fromtable - -o o.pz");
	files_are("o.pz", "[[\"-\"]]");
	run_well(fromtable_main, "fromtable -o o.pz");
	files_are("o.pz", "");
	assert_int_equal(unlink("stdin"), 0);
}

#define PREDICTIONS                                                                                \
	"{\"pzpipe\": 1, \"kind\": \"predictions\", \"grid\": {\"target\": \"z\", \"min\": 0, "    \
	"\"max\": 1, \"bins\": 2, \"left\": 0, \"right\": 0}, \"rows\": {\"mag\": \"r\", "         \
	"\"min\": "                                                                                \
	"15, \"width\": 1, \"channels\": 3}}"

/* Each of a list is compared with what it was when the tool began: another process writes the file
 * anew as soon as the tool opens its input, a pipe. */
static void files_that_change_while_they_are_read(void **state)
{
	static const char *const name[] = { "one.pz", "two.pz", "three.pz" };
	char says[80];

	(void)state;
	for (int i = 0; i < 3; i++)
		stream(name[i], PREDICTIONS, "{\"id\": 1, \"pz\": [0.5, 0.5]}", NULL);
	assert_int_equal(mkfifo("pipe", 0600), 0);
	for (int i = 0; i < 4; i++) {
		char *text = malloc(4096);
		struct stat s;
		pid_t child;

		assert_int_equal(stat("one.pz", &s), 0);
		memcpy(text, contents("one.pz"), (size_t)s.st_size);
		fflush(NULL);
		if ((child = fork()) == 0) {
			int to = open("pipe", O_WRONLY);

			if (i < 3)
				write_file(name[i], text, (size_t)s.st_size);
			_exit(write(to, text, (size_t)s.st_size) != s.st_size);
		}
		if (i < 3) {
			snprintf(says, sizeof says, "%s: the file changed while it was read",
				 name[i]);
			run_badly(average_main,
				  "average --with one.pz,two.pz,three.pz pipe -o a.avg", 3, says);
		} else {
			run_well(average_main,
				 "average --with one.pz,two.pz,three.pz pipe -o a.avg");
		}
		waitpid(child, NULL, 0);
		free(text);
	}
}

/* ---- what tools say ---- */

static void tools_under_another_name(void **state)
{
	(void)state;
	assert_int_equal(run_as("/usr/bin/pz-keep", keep_main, "x< a.pz"), 2);
	assert_non_null(strstr(contents("stderr"), "pz-keep: expression: "));
	assert_non_null(strstr(contents("stderr"), "; see pz-keep --help\n"));
	assert_int_equal(run_as("d/pz-keep", keep_main, "-v x<3 a.pz -o c.pz"), 0);
	assert_true(!strncmp(contents("stderr"),
			     "pz-keep: 1 record does not meet the condition\n"
			     "pz-keep: 2 records in, 1 out, ",
			     strlen("pz-keep: 1 record does not meet the condition\n"
				    "pz-keep: 2 records in, 1 out, ")));
	assert_non_null(strstr(contents("stderr"), " s CPU, "));
	assert_non_null(strstr(contents("stderr"), " MiB\n"));
	/* of one stream alone */
	run_well(inspect_main, "inspect -v --check a.pz");
	assert_int_equal(strncmp(contents("stderr"), "inspect: 2 records in, 0.", 24), 0);
	run_well(mock_main, "mock -v --stamps -n 1 --size 1 -o c.pz");
	assert_int_equal(strncmp(contents("stderr"), "mock: 1 records out, 0.", 22), 0);
	run_well(keep_main, "keep -q -v x<3 a.pz -o c.pz");
	assert_int_equal(strncmp(contents("stderr"), "keep: 2 records in, 1 out, ", 27), 0);
	if (!strstr(header("c.pz"), "\"tool\":\"keep\",\"version\":\"" PZ_VERSION
				    "\",\"args\":\"--expression x<3\"}"))
		fail_msg("%s", contents("header.json"));
}

/* Bytes that are no UTF-8 are mended in the record, and counted. */
static void texts_that_are_mended(void **state)
{
	(void)state;
	write_text("t.csv", "id,z,note\n1,0.1,\xff\xfe\n2,0.2,fine\n");
	run_well(fromtable_main, "fromtable --carry note t.csv -o t.pz");
	assert_non_null(strstr(records("t.pz"), "\"note\":\""));
	assert_int_equal(run(inspect_main, "inspect --completion a.pz"), 2);
	assert_int_equal(run(inspect_main, "inspect --completion"), 0);
	assert_int_equal(strncmp(contents("stdout"),
				 "show what is in a stream or model, and check it\n", 48),
			 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(outputs_that_are_inputs),
		cmocka_unit_test(outputs_that_are_one),
		cmocka_unit_test(files_that_were_used),
		cmocka_unit_test(files_that_change_while_they_are_read),
		cmocka_unit_test(tools_under_another_name),
		cmocka_unit_test(texts_that_are_mended),
	};

	return cmocka_run_group_tests_name("files of commands", tests, begin, out_of_folder);
}
