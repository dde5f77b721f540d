/* fuzz_delimited.c -- tables that are text: their first lines, quotes, comments, line ends */
#include <stdlib.h>
#include <string.h>

#include <pz/delimited.h>

#include "fuzz.h"

/* Reads all rows; what is handed out must be whole. */
static void read_all(const char *path, bool rows, bool list)
{
	struct pz_delimited *t;
	uint64_t row = 0, line = 0;

	if (pz_delimited_open(&t, path, &(struct pz_delimited_options){ .rows = rows }) < 0)
		return;
	if (list && pz_delimited_list(t) < 0)
		abort();
	while (pz_delimited_next(t) > 0) {
		if (t->row != ++row || t->line <= line)
			abort();
		line = t->line;
		for (int c = 0; c < t->columns; c++)
			if (strlen(t->cell[c]) > 65536 || !t->column[c] || !t->unit[c])
				abort();
	}
	pz_delimited_close(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	read_all(fuzz_file(bytes, size), false, false);
	read_all(fuzz_file(bytes, size), true, false);
	read_all(fuzz_file(bytes, size), true, true);
	return 0;
}

uint8_t *fuzz_seed(int i, size_t *size)
{
	static const char *const texts[] = {
		"\xef\xbb\xbf\"id\",\"z\"\r\n\"a \"\"b\"\"\",.1\r\n# aside\r\n\r\nc,2\r\n",
		"#F:MAG_R;D:Z\n22.5,0.66\n21.1,0.25\n",
		"#  1 id\n#  2 zb [deg]\n#  4 m\n#\n 7 .5 1 2 3\n 8 .5 1 2 3\n",
		("# %ECSV 1.0\n# ---\n# datatype:\n# - {name: id, datatype: string}\n"
		 "# - {name: ra, unit: deg, datatype: float64}\n# delimiter: "
		 "','\nid,ra\n\"a\",2\n"),
		"_RA\t_DE\tn\ndeg\tdeg\t\n---\t---\t-\n1\t2\tx\n",
		"id;z\r1;0,61\r",
		"1 2.5\n2 3.5\n",
		"# file band\nf-r.fits r\nf-g.fits g\n",
	};

	return (size_t)i < sizeof texts / sizeof *texts ? fuzz_text(texts[i], size) : NULL;
}
