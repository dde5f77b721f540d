/* log.c -- writes the log; where a run is resumed, removes the lines behind its checkpoint */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/error.h>
#include <pz/file.h>

#include "log.h"

static const char title[] = "iteration\tseen\trate\tloss\tvalid_loss\n";

/* Truncates the file before the first line of a later iteration, or before an incomplete line. */
static int cut_back(FILE *f, int64_t iteration)
{
	char *line = NULL;
	size_t size = 0;
	off_t end = 0;
	ssize_t n;

	while ((n = getline(&line, &size, f)) > 0 && line[n - 1] == '\n') {
		if (end > 0 && strtoll(line, NULL, 10) > iteration)
			break;
		end += n;
	}
	free(line);
	if (n < 0 && !feof(f)) /* a read error, or no memory */
		return -1;
	if (fseeko(f, end, SEEK_SET) != 0 || ftruncate(fileno(f), end) != 0)
		return -1;
	return end > 0 || fputs(title, f) >= 0 ? 0 : -1;
}

int trainlog_open(struct trainlog *log, const char *path, int64_t iteration)
{
	*log = (struct trainlog){ .path = path };
	if (!path)
		return 0;
	if (iteration > 0 && (log->to = fopen(path, "r+e")) != NULL) {
		if (cut_back(log->to, iteration) == 0)
			return 0;
	} else if ((log->to = fopen(path, "we")) != NULL && fputs(title, log->to) >= 0) {
		return 0;
	}
	return pz_fail(PZ_EIO, "%s: %s", path, strerror(errno));
}

/* Closes the log. rc is an earlier error or 0; an earlier error is returned, with its text. */
static int end_log(struct trainlog *log, int rc)
{
	FILE *f = log->to;

	log->to = NULL;
	if (f && fclose(f) != 0 && rc == 0)
		rc = pz_fail(PZ_EIO, "cannot write: %s", strerror(errno));
	return rc < 0 ? pz_fail_in(rc, "%s", log->path) : 0;
}

int trainlog_add(struct trainlog *log, const struct pz_train_report *r)
{
	int rc;

	if (!log->to)
		return 0;
	fprintf(log->to, "%" PRId64 "\t%" PRId64 "\t%.6g\t%.6f\t", r->iteration, r->seen, r->rate,
		r->loss);
	if (isfinite(r->valid_loss))
		fprintf(log->to, "%.6f", r->valid_loss);
	fputc('\n', log->to);
	/* So that the log can be watched during the run, and so that its line is on the disk
	 * before the checkpoint of the same iteration. */
	rc = pz_file_sync(log->to);
	return rc < 0 ? end_log(log, rc) : 0;
}

int trainlog_close(struct trainlog *log)
{
	return end_log(log, 0);
}
