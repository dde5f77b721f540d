/* apart.h -- no two outputs of a command are one file, and no output is an input
 *
 * Files are compared as the system knows them (device and inode; what is not there yet by
 * its directory and name), so that other spellings, hard and symbolic links are the same.
 * Inputs are the operands and the values of PZ_OPTION_FILE (each part of a comma list, all
 * that a pattern finds), outputs those of PZ_OPTION_OUTPUT and standard output.
 */
#ifndef APART_H
#define APART_H

#include "tool.h"

/* Before anything is opened. PZ_EUSAGE names both. */
int apart_check(const struct tool *t);
/* The same for inputs that the command line does not name itself, the frames of a list say:
 * next gives their names, and NULL behind the last. Before anything is written. */
int apart_check_more(const struct tool *t, const char *(*next)(void *context), void *context);

#endif
