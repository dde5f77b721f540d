/* file.h -- a file that appears under its name only when it is whole
 *
 * Example:
 *      struct pz_file f = { 0 };
 *
 *      if ((rc = pz_file_begin(&f, path)) < 0)
 *              return rc;
 *      if (fprintf(f.stream, "%g\n", x) < 0)
 *              rc = pz_fail(PZ_EIO, "%s: cannot be written", path);
 *      rc = rc < 0 ? (pz_file_abandon(&f), rc) : pz_file_commit(&f);
 *
 * It is written beside its place, as path.part, and renamed when it is on the disk; a
 * reader never sees half of it, not after a power cut either, and an old one stays until
 * the new one is whole. Who writes holds a lock (flock): what a killed process left as
 * path.part goes when path is next written, and where several processes write the same
 * path at a time each has a name of its own (path.2.part ...); the last to end has the
 * name. A symbolic link stays, and what it leads to is replaced. Devices, pipes, sockets
 * and descriptors (/dev/stdout, /dev/fd/3, /dev/full) are written directly.
 */
#ifndef PZ_FILE_H
#define PZ_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include <pz/api.h>

/* Stays where it is from begin to commit or abandon: a signal handler looks at it. */
struct pz_file {
	FILE *stream;       /* where to write                                   */
	char *path;         /* the name it was asked for, for messages          */
	char *place;        /* the name it will have: path, symbolic links followed */
	char *beside;       /* the name it has meanwhile; NULL: written directly */
	bool keep_previous; /* the caller's: what is at path becomes path.previous */
	bool many;          /* the caller's: one of many, not to wait for the disk */

	/* private: which file has the name beside; that of pz_file_lend */
	dev_t device;
	ino_t inode;
	char *lent;
};

PZ_API int pz_file_begin(struct pz_file *f, const char *path);
/* Where another library has to make the file itself: *name, which f keeps, is one that it
 * can make; pz_file_adopt then takes what it made in the place of the file beside. */
PZ_API int pz_file_lend(struct pz_file *f, const char **name);
PZ_API int pz_file_adopt(struct pz_file *f);
/* Where path leads: symbolic links followed to what is none, be it there or not, or to a
 * descriptor in /proc. The caller frees *place. PZ_EIO: links that lead in a circle. */
PZ_API int pz_file_resolve(const char *path, char **place);
/* Closes, checks for late errors and renames; after a failure nothing is left. */
PZ_API int pz_file_commit(struct pz_file *f);
/* Removes what was written; fine on a file that never began (all zero). */
PZ_API void pz_file_abandon(struct pz_file *f);

/* Flushes f, and then fsync, unless f is a pipe or the like, or PZ_SYNC=no stands in the
 * environment. 0 or PZ_EIO. */
PZ_API int pz_file_sync(FILE *f);

/* Removes all that were begun and neither committed nor abandoned; for signal handlers. */
PZ_API void pz_file_remove_unfinished(void);

/* Closes what open_memstream(text, ...) opened, NULL where it could not: 0, or PZ_ENOMEM and
 * no text. The caller frees it. */
PZ_API int pz_file_close_text(FILE *to, char **text);

/* The XXH3 of all bytes of a file. 0 or PZ_EIO. */
PZ_API int pz_file_hash(const char *path, uint64_t *hash);

/* A file in $TMPDIR that has no name, gone when it is closed: its descriptor, or PZ_EIO. */
PZ_API int pz_file_spool(void);
/* All of size bytes at offset of a spool. 0 or PZ_EIO. */
PZ_API int pz_file_put(int spool, off_t offset, const void *bytes, size_t size);
/* All of size bytes at offset of any file, any number of threads at a time. 0, PZ_EIO, or
 * PZ_ECORRUPT where it ends before. */
PZ_API int pz_file_get(int fd, off_t offset, void *bytes, size_t size);

#endif
