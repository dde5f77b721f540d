/* queue.c -- which thread does what next */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/threads.h>

#include "../base/pages.h"
#include "queue.h"
#include "stamp.h"
#include "turned.h"

#define BLOCKS     3                 /* in memory                           */
#define STAMPS     64                /* in a block, at most                 */
#define BLOCK_SIZE ((size_t)8 << 20) /* bytes of a block; one stamp may have more */
#define BITE       4                 /* stamps that a thread takes at a time */

struct queue {
	struct loader loader; /* the lock of its crew guards all of this        */
	int bands, size;

	size_t threads;              /* one alone works in pz_queue_next                          */
	struct resampler *resampler; /* threads                                */

	struct strip *strip; /* the newest                                     */
	int band;            /* of it that is to be loaded next                */

	struct block block[BLOCKS];
	size_t room;         /* stamps in a block                               */
	size_t begun, given; /* blocks                                          */
	bool taken;          /* the caller has block `given`                    */
};

/* The strip that stamps are cut from: the oldest, once it is whole; or NULL. */
static struct strip *whole_strip(struct queue *q)
{
	struct loader *l = &q->loader;
	struct strip *s = &l->slot[l->released % SLOTS];

	return l->released < l->begun && s->left == 0 ? s : NULL;
}

/* Begins the next block, if there is room for it and what it is to hold. A strip that
 * failed makes a block without stamps, and is the last. */
static void begin_block(struct queue *q)
{
	struct strip *s = whole_strip(q);
	struct block *b = &q->block[q->begun % BLOCKS];

	if (!s || s->at == s->n || q->begun - q->given == BLOCKS)
		return;
	q->begun++;
	b->item = s->item + s->at;
	b->failure = s->failure;
	b->n = s->n - s->at < q->room ? s->n - s->at : q->room;
	b->missing = s->first && s->at == 0 ? s->missing : 0;
	b->lacking = s->missing > 0;
	s->at += b->n;
	b->next = 0;
	b->left = b->n;
	if (s->failure.code) {
		b->n = b->left = 0;
		s->at = s->n;
		q->loader.crew.ending = true;
		pz_crew_changed(&q->loader.crew);
	}
}

/* All bands of galaxy i of a strip: pixels (bands, size, size), notes (3, bands). */
static int cut_stamp(const struct loader *l, struct strip *s, size_t i, struct resampler *r,
		     float *pixels, float *notes)
{
	size_t area = (size_t)l->o->size * (size_t)l->o->size;
	size_t k = (size_t)(s->item - s->field->item) + i;
	int rc = 0;

	for (int b = 0; b < l->bands && rc == 0; b++) {
		struct piece p = { s->field,           b,
				   &s->grid[i],        &s->map[(size_t)b * s->n + i],
				   &s->rows[b].window, l->x->step };
		float *to = pixels + (size_t)b * area, note[NOTES];

		if (s->field->frame[b].spool >= 0)
			rc = pz_turned_read(s->field, b, k, l->o->size, to, note);
		else
			rc = pz_stamp_cut_piece(r, l->o, &p, to, note);
		notes[b] = note[0];
		notes[l->bands + b] = note[1];
		notes[2 * l->bands + b] = s->field->frame[b].wcs ? note[2] : NAN;
	}
	return rc;
}

/* Stamps from..from + n of a block. */
static void cut(struct queue *q, struct strip *s, struct block *b, size_t from, size_t n,
		size_t thread)
{
	size_t bands = (size_t)q->bands, pixels = bands * (size_t)q->size * (size_t)q->size;
	size_t first = (size_t)(b->item - s->item);

	for (size_t k = from; k < from + n; k++) {
		int rc = cut_stamp(&q->loader, s, first + k, &q->resampler[thread],
				   b->pixels + k * pixels, b->notes + k * NOTES * bands);

		if (rc < 0)
			pz_failure_note(&b->failure, k, rc);
	}
}

/* Takes a bite of the newest block, if something is left of it: false if not. With the
 * lock held, which it gives up meanwhile. */
static bool try_cut(struct queue *q, size_t thread)
{
	struct block *b = &q->block[(q->begun + BLOCKS - 1) % BLOCKS];
	struct strip *s = whole_strip(q);
	size_t from, n;

	if (q->begun == 0 || b->next == b->n) {
		size_t before = q->begun;

		begin_block(q);
		b = &q->block[(q->begun + BLOCKS - 1) % BLOCKS];
		if (q->begun == before || b->n == 0)
			return false;
	}
	from = b->next;
	n = b->n - from < BITE ? b->n - from : BITE;
	b->next += n;
	pz_crew_unlock(&q->loader.crew);
	cut(q, s, b, from, n, thread);
	pz_crew_lock(&q->loader.crew);
	b->left -= n;
	s->uncut -= n;
	if (s->uncut == 0)
		pz_strip_release(&q->loader);
	if (b->left == 0)
		pz_crew_changed(&q->loader.crew);
	return true;
}

/* Loads a band, if there is one to load: false if not. With the lock held, likewise. */
static bool try_load(struct queue *q)
{
	struct strip *s;
	int b;

	if (!q->strip || q->band == q->bands) {
		if (!pz_strip_can_begin(&q->loader))
			return false;
		q->strip = pz_strip_begin(&q->loader);
		q->band = 0;
	}
	s = q->strip;
	b = q->band++;
	pz_crew_unlock(&q->loader.crew);
	pz_strip_load(&q->loader, s, b);
	pz_crew_lock(&q->loader.crew);
	return true;
}

/* Whether all stamps are cut. */
static bool is_over(const struct queue *q)
{
	const struct loader *l = &q->loader;

	return l->crew.ending || (l->next == l->x->count && l->released == l->begun);
}

static void cut_and_load(void *arg, size_t thread)
{
	struct queue *q = arg;

	pz_crew_lock(&q->loader.crew);
	while (!is_over(q))
		if (!try_cut(q, thread) && !is_over(q) && !try_load(q) && !is_over(q))
			pz_crew_wait(&q->loader.crew);
	pz_crew_unlock(&q->loader.crew);
}

int pz_queue_next(struct queue *q, const struct block **block)
{
	struct block *b;
	bool got;

	pz_crew_lock(&q->loader.crew);
	if (q->taken) {
		q->given++;
		pz_crew_changed(&q->loader.crew);
	}
	b = &q->block[q->given % BLOCKS];
	while (!(got = q->given < q->begun && b->left == 0) && (q->given < q->begun || !is_over(q)))
		if (q->threads > 1 || (!try_cut(q, 0) && !try_load(q) && !is_over(q)))
			pz_crew_wait(&q->loader.crew);
	q->taken = got;
	pz_crew_unlock(&q->loader.crew);
	*block = b;
	return !got ? 0 : b->failure.code ? pz_failure_raise(&b->failure) : 1;
}

static int make_room(struct queue *q)
{
	size_t pixels = (size_t)q->bands * (size_t)q->size * (size_t)q->size;
	bool ok = true;

	q->room = BLOCK_SIZE / (pixels * sizeof(float));
	q->room = q->room > STAMPS ? STAMPS : q->room ? q->room : 1;
	for (int i = 0; i < BLOCKS; i++) {
		struct block *b = &q->block[i];

		b->pixels = pz_pages_alloc(q->room * pixels * sizeof *b->pixels);
		b->notes = malloc(q->room * NOTES * (size_t)q->bands * sizeof *b->notes);
		ok = ok && b->pixels && b->notes;
	}
	q->resampler = calloc(q->threads, sizeof *q->resampler);
	if (!ok || !q->resampler)
		return pz_fail(PZ_ENOMEM, "no memory for stamps of %zu pixels", pixels);
	return 0;
}

int pz_queue_open(struct queue **out, const struct pz_frames *frames,
		  const struct pz_cutout_options *o, const double *radec,
		  const struct cutout_index *x, struct notes *notes)
{
	struct queue *q = *out = calloc(1, sizeof *q);
	int rc;

	if (!q)
		return pz_fail(PZ_ENOMEM, "no memory for frames");
	pz_loader_init(&q->loader, frames, o, radec, x);
	q->loader.notes = notes;
	q->threads = (size_t)pz_threads();
	q->bands = q->loader.bands;
	q->size = o->size;
	rc = make_room(q);
	if (rc == 0 && q->threads > 1)
		rc = pz_crew_start(&q->loader.crew, q->threads, cut_and_load, q);
	return rc;
}

void pz_queue_close(struct queue *q)
{
	if (!q)
		return;
	pz_crew_end(&q->loader.crew);
	for (int i = 0; i < BLOCKS; i++) {
		free(q->block[i].pixels);
		free(q->block[i].notes);
	}
	for (size_t t = 0; q->resampler && t < q->threads; t++)
		pz_resampler_release(&q->resampler[t]);
	free(q->resampler);
	pz_loader_release(&q->loader);
	free(q);
}
