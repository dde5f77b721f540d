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

/* Before anything is opened; own and common are t's options. PZ_EUSAGE names both. */
int apart_check(const struct tool *t, const struct pz_option *own, const struct pz_option *common);

#endif
