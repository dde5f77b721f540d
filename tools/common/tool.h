/* tool.h -- what every main of tools/ shares: the same short shape
 *
 * Example:
 *      int main(int argc, char **argv)
 *      {
 *              struct options o = { .threshold = 200 };
 *              const struct pz_option table[] = {
 *                      { PZ_OPTION_INT, 't', "threshold", "N", &o.threshold,
 *                        "keep at most N galaxies of a cell", .min = 1, .max = 1e9 },
 *                      { .type = PZ_OPTION_END },
 *              };
 *              struct tool t = { .name = "balance", .does = "draw a balanced subset",
 *                                .usage = "[options] [stamps ...] >subset",
 *                                .options = table, .chance = true, .writes = true };
 *              struct pz_header header = { 0 };
 *              int rc;
 *
 *              tool_begin(&t, argc, argv);          // parses; answers --help, --version
 *              rc = tool_open_input(&t, PZ_READ_KEEP);
 *              if (rc == 0)                         // the output has the header of the input
 *                      rc = pz_header_copy(&header, pz_reader_header(t.in));
 *              if (rc == 0)
 *                      rc = tool_open_output(&t, &header);
 *              if (rc == 0)                         // the loop: pz_read, pz_write
 *                      rc = balance(&t, &o);
 *              pz_header_release(&header);
 *              return tool_end(&t, rc);             // trailer, rename, message, exit status
 *      }
 *
 * Only here do tools print, exit and touch signals.
 */
#ifndef TOOL_H
#define TOOL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <pz/error.h>
#include <pz/file.h>
#include <pz/options.h>
#include <pz/progress.h>
#include <pz/stream.h>

/* Name and version of a library (pz/libraries.h). */
typedef const char *library_name(void);

struct tool {
	/* filled in by main */
	const char *name;                /* the command, as in the history                 */
	const char *does;                /* one line for --help                            */
	const char *usage;               /* "[options] [stamps ...] >subset"; lines, if many */
	const char *notes;               /* lines for the end of --help; may be NULL       */
	const struct pz_option *options; /* its own table                                 */
	library_name *const *libraries;  /* for --version, NULL behind them; NULL: none    */
	bool chance;                     /* it draws: --seed                               */
	bool writes;                     /* a stream goes out: -o, refuse a terminal       */
	bool prints;                     /* text goes out: -o                              */

	/* by tool_begin */
	const char *called; /* the name it was started by, pz-balance: messages bear it */
	char **operands;
	int operand_count;
	uint64_t seed;
	int threads;
	bool quiet, verbose;
	bool silent;        /* not even errors: another process says them         */
	const char *output; /* -o; NULL: standard output                          */

	/* by tool_open_input and _output */
	struct pz_reader *in;
	struct pz_writer *out;
	FILE *text; /* prints: where (stdout or -o FILE)              */
	int fault;  /* the first of tool_fault, or 0                  */

	/* by used.h: files for the history, and how the command line calls them */
	struct pz_used *used;
	char **used_path;
	size_t used_count;

	/* private */
	struct pz_option *common;
	struct pz_file file;
	double begun;
};

/* Parses the command line into the options and t. --help and --version are
 * answered here (exit 0), mistakes too (exit 2). */
void tool_begin(struct tool *t, int argc, char **argv);

/* Opens the operands, or standard input where there are none, into t->in. */
int tool_open_input(struct tool *t, unsigned flags);
/* PZ_EUSAGE where path, of a file to be read, is - for standard input and that is a terminal:
 * nobody types a stream or a table, and a tool that waits looks like one that hangs. */
int tool_refuse_terminal(const char *path);
/* Opens t->out on standard output or -o FILE, adding this tool to h's history. */
int tool_open_output(struct tool *t, struct pz_header *h);
/* The same without this tool in the history: the output is a stream that was there before. */
int tool_restore_output(struct tool *t, const struct pz_header *h);
/* Puts the name of the input before the text of an error that is the stream's own
 * fault (it does not fit, or is corrupt); hands rc on. */
int tool_blame_input(const struct tool *t, int rc);
/* Opens t->text likewise. */
int tool_open_text(struct tool *t);

/* The arguments of this run as one line, for provenance elsewhere; free it. */
char *tool_arguments(const struct tool *t);

/* Begins a progress line; silent with -q or where stderr is no terminal. */
void tool_progress(const struct tool *t, struct pz_progress *p, const char *what, const char *unit,
		   double total);

/* A line on stderr, "name: text", not with -q. */
void tool_say(const struct tool *t, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Says the error rc of something beside the output (a log, a further table), which is worth
 * keeping all the same: tool_end keeps it, and returns this error's exit status. */
void tool_fault(struct tool *t, int rc);

/* Handles a signal, but one that the parent ignores (nohup, a background job) stays ignored. */
void tool_on_signal(int number, void (*handler)(int));

/* Ends the output (trailer, flush, rename) where rc >= 0, else leaves none of it;
 * says what failed; frees; returns the exit status, that of a fault where rc >= 0. */
int tool_end(struct tool *t, int rc);

#endif
