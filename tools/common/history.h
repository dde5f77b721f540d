/* history.h -- which tools made a stream, from which files */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdio.h>

#include <pz/map.h>

/* Prints one step of a header's "history", as a line without its end: tool, version and options,
 * the seed, and each file that went in with the first 8 hexadecimal digits of its hash:
 * "predict 0.2.0 --model FILE, step4.model 1a2b3c4d". */
void history_print_step(const pz_map *step, FILE *to);

/* The same as a text, which the caller frees. 0 or PZ_ENOMEM. */
int history_step_text(const pz_map *step, char **text);

/* All steps of a header as one line, " | " between them; the caller frees *text, which is NULL
 * where the header has no history. 0 or PZ_ENOMEM. */
int history_line(const pz_map *header, char **text);

#endif
