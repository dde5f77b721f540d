/* about.h -- what a tool says of itself: --help, --version, --completion; tool_begin calls these */
#ifndef ABOUT_H
#define ABOUT_H

#include <stdbool.h>

#include "tool.h"

/* The table of the options that all tools have, for tool_begin to free; NULL: no memory. */
struct pz_option *about_options(struct tool *t, bool *help, bool *version);

/* Each prints to standard output and ends the tool. */
_Noreturn void about_help(const struct tool *t);
/* Version of pzpipe and of the libraries that the tool uses, and the instruction set in use. */
_Noreturn void about_version(const struct tool *t);
/* What it does, then a line for each option (pz_options_list): tools/pzpipe/completions makes the
 * completions of bash and zsh from it. */
_Noreturn void about_completion(const struct tool *t);

#endif
