/* fuzz_stream.c -- streams: header, records, trailer; rewinding and places */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/stream.h>

#include "fuzz.h"

/* What stands in the stream is what a place of it gives, if it was read. */
static void fetch_stamp(struct pz_reader *r)
{
	static char bytes[1 << 16];
	struct pz_place place;
	const void *read;
	size_t size;

	if (pz_reader_place(r, "img", &place) <= 0 || place.size > sizeof bytes)
		return;
	if (pz_reader_fetch(r, &place, bytes) == 0 &&
	    pz_map_bytes(pz_reader_record(r), "img", &read, &size) > 0 &&
	    (size != place.size || memcmp(read, bytes, size) != 0))
		abort();
}

/* Two passes as the tools make them, the second without large values. */
static void read_twice(struct pz_reader *r)
{
	while (pz_read(r) > 0) {
		pz_map *m = pz_reader_record(r);

		pz_map_number(m, "zphot.mode", NAN);
		fetch_stamp(r);
		pz_map_set_number(m, "z", 1);
		pz_map_drop(m, "mag");
	}
	if (pz_reader_rewind(r, PZ_READ_KEEP | PZ_READ_SCALARS) == 0)
		while (pz_read(r) > 0) {
			pz_map_number(pz_reader_record(r), "z", NAN);
			fetch_stamp(r);
		}
}

/* What can be read can be written. */
static void write_header(const struct pz_header *h)
{
	FILE *to = fopen("/dev/null", "wb");
	struct pz_header copy;
	struct pz_writer *w;

	if (to && pz_header_copy(&copy, h) == 0) {
		pz_header_add_history(&copy, "fuzz", "1", "--of --it", NULL, NULL, 0);
		if (pz_writer_open(&w, to, "null", &copy) == 0)
			pz_writer_close(w);
		pz_header_release(&copy);
	}
	if (to)
		fclose(to);
}

static void read_file(const char *path)
{
	struct pz_reader *r;

	if (pz_reader_open(&r, &path, 1, PZ_READ_KEEP) < 0)
		return;
	write_header(pz_reader_header(r));
	read_twice(r);
	pz_reader_close(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	read_file(fuzz_file(bytes, size));
	read_file(fuzz_mended_file(bytes, size));
	return 0;
}

static void write_galaxies(struct pz_writer *w, int n)
{
	const double label[] = { 0, 31.5, 2.25, 1, 31.5, 2 };
	static float img[2 * 24 * 24]; /* large: it has a checksum */
	pz_map *m = pz_map_new();

	for (int i = 0; i < n; i++) {
		pz_map_clear(m);
		pz_map_set_integer(m, "id", 1000000007LL * i);
		pz_map_set_number(m, "z", 0.1 * i);
		pz_map_set_number(m, "mag", 15.5);
		pz_map_set_numbers(m, "label", label, 6, 3);
		pz_map_set_named(m, "zphot", (const char *const[]){ "mode", "mean" }, label, 2);
		pz_map_set_bytes(m, "img", img, sizeof img);
		pz_write(w, m);
	}
	pz_map_free(m);
}

/* Seeds: a stream without records, one of three, two segments in a row. */
uint8_t *fuzz_seed(int i, size_t *size)
{
	struct pz_survey survey;
	struct pz_header h;
	struct pz_writer *w;
	char *bytes = NULL;
	FILE *to;

	if (i > 2 || !(to = open_memstream(&bytes, size)) || pz_header_init(&h, "stamps") < 0)
		return NULL;
	pz_survey_find(&survey, "sdss");
	pz_header_set_survey(&h, &survey);
	h.bands = 2;
	strcpy(h.band[0], "g");
	strcpy(h.band[1], "r");
	h.size = 24;
	pz_header_add_history(&h, "mock", "1", "--stamps", &(uint64_t){ 1 }, NULL, 0);
	for (int segment = 0; segment < (i == 2 ? 2 : 1); segment++) {
		if (pz_writer_open(&w, to, "seed", &h) < 0)
			abort();
		write_galaxies(w, i == 1 ? 3 : i == 2 ? 1 : 0);
		pz_writer_close(w);
	}
	pz_header_release(&h);
	fclose(to);
	return (uint8_t *)bytes;
}
