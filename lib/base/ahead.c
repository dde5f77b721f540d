/* ahead.c -- one thread fills slots in turn, another uses them in the same order */
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/ahead.h>
#include <pz/error.h>
#include <pz/progress.h>

#define TEXT 1024 /* bytes of an error's text */

struct pz_ahead {
	pz_ahead_fill *fill;
	void *context;
	void *slot[PZ_AHEAD_SLOTS];

	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	uint64_t filled, released; /* how many so far; those between are whole     */
	bool taken;                /* the caller uses slot `released`              */
	bool ending;
	int status;      /* of fill: 1 goes on, 0 nothing left, < 0 error */
	char text[TEXT]; /* of that error                                */
	double waited;
};

static void *fill_slots(void *arg)
{
	struct pz_ahead *a = arg;
	int got = 1;

	while (got > 0) {
		void *slot;

		pthread_mutex_lock(&a->lock);
		while (a->filled - a->released == PZ_AHEAD_SLOTS && !a->ending)
			pthread_cond_wait(&a->changed, &a->lock);
		slot = a->ending ? NULL : a->slot[a->filled % PZ_AHEAD_SLOTS];
		pthread_mutex_unlock(&a->lock);
		if (!slot)
			break;

		got = a->fill(a->context, slot);

		pthread_mutex_lock(&a->lock);
		if (got > 0)
			a->filled++;
		else if (got < 0)
			snprintf(a->text, sizeof a->text, "%s", pz_error_text());
		a->status = got;
		pthread_cond_broadcast(&a->changed);
		pthread_mutex_unlock(&a->lock);
	}
	return NULL;
}

/* Signals are for the thread that was there before. */
static int start(struct pz_ahead *a)
{
	sigset_t all, before;
	int rc;

	sigfillset(&all);
	sigdelset(&all, SIGBUS); /* a fault is the thread's own */
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&a->thread, NULL, fill_slots, a);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return rc;
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
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->changed, NULL);
	if ((rc = start(a)) != 0) {
		pthread_cond_destroy(&a->changed);
		pthread_mutex_destroy(&a->lock);
		free(a);
		return pz_fail(PZ_EIO, "cannot start a reading thread: %s", strerror(rc));
	}
	*out = a;
	return 0;
}

int pz_ahead_next(struct pz_ahead *a, void **slot)
{
	double begun = pz_clock();
	int rc = 1;

	pthread_mutex_lock(&a->lock);
	if (a->taken) {
		a->released++;
		a->taken = false;
		pthread_cond_broadcast(&a->changed);
	}
	while (a->filled == a->released && a->status > 0)
		pthread_cond_wait(&a->changed, &a->lock);
	if (a->filled > a->released) {
		*slot = a->slot[a->released % PZ_AHEAD_SLOTS];
		a->taken = true;
	} else {
		rc = a->status;
	}
	pthread_mutex_unlock(&a->lock);
	a->waited += pz_clock() - begun;
	return rc < 0 ? pz_fail((enum pz_error)rc, "%s", a->text) : rc;
}

double pz_ahead_waited(const struct pz_ahead *a)
{
	return a->waited;
}

void pz_ahead_end(struct pz_ahead *a)
{
	if (!a)
		return;
	pthread_mutex_lock(&a->lock);
	a->ending = true;
	pthread_cond_broadcast(&a->changed);
	pthread_mutex_unlock(&a->lock);
	pthread_join(a->thread, NULL);
	pthread_cond_destroy(&a->changed);
	pthread_mutex_destroy(&a->lock);
	free(a);
}
