/* json_map.h -- records and headers made of JSON, without a stream around them (in_process.h) */
#ifndef JSON_MAP_H
#define JSON_MAP_H

#include "in_process.h"

static inline pz_map *map_of(const char *json)
{
	pz_map *borrows = pz_map_new(), *whole = pz_map_new();
	msgpack_sbuffer buffer;
	msgpack_packer p;

	assert_true(borrows && whole);
	msgpack_sbuffer_init(&buffer);
	msgpack_packer_init(&p, &buffer, msgpack_sbuffer_write);
	pack_line(&p, json);
	assert_int_equal(pz_map_decode(borrows, buffer.data, buffer.size), 0);
	assert_int_equal(pz_map_copy(whole, borrows), 0);
	pz_map_free(borrows);
	msgpack_sbuffer_destroy(&buffer);
	return whole;
}

static inline struct pz_header header_of(const char *json)
{
	struct pz_header h;
	msgpack_sbuffer buffer;
	msgpack_packer p;

	msgpack_sbuffer_init(&buffer);
	msgpack_packer_init(&p, &buffer, msgpack_sbuffer_write);
	pack_line(&p, json);
	if (pz_header_decode(&h, buffer.data, buffer.size) < 0)
		fail_msg("%s: %s", json, pz_error_text());
	msgpack_sbuffer_destroy(&buffer);
	return h;
}

/* A whole map as one line of JSON, valid until the next call. */
static inline const char *json_of(const pz_map *m)
{
	static char *text;
	static size_t size;
	FILE *to;

	free(text);
	to = open_memstream(&text, &size);
	assert_non_null(to);
	assert_int_equal(pz_map_json(m, 0, to), 0);
	fclose(to);
	return text;
}

/* It must have failed with this code, saying exactly this. */
#define FAILS(call, code, says)                                                                    \
	do {                                                                                       \
		assert_int_equal(call, code);                                                      \
		assert_string_equal(pz_error_text(), says);                                        \
	} while (0)

#endif
