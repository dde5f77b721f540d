/* values.c -- the grammar of expressions below tests: values, keys, functions, arithmetic
 *
 * As in parse.c, each function returns the kinds that its result can have.
 */
#include <string.h>

#include <pz/error.h>

#include "program.h"

const char *pz_program_kinds(int kinds)
{
	return kinds == NUMBERS ? "a number" : kinds == TEXTS ? "a text" : "true or false";
}

/* Fails unless what begins at can be of a kind that is needed. */
int pz_program_need_kind(const struct parser *p, int found, int needed, size_t at)
{
	return found < 0 || found & needed
		       ? found
		       : pz_word_fail(p->e, at, "expected %s, found %s", pz_program_kinds(needed),
				      pz_program_kinds(found));
}

static int parse_call(struct parser *p, enum function f, size_t at)
{
	const struct function_form *form = &pz_function_form[f];
	int n = 0, rc;

	do {
		size_t argument = p->word.at;

		if (n == form->most)
			return pz_word_fail(p->e, argument, "expected at most %d arguments of %s",
					    form->most, form->name);
		if ((rc = pz_program_need_kind(p, pz_program_sum(p), NUMBERS, argument)) < 0)
			return rc;
		n++;
	} while ((rc = pz_program_skip(p, ",")) > 0);
	if (rc < 0)
		return rc;
	if (n < form->least)
		return pz_word_fail(p->e, p->word.at, "expected %d arguments of %s, found %d",
				    form->least, form->name, n);
	if ((rc = pz_program_need(p, ")")) < 0)
		return rc;
	rc = pz_program_add(p, (struct step){ .does = CALL, .what = (int)f, .arguments = n }, at,
			    1 - n);
	return rc < 0 ? rc : NUMBERS;
}

/* The number in the brackets behind a key: [2]. */
static int parse_element(struct parser *p, int *element)
{
	const struct value *v = &p->word.value;
	int rc;

	if (p->word.type != WORD_VALUE || v->is != INTEGER || v->integer > INT32_MAX)
		return pz_word_fail(p->e, p->word.at,
				    "expected the number of an element, from 0, as in NAME[2]");
	*element = (int)v->integer;
	return (rc = pz_program_advance(p)) < 0 ? rc : pz_program_need(p, "]");
}

/* A key, of which path was read. */
static int parse_key(struct parser *p, const char *path, size_t at)
{
	int element = -1, key;
	int rc = pz_program_skip(p, "[");

	if (rc > 0)
		rc = parse_element(p, &element);
	if (rc < 0 || (key = rc = pz_program_key(p, path, element, at)) < 0)
		return rc;
	rc = pz_program_add(p, (struct step){ .does = KEY, .what = key }, at, 1);
	return rc < 0 ? rc : ANY;
}

/* Words that begin no value, so that a slip is found where it is. */
static bool is_reserved(const struct parser *p)
{
	static const char *const words[] = { "and", "or", "not", "in", "is", "missing", "null" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (pz_word_is(p->e, &p->word, words[i]))
			return true;
	return false;
}

static int parse_name(struct parser *p)
{
	struct word name = p->word;
	bool truth = pz_word_is(p->e, &name, "true");
	int rc;

	if (is_reserved(p))
		return pz_word_fail(
			p->e, name.at, "expected a number, a text, a key or a bracket%s",
			pz_word_is(p->e, &name, "missing") || pz_word_is(p->e, &name, "null")
				? "; of what is missing: is missing"
				: "");
	if ((rc = pz_program_advance(p)) < 0)
		return rc;
	if (truth || pz_word_is(p->e, &name, "false")) {
		rc = pz_program_add(
			p, (struct step){ .does = PUSH, .value = pz_value_of_truth(truth) },
			name.at, 1);
		return rc < 0 ? rc : TRUTHS;
	}
	if (!pz_word_is(p->e, &p->word, "("))
		return parse_key(p, name.value.text, name.at);
	for (enum function f = 0; f < FUNCTIONS; f++)
		if (!strcmp(name.value.text, pz_function_form[f].name))
			return (rc = pz_program_advance(p)) < 0 ? rc : parse_call(p, f, name.at);
	return pz_word_fail(p->e, name.at,
			    "expected a function: abs, sqrt, exp, ln, log10, min, max, bits or "
			    "separation");
}

static int parse_value(struct parser *p)
{
	struct word word = p->word;
	int rc, kinds;

	if (word.type == WORD_NAME)
		return parse_name(p);
	if (word.type == WORD_VALUE) {
		rc = pz_program_add(p, (struct step){ .does = PUSH, .value = word.value }, word.at,
				    1);
		if (rc == 0)
			rc = pz_program_advance(p);
		return rc < 0 ? rc : word.value.is == TEXT ? TEXTS : NUMBERS;
	}
	if (word.type == WORD_KEY)
		return (rc = pz_program_advance(p)) < 0 ? rc
							: parse_key(p, word.value.text, word.at);
	if (word.type == WORD_FILE)
		return pz_word_fail(p->e, word.at, "expected 'in' before the name of a list");
	if ((rc = pz_program_skip(p, "(")) < 0)
		return rc;
	if (rc == 0)
		return pz_word_fail(p->e, word.at, "expected a number, a text, a key or a bracket");
	kinds = p->whole(p);
	return kinds < 0 || (rc = pz_program_need(p, ")")) == 1 ? kinds : rc;
}

/* -- arithmetic */

static int parse_sign(struct parser *p)
{
	size_t at = p->word.at;
	int minus = pz_program_skip(p, "-");
	int plus = minus == 0 ? pz_program_skip(p, "+") : 0;
	int kinds, rc;

	if (minus < 0 || plus < 0)
		return PZ_EUSAGE;
	if (++p->nested > DEPTH_MAX)
		return pz_word_fail(p->e, at, "expected brackets and signs at most %d deep",
				    DEPTH_MAX);
	if (!minus && !plus)
		kinds = parse_value(p);
	else if ((kinds = pz_program_need_kind(p, parse_sign(p), NUMBERS, at)) >= 0)
		kinds = NUMBERS;
	p->nested--;
	if (kinds < 0 || !minus)
		return kinds;
	rc = pz_program_add(p, (struct step){ .does = NEGATE }, at, 0);
	return rc < 0 ? rc : NUMBERS;
}

struct pair {
	const char *symbol;
	enum operation does;
};

/* Terms with one of two operators between them. */
static int parse_terms(struct parser *p, int (*term)(struct parser *), const struct pair pair[2])
{
	size_t left = p->word.at;
	int kinds = term(p), rc;

	while (kinds >= 0) {
		size_t at = p->word.at, right;
		int which = 0, found = pz_program_skip(p, pair[0].symbol);

		if (found == 0)
			found = pz_program_skip(p, pair[which = 1].symbol);
		if (found <= 0)
			return found < 0 ? found : kinds;
		right = p->word.at;
		if ((rc = pz_program_need_kind(p, kinds, NUMBERS, left)) < 0 ||
		    (rc = pz_program_need_kind(p, term(p), NUMBERS, right)) < 0 ||
		    (rc = pz_program_add(p, (struct step){ .does = pair[which].does }, at, -1)) < 0)
			return rc;
		kinds = NUMBERS;
	}
	return kinds;
}

static int parse_product(struct parser *p)
{
	return parse_terms(p, parse_sign, (struct pair[]){ { "*", MULTIPLY }, { "/", DIVIDE } });
}

int pz_program_sum(struct parser *p)
{
	return parse_terms(p, parse_product, (struct pair[]){ { "+", ADD }, { "-", SUBTRACT } });
}
