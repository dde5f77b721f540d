/* frames_found.h -- what the frames*.c share: files that were found */
#ifndef FRAMES_FOUND_H
#define FRAMES_FOUND_H

#include <stdbool.h>

#include <pz/frames.h>

#define ALL_BANDS (-1)

/* Endings of files that are packed, and of those that are not. */
#define FRAMES_PACKINGS 4
extern const char *const pz_frames_packing[FRAMES_PACKINGS];
/* The length of a name without such an ending. */
size_t pz_frames_unpacked(const char *path);

/* One file that was found. */
struct found {
	char *field; /* its name with %b for the band                        */
	char *path;
	char *key;  /* what the pattern's wildcards stood for; NULL: of no pattern */
	char *hdu;  /* these may be NULL                                    */
	long plane; /* of a cube, from 0; -1: none is named                 */
	char *mask, *mask_hdu;
	char *head;       /* the file of headers beside; NULL: there is none  */
	int head_number;  /* from 0 */
	char *name;       /* of its HDU, where its file has several frames; else NULL */
	int version;      /* the EXTVER of that                               */
	double zeropoint; /* magnitude of flux 1, by a table; 0: none         */
	double psf;       /* FWHM of its PSF, likewise; 0: unknown            */
	int band;         /* or ALL_BANDS                                         */
	int pattern;      /* which one found it                                   */
};

struct found_list {
	struct found *found;
	size_t count, room;
	int patterns;      /* tried so far                                          */
	char unknown[256]; /* columns of tables that mean nothing here, "path: a, b"; or "" */
};

struct pz_frames {
	const char *const *band;
	int bands;
	struct found_list list; /* sorted by field, then band                  */
	size_t *first;          /* fields + 1: where in it a field begins      */
	size_t fields;
	size_t twice; /* times that a file was named again for its band   */
	char *again;  /* the first of those                               */
};

void pz_found_release(struct found *one); /* its texts                                 */
void pz_found_free(struct found_list *l);
/* Adds a file and takes its texts over. Whole: there was memory for all that it is to have;
 * field and path it must have. After a failure they are freed. */
int pz_found_add(struct found_list *l, struct found one, bool whole);

/* Adds a copy of a file, but with these: field, HDU, plane, name, version,
 * header beside and band. */
int pz_found_copy(struct found_list *l, const struct found *one, const struct found *instead);

/* Says where in the sorted list each field begins; again, where the list has changed. */
int pz_frames_group(struct pz_frames *f);

/* Looks into the files from number `from` on, whose bands are unknown, and puts in their place the
 * images and planes that are of a band. */
int pz_frames_look_for_bands(struct pz_frames *f, size_t from, const struct pz_frames_options *o);

/* The next of a list of patterns with commas between, cut off from it; NULL: there is none. A comma
 * within a name, as in HSC's, is known by the files that there are. */
char *pz_frames_next_pattern(char **list, const char *const *band, int bands);
/* Adds what a pattern, or with @ before it a list or table, stands for. The options may be NULL. */
int pz_frames_find_one(struct found_list *l, const char *text, const char *const *band, int bands,
		       const struct pz_frames_options *o);
/* A pattern with the name of a band in place of %b, as a new string; NULL: no memory. */
char *pz_frames_fill(const char *text, const char *name);
/* Adds what a pattern stands for, in every band. */
int pz_frames_match(struct found_list *l, const char *pattern, const char *const *band, int bands);
/* The field of a name by a pattern, as a new string; name: of the band. NULL: it does not match. */
char *pz_frames_field_of(const char *pattern, const char *path, const char *name);
/* Adds what a list or table names. The options may be NULL. */
int pz_frames_read_list(struct found_list *l, const char *path, const char *const *band, int bands,
			const struct pz_frames_options *o);

#endif
