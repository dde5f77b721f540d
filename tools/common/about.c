/* about.c -- what a tool says of itself: the options that all have, help, version, completions */
#include <stdlib.h>
#include <string.h>

#include <pz/cpu.h>
#include <pz/libraries.h>

#include "about.h"

#define COMMON_MAX 7

struct pz_option *about_options(struct tool *t, bool *help, bool *version)
{
	struct pz_option *all = calloc(COMMON_MAX + 2, sizeof *all), *o = all;

	if (!all)
		return NULL;
	if (t->chance)
		*o++ = (struct pz_option){ PZ_OPTION_SEED, 0,
					   "seed",         "N",
					   &t->seed,       "seed of the random numbers",
					   .local = true };
	if (t->writes || t->prints)
		*o++ = (struct pz_option){
			PZ_OPTION_OUTPUT, 'o',
			"output",         "FILE",
			&t->output,       "write to this file instead of standard output",
			.local = true
		};
	*o++ = (struct pz_option){
		PZ_OPTION_INT, 'j',
		"threads",     "N",
		&t->threads,   "number of threads; default: all that the machine allows",
		.min = 1,      .max = 4096,
		.local = true
	};
	*o++ = (struct pz_option){ PZ_OPTION_FLAG, 'q',       "quiet",
				   NULL,           &t->quiet, "print nothing but errors",
				   .local = true };
	*o++ = (struct pz_option){
		PZ_OPTION_FLAG, 'v',
		"verbose",      NULL,
		&t->verbose,    "print more, and at the end records, seconds and memory used",
		.local = true
	};
	*o++ = (struct pz_option){ PZ_OPTION_FLAG,    'h',          "help", NULL, help,
				   "print this help", .local = true };
	*o++ = (struct pz_option){
		PZ_OPTION_FLAG, 'V',     "version",
		NULL,           version, "print the versions of pzpipe and of the libraries in use",
		.local = true
	};
	return all;
}

static void print_usage(const struct tool *t)
{
	const char *before = "usage:";

	printf("%s -- %s\n\n", t->called, t->does);
	for (const char *line = t->usage, *end; *line; line = *end ? end + 1 : end) {
		end = line + strcspn(line, "\n");
		printf("%6s %s %.*s\n", before, t->called, (int)(end - line), line);
		before = "";
	}
}

/* Ends the tool, with 1 where its output cannot be written. */
static _Noreturn void leave(void)
{
	exit(fflush(stdout) == 0 ? 0 : 1);
}

void about_help(const struct tool *t)
{
	print_usage(t);
	if (t->options && t->options->type != PZ_OPTION_END) {
		puts("\nOptions:");
		pz_options_help(t->options, stdout);
	}
	puts("\nOptions that all tools have:");
	pz_options_help(t->common, stdout);
	if (t->notes)
		printf("\n%s", t->notes);
	leave();
}

void about_version(const struct tool *t)
{
	printf("%s (pzpipe) %s\n%s\n", t->called, PZ_VERSION, pz_stream_library());
	for (library_name *const *library = t->libraries; library && *library; library++)
		puts((*library)());
	printf("instruction set %s (PZ_CPU chooses another)\n", pz_cpu_name());
	leave();
}

void about_completion(const struct tool *t)
{
	printf("%s\n", t->does);
	pz_options_list(t->options, stdout);
	pz_options_list(t->common, stdout);
	leave();
}
