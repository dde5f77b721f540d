/* fuzz_restore.c -- what fromarray reads of toarray's files: the header, the forms, the rest
 *
 * A file whose bytes change fails by its checksums. So the input is what stands in pzpipe/, and a
 * sound file is written around it: 4 bytes, the number of each record's form; 4 bytes, the sizes of
 * header and forms, the lower one first; the header; the forms; the rest, of which each record's
 * own begins a byte later.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pz/array.h>
#include <pz/map.h>

#include "../../tools/array/restore.h"
#include "fuzz.h"

#define ROWS    4
#define HEAD    (ROWS + 4)
#define COLUMNS 8
#define ARRAYS  (COLUMNS + 5)

/* A value of each type, in every row; a row has 64 bytes at most. */
static const struct pz_array_column columns[COLUMNS] = {
	{ "id", PZ_ARRAY_INTEGER, 8, .dims = 0 },
	{ "z", PZ_ARRAY_FLOAT, 8, .dims = 0 },
	{ "weight", PZ_ARRAY_FLOAT, 4, .dims = 0 },
	{ "name", PZ_ARRAY_TEXT, 6, .dims = 0 },
	{ "good", PZ_ARRAY_BOOL, 1, .dims = 0 },
	{ "cover", PZ_ARRAY_FLOAT, 8, .dims = 1, .shape = { 2 } },
	{ "image", PZ_ARRAY_FLOAT, 4, .dims = 3, .shape = { 2, 2, 2 } },
	{ "pz", PZ_ARRAY_FLOAT, 4, .dims = 1, .shape = { 4 } },
};

/* The parts of an input; sizes that are too large are cut. */
struct parts {
	const uint8_t *form, *header, *forms, *rest;
	size_t header_size, forms_size, rest_size;
};

static void take_parts(struct parts *p, const uint8_t *bytes, size_t size)
{
	size_t left = size - HEAD;

	p->form = bytes;
	p->header = bytes + HEAD;
	p->header_size = bytes[ROWS] | (size_t)bytes[ROWS + 1] << 8;
	p->header_size = p->header_size < left ? p->header_size : left;
	p->forms = p->header + p->header_size;
	left -= p->header_size;
	p->forms_size = bytes[ROWS + 2] | (size_t)bytes[ROWS + 3] << 8;
	p->forms_size = p->forms_size < left ? p->forms_size : left;
	p->rest = p->forms + p->forms_size;
	p->rest_size = left - p->forms_size;
}

static void write_file(const char *path, const struct parts *p)
{
	static const char rows[ROWS * 64] = "\1\0\0\0\0\0\0\0abcd";
	const int64_t rest_at[ROWS] = { 0, 1, 2, 3 };
	struct pz_array_column all[ARRAYS];
	struct pz_array_column bytes = {
		.kind = PZ_ARRAY_INTEGER, .bytes = 1, .dims = 1, .alone = true
	};
	struct pz_arrays_file *f;
	int rc = 0, n = COLUMNS;

	memcpy(all, columns, sizeof columns);
	all[n] = bytes;
	all[n].name = STORE_HEADER;
	all[n++].shape[0] = p->header_size;
	all[n] = bytes;
	all[n].name = STORE_FORMS;
	all[n++].shape[0] = p->forms_size;
	all[n] = bytes;
	all[n].name = STORE_REST;
	all[n++].shape[0] = p->rest_size;
	all[n++] = (struct pz_array_column){ STORE_FORM, PZ_ARRAY_INTEGER, 1, .dims = 0 };
	all[n++] = (struct pz_array_column){ STORE_REST_AT, PZ_ARRAY_INTEGER, 8, .dims = 0 };
	if (pz_arrays_begin(&f, path, ROWS, all, n) < 0)
		abort();
	for (int c = 0; c < COLUMNS; c++)
		rc |= pz_arrays_add(f, c, ROWS, rows);
	rc |= pz_arrays_add(f, COLUMNS, p->header_size, p->header);
	rc |= pz_arrays_add(f, COLUMNS + 1, p->forms_size, p->forms);
	rc |= pz_arrays_add(f, COLUMNS + 2, p->rest_size, p->rest);
	rc |= pz_arrays_add(f, COLUMNS + 3, ROWS, p->form);
	rc |= pz_arrays_add(f, COLUMNS + 4, ROWS, rest_at);
	if (rc < 0 || pz_arrays_finish(f) < 0)
		abort();
}

/* All records, which must be maps. */
static int restore_all(struct pz_arrays *file, const char *path)
{
	pz_map *record = pz_map_new();
	struct restore r = { 0 };
	int rc = restore_knows(file) ? restore_open(&r, file, path) : -1, n = 0;

	while (rc >= 0 && (rc = restore_next(&r, record)) > 0)
		n++;
	restore_close(&r);
	pz_map_free(record);
	return rc < 0 ? rc : n;
}

/* How many records the input gives; < 0: an error. */
static int try_input(const uint8_t *bytes, size_t size)
{
	struct pz_arrays *file;
	struct parts p;
	char path[64];
	int n;

	if (size < HEAD)
		return -1;
	setenv("PZ_SYNC", "no", 1);
	snprintf(path, sizeof path, "/tmp/fuzz_restore.%d.npz", (int)getpid());
	take_parts(&p, bytes, size);
	write_file(path, &p);
	if (pz_arrays_open(&file, path, NULL) < 0)
		abort();
	n = restore_all(file, path);
	pz_arrays_close(file);
	unlink(path);
	return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	try_input(bytes, size);
	return 0;
}

/* -- seeds */

/* The bytes of a stream of such records, in *size; the header's alone in *header. */
static uint8_t *make_stream(size_t *size, size_t *header)
{
	struct pz_header h = { 0 };
	struct pz_writer *w;
	pz_map *record = pz_map_new();
	char *bytes = NULL;
	FILE *to = open_memstream(&bytes, size);
	size_t need;

	if (!to || !record || pz_header_init(&h, "predictions") < 0)
		abort();
	h.grid = (struct pz_grid){ .target = "z", .min = 0, .max = 1, .bins = 4 };
	h.has_grid = true;
	if (pz_writer_open(&w, to, "seed", &h) < 0)
		abort();
	for (int i = 0; i < ROWS; i++) {
		pz_map_clear(record);
		pz_map_set_integer(record, "id", i);
		pz_map_set_number(record, "z", 0.5);
		if (i % 2)
			pz_map_set_text(record, "name", "abc");
		pz_map_set_numbers(record, "cover", (double[]){ 1, 0.5 }, 2, 0);
		pz_map_set_bytes(record, "pz", (float[]){ 0, 0, 1, 0 }, 16);
		pz_map_set_raw(record, "good", "\xc3", 1);
		pz_map_set_numbers(record, "lengths", (double[]){ 1, 2, 3 }, 1 + i % 3, 0);
		pz_write(w, record);
	}
	if (pz_writer_close(w) < 0 || fclose(to) != 0)
		abort();
	*header = (size_t)pz_map_scan(bytes, *size, &need);
	pz_map_free(record);
	pz_header_release(&h);
	return (uint8_t *)bytes;
}

uint8_t *fuzz_seed(int i, size_t *size)
{
	static const char rest[] = "\x91\x01\x92\x01\x02\x91\x01\xc0";
	struct store store;
	struct pack forms = { 0 };
	struct pz_reader *in;
	size_t stream_size, header;
	uint8_t *stream, *seed;
	const char *path;

	if (i > 0)
		return NULL;
	stream = make_stream(&stream_size, &header);
	path = fuzz_file(stream, stream_size);
	if (pz_reader_open(&in, &path, 1, PZ_READ_KEEP) < 0 || store_learn(&store, in) < 0)
		abort();
	for (int k = 0; k < store.forms.n; k++)
		form_write(&store.forms, k, &store.columns, &forms);
	*size = HEAD + header + forms.size + sizeof rest;
	if (!(seed = calloc(1, *size)))
		abort();
	seed[1] = seed[3] = store.forms.n > 1;
	seed[ROWS] = (uint8_t)header;
	seed[ROWS + 1] = (uint8_t)(header >> 8);
	seed[ROWS + 2] = (uint8_t)forms.size;
	seed[ROWS + 3] = (uint8_t)(forms.size >> 8);
	memcpy(seed + HEAD, stream, header);
	memcpy(seed + HEAD + header, forms.bytes, forms.size);
	memcpy(seed + HEAD + header + forms.size, rest, sizeof rest);
	pz_reader_close(in);
	store_release(&store);
	pack_release(&forms);
	free(stream);
	/* what gives no records would be no seed */
	if (try_input(seed, *size) != ROWS)
		abort();
	return seed;
}
