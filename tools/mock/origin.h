/* origin.h -- where the galaxies of a mock sky come from: drawn, or taken from a catalogue */
#ifndef ORIGIN_H
#define ORIGIN_H

#include <pz/mock.h>

#include "../common/tool.h"

struct origin {
	struct pz_mock *sky;
	struct pz_mock_known *known; /* of each galaxy of a catalogue; NULL: they are drawn */
	uint64_t count;
};

/* A catalogue whose galaxies are painted; strings may be NULL: not given. */
struct origin_catalogue {
	const char *path, *columns, *magnitudes, *errors, *sizes, *missing;
	uint64_t most; /* galaxies                                              */
};

/* Reads the galaxies that can be painted, and says how many cannot. */
int origin_read(struct origin *from, const struct tool *t, const struct origin_catalogue *c);
void origin_release(struct origin *from);

/* Galaxy i of the struct origin at context: a function for pz_mock_write. */
int origin_galaxy(const void *context, uint64_t i, struct pz_mock_galaxy *g);

#endif
