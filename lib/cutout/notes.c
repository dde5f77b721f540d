/* notes.c -- the first notes on frames, whoever reads them first */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "notes.h"

void pz_notes_init(struct notes *n)
{
	*n = (struct notes){ 0 };
	pthread_mutex_init(&n->lock, NULL);
}

void pz_notes_release(struct notes *n)
{
	free(n->noted);
	pthread_mutex_destroy(&n->lock);
}

/* Puts a new note in its place among those that are kept. */
static void insert_note(struct notes *n, size_t at, const char *where, const char *what)
{
	size_t kept = n->count < PZ_CUTOUT_NOTES ? n->count : PZ_CUTOUT_NOTES, i = 0;

	while (i < kept && n->kept[i].at < at)
		i++;
	if (i == PZ_CUTOUT_NOTES)
		return;
	if (kept == PZ_CUTOUT_NOTES)
		kept--;
	memmove(n->kept + i + 1, n->kept + i, (kept - i) * sizeof *n->kept);
	n->kept[i].at = at;
	snprintf(n->kept[i].text, sizeof n->kept[i].text, "%.350s: %.240s", where, what);
}

int pz_notes_add(struct notes *n, size_t all, size_t at, const char *where, const char *what)
{
	int rc = 0;

	pthread_mutex_lock(&n->lock);
	if (!n->noted && !(n->noted = calloc(all / 8 + 1, 1)))
		rc = pz_fail(PZ_ENOMEM, "no memory for notes on %zu frames", all);
	if (rc == 0 && !(n->noted[at / 8] & 1 << at % 8)) {
		n->noted[at / 8] |= (unsigned char)(1 << at % 8);
		insert_note(n, at, where, what);
		n->count++;
	}
	pthread_mutex_unlock(&n->lock);
	return rc;
}
