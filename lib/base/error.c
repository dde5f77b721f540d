/* error.c -- one line of text per thread */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <pz/error.h>

static _Thread_local char text[PZ_ERROR_TEXT];

int pz_fail(enum pz_error code, const char *format, ...)
{
	char line[sizeof text];
	va_list args;

	/* The arguments may point into the old text: format beside it, then copy. */
	va_start(args, format);
	vsnprintf(line, sizeof line, format, args);
	va_end(args);
	memcpy(text, line, sizeof text);
	return code;
}

int pz_fail_in(int code, const char *format, ...)
{
	char line[sizeof text];
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line, sizeof line, format, args);
	va_end(args);
	if (n >= 0 && (size_t)n + 3 < sizeof line)
		snprintf(line + n, sizeof line - (size_t)n, ": %.*s", (int)sizeof line - n - 3,
			 text);
	memcpy(text, line, sizeof text);
	return code;
}

const char *pz_error_text(void)
{
	return text;
}

int pz_error_exit(int code)
{
	switch (code) {
	case PZ_EUSAGE:
		return 2;
	case PZ_ECORRUPT:
		return 3;
	case PZ_EMISMATCH:
		return 4;
	default:
		return code < 0 ? 1 : 0;
	}
}
