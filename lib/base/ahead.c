/* ahead.c -- one thread fills slots in turn, another uses them in the same order */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pz/ahead.h>
#include <pz/error.h>
#include <pz/progress.h>
#include <pz/team.h>

#include "crew.h"

struct pz_ahead {
	pz_ahead_fill *fill;
	void *context;
	void *slot[PZ_AHEAD_SLOTS];

	struct pz_crew crew;       /* one thread; its lock guards what follows         */
	uint64_t filled, released; /* how many slots so far; those between are whole   */
	bool taken;                /* the caller uses slot `released`                  */
	int status;                /* of fill: 1 there is more, 0 nothing is left, < 0 */
	struct pz_failure failure; /* where it is < 0                                  */

	double waited;
};

/* The slot to fill next, once the caller has released it; NULL when all shall end. */
static void *wait_for_slot(struct pz_ahead *a)
{
	void *slot;

	pz_crew_lock(&a->crew);
	while (a->filled - a->released == PZ_AHEAD_SLOTS && !a->crew.ending)
		pz_crew_wait(&a->crew);
	slot = a->crew.ending ? NULL : a->slot[a->filled % PZ_AHEAD_SLOTS];
	pz_crew_unlock(&a->crew);
	return slot;
}

static void fill_slots(void *arg, size_t thread)
{
	struct pz_ahead *a = arg;
	int got = 1;

	(void)thread;
	while (got > 0) {
		void *slot = wait_for_slot(a);

		if (!slot)
			break;
		got = a->fill(a->context, slot);
		if (got < 0)
			pz_failure_note(&a->failure, 0, got);
		pz_crew_lock(&a->crew);
		a->filled += got > 0;
		a->status = got;
		pz_crew_changed(&a->crew);
		pz_crew_unlock(&a->crew);
	}
}

int pz_ahead_begin(struct pz_ahead **out, pz_ahead_fill *fill, void *context,
		   void *const slot[PZ_AHEAD_SLOTS])
{
	struct pz_ahead *a = calloc(1, sizeof *a);
	int rc;

	*out = NULL;
	if (!a)
		return pz_fail(PZ_ENOMEM, "no memory for a reading thread");
	a->fill = fill;
	a->context = context;
	a->status = 1;
	memcpy(a->slot, slot, sizeof a->slot);
	pz_crew_init(&a->crew);
	if ((rc = pz_crew_start(&a->crew, 1, fill_slots, a)) < 0)
		pz_ahead_end(a);
	else
		*out = a;
	return rc;
}

int pz_ahead_next(struct pz_ahead *a, void **slot)
{
	double begun = pz_clock();
	int rc = 1;

	pz_crew_lock(&a->crew);
	if (a->taken) {
		a->released++;
		a->taken = false;
		pz_crew_changed(&a->crew);
	}
	while (a->filled == a->released && a->status > 0)
		pz_crew_wait(&a->crew);
	if (a->filled > a->released) {
		*slot = a->slot[a->released % PZ_AHEAD_SLOTS];
		a->taken = true;
	} else {
		rc = a->status;
	}
	pz_crew_unlock(&a->crew);
	a->waited += pz_clock() - begun;
	return rc < 0 ? pz_failure_raise(&a->failure) : rc;
}

double pz_ahead_waited(const struct pz_ahead *a)
{
	return a->waited;
}

void pz_ahead_end(struct pz_ahead *a)
{
	if (!a)
		return;
	pz_crew_end(&a->crew);
	free(a);
}
