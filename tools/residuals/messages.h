/* messages.h -- what residuals says about a stream that it has measured */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "../common/tool.h"
#include "report.h"

/* Which galaxies were left out of what. */
void messages_of_missing(const struct tool *t, const struct report *r);
/* In what the stream with header h differs from the first one, and what follows for its numbers:
 * streams are compared even if they have other bins of p(z), magnitude rows or limits. */
void messages_of_differences(const struct tool *t, const struct report *r,
			     const struct pz_header *h, const struct report *first);

#endif
