/* parse.c -- the grammar of expressions, one function for each of its lines; values.c goes on
 *
 * Each reads its part of the text, adds its steps, and returns which kinds the result can have (a
 * mask of NUMBERS, TEXTS, TRUTHS), or an error.
 */
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "program.h"

/* -- tests */

/* Passes over a relation where one comes next: 1, else 0. */
static int skip_relation(struct parser *p, enum relation *relation)
{
	static const struct {
		const char *symbol;
		enum relation is;
	} all[] = { { "<=", LESS_EQUAL }, { ">=", GREATER_EQUAL }, { "==", EQUAL },
		    { "!=", UNEQUAL },    { "<>", UNEQUAL },       { "<", LESS },
		    { ">", GREATER },     { "=", EQUAL } };

	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (pz_word_is(p->e, &p->word, all[i].symbol)) {
			*relation = all[i].is;
			return pz_program_skip(p, all[i].symbol);
		}
	return 0;
}

/* Chains, as 17 <= mag < 20: each value is computed once. Behind the first value, which begins at
 * left and has these kinds. */
static int parse_relations(struct parser *p, int kinds, size_t left)
{
	enum relation relation;
	bool chained = false;
	int found, right, rc;

	for (;; chained = true, kinds = right) {
		size_t at = p->word.at, begin;

		if ((found = skip_relation(p, &relation)) <= 0)
			return found < 0 ? found : chained ? TRUTHS : kinds;
		if (chained) {
			p->e->step[p->e->steps - 1].keeps = true;
			p->e->depth++;
		}
		begin = p->word.at;
		if ((right = pz_program_sum(p)) < 0)
			return right;
		if (!(kinds & right))
			return pz_word_fail(p->e, begin, "expected %s, as before it, found %s",
					    pz_program_kinds(kinds), pz_program_kinds(right));
		if (relation != EQUAL && relation != UNEQUAL && !(kinds & right & ~TRUTHS))
			return pz_word_fail(p->e, left, "expected numbers or texts beside < and >");
		rc = pz_program_add(
			p,
			(struct step){ .does = COMPARE, .what = (int)relation, .chained = chained },
			at, chained ? -2 : -1);
		if (rc < 0)
			return rc;
	}
}

/* The values in the brackets behind "in". */
static int parse_items(struct parser *p, struct list *list)
{
	int rc;

	do {
		struct word word;
		int minus = pz_program_skip(p, "-");

		word = p->word;
		if (minus < 0)
			return minus;
		if (word.type != WORD_VALUE || (minus && word.value.is == TEXT))
			return pz_word_fail(p->e, word.at, "expected a number or a text");
		if (minus && word.value.is == INTEGER)
			word.value.integer = -word.value.integer;
		else if (minus)
			word.value.number = -word.value.number;
		if ((rc = pz_list_add(list, &word.value)) < 0 || (rc = pz_program_advance(p)) < 0)
			return rc;
	} while ((rc = pz_program_skip(p, ",")) > 0);
	return rc < 0 ? rc : pz_program_need(p, ")");
}

/* Behind "in": the file is read, for the key that is the last step, if it is one. */
static int parse_in(struct parser *p, size_t at)
{
	struct pz_expression *e = p->e;
	const struct step *last = &e->step[e->steps - 1];
	bool file = p->word.type == WORD_FILE;
	int list, rc;

	if ((list = pz_program_list(p, file ? p->word.value.text : NULL)) < 0)
		return list;
	if (file) {
		const char *key = last->does == KEY ? e->key[last->what].path : NULL;

		if ((rc = pz_list_read(&e->list[list], key)) == 0)
			rc = pz_program_advance(p);
	} else if ((rc = pz_program_skip(p, "(")) == 0) {
		rc = pz_word_fail(e, p->word.at, "expected (1, 2, 3) or @FILE behind 'in'");
	} else if (rc > 0) {
		rc = parse_items(p, &e->list[list]);
	}
	return rc < 0 ? rc : pz_program_add(p, (struct step){ .does = IN, .what = list }, at, 0);
}

static int parse_is(struct parser *p, size_t at)
{
	int not = pz_program_skip(p, "not"), rc;

	if (not < 0)
		return not ;
	if ((rc = pz_program_skip(p, "missing")) == 0)
		rc = pz_program_skip(p, "null");
	if (rc == 0)
		return pz_word_fail(p->e, p->word.at, "expected 'missing' behind 'is'");
	if (rc > 0)
		rc = pz_program_add(p, (struct step){ .does = IS_MISSING }, at, 0);
	return rc == 0 && not ? pz_program_add(p, (struct step){ .does = NOT }, at, 0) : rc;
}

static int parse_test(struct parser *p)
{
	size_t left = p->word.at, at;
	int kinds = pz_program_sum(p), rc;

	if (kinds < 0 || (kinds = parse_relations(p, kinds, left)) < 0)
		return kinds;
	at = p->word.at;
	if ((rc = pz_program_skip(p, "is")) != 0)
		return rc < 0 || (rc = parse_is(p, at)) < 0 ? rc : TRUTHS;
	if ((rc = pz_program_skip(p, "in")) != 0)
		return rc < 0 || (rc = parse_in(p, at)) < 0 ? rc : TRUTHS;
	if ((rc = pz_program_skip(p, "not")) == 0)
		return kinds;
	if (rc < 0 || (rc = pz_program_need(p, "in")) < 0 || (rc = parse_in(p, at)) < 0 ||
	    (rc = pz_program_add(p, (struct step){ .does = NOT }, at, 0)) < 0)
		return rc;
	return TRUTHS;
}

/* -- logic */

static int parse_not(struct parser *p)
{
	size_t at = p->word.at, begin;
	bool negated = false;
	int kinds, rc;

	while ((rc = pz_program_skip(p, "not")) > 0)
		negated = !negated;
	begin = p->word.at;
	if (rc < 0 || (kinds = rc = parse_test(p)) < 0)
		return rc;
	if (begin == at)
		return kinds;
	if ((rc = pz_program_need_kind(p, kinds, TRUTHS, begin)) < 0)
		return rc;
	if (negated && (rc = pz_program_add(p, (struct step){ .does = NOT }, at, 0)) < 0)
		return rc;
	return TRUTHS;
}

/* Terms with one word between them. */
static int parse_logic(struct parser *p, int (*term)(struct parser *), const char *word,
		       enum operation does)
{
	size_t left = p->word.at;
	int kinds = term(p), rc, found;

	while (kinds >= 0) {
		size_t at = p->word.at, right;

		if ((found = pz_program_skip(p, word)) <= 0)
			return found < 0 ? found : kinds;
		right = p->word.at;
		if ((rc = pz_program_need_kind(p, kinds, TRUTHS, left)) < 0 ||
		    (rc = pz_program_need_kind(p, term(p), TRUTHS, right)) < 0 ||
		    (rc = pz_program_add(p, (struct step){ .does = does }, at, -1)) < 0)
			return rc;
		kinds = TRUTHS;
	}
	return kinds;
}

static int parse_and(struct parser *p)
{
	return parse_logic(p, parse_not, "and", AND);
}

static int parse_or(struct parser *p)
{
	return parse_logic(p, parse_and, "or", OR);
}

int pz_expression_compile(struct pz_expression *e)
{
	struct parser p = { .e = e, .whole = parse_or };
	int rc = pz_program_advance(&p);

	if (rc == 0)
		rc = pz_program_need_kind(&p, parse_or(&p), TRUTHS, 0);
	if (rc >= 0 && p.word.type != WORD_END)
		rc = pz_word_fail(e, p.word.at, "expected 'and', 'or' or an operator");
	return rc < 0 ? rc : 0;
}
