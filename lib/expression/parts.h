/* parts.h -- words, steps and values of an expression: what the files of this folder share
 *
 * The text becomes a program for a stack: "mag < 20 and not z > 1" is
 *
 *      KEY mag   PUSH 20   COMPARE <   KEY z   PUSH 1   COMPARE >   NOT   AND
 *
 * so that testing a record needs no recursion, and the stack's depth is known beforehand.
 */
#ifndef PARTS_H
#define PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pz/expression.h>

#define TEXT_MAX      65536
#define STEPS_MAX     4096
#define DEPTH_MAX     64
#define ARGUMENTS_MAX 16

/* What a value is. A truth that is unknown is MISSING as well. OTHER: bytes, an array, a map. */
enum kind { MISSING, INTEGER, NUMBER, TEXT, TRUTH, OTHER };

struct value {
	enum kind is;
	union {
		int64_t integer;
		double number;
		bool truth;
		const char *text;
	};
	size_t size; /* of a text, which is borrowed */
};

/* Kinds that something can have, as far as the text tells. */
enum { NUMBERS = 1, TEXTS = 2, TRUTHS = 4, ANY = 7 };

enum operation {
	PUSH,
	KEY,
	NEGATE,
	ADD,
	SUBTRACT,
	MULTIPLY,
	DIVIDE,
	COMPARE,
	IN,
	IS_MISSING,
	NOT,
	AND,
	OR,
	CALL
};

enum relation { LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, EQUAL, UNEQUAL };

enum function { ABS, SQRT, EXP, LN, LOG10, MIN, MAX, BITS, SEPARATION, FUNCTIONS };

struct step {
	enum operation does;
	int what;           /* KEY, IN: which; COMPARE: relation; CALL: function              */
	int arguments;      /* CALL                                                           */
	bool chained;       /* COMPARE: below its two values lies what the chain is so far    */
	bool keeps;         /* COMPARE: leaves its right value on top, for the next           */
	size_t column;      /* for messages                                                   */
	struct value value; /* PUSH                                                           */
};

struct key {
	const char *path;
	int element; /* -1: none */
	uint64_t found, suspects;
	double suspect;
};

/* Values that "in" looks for: those of a file, or of brackets. */
struct list {
	const char *path; /* NULL: brackets                                            */
	struct slot {
		uint64_t hash; /* 0: free                                               */
		size_t item;
	} * slot;
	size_t used, room; /* slots; room is 0 or a power of 2                           */
	size_t count;      /* different values                                           */
	bool *found;       /* count of them                                              */
	size_t found_room;
	bool numbers, texts; /* whether there are such values                              */
};

struct pz_expression {
	char *text, *arena; /* arena: keys, texts and paths of the text, each terminated         */
	size_t arena_used;
	char *told; /* pz_expression_text */
	struct pz_missing missing;
	struct step *step;
	int steps, steps_room;
	struct key *key;
	int keys;
	struct list *list;
	int lists;
	int depth, deepest;  /* of the stack: while it is made, and at most                       */
	struct value *stack; /* deepest of them                                                  */
	struct value *of;    /* keys of them: their values in the record                          */
};

/* -- words.c */

enum word_type { WORD_END, WORD_VALUE, WORD_NAME, WORD_KEY, WORD_FILE, WORD_SYMBOL };

struct word {
	enum word_type type;
	size_t at, size;    /* its bytes in the text                                          */
	struct value value; /* WORD_VALUE; NAME, KEY and FILE: the text, in the arena         */
};

/* The word at or behind *at, which then stands behind it. PZ_EUSAGE: none can begin there. */
int pz_word_next(struct pz_expression *e, size_t *at, struct word *word);
/* Whether it is this symbol or, in any case, this word of the grammar. */
bool pz_word_is(const struct pz_expression *e, const struct word *word, const char *what);
/* The column, from 1 in characters, of a byte of the text. */
size_t pz_word_column(const char *text, size_t at);
/* PZ_EUSAGE with a text that begins with the column, and what stands there. */
int pz_word_fail(const struct pz_expression *e, size_t at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* -- parse.c */

/* Makes the steps, keys and lists of e->text. */
int pz_expression_compile(struct pz_expression *e);

/* -- list.c */

void pz_list_release(struct list *l);
/* PZ_ENOMEM where there is none. */
int pz_list_add(struct list *l, const struct value *v);
/* Reads the file at l->path; key: the key that is looked for, or NULL. */
int pz_list_read(struct list *l, const char *key);
/* Whether it has the value, which is noted as found. */
bool pz_list_has(struct list *l, const struct value *v);

/* -- calculate.c */

/* The number of an INTEGER or NUMBER. */
double pz_value_double(const struct value *v);
/* x, or MISSING where it is not finite. */
struct value pz_value_of_double(double x);
struct value pz_value_of_truth(bool truth);
/* Two numbers by + - * /. */
struct value pz_value_combine(enum operation does, const struct value *a, const struct value *b);
/* Below 0, 0, above 0: numbers, or texts. */
int pz_value_compare(const struct value *a, const struct value *b);
/* A function of n numbers, none of them MISSING. */
struct value pz_value_call(enum function f, const struct value *v, int n);
const char *pz_kind_name(enum kind kind); /* "a number" */

extern const struct function_form {
	const char *name;
	int least, most; /* arguments */
} pz_function_form[FUNCTIONS];

#endif
