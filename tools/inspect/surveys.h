/* surveys.h -- the presets of --survey, as a list */
#ifndef SURVEYS_LIST_H
#define SURVEYS_LIST_H

#include "../common/tool.h"

/* Prints a paragraph for each preset, or one for each that the operands name. */
int surveys_print(struct tool *t);

#endif
