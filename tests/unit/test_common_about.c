/* test_common_about.c -- what every tool says of itself: help, version, completions; the options
 * that all have
 */
#include <pz/cpu.h>
#include <pz/libraries.h>

#include "../../tools/common/tool.h"
#include "in_process.h"

static int count;
static const char *name;

static const char *library_text(void)
{
	return "library 1.2";
}

static int plain_main(int argc, char **argv)
{
	struct tool t = { .name = "plain",
			  .does = "do nothing much",
			  .usage = "[input]\n--twice input",
			  .notes = "A note.\n" };

	tool_begin(&t, argc, argv);
	printf("%d operands, %d threads\n", t.operand_count, t.threads);
	return tool_end(&t, 0);
}

static int full_main(int argc, char **argv)
{
	const struct pz_option table[] = {
		{ PZ_OPTION_INT, 'n', "number", "N", &count, "how many", .min = 2, .max = 5 },
		{ PZ_OPTION_FILE, 0, "file", "FILE", &name, "what to read" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = { .name = "full",
			  .does = "do all there is",
			  .usage = "[options]",
			  .options = table,
			  .libraries = (library_name *const[]){ library_text, NULL },
			  .chance = true,
			  .prints = true };

	tool_begin(&t, argc, argv);
	printf("%d %s, seed %llu, %s%s%s\n", count, name ? name : "none",
	       (unsigned long long)t.seed, t.quiet ? "quiet" : "", t.verbose ? "verbose" : "",
	       t.output ? t.output : "");
	return tool_end(&t, 0);
}

static void said(const char *text)
{
	assert_string_equal(contents("stdout"), text);
	assert_string_equal(contents("stderr"), "");
}

#define COMMON                                                                                     \
	"  -q, --quiet                print nothing but errors\n"                                  \
	"  -v, --verbose              print more, and at the end records, seconds and\n"           \
	"                             memory used\n"                                               \
	"  -h, --help                 print this help\n"                                           \
	"  -V, --version              print the versions of pzpipe and of the libraries\n"         \
	"                             in use\n"
#define THREADS                                                                                    \
	"  -j, --threads N            number of threads; default: all that the machine\n"          \
	"                             allows\n"

/* Under the name by which it was called. */
static void help_has_usage_options_and_notes(void **state)
{
	(void)state;
	run_well(plain_main, "/usr/bin/pz-plain --help");
	said("pz-plain -- do nothing much\n"
	     "\n"
	     "usage: pz-plain [input]\n"
	     "       pz-plain --twice input\n"
	     "\n"
	     "Options that all tools have:\n" THREADS COMMON "\n"
	     "A note.\n");
	run_well(full_main, "full -h");
	said("full -- do all there is\n"
	     "\n"
	     "usage: full [options]\n"
	     "\n"
	     "Options:\n"
	     "  -n, --number N             how many\n"
	     "      --file FILE            what to read\n"
	     "\n"
	     "Options that all tools have:\n"
	     "      --seed N               seed of the random numbers [1]\n"
	     "  -o, --output FILE          write to this file instead of standard output\n" THREADS
		     COMMON);
}

#define COMMON_LINES                                                                               \
	"threads\tj\tvalue\tN\t\tnumber of threads; default: all that the machine allows\n"        \
	"quiet\tq\tflag\t\t\tprint nothing but errors\n"                                           \
	"verbose\tv\tflag\t\t\tprint more, and at the end records, seconds and memory used\n"      \
	"help\th\tflag\t\t\tprint this help\n"                                                     \
	"version\tV\tflag\t\t\tprint the versions of pzpipe and of the libraries in use\n"

static void completions_list_all_options(void **state)
{
	(void)state;
	run_well(plain_main, "plain --completion");
	said("do nothing much\n" COMMON_LINES);
	run_well(full_main, "full --completion");
	said("do all there is\n"
	     "number\tn\tvalue\tN\t\thow many\n"
	     "file\t\tfile\tFILE\t\twhat to read\n"
	     "seed\t\tvalue\tN\t\tseed of the random numbers\n"
	     "output\to\tfile\tFILE\t\twrite to this file instead of standard "
	     "output\n" COMMON_LINES);
}

static void versions_of_all_parts(void **state)
{
	char text[400];

	(void)state;

	run_well(plain_main, "plain --version");
	snprintf(text, sizeof text,
		 "plain (pzpipe) " PZ_VERSION "\n%s\ninstruction set %s (PZ_CPU chooses another)\n",
		 pz_stream_library(), pz_cpu_name());
	said(text);
	run_well(full_main, "full -V");
	snprintf(text, sizeof text,
		 "full (pzpipe) " PZ_VERSION
		 "\n%s\nlibrary 1.2\ninstruction set %s (PZ_CPU chooses another)\n",
		 pz_stream_library(), pz_cpu_name());
	said(text);
}

/* Options that all tools have, and their limits. */
static void options_that_all_tools_have(void **state)
{
	unsigned long long memory;
	double seconds, cpu;
	char end;

	(void)state;
	run_well(plain_main, "plain -j 4096 a b");
	said("2 operands, 4096 threads\n");
	run_badly(plain_main, "plain -j 4097", 2, "plain: --threads: ");
	run_badly(plain_main, "plain -j 0", 2, "plain: --threads: ");
	run_badly(plain_main, "plain --seed 3", 2, "--seed");
	run_badly(plain_main, "plain -o a", 2, "-o");
	run_well(full_main, "full");
	said("0 none, seed 1, \n");
	run_well(full_main, "full --seed 18446744073709551615 -n 5 --file x -q");
	said("5 x, seed 18446744073709551615, quiet\n");
	run_well(full_main, "full -v");
	assert_string_equal(contents("stdout"), "0 none, seed 1, verbose\n");
	assert_int_equal(sscanf(contents("stderr"), "full: %lf s, %lf s CPU, %llu MiB%c", &seconds,
				&cpu, &memory, &end),
			 4);
	assert_true(seconds >= 0 && seconds < 60 && cpu < 60 && memory < 1000 && end == '\n');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(help_has_usage_options_and_notes),
		cmocka_unit_test(completions_list_all_options),
		cmocka_unit_test(versions_of_all_parts),
		cmocka_unit_test(options_that_all_tools_have),
	};

	return cmocka_run_group_tests_name("what tools say", tests, in_folder, out_of_folder);
}
