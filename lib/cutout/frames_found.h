/* frames_found.h -- what the frames*.c share: files that were found */
#ifndef FRAMES_FOUND_H
#define FRAMES_FOUND_H

#include <stdbool.h>

#include <pz/frames.h>

#define ALL_BANDS (-1)

/* One file that was found. */
struct found {
	char *field; /* its name with %b for the band                        */
	char *path;
	char *key; /* what the pattern's wildcards stood for; NULL: of no pattern */
	char *hdu; /* these may be NULL                                    */
	char *mask, *mask_hdu;
	double zeropoint; /* magnitude of flux 1, by a table; 0: none         */
	int band;         /* or ALL_BANDS                                         */
	int pattern;      /* which one found it                                   */
};

struct found_list {
	struct found *found;
	size_t count, room;
	int patterns;      /* tried so far                                          */
	char unknown[256]; /* columns of tables that mean nothing here, "path: a, b"; or "" */
};

void pz_found_release(struct found *one); /* its texts                                 */
void pz_found_free(struct found_list *l);
/* Adds a file and takes its texts over. Whole: there was memory for all that it is to have;
 * field and path it must have. After a failure they are freed. */
int pz_found_add(struct found_list *l, struct found one, bool whole);

/* Adds what a pattern stands for, in every band. */
int pz_frames_match(struct found_list *l, const char *pattern, const char *const *band, int bands);
/* Adds what a list or table names. */
int pz_frames_read_list(struct found_list *l, const char *path, const char *const *band, int bands);

#endif
