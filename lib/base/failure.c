/* failure.c -- the failure of the lowest iteration, whoever comes first */
#include <pthread.h>
#include <stdio.h>

#include <pz/error.h>
#include <pz/team.h>

/* Failures are rare: one lock serves all loops. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void pz_failure_note(struct pz_failure *f, size_t at, int code)
{
	pthread_mutex_lock(&lock);
	if (f->code == 0 || at < f->at) {
		f->code = code;
		f->at = at;
		snprintf(f->text, sizeof f->text, "%s", pz_error_text());
	}
	pthread_mutex_unlock(&lock);
}

bool pz_failure_any(const struct pz_failure *f)
{
	bool any;

	pthread_mutex_lock(&lock);
	any = f->code != 0;
	pthread_mutex_unlock(&lock);
	return any;
}

int pz_failure_raise(const struct pz_failure *f)
{
	return f->code ? pz_fail(f->code, "%s", f->text) : 0;
}
