/* failure.h -- the first failure of a parallel loop
 *
 * The text of an error belongs to the thread that failed (error.h). A loop keeps the
 * failure of its lowest iteration, so that the message does not depend on timing:
 *
 *      struct failure f = { 0 };
 *      #pragma omp parallel for
 *      for (...)
 *              if ((rc = work(i)) < 0)
 *                      failure_note(&f, i, rc);
 *      return failure_raise(&f);
 */
#ifndef FAILURE_H
#define FAILURE_H

#include <stddef.h>
#include <stdio.h>

#include <pz/error.h>

struct failure {
	int code; /* 0: none */
	size_t at;
	char text[600];
};

static inline void failure_note(struct failure *f, size_t at, int code)
{
#pragma omp critical(pz_failure)
	if (f->code == 0 || at < f->at) {
		f->code = code;
		f->at = at;
		snprintf(f->text, sizeof f->text, "%s", pz_error_text());
	}
}

/* Says it again in this thread; 0 where there was none. */
static inline int failure_raise(const struct failure *f)
{
	return f->code ? pz_fail(f->code, "%s", f->text) : 0;
}

#endif
