/* more_stream -- a small stream becomes a large one: its records over and over as others
 *
 *      more_stream FILE N >stream
 *
 * N galaxies, each with an id of its own (0, 1, 2 ...) and with redshift and magnitude
 * moved a little from those of the record that it repeats; pixels and all else are as
 * they are there.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <pz/error.h>
#include <pz/random.h>
#include <pz/stream.h>

/* The record's number under key, moved by up to reach of itself. */
static void move(pz_map *record, const char *key, double reach, struct pz_random *random)
{
	double by = reach * (2 * pz_random_uniform(random) - 1);

	pz_map_set_number(record, key, (1 + by) * pz_map_number(record, key, NAN));
}

/* Writes the records of a reader under the ids from *id on, up to n; 0 at its end. */
static int repeat(struct pz_reader *in, struct pz_writer *out, int64_t *id, int64_t n)
{
	int rc = 0;

	while (rc >= 0 && *id < n && (rc = pz_read(in)) > 0) {
		pz_map *record = pz_reader_record(in);
		struct pz_random random;

		pz_random_init(&random, 1, (uint64_t)*id);
		pz_map_set_integer(record, "id", (*id)++);
		move(record, "z", 0.02, &random);
		move(record, "mag", 0.002, &random);
		rc = pz_write(out, record);
	}
	return rc < 0 ? rc : 0;
}

int main(int argc, char **argv)
{
	const char *path = argc > 1 ? argv[1] : "-";
	int64_t n = argc > 2 ? atoll(argv[2]) : 0, id = 0;
	struct pz_reader *in = NULL;
	struct pz_writer *out = NULL;
	int rc = pz_reader_open(&in, &path, 1, PZ_READ_KEEP);

	if (rc == 0)
		rc = pz_writer_open(&out, stdout, "stdout", pz_reader_header(in));
	while (rc == 0 && id < n) {
		int64_t before = id;

		if ((rc = repeat(in, out, &id, n)) == 0 && id == before)
			rc = pz_fail(PZ_EDATA, "%s: no records to repeat", path);
		if (rc == 0)
			rc = pz_reader_rewind(in, 0);
	}
	rc = rc < 0 ? (pz_writer_abandon(out), rc) : pz_writer_close(out);
	pz_reader_close(in);
	if (rc < 0)
		fprintf(stderr, "more_stream: %s\n", pz_error_text());
	return rc < 0;
}
