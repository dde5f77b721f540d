/* json.c -- a MessagePack value as JSON
 *
 * Written here and not by jansson, which has no integers from 2^63 on and writes doubles in
 * a fixed number of digits: what is printed reads back to the same number.
 */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/map.h>
#include <pz/text.h>

struct printer {
	FILE *to;
	int indent, depth; /* indent 0: all on one line */
};

static void print_value(struct printer *p, const msgpack_object *o);

static void new_line(const struct printer *p)
{
	if (p->indent)
		fprintf(p->to, "\n%*s", p->indent * p->depth, "");
}

/* A byte that is no UTF-8 becomes U+FFFD; controls, C1 included, are escaped, so that no
 * terminal obeys them. */
static void print_text(FILE *to, const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text;
	uint32_t point = 0;

	putc('"', to);
	for (size_t i = 0, size; i < n; i += size ? size : 1) {
		size = pz_text_utf8(s + i, n - i, &point);
		if (size == 0)
			fputs("\\ufffd", to);
		else if (pz_text_is_control(point))
			fprintf(to, "\\u%04" PRIx32, point);
		else if (point == '"' || point == '\\')
			fprintf(to, "\\%c", (int)point);
		else
			fwrite(s + i, 1, size, to);
	}
	putc('"', to);
}

/* In the fewest digits that bring it back; JSON knows neither NaN nor infinity. */
static void print_real(FILE *to, double x, bool narrow)
{
	char text[40];

	if (!isfinite(x)) {
		fputs("null", to);
		return;
	}
	pz_value_format(x, narrow, text, sizeof text);
	fprintf(to, "%s%s", text, strpbrk(text, ".e") ? "" : ".0");
}

static void print_array(struct printer *p, const msgpack_object_array *a)
{
	putc('[', p->to);
	p->depth++;
	for (uint32_t i = 0; i < a->size; i++) {
		if (i)
			putc(',', p->to);
		new_line(p);
		print_value(p, &a->ptr[i]);
	}
	p->depth--;
	if (a->size)
		new_line(p);
	putc(']', p->to);
}

/* A key that is no text is one in JSON: {"1":...}, {"[1,2]":...}. */
static void print_key(struct printer *p, const msgpack_object *key)
{
	struct printer inner = { 0 };
	char *text = NULL;
	size_t size = 0;

	if (key->type == MSGPACK_OBJECT_STR) {
		print_text(p->to, key->via.str.ptr, key->via.str.size);
		return;
	}
	if ((inner.to = open_memstream(&text, &size))) {
		print_value(&inner, key);
		fclose(inner.to);
	}
	print_text(p->to, text ? text : "", size);
	free(text);
}

static void begin_member(struct printer *p, bool first)
{
	if (!first)
		putc(',', p->to);
	new_line(p);
}

static void end_key(const struct printer *p)
{
	fputs(p->indent ? ": " : ":", p->to);
}

static void print_map(struct printer *p, const msgpack_object_map *m)
{
	putc('{', p->to);
	p->depth++;
	for (uint32_t i = 0; i < m->size; i++) {
		begin_member(p, i == 0);
		print_key(p, &m->ptr[i].key);
		end_key(p);
		print_value(p, &m->ptr[i].val);
	}
	p->depth--;
	if (m->size)
		new_line(p);
	putc('}', p->to);
}

static void print_value(struct printer *p, const msgpack_object *o)
{
	switch (o->type) {
	case MSGPACK_OBJECT_BOOLEAN:
		fputs(o->via.boolean ? "true" : "false", p->to);
		break;
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
		fprintf(p->to, "%" PRIu64, o->via.u64);
		break;
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		fprintf(p->to, "%" PRId64, o->via.i64);
		break;
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64:
		print_real(p->to, o->via.f64, o->type == MSGPACK_OBJECT_FLOAT32);
		break;
	case MSGPACK_OBJECT_STR:
		print_text(p->to, o->via.str.ptr, o->via.str.size);
		break;
	case MSGPACK_OBJECT_ARRAY:
		print_array(p, &o->via.array);
		break;
	case MSGPACK_OBJECT_MAP:
		print_map(p, &o->via.map);
		break;
	case MSGPACK_OBJECT_BIN:
		fprintf(p->to, "{\"bytes\":%" PRIu32 "}", o->via.bin.size);
		break;
	case MSGPACK_OBJECT_EXT:
		fprintf(p->to, "{\"extension\":%d}", o->via.ext.type);
		break;
	default:
		fputs("null", p->to);
	}
}

static int print_raw(struct printer *p, const void *raw, size_t size)
{
	msgpack_unpacked u;
	msgpack_unpack_return got;
	size_t off = 0;

	msgpack_unpacked_init(&u);
	got = msgpack_unpack_next(&u, raw, size, &off);
	if (got == MSGPACK_UNPACK_SUCCESS)
		print_value(p, &u.data);
	msgpack_unpacked_destroy(&u);
	if (got == MSGPACK_UNPACK_SUCCESS)
		return 0;
	return got == MSGPACK_UNPACK_NOMEM_ERROR ? pz_fail(PZ_ENOMEM, "no memory for JSON")
						 : pz_fail(PZ_ECORRUPT, "no MessagePack value");
}

static int check_written(FILE *to)
{
	return ferror(to) ? pz_fail(PZ_EIO, "cannot write JSON: %s", strerror(errno)) : 0;
}

int pz_map_print_json(const void *raw, size_t size, int indent, FILE *to)
{
	struct printer p = { .to = to, .indent = indent };
	int rc = print_raw(&p, raw, size);

	return rc < 0 ? rc : check_written(to);
}

int pz_map_json(const pz_map *m, int indent, FILE *to)
{
	struct printer p = { .to = to, .indent = indent, .depth = 1 };
	size_t n = pz_map_count(m);

	putc('{', to);
	for (size_t i = 0; i < n; i++) {
		size_t key_size, size;
		const char *key = pz_map_key(m, i, &key_size);
		const void *raw = pz_map_raw_at(m, i, &size);
		int rc;

		begin_member(&p, i == 0);
		print_text(to, key, key_size);
		end_key(&p);
		if ((rc = print_raw(&p, raw, size)) < 0)
			return rc;
	}
	p.depth = 0;
	if (n)
		new_line(&p);
	putc('}', to);
	return check_written(to);
}
