/* from_messages.c -- what fromtable says of a table */
#include <inttypes.h>
#include <string.h>

#include "../common/counted.h"
#include "from_messages.h"

int messages_unread_pz(const struct tool *t, const char *path, const char *hdu)
{
	struct pz_fits *f;
	size_t repeat = 0;
	int c, rc;

	if ((rc = pz_fits_open_table(&f, path, hdu)) < 0)
		return rc;
	if ((c = pz_fits_column(f, "pz")) >= 0)
		pz_fits_column_type(f, c, &repeat);
	if (repeat > 1)
		tool_say(
			t,
			"%s: column '%s', %zu numbers per row, is not read: --pz %s reads it, with "
			"its --grid",
			path, pz_fits_column_name(f, c), repeat, pz_fits_column_name(f, c));
	pz_fits_close(f);
	return 0;
}

void messages_changes(const struct tool *t, const struct pzpipe_table *b, const char *path)
{
	if (*b->lacks)
		tool_say(t,
			 "%s: totable wrote this table, but its header was lost, and with it %s: "
			 "those of the survey are used (--survey, --grid)",
			 path, b->lacks);
	if (b->is_new)
		tool_say(t,
			 "%s: columns that were added or renamed are carried under their names: %s",
			 path, b->is_new);
	if (b->gone)
		tool_say(t, "%s: columns that were removed or renamed: %s", path, b->gone);
	if (b->left_out)
		tool_say(t, "%s: columns skipped, because they cannot be values of a record: %s",
			 path, b->left_out);
}

void messages_without_pz(const struct tool *t, const struct pz_counts *n)
{
	uint64_t faulty = n->kept + n->left_out;
	char why[400] = "";

	if (n->unlisted)
		tool_say(t, "%s no p(z) and %s left out",
			 COUNTED(n->unlisted, "galaxy has", "galaxies have"),
			 n->unlisted == 1 ? "was" : "were");
	for (int f = LIKELIHOOD_FINE + 1; f < LIKELIHOOD_FAULTS; f++) {
		size_t used = strlen(why);

		if (n->fault[f])
			snprintf(why + used, sizeof why - used, "%s%" PRIu64 " %s",
				 used ? ", " : "", n->fault[f],
				 likelihood_says((enum likelihood_fault)f));
	}
	if (faulty)
		tool_say(t,
			 "%s numbers that are no p(z) (%s): %" PRIu64
			 " without an estimate %s left "
			 "out, %" PRIu64 " with an estimate %s kept without p(z)",
			 COUNTED(faulty, "galaxy has", "galaxies have"), why, n->left_out,
			 n->left_out == 1 ? "was" : "were", n->kept, n->kept == 1 ? "was" : "were");
}
