/* test_tools_flag.c -- each bit of flag for itself: the last value that has it and the first that
 * has not, what the header says of it, and how many galaxies it is said of
 */
#include "in_process.h"

#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 4, \"left\": 1, "       \
	"\"right\": 2}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 0.5, \"channels\": 2}"
#define GRID                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 4, \"left\": 1, "       \
	"\"right\": 2}"
#define CALIBRATED                                                                                 \
	"{\"pzpipe\": 1, \"kind\": \"predictions\", \"recalibrated\": {\"times\": 1}, " AXES "}"
#define PLAIN "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES "}"
#define PDF   "\"pz\": [0, 0, 1, 0, 0, 0, 0]"

/* The flags of a galaxy with these keys. */
static int flags_of(const char *head, const char *keys, const char *options)
{
	char record[400], line[120];

	snprintf(record, sizeof record, "{\"id\": 1%s%s}", *keys ? ", " : "", keys);
	stream("a.pz", head, record, NULL);
	snprintf(line, sizeof line, "flag %s a.pz -o out.pz", options);
	run_well(flag_main, line);
	return (int)number("out.pz", 0, "flags");
}

/* Nothing else than what the keys say: a p(z), and a magnitude. */
#define FLAGS(keys) flags_of(CALIBRATED, PDF ", \"mag\": 15.75, " keys, "")

static void pdfs(void **state)
{
	(void)state;
	assert_int_equal(flags_of(CALIBRATED, PDF ", \"mag\": 15", ""), 0);
	assert_int_equal(flags_of(PLAIN, PDF ", \"mag\": 15", ""), 2);
	assert_int_equal(flags_of(PLAIN, "\"mag\": 15", ""), 1);
	assert_int_equal(flags_of(CALIBRATED, "\"pz\": [0, 0, 0, 0, 0, 0, 0], \"mag\": 15", ""), 1);
}

/* Three rows of half a magnitude from 15 on. */
static void magnitudes(void **state)
{
	(void)state;
	assert_int_equal(flags_of(CALIBRATED, PDF, ""), 4);
	assert_int_equal(flags_of(CALIBRATED, PDF ", \"mag\": -99", ""), 4);
	assert_int_equal(flags_of(CALIBRATED, PDF ", \"mag\": 15", ""), 0);
	assert_int_equal(flags_of(CALIBRATED, PDF ", \"mag\": 14.999", ""), 16);
	assert_int_equal(flags_of(CALIBRATED, PDF ", \"mag\": 16.499", ""), 0);
	assert_int_equal(flags_of(CALIBRATED, PDF ", \"mag\": 16.5", ""), 8);
	/* without rows there is no such thing */
	assert_int_equal(flags_of("{\"pzpipe\": 1, \"kind\": \"predictions\", \"recalibrated\": "
				  "{\"times\": 1}, " GRID "}",
				  PDF, ""),
			 0);
}

static void domains(void **state)
{
	(void)state;
	assert_int_equal(FLAGS("\"domain\": {\"share\": 0.01}"), 32);
	assert_int_equal(FLAGS("\"domain\": {\"share\": 0.0101}"), 0);
	assert_int_equal(FLAGS("\"domain\": {\"distance\": 0}"), 0);
	assert_int_equal(flags_of(CALIBRATED, PDF ", \"mag\": 16, \"domain\": {\"share\": 0.25}",
				  "--domain 0.25"),
			 32);
	assert_int_equal(flags_of(CALIBRATED, PDF ", \"mag\": 16, \"domain\": {\"share\": 0.26}",
				  "--domain 0.25"),
			 0);
}

/* Of any kind of estimate; a number that stands for none is none. */
static void estimates_outside(void **state)
{
	static const char *const name[] = { "mode", "mean", "median" };
	static const struct {
		double value;
		int flags;
	} of[] = { { 0, 0 }, { -0.001, 64 }, { 0.399, 0 }, { 0.4, 64 }, { -99, 0 } };
	char keys[160];

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t k = 0; k < sizeof of / sizeof *of; k++) {
			snprintf(keys, sizeof keys, PDF ", \"mag\": 15, \"zphot\": {\"%s\": %g}",
				 name[i], of[k].value);
			assert_int_equal(flags_of(CALIBRATED, keys, ""), of[k].flags);
		}
}

/* As long as none of the estimates was corrected. */
static void estimates_that_were_not_corrected(void **state)
{
	(void)state;
	assert_int_equal(FLAGS("\"zphot\": {\"mode\": 0.1}, \"zphot_corrected\": {\"mode\": 0.1}"),
			 128);
	assert_int_equal(FLAGS("\"zphot\": {\"mode\": 0.1}, \"zphot_corrected\": {\"mode\": 0.2}"),
			 0);
	assert_int_equal(FLAGS("\"zphot\": {\"mode\": 0.1}"), 0);
	assert_int_equal(FLAGS("\"zphot\": {\"mode\": 0.1}, \"zphot_corrected\": {\"mean\": 0.2}"),
			 0);
	assert_int_equal(FLAGS("\"zphot\": {\"mode\": 0.1, \"mean\": 0.2, \"median\": 0.3}, "
			       "\"zphot_corrected\": {\"mode\": 0.1, \"mean\": 0.2, \"median\": "
			       "0.3}"),
			 128);
	assert_int_equal(FLAGS("\"zphot\": {\"mode\": 0.1, \"mean\": 0.2, \"median\": 0.3}, "
			       "\"zphot_corrected\": {\"mode\": 0.1, \"mean\": 0.2, \"median\": "
			       "0.31}"),
			 0);
	assert_int_equal(flags_of(CALIBRATED,
				  PDF ", \"mag\": 15, \"zphot\": {\"median\": 0.1}, \"s4\": "
				      "{\"median\": 0.1}",
				  "--corrected s4"),
			 128);
}

/* The bins end at -0.1 and 0.6, those beside the range too. */
static void intervals_beyond_the_bins(void **state)
{
	(void)state;
	assert_int_equal(FLAGS("\"interval\": {\"low68\": -0.0999, \"high68\": 0.5999}"), 0);
	assert_int_equal(FLAGS("\"interval\": {\"low68\": -0.101, \"high68\": 0.5}"), 256);
	assert_int_equal(FLAGS("\"interval\": {\"low68\": 0, \"high68\": 0.601}"), 256);
	assert_int_equal(FLAGS("\"interval\": {\"low68\": 0, \"high68\": 0.1, \"low95\": -0.2, "
			       "\"high95\": 0.2}"),
			 256);
	assert_int_equal(FLAGS("\"interval\": {}"), 0);
	assert_int_equal(FLAGS("\"interval\": 7"), 0);
}

static void bits_have_names_in_the_header(void **state)
{
	(void)state;
	assert_int_equal(FLAGS("\"x\": 1"), 0);
	assert_non_null(strstr(header("out.pz"),
			       "\"flags\":{\"no_pz\":1,\"not_calibrated\":2,\"no_magnitude\":4,"
			       "\"faint\":8,\"bright\":16,\"domain\":32,\"outside\":64,"
			       "\"uncorrected\":128,\"truncated\":256}"));
	assert_string_equal(contents("stderr"), "flag: 0 of 1 galaxy have a flag\n");
	assert_non_null(strstr(records("out.pz"), "\"x\":1,\"flags\":0}"));
}

static void galaxies_are_counted(void **state)
{
	(void)state;
	stream("a.pz", PLAIN, "{\"id\": 1, \"mag\": 14}", "{\"id\": 2, " PDF "}",
	       "{\"id\": 3, \"mag\": 17, \"domain\": {\"share\": 0}, \"zphot\": {\"mode\": 1}, "
	       "\"zphot_corrected\": {\"mode\": 1}, \"interval\": {\"low68\": 2}}",
	       NULL);
	run_well(flag_main, "flag a.pz -o out.pz");
	assert_string_equal(contents("stderr"),
			    "flag: 3 of 3 galaxies have a flag\n"
			    "flag: 1 (no_pz): 2 galaxies with no p(z)\n"
			    "flag: 2 (not_calibrated): 1 galaxy with p(z) that are not "
			    "recalibrated\n"
			    "flag: 4 (no_magnitude): 1 galaxy with no magnitude\n"
			    "flag: 8 (faint): 1 galaxy with a magnitude fainter than the rows\n"
			    "flag: 16 (bright): 1 galaxy with a magnitude brighter than the rows\n"
			    "flag: 32 (domain): 1 galaxy with a place outside of the training "
			    "domain\n"
			    "flag: 64 (outside): 1 galaxy with an estimate outside of the range\n"
			    "flag: 128 (uncorrected): 1 galaxy with estimates that step 4 did not "
			    "correct\n"
			    "flag: 256 (truncated): 1 galaxy with an interval that reaches beyond "
			    "the bins\n");
	stream("a.pz", CALIBRATED, "{\"id\": 1, \"mag\": 14}", "{\"id\": 2, \"mag\": 15, " PDF "}",
	       NULL);
	run_well(flag_main, "flag a.pz -o out.pz");
	assert_int_equal(strncmp(contents("stderr"), "flag: 1 of 2 galaxies has a flag\n", 33), 0);
}

static void what_cannot_be_flagged(void **state)
{
	char line[400] = "flag --corrected ";

	(void)state;
	stream("c.pz", "{\"pzpipe\": 1, \"kind\": \"catalogue\", " AXES "}", NULL);
	run_badly(flag_main, "flag c.pz", 4,
		  "flag: c.pz: expected a stream of predictions, found catalogue");
	stream("g.pz", "{\"pzpipe\": 1, \"kind\": \"predictions\"}", NULL);
	run_badly(flag_main, "flag g.pz", 4, "flag: g.pz: grid: expected the bins of p(z), found");
	stream("b.pz", PLAIN, "{\"id\": 1}", "{\"id\": 2, \"pz\": [1, 2]}", NULL);
	run_badly(flag_main, "flag b.pz -o no.pz", 1,
		  "flag: b.pz: record 2 (id 2): pz: expected 28 bytes (7 bins), found 8");
	/* a key of 255 bytes at most */
	memset(line + strlen(line), 'k', 255);
	strcpy(line + 17 + 255, " b.pz -o no.pz");
	run_badly(flag_main, line, 1, "record 2 (id 2)");
	memset(line + 17, 'k', 256);
	strcpy(line + 17 + 256, " b.pz -o no.pz");
	run_badly(flag_main, line, 2, "--corrected: expected a key of at most 255 bytes");
	assert_int_not_equal(access("no.pz", F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pdfs),
		cmocka_unit_test(magnitudes),
		cmocka_unit_test(domains),
		cmocka_unit_test(estimates_outside),
		cmocka_unit_test(estimates_that_were_not_corrected),
		cmocka_unit_test(intervals_beyond_the_bins),
		cmocka_unit_test(bits_have_names_in_the_header),
		cmocka_unit_test(galaxies_are_counted),
		cmocka_unit_test(what_cannot_be_flagged),
	};

	return cmocka_run_group_tests_name("flag", tests, in_folder, out_of_folder);
}
