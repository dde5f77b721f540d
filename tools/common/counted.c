/* counted.c -- numbers with their nouns */
#include <inttypes.h>
#include <stdio.h>

#include "counted.h"

char *counted_format(char text[COUNTED_MAX], uint64_t n, const char *one, const char *many)
{
	snprintf(text, COUNTED_MAX, "%" PRIu64 " %s", n, n == 1 ? one : many);
	return text;
}
