/* test_tools_progress.c -- what tools show on a terminal while they wait for their input, or for
 * those that read their output: how many records are done, on a line that is gone at the end
 */
#include <signal.h>

#include "in_process.h"

#define GRID                                                                                       \
	"\"grid\": {\"target\": \"z\", \"min\": 0, \"max\": 0.4, \"bins\": 2, \"left\": 0, "       \
	"\"right\": 0}, \"rows\": {\"mag\": \"r\", \"min\": 15, \"width\": 1, \"channels\": 1}"
#define HEAD                                                                                       \
	"{\"pzpipe\": 1, \"kind\": \"predictions\", \"bands\": [\"g\"], \"size\": 1, \"pixel\": "  \
	"\"f4\", " GRID "}"
#define CLEAR "\r\033[K"

/* A tool on a terminal of its own, between two pipes. */
struct tool_run {
	tool_main main;
	const char *line, *shows;
	pid_t child;
	int terminal, in, out;
	size_t n;
	char said[4096];
};

static void begin_run(struct tool_run *r)
{
	int in[2], out[2];

	assert_true(pipe2(in, O_CLOEXEC) == 0 && pipe2(out, O_CLOEXEC) == 0);
	r->terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(r->terminal >= 0 && grantpt(r->terminal) == 0 && unlockpt(r->terminal) == 0);
	fflush(NULL);
	r->child = fork();
	if (r->child == 0) {
		char *copy = strdup(r->line), *argv[16] = { 0 }, *rest = NULL;
		int argc = 0;

		for (char *w = strtok_r(copy, " ", &rest); w; w = strtok_r(NULL, " ", &rest))
			argv[argc++] = w;
		dup2(in[0], 0);
		dup2(out[1], 1);
		point(2, ptsname(r->terminal), O_RDWR | O_NOCTTY);
		for (int fd = 3; fd < 200; fd++)
			close(fd); /* the pipes of the other tools */
		exit(r->main(argc, argv));
	}
	close(in[0]);
	close(out[1]);
	r->in = in[1];
	r->out = out[0];
	fcntl(r->terminal, F_SETFL, O_NONBLOCK);
}

/* What it said so far. */
static void listen_to(struct tool_run *r)
{
	ssize_t n;

	while (r->n + 1 < sizeof r->said &&
	       (n = read(r->terminal, r->said + r->n, sizeof r->said - 1 - r->n)) > 0)
		r->n += (size_t)n;
	r->said[r->n] = 0;
}

/* Takes its output to the end; it must come off, and its last line must be gone. */
static void end_run(struct tool_run *r)
{
	static char bytes[1 << 16];
	int status = -1;
	const char *last = NULL;

	close(r->in);
	while (read(r->out, bytes, sizeof bytes) > 0)
		listen_to(r);
	close(r->out);
	assert_int_equal(waitpid(r->child, &status, 0), r->child);
	listen_to(r);
	close(r->terminal);
	if (status != 0 || !strstr(r->said, r->shows))
		fail_msg("%s: status %d, '%s' should show '%s'", r->line, status, r->said,
			 r->shows);
	for (const char *at = r->said; (at = strstr(at, CLEAR)); at++)
		last = at + strlen(CLEAR);
	if (!last || !strncmp(last, r->line, strcspn(r->line, " ") + 1))
		fail_msg("%s: '%s' is left", r->line, r->said);
}

static void write_whole(int to, const char *bytes, size_t n)
{
	while (n > 0) {
		ssize_t done = write(to, bytes, n);

		if (done <= 0)
			return; /* it has ended, which end_run notices */
		bytes += done;
		n -= (size_t)done;
	}
}

static const char *const galaxy[] = {
	"{\"id\": 1, \"mag\": 15, \"z\": 0.1, \"zphot\": {\"mode\": 0.1}, \"pz\": [1, 0], "
	"\"img\": [1]}",
	"{\"id\": 2, \"mag\": 15, \"z\": 0.1, \"zphot\": {\"mode\": 0.1}, \"pz\": [1, 0], "
	"\"img\": [2]}",
	"{\"id\": 3, \"mag\": 15, \"z\": 0.1, \"zphot\": {\"mode\": 0.1}, \"pz\": [1, 0], "
	"\"img\": [3]}",
	"{\"id\": 4, \"mag\": 15, \"z\": 0.1, \"zphot\": {\"mode\": 0.1}, \"pz\": [1, 0], "
	"\"img\": [4]}",
};

/* The size of the stream of the first n galaxies, without its trailer. */
static size_t size_of(size_t n)
{
	const char *bytes;
	size_t size = 0;

	stream_of("some.pz", HEAD, galaxy, n);
	bytes = contents("some.pz");
	while (memcmp(bytes + size,
		      "\x82\xa3"
		      "end",
		      5) != 0)
		size++;
	return size;
}

/* The third galaxy comes late, and is the third that is counted. */
static void galaxies_that_come_late(void **state)
{
	struct tool_run run[] = {
		{ keep_main, "keep id>0", CLEAR "keep 3 records  " },
		{ match_main, "match --with whole.pz --take z", CLEAR "match 3 galaxies  " },
		{ flag_main, "flag", CLEAR "flag 3 galaxies  " },
		{ nz_main, "nz -b 0", CLEAR "nz 3 galaxies  " },
		{ recalibrate_main, "recalibrate -c 10 --train train.pz",
		  CLEAR "recalibrate 3 galaxies  " },
		{ average_main, "average --with whole.pz", CLEAR "average 3 galaxies  " },
		{ partition_main, "partition --keep a --parts a=1", CLEAR "partition 3 records  " },
	};
	const size_t runs = sizeof run / sizeof *run;
	const char *train[30], *bytes;
	size_t first = size_of(2), third = size_of(3) - first,
	       rest = size_of(4) + 20 - first - third;

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < 30; i++)
		train[i] = galaxy[i % 4];
	stream_of("train.pz", HEAD, train, 30);
	stream_of("whole.pz", HEAD, galaxy, 4);
	bytes = contents("whole.pz");
	for (size_t i = 0; i < runs; i++) {
		begin_run(&run[i]);
		write_whole(run[i].in, bytes, first);
	}
	usleep(300000);
	for (size_t i = 0; i < runs; i++)
		write_whole(run[i].in, bytes + first, third);
	usleep(20000);
	for (size_t i = 0; i < runs; i++) {
		write_whole(run[i].in, bytes + first + third, rest);
		end_run(&run[i]);
	}
}

/* Who reads the output takes a while to begin, and there is more of it than a pipe holds. */
static void readers_that_come_late(void **state)
{
	enum { MANY = 100, LETTERS = 28000 };
	static char text[MANY][LETTERS + 200];
	static const char *record[MANY];
	struct tool_run run[] = {
		{ calibrate_main, "calibrate --train big.pz --whole big.pz", CLEAR "calibrate " },
		{ fromarray_main, "fromarray big.h5", CLEAR "fromarray " },
		{ fromtable_main, "fromtable big.fits", CLEAR "fromtable " },
	};

	(void)state;
	for (int i = 0; i < MANY; i++) {
		int n = sprintf(text[i],
				"{\"id\": %d, \"mag\": 15, \"z\": 0.1, \"zphot\": {\"mode\": 0.1}, "
				"\"t\": \"",
				i);

		memset(text[i] + n, 'a' + i % 26, LETTERS);
		strcpy(text[i] + n + LETTERS, "\"}");
		record[i] = text[i];
	}
	stream_of("big.pz", HEAD, record, MANY);
	run_well(toarray_main, "toarray -q -o big.h5 big.pz");
	run_well(totable_main, "totable -q -o big.fits big.pz");
	for (size_t i = 0; i < sizeof run / sizeof *run; i++)
		begin_run(&run[i]);
	usleep(300000);
	for (size_t i = 0; i < sizeof run / sizeof *run; i++)
		end_run(&run[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(galaxies_that_come_late),
		cmocka_unit_test(readers_that_come_late),
	};

	return cmocka_run_group_tests_name("progress of tools", tests, in_folder, out_of_folder);
}
