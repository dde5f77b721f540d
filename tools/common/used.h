/* used.h -- the files from which a stream is made, for its history
 *
 * The output of a tool depends on its input and on further files: models, catalogues, settings.
 * Their names without folders and their hashes go into the history, in the order of the options
 * that name them. A tool that reads a stream adds it with the hash in its trailer; all other files
 * are found by the options and hashed here. A pipe has neither name nor hash: "-".
 */
#ifndef USED_H
#define USED_H

#include "tool.h"

/* Adds the stream at path, whose hash is that of pz_reader_hash. */
int used_stream(struct tool *t, const char *path, uint64_t hash);
/* Adds a file that is named in another way than by an option of its own, as inside of a text. */
int used_file(struct tool *t, const char *path);
/* Adds all files that t's options name and, for a tool that opened no stream, its operands to
 * t->used. */
int used_find(struct tool *t);
/* Remembers the files that options and operands name when the tool begins. used_find fails with
 * PZ_ECORRUPT if one of them has changed since. */
void used_begin(struct tool *t);
void used_release(struct tool *t);

#endif
