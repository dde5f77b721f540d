/* used.h -- the files that a stream is made with, for its history
 *
 * What a tool writes depends on more than its input: a model, a catalogue, settings. Their
 * names without folders and their hashes go into the history, in the order of the options
 * that name them. Streams are added by who reads them, with the hash of their trailer; all
 * other files are found by the options and hashed here. A pipe has neither: "-".
 */
#ifndef USED_H
#define USED_H

#include "tool.h"

/* Adds the stream at path, whose hash is that of pz_reader_hash. */
int used_stream(struct tool *t, const char *path, uint64_t hash);
/* All that t's options name and, of a tool that opened no stream, its operands: *used of
 * t->used_count, which t keeps. */
int used_find(struct tool *t);
/* Looks at the files that the options and operands name, when the tool begins; used_find fails
 * with PZ_ECORRUPT where one is another file by then. */
void used_begin(const struct tool *t);
void used_release(struct tool *t);

#endif
