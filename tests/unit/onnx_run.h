/* onnx_run.h -- runs an ONNX graph: a reader of its bytes, and the operators of set 13 that
 * networks here are made of, in plain loops of doubles
 *
 *      struct onnx o = onnx_read(bytes, size);
 *
 *      onnx_set(&o, "image", 4, (long[]){ n, bands, size, size }, x);
 *      onnx_run(&o);
 *      onnx_find(&o, "pz")->v ...
 *
 * What is not as expected fails the test.
 */
#ifndef ONNX_RUN_H
#define ONNX_RUN_H

#include <math.h>

struct onnx_value {
	char name[96];
	int rank;
	long shape[4];
	double *v;
};

/* A field of a message: a number, or bytes. */
struct onnx_field {
	int number;
	uint64_t value;
	const unsigned char *bytes;
	size_t size;
};

struct onnx_node {
	char type[24], name[96], input[20][96], output[20][96];
	int inputs, outputs;
	struct {
		char name[24];
		long value[4];
		int n;
	} attribute[6];
	int attributes;
};

struct onnx {
	struct onnx_value value[400];
	struct onnx_node node[200];
	int values, nodes, ir, operators;
	char note[400], declared[200]; /* "key=text;", "in:image/Nx2x6x6 " ...     */
};

static inline uint64_t onnx_varint(const unsigned char **at)
{
	uint64_t x = 0;
	int shift = 0;

	do {
		x |= (uint64_t)(**at & 0x7f) << shift;
		shift += 7;
	} while (*(*at)++ & 0x80);
	return x;
}

/* The next field, at *at; false at the end. */
static inline bool onnx_next(const unsigned char **at, const unsigned char *end,
			     struct onnx_field *f)
{
	uint64_t key;

	if (*at >= end)
		return false;
	key = onnx_varint(at);
	*f = (struct onnx_field){ .number = (int)(key >> 3) };
	assert_true((key & 7) == 0 || (key & 7) == 2);
	f->value = onnx_varint(at);
	if ((key & 7) == 2) {
		f->bytes = *at;
		f->size = f->value;
		*at += f->size;
	}
	assert_true(*at <= end);
	return true;
}

/* A field that is none of those that are written here. */
static inline void onnx_unknown(const char *where, const struct onnx_field *f)
{
	fail_msg("%s: field %d", where, f->number);
}

#define ONNX_FIELDS(of)                                                                            \
	const unsigned char *at = (of)->bytes, *end = at + (of)->size;                             \
	struct onnx_field f;                                                                       \
	while (onnx_next(&at, end, &f))

static inline void onnx_text(const struct onnx_field *f, char *to, size_t size)
{
	assert_true(f->size < size);
	memcpy(to, f->bytes, f->size);
	to[f->size] = 0;
}

static inline void onnx_is_text(const struct onnx_field *f, const char *expected)
{
	assert_int_equal(f->size, strlen(expected));
	assert_memory_equal(f->bytes, expected, f->size);
}

static inline long onnx_count(const struct onnx_value *v)
{
	long n = 1;

	for (int i = 0; i < v->rank; i++)
		n *= v->shape[i];
	return n;
}

static inline struct onnx_value *onnx_find(struct onnx *o, const char *name)
{
	for (int i = 0; i < o->values; i++)
		if (!strcmp(o->value[i].name, name))
			return &o->value[i];
	fail_msg("no value '%s'", name);
	return NULL;
}

static inline struct onnx_value *onnx_new(struct onnx *o, const char *name, int rank,
					  const long *shape)
{
	struct onnx_value *v = &o->value[o->values++];

	for (struct onnx_value *other = o->value; other < v; other++)
		assert_string_not_equal(other->name, name);
	assert_true(o->values <= 400);
	assert_true(strlen(name) < sizeof v->name);
	memmove(v->name, name, strlen(name) + 1);
	v->rank = rank;
	memcpy(v->shape, shape, (size_t)rank * sizeof *shape);
	v->v = calloc((size_t)onnx_count(v), sizeof *v->v);
	return v;
}

static inline void onnx_set(struct onnx *o, const char *name, int rank, const long *shape,
			    const float *x)
{
	struct onnx_value *v = onnx_new(o, name, rank, shape);

	for (long i = 0; i < onnx_count(v); i++)
		v->v[i] = (double)x[i];
}

/* -- reading */

static inline void onnx_take_tensor(struct onnx *o, const struct onnx_field *of)
{
	struct onnx_value read = { .rank = 0 }, *v;
	const unsigned char *bytes = NULL;

	ONNX_FIELDS(of)
	{
		if (f.number == 1)
			read.shape[read.rank++] = (long)f.value;
		else if (f.number == 2)
			assert_int_equal(f.value, 1); /* float32 */
		else if (f.number == 8)
			onnx_text(&f, read.name, sizeof read.name);
		else if (f.number == 9)
			bytes = f.bytes;
		else
			onnx_unknown("tensor", &f);
	}
	v = onnx_new(o, read.name, read.rank, read.shape);
	for (long i = 0; i < onnx_count(v); i++) {
		float x;

		memcpy(&x, bytes + 4 * i, 4);
		v->v[i] = (double)x;
	}
}

static inline void onnx_take_attribute(struct onnx_node *n, const struct onnx_field *of)
{
	int k = n->attributes++;

	ONNX_FIELDS(of)
	{
		if (f.number == 1)
			onnx_text(&f, n->attribute[k].name, sizeof n->attribute[k].name);
		else if (f.number == 3 || f.number == 8)
			n->attribute[k].value[n->attribute[k].n++] = (long)f.value;
		else if (f.number == 20)
			assert_int_equal(f.value, n->attribute[k].n > 1 ? 7 : 2);
		else
			onnx_unknown("attribute", &f);
	}
}

static inline void onnx_take_node(struct onnx *o, const struct onnx_field *of)
{
	struct onnx_node *n = &o->node[o->nodes++];

	assert_true(o->nodes <= 200);
	ONNX_FIELDS(of)
	{
		if (f.number == 1)
			onnx_text(&f, n->input[n->inputs++], 96);
		else if (f.number == 2)
			onnx_text(&f, n->output[n->outputs++], 96);
		else if (f.number == 3)
			onnx_text(&f, n->name, sizeof n->name);
		else if (f.number == 4)
			onnx_text(&f, n->type, sizeof n->type);
		else if (f.number == 5)
			onnx_take_attribute(n, &f);
		else
			onnx_unknown("node", &f);
	}
	for (const struct onnx_node *other = o->node; other < n; other++)
		assert_string_not_equal(other->name, n->name);
}

/* Adds "in:image/Nx2x6x6 " to what is declared. */
static inline void onnx_take_value(struct onnx *o, const char *what, const struct onnx_field *of)
{
	size_t used = strlen(o->declared);
	char name[32] = "", shape[64] = "";

	ONNX_FIELDS(of)
	{
		if (f.number == 1) {
			onnx_text(&f, name, sizeof name);
		} else if (f.number == 2) {
			const unsigned char *a = f.bytes, *b = a + f.size;
			struct onnx_field type = { 0 }, part, axis;

			assert_true(onnx_next(&a, b, &type)); /* tensor */
			a = type.bytes;
			b = a + type.size;
			while (onnx_next(&a, b, &part)) {
				const unsigned char *c = part.bytes, *d = c + part.size;

				if (part.number == 1)
					assert_int_equal(part.value, 1);
				while (part.number == 2 && onnx_next(&c, d, &axis)) {
					const unsigned char *e = axis.bytes;
					struct onnx_field length = { 0 };

					assert_true(onnx_next(&e, e + axis.size, &length));
					if (length.number == 2)
						onnx_text(&length, shape, sizeof shape);
					else
						sprintf(shape + strlen(shape), "x%d",
							(int)length.value);
				}
			}
		}
	}
	snprintf(o->declared + used, sizeof o->declared - used, "%s:%s/%s ", what, name, shape);
}

static inline void onnx_take_graph(struct onnx *o, const struct onnx_field *of)
{
	ONNX_FIELDS(of)
	{
		if (f.number == 1)
			onnx_take_node(o, &f);
		else if (f.number == 5)
			onnx_take_tensor(o, &f);
		else if (f.number == 11 || f.number == 12)
			onnx_take_value(o, f.number == 11 ? "in" : "out", &f);
		else if (f.number == 2)
			onnx_is_text(&f, "pzpipe");
		else
			onnx_unknown("graph", &f);
	}
}

static inline struct onnx *onnx_read(const char *bytes, size_t size)
{
	struct onnx *o = calloc(1, sizeof *o);
	struct onnx_field whole = { 0, 0, (const unsigned char *)bytes, size };

	ONNX_FIELDS(&whole)
	{
		if (f.number == 1) {
			o->ir = (int)f.value;
		} else if (f.number == 2) {
			onnx_is_text(&f, "pzpipe");
		} else if (f.number == 7) {
			onnx_take_graph(o, &f);
		} else if (f.number == 8) {
			const unsigned char *a = f.bytes;
			struct onnx_field version = { 0 };

			assert_true(onnx_next(&a, a + f.size, &version));
			assert_int_equal(version.number, 2);
			o->operators = (int)version.value;
		} else if (f.number == 14) {
			const unsigned char *a = f.bytes, *b = a + f.size;
			struct onnx_field part;
			size_t used;

			while (onnx_next(&a, b, &part)) {
				used = strlen(o->note);
				snprintf(o->note + used, sizeof o->note - used, "%.*s%s",
					 (int)part.size, (const char *)part.bytes,
					 part.number == 1 ? "=" : ";");
			}
		} else {
			onnx_unknown("model", &f);
		}
	}
	return o;
}

static inline void onnx_free(struct onnx *o)
{
	for (int i = 0; i < o->values; i++)
		free(o->value[i].v);
	free(o);
}

/* -- running */

/* The attribute of this name, which has so many numbers. */
static inline const long *onnx_attribute(const struct onnx_node *n, const char *name, int count)
{
	for (int i = 0; i < n->attributes; i++)
		if (!strcmp(n->attribute[i].name, name)) {
			assert_int_equal(n->attribute[i].n, count);
			return n->attribute[i].value;
		}
	fail_msg("%s has no attribute '%s'", n->type, name);
	return NULL;
}

static inline void onnx_conv(struct onnx *o, const struct onnx_node *n)
{
	const struct onnx_value *x = onnx_find(o, n->input[0]), *w = onnx_find(o, n->input[1]);
	const struct onnx_value *b = onnx_find(o, n->input[2]);
	const long *kernel = onnx_attribute(n, "kernel_shape", 2),
		   *pad = onnx_attribute(n, "pads", 4);
	long side = x->shape[2] + pad[0] + pad[2] - kernel[0] + 1, in = x->shape[1];
	struct onnx_value *y =
		onnx_new(o, n->output[0], 4, (long[]){ x->shape[0], w->shape[0], side, side });
	long s = x->shape[2];

	assert_int_equal(s + pad[1] + pad[3] - kernel[1] + 1, side);
	assert_true(w->shape[1] == in && w->shape[2] == kernel[0] && w->shape[3] == kernel[1]);
	for (long i = 0; i < onnx_count(y); i++) {
		long c = i % side, r = i / side % side, out = i / side / side % w->shape[0];
		long m = i / side / side / w->shape[0];

		y->v[i] = b->v[out];
		for (long k = 0; k < in * kernel[0] * kernel[1]; k++) {
			long kx = k % kernel[1], ky = k / kernel[1] % kernel[0];
			long from = k / kernel[1] / kernel[0], u = r + ky - pad[0];
			long v = c + kx - pad[1];

			if (u >= 0 && u < s && v >= 0 && v < s)
				y->v[i] += w->v[out * in * kernel[0] * kernel[1] + k] *
					   x->v[((m * in + from) * s + u) * s + v];
		}
	}
}

static inline void onnx_pool(struct onnx *o, const struct onnx_node *n)
{
	const struct onnx_value *x = onnx_find(o, n->input[0]);
	const long *step = onnx_attribute(n, "strides", 2), *pad = onnx_attribute(n, "pads", 4);
	long s = x->shape[2], side = (s + pad[0] + pad[2] - 2) / step[0] + 1;
	struct onnx_value *y =
		onnx_new(o, n->output[0], 4, (long[]){ x->shape[0], x->shape[1], side, side });

	const long *kernel = onnx_attribute(n, "kernel_shape", 2);

	assert_true(kernel[0] == 2 && kernel[1] == 2 && pad[0] == 0 && pad[1] == 0);
	assert_int_equal((s + pad[1] + pad[3] - 2) / step[1] + 1, side);
	assert_int_equal(onnx_attribute(n, "count_include_pad", 1)[0], 0);
	for (long i = 0; i < onnx_count(y); i++) {
		long c = i % side * step[1], r = i / side % side * step[0], map = i / side / side;
		double sum = 0, all = 0;

		for (long k = 0; k < 4; k++)
			if (r + k / 2 < s && c + k % 2 < s) {
				sum += x->v[(map * s + r + k / 2) * s + c + k % 2];
				all++;
			}
		y->v[i] = sum / all;
	}
}

/* Values side by side along axis 1. */
static inline void onnx_concat(struct onnx *o, const struct onnx_node *n)
{
	struct onnx_value first = *onnx_find(o, n->input[0]), *y;
	long all = 0, after = 1, at = 0;

	assert_int_equal(onnx_attribute(n, "axis", 1)[0], 1);
	for (int i = 0; i < n->inputs; i++)
		all += onnx_find(o, n->input[i])->shape[1];
	for (int i = 2; i < first.rank; i++)
		after *= first.shape[i];
	first.shape[1] = all;
	y = onnx_new(o, n->output[0], first.rank, first.shape);
	for (int i = 0; i < n->inputs; i++) {
		const struct onnx_value *x = onnx_find(o, n->input[i]);
		long own = x->shape[1] * after;

		for (long m = 0; m < first.shape[0]; m++)
			memcpy(y->v + m * all * after + at, x->v + m * own,
			       (size_t)own * sizeof *x->v);
		at += own;
	}
}

static inline void onnx_gemm(struct onnx *o, const struct onnx_node *n)
{
	const struct onnx_value *x = onnx_find(o, n->input[0]), *w = onnx_find(o, n->input[1]);
	const struct onnx_value *b = onnx_find(o, n->input[2]);
	struct onnx_value *y = onnx_new(o, n->output[0], 2, (long[]){ x->shape[0], w->shape[0] });

	assert_int_equal(onnx_attribute(n, "transB", 1)[0], 1);
	assert_true(x->rank == 2 && x->shape[1] == w->shape[1]);
	for (long i = 0; i < onnx_count(y); i++) {
		long out = i % w->shape[0], m = i / w->shape[0];

		y->v[i] = b->v[out];
		for (long k = 0; k < w->shape[1]; k++)
			y->v[i] += w->v[out * w->shape[1] + k] * x->v[m * w->shape[1] + k];
	}
}

static inline void onnx_softmax(struct onnx *o, const struct onnx_node *n)
{
	const struct onnx_value *x = onnx_find(o, n->input[0]);
	struct onnx_value *y = onnx_new(o, n->output[0], 2, x->shape);

	assert_int_equal(onnx_attribute(n, "axis", 1)[0], 1);
	for (long m = 0; m < x->shape[0]; m++) {
		double sum = 0;

		for (long k = 0; k < x->shape[1]; k++)
			sum += exp(x->v[m * x->shape[1] + k]);
		for (long k = 0; k < x->shape[1]; k++)
			y->v[m * x->shape[1] + k] = exp(x->v[m * x->shape[1] + k]) / sum;
	}
}

/* Element i of y is one of x, which may have one row, one column, or one value a map. */
static inline double onnx_spread(const struct onnx_value *y, const struct onnx_value *x, long i)
{
	long at = 0, step = 1;

	for (int k = y->rank - 1, j = x->rank - 1; k >= 0; k--, j--) {
		long index = i % y->shape[k];

		i /= y->shape[k];
		if (j < 0)
			continue;
		assert_true(x->shape[j] == 1 || x->shape[j] == y->shape[k]);
		at += x->shape[j] == 1 ? 0 : index * step;
		step *= x->shape[j];
	}
	return x->v[at];
}

static inline void onnx_each(struct onnx *o, const struct onnx_node *n)
{
	const struct onnx_value *x[3] = { NULL };
	const char *t = n->type;
	struct onnx_value *y;
	int widest = 0;

	for (int i = 0; i < n->inputs; i++) {
		x[i] = onnx_find(o, n->input[i]);
		widest = onnx_count(x[i]) > onnx_count(x[widest]) ? i : widest;
	}
	y = onnx_new(o, n->output[0], x[widest]->rank, x[widest]->shape);
	for (long i = 0; i < onnx_count(y); i++) {
		double a = onnx_spread(y, x[0], i), b = x[1] ? onnx_spread(y, x[1], i) : 0;

		if (!strcmp(t, "Relu"))
			y->v[i] = fmax(a, 0);
		else if (!strcmp(t, "Tanh"))
			y->v[i] = tanh(a);
		else if (!strcmp(t, "PRelu"))
			y->v[i] = a < 0 ? a * b : a;
		else if (!strcmp(t, "Add"))
			y->v[i] = a + b;
		else if (!strcmp(t, "Sub"))
			y->v[i] = a - b;
		else if (!strcmp(t, "Mul"))
			y->v[i] = a * b;
		else if (!strcmp(t, "IsNaN"))
			y->v[i] = isnan(a);
		else if (!strcmp(t, "Where"))
			y->v[i] = a != 0 ? b : onnx_spread(y, x[2], i);
		else if (!strcmp(t, "Identity"))
			y->v[i] = a;
		else
			fail_msg("operator %s", t);
	}
}

/* What turns axes, or takes parts or means of them. */
static inline bool onnx_move(struct onnx *o, const struct onnx_node *n)
{
	const struct onnx_value *x = onnx_find(o, n->input[0]);
	struct onnx_value *y;
	const long *s = x->shape;
	long count = onnx_count(x);

	if (!strcmp(n->type, "Flatten")) {
		assert_int_equal(onnx_attribute(n, "axis", 1)[0], 1);
		y = onnx_new(o, n->output[0], 2, (long[]){ s[0], count / s[0] });
		memcpy(y->v, x->v, (size_t)count * sizeof *y->v);
	} else if (!strcmp(n->type, "Transpose")) {
		const long *perm = onnx_attribute(n, "perm", 4);

		assert_true(perm[0] == 0 && perm[1] == 2 && perm[2] == 3 && perm[3] == 1);
		y = onnx_new(o, n->output[0], 4, (long[]){ s[0], s[2], s[3], s[1] });
		for (long i = 0; i < count; i++) {
			long c = i % s[3], r = i / s[3] % s[2], map = i / s[3] / s[2];

			y->v[((map / s[1] * s[2] + r) * s[3] + c) * s[1] + map % s[1]] = x->v[i];
		}
	} else if (!strcmp(n->type, "ReduceMean")) {
		const long *axes = onnx_attribute(n, "axes", 2);

		assert_true(axes[0] == 2 && axes[1] == 3);
		assert_int_equal(onnx_attribute(n, "keepdims", 1)[0], 0);
		y = onnx_new(o, n->output[0], 2, s);
		for (long i = 0; i < count; i++)
			y->v[i / s[2] / s[3]] += x->v[i] / (double)(s[2] * s[3]);
	} else if (!strcmp(n->type, "Split")) {
		assert_int_equal(onnx_attribute(n, "axis", 1)[0], 1);
		assert_int_equal(n->outputs, s[1]);
		for (int k = 0; k < n->outputs; k++) {
			y = onnx_new(o, n->output[k], 2, (long[]){ s[0], 1 });
			for (long m = 0; m < s[0]; m++)
				y->v[m] = x->v[m * s[1] + k];
		}
	} else {
		return false;
	}
	return true;
}

static inline void onnx_run(struct onnx *o)
{
	for (int i = 0; i < o->nodes; i++) {
		const struct onnx_node *n = &o->node[i];

		if (!strcmp(n->type, "Conv"))
			onnx_conv(o, n);
		else if (!strcmp(n->type, "AveragePool"))
			onnx_pool(o, n);
		else if (!strcmp(n->type, "Concat"))
			onnx_concat(o, n);
		else if (!strcmp(n->type, "Gemm"))
			onnx_gemm(o, n);
		else if (!strcmp(n->type, "Softmax"))
			onnx_softmax(o, n);
		else if (!onnx_move(o, n))
			onnx_each(o, n);
	}
}

#endif
