/* notes.c -- says what was noted while a catalogue was read */
#include "notes.h"

void notes_say(const struct tool *t, struct pz_catalogue *c)
{
	for (const char *note; (note = pz_catalogue_note(c));)
		tool_say(t, "%s", note);
}
