/* options.h -- one table per tool, from which everything about its options comes
 *
 *      int threshold = 200;                     // the default
 *      const struct pz_option table[] = {
 *              { PZ_OPTION_INT, 't', "threshold", "N", &threshold,
 *                "keep at most N galaxies of a cell", .min = 1, .max = 1e9 },
 *              { .type = PZ_OPTION_END },
 *      };
 *
 * The table drives parsing, range checks, checks of options that have no effect, --help with the
 * defaults, the completions of shells, and the arguments that go into a stream's history, so that
 * they cannot disagree.
 */
#ifndef PZ_OPTIONS_H
#define PZ_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <pz/api.h>

enum pz_option_type {
	PZ_OPTION_END,
	PZ_OPTION_FLAG,    /* bool: set to true                                  */
	PZ_OPTION_INT,     /* int                                                */
	PZ_OPTION_SEED,    /* uint64_t                                           */
	PZ_OPTION_DOUBLE,  /* double                                             */
	PZ_OPTION_TEXT,    /* const char *: points into argv                     */
	PZ_OPTION_FILE,    /* the same, a file that is read: its value stays out of history */
	PZ_OPTION_OUTPUT,  /* the same of a file that is written                 */
	PZ_OPTION_CHOICE,  /* int: index into choices                            */
	PZ_OPTION_NUMBERS, /* struct pz_numbers: a comma list                    */
};

#define PZ_NUMBERS_MAX 16

struct pz_numbers {
	double value[PZ_NUMBERS_MAX];
	int count; /* 0: not given */
};

struct pz_option {
	enum pz_option_type type;
	char letter;          /* 0: none                                          */
	const char *name;     /* the long name, without dashes                    */
	const char *arg;      /* what the value is called in the help; flags NULL */
	void *value;          /* where it goes; holds the default beforehand      */
	const char *help;     /* one line, lower case                             */
	double min, max;      /* numbers: allowed range, ends included; both 0: any finite */
	const char *choices;  /* "nearest,bilinear,lanczos3"                      */
	bool local;           /* says how to run, not what to make: not in history */
	const char *words;    /* values that a shell's completion offers beside files: "P,T,S1" */
	const char *needs;    /* without one of these options ("figure,gnuplot") it has no effect */
	const char *excludes; /* with one of these it has none */
};

/* Parses argv by one or two tables (own, then common; common may be NULL). On
 * return *first is the index of the first operand: argv is permuted so that
 * operands come last. Options not given keep their defaults. --help anywhere:
 * returns 1 with nothing parsed. Else 0, or PZ_EUSAGE, also where an option lacks
 * what it needs or has what it excludes. Not for two threads. */
PZ_API int pz_options_parse(const struct pz_option *own, const struct pz_option *common, int argc,
			    char **argv, int *first);

/* For each option its names, argument, help and [default], wrapped to 80 columns. */
PZ_API void pz_options_help(const struct pz_option *table, FILE *to);

/* The values in use as one line, "--threshold 200 --fold 1", without those
 * marked local, those not set, and the values of files (paths belong in no
 * stream). The caller frees it; NULL: no memory. */
PZ_API char *pz_options_describe(const struct pz_option *table);

/* For the completions of shells, a line for each option with tabs between: long name, letter,
 * kind (flag, file or value), name of the value, the words it can be with commas between, help.
 * What an option does not have is empty. */
PZ_API void pz_options_list(const struct pz_option *table, FILE *to);

#endif
