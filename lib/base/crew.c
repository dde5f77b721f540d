/* crew.c -- threads that work beside the caller until their job returns */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "crew.h"

struct pz_crew_member {
	pthread_t thread;
	pz_crew_job *job;
	void *arg;
	size_t number;
};

/* Some systems give threads 128 kB of stack unless they are asked for more. */
static void set_stack(pthread_attr_t *attr)
{
	size_t usual;

	if (pthread_attr_getstacksize(attr, &usual) != 0 || usual < PZ_CREW_STACK)
		pthread_attr_setstacksize(attr, PZ_CREW_STACK);
}

int pz_crew_thread(pthread_t *thread, void *(*start)(void *), void *arg)
{
	static const int faults[] = { SIGBUS, SIGSEGV, SIGFPE, SIGILL, SIGABRT, SIGTRAP };
	sigset_t most, before;
	pthread_attr_t attr;
	int rc;

	if ((rc = pthread_attr_init(&attr)) != 0)
		return rc;
	set_stack(&attr);
	sigfillset(&most);
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		sigdelset(&most, faults[i]);
	/* A thread begins with the mask of the one that starts it. */
	pthread_sigmask(SIG_SETMASK, &most, &before);
	rc = pthread_create(thread, &attr, start, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attr);
	return rc;
}

static void *run_job(void *arg)
{
	const struct pz_crew_member *m = arg;

	m->job(m->arg, m->number);
	return NULL;
}

void pz_crew_init(struct pz_crew *c)
{
	*c = (struct pz_crew){ .count = 0 };
	pthread_mutex_init(&c->lock, NULL);
	pthread_cond_init(&c->changed, NULL);
}

int pz_crew_start(struct pz_crew *c, size_t threads, pz_crew_job *job, void *arg)
{
	if (!(c->member = calloc(threads ? threads : 1, sizeof *c->member)))
		return pz_fail(PZ_ENOMEM, "no memory for %zu threads", threads);
	for (; c->count < threads; c->count++) {
		struct pz_crew_member *m = &c->member[c->count];
		int rc;

		*m = (struct pz_crew_member){ .job = job, .arg = arg, .number = c->count };
		if ((rc = pz_crew_thread(&m->thread, run_job, m)) != 0)
			return pz_fail(PZ_EIO, "cannot start a thread: %s", strerror(rc));
	}
	return 0;
}

void pz_crew_end(struct pz_crew *c)
{
	pz_crew_lock(c);
	c->ending = true;
	pz_crew_changed(c);
	pz_crew_unlock(c);
	for (size_t i = 0; i < c->count; i++)
		pthread_join(c->member[i].thread, NULL);
	free(c->member);
	pthread_cond_destroy(&c->changed);
	pthread_mutex_destroy(&c->lock);
}

void pz_crew_lock(struct pz_crew *c)
{
	pthread_mutex_lock(&c->lock);
}

void pz_crew_unlock(struct pz_crew *c)
{
	pthread_mutex_unlock(&c->lock);
}

void pz_crew_wait(struct pz_crew *c)
{
	pthread_cond_wait(&c->changed, &c->lock);
}

void pz_crew_changed(struct pz_crew *c)
{
	pthread_cond_broadcast(&c->changed);
}
