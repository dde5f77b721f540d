/* stamps.h -- a stream of mock stamps, without frames */
#ifndef STAMPS_H
#define STAMPS_H

#include "../common/tool.h"
#include "origin.h"

/* Makes stamps of size pixels of all galaxies, on all threads, and writes them to t's output. */
int stamps_write(struct tool *t, const struct origin *from, const struct pz_survey *survey,
		 const struct pz_mock_layout *l, int size);

#endif
