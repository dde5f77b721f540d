/* tool.c -- the shape of every main */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <pz/text.h>
#include <pz/threads.h>

#include "../../lib/base/os.h"
#include "about.h"
#include "apart.h"
#include "tool.h"
#include "used.h"

#define WHOLE_BELOW (64 << 20) /* bytes: read in the time of a blink */

static char written[1 << 18]; /* what of a stream goes to a pipe or file at a time */
static char said[BUFSIZ];     /* the line of stderr that is being made, whole when it is written */
static const char *program;   /* the tool's name, for signals and for JSON */

static void on_signal(int number)
{
	pz_file_remove_unfinished();
	signal(number, SIG_DFL);
	raise(number);
}

void tool_on_signal(int number, void (*handler)(int))
{
	if (signal(number, handler) == SIG_IGN)
		signal(number, SIG_IGN);
}

static void catch_signals(void)
{
	const int fatal[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGXCPU };

	/* A parent may have left SIGPIPE ignored; a filter dies of it in silence. */
	signal(SIGPIPE, on_signal);
	/* A file that reaches ulimit -f is an error of writing, which has a message. */
	signal(SIGXFSZ, SIG_IGN);
	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
		tool_on_signal(fatal[i], on_signal);
}

/* Where one of the three is closed, the next file opened would take its number, and
 * messages or records would be written into it. What stands in for it refuses just
 * as a closed one does; only messages go nowhere. */
static void hold_descriptors(void)
{
	const int stand_in[] = { O_WRONLY, O_RDONLY, O_WRONLY };

	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", stand_in[fd]) != fd)
			exit(1);
}

/* jansson's setters pass over in silence what there was no memory for. */
static void *json_memory(size_t size)
{
	void *p = malloc(size);

	if (p)
		return p;
	fprintf(stderr, "%s: no memory for JSON\n", program);
	pz_file_remove_unfinished();
	_exit(1);
}

/* A line of text on stderr, which goes out in one piece (tool_begin). It may quote names and
 * keys of a hostile file: nothing of it drives the terminal. Where another tool of the pipe
 * shows its progress, that makes room. */
static void print_line(const struct tool *t, const char *text, const char *end)
{
	fprintf(stderr, "%s%s: ", isatty(STDERR_FILENO) ? "\r\033[K" : "", t->called);
	pz_text_print(text, strlen(text), '?', stderr);
	fprintf(stderr, "%s\n", end);
}

static void print_error(const struct tool *t, int rc)
{
	char end[256] = "";

	if (rc == PZ_EUSAGE)
		snprintf(end, sizeof end, "; see %s --help", t->called);
	print_line(t, pz_error_text(), end);
}

int tool_refuse_terminal(const char *path)
{
	if (strcmp(path, "-") != 0 || !isatty(STDIN_FILENO))
		return 0;
	return pz_fail(PZ_EUSAGE, "standard input is a terminal: name a file or use a pipe");
}

/* Files that options name, likewise. */
static int refuse_terminals(const struct pz_option *o)
{
	int rc = 0;

	for (; o && o->type != PZ_OPTION_END && rc == 0; o++) {
		const char *path = o->type == PZ_OPTION_FILE ? *(const char **)o->value : NULL;

		if (path && (rc = tool_refuse_terminal(path)) < 0)
			pz_fail_in(rc, "--%s", o->name);
	}
	return rc;
}

/* Ends a tool whose command line cannot be followed. */
static void refuse(struct tool *t, int rc)
{
	print_error(t, rc);
	free(t->common);
	exit(pz_error_exit(rc));
}

/* As it was called, without folders. */
static const char *name_of_program(int argc, char **argv)
{
	const char *slash = argc > 0 ? strrchr(argv[0], '/') : NULL;

	return slash ? slash + 1 : argc > 0 ? argv[0] : "pzpipe";
}

void tool_begin(struct tool *t, int argc, char **argv)
{
	bool help = false, version = false;
	int first = argc, rc;

	t->seed = 1;
	pz_reader_whole_below(WHOLE_BELOW);
	t->begun = pz_clock();
	t->called = name_of_program(argc, argv);
	hold_descriptors();
	setvbuf(stderr, said, _IOLBF, sizeof said);
	program = t->called;
	catch_signals();
	atexit(pz_file_remove_unfinished); /* a library may end the process as well */
	json_set_alloc_funcs(json_memory, free);
	if (!(t->common = about_options(t, &help, &version))) {
		fprintf(stderr, "%s: no memory\n", t->called);
		exit(1);
	}
	if (argc == 2 && !strcmp(argv[1], "--completion"))
		about_completion(t);
	rc = pz_options_parse(t->options, t->common, argc, argv, &first);
	if (rc < 0)
		refuse(t, rc);
	if (rc > 0)
		about_help(t);
	if (version)
		about_version(t);
	t->operands = argv + first;
	t->operand_count = argc - first;
	if ((rc = apart_check(t)) < 0 || (rc = refuse_terminals(t->options)) < 0)
		refuse(t, rc);
	used_begin(t);
	pz_threads_use(t->threads);
	t->threads = pz_threads();
}

int tool_open_input(struct tool *t, unsigned flags)
{
	int rc = t->operand_count == 0 ? tool_refuse_terminal("-") : 0;

	for (int i = 0; i < t->operand_count && rc == 0; i++)
		rc = tool_refuse_terminal(t->operands[i]);
	if (rc < 0)
		return rc;
	return pz_reader_open(&t->in, (const char *const *)t->operands, t->operand_count, flags);
}

/* The stream for the output, and what messages call it. */
static int open_target(struct tool *t, FILE **to, const char **name)
{
	int rc;

	*to = stdout;
	*name = "stdout";
	if (!t->output || !strcmp(t->output, "-"))
		return 0;
	if ((rc = pz_file_begin(&t->file, t->output)) < 0)
		return rc;
	*to = t->file.stream;
	*name = t->output;
	return 0;
}

char *tool_arguments(const struct tool *t)
{
	return pz_options_describe(t->options);
}

int tool_blame_input(const struct tool *t, int rc)
{
	return t->in && (rc == PZ_EMISMATCH || rc == PZ_ECORRUPT)
		       ? pz_fail_in(rc, "%s", pz_reader_name(t->in))
		       : rc;
}

int tool_restore_output(struct tool *t, const struct pz_header *h)
{
	const char *name;
	FILE *to;
	int rc = open_target(t, &to, &name);

	if (rc < 0)
		return rc;
	if (to == stdout && isatty(STDOUT_FILENO))
		return pz_fail(PZ_EUSAGE,
			       "a binary stream is not for a terminal: use -o FILE or a pipe");
	setvbuf(to, written, _IOFBF, sizeof written);
	return pz_writer_open(&t->out, to, name, h);
}

int tool_open_output(struct tool *t, struct pz_header *h)
{
	char *args = tool_arguments(t);
	int rc = PZ_ENOMEM;

	if (!args)
		pz_fail(PZ_ENOMEM, "no memory for the history");
	else if ((rc = used_find(t)) == 0)
		rc = tool_blame_input(t, pz_header_add_history(h, t->name, PZ_VERSION, args,
							       t->chance ? &t->seed : NULL, t->used,
							       t->used_count));
	free(args);
	return rc < 0 ? rc : tool_restore_output(t, h);
}

int tool_open_text(struct tool *t)
{
	const char *name;

	return open_target(t, &t->text, &name);
}

void tool_progress(const struct tool *t, struct pz_progress *p, const char *what, const char *unit,
		   double total)
{
	pz_progress_begin(p, !t->quiet && isatty(STDERR_FILENO) ? stderr : NULL, what, unit, total);
}

void tool_say(const struct tool *t, const char *format, ...)
{
	va_list args;
	char *text;
	int n;

	if (t->quiet)
		return;
	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0)
		return;
	/* What is said of a stream comes after it: if nobody reads the pipe any more, the tool ends
	 * here, and silently. Another failure is found when the stream is closed. */
	if (t->out && !t->output)
		fflush(stdout);
	print_line(t, text, "");
	free(text);
}

void tool_fault(struct tool *t, int rc)
{
	if (!t->silent)
		print_error(t, rc);
	if (t->fault == 0)
		t->fault = rc;
}

static int end_output(struct tool *t)
{
	int rc = 0;

	if (t->out)
		rc = pz_writer_close(t->out);
	t->out = NULL;
	if (rc == 0 && t->file.stream)
		rc = pz_file_commit(&t->file);
	if (rc == 0 && (fflush(stdout) != 0 || ferror(stdout)))
		rc = pz_fail(PZ_EIO, "stdout: cannot write: %s", strerror(errno));
	return rc;
}

/* Records in and out are -1 where there was no such stream. */
static void print_closing(const struct tool *t, long long in, long long out)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	fprintf(stderr, "%s: ", t->called);
	if (in >= 0)
		fprintf(stderr, "%lld records in, ", in);
	if (out >= 0)
		fprintf(stderr, "%lld %s, ", out, in >= 0 ? "out" : "records out");
	fprintf(stderr, "%.1f s, %.1f s CPU, %llu MiB\n", pz_clock() - t->begun,
		(double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
			1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec),
		(unsigned long long)(pz_os_peak_memory() >> 20));
}

int tool_end(struct tool *t, int rc)
{
	long long in = t->in ? (long long)pz_reader_count(t->in) : -1;
	long long out = t->out ? (long long)pz_writer_count(t->out) : -1;

	if (rc >= 0)
		rc = end_output(t);
	if (rc >= 0 && pz_map_texts_mended())
		tool_say(t, "%llu texts are not UTF-8: U+FFFD stands for each byte that is none",
			 (unsigned long long)pz_map_texts_mended());
	pz_writer_abandon(t->out);
	pz_file_abandon(&t->file);
	pz_reader_close(t->in);
	free(t->common);
	used_release(t);
	if (rc < 0 && !t->silent)
		print_error(t, rc);
	else if (rc >= 0 && t->verbose)
		print_closing(t, in, out);
	return pz_error_exit(rc < 0 ? rc : t->fault);
}
