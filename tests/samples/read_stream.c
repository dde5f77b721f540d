/* read_stream.c -- prints the id and the redshift of every record of a stream
 *
 *      read_stream stamps.pz           or the output of a tool: ... | read_stream
 *
 * Values are printed as JSON; null stands for a key that a record does not have. The exit status
 * is that of the tools: 0 all was read, 1 data or machine, 3 the stream is cut short or corrupt,
 * 4 the files do not fit together.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <pz/error.h>
#include <pz/stream.h>

static int print_value(const pz_map *record, const char *key, const char *behind)
{
	size_t size;
	const void *value = pz_map_raw(record, key, &size);
	int rc = 0;

	if (value)
		rc = pz_map_print_json(value, size, 0, stdout);
	else
		fputs("null", stdout);
	fputs(behind, stdout);
	return rc;
}

static int print_stream(struct pz_reader *stream)
{
	int rc;

	while ((rc = pz_read(stream)) > 0) {
		const pz_map *record = pz_reader_record(stream);

		if ((rc = print_value(record, "id", "\t")) < 0 ||
		    (rc = print_value(record, "z", "\n")) < 0)
			return rc;
	}
	/* Output may fail as late as here: a full disk, for example. */
	if (rc == 0 && (fflush(stdout) != 0 || ferror(stdout)))
		rc = pz_fail(PZ_EIO, "standard output: %s", strerror(errno));
	return rc;
}

int main(int argc, char **argv)
{
	struct pz_reader *stream = NULL;
	/* Pixels are not needed: those of a file are not even read. */
	int rc = pz_reader_open(&stream, (const char *const *)argv + 1, argc - 1, PZ_READ_SCALARS);

	if (rc == 0)
		rc = print_stream(stream);
	pz_reader_close(stream);
	if (rc < 0)
		fprintf(stderr, "read_stream: %s\n", pz_error_text());
	return pz_error_exit(rc);
}
