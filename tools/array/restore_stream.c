/* restore_stream.c -- files of toarray's as the stream that they hold */
#include <pz/error.h>

#include "../../lib/stream/header.h"
#include "restore.h"
#include "restore_stream.h"

int restore_knows_file(const char *path)
{
	struct pz_arrays *file;
	int rc = pz_arrays_open(&file, path, NULL);

	if (rc < 0)
		return rc;
	rc = restore_knows(file);
	pz_arrays_close(file);
	return rc;
}

static int copy_records(struct tool *t, struct restore *r, struct pz_progress *progress)
{
	pz_map *record = pz_map_new();
	int rc = record ? 0 : pz_fail(PZ_ENOMEM, "no memory for a record");

	while (rc == 0 && (rc = restore_next(r, record)) > 0)
		if ((rc = pz_write(t->out, record)) == 0)
			pz_progress_add(progress, 1);
	pz_map_free(record);
	return rc;
}

/* The first file's header is that of all. */
static int begin_output(struct tool *t, const struct restore *r, struct pz_header *first)
{
	int rc;

	if (t->out) {
		rc = pz_header_agree(first, &r->header);
		return rc < 0 ? pz_fail_in(rc, "%s", r->path) : 0;
	}
	rc = pz_header_copy(first, &r->header);
	return rc < 0 ? rc : tool_restore_output(t, first);
}

static int restore_file(struct tool *t, const char *path, struct pz_header *first,
			struct pz_progress *progress)
{
	struct restore r = { 0 };
	struct pz_arrays *file;
	int rc = pz_arrays_open(&file, path, NULL);

	if (rc == 0 && !restore_knows(file))
		rc = pz_fail(PZ_EMISMATCH,
			     "%s: expected a file of toarray's, as the first is, found other "
			     "arrays",
			     path);
	if (rc == 0 && (rc = restore_open(&r, file, path)) == 0 &&
	    (rc = begin_output(t, &r, first)) == 0)
		rc = copy_records(t, &r, progress);
	restore_close(&r);
	pz_arrays_close(file);
	return rc;
}

int restore_files(struct tool *t)
{
	struct pz_header first = { 0 };
	struct pz_progress progress;
	int rc = 0;

	tool_progress(t, &progress, "fromarray", "records", 0);
	for (int i = 0; i < t->operand_count && rc == 0; i++)
		rc = restore_file(t, t->operands[i], &first, &progress);
	pz_progress_end(&progress);
	pz_header_release(&first);
	return rc;
}
