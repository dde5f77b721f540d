/* program.h -- the program of an expression while it is made */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "parts.h"

struct parser {
	struct pz_expression *e;
	struct word word; /* the one that comes next                                        */
	size_t next;      /* behind it                                                      */
	int nested;       /* brackets and signs that are open                               */
	int (*whole)(struct parser *); /* reads what may stand in brackets                   */
};

/* Passes on to the next word. */
int pz_program_advance(struct parser *p);
/* Passes over this symbol or word of the grammar where it comes next: 1, else 0. */
int pz_program_skip(struct parser *p, const char *what);
/* PZ_EUSAGE where it does not. */
int pz_program_need(struct parser *p, const char *what);
/* Appends a step, whose column is that of the byte at; effect: by how much it changes the depth
 * of the stack. */
int pz_program_add(struct parser *p, struct step step, size_t at, int effect);
/* The number of a key, which is added where it is new; element -1: none. */
int pz_program_key(struct parser *p, const char *path, int element, size_t at);
/* The number of a new list. */
int pz_program_list(struct parser *p, const char *path);

/* Of a mask of kinds: "a number". */
const char *pz_program_kinds(int kinds);
/* Hands found on unless it has none of the kinds that are needed of what begins at: PZ_EUSAGE. */
int pz_program_need_kind(const struct parser *p, int found, int needed, size_t at);
/* Reads a sum: the kinds that it can have, or < 0. */
int pz_program_sum(struct parser *p);

#endif
