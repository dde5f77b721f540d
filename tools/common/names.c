/* names.c -- names that users and reports give to streams and values */
#include <string.h>

#include <pz/error.h>
#include <pz/text.h>

#include "names.h"

int name_take(char *name, size_t size, const char *from, size_t n, const char *what, int code)
{
	if (n == 0 || n >= size)
		return pz_fail((enum pz_error)code,
			       "expected %s with a name of 1 to %zu bytes, found '%s'", what,
			       size - 1, from);
	memcpy(name, from, n);
	name[n] = '\0';
	if (pz_text_is_line(name))
		return 0;
	return pz_fail((enum pz_error)code,
		       "expected %s with a name of UTF-8 without tabs, line ends and other "
		       "control characters, found '%s'",
		       what, from);
}
