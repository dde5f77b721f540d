/* evaluate.c -- what an expression says of a record */
#include <math.h>
#include <string.h>

#include <pz/error.h>

#include "parts.h"

/* -- the values of a record */

/* Element i of an array, or of the float32 of features and p(z); NULL: there is none. */
static const void *find_element(const struct key *k, const void *raw, size_t *size, struct value *v)
{
	const unsigned char *bytes;
	const void *item = NULL;
	uint32_t bits = 0;
	float x;
	size_t n;

	if (pz_value_type(raw) == PZ_ARRAY) {
		size_t whole = *size;

		for (int i = 0; i <= k->element; i++)
			if (!pz_value_next(raw, whole, &item, size))
				return NULL;
		return item;
	}
	if (pz_value_type(raw) != PZ_BYTES ||
	    (strcmp(k->path, "features") != 0 && strcmp(k->path, "pz") != 0)) {
		v->is = OTHER;
		return NULL;
	}
	bytes = pz_value_bytes(raw, *size, &n);
	if ((size_t)k->element >= n / 4)
		return NULL;
	bytes += 4 * (size_t)k->element;
	for (int i = 4; i-- > 0;)
		bits = bits << 8 | bytes[i];
	memcpy(&x, &bits, sizeof x);
	*v = (struct value){ .is = NUMBER, .number = (double)x };
	return NULL;
}

/* A number as it counts: missing, or doubtful. */
static void judge_number(const struct pz_expression *e, struct key *k, struct value *v)
{
	double x = pz_value_double(v);

	if (!isfinite(x) || pz_missing_is(&e->missing, x)) {
		v->is = MISSING;
	} else if (!e->missing.given && (v->is == NUMBER || x < 0) && pz_missing_suspect(x)) {
		k->suspect = k->suspects++ ? k->suspect : x;
	}
}

static void take_value(const struct pz_expression *e, struct key *k, const pz_map *record,
		       struct value *v)
{
	size_t size;
	const void *raw = pz_map_raw(record, k->path, &size);

	*v = (struct value){ .is = MISSING };
	if (raw && k->element >= 0)
		raw = find_element(k, raw, &size, v);
	k->found += raw || v->is != MISSING;
	switch (raw ? pz_value_type(raw) : PZ_NIL) {
	case PZ_NIL:
		break;
	case PZ_INTEGER:
	case PZ_FLOAT:
		v->is = pz_value_type(raw) == PZ_INTEGER && pz_value_integer(raw, size, &v->integer)
				? INTEGER
				: NUMBER;
		if (v->is == NUMBER)
			v->number = pz_value_number(raw, size, NAN);
		break;
	case PZ_TEXT:
		v->is = TEXT;
		v->text = pz_value_bytes(raw, size, &v->size);
		break;
	case PZ_BOOL:
		*v = pz_value_of_truth(*(const unsigned char *)raw == 0xc3);
		break;
	default:
		v->is = OTHER;
	}
	if (v->is == INTEGER || v->is == NUMBER)
		judge_number(e, k, v);
}

/* -- the program */

static bool is_number(const struct value *v)
{
	return v->is == INTEGER || v->is == NUMBER;
}

static int fail_kind(const struct step *s, const char *expected, const struct value *found)
{
	if (found->is == TEXT)
		return pz_fail(PZ_EDATA, "column %zu: expected %s, found the text '%.*s%s'",
			       s->column, expected, (int)(found->size < 40 ? found->size : 40),
			       found->text, found->size < 40 ? "" : "...");
	return pz_fail(PZ_EDATA, "column %zu: expected %s, found %s", s->column, expected,
		       pz_kind_name(found->is));
}

/* Checks n values for arithmetic: 1 all are numbers, 0 one is missing. */
static int need_numbers(const struct step *s, const struct value *v, int n)
{
	bool missing = false;

	for (int i = 0; i < n; i++)
		if (v[i].is == MISSING)
			missing = true;
		else if (!is_number(&v[i]))
			return fail_kind(s, "a number", &v[i]);
	return !missing;
}

static int compare_values(const struct step *s, const struct value *a, const struct value *b,
			  struct value *result)
{
	enum kind kind = is_number(a) ? NUMBER : a->is;
	bool order = s->what != EQUAL && s->what != UNEQUAL;
	int sign;

	*result = (struct value){ .is = MISSING };
	for (const struct value *v = a;; v = b) {
		if (v->is == OTHER || (order && v->is == TRUTH))
			return fail_kind(s, "a number or a text", v);
		if (v == b)
			break;
	}
	if (a->is == MISSING || b->is == MISSING)
		return 0;
	if (kind != (is_number(b) ? NUMBER : b->is))
		return fail_kind(s, pz_kind_name(kind), b);
	sign = pz_value_compare(a, b);
	*result = pz_value_of_truth(s->what == LESS            ? sign < 0
				    : s->what == LESS_EQUAL    ? sign <= 0
				    : s->what == GREATER       ? sign > 0
				    : s->what == GREATER_EQUAL ? sign >= 0
				    : s->what == EQUAL         ? sign == 0
							       : sign != 0);
	return 0;
}

/* Kleene's logic: what decides is true of or, false of and; else one that is unknown makes the
 * result unknown. */
static int join_truths(const struct step *s, const struct value *a, const struct value *b,
		       struct value *result)
{
	bool decides = s->does == OR;

	for (const struct value *v = a;; v = b) {
		if (v->is != TRUTH && v->is != MISSING)
			return fail_kind(s, "true or false", v);
		if (v == b)
			break;
	}
	if ((a->is == TRUTH && a->truth == decides) || (b->is == TRUTH && b->truth == decides))
		*result = pz_value_of_truth(decides);
	else if (a->is == MISSING || b->is == MISSING)
		*result = (struct value){ .is = MISSING };
	else
		*result = pz_value_of_truth(!decides);
	return 0;
}

/* a <= b < c: with a <= b below them, b and c are on top. Returns the new height. */
static int run_compare(const struct step *s, struct value *stack, int top)
{
	struct value result, right = stack[top - 1];
	int rc = compare_values(s, &stack[top - 2], &right, &result);

	top -= 2;
	if (rc == 0 && s->chained) {
		rc = join_truths(&(struct step){ .does = AND, .column = s->column },
				 &stack[top - 1], &result, &result);
		top--;
	}
	if (rc < 0)
		return rc;
	stack[top++] = result;
	if (s->keeps)
		stack[top++] = right;
	return top;
}

static int find_in_list(struct pz_expression *e, const struct step *s, struct value *v)
{
	struct list *l = &e->list[s->what];

	if (v->is == MISSING)
		return 0;
	if (v->is == OTHER || v->is == TRUTH)
		return fail_kind(s, "a number or a text", v);
	if (v->is == TEXT ? !l->texts : !l->numbers)
		return fail_kind(
			s, l->texts ? "a text, as in the list" : "a number, as in the list", v);
	*v = pz_value_of_truth(pz_list_has(l, v));
	return 0;
}

static int negate_truth(const struct step *s, struct value *v)
{
	if (v->is != TRUTH && v->is != MISSING)
		return fail_kind(s, "true or false", v);
	v->truth = !v->truth;
	return 0;
}

static void negate_number(struct value *v)
{
	if (v->is == INTEGER && v->integer != INT64_MIN)
		v->integer = -v->integer;
	else
		*v = pz_value_of_double(-pz_value_double(v));
}

/* Runs a step on the stack, of which top values are used: how many are then, or an error. */
static int run_step(struct pz_expression *e, const struct step *s, struct value *stack, int top)
{
	struct value *last = stack + top - (top > 0); /* before PUSH and KEY there may be none */
	int rc;

	switch (s->does) {
	case PUSH:
		stack[top] = s->value;
		return top + 1;
	case KEY:
		stack[top] = e->of[s->what];
		return top + 1;
	case NEGATE:
		if ((rc = need_numbers(s, last, 1)) > 0)
			negate_number(last);
		return rc < 0 ? rc : top;
	case COMPARE:
		return run_compare(s, stack, top);
	case IN:
		return (rc = find_in_list(e, s, last)) < 0 ? rc : top;
	case IS_MISSING:
		*last = pz_value_of_truth(last->is == MISSING);
		return top;
	case NOT:
		return (rc = negate_truth(s, last)) < 0 ? rc : top;
	case AND:
	case OR:
		return (rc = join_truths(s, last - 1, last, last - 1)) < 0 ? rc : top - 1;
	case CALL:
		last -= s->arguments - 1;
		if ((rc = need_numbers(s, last, s->arguments)) < 0)
			return rc;
		*last = rc ? pz_value_call((enum function)s->what, last, s->arguments)
			   : (struct value){ .is = MISSING };
		return top - s->arguments + 1;
	default:
		if ((rc = need_numbers(s, last - 1, 2)) < 0)
			return rc;
		last[-1] = rc ? pz_value_combine(s->does, last - 1, last)
			      : (struct value){ .is = MISSING };
		return top - 1;
	}
}

int pz_expression_test(struct pz_expression *e, const pz_map *record)
{
	int top = 0;

	for (int i = 0; i < e->keys; i++)
		take_value(e, &e->key[i], record, &e->of[i]);
	for (int i = 0; i < e->steps; i++)
		if ((top = run_step(e, &e->step[i], e->stack, top)) < 0)
			return top;
	if (e->stack[0].is != TRUTH && e->stack[0].is != MISSING)
		return pz_fail(PZ_EDATA, "column 1: expected true or false, found %s",
			       pz_kind_name(e->stack[0].is));
	return e->stack[0].is == MISSING ? PZ_UNKNOWN : e->stack[0].truth ? PZ_TRUE : PZ_FALSE;
}
