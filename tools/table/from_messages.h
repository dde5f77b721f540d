/* from_messages.h -- what fromtable says of a table on standard error */
#ifndef FROM_MESSAGES_H
#define FROM_MESSAGES_H

#include "../common/tool.h"
#include "from_records.h"

/* That the column pz of a table of others is not read without --pz. < 0: it cannot be opened. */
int messages_unread_pz(const struct tool *t, const char *path, const char *hdu);
/* What other programs have changed in a table that totable wrote. */
void messages_changes(const struct tool *t, const struct pzpipe_table *b, const char *path);
/* How many galaxies have no p(z), why, and whether they were left out. */
void messages_without_pz(const struct tool *t, const struct pz_counts *n);

#endif
