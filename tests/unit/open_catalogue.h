/* open_catalogue.h -- a catalogue that has to open */
#ifndef TEST_OPEN_CATALOGUE_H
#define TEST_OPEN_CATALOGUE_H

#include <pz/catalogue.h>

#include "says.h"

static inline struct pz_catalogue *opened(const char *path, const struct pz_catalogue_options *o)
{
	struct pz_catalogue *c;

	if (pz_catalogue_open(&c, path, o) < 0)
		fail_msg("%s", pz_error_text());
	return c;
}

#endif
