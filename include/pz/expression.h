/* expression.h -- a condition on records, as text: "mag < 20 and zphot.mode > 0.1"
 *
 * Example:
 *      struct pz_expression *e;
 *
 *      rc = pz_expression_parse(&e, "17 <= mag < 20 and class in ('GALAXY', 'QSO')", NULL);
 *      if (rc == 0 && (got = pz_expression_test(e, record)) == PZ_TRUE)
 *              use(record);
 *      pz_expression_free(e);
 *
 * The grammar, from what binds least to what binds most:
 *
 *      or       a or b                         true where one of them is
 *      and      a and b                        true where both are
 *      not      not a
 *      test     a < b, <=, >, >=, = or ==, != or <>; chains: 17 <= mag < 20
 *               a in (1, 2, 'text'), a in @FILE, a not in ...
 *               a is missing, a is not missing (null means the same)
 *      sum      a + b, a - b
 *      product  a * b, a / b
 *      sign     -a, +a
 *      value    12, 1.5e-3, 0x1f, 'text', "text" ('' and "" are a quote in it), true, false,
 *               (a), f(a, ...), a key
 *
 * A key is a path of pz/map.h, as mag or zphot.mode; one that is no word of letters, digits and _
 * stands in backquotes, as does one that is a word of the grammar. NAME[2] is the third number or
 * text of an array, of "features" or of "pz". Words of the grammar may be in capitals.
 *
 * Functions: abs, sqrt, exp, ln, log10; min and max of two and more; bits(a, b), the bits that both
 * whole numbers have; separation(ra, dec, ra, dec), all in degrees.
 *
 * Missing values: a key that a record does not have, nil, a number that is not finite, one of the
 * list `missing`, and whatever has no finite result, as 1 / 0 or sqrt(-1). A result of something
 * missing is missing, and a test of it is unknown (PZ_UNKNOWN), with two exceptions: "is missing"
 * is always true or false, and and, or, not follow Kleene's logic:
 *
 *      false and unknown is false, true or unknown is true; else what has an unknown part is
 * unknown
 *
 * Whole numbers of records and of the text are compared exactly, to 64 bits; arithmetic is that of
 * doubles. Texts are compared byte by byte. What is compared must be of one kind.
 *
 * Files of @FILE are lists of one value a line, or tables that are text (pz/delimited.h), of which
 * the column is taken that has the name of the key before "in". They are read when the text is.
 *
 * Limits: 64 KiB of text, 4096 operations, brackets 64 deep. Memory: the ids of the lists, 64 bytes
 * each. An object is for one thread at a time.
 */
#ifndef PZ_EXPRESSION_H
#define PZ_EXPRESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pz/api.h>
#include <pz/map.h>
#include <pz/missing.h>

enum pz_truth { PZ_FALSE, PZ_TRUE, PZ_UNKNOWN };

struct pz_expression;

/* Reads the text, and the files that it names; missing, which is copied, may be NULL. PZ_EUSAGE:
 * the text is no condition; the message begins with the column, in characters from 1. PZ_EIO,
 * PZ_EDATA, PZ_ECORRUPT: a list. */
PZ_API int pz_expression_parse(struct pz_expression **e, const char *text,
			       const struct pz_missing *missing);
PZ_API void pz_expression_free(struct pz_expression *e); /* NULL is fine */

/* Whether the record meets the condition: an enum pz_truth. PZ_EDATA: a value is of a kind that
 * cannot be there, as a text beside a number; the message begins with the column. */
PZ_API int pz_expression_test(struct pz_expression *e, const pz_map *record);

/* A key of the text, and what records had under it so far. */
struct pz_expression_key {
	const char *name;  /* as in pz/map.h, borrowed                                  */
	int element;       /* 2 of NAME[2]; -1: none                                    */
	uint64_t found;    /* records that have it, with whatever value                 */
	uint64_t suspects; /* with a number that programs write for "no value" (pz/missing.h),
			      but which was taken for one, because there was no list      */
	double suspect;    /* the first of them                                         */
};

PZ_API int pz_expression_keys(const struct pz_expression *e); /* how many, each once */
PZ_API void pz_expression_key(const struct pz_expression *e, int i, struct pz_expression_key *key);

/* A file of the text: its path, borrowed, how many different values it has, and how many of these
 * records had so far. */
struct pz_expression_list {
	const char *path;
	size_t count, found;
};

PZ_API int pz_expression_lists(const struct pz_expression *e);
PZ_API void pz_expression_list(const struct pz_expression *e, int i,
			       struct pz_expression_list *list);

/* The text with the names of files without their folders, for a history: borrowed from e. */
PZ_API const char *pz_expression_text(const struct pz_expression *e);

#endif
