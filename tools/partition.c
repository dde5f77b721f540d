/* partition -- keep one part of a sample, chosen by the hash of the id
 *
 *   in    any stream whose records have an id
 *   out   the records of the part, unchanged
 */
#include <pz/partition.h>

#include "shared/scalars.h"
#include "shared/tool.h"

struct options {
	const char *keep, *parts;
};

static int check_options(const struct options *o, struct pz_parts *parts, int *keep)
{
	int rc = pz_parts_parse(parts, o->parts);

	if (rc < 0)
		return rc;
	if (!o->keep)
		return pz_fail(PZ_EUSAGE, "--keep: expected the name of the part to keep");
	*keep = pz_parts_find(parts, o->keep);
	return *keep < 0 ? *keep : 0;
}

static int partition(struct tool *t, const struct pz_parts *parts, int keep)
{
	struct pz_progress progress;
	int rc;

	tool_progress(t, &progress, "partition", "records", 0);
	while ((rc = pz_read(t->in)) > 0) {
		pz_map *record = pz_reader_record(t->in);
		uint64_t hash;

		if ((rc = record_hash(record, t->seed, &hash)) < 0) {
			rc = record_fail(t->in, record, rc);
			break;
		}
		if (pz_parts_of(parts, hash) == keep && (rc = pz_write(t->out, record)) < 0)
			break;
		pz_progress_add(&progress, 1);
	}
	pz_progress_end(&progress);
	if (rc == 0 && t->verbose)
		tool_say(t, "kept %llu of %llu records",
			 (unsigned long long)pz_writer_count(t->out),
			 (unsigned long long)pz_reader_count(t->in));
	return rc;
}

int main(int argc, char **argv)
{
	struct options o = { .parts = "train=0.8,valid=0.04,test=0.16" };
	const struct pz_option table[] = {
		{ PZ_OPTION_TEXT, 'k', "keep", "NAME", &o.keep, "the part to keep" },
		{ PZ_OPTION_TEXT, 'p', "parts", "NAME=SHARE,...", &o.parts,
		  "all parts and their shares" },
		{ .type = PZ_OPTION_END },
	};
	struct tool t = {
		.name = "partition",
		.does = "keep one part of a sample, chosen by the hash of the id",
		.usage = "partition --keep NAME [options] [stream ...] >stream",
		.options = table,
		.chance = true,
		.writes = true,
	};
	struct pz_header h = { 0 };
	struct pz_parts parts;
	int rc, keep = 0;

	tool_begin(&t, argc, argv);
	if ((rc = check_options(&o, &parts, &keep)) == 0 && (rc = tool_open_input(&t, 0)) == 0 &&
	    (rc = pz_header_copy(&h, pz_reader_header(t.in))) == 0 &&
	    (rc = tool_open_output(&t, &h)) == 0)
		rc = partition(&t, &parts, keep);
	pz_header_release(&h);
	return tool_end(&t, rc);
}
