/* test_progress.c -- what each tool says of its progress on a terminal
 *
 * The clock goes a second each time it is asked, and every file is a terminal: so each step writes
 * a line over the one before. The last of them has counted all.
 */
#include <sys/resource.h>
#include <time.h>

#include "in_process.h"

int clock_gettime(clockid_t clock, struct timespec *t)
{
	static _Atomic long now;

	(void)clock;
	*t = (struct timespec){ .tv_sec = ++now };
	return 0;
}

int getrusage(__rusage_who_t who, struct rusage *use)
{
	(void)who;
	*use = (struct rusage){ .ru_utime = { 3, 250000 }, .ru_stime = { 1, 600000 } };
	return 0;
}

int isatty(int fd)
{
	(void)fd;
	return 1;
}

#define AXES                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 4, \"left\": 0, "       \
	"\"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 1}, "  \
	"\"limits\": {\"divide\": 2, \"outlier\": 0.05, \"fit_from\": 0.1, \"threshold\": 2}"
#define GALAXIES 30

static int begin(void **state)
{
	char text[GALAXIES][400];
	const char *record[GALAXIES];

	if (in_folder(state) != 0)
		return -1;
	for (int i = 0; i < GALAXIES; i++) {
		snprintf(text[i], sizeof text[i],
			 "{\"id\": %d, \"z\": %g, \"mag\": 15.5, \"u\": %d, \"pz\": [0.25, 0.25, "
			 "0.25, 0.25], \"zphot\": {\"mode\": %g, \"mean\": %g, \"median\": %g}, "
			 "\"img\": [%d, 2, 3, 4]}",
			 i, 0.01 * i, 17 + i, 0.01 * i, 0.01 * i, 0.01 * i, i + 1);
		record[i] = text[i];
	}
	stream_of("a.pz", "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES "}", record, GALAXIES);
	stream_of("b.pz", "{\"pzpipe\": 1, \"kind\": \"predictions\", " AXES "}", record, GALAXIES);
	stream_of("s.pz",
		  "{\"pzpipe\": 1, \"kind\": \"stamps\", \"bands\": [\"g\"], \"size\": 2, "
		  "\"pixel\": \"f4\", \"pixscale\": 0.5, \"unit\": \"nmgy\", " AXES "}",
		  record, GALAXIES);
	write_text("t.csv", "id,z,mag\n1,.1,15.5\n2,.2,15.5\n3,.3,15.5\n");
	return 0;
}

#define BEGIN "\r\033[K" /* of a line over the one before */

/* A line of progress begins with these words. */
static void counts(tool_main tool, const char *line, const char *words)
{
	char shown[64];

	run_well(tool, line);
	snprintf(shown, sizeof shown, BEGIN "%s", words);
	if (!strstr(contents("stderr"), shown))
		fail_msg("%s: expected '%s', found '%s'", line, words, contents("stderr"));
	if (!strstr(strstr(contents("stderr"), shown) + strlen(shown), BEGIN))
		fail_msg("%s: the line is left on the terminal", line);
}

/* The lines "what N unit" count from 1 on, one a record, to as many as these or in one step. */
static void counts_to(tool_main tool, const char *line, const char *what, const char *unit, int all)
{
	const char *end = "";
	int last = 0, n;

	run_well(tool, line);
	for (const char *at = contents("stderr"); (at = strstr(at, BEGIN)); at++) {
		char name[32] = "", of[64] = "";

		if (sscanf(at + strlen(BEGIN), "%31s %d %63[^0-9]", name, &n, of) != 3 ||
		    strcmp(name, what) != 0 || strncmp(of, unit, strlen(unit)) != 0)
			continue;
		if (n != last + 1 && n != all)
			fail_msg("%s: %d %s after %d", line, n, unit, last);
		last = n;
		end = at + strlen(BEGIN);
	}
	if (!strstr(end, BEGIN))
		fail_msg("%s: the line is left on the terminal", line);
	if (last != all)
		fail_msg("%s: expected %d %s, found %d", line, all, unit, last);
}

static void every_record_is_counted(void **state)
{
	(void)state;
	counts_to(partition_main, "partition --keep a --parts a=1 a.pz -o o.pz", "partition",
		  "records", 30);
	counts_to(keep_main, "keep z>0.1 a.pz -o o.pz", "keep", "records", 30);
	counts_to(nz_main, "nz -b 0 a.pz -o o.pz", "nz", "galaxies", 30);
	counts_to(flag_main, "flag a.pz -o o.pz", "flag", "galaxies", 30);
	counts_to(match_main, "match --with b.pz --take u a.pz -o o.pz", "match", "galaxies", 30);
	counts_to(average_main, "average --with b.pz a.pz -o o.pz", "average", "galaxies", 30);
	counts_to(calibrate_main, "calibrate --train a.pz --whole -m 1 a.pz -o o.pz", "calibrate",
		  "galaxies", 30);
	counts_to(normalize_main, "normalize s.pz -o n.pz", "normalize", "stamps", 30);
	counts_to(softlabel_main, "softlabel --hard n.pz -o o.pz", "softlabel", "stamps", 30);
	run_well(softlabel_main, "softlabel --hard n.pz -o l.pz");
	write_text("p.net", "flatten\ndense 3 relu\n");
	run_well(train_main, "train --net p.net -b 4 -n 3 l.pz -o p.model");
	counts_to(predict_main, "predict -m p.model n.pz -o o.pz", "predict", "stamps", 30);
	counts_to(predict_main, "predict -m p.model --domain l.pz n.pz -o o.pz", "predict",
		  "galaxies of the domain", 30);
	counts(balance_main, "balance a.pz -o o.pz", "balance [========================] 100 %");
	counts(balance_main, "balance --like a.pz --by u -k 2 a.pz -o o.pz",
	       "balance [========================] 100 %");
	counts_to(fromtable_main, "fromtable t.csv -o o.pz", "fromtable", "galaxies", 3);
	counts(residuals_main, "residuals a=a.pz b=b.pz -o o.tsv",
	       "residuals [============            ]  50 %");
	counts(residuals_main, "residuals a=a.pz b=b.pz -o o.tsv",
	       "residuals [========================] 100 %");
	counts_to(knn_main, "knn --train a.pz --magnitudes u -k 2 b.pz -o o.pz", "learn",
		  "galaxies", 30);
	counts_to(recalibrate_main, "recalibrate --train a.pz -c 10 a.pz -o o.pz", "recalibrate",
		  "galaxies", 30);
	counts_to(knn_main, "knn --train a.pz --magnitudes u -k 2 a.pz -o o.pz", "knn", "galaxies",
		  30);
	run_well(toarray_main, "toarray s.pz -o s.npz");
	counts_to(fromarray_main, "fromarray s.npz -o o.pz", "fromarray", "records", 30);
	counts(mock_main, "mock --stamps -n 3 --size 8 -o m.pz",
	       "mock [========================] 100 %");
}

/* At the end: what came and went, and what it took. */
static void the_last_line_has_the_times(void **state)
{
	(void)state;
	run_well(keep_main, "keep -v z>=0.25 a.pz -o o.pz");
	if (!strstr(contents("stderr"), "keep: 30 records in, 5 out, ") ||
	    !strstr(contents("stderr"), " s, 4.8 s CPU, "))
		fail_msg("found '%s'", contents("stderr"));
}

/* Nobody types a stream: options whose files are read, one of a list too. */
static void a_terminal_is_no_stream(void **state)
{
	static const char said[] = "standard input is a terminal: name a file or use a pipe";

	(void)state;
	unlink("no.pz");
	run_badly(average_main, "average --with b.pz,- a.pz -o no.pz", 2, said);
	run_badly(match_main, "match --with - --take u a.pz -o no.pz", 2, said);
	run_badly(recalibrate_main, "recalibrate --train - a.pz -o no.pz", 2, said);
	run_badly(predict_main, "predict -m p.model --domain - n.pz -o no.pz", 2, said);
	run_badly(residuals_main, "residuals a=a.pz b=- -o no.pz", 2, said);
	run_badly(residuals_main, "residuals --common a=a.pz b=- -o no.pz", 2, said);
	run_badly(flag_main, "flag -o no.pz", 2, said);
	assert_int_not_equal(access("no.pz", F_OK), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_record_is_counted),
		cmocka_unit_test(the_last_line_has_the_times),
		cmocka_unit_test(a_terminal_is_no_stream),
	};

	return cmocka_run_group_tests_name("progress", tests, begin, out_of_folder);
}
