/* fuzz_catalogue.c -- catalogues of text (quoting, numbers, coordinates) and of arrays, with
 * vectors */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <pz/array.h>
#include <pz/catalogue.h>

#include "fuzz.h"

/* All numbers of the row's vector: those of memory that is not there would be found. */
static void read_vector(const struct pz_catalogue *c, const struct pz_catalogue_row *row)
{
	for (size_t i = 0; i < pz_catalogue_vector_values(c); i++)
		(void)*(const volatile double *)&row->vector[i];
}

static void read_all(const char *path, const struct pz_catalogue_options *o, const char *vector)
{
	struct pz_catalogue_row row;
	struct pz_catalogue *c;
	uint64_t first;
	int items;

	if (pz_catalogue_open(&c, path, o) < 0)
		return;
	if (vector && pz_catalogue_set_vector(c, vector, &items) < 0) {
		pz_catalogue_close(c);
		return;
	}
	while (pz_catalogue_next(c, &row) > 0) {
		if (!o->anywhere && !(row.ra >= 0 && row.ra < 360 && fabs(row.dec) <= 90))
			abort();
		if (vector)
			read_vector(c, &row);
		for (int i = 0; i < pz_catalogue_features(c); i++)
			if (isinf(row.features[i]))
				abort();
	}
	pz_catalogue_bad(c, &first);
	pz_catalogue_close(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *path = fuzz_file(bytes, size);

	/* The rest is fuzz_fits's. */
	if (size > 0 && (bytes[0] == 'S' || bytes[0] == 0x1f || bytes[0] == 'B' || bytes[0] == 'P'))
		return 0;
	read_all(path, &(struct pz_catalogue_options){ 0 }, NULL);
	read_all(path,
		 &(struct pz_catalogue_options){
			 .columns = "id=name,z=zs", .carry = "u,g", .anywhere = true },
		 "u..g");
	read_all(path,
		 &(struct pz_catalogue_options){
			 .carry = "name,zs", .features = "u,k=g", .anywhere = true, .texts = true },
		 NULL);
	read_all(path, &(struct pz_catalogue_options){ .anywhere = true, .numbered = true },
		 "data/pdfs,data/pdfs[1:3],data/pdfs[0]");
	return 0;
}

/* A small file of qp's. */
static uint8_t *qp_file(size_t *size)
{
	static const struct pz_array_column columns[] = {
		{ "meta/pdf_name", PZ_ARRAY_TEXT, 4, .dims = 1, .shape = { 1 }, .alone = true },
		{ "data/pdfs", PZ_ARRAY_FLOAT, 4, .dims = 1, .shape = { 4 } },
		{ "ancil/id", PZ_ARRAY_INTEGER, 8, .dims = 0 },
		{ "ancil/zmode", PZ_ARRAY_FLOAT, 8, .dims = 1, .shape = { 1 } },
	};
	static const char rows[3 * 16] = "hist";
	uint8_t *bytes = malloc(1 << 16);
	struct pz_arrays_file *f;
	char path[64];
	FILE *file;

	snprintf(path, sizeof path, "/tmp/fuzz_catalogue.%d.h5", (int)getpid());
	if (!bytes || pz_arrays_begin(&f, path, 3, columns, 4) < 0)
		abort();
	for (int c = 0; c < 4; c++)
		if (pz_arrays_add(f, c, c ? 3 : 1, rows) < 0)
			abort();
	if (pz_arrays_finish(f) < 0 || !(file = fopen(path, "rb")))
		abort();
	*size = fread(bytes, 1, 1 << 16, file);
	fclose(file);
	unlink(path);
	return bytes;
}

uint8_t *fuzz_seed(int i, size_t *size)
{
	static const char *const texts[] = {
		"id,ra,dec,z,mag,ebv\n7,10.5,-1.25,0.1,16.5,0.03\n8,11,nan,,null,1e-3\n",
		"# made by hand\n\"name\",\"RA\",\"Dec\",zs,u,g\r\n"
		"\"a \"\"b\"\"\",12:34:56.7,-00:00:01.5,0.2,18,17\r\n"
		"c,12h34m56.7s,+1 2 3,0.3,18.5,17.5\r\n",
	};

	return i < 2 ? fuzz_text(texts[i], size) : i == 2 ? qp_file(size) : NULL;
}
