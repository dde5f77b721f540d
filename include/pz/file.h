/* file.h -- a file that appears under its name only when it is whole
 *
 *      struct pz_file f;
 *      if ((rc = pz_file_begin(&f, path)) < 0)
 *              return rc;
 *      ... fprintf(f.stream, ...)
 *      rc = rc < 0 ? (pz_file_abandon(&f), rc) : pz_file_commit(&f);
 *
 * It is written beside its place and renamed; a reader never sees half of it,
 * and an old one stays until the new one is whole. Devices and pipes
 * (/dev/stdout, /dev/full) are written directly.
 */
#ifndef PZ_FILE_H
#define PZ_FILE_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

struct pz_file {
	FILE *stream; /* where to write                                         */
	char *path;   /* the name it will have                                  */
	char *beside; /* the name it has meanwhile; NULL: written directly      */
};

int pz_file_begin(struct pz_file *f, const char *path);
/* Closes, checks for late errors and renames; after a failure nothing is left. */
int pz_file_commit(struct pz_file *f);
/* Removes what was written; fine on a file that never began (all zero). */
void pz_file_abandon(struct pz_file *f);

/* Removes all that were begun and neither committed nor abandoned; for signal handlers. */
void pz_file_remove_unfinished(void);

/* A file in $TMPDIR that has no name, gone when it is closed: its descriptor, or PZ_EDATA. */
int pz_file_spool(void);
/* All of size bytes at offset of a spool. 0 or PZ_EDATA. */
int pz_file_put(int spool, off_t offset, const void *bytes, size_t size);
/* All of size bytes at offset of any file, any number of threads at a time. 0, PZ_EDATA, or
 * PZ_ECUT where it ends before. */
int pz_file_get(int fd, off_t offset, void *bytes, size_t size);

#endif
