/* notes.c -- what the user should know of a catalogue, and no error is */
#include <stdarg.h>
#include <stdio.h>

#include <pz/error.h>

#include "parts.h"

int pz_catalogue_say(struct pz_catalogue *c, const char *format, ...)
{
	va_list arguments;
	char *text;
	int n;

	if (c->notes == NOTES_MAX)
		return 0;
	va_start(arguments, format);
	n = vasprintf(&text, format, arguments);
	va_end(arguments);
	if (n < 0)
		return pz_fail(PZ_ENOMEM, "%s: no memory for a message", c->path);
	c->note[c->notes++] = text;
	return 0;
}

const char *pz_catalogue_note(struct pz_catalogue *c)
{
	return c->noted < c->notes ? c->note[c->noted++] : NULL;
}
