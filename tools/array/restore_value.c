/* restore_value.c -- values from arrays as MessagePack, each as its tag says */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "restore_parts.h"

/* A number from an array, with all its digits. */
struct number {
	bool whole, negative;
	uint64_t x; /* whole: in two's complement */
	double real;
};

static int fail_value(const struct restore *r, const struct restored_column *c, size_t row,
		      const char *expected)
{
	return pz_fail(PZ_EDATA,
		       "%s: array '%s': row %llu: expected %s, as in its stream, found none",
		       r->path, pz_arrays_at(r->file, c->array)->name,
		       (unsigned long long)(r->row + row + 1), expected);
}

static const char *value_at(const struct restored_column *c, size_t row, size_t i)
{
	return c->block + (row * c->values + i) * c->one;
}

/* Whole numbers that stood among texts. */
static bool parse_whole(const char *text, struct number *n)
{
	char *end;

	errno = 0;
	*n = (struct number){ .whole = true, .negative = *text == '-' };
	n->x = n->negative ? (uint64_t)strtoll(text, &end, 10) : strtoull(text, &end, 10);
	n->real = n->negative ? (double)(int64_t)n->x : (double)n->x;
	return errno == 0 && *text && !*end;
}

static bool take_number(const struct restored_column *c, size_t row, size_t i, struct number *n)
{
	const char *at = value_at(c, row, i);
	int64_t whole;
	double x;
	float f;

	switch (c->load) {
	case LOAD_TEXT:
		return parse_whole(at, n);
	case LOAD_INTEGER:
		memcpy(&whole, at, sizeof whole);
		*n = (struct number){ true, whole < 0, (uint64_t)whole, (double)whole };
		return true;
	case LOAD_FLOAT:
		memcpy(&f, at, sizeof f);
		x = (double)f;
		break;
	default:
		memcpy(&x, at, sizeof x);
	}
	n->whole = fabs(x) <= 0x1p53 && x == floor(x) && !(x == 0 && signbit(x));
	n->negative = x < 0;
	n->x = n->whole ? (uint64_t)(int64_t)x : 0;
	n->real = x;
	return true;
}

/* A float32 with all its bits where the array has it; false: it is none. */
static bool take_float(const struct restored_column *c, size_t row, size_t i, double x, float *f)
{
	if (c->load == LOAD_FLOAT) {
		memcpy(f, value_at(c, row, i), sizeof *f);
		return true;
	}
	*f = (float)x;
	return isnan(x) || (double)*f == x;
}

/* What was changed to what the tag cannot be becomes a float64. */
static int put_number(struct restore *r, const struct restored_column *c, unsigned tag, size_t row,
		      size_t i)
{
	struct number n;
	float f;

	if (!take_number(c, row, i, &n))
		return fail_value(r, c, row, "a number");
	if (tag == TAG_BOOL)
		pack_byte(&r->record, 0xc2 + (n.real != 0));
	else if (tag == TAG_FLOAT && take_float(c, row, i, n.real, &f))
		pack_float(&r->record, f);
	else if (tag == TAG_FLOAT || tag == TAG_DOUBLE || !n.whole)
		pack_double(&r->record, n.real);
	else
		pack_whole(&r->record, tag, n.negative, n.x);
	return 0;
}

static bool is_number_tag(unsigned tag)
{
	return tag == TAG_WHOLE || tag == TAG_BOOL || tag == TAG_FLOAT || tag == TAG_DOUBLE ||
	       (tag >= 0xcc && tag <= 0xcf) || (tag >= 0xd0 && tag <= 0xd3);
}

static int put_array(struct restore *r, const struct restored_column *c,
		     const struct restored_part *part, size_t row)
{
	int rc = 0;

	if (part->n_tags != 1 && part->n_tags != c->values)
		return fail_value(r, c, row, "as many numbers");
	pack_array_head(&r->record, part->first, c->values);
	for (size_t i = 0; i < c->values && rc == 0; i++) {
		unsigned tag = r->parts.bytes[part->tags + (part->n_tags == 1 ? 0 : i)];

		if (tag == TAG_NIL)
			pack_byte(&r->record, TAG_NIL);
		else if (is_number_tag(tag))
			rc = put_number(r, c, tag, row, i);
		else
			rc = fail_value(r, c, row, "numbers");
	}
	return rc;
}

int restore_put_value(struct restore *r, const struct restored_part *part, size_t row)
{
	const struct restored_column *c = &r->column[part->column];
	unsigned tag = r->parts.bytes[part->tags];
	size_t size;

	if (part->array)
		return put_array(r, c, part, row);
	if (tag == TAG_BYTES) {
		pack_bytes_head(&r->record, c->values * c->one);
		pack_raw(&r->record, value_at(c, row, 0), c->values * c->one);
		return 0;
	}
	if (c->values != 1)
		return fail_value(r, c, row, "a single value");
	if (is_number_tag(tag))
		return put_number(r, c, tag, row, 0);
	if ((tag != TAG_TEXT && (tag < 0xd9 || tag > 0xdb)) || c->load != LOAD_TEXT)
		return fail_value(r, c, row, "a text");
	size = strlen(value_at(c, row, 0));
	pack_text_head(&r->record, tag, size);
	pack_raw(&r->record, value_at(c, row, 0), size);
	return 0;
}
