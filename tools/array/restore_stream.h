/* restore_stream.h -- files of toarray's as the stream that they hold */
#ifndef RESTORE_STREAM_H
#define RESTORE_STREAM_H

#include "../common/tool.h"

/* Whether the file at path is one of toarray's: 1, 0; < 0: it cannot be read. */
int restore_knows_file(const char *path);
/* Writes the stream that the files of the command line hold together. PZ_EMISMATCH: their headers
 * do not agree. */
int restore_files(struct tool *t);

#endif
