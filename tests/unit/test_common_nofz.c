/* test_common_nofz.c -- the distributions over redshift and magnitude that tools weigh by: counted
 * from galaxies, or read as shares
 */
#include <math.h>

#include "../../tools/common/nofz.h"
#include "../../tools/common/used.h"
#include "json_map.h"

#define HEAD(kind, bins, left)                                                                     \
	"{\"pzpipe\": 1, \"kind\": \"" kind "\", \"grid\": {\"target\": \"z\", \"min\": 0, "       \
	"\"max\": 1, \"bins\": " bins ", \"left\": " left                                          \
	", \"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 3}}"

static struct pz_counts counts;
static struct tool tool = { .name = "nz", .called = "nz", .quiet = true };

static int read_counts(const char *name)
{
	struct pz_header h = header_of(HEAD("predictions", "4", "1"));
	int rc;

	counts = (struct pz_counts){ 0 };
	rc = nofz_read(&tool, name, &h, &counts);
	pz_header_release(&h);
	return rc;
}

/* Rows from 15 on, of width 1; bins of 0.25 behind one that was added. */
static void galaxies_are_counted(void **state)
{
	(void)state;
	stream("g.pz", HEAD("catalogue", "4", "0"), "{\"id\": 1, \"z\": 0.1, \"mag\": 15.5}",
	       "{\"id\": 2, \"z\": 0.3, \"mag\": 16.5}", "{\"id\": 3, \"z\": 0.3, \"mag\": 16.9}",
	       "{\"id\": 4, \"z\": 5, \"mag\": 16.9}", "{\"id\": 5, \"mag\": 16.9}",
	       "{\"id\": 6, \"z\": 0.9}", NULL);
	assert_int_equal(read_counts("g.pz"), 0);
	assert_true(pz_counts_of(&counts, 0) == 1);
	assert_true(pz_counts_of(&counts, 1) == 2);
	assert_true(pz_counts_of(&counts, -1) == 4);
	assert_true(counts.count[0 * 5 + 1] == 1 && counts.count[1 * 5 + 2] == 2);
	assert_true(counts.count[(size_t)pz_rows_count(&counts.rows) * 5 - 1] == 1);
	assert_int_equal(tool.used_count, 1);
	assert_string_equal(tool.used[0].name, "g.pz");
	used_release(&tool);
	tool.used = NULL;
	tool.used_path = NULL;
	tool.used_count = 0;
	pz_counts_release(&counts);
	stream("g.pz", HEAD("catalogue", "4", "0"), "{\"id\": 5, \"mag\": 16.9}", NULL);
	FAILS(read_counts("g.pz"), PZ_EDATA,
	      "g.pz: expected galaxies with 'z' within the bins, found none");
	pz_counts_release(&counts);
}

static void shares_are_read(void **state)
{
	static const struct {
		const char *record, *says;
	} cases[] = {
		{ "{\"id\": 1, \"row\": -1, \"n\": 4, \"pz\": [0, 0, 1, 0, 0]}",
		  "n.pz: record 1 (id 1): row: expected a number from 0 to 4" },
		{ "{\"id\": 1, \"row\": 5, \"n\": 4, \"pz\": [0, 0, 1, 0, 0]}",
		  "n.pz: record 1 (id 1): row: expected a number from 0 to 4" },
		{ "{\"id\": 1, \"row\": 0, \"n\": -1, \"pz\": [0, 0, 1, 0, 0]}",
		  "n.pz: record 1 (id 1): n: expected a number of galaxies, found -1" },
		{ "{\"id\": 1, \"row\": 0, \"pz\": [0, 0, 1, 0, 0]}",
		  "n.pz: record 1 (id 1): n: expected a number of galaxies, found nan" },
		{ "{\"id\": 1, \"row\": 0, \"n\": 4, \"pz\": [0, 1]}",
		  "n.pz: record 1 (id 1): pz: expected 20 bytes (5 bins), found 8" },
	};

	(void)state;
	stream("n.pz", HEAD("nz", "4", "1"),
	       "{\"id\": 0, \"row\": 0, \"n\": 8, \"pz\": [0.125, 0.25, 0.5, 0.125, 0]}",
	       "{\"id\": 2, \"row\": 2, \"n\": 4, \"pz\": [0, 0, 0, 0.25, 0.75]}",
	       "{\"id\": 3, \"row\": 3, \"n\": 0}",
	       "{\"id\": \"all\", \"n\": 12, \"pz\": [1, 0, 0, 0, 0]}", NULL);
	assert_int_equal(read_counts("n.pz"), 0);
	assert_true(counts.count[0] == 1 && counts.count[1] == 2 && counts.count[2] == 4);
	assert_true(counts.count[2 * 5 + 3] == 1 && counts.count[2 * 5 + 4] == 3);
	assert_true(pz_counts_of(&counts, -1) == 12 && pz_counts_of(&counts, 1) == 0);
	pz_counts_release(&counts);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		stream("n.pz", HEAD("nz", "4", "1"), cases[i].record, NULL);
		FAILS(read_counts("n.pz"), PZ_EDATA, cases[i].says);
		pz_counts_release(&counts);
	}
	stream("n.pz", HEAD("nz", "4", "0"), NULL);
	FAILS(read_counts("n.pz"), PZ_EMISMATCH,
	      "n.pz: grid: expected 1 and 0 added bins as in the input, found 0 and 0");
	stream("n.pz", HEAD("catalogue", "5", "0"), NULL);
	FAILS(read_counts("n.pz"), PZ_EMISMATCH,
	      "n.pz: grid.bins: expected 4 as in the other stream, found 5");
	stream("n.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\"}", NULL);
	FAILS(read_counts("n.pz"), PZ_EMISMATCH,
	      "n.pz: header: expected a redshift grid, found none: give --survey to the tool that "
	      "made the stream");
	assert_int_equal(read_counts("none.pz"), PZ_EIO);
	used_release(&tool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(galaxies_are_counted),
		cmocka_unit_test(shares_are_read),
	};

	return cmocka_run_group_tests_name("distributions", tests, in_folder, out_of_folder);
}
