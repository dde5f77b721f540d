/* fuzz_catalogue.c -- CSV catalogues: quoting, numbers, coordinates */
#include <math.h>
#include <stdlib.h>

#include <pz/catalogue.h>

#include "fuzz.h"

static void read_all(const char *path, const struct pz_catalogue_options *o)
{
	struct pz_catalogue_row row;
	struct pz_catalogue *c;
	uint64_t first;

	if (pz_catalogue_open(&c, path, o) < 0)
		return;
	while (pz_catalogue_next(c, &row) > 0)
		if (!o->anywhere && !(row.ra >= 0 && row.ra < 360 && fabs(row.dec) <= 90))
			abort();
	pz_catalogue_bad(c, &first);
	pz_catalogue_close(c);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	const char *path = fuzz_file(bytes, size);

	/* The rest is fuzz_fits's. */
	if (size > 0 && (bytes[0] == 'S' || bytes[0] == 0x1f || bytes[0] == 'B' || bytes[0] == 'P'))
		return 0;
	read_all(path, &(struct pz_catalogue_options){ 0 });
	read_all(path, &(struct pz_catalogue_options){
			       .columns = "id=name,z=zs", .carry = "u,g", .anywhere = true });
	read_all(path, &(struct pz_catalogue_options){
			       .carry = "name,zs", .anywhere = true, .texts = true });
	return 0;
}

uint8_t *fuzz_seed(int i, size_t *size)
{
	static const char *const texts[] = {
		"id,ra,dec,z,mag,ebv\n7,10.5,-1.25,0.1,16.5,0.03\n8,11,nan,,null,1e-3\n",
		"# made by hand\n\"name\",\"RA\",\"Dec\",zs,u,g\r\n"
		"\"a \"\"b\"\"\",12:34:56.7,-00:00:01.5,0.2,18,17\r\n"
		"c,12h34m56.7s,+1 2 3,0.3,18.5,17.5\r\n",
	};

	return i < 2 ? fuzz_text(texts[i], size) : NULL;
}
