/* says.h -- what a function returned, and the error that it left */
#ifndef TEST_SAYS_H
#define TEST_SAYS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pz/error.h>

/* That rc is this code, and the text of the error just this. */
static inline void says(int rc, int code, const char *text)
{
	if (rc != code || strcmp(pz_error_text(), text) != 0)
		fail_msg("expected %d, '%s', found %d, '%s'", code, text, rc, pz_error_text());
}

#endif
