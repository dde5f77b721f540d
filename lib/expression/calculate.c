/* calculate.c -- what an expression does with numbers and texts */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "parts.h"

#define DEGREES (M_PI / 180)

const struct function_form pz_function_form[FUNCTIONS] = {
	[ABS] = { "abs", 1, 1 },
	[SQRT] = { "sqrt", 1, 1 },
	[EXP] = { "exp", 1, 1 },
	[LN] = { "ln", 1, 1 },
	[LOG10] = { "log10", 1, 1 },
	[MIN] = { "min", 2, ARGUMENTS_MAX },
	[MAX] = { "max", 2, ARGUMENTS_MAX },
	[BITS] = { "bits", 2, 2 },
	[SEPARATION] = { "separation", 4, 4 },
};

const char *pz_kind_name(enum kind kind)
{
	static const char *const name[] = {
		"nothing", "a number",      "a number",
		"a text",  "true or false", "bytes, an array or a map"
	};

	return name[kind];
}

double pz_value_double(const struct value *v)
{
	return v->is == INTEGER ? (double)v->integer : v->number;
}

struct value pz_value_of_double(double x)
{
	return isfinite(x) ? (struct value){ .is = NUMBER, .number = x } : (struct value){ 0 };
}

struct value pz_value_of_truth(bool truth)
{
	return (struct value){ .is = TRUTH, .truth = truth };
}

struct value pz_value_combine(enum operation does, const struct value *a, const struct value *b)
{
	double x = pz_value_double(a), y = pz_value_double(b);

	switch (does) {
	case ADD:
		return pz_value_of_double(x + y);
	case SUBTRACT:
		return pz_value_of_double(x - y);
	case MULTIPLY:
		return pz_value_of_double(x * y);
	default:
		return pz_value_of_double(x / y);
	}
}

int pz_value_compare(const struct value *a, const struct value *b)
{
	double x, y;
	int sign;

	if (a->is == TEXT) {
		sign = memcmp(a->text, b->text, a->size < b->size ? a->size : b->size);
		return sign ? sign : (a->size > b->size) - (a->size < b->size);
	}
	if (a->is == TRUTH)
		return a->truth - b->truth;
	if (a->is == INTEGER && b->is == INTEGER)
		return (a->integer > b->integer) - (a->integer < b->integer);
	x = pz_value_double(a);
	y = pz_value_double(b);
	return (x > y) - (x < y);
}

/* The bits that two whole numbers have in common; of others there are none. */
static struct value common_bits(const struct value *a, const struct value *b)
{
	const struct value *both[2] = { a, b };
	int64_t whole[2];

	for (int i = 0; i < 2; i++)
		if (both[i]->is == INTEGER)
			whole[i] = both[i]->integer;
		else if (fabs(both[i]->number) < 0x1p53 &&
			 both[i]->number == trunc(both[i]->number))
			whole[i] = (int64_t)both[i]->number;
		else
			return (struct value){ 0 };
	return (struct value){ .is = INTEGER, .integer = whole[0] & whole[1] };
}

/* By the haversine, which is exact for small angles. Degrees. */
static double separate(double ra, double dec, double ra2, double dec2)
{
	double a = sin((dec2 - dec) * DEGREES / 2), b = sin((ra2 - ra) * DEGREES / 2);
	double h = a * a + cos(dec * DEGREES) * cos(dec2 * DEGREES) * b * b;

	return 2 * asin(sqrt(fmin(h, 1))) / DEGREES;
}

/* The least or greatest, as it is. */
static struct value take_extreme(const struct value *v, int n, int sign)
{
	const struct value *best = v;

	for (int i = 1; i < n; i++)
		if (sign * pz_value_compare(&v[i], best) > 0)
			best = &v[i];
	return *best;
}

struct value pz_value_call(enum function f, const struct value *v, int n)
{
	double x = pz_value_double(v);

	switch (f) {
	case ABS:
		return v->is == INTEGER && v->integer != INT64_MIN
			       ? (struct value){ .is = INTEGER, .integer = llabs(v->integer) }
			       : pz_value_of_double(fabs(x));
	case SQRT:
		return pz_value_of_double(sqrt(x));
	case EXP:
		return pz_value_of_double(exp(x));
	case LN:
		return pz_value_of_double(log(x));
	case LOG10:
		return pz_value_of_double(log10(x));
	case MIN:
		return take_extreme(v, n, -1);
	case MAX:
		return take_extreme(v, n, 1);
	case BITS:
		return common_bits(&v[0], &v[1]);
	default:
		return pz_value_of_double(separate(x, pz_value_double(&v[1]),
						   pz_value_double(&v[2]), pz_value_double(&v[3])));
	}
}
