/* notes.h -- what a catalogue has to say to the user */
#ifndef NOTES_H
#define NOTES_H

#include <pz/catalogue.h>

#include "tool.h"

/* Says what the catalogue has noted since the last call. */
void notes_say(const struct tool *t, struct pz_catalogue *c);

#endif
