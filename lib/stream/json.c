/* json.c -- a MessagePack value as JSON, for people */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <msgpack.h>
#include <stdlib.h>
#include <string.h>

#include <pz/error.h>
#include <pz/map.h>

static json_t *value_of(const msgpack_object *o);

static json_t *map_of(const msgpack_object *o)
{
	json_t *all = json_object();

	for (uint32_t i = 0; i < o->via.map.size; i++) {
		const msgpack_object_kv *kv = &o->via.map.ptr[i];

		if (kv->key.type == MSGPACK_OBJECT_STR)
			json_object_setn_new(all, kv->key.via.str.ptr, kv->key.via.str.size,
					     value_of(&kv->val));
	}
	return all;
}

static json_t *array_of(const msgpack_object *o)
{
	json_t *all = json_array();

	for (uint32_t i = 0; i < o->via.array.size; i++)
		json_array_append_new(all, value_of(&o->via.array.ptr[i]));
	return all;
}

static json_t *number(double x)
{
	return isfinite(x) ? json_real(x) : json_null(); /* JSON knows no NaN */
}

static json_t *text_of(const msgpack_object *o)
{
	json_t *text = json_stringn(o->via.str.ptr, o->via.str.size);

	return text ? text : json_null(); /* no UTF-8 */
}

static json_t *value_of(const msgpack_object *o)
{
	switch (o->type) {
	case MSGPACK_OBJECT_BOOLEAN:
		return json_boolean(o->via.boolean);
	case MSGPACK_OBJECT_POSITIVE_INTEGER:
		return o->via.u64 <= INT64_MAX ? json_integer((json_int_t)o->via.u64)
					       : json_real((double)o->via.u64);
	case MSGPACK_OBJECT_NEGATIVE_INTEGER:
		return json_integer(o->via.i64);
	case MSGPACK_OBJECT_FLOAT32:
	case MSGPACK_OBJECT_FLOAT64:
		return number(o->via.f64);
	case MSGPACK_OBJECT_STR:
		return text_of(o);
	case MSGPACK_OBJECT_ARRAY:
		return array_of(o);
	case MSGPACK_OBJECT_MAP:
		return map_of(o);
	case MSGPACK_OBJECT_BIN:
		return json_pack("{s:i}", "bytes", (int)o->via.bin.size);
	case MSGPACK_OBJECT_EXT:
		return json_pack("{s:i}", "extension", (int)o->via.ext.type);
	default:
		return json_null();
	}
}

/* Writes value and lets go of it. */
static int print(json_t *value, int indent, FILE *to)
{
	int rc = json_dumpf(value, to,
			    JSON_ENCODE_ANY | JSON_INDENT((size_t)indent) |
				    (indent ? 0 : JSON_COMPACT) | JSON_REAL_PRECISION(15));

	json_decref(value);
	return rc == 0 ? 0 : pz_fail(PZ_EDATA, "cannot write JSON: %s", strerror(errno));
}

/* The value that the bytes are. */
static int value_at(json_t **value, const void *raw, size_t size)
{
	msgpack_unpacked u;
	msgpack_unpack_return got;
	size_t off = 0;

	msgpack_unpacked_init(&u);
	got = msgpack_unpack_next(&u, raw, size, &off);
	*value = got == MSGPACK_UNPACK_SUCCESS ? value_of(&u.data) : NULL;
	msgpack_unpacked_destroy(&u);
	if (*value)
		return 0;
	return got == MSGPACK_UNPACK_PARSE_ERROR ? pz_fail(PZ_ECUT, "no MessagePack value")
						 : pz_fail(PZ_ENOMEM, "no memory for JSON");
}

int pz_map_print_json(const void *raw, size_t size, int indent, FILE *to)
{
	json_t *value;
	int rc = value_at(&value, raw, size);

	return rc < 0 ? rc : print(value, indent, to);
}

int pz_map_json(const pz_map *m, int indent, FILE *to)
{
	json_t *all = json_object();

	for (size_t i = 0; i < pz_map_count(m); i++) {
		size_t key_size, size;
		const char *key = pz_map_key(m, i, &key_size);
		const void *raw = pz_map_raw_at(m, i, &size);
		json_t *value;
		int rc = value_at(&value, raw, size);

		if (rc < 0) {
			json_decref(all);
			return rc;
		}
		json_object_setn_new(all, key, key_size, value);
	}
	return print(all, indent, to);
}
