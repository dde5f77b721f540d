/* error.h -- how every function of the library says that it failed
 *
 * A function that can fail returns 0 (or a count) on success and a negative
 * enum pz_error on failure, and leaves one line of text for a person:
 *
 * Example:
 *      if (width <= 0)
 *              return pz_fail(PZ_EARG, "width: expected above 0, found %g", width);
 *
 * The text belongs to the calling thread and lives until its next failure.
 * The library prints nothing and never exits; the tools turn a code into a
 * message and an exit status.
 */
#ifndef PZ_ERROR_H
#define PZ_ERROR_H

#include <pz/api.h>

#define PZ_ERROR_TEXT 8192 /* bytes of an error's text: words, and the longest path there is */

enum pz_error {
	PZ_EDATA = -1,     /* the data: no WCS, a value that is no number      */
	PZ_EUSAGE = -2,    /* the command line                                 */
	PZ_ECORRUPT = -3,  /* input cut short or corrupt                       */
	PZ_EMISMATCH = -4, /* streams or models that do not fit together       */
	PZ_EARG = -5,      /* an argument out of its range                     */
	PZ_ENOMEM = -6,    /* memory                                           */
	PZ_ESTOP = -7,     /* asked to stop by a signal                        */
	PZ_ERANK = -8,     /* another process failed, which says why           */
	PZ_EIO = -9,       /* the system: no such file, disk full              */
};

/* Leaves the formatted text for this thread and returns code. */
PZ_API int pz_fail(enum pz_error code, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Puts "context: " before the text that is there; returns code, so that a
 * caller can write: return pz_fail_in(rc, "%s", name). */
PZ_API int pz_fail_in(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The text of this thread's last failure; "" where there was none. */
PZ_API const char *pz_error_text(void);

/* The exit status for a code: 0 done, 1 data or run time, 2 usage, 3 input cut
 * or corrupt, 4 streams that do not fit together. */
PZ_API int pz_error_exit(int code);

#endif
