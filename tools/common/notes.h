/* notes.h -- says what was noted while a catalogue was read */
#ifndef NOTES_H
#define NOTES_H

#include <pz/catalogue.h>

#include "tool.h"

/* Says what the catalogue has noted since the last call. */
void notes_say(const struct tool *t, struct pz_catalogue *c);

#endif
