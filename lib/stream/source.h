/* source.h -- private: the bytes of several inputs, read once or several times
 *
 * Files are read in place. A pipe is read once, and copied to an unlinked file in $TMPDIR if it
 * is to be read again. Errors of the
 * input being read do not name it: pz_source_name does.
 */
#ifndef PZ_SOURCE_H
#define PZ_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

/* What a file was when it was opened. */
struct source_file {
	off_t size; /* -1: a spool                                  */
	struct timespec changed;
	bool noted;
};

struct source {
	const char *const *paths; /* borrowed; count 0: standard input            */
	int count;
	bool keep;
	int *fd;                  /* per input; -1: not opened yet                */
	bool *seeks;              /* per input: it is a file, or a spool by now   */
	off_t *start;             /* per input: where it began when it was opened */
	struct source_file *file; /* per input                        */
	bool again;               /* rewound: files have to be what they were     */
	int spool;                /* of the input being read, -1: none            */
	int at;                   /* the input being read                         */
	off_t offset;             /* in it                                        */
};

int pz_source_open(struct source *s, const char *const *paths, int count, bool keep);
void pz_source_close(struct source *s);
const char *pz_source_name(const struct source *s);
/* Up to size bytes: how many; 0 at the end of this input; < 0. */
ssize_t pz_source_read(struct source *s, void *bytes, size_t size);
/* Moves on to the next input: 1, or 0 where there is none. */
int pz_source_next(struct source *s);
/* Skips bytes of an input that seeks. */
int pz_source_skip(struct source *s, off_t bytes);
/* Asks the system to read bytes of an input that seeks ahead of time; they may lie beyond its
 * end. */
void pz_source_ask(const struct source *s, int file, off_t offset, off_t size);
int pz_source_rewind(struct source *s);
/* From now on nothing is copied: the input will not be read again. */
void pz_source_no_rewind(struct source *s);
/* All of size bytes at offset of input file. Any thread. */
int pz_source_fetch(const struct source *s, int file, off_t offset, void *bytes, size_t size);
/* PZ_ECORRUPT where input file has other bytes than when it was opened, by its size and time. */
int pz_source_check(struct source *s, int file);
/* Whether the input being read has that many bytes, or is a spool. */
bool pz_source_is_large(const struct source *s, off_t size);
/* Puts the name of input file before the text of an error; rc. */
int pz_source_fail(const struct source *s, int file, int rc);

#endif
