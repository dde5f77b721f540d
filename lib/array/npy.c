/* npy.c -- the header of NumPy's .npy: a Python dictionary that says type, order and shape
 *
 *      {'descr': '<f4', 'fortran_order': False, 'shape': (1000, 5, 64, 64), }
 *      {'descr': [('z', '<f4'), ('mag', '<f8', (5,))], 'fortran_order': False, 'shape': (1000,), }
 *
 * Of Python only what NumPy writes there is read: texts, whole numbers, True and False, tuples
 * and lists. Source: numpy.lib.format.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>

#include "parts.h"

#define TYPE_TEXT  24     /* bytes of a type's name       */
#define NPY_NAME   "data" /* of the array of a .npy */
#define FIELDS_MAX 512    /* fields of a record           */

/* Where the parser stands. */
struct text {
	const char *at, *end;
	bool bad; /* it met what NumPy does not write */
};

/* A field of a record, or the only one of an array that has none. */
struct field {
	char name[PZ_ARRAY_NAME];
	struct element element;
	int dims;
	uint64_t shape[PZ_ARRAY_DIMS];
	size_t offset;
};

struct header {
	struct field *field;
	int n;
	bool records; /* the fields have names */
	size_t record;
	bool fortran;
	int dims;
	uint64_t shape[PZ_ARRAY_DIMS];
	bool has_type, has_shape;
};

size_t pz_npy_header_size(const unsigned char begin[NPY_BEGIN])
{
	size_t size = begin[8] | (size_t)begin[9] << 8;

	if (memcmp(begin, "\x93NUMPY", 6) != 0 || begin[6] < 1 || begin[6] > 3)
		return 0;
	if (begin[6] == 1)
		return size + 10;
	size |= (size_t)begin[10] << 16 | (size_t)begin[11] << 24;
	return size <= NPY_HEADER_MAX ? size + 12 : 0;
}

/* -- Python */

static void skip_blanks(struct text *t)
{
	while (t->at < t->end && strchr(" \t\r\n", *t->at) && *t->at)
		t->at++;
}

/* Whether the next character is c, which is then passed. */
static bool take(struct text *t, char c)
{
	skip_blanks(t);
	if (t->at == t->end || *t->at != c)
		return false;
	t->at++;
	return true;
}

static void need(struct text *t, char c)
{
	t->bad |= !take(t, c);
}

/* A text in quotes, without escapes. */
static void take_text(struct text *t, char *to, size_t size)
{
	char quote = '\'';
	const char *begin;

	skip_blanks(t);
	if (t->at < t->end && (*t->at == 'u' || *t->at == 'b'))
		t->at++; /* as Python 2 wrote them */
	if (t->at < t->end && *t->at == '"')
		quote = '"';
	need(t, quote);
	begin = t->at;
	while (t->at < t->end && *t->at != quote && *t->at != '\\' && *t->at)
		t->at++;
	if (t->bad || t->at == t->end || *t->at != quote || (size_t)(t->at - begin) >= size) {
		t->bad = true;
		*to = '\0';
		return;
	}
	memcpy(to, begin, (size_t)(t->at - begin));
	to[t->at++ - begin] = '\0';
}

/* The number that stands here; blanks before it were passed. */
static uint64_t take_number(struct text *t)
{
	uint64_t n = 0;

	t->bad |= t->at == t->end || *t->at < '0' || *t->at > '9';
	for (; !t->bad && t->at < t->end && *t->at >= '0' && *t->at <= '9'; t->at++) {
		t->bad = n > (uint64_t)INT64_MAX / 10 - 1;
		n = 10 * n + (uint64_t)(*t->at - '0');
	}
	if (t->at < t->end && *t->at == 'L')
		t->at++; /* as Python 2 wrote them */
	return n;
}

/* Whether the word comes next, which is then passed. */
static bool take_word(struct text *t, const char *word)
{
	size_t n = strlen(word);

	skip_blanks(t);
	if ((size_t)(t->end - t->at) < n || memcmp(t->at, word, n) != 0)
		return false;
	t->at += n;
	return true;
}

static bool take_bool(struct text *t)
{
	if (take_word(t, "True"))
		return true;
	t->bad |= !take_word(t, "False");
	return false;
}

/* (), (3,), (3, 4), or of a field a number without them. */
static int take_shape(struct text *t, uint64_t shape[PZ_ARRAY_DIMS])
{
	int dims = 0;

	if (!take(t, '(')) {
		shape[0] = take_number(t);
		return 1;
	}
	while (!t->bad && !take(t, ')')) {
		uint64_t n = take_number(t);

		if (dims < PZ_ARRAY_DIMS)
			shape[dims] = n;
		dims++;
		if (!take(t, ',')) {
			need(t, ')');
			break;
		}
	}
	return dims;
}

/* -- types */

static void take_type(struct text *t, struct element *e)
{
	char type[TYPE_TEXT];

	take_text(t, type, sizeof type);
	if (!t->bad && !pz_element_parse(type, e))
		*e = (struct element){ .kind = 'O' }; /* complex numbers, dates, longdouble ... */
}

/* ('z', '<f4') or ('mag', '<f8', (5,)) */
static void take_field(struct text *t, struct field *f)
{
	need(t, '(');
	take_text(t, f->name, sizeof f->name);
	need(t, ',');
	take_type(t, &f->element);
	if (take(t, ',') && !take(t, ')')) {
		f->dims = take_shape(t, f->shape);
		take(t, ',');
		need(t, ')');
	} else if (!t->bad && t->at[-1] != ')') {
		need(t, ')');
	}
}

/* Bytes of a field; 0: nobody knows, or too many. */
static size_t field_bytes(const struct field *f)
{
	uint64_t n = f->element.size;

	if (f->element.kind == 'O' || f->dims > PZ_ARRAY_DIMS)
		return 0;
	for (int d = 0; d < f->dims; d++) {
		if (f->shape[d] && n > PZ_ARRAY_ROW_MAX / f->shape[d])
			return 0;
		n *= f->shape[d];
	}
	return (size_t)n;
}

/* The fields of records. Where the size of one is not known, those behind it have no place. */
static void take_fields(struct text *t, struct header *h)
{
	h->records = true;
	while (!t->bad && !take(t, ']')) {
		struct field *f = &h->field[h->n];
		size_t bytes;

		if (h->n == FIELDS_MAX) {
			t->bad = true;
			return;
		}
		take_field(t, f);
		bytes = field_bytes(f);
		t->bad |= bytes == 0 || h->record + bytes > PZ_ARRAY_ROW_MAX;
		f->offset = h->record;
		h->record += bytes;
		h->n++;
		if (!take(t, ',')) {
			need(t, ']');
			return;
		}
	}
}

static void take_entry(struct text *t, struct header *h)
{
	char key[TYPE_TEXT];

	take_text(t, key, sizeof key);
	need(t, ':');
	if (!strcmp(key, "descr") && !h->has_type) {
		h->has_type = true;
		if (take(t, '['))
			take_fields(t, h);
		else
			take_type(t, &h->field[h->n++].element);
	} else if (!strcmp(key, "fortran_order")) {
		h->fortran = take_bool(t);
	} else if (!strcmp(key, "shape") && !h->has_shape) {
		h->has_shape = true;
		h->dims = take_shape(t, h->shape);
	} else {
		t->bad = true;
	}
}

static bool parse(struct text *t, struct header *h)
{
	need(t, '{');
	while (!t->bad && !take(t, '}')) {
		take_entry(t, h);
		if (!take(t, ',')) {
			need(t, '}');
			break;
		}
	}
	return !t->bad && h->has_type && h->has_shape && h->n > 0;
}

/* -- arrays */

/* Without records, name is that of the array; else fields are named by it, or, where it is "",
 * by their own names alone. */
static int add_field(struct pz_arrays *a, const char *name, int source, const struct header *h,
		     const struct field *f)
{
	char full[2 * PZ_ARRAY_NAME];
	struct array *which;
	int rc;

	if (!h->records)
		snprintf(full, sizeof full, "%s", *name ? name : NPY_NAME);
	else
		snprintf(full, sizeof full, "%s%s%s", name, *name ? "/" : "", f->name);
	if (!(which = pz_array_list_add(a, full, &rc)))
		return rc;
	which->element = f->element;
	if (h->records && h->dims > 1)
		which->element = (struct element){ .kind = 'O' }; /* records within a row */
	which->source = source;
	which->offset = f->offset;
	which->record = h->record;
	which->fortran = h->fortran;
	which->is.dims = h->dims + f->dims;
	for (int d = 0; d < which->is.dims && d < PZ_ARRAY_DIMS; d++)
		which->is.shape[d] = d < h->dims ? h->shape[d] : f->shape[d - h->dims];
	return pz_array_list_measure(a, which);
}

int pz_npy_add(struct pz_arrays *a, const char *name, int source, const char *header, size_t size)
{
	struct text t = { .at = header, .end = header + size };
	struct header h = { .field = calloc(FIELDS_MAX, sizeof *h.field) };
	int rc = 0;

	if (!h.field)
		return pz_fail(PZ_ENOMEM, "%s: no memory for a header", a->path);
	if (!parse(&t, &h))
		rc = pz_fail(PZ_ECORRUPT,
			     "%s: array '%s': expected a header as NumPy writes it, found '%.60s'",
			     a->path, name, header);
	for (int i = 0; i < h.n && rc == 0; i++)
		rc = add_field(a, name, source, &h, &h.field[i]);
	free(h.field);
	return rc;
}

uint64_t pz_npy_bytes(const struct array *which)
{
	uint64_t one = which->record ? which->record
				     : which->is.values * (uint64_t)which->element.size;

	return which->element.kind == 'O' ? 0 : which->is.rows * one;
}

void pz_npy_pick_field(const struct array *which, size_t n, void *raw)
{
	size_t one = which->is.values * which->element.size;
	char *bytes = raw;

	for (size_t i = 0; i < n && which->record; i++)
		memmove(bytes + i * one, bytes + i * which->record + which->offset, one);
}
