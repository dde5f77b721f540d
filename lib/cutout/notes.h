/* notes.h -- notes for the user on frames, at most one for each
 *
 * Threads read frames in any order; kept are the notes of the first frames, in the order of
 * fields and bands, and how many there are in all.
 */
#ifndef CUTOUT_NOTES_H
#define CUTOUT_NOTES_H

#include <pthread.h>
#include <stddef.h>

#include <pz/cutout.h>

struct note {
	size_t at; /* the frame: field times bands, plus band */
	char text[600];
};

struct notes {
	pthread_mutex_t lock;
	unsigned char *noted; /* a bit for each frame; NULL: none yet */
	size_t count;
	struct note kept[PZ_CUTOUT_NOTES]; /* by frame */
};

void pz_notes_init(struct notes *n);
void pz_notes_release(struct notes *n);
/* Notes frame `at` of `all`, unless it is noted already. 0, or PZ_ENOMEM. */
int pz_notes_add(struct notes *n, size_t all, size_t at, const char *where, const char *what);

#endif
